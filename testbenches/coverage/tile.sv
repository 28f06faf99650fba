// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the tile: a stall on every channel in every state.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire busy,
  input wire aborting,
  input wire [5:0] valid,
  input wire [5:0] ready,
  input wire m_valid,
  input wire m_ready
`ifdef HCIM_CHAIN
  ,
  input wire [1:0] chain_valid,
  input wire [1:0] chain_ready
`endif
);

  wire [2:0] state = {aborting, busy & !aborting, !busy};

  genvar s;
  generate
    for (s = 0; s < 3; s = s + 1) begin : state_  // 0 idle, 1 running, 2 aborting
      write_address_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[0] && !ready[0]);
      write_data_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[1] && !ready[1]);
      write_response_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[2] && !ready[2]);
      read_address_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[3] && !ready[3]);
      read_data_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[4] && !ready[4]);
      input_stream_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && valid[5] && !ready[5]);
    end
    for (s = 1; s < 3; s = s + 1) begin : busy_state_  // results are there while running or aborting only
      result_stream_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) state[s] && m_valid && !m_ready);
    end
`ifdef HCIM_CHAIN
    chain_input_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) busy && chain_valid[0] && !chain_ready[0]);
    chain_output_stalls: cover property (@(posedge clk_i) disable iff (!rst_ni) busy && chain_valid[1] && !chain_ready[1]);
`endif
  endgenerate

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .busy (busy), .aborting (aborting),
  .valid ({s_axis_tvalid, s_axil_rvalid, s_axil_arvalid, s_axil_bvalid, s_axil_wvalid, s_axil_awvalid}),
  .ready ({s_axis_tready, s_axil_rready, s_axil_arready, s_axil_bready, s_axil_wready, s_axil_awready}),
  .m_valid (m_axis_tvalid), .m_ready (m_axis_tready)
`ifdef HCIM_CHAIN
  ,
  .chain_valid ({m_chain_valid, s_chain_valid}), .chain_ready ({m_chain_ready, s_chain_ready})
`endif
);
