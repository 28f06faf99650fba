// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the sense interface: every comparator code in every bit plane, every phase cut off by an abort,
// stalls on both sides.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire abort_i,
  input wire start_valid_i,
  input wire start_ready_o,
  input wire precharge_o,
  input wire evaluate_o,
  input wire sense_o,
  input wire ready_i,
  input wire code_valid_o,
  input wire code_ready_i,
  input wire [7:0] plane,
`ifdef HCIM_TERNARY
  input wire any_plus,
  input wire any_zero,
  input wire code_empty_o,
  input wire code_error_o,
`else
  input wire any_plus,
`endif
  input wire any_minus,
  input wire timeout_o,
  input wire busy_o
);

  genvar i;
  generate
    for (i = 0; i < `HCIM_PLANES; i = i + 1) begin : plane_codes
      plus: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && plane == i && any_plus);
      minus: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && plane == i && any_minus);
`ifdef HCIM_TERNARY
      zero: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && plane == i && any_zero);
`endif
    end
  endgenerate

  start_while_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) start_valid_i && start_ready_o && !busy_o);
  start_back_to_back: cover property (@(posedge clk_i) disable iff (!rst_ni) start_valid_i && start_ready_o && busy_o);
  start_waits: cover property (@(posedge clk_i) disable iff (!rst_ni) start_valid_i && !start_ready_o);
  codes_wait: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && !code_ready_i);
  codes_taken_at_once: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && code_ready_i);
  crossbar_late: cover property (@(posedge clk_i) disable iff (!rst_ni) sense_o && !ready_i);
  crossbar_times_out: cover property (@(posedge clk_i) disable iff (!rst_ni) timeout_o);
  abort_in_precharge: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && precharge_o);
  abort_in_evaluate: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && evaluate_o);
  abort_in_sense: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && sense_o);
  abort_in_hold: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && busy_o && !precharge_o && !evaluate_o && !sense_o);
  abort_drops_codes: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && code_valid_o);
  abort_while_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && !busy_o && !code_valid_o);
`ifdef HCIM_TERNARY
  plane_empty: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && code_empty_o);
  code_impossible: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_o && code_error_o);
`endif

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .abort_i (abort_i),
  .start_valid_i (start_valid_i), .start_ready_o (start_ready_o),
  .precharge_o (precharge_o), .evaluate_o (evaluate_o), .sense_o (sense_o), .ready_i (ready_i),
  .code_valid_o (code_valid_o), .code_ready_i (code_ready_i), .plane (8'(code_plane_o)),
`ifdef HCIM_TERNARY
  .any_plus (|(code_nonzero_o & ~code_negative_o)), .any_minus (|(code_nonzero_o & code_negative_o)), .any_zero (|(~code_nonzero_o)),
  .code_empty_o (code_empty_o), .code_error_o (code_error_o),
`else
  .any_plus (|(~code_negative_o)), .any_minus (|code_negative_o),
`endif
  .timeout_o (timeout_o), .busy_o (busy_o)
);
