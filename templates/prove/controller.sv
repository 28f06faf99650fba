{%- extends "prove/free.sv" -%}
{%- block what -%}offers stay until they are taken, a run gives as many results as were asked for, and an abort leads back to idle.{%- endblock -%}
{%- block promises %}
  // ---- What neighbours must keep to: the vector that is offered and codes stay until they are taken; settings hold while busy
  // (the registers lock them).
  reg busy_was, buffer_was, code_was;
{%- if ternary %}
  reg empty_was;
  always @(posedge clk) empty_was <= code_empty_i;
{%- endif %}
  reg [{{ planes - 1 }}:0] any_was;
  wire [1:0] settings = {% if skips %}{skip_zero_i, skip_empty_i}{% else %}2'd0{% endif %};
  reg [1:0] settings_were;
  always @(posedge clk or negedge rst_n) if (!rst_n) {busy_was, buffer_was, code_was} <= 3'd0; else begin
    code_was <= code_valid_i && !code_ready_o && !clear_o;
    busy_was <= busy_o;
    buffer_was <= buffer_valid_i && !release_o && !clear_o;
  end
  always @(posedge clk) begin
    settings_were <= settings;
{%- if skips %}
    any_was <= plane_any_i;
{%- endif %}
  end
  always @(*) begin
    if (busy_was) assume (settings == settings_were);
    if (code_was) assume (code_valid_i{% if ternary %} && code_empty_i == empty_was{% endif %});
    if (buffer_was) assume (buffer_valid_i{% if skips %} && plane_any_i == any_was{% endif %});
  end

  // ---- Specification: what a run still owes.
  reg running, aborting;
  reg [{{ bits - 1 }}:0] left;
  wire loaded = weights_valid_i && scales_valid_i && thresholds_valid_i;
  wire begins = start_i && !abort_i && !running && !aborting && loaded && mvm_count_i != 0;
  wire stops = (abort_i && !aborting) || (timeout_i && running);
  wire ends = running && result_done_i && left == 1 && !stops;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      running <= 1'b0; aborting <= 1'b0; left <= 0;
    end else begin
      running <= begins || (running && !stops && !ends);
      aborting <= stops || (aborting && (clear_o || result_pending_i));
      if (begins) left <= mvm_count_i;
      else if (running && result_done_i) left <= left - 1;
    end

  reg start_waits, op_waits, stop_was;
  reg [7:0] start_was, op_was;
  wire [7:0] start_now = start_plane_o;
  wire [7:0] op_now = {op_plane_o{% if ternary %}, op_skip_o{% endif %}};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {start_waits, op_waits, stop_was} <= 3'd0;
    else begin
      start_waits <= start_valid_o && !start_ready_i && !stops && !ends && !aborting;
      op_waits <= op_valid_o && !op_ready_i && !stops && !ends && !aborting;
      stop_was <= stops;
    end
  always @(posedge clk) begin
    start_was <= start_now;
    op_was <= op_now;
  end
  // Cycles of an abort in which no result packet is under way.
  reg [1:0] free;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) free <= 0;
    else if (!aborting || result_pending_i) free <= 0;
    else if (free != 3) free <= free + 1;

  // Counters, as wide as they are: what they count is known a cycle later.
  reg [{{ long - 1 }}:0] cycles;
  reg [{{ bits - 1 }}:0] done;
  reg result_was;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      cycles <= 0; done <= 0; result_was <= 1'b0;
    end else begin
      if (clear_counters_i) cycles <= 0;
      else if (running || aborting) cycles <= cycles + 1;
      result_was <= running && result_done_i && !begins;
      if (begins) done <= 0;
      else if (result_was) done <= done + 1;
    end
  // Cycles between operations of the last plane.
  wire last_op = op_valid_o && op_ready_i && op_plane_o == {{ planes - 1 }};
  reg [{{ bits - 1 }}:0] age, period;
  reg seen;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      age <= 0; period <= 0; seen <= 1'b0;
    end else begin
      if (running || aborting) age <= last_op ? 1 : age + 1;
      if (last_op && seen) period <= age;
      seen <= !begins && !clear_o && (seen || last_op);
    end
{%- if skips %}
  wire accepted = op_valid_o && op_ready_i;
  reg skip_was, empty_op_was;
  reg [{{ bits - 1 }}:0] skipped, empties;
  (* hierconn *) wire \dut.zero_plane ;
  (* hierconn *) wire \dut.empty_plane ;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      skip_was <= 1'b0; empty_op_was <= 1'b0; skipped <= 0; empties <= 0;
    end else begin
      skip_was <= accepted && \dut.zero_plane && !clear_counters_i;
      empty_op_was <= accepted && \dut.empty_plane && !clear_counters_i;
      if (clear_counters_i) skipped <= 0; else if (skip_was) skipped <= skipped + 1;
      if (clear_counters_i) empties <= 0; else if (empty_op_was) empties <= empties + 1;
    end
{%- endif %}

  // ---- Promises.
  always @(*) if (observed) begin
    assert (busy_o == (running || aborting));
    assert (aborting_o == aborting);
    assert (done_set_o == ends);
    assert (cycles_o == cycles && mvm_done_o == done && mvm_cycles_o == period);
{%- if skips %}
    assert (planes_skipped_o == skipped && planes_empty_o == empties);
{%- endif %}
    // A run ends with the last of its results; every refused start says why.
    assert (not_loaded_set_o == (start_i && !busy_o && !loaded));
    assert (bad_count_set_o == (start_i && !busy_o && mvm_count_i == 0));
    assert (start_busy_set_o == (start_i && busy_o));
    assert (timeout_set_o == (timeout_i && running));
    // Everything is cleared in the cycle after a stop; the tile is idle at the latest two cycles after the last packet left.
    assert (clear_o == stop_was);
    assert (free <= 2);
    assert (aborted_set_o == (aborting && !clear_o && !result_pending_i));
    // Offers stay.
    if (start_waits) assert (start_valid_o && start_now == start_was);
    if (op_waits) assert (op_valid_o && op_now == op_was);
    // Nothing is offered while idle or aborting.
    if (!running) assert (!start_valid_o && !op_valid_o);
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire \dut.aborting_q ;
  (* hierconn *) wire \dut.result_done_q ;
  (* hierconn *) wire \dut.mvm_seen_q ;
  (* hierconn *) wire [{{ bits - 1 }}:0] \dut.mvm_age_q ;
{%- if skips %}
  (* hierconn *) wire \dut.plane_skipped_q ;
  (* hierconn *) wire \dut.plane_empty_q ;
{%- endif %}
  (* hierconn *) wire [{{ bits - 1 }}:0] \dut.results_left_q ;
  always @(*) if (observed) begin
    assert (!(running && aborting));
    assert (\dut.result_done_q == result_was && \dut.mvm_seen_q == seen && \dut.mvm_age_q == age);
{%- if skips %}
    assert (\dut.plane_skipped_q == skip_was && \dut.plane_empty_q == empty_op_was);
{%- endif %}
    assert (\dut.busy_q == (running || aborting) && \dut.aborting_q == aborting);
    if (running) assert (\dut.results_left_q == left && left != 0);
    if (stop_was) assert (aborting);
    if (aborting && free != 0) assert (!stop_was);
    if (free == 2) assert (!aborting);
  end
{%- endblock -%}
