// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the sequencer: every way from one of its states to another, an abort in each of them, refused starts, each
// cause that ends a run. The numbers of the states are those of the RTL.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire [3:0] state_q,
  input wire start_i,
  input wire abort_i,
  input wire aborting,
  input wire tile_raised,
  input wire tile_refused,
  input wire bad_pass,
  input wire bad_start,
  input wire start_busy,
  input wire aborted,
  input wire stream_idle_i
);

  localparam IDLE = 0, FETCH = 1, SETTLE = 2, CHECK = 3, POLL = 4, CHAIN = 5, COUNT = 6, START = 7, VERIFY = 8, RUN = 9,
    PAUSED = 10, HALT = 11, STOP = 12, QUIET = 13, DRAIN = 14;

  reg [3:0] last_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) last_q <= IDLE;
    else last_q <= state_q;
  end

  idle_to_fetch: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == IDLE && state_q == FETCH);
  fetch_to_settle: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == FETCH && state_q == SETTLE);
  settle_to_check: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == SETTLE && state_q == CHECK);
  check_to_poll: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == CHECK && state_q == POLL);
  check_to_run: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == CHECK && state_q == RUN);
  poll_stays: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == POLL && state_q == POLL);
`ifdef HCIM_CHAIN
  poll_to_chain: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == POLL && state_q == CHAIN);
  chain_to_count: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == CHAIN && state_q == COUNT);
`else
  poll_to_count: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == POLL && state_q == COUNT);
`endif
  count_to_start: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == COUNT && state_q == START);
  start_to_verify: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == START && state_q == VERIFY);
  verify_to_poll: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == VERIFY && state_q == POLL);
  verify_to_run: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == VERIFY && state_q == RUN);
  run_to_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == RUN && state_q == IDLE);
  run_to_fetch: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == RUN && state_q == FETCH);
  run_to_paused: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == RUN && state_q == PAUSED);
  paused_to_fetch: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == PAUSED && state_q == FETCH);
  halt_to_stop: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == HALT && state_q == STOP);
  stop_to_quiet: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == STOP && state_q == QUIET);
  quiet_to_drain: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == QUIET && state_q == DRAIN);
  drain_to_idle: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == DRAIN && state_q == IDLE);
  drain_waits_for_the_stream: cover property (@(posedge clk_i) disable iff (!rst_ni) state_q == DRAIN && !stream_idle_i);

  genvar s;
  generate
    for (s = IDLE; s <= PAUSED; s = s + 1) begin : state_
`ifndef HCIM_CHAIN
      if (s != CHAIN) begin : there_
`else
      begin : there_
`endif
        abort: cover property (@(posedge clk_i) disable iff (!rst_ni) state_q == s && abort_i && !aborting);
        leads_to_halt: cover property (@(posedge clk_i) disable iff (!rst_ni) last_q == s && state_q == HALT);
      end
    end
    for (s = HALT; s <= DRAIN; s = s + 1) begin : ending_
      start_refused: cover property (@(posedge clk_i) disable iff (!rst_ni) state_q == s && start_i);
    end
  endgenerate

  abort_while_aborting: cover property (@(posedge clk_i) disable iff (!rst_ni) abort_i && aborting);
  ended_by_a_tile: cover property (@(posedge clk_i) disable iff (!rst_ni) tile_raised);
  ended_by_a_refusal: cover property (@(posedge clk_i) disable iff (!rst_ni) tile_refused);
  ended_by_an_illegal_pass: cover property (@(posedge clk_i) disable iff (!rst_ni) bad_pass);
  start_without_passes: cover property (@(posedge clk_i) disable iff (!rst_ni) bad_start);
  start_while_running: cover property (@(posedge clk_i) disable iff (!rst_ni) start_busy && state_q == RUN);
  start_while_paused: cover property (@(posedge clk_i) disable iff (!rst_ni) start_busy && state_q == PAUSED);
  abort_is_complete: cover property (@(posedge clk_i) disable iff (!rst_ni) aborted);

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .state_q (state_q), .start_i (start_i), .abort_i (abort_i), .aborting (aborting_o),
  .tile_raised (tile_set_o), .tile_refused (tile_access_set_o), .bad_pass (bad_pass_set_o), .bad_start (bad_start_set_o),
  .start_busy (start_busy_set_o), .aborted (aborted_set_o), .stream_idle_i (stream_idle_i)
);
