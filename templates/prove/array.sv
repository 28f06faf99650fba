// SPDX-License-Identifier: MIT OR Apache-2.0
// {{ title }}: what doc/contracts.md promises, for all scale factors, codes, stalls, clears and writes that it allows.
// Proved by induction over clock phases. Column {{ column }} of {{ columns }} is watched.
`default_nettype none

module prove (input wire [{{ at.total - 1 }}:0] any_i);

  localparam A = {{ a }};                  // bit planes
  localparam S = {{ s }};                  // bits of a scale factor
  localparam B = {{ b }};                  // bits that are stored of it: S{% if parity %}, and its parity{% endif %}
  localparam P = {{ p }};                  // accumulator bits
  localparam U = {{ u }};                  // rows of a read-out digit
  localparam NR = {{ nr }};                // digits of the read-out
  localparam CYCLES = {{ cycles }};        // cycles of a plane
  localparam LEAD = {{ lead }};            // read-out digits ahead of plane 0
  localparam LEAD_SKIP = {{ lead_skip }};  // the same for a skipped plane 0
  localparam COLUMN = {{ column }};

  // ---- Clock and environment: inputs change while the clock is high, as those of neighbours do.
  reg clk = 1'b0;
  always @($global_clock) clk <= !clk;
  reg rst_n = 1'b0;
  always @(posedge clk) rst_n <= 1'b1;

  reg [{{ at.total - 1 }}:0] held;
  wire [{{ at.total - 1 }}:0] in = clk ? any_i : held;
  always @($global_clock) held <= in;

  wire clear = in[0];
  wire op_valid = in[1];
  wire wr_valid = in[2];
  wire ro_ready = in[3];
  wire op_skip = {% if ternary %}in[4]{% else %}1'b0{% endif %};
  wire rb_valid = in[5];
  wire [{{ plane_bits - 1 }}:0] op_plane = in[{{ at.plane }} +: {{ plane_bits }}];
  wire [{{ columns - 1 }}:0] op_negative = in[{{ at.negative }} +: {{ columns }}];
  wire [{{ columns - 1 }}:0] op_nonzero = {% if ternary %}in[{{ at.nonzero }} +: {{ columns }}]{% else %}~{{ columns }}'b0{% endif %};
  wire [{{ wr_bits - 1 }}:0] wr_row = in[{{ at.wr }} +: {{ wr_bits }}];
  wire [{{ columns - 1 }}:0] wr_data = in[{{ at.data }} +: {{ columns }}];
  wire [{{ rb_bits - 1 }}:0] rb_row = in[{{ at.rb }} +: {{ rb_bits }}];

  wire op_ready, op_soon, busy, ro_valid, ro_first, ro_last;
  wire [{{ columns - 1 }}:0] rb_data;
  wire [{{ columns }}*U-1:0] ro_data;
{%- if parity %}
  wire parity_error;
{%- endif %}
  wire [U-1:0] ro_digit = ro_data[COLUMN*U +: U];

  {{ module }} dut (
    .clk_i(clk), .rst_ni(rst_n), .test_en_i(1'b0), .clear_i(clear),
    .op_valid_i(op_valid), .op_ready_o(op_ready), .op_plane_i(op_plane),
{%- if ternary %}
    .op_skip_i(op_skip), .op_nonzero_i(op_nonzero),
{%- endif %}
    .op_negative_i(op_negative), .op_soon_o(op_soon), .busy_o(busy),
    .wr_valid_i(wr_valid), .wr_row_i(wr_row), .wr_data_i(wr_data),
    .rb_valid_i(rb_valid), .rb_row_i(rb_row), .rb_data_o(rb_data),
    .ro_valid_o(ro_valid), .ro_ready_i(ro_ready), .ro_first_o(ro_first), .ro_last_o(ro_last), .ro_data_o(ro_data)
{%- if parity %},
    .parity_error_o(parity_error)
{%- endif %}
  );

  // ---- Specification: plain arithmetic, and the cycles of doc/contracts.md.
  reg [A*B-1:0] factors;                    // scale factors as written; at power-up, whatever the storage holds
  reg [{{ plane_bits - 1 }}:0] next_plane;  // planes come in order
  reg [7:0] left;                           // cycles that the operation under way still takes, 0 without one
  reg [{{ plane_bits - 1 }}:0] plane;       // its plane,
  reg skip, nonzero, negative;              // its codes,
  reg signed [P+1:0] before, total;         // the sum before and with it
  reg reading;                              // read-out
  reg [7:0] digit;
  reg signed [P+1:0] result;

  wire advance = left != 0 && !(reading && !ro_ready && plane == 0);
  wire finish = advance && left == 1;
  wire start = finish && plane == A - 1;
  wire transfer = reading && ro_ready;
  wire reading_next = start || (reading && !(transfer && digit == NR - 1));
  wire [7:0] transferred = start ? 8'd0 : digit + transfer;
  wire ahead = !reading_next || transferred >= (op_skip ? LEAD_SKIP : LEAD);
  wire ready = (left == 0 || finish) && (op_plane == 0 ? ahead : !reading_next);
  wire accept = op_valid && ready;

  // p * (q << plane), p in {-1, 0, +1}. A factor written in this very cycle counts.
  wire [A*B-1:0] written = { {A*B-1{1'b0} }, 1'b1} << wr_row;
  wire [A*B-1:0] factors_next = !wr_valid ? factors : wr_data[COLUMN] ? factors | written : factors & ~written;
  wire [S-1:0] factor = factors_next[op_plane*B +: S];
  wire signed [P+1:0] weighted = $signed({2'b00, factor}) <<< op_plane;
  wire add = op_nonzero[COLUMN] && !op_skip;
  wire signed [P+1:0] base = op_plane == 0 ? 0 : total;
  wire signed [P+1:0] sum = !add ? base : op_negative[COLUMN] ? base - weighted : base + weighted;

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      next_plane <= 0; left <= 0; reading <= 0;
    end else if (clear) begin
      next_plane <= 0; left <= 0; reading <= 0;
    end else begin
      if (accept) next_plane <= op_plane == A - 1 ? 0 : op_plane + 1;
      if (accept) left <= op_skip ? 1 : CYCLES;
      else if (advance) left <= left - 1;
      reading <= reading_next;
    end
  always @(posedge clk) begin
    factors <= factors_next;
    if (accept) begin
      plane <= op_plane; skip <= op_skip; nonzero <= add; negative <= op_negative[COLUMN];
      before <= base; total <= sum;
    end
    if (start) begin
      result <= total; digit <= 0;
    end else if (transfer) digit <= digit + 1;
  end

  // ---- What neighbours must keep to.
  always @(*) begin
    if (op_valid) assume (op_plane == next_plane);
    assume (wr_row < A*B);
    if (wr_valid) assume ({{ quiet }});
    if (rb_valid) assume (left == 0 && !reading && !op_valid && rb_row < A*B + P);
  end
  // The written row and its data stay for one cycle more.
  reg wrote = 1'b0;
  reg [{{ wr_bits + columns - 1 }}:0] wrote_what;
  always @(posedge clk) begin
    wrote <= wr_valid;
    wrote_what <= {wr_row, wr_data};
  end
  always @(*) if (wrote) assume (wrote_what == {wr_row, wr_data});

  // ---- Promises: observed at the end of a cycle, before the rising edge.
  wire [P+1:0] result_rows = result >>> (digit * U);
  always @(*) if (rst_n && !clk) begin
    assert (busy == (left != 0));
    if (op_plane < A) assert (op_ready == ready);
    assert (op_soon == (left <= 4 && !reading && !(left != 0 && plane == A - 1)));
    assert (ro_valid == reading);
    if (reading) begin
      assert (ro_first == (digit == 0));
      assert (ro_last == (digit == NR - 1));
      assert (ro_digit == result_rows[U-1:0]);
    end
  end
  // The sum never leaves its range.
  localparam signed [P+1:0] FACTOR_MAX = (1 << S) - 1;
  wire signed [P+1:0] limit = FACTOR_MAX * ((2 <<< plane) - 1);
  always @(*) if (rst_n && !clk) begin
{%- if !ternary %}
    if (left != 0) assert (nonzero && !skip);
{%- endif %}
    if (left != 0 || next_plane != 0) assert (total <= limit && total >= -limit);
    if (reading) assert (result <= FACTOR_MAX * ((1 << A) - 1) && result >= -FACTOR_MAX * ((1 << A) - 1));
  end
{%- if parity %}
  // ---- Parity: the column says at the end of an operation{% if deferred %}'s read-out{% endif %} whether a factor that it added has an odd number of ones, its parity bit
  // included; the flag is what the columns say, a cycle later.
  (* hierconn *) wire [{{ columns - 1 }}:0] \dut.column_error ;
  reg odd, flagged;
  wire odd_next = add && ^factors_next[op_plane*B +: B];
  wire checked = {% if deferred %}transfer && digit == NR - 1{% else %}finish{% endif %};
  always @(posedge clk) if (accept) odd <= odd_next{% if deferred %} || (op_plane != 0 && odd){% endif %};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) flagged <= 1'b0;
    else flagged <= checked && !clear && \dut.column_error != 0;
  always @(*) if (rst_n && !clk) begin
    assert (parity_error == flagged);
    if (checked) assert (\dut.column_error [COLUMN] == odd);
  end
{%- endif %}
  // ---- The scale factors begin as those of the column that is watched, and stay equal to them.
  (* hierconn *) wire [A*B-1:0] \{{ path }}.scale_q ;
  reg init = 1'b1;
  always @($global_clock) init <= 1'b0;
  always @(*) if (init) assume (factors == \{{ path }}.scale_q );
  always @(*) begin
    assert (rst_n || !clk || init);
    if (!clk) assert (\{{ path }}.scale_q == factors);
  end

{%- match kind %}
{%- when Kind::InPlace %}{% include "array_in_place.sv" %}
{%- when Kind::Deferred %}{% include "array_deferred.sv" %}
{%- when Kind::Baseline %}{% include "array_baseline.sv" %}
{%- endmatch %}
endmodule

`default_nettype wire
