{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
  // ---- Strengthening: how the array stands in the middle of an operation. None of this is assumed but by the induction.
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire [A-1:0] \dut.plane_q ;
  (* hierconn *) wire \dut.readout_q ;
  (* hierconn *) wire [P-1:0] \dut.readout_row_q ;
  (* hierconn *) wire \dut.readback_q ;
  (* hierconn *) wire [S+A-2:0] \dut.readback_bit_q ;
  (* hierconn *) wire [P-1:0] \dut.readback_row_q ;
  (* hierconn *) wire [U-1:0] \dut.readback_lane_q ;
{%- if ternary %}
  (* hierconn *) wire \{{ path }}.nonzero_q ;
{%- endif %}
  (* hierconn *) wire \{{ path }}.negative_q ;
  (* hierconn *) wire [P-1:0] \{{ path }}.accumulator_q ;

  wire [P-1:0] rows = \{{ path }}.accumulator_q ;
  wire [P-1:0] one = 1;
  wire [S-1:0] q = factors[plane*B +: S];
  integer r;
  always @(*) if (rst_n && !clk) begin
    assert (left <= CYCLES && next_plane < A && (left == 0 || next_plane == (plane == A - 1 ? 0 : plane + 1)));
    assert (\dut.busy_q == (left != 0));
    assert (\dut.readout_q == reading);
    assert (\dut.readback_q || (\dut.readback_row_q == 0 && \dut.readback_lane_q == 0 && \dut.readback_bit_q == 0));
    if (left != 0 || reading) assert (!\dut.readback_q );
    if (left == 0 && next_plane != 0) assert (next_plane == plane + 1 && rows == total[P-1:0]);
    if (reading) begin
      assert (digit < NR && next_plane <= 1);
      assert (\dut.readout_row_q == one << (digit * U));
      for (r = 0; r < P; r = r + 1)
        if (r >= digit * U) assert (rows[r] == result[r]);
    end
    if (reading && left != 0) assert (plane == 0 && digit >= LEAD);
    if (left == 0 && next_plane != 0) assert (!reading);
    if (left != 0) begin
      assert (plane < A && (!skip || !nonzero));
      if (plane == 0) assert (before == 0);
      else assert (rows == before[P-1:0]);
      assert (total == (!nonzero ? before : negative ? before - ($signed({2'b00, q}) <<< plane) : before + ($signed({2'b00, q}) <<< plane)));
      assert (plane == 0 || (before <= FACTOR_MAX * ((1 << plane) - 1) && before >= -FACTOR_MAX * ((1 << plane) - 1)));
      assert (\dut.plane_q == one << plane);
{%- if parity %}
      assert (odd == (nonzero && ^factors[plane*B +: B]));
{%- endif %}
{%- if ternary %}
      assert (\{{ path }}.nonzero_q == nonzero);
{%- endif %}
      assert (\{{ path }}.negative_q == negative);
    end
  end
{%- if gating %}

  // ---- Gating: a column that adds nothing keeps its accumulator and its clock still.
  reg standing = 1'b0;
  reg [P-1:0] rows_before;
  (* hierconn *) wire \{{ path }}.column_gate_clk ;
  always @(posedge clk) begin
    standing <= rst_n && (!advance || (!nonzero && plane != 0));
    rows_before <= rows;
  end
  always @(*) if (rst_n && standing) begin
    assert (!\{{ path }}.column_gate_clk );
    if (!clk) assert (rows == rows_before);
  end
{%- endif %}
