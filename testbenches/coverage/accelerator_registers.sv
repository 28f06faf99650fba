// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of an accelerator's registers: every error bit, every interrupt, refused accesses, reads and writes at once.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire locked_i,
  input wire irq_o,
  input wire [6:0] error_set,
  input wire done_set,
  input wire aborted_set,
  input wire paused_set,
  input wire bvalid,
  input wire [1:0] bresp,
  input wire rvalid,
  input wire [1:0] rresp
);

  bad_start: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[0]);
  start_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[1]);
  tile: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[2]);
  tile_access: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[3]);
  bad_pass: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[4]);
  write_busy: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[5]);
  dest: cover property (@(posedge clk_i) disable iff (!rst_ni) error_set[6]);
  done: cover property (@(posedge clk_i) disable iff (!rst_ni) done_set);
  aborted: cover property (@(posedge clk_i) disable iff (!rst_ni) aborted_set);
  paused: cover property (@(posedge clk_i) disable iff (!rst_ni) paused_set);
  interrupt: cover property (@(posedge clk_i) disable iff (!rst_ni) irq_o);
  write_refused_free: cover property (@(posedge clk_i) disable iff (!rst_ni) bvalid && bresp != 0 && !locked_i);
  write_refused_locked: cover property (@(posedge clk_i) disable iff (!rst_ni) bvalid && bresp != 0 && locked_i);
  read_refused_free: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && rresp != 0 && !locked_i);
  read_refused_locked: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && rresp != 0 && locked_i);
  both_responses: cover property (@(posedge clk_i) disable iff (!rst_ni) rvalid && bvalid);

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .locked_i (locked_i), .irq_o (irq_o),
  .error_set ({dest_error_i, write_refused_i, bad_pass_set_i, tile_access_set_i, tile_set_i, start_busy_set_i, bad_start_set_i}),
  .done_set (done_set_i), .aborted_set (aborted_set_i), .paused_set (paused_set_i),
  .bvalid (s_axil_bvalid), .bresp (s_axil_bresp), .rvalid (s_axil_rvalid), .rresp (s_axil_rresp)
);
