{{ header }}
`default_nettype none

{{ contract }}
//
// A model for simulation only. The sums are exact and are formed when evaluate_i rises, and again
// when sense_i rises if the word lines or the threshold have changed in between. While sense_i is
// low the outputs show the complement of the comparators, so that a capture that comes too early or
// too late is seen. ready_o is high but for fault_not_ready.
//
// Faults, for test benches (all zero at the start, in force from the next rise of evaluate_i):
//   fault_offset[c]    added to the sum of column c
//   fault_pos_set, fault_pos_clear{% if ternary %}, fault_neg_set, fault_neg_clear{% endif %}
//                      comparators that are stuck, one bit per comparator, at once; clear wins
//   fault_not_ready    ready_o stays low
// With HCIM_ASSERT defined, contract_violation rises and stays when the ports break the contract.
module {{ name }} (
{%- for port in ports %}
{{ port }}
{%- endfor %}
);

  localparam integer ROWS        = {{ rows }};
  localparam integer COLS        = {{ columns }};
{%- if sharing > 1 %}
  localparam integer SHARING     = {{ sharing }};
{%- endif %}
  localparam integer COMPARATORS = {{ comparators }};
{%- if per_column %}
  localparam integer PLANES      = {{ planes }};
{%- endif %}
{%- if per_column %}
  localparam integer THR_BITS    = {{ threshold_bits }};
{%- endif %}
  localparam integer LEVELS      = {{ levels }};  // bits that count 2 * ROWS

  // ---- Cells{% if per_column %} and thresholds{% endif %}: written at the rising clk_i.

  reg [COLS-1:0] pos_cells_q [0:ROWS-1];
  reg [COLS-1:0] neg_cells_q [0:ROWS-1];

  always @(posedge clk_i) begin
    if (prog_en_i) begin
      pos_cells_q[prog_row_i] <= prog_pos_i;
      neg_cells_q[prog_row_i] <= prog_neg_i;
    end
  end
{% if per_column %}
  reg [THR_BITS-1:0] thresholds_q [0:PLANES*COLS-1];

  wire signed [31:0] prog_thr_index = {{ prog_plane }} * COLS + {{ prog_column }};

  always @(posedge clk_i) begin
    if (prog_thr_en_i) begin
      thresholds_q[prog_thr_index[{{ threshold_index_msb }}:0]] <= prog_thr_i;
    end
  end

  wire unused_prog_thr_index = &{1'b0, prog_thr_index};
{% endif %}
  // ---- Faults.

  reg signed [31:0]     fault_offset [0:COLS-1] /* verilator public_flat_rw */;
  reg [COMPARATORS-1:0] fault_pos_set           /* verilator public_flat_rw */;
  reg [COMPARATORS-1:0] fault_pos_clear         /* verilator public_flat_rw */;
{%- if ternary %}
  reg [COMPARATORS-1:0] fault_neg_set           /* verilator public_flat_rw */;
  reg [COMPARATORS-1:0] fault_neg_clear         /* verilator public_flat_rw */;
{%- endif %}
  reg                   fault_not_ready         /* verilator public_flat_rw */;

  initial begin : no_faults
    integer column;
    for (column = 0; column < COLS; column = column + 1) begin
      fault_offset[column] = 0;
    end
    fault_pos_set = {COMPARATORS{1'b0}};
    fault_pos_clear = {COMPARATORS{1'b0}};
{%- if ternary %}
    fault_neg_set = {COMPARATORS{1'b0}};
    fault_neg_clear = {COMPARATORS{1'b0}};
{%- endif %}
    fault_not_ready = 1'b0;
  end

  // ---- Sums and comparisons.
  //
  // All columns are counted at once: bit c of count[0], count[1], ... is a binary number that grows
  // by pos + (1 - neg) for each active row, so that the sum is this number less the active rows.

  wire [{{ analog_bits - 1 }}:0] analog_inputs = { {%- if per_tile %}threshold_i, {% endif %}{% if per_column %}plane_i, {% endif %}wl_i};

  wire [ROWS-1:0] word_lines = wl_i;

  reg [{{ analog_bits - 1 }}:0] seen_q;
  reg [COLS-1:0] pos_compare_q;
{%- if ternary %}
  reg [COLS-1:0] neg_compare_q;
{%- endif %}

  // BLKSEQ: variables of this block only, meant to change at once.
  /* verilator lint_off BLKSEQ */
  always @(posedge evaluate_i or posedge sense_i) begin : evaluation
    integer row;
    integer column;
    integer level;
    integer active;
    integer sum;
{%- if ternary %}
    integer threshold;
{%- endif %}
    reg [COLS-1:0] count [0:LEVELS-1];
    reg [COLS-1:0] plus;
    reg [COLS-1:0] other;
    reg [COLS-1:0] carry;
    reg [COLS-1:0] pos_compare;
{%- if ternary %}
    reg [COLS-1:0] neg_compare;
{%- endif %}
    if (evaluate_i || (analog_inputs != seen_q)) begin
      active = 0;
      for (level = 0; level < LEVELS; level = level + 1) begin
        count[level] = {COLS{1'b0}};
      end
      for (row = 0; row < ROWS; row = row + 1) begin
        if (word_lines[row]) begin
          active = active + 1;
          plus = pos_cells_q[row];
          other = ~neg_cells_q[row];
          carry = (plus & other) | (count[0] & (plus | other));
          count[0] = count[0] ^ plus ^ other;
          level = 1;
          while ((|carry) && (level < LEVELS)) begin
            plus = count[level] & carry;
            count[level] = count[level] ^ carry;
            carry = plus;
            level = level + 1;
          end
        end
      end
{%- if per_tile %}
      threshold = {{ threshold }};
{%- endif %}
      for (column = 0; column < COLS; column = column + 1) begin
        sum = fault_offset[column] - active;
        for (level = 0; level < LEVELS; level = level + 1) begin
          sum = sum + (count[level][column] ? (1 << level) : 0);
        end
{%- if per_column %}
        threshold = {{ threshold }};
{%- endif %}
{%- if ternary %}
        pos_compare[column] = sum > threshold;
        neg_compare[column] = sum < -threshold;
{%- else %}
        pos_compare[column] = sum >= 0;
{%- endif %}
      end
      pos_compare_q <= pos_compare;
{%- if ternary %}
      neg_compare_q <= neg_compare;
{%- endif %}
      seen_q <= analog_inputs;
    end
  end
  /* verilator lint_on BLKSEQ */

  // ---- Comparators.
{%- if sharing > 1 %}

  // Comparator k serves column k * SHARING + sel_i; columns beyond the last show zero.
  reg [COMPARATORS-1:0] pos_selected;
{%- if ternary %}
  reg [COMPARATORS-1:0] neg_selected;
{%- endif %}
  wire [COMPARATORS*SHARING-1:0] pos_padded = {{ pos_padded }};
{%- if ternary %}
  wire [COMPARATORS*SHARING-1:0] neg_padded = {{ neg_padded }};
{%- endif %}

  always @(*) begin : share
    integer comparator;
    for (comparator = 0; comparator < COMPARATORS; comparator = comparator + 1) begin
      pos_selected[comparator] = pos_padded[comparator * SHARING + {{ select }}];
{%- if ternary %}
      neg_selected[comparator] = neg_padded[comparator * SHARING + {{ select }}];
{%- endif %}
    end
  end

  wire [COMPARATORS-1:0] pos_healthy = pos_selected;
{%- if ternary %}
  wire [COMPARATORS-1:0] neg_healthy = neg_selected;
{%- endif %}
{%- else %}

  wire [COMPARATORS-1:0] pos_healthy = pos_compare_q;
{%- if ternary %}
  wire [COMPARATORS-1:0] neg_healthy = neg_compare_q;
{%- endif %}
{%- endif %}
  wire [COMPARATORS-1:0] pos_actual = (pos_healthy | fault_pos_set) & ~fault_pos_clear;
{%- if ternary %}
  wire [COMPARATORS-1:0] neg_actual = (neg_healthy | fault_neg_set) & ~fault_neg_clear;
{%- endif %}

  assign pos_o = sense_i ? pos_actual : ~pos_actual;
{%- if ternary %}
  assign neg_o = sense_i ? neg_actual : ~neg_actual;
{%- endif %}
  assign ready_o = !fault_not_ready;

  // ---- Contract of the ports, checked at the rising clk_i.

`ifdef HCIM_ASSERT

  reg contract_violation /* verilator public_flat_rw */;
  reg strobed_q;
  reg [{{ analog_bits - 1 }}:0] strobed_inputs_q;

  wire strobe = precharge_i | evaluate_i | sense_i;
  wire overlap = (precharge_i & evaluate_i) | (precharge_i & sense_i) | (evaluate_i & sense_i);
  wire unstable = (evaluate_i | sense_i) & strobed_q & (analog_inputs != strobed_inputs_q);
  wire programmed = strobe & {% if per_column %}(prog_en_i | prog_thr_en_i){% else %}prog_en_i{% endif %};

  initial begin
    contract_violation = 1'b0;
    strobed_q = 1'b0;
  end

  always @(posedge clk_i) begin
    if (strobe) begin
      strobed_q <= 1'b1;
      strobed_inputs_q <= analog_inputs;
    end
    if (overlap | unstable | programmed) begin
      contract_violation <= 1'b1;
      if (!contract_violation) begin
        $display("%m: contract broken at %0t:%0s%0s%0s", $time,
                 overlap ? " strobes overlap" : "",
                 unstable ? " word lines or threshold changed" : "",
                 programmed ? " programmed during evaluation" : "");
      end
    end
  end

`else

  // What only the checks look at.
  wire unused_inputs = &{1'b0, precharge_i{% if !per_column %}, plane_i{% endif %}};

`endif
{%- if !per_column %}
`ifdef HCIM_ASSERT
  wire unused_inputs = &{1'b0, plane_i};
`endif
{%- endif %}

endmodule

`default_nettype wire
