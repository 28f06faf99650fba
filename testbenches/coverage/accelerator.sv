// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of an accelerator: a stall on every channel in every state, loads and the memory's ports beside a run.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire busy,
  input wire paused,
  input wire aborting,
  input wire [5:0] valid,
  input wire [5:0] ready,
  input wire m_valid,
  input wire m_ready,
  input wire feed_read,
  input wire residual_read,
  input wire loading
);

  wire [3:0] state = {aborting, busy & paused & !aborting, busy & !paused & !aborting, !busy & !aborting};

  genvar s;
  generate
    for (s = 0; s < 4; s = s + 1) begin : state_  // 0 idle, 1 running, 2 paused, 3 aborting
      write_address_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[0] && !ready[0]);
      write_data_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[1] && !ready[1]);
      write_response_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[2] && !ready[2]);
      read_address_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[3] && !ready[3]);
      read_data_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[4] && !ready[4]);
    end
  endgenerate
  // Words of the activation memory are taken in every cycle but those in which results are written, loads while nothing runs.
  input_stream_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) !busy && valid[5] && !ready[5]);
  input_stream_stalls_in_a_run: cover property (@(posedge clk_i) disable iff (!rst_ni) busy && valid[5] && !ready[5]);
  scores_stall: cover property (@(posedge clk_i) disable iff (!rst_ni) state[1] && m_valid && !m_ready);
  scores_stall_in_an_abort: cover property (@(posedge clk_i) disable iff (!rst_ni) state[3] && m_valid && !m_ready);
  residual_before_input: cover property (@(posedge clk_i) disable iff (!rst_ni) feed_read && residual_read);
  load_through_a_run: cover property (@(posedge clk_i) disable iff (!rst_ni) busy && loading);

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .busy (busy), .paused (paused), .aborting (status_aborting),
  .valid ({s_axis_tvalid, s_axil_rvalid, s_axil_arvalid, s_axil_bvalid, s_axil_wvalid, s_axil_awvalid}),
  .ready ({s_axis_tready, s_axil_rready, s_axil_arready, s_axil_bready, s_axil_wready, s_axil_awready}),
  .m_valid (m_axis_tvalid), .m_ready (m_axis_tready), .feed_read (feed_read), .residual_read (residual_read), .loading (loading)
);
