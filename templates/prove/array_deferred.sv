{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
  // ---- Strengthening: how the array stands in the middle of an operation. None of this is assumed but by the induction.
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire \dut.last_plane_q ;
  (* hierconn *) wire \dut.readout_q ;
  (* hierconn *) wire [P-1:0] \dut.readout_row_q ;
  (* hierconn *) wire \dut.readback_q ;
  (* hierconn *) wire [A*U-1:0] \dut.readback_operand_q ;
{%- for i in 0..a %}
{%- if ternary %}
  (* hierconn *) wire \{{ path }}.nonzero_{{ i }}_q ;
{%- endif %}
  (* hierconn *) wire \{{ path }}.negative_{{ i }}_q ;
{%- if nr > 1 %}
  (* hierconn *) wire \{{ path }}.carry_{{ i }}_q ;
{%- endif %}
{%- if parity && nr > 1 %}
  (* hierconn *) wire \{{ path }}.parity_{{ i }}_q ;
{%- endif %}
{%- endfor %}

  wire [P-1:0] one = 1;
  // The codes as the column holds them, and the sum of the first planes as the operands of its adder give it.
  wire [A-1:0] nonzeros;
  wire [A-1:0] negatives;
{%- for i in 0..a %}
  assign nonzeros[{{ i }}] = {% if ternary %}\{{ path }}.nonzero_{{ i }}_q {% else %}1'b1{% endif %};
  assign negatives[{{ i }}] = \{{ path }}.negative_{{ i }}_q ;
  wire signed [P+1:0] weighted_{{ i }} = $signed({2'b00, factors[{{ i * b }} +: S] & {S{nonzeros[{{ i }}]}}}) <<< {{ i }};
  wire signed [P+1:0] operand_{{ i }} = weighted_{{ i }} ^ {P+2{negatives[{{ i }}]}};
  wire signed [P+1:0] short_{{ i }} = sum_{{ i }} + operand_{{ i }};  // without the 1 that completes the negation
  wire signed [P+1:0] sum_{{ i + 1 }} = short_{{ i }} + $signed({1'b0, negatives[{{ i }}]});
{%- endfor %}
  wire signed [P+1:0] sum_0 = 0;
{%- if parity %}
  wire odd_0 = 1'b0;
{%- for i in 0..a %}
  wire odd_{{ i + 1 }} = odd_{{ i }} || (nonzeros[{{ i }}] && ^factors[{{ i * b }} +: B]);
{%- if nr > 1 %}
  // The parity bit of plane {{ i }}, and the bits of its factor in the rows before this digit.
  wire [P+1:0] seen_{{ i }} = weighted_{{ i }} & ~({P+2{1'b1}} << (digit * U));
  wire parity_{{ i }} = nonzeros[{{ i }}] && (^seen_{{ i }} ^ factors[{{ i * b }} + S]);
{%- endif %}
{%- endfor %}
{%- endif %}
{%- if nr > 1 %}
  // Carry i is that of a serial adder, which adds operand i + 1 (at last nothing) and the sign of plane i to the sum so far.
  wire [7:0] low = digit * U;
  wire [P+2:0] mask = ~({P+3{1'b1}} << low);
{%- for i in 0..a %}
  wire [P+2:0] part_{{ i }} = ({1'b0, short_{{ i }}} & mask){% if i + 1 < a %} + ({1'b0, operand_{{ i + 1 }}} & mask){% endif %} + negatives[{{ i }}];
  wire [P+2:0] carried_{{ i }} = part_{{ i }} >> low;
{%- endfor %}
{%- endif %}

  always @(*) if (rst_n && !clk) begin
    assert (left <= 1 && next_plane < A && (left == 0 || next_plane == (plane == A - 1 ? 0 : plane + 1)));
    assert (\dut.busy_q == (left != 0));
    assert (left == 0 || \dut.last_plane_q == (plane == A - 1));
    assert (\dut.readout_q == reading);
    assert (\dut.readback_q || \dut.readback_operand_q == 0);
    if (left != 0 || reading) assert (!\dut.readback_q );
    if (left != 0) assert (plane < A && !reading);
    if (left == 0 && next_plane != 0) assert (next_plane == plane + 1);
{%- for i in 1..a %}
    if (next_plane == {{ i }}) assert (total == sum_{{ i }}{% if parity %} && odd == odd_{{ i }}{% endif %});
{%- endfor %}
    if (left != 0 && next_plane == 0) assert (total == sum_{{ a }}{% if parity %} && odd == odd_{{ a }}{% endif %});
    if (reading) begin
      assert (digit < NR && next_plane == 0);
      assert (\dut.readout_row_q == one << (digit * U));
      assert (result == sum_{{ a }}{% if parity %} && odd == odd_{{ a }}{% endif %});
{%- if nr > 1 %}
      if (digit != 0) begin
{%- for i in 0..a %}
        assert (\{{ path }}.carry_{{ i }}_q == carried_{{ i }}[0]);
{%- if parity %}
        assert (\{{ path }}.parity_{{ i }}_q == parity_{{ i }});
{%- endif %}
{%- endfor %}
      end
{%- endif %}
    end
  end
