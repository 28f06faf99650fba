{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
{#- A part of sense.sv. -#}
  // ---- Specification: a phase ends with the first cycle in which the crossbar is ready, from the last one of the programmed
  // strobe on; column c is sampled there in phase c mod {{ phases }}, from comparator c / {{ phases }}. A plane's codes are valid from the last phase on.
  reg [7:0] strobed;
  reg [31:0] phase;
  reg [31:0] plane, codes_plane;
  reg valid;
  reg [{{ used - 1 }}:0] pos, {% if ternary %}neg, {% endif %}known;
  wire accepts = start_valid_i && start_ready_o;
  wire due = sense_o && strobed + 1 >= sense_cycles_i;
  wire samples = due && ready_i;
  wire last = samples && phase == {{ phases - 1 }};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      strobed <= 0; phase <= 0; valid <= 1'b0; known <= 0;
    end else begin
      strobed <= !sense_o || samples ? 0 : due ? strobed : strobed + 1;
      phase <= accepts || last ? 0 : samples ? phase + 1 : phase;
      valid <= !abort_i && (last || valid && !code_ready_i);
{%- for c in 0..used %}
      if (samples && phase == {{ c % phases }}) known[{{ c }}] <= 1'b1;
{%- endfor %}
    end
  always @(posedge clk) begin
    if (accepts) plane <= start_plane_i;
    if (last) codes_plane <= plane;
{%- for c in 0..used %}
    if (samples && phase == {{ c % phases }}) pos[{{ c }}] <= pos_i[{{ c / phases }}];
{%- if ternary %}
    if (samples && phase == {{ c % phases }}) neg[{{ c }}] <= neg_i[{{ c / phases }}];
{%- endif %}
{%- endfor %}
  end

  // ---- Promises: ternary, both comparators of a column high is an error and counts as 0; binary, p is 1 or -1.
  always @(*) if (observed) begin
    assert (code_valid_o == valid);
    if (valid) begin
      assert (code_plane_o == codes_plane);
{%- if ternary %}
      assert (code_nonzero_o == (pos ^ neg) && code_negative_o == (neg & ~pos));
      assert (code_empty_o == (pos == neg) && code_error_o == ((pos & neg) != 0));
{%- else %}
      assert (code_negative_o == ~pos);
{%- endif %}
    end
{%- if ternary %}
    if (!valid) assert (!code_error_o);
{%- endif %}
  end

  // ---- Strengthening: what has been sampled since reset is what is shown.
{%- if ternary %}
  (* hierconn *) wire [{{ comparators * phases - 1 }}:0] \dut.captured_error ;
  wire [{{ used - 1 }}:0] errors = \dut.captured_error ;
{%- endif %}
  (* hierconn *) wire [{{ plane_bits - 1 }}:0] \dut.plane_q ;
  always @(*) if (observed) begin
{%- if ternary %}
    assert (((code_nonzero_o ^ pos ^ neg) & known) == 0 && ((code_negative_o ^ (neg & ~pos)) & known) == 0);
    assert (((errors ^ (pos & neg)) & known) == 0);
{%- else %}
    assert (((code_negative_o ^ ~pos) & known) == 0);
{%- endif %}
{%- for c in 0..used %}
    if (phase > {{ c % phases }} || valid) assert (known[{{ c }}]);
{%- endfor %}
    if (busy_o) assert (\dut.plane_q == plane);
    assert (phase < {{ phases }});
    assert (\dut.sense_q ? strobed + \dut.count_q + 1 == sense_cycles_i : !busy_o || strobed == 0);
    if (\dut.precharge_q || \dut.evaluate_q ) assert (phase == 0);
{%- if phases > 1 %}
    if (\dut.sense_q ) assert (\dut.phase_q == phase);
    if (\dut.hold_q ) assert (\dut.phase_q == (phase == 0 ? {{ phases - 1 }} : phase - 1));
{%- endif %}
  end
