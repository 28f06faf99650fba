// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the tile controller: every way from one of its states (idle, running, aborting) to another, refused
// starts, skipped planes, waits on every neighbour.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire start_i,
  input wire abort_i,
  input wire clear_counters_i,
  input wire busy_o,
  input wire aborting_o,
  input wire timeout_i,
  input wire done_set_o,
  input wire aborted_set_o,
  input wire not_loaded_set_o,
  input wire bad_count_set_o,
  input wire start_busy_set_o,
  input wire code_set_o,
  input wire timeout_set_o,
  input wire start_valid_o,
  input wire start_ready_i,
  input wire code_valid_i,
  input wire code_ready_o,
  input wire op_valid_o,
  input wire op_ready_i,
  input wire result_pending_i,
  input wire buffer_valid_i,
  input wire release_o,
  input wire zero_plane,
  input wire empty_plane
);

  wire idle = !busy_o;
  wire running = busy_o & !aborting_o;
  reg idle_q, running_q, aborting_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) {idle_q, running_q, aborting_q} <= 3'b100;
    else {idle_q, running_q, aborting_q} <= {idle, running, busy_o & aborting_o};
  end

  idle_to_running: cover property (@(posedge clk_i) disable iff (!rst_ni) idle_q && running);
  running_to_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) running_q && idle);
  running_to_aborting: cover property (@(posedge clk_i) disable iff (!rst_ni) running_q && aborting_o);
  aborting_to_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) aborting_q && idle);
  aborting_stays: cover property (@(posedge clk_i) disable iff (!rst_ni) aborting_q && aborting_o);
  start_refused_not_loaded: cover property (@(posedge clk_i) disable iff (!rst_ni) not_loaded_set_o);
  start_refused_count_0: cover property (@(posedge clk_i) disable iff (!rst_ni) bad_count_set_o);
  start_refused_running: cover property (@(posedge clk_i) disable iff (!rst_ni) start_busy_set_o && running);
  start_refused_aborting: cover property (@(posedge clk_i) disable iff (!rst_ni) start_busy_set_o && aborting_o);
  abort_while_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && idle);
  abort_while_running: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && running);
  abort_while_aborting: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && aborting_o);
  abort_with_result_pending: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && running && result_pending_i);
  abort_ends_at_once: cover property (@(posedge clk_i) disable iff (!rst_ni) aborted_set_o && !result_pending_i);
  timeout_ends_run: cover property (@(posedge clk_i) disable iff (!rst_ni) timeout_set_o);
  done: cover property (@(posedge clk_i) disable iff (!rst_ni) done_set_o);
  start_right_after_done: cover property (@(posedge clk_i) disable iff (!rst_ni) start_i && running_q && idle);
  counters_cleared_while_running: cover property (@(posedge clk_i) disable iff (!rst_ni) clear_counters_i && running);
  evaluation_waits: cover property (@(posedge clk_i) disable iff (!rst_ni) start_valid_o && !start_ready_i);
  codes_wait: cover property (@(posedge clk_i) disable iff (!rst_ni) code_valid_i && !code_ready_o);
  operation_waits: cover property (@(posedge clk_i) disable iff (!rst_ni) op_valid_o && !op_ready_i);
  waits_for_inputs: cover property (@(posedge clk_i) disable iff (!rst_ni) running && !buffer_valid_i);
  vector_released: cover property (@(posedge clk_i) disable iff (!rst_ni) release_o);
`ifdef HCIM_TERNARY
  impossible_code: cover property (@(posedge clk_i) disable iff (!rst_ni) code_set_o);
`ifdef HCIM_SKIP
  zero_plane_skipped: cover property (@(posedge clk_i) disable iff (!rst_ni) zero_plane && op_valid_o && op_ready_i);
`endif
  empty_plane_skipped: cover property (@(posedge clk_i) disable iff (!rst_ni) empty_plane && op_valid_o && op_ready_i);
`endif

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .start_i (start_i), .abort_i (abort_i), .clear_counters_i (clear_counters_i),
  .busy_o (busy_o), .aborting_o (aborting_o), .timeout_i (timeout_i), .done_set_o (done_set_o),
  .aborted_set_o (aborted_set_o), .not_loaded_set_o (not_loaded_set_o), .bad_count_set_o (bad_count_set_o),
  .start_busy_set_o (start_busy_set_o),
`ifdef HCIM_TERNARY
  .code_set_o (code_set_o),
`ifdef HCIM_SKIP
  .zero_plane (zero_plane),
`else
  .zero_plane (1'b0),
`endif
  .empty_plane (empty_plane),
`else
  .code_set_o (1'b0), .zero_plane (1'b0), .empty_plane (1'b0),
`endif
  .timeout_set_o (timeout_set_o), .start_valid_o (start_valid_o), .start_ready_i (start_ready_i),
  .code_valid_i (code_valid_i), .code_ready_o (code_ready_o), .op_valid_o (op_valid_o), .op_ready_i (op_ready_i),
  .result_pending_i (result_pending_i), .buffer_valid_i (buffer_valid_i), .release_o (release_o)
);
