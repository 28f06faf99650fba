{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
  // ---- Strengthening: how the array stands in the middle of an operation. None of this is assumed but by the induction.
  localparam D = {{ d }};
  (* hierconn *) wire \dut.u_control.busy_q ;
  (* hierconn *) wire [A-1:0] \dut.u_control.plane_q ;
  (* hierconn *) wire [P-1:0] \dut.u_control.row_q ;
  (* hierconn *) wire \dut.u_control.readout_q ;
  (* hierconn *) wire [P-1:0] \dut.u_control.readout_row_q ;
  (* hierconn *) wire \dut.u_control.readback_q ;
  (* hierconn *) wire [P-1:0] \dut.u_control.readback_row_q ;
  (* hierconn *) wire [D-1:0] \dut.u_control.readback_lane_q ;
{%- if cycles > 1 %}
  (* hierconn *) wire [CYCLES-1:0] \dut.u_control.digit_q ;
{%- endif %}
{%- if rotations > 1 %}
  (* hierconn *) wire [{{ rotations - 1 }}:0] \dut.u_control.rotation_q ;
{%- endif %}
{%- if clears %}
  (* hierconn *) wire \dut.u_control.clear_q ;
{%- endif %}
{%- if keeps_skip %}
  (* hierconn *) wire \dut.u_control.skip_q ;
{%- endif %}
{%- if ternary %}
  (* hierconn *) wire \{{ path }}.nonzero_q ;
{%- endif %}
  (* hierconn *) wire \{{ path }}.negative_q ;
  (* hierconn *) wire [P-1:0] \{{ path }}.accumulator_q ;
{%- if cycles > 1 %}
  (* hierconn *) wire \{{ path }}.carry_q ;
{%- endif %}
{%- if parity && cycles > 1 %}
  (* hierconn *) wire \{{ path }}.parity_q ;
{%- endif %}

  wire [P-1:0] rows = \{{ path }}.accumulator_q ;
  wire [7:0] done = CYCLES - left;               // digits before this one
  wire [7:0] low = done * D;                     // rows of the window before this digit
  wire [P-1:0] one = 1;
  // The part of the addition that is done: the carry out of the lowest rows, as arithmetic.
  wire [S-1:0] q = factors[plane*B +: S];
  wire [S+1:0] addend = {2'b00, nonzero ? q : {S{1'b0}}} ^ {S+2{negative && nonzero}};
  wire [P+1:0] old = before >>> plane;
  wire [S+2:0] mask = ~({S+3{1'b1}} << low);
  wire [S+2:0] part = ({1'b0, old[S+1:0]} & mask) + ({1'b0, addend} & mask) + (negative && nonzero);
  wire [S+2:0] carried = part >> low;
  wire below = {% if sign_in_carry %}done == CYCLES - 1 ? total[P+1] : {% endif %}carried[0];

  integer r;
  always @(*) if (rst_n && !clk) begin
    assert (left <= CYCLES && next_plane < A && (left == 0 || next_plane == (plane == A - 1 ? 0 : plane + 1)));
    assert (\dut.u_control.busy_q == (left != 0));
    assert (\dut.u_control.readout_q == reading);
    assert (\dut.u_control.readback_q || (\dut.u_control.readback_row_q == 0 && \dut.u_control.readback_lane_q == 0));
    if (left != 0 || reading) assert (!\dut.u_control.readback_q );
    if (left == 0 && next_plane != 0) assert (next_plane == plane + 1);
    if (reading) begin
      assert (digit < NR && next_plane <= 1);
      assert (\dut.u_control.readout_row_q == one << (digit * U));
      for (r = 0; r < P; r = r + 1)
        if (r >= digit * U) assert (rows[r] == result[r]);
    end
    if (reading && left != 0) begin
      assert (plane == 0);
      assert (digit >= (skip ? LEAD_SKIP : LEAD + done));
    end
    if (left == 0 && next_plane != 0)
      for (r = 0; r < P; r = r + 1)
        if (r <= S + next_plane) assert (rows[r] == total[r]);
    if (left != 0) begin
      assert (plane < A && (!skip || left == 1) && (!skip || !nonzero));
      if (plane == 0) assert (before == 0);
      assert (total == (!nonzero ? before : negative ? before - ($signed({2'b00, q}) <<< plane) : before + ($signed({2'b00, q}) <<< plane)));
      assert (plane == 0 || (before <= FACTOR_MAX * ((1 << plane) - 1) && before >= -FACTOR_MAX * ((1 << plane) - 1)));
      assert (\dut.u_control.plane_q == one << plane);
{%- if parity %}
      assert (odd == (nonzero && ^factors[plane*B +: B]));
{%- endif %}
      assert (\dut.u_control.row_q == one << (plane + low));
{%- if cycles > 1 %}
      assert (\dut.u_control.digit_q == one << done);
{%- endif %}
{%- if rotations > 1 %}
      assert (\dut.u_control.rotation_q == one << (plane % D));
{%- endif %}
{%- if clears %}
      assert (\dut.u_control.clear_q == (skip && plane == 0));
{%- endif %}
{%- if keeps_skip %}
      assert (\dut.u_control.skip_q == skip);
{%- endif %}
{%- if ternary %}
      assert (\{{ path }}.nonzero_q == nonzero);
{%- endif %}
      assert (\{{ path }}.negative_q == (negative && nonzero));
      for (r = 0; r < P; r = r + 1) begin
        if (plane != 0 && r <= S + plane && (skip || r >= plane + low)) assert (rows[r] == before[r]);
        if (!skip && r < plane + low) assert (rows[r] == total[r]);
      end
{%- if cycles > 1 %}
      if (done != 0 && !skip{% if gated %} && nonzero{% endif %}) assert (\{{ path }}.carry_q == below);
{%- endif %}
{%- if parity && cycles > 1 %}
      // The parity bit and the bits of the digits before.
      if (done != 0 && !skip{% if gated %} && nonzero{% endif %})
        assert (\{{ path }}.parity_q == (nonzero && (^(q & ~({S{1'b1}} << low)) ^ factors[plane*B + S])));
{%- endif %}
    end
  end
{%- if gating %}

  // ---- Gating: a column that adds nothing keeps its storage{% if cycles > 1 %}, its carry{% endif %} and its clock still.
  integer g;
  reg standing = 1'b0, signs;
  reg [7:0] sign_row;
  reg [P-1:0] rows_before;
{%- if cycles > 1 %}
  reg carry_before;
{%- endif %}
{%- if parity && cycles > 1 %}
  reg parity_before;
{%- endif %}
{%- if let Some(clock) = column_clock %}
  (* hierconn *) wire \{{ path }}.{{ clock }} ;
{%- endif %}
  always @(posedge clk) begin
    standing <= rst_n && (!advance || (!nonzero && plane != 0));
    signs <= advance && left == 1;  // the last digit of a plane copies the sign
    sign_row <= plane + S + 1;
    rows_before <= rows;
{%- if cycles > 1 %}
    carry_before <= \{{ path }}.carry_q ;
{%- endif %}
{%- if parity && cycles > 1 %}
    parity_before <= \{{ path }}.parity_q ;
{%- endif %}
  end
  always @(*) if (rst_n && standing) begin
{%- if let Some(clock) = column_clock %}
    if (clk && !signs) assert (!\{{ path }}.{{ clock }} );
{%- endif %}
    if (!clk) begin
      for (g = 0; g < P; g = g + 1)
        if (!signs || g != sign_row) assert (rows[g] == rows_before[g]);
{%- if cycles > 1 %}
      if (!signs) assert (\{{ path }}.carry_q == carry_before);
{%- endif %}
{%- if parity && cycles > 1 %}
      if (!signs) assert (\{{ path }}.parity_q == parity_before);
{%- endif %}
    end
  end
{%- endif %}
