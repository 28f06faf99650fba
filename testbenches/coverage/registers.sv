// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the registers: every error bit, every interrupt, refused accesses, reads and writes at once.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire busy_i,
  input wire irq_o,
  input wire [7:0] error_set,
`ifdef HCIM_TERNARY
  input wire code_set,
`endif
`ifdef HCIM_PARITY
  input wire parity_set,
`endif
  input wire done_set,
  input wire aborted_set,
  input wire bvalid,
  input wire [1:0] bresp,
  input wire rvalid,
  input wire [1:0] rresp
);

  not_loaded: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[0]);
  bad_count: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[1]);
  packet_short: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[2]);
  packet_long: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[3]);
  packet_dest: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[4]);
  load_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[5]);
  sense_timeout: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[6]);
  start_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[7]);
`ifdef HCIM_TERNARY
  impossible_code: cover property (@(posedge clk_i) disable iff (!rst_ni) code_set);
`endif
`ifdef HCIM_PARITY
  parity: cover property (@(posedge clk_i) disable iff (!rst_ni) parity_set);
`endif
  two_errors_at_once: cover property (@(posedge clk_i) disable iff (!rst_ni) !$onehot0(error_set));
  done: cover property (@(posedge clk_i) disable iff (!rst_ni) done_set);
  aborted: cover property (@(posedge clk_i) disable iff (!rst_ni) aborted_set);
  interrupt: cover property (@(posedge clk_i) disable iff (!rst_ni) irq_o);
  write_refused_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) bvalid && bresp != 0 && !busy_i);
  write_refused_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) bvalid && bresp != 0 && busy_i);
  read_refused_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && rresp != 0 && !busy_i);
  read_refused_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && rresp != 0 && busy_i);
  both_responses: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && bvalid);

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .busy_i (busy_i), .irq_o (irq_o),
  .error_set ({error_start_busy_set_i, error_sense_timeout_set_i, error_load_busy_set_i, error_packet_dest_set_i,
               error_packet_long_set_i, error_packet_short_set_i, error_bad_count_set_i, error_not_loaded_set_i}),
`ifdef HCIM_TERNARY
  .code_set (error_code_set_i),
`endif
`ifdef HCIM_PARITY
  .parity_set (error_parity_set_i),
`endif
  .done_set (irq_status_done_set_i), .aborted_set (irq_status_aborted_set_i),
  .bvalid (s_axil_bvalid), .bresp (s_axil_bresp), .rvalid (s_axil_rvalid), .rresp (s_axil_rresp)
);
