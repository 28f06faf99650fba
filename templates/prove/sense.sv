{%- extends "prove/free.sv" -%}
{%- block what -%}
{%- if codes -%}
the codes of a plane are those that the comparators showed when they were sampled, and valid when they have been.
{%- else -%}
strobes, codes that stay until they are taken, and an end to every evaluation.
{%- endif -%}
{%- endblock -%}
{%- block promises %}
  // ---- What neighbours must keep to: counts within their ranges, stable while busy.
  reg [47:0] counts_were;
  reg was_busy;
  wire [47:0] counts = {timeout_cycles_i, hold_cycles_i, sense_cycles_i, evaluate_cycles_i, precharge_cycles_i};
  always @(posedge clk) counts_were <= counts;
  always @(posedge clk or negedge rst_n) if (!rst_n) was_busy <= 1'b0; else was_busy <= busy_o || (start_valid_i && start_ready_o);
  // Where a start was taken on the array's promise, codes are taken within three cycles.
  reg [1:0] promised;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) promised <= 2'd0;
    else if (start_valid_i && start_ready_o && array_soon_i && !code_valid_o) promised <= 2'd3;
    else if (promised != 0) promised <= promised - 2'd1;
  always @(*) begin
    if (promised == 2'd1 && code_valid_o) assume (code_ready_i);
    assume (precharge_cycles_i != 0 && evaluate_cycles_i != 0 && sense_cycles_i != 0 && timeout_cycles_i != 0);
    if (was_busy) assume (counts == counts_were);
  end

  // ---- Specification: how many cycles an evaluation may yet take.
  (* hierconn *) wire \dut.precharge_q ;
  (* hierconn *) wire \dut.evaluate_q ;
  (* hierconn *) wire \dut.sense_q ;
  (* hierconn *) wire \dut.hold_q ;
  (* hierconn *) wire [7:0] \dut.count_q ;
  (* hierconn *) wire [15:0] \dut.wait_q ;
{%- if phases > 1 %}
  (* hierconn *) wire [{{ phase_bits - 1 }}:0] \dut.phase_q ;
  wire [31:0] phases_left = {{ phases - 1 }} - \dut.phase_q ;
{%- else %}
  wire [31:0] phases_left = 32'd0;
{%- endif %}
  wire [31:0] one_phase = sense_cycles_i + timeout_cycles_i + hold_cycles_i;
  wire [31:0] later = phases_left * one_phase;
  wire [31:0] all_phases = {{ phases }} * one_phase;
  wire [31:0] here = \dut.count_q + 32'd1;
  wire [31:0] left = \dut.precharge_q ? here + evaluate_cycles_i + all_phases
    : \dut.evaluate_q ? here + all_phases
    : \dut.sense_q ? here + (timeout_cycles_i - \dut.wait_q ) + hold_cycles_i + later
    : \dut.hold_q ? here + later : 32'd0;
  reg [31:0] left_was;
  reg started_was, abort_was, codes_wait;
  always @(posedge clk) left_was <= left;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {started_was, abort_was, codes_wait} <= 3'd0;
    else begin
      started_was <= start_valid_i && start_ready_o;
      abort_was <= abort_i;
      codes_wait <= code_valid_o && !code_ready_i && !abort_i;
    end
  reg [{{ code_bits - 1 }}:0] codes_were;
  wire [{{ code_bits - 1 }}:0] codes = { {% if ternary %}code_nonzero_o, code_error_o, code_empty_o, {% endif %}code_negative_o, code_plane_o };
  always @(posedge clk) codes_were <= codes;
  reg ran_was;
  always @(posedge clk or negedge rst_n) if (!rst_n) ran_was <= 1'b0; else ran_was <= busy_o;

  // ---- Promises.
  always @(*) if (observed) begin
    assert (precharge_o + evaluate_o + sense_o <= 2'd1);
    assert (busy_o || !(precharge_o || evaluate_o || sense_o));
    // Codes and their plane stay until they are taken; an abort alone drops them.
    if (codes_wait) assert (code_valid_o && codes == codes_were);
    // An abort leaves nothing.
    if (abort_was && !started_was) assert (!busy_o && !code_valid_o && !timeout_o);
    // Each cycle brings an evaluation closer to its end, which is at most
    // precharge + evaluate + M * (sense + timeout + hold) cycles away.
    assert (busy_o == (left != 0));
    if (ran_was && busy_o && !started_was) assert (left < left_was);
    if (busy_o) assert (left <= precharge_cycles_i + evaluate_cycles_i + all_phases);
  end

  // ---- Strengthening: counters stay below what was programmed.
  always @(*) if (observed) begin
    assert (\dut.precharge_q + \dut.evaluate_q + \dut.sense_q + \dut.hold_q <= 3'd1);
    if (busy_o) assert (was_busy);
    if (\dut.precharge_q ) assert (\dut.count_q < precharge_cycles_i);
    if (\dut.evaluate_q ) assert (\dut.count_q < evaluate_cycles_i);
    if (\dut.sense_q ) assert (\dut.count_q < sense_cycles_i && \dut.wait_q <= timeout_cycles_i);
    if (\dut.sense_q && \dut.count_q != 0) assert (\dut.wait_q == 0);
    if (\dut.hold_q ) assert (\dut.count_q < hold_cycles_i);
    if (!\dut.sense_q ) assert (\dut.wait_q == 0);
    // Codes that wait beside an evaluation: it has only just begun on a promise, or is in its last hold.
    if (code_valid_o && busy_o) assert (promised != 0 || ( \dut.hold_q && phases_left == 0));
    if (code_valid_o && promised == 2'd3) assert (\dut.precharge_q );
    if (code_valid_o && promised == 2'd2) assert (\dut.precharge_q || \dut.evaluate_q );
{%- if phases > 1 %}
    assert (\dut.phase_q <= {{ phases - 1 }});
    if (!busy_o || \dut.precharge_q || \dut.evaluate_q ) assert (\dut.phase_q == 0);
{%- endif %}
  end
{%- if codes %}
{% include "prove/sense_codes.sv" %}
{%- endif %}
{%- endblock -%}
