{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
// {{ title }}: what doc/contracts.md promises, for all words, stalls and clears. Proved by induction over clock phases.
// Output {{ output }} of {{ outputs }} is watched.
`default_nettype none

module prove (input wire [{{ total - 1 }}:0] any_i);

  localparam W = {{ w }};    // columns of an output
  localparam U = {{ u }};    // bits of a digit
  localparam NR = {{ nr }};  // digits of an input word
  localparam NY = {{ ny }};  // digits of an output word
  localparam B = NY * U;     // bits of an output word
  localparam OUTPUT = {{ output }};

  // ---- Clock and environment: inputs change while the clock is high, as those of neighbours do.
  reg clk = 1'b0;
  always @($global_clock) clk <= !clk;
  reg rst_n = 1'b0;
  always @(posedge clk) rst_n <= 1'b1;
  reg [{{ total - 1 }}:0] held;
  wire [{{ total - 1 }}:0] in = clk ? any_i : held;
  always @($global_clock) held <= in;

  wire clear = in[0];
  wire in_valid = in[1];
  wire in_first = in[2];
  wire in_last = in[3];
  wire out_ready = in[4];
  wire chain_enable = {% if chain %}in[5]{% else %}1'b0{% endif %};
  wire chain_valid = in[6];
  wire [{{ outputs }}*W*U-1:0] in_data = in[7 +: {{ outputs }}*W*U];
  wire [{{ outputs }}*U-1:0] chain_data = in[7 + {{ outputs }}*W*U +: {{ outputs }}*U];

  wire in_ready, out_valid, out_first, out_last;
  wire [{{ outputs }}*U-1:0] out_data;
{%- if chain %}
  wire chain_ready;
{%- endif %}
  {{ module }} dut (
    .clk_i(clk), .rst_ni(rst_n), .clear_i(clear),
    .in_valid_i(in_valid), .in_ready_o(in_ready), .in_first_i(in_first), .in_last_i(in_last), .in_data_i(in_data),
{%- if chain %}
    .chain_enable_i(chain_enable), .chain_valid_i(chain_valid), .chain_ready_o(chain_ready),
    .chain_first_i(1'b0), .chain_last_i(1'b0), .chain_data_i(chain_data),
{%- endif %}
    .out_valid_o(out_valid), .out_ready_i(out_ready), .out_first_o(out_first), .out_last_o(out_last), .out_data_o(out_data)
  );

  // ---- Specification: the words so far, their sum in plain arithmetic, and which digit of it is shown.
  reg [7:0] next;              // digit that moves next
  reg shown;                   // a digit stands at the output:
  reg [7:0] digit;             // this one
{%- for j in 0..w %}
  reg [B-1:0] word_{{ j }};    // column {{ j }} as far as it has come
{%- endfor %}
  reg [B-1:0] above;           // the word of the tile above

  wire free = !shown || out_ready;
  wire joined = free && (!chain_enable || chain_valid);
  wire own = in_valid || next >= NR;
  wire moves = own && joined;
{%- for j in 0..w %}
  wire [U-1:0] digit_{{ j }} = next < NR ? in_data[(OUTPUT*W + {{ j }})*U +: U] : {U{word_{{ j }}[NR*U-1]}};
{%- endfor %}
  wire [U-1:0] digit_above = chain_enable ? chain_data[OUTPUT*U +: U] : {U{1'b0}};
  wire [B-1:0] keep = next == 0 ? 0 : ~0;

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      next <= 0; shown <= 0;
    end else if (clear) begin
      next <= 0; shown <= 0;
    end else begin
      if (moves) next <= next == NY - 1 ? 0 : next + 1;
      shown <= moves || (shown && !out_ready);
    end
  always @(posedge clk) if (moves) begin
    digit <= next;
{%- for j in 0..w %}
    word_{{ j }} <= (word_{{ j }} & keep) | ({ {B{1'b0}}, digit_{{ j }}} << (next * U));
{%- endfor %}
    above <= (above & keep) | ({ {B{1'b0}}, digit_above} << (next * U));
  end
  // The digits that have come determine as many digits of the sum.
  wire [B-1:0] sum = above{% for j in 0..w %} + (word_{{ j }} << {{ j }}){% endfor %};
  wire [B-1:0] from_digit = sum >> (digit * U);

  // ---- What neighbours must keep to.
  reg enabled;
  always @(posedge clk) enabled <= chain_enable;
  always @(*) begin
    if (in_valid && next < NR) assume (in_first == (next == 0) && in_last == (next == NR - 1));
    if (next != 0) assume (chain_enable == enabled);
  end

  // ---- Promises: observed at the end of a cycle, before the rising edge.
  always @(*) if (rst_n && !clk) begin
    assert (in_ready == (joined && next < NR));
{%- if chain %}
    assert (chain_ready == (free && own && chain_enable));
{%- endif %}
    assert (out_valid == shown);
    if (shown) begin
      assert (out_first == (digit == 0));
      assert (out_last == (digit == NY - 1));
      assert (out_data[OUTPUT*U +: U] == from_digit[U-1:0]);
    end
  end

  // ---- Strengthening: what stands in the carries in the middle of a word.
  wire [7:0] low = next * U;
  wire [B:0] mask = ~({B+1{1'b1}} << low);
  wire [B-1:0] partial_{{ w - 1 }} = word_{{ w - 1 }};
{%- for j in (0..w - 1).rev() %}
  wire [B-1:0] doubled_{{ j }} = partial_{{ j + 1 }} << 1;
  wire [B-1:0] partial_{{ j }} = word_{{ j }} + doubled_{{ j }};
  wire [B:0] carried_{{ j }} = (({1'b0, word_{{ j }}} & mask) + ({1'b0, doubled_{{ j }}} & mask)) >> low;
  wire [B:0] delayed_{{ j }} = {1'b0, doubled_{{ j }}} >> low;
{%- endfor %}
  wire [B:0] carried_above = (({1'b0, above} & mask) + ({1'b0, partial_0} & mask)) >> low;
{%- if signs > 0 %}
  (* hierconn *) wire \dut.sign_phase_q ;
  (* hierconn *) wire [W-1:0] \{{ path }}.sign_q ;
{%- if signs > 1 %}
  (* hierconn *) wire [{{ count_bits - 1 }}:0] \dut.sign_count_q ;
{%- endif %}
{%- endif %}
{%- if w > 1 %}
  (* hierconn *) wire [W-2:0] \{{ path }}.carry_q ;
  (* hierconn *) wire [W-2:0] \{{ path }}.delay_q ;
{%- endif %}
{%- if chain %}
  (* hierconn *) wire \{{ path }}.chain_carry_q ;
{%- endif %}
  always @(*) if (rst_n && !clk) begin
    assert (next < NY && (!shown || (digit < NY && (next == 0 ? digit == NY - 1 : digit == next - 1))));
    if (next != 0) begin
{%- for j in 0..w %}
      assert ((word_{{ j }} & ~mask[B-1:0]) == 0);
{%- endfor %}
{%- if chain %}
      assert ((above & ~mask[B-1:0]) == 0);
{%- endif %}
{%- for j in 0..w - 1 %}
      assert (\{{ path }}.carry_q [{{ j }}] == carried_{{ j }}[0]);
      assert (\{{ path }}.delay_q [{{ j }}] == delayed_{{ j }}[0]);
{%- endfor %}
{%- if chain %}
      assert (\{{ path }}.chain_carry_q == carried_above[0]);
{%- endif %}
    end
{%- if !chain %}
    if (next != 0 || shown) assert (above == 0);
{%- endif %}
{%- if signs > 0 %}
    assert (\dut.sign_phase_q == (next >= NR));
{%- if signs > 1 %}
    assert (\dut.sign_count_q == (next >= NR ? next - NR : 0));
{%- endif %}
    if (next >= NR) begin
{%- for j in 0..w %}
      assert (\{{ path }}.sign_q [{{ j }}] == word_{{ j }}[NR*U-1]);
{%- endfor %}
    end
{%- endif %}
  end
endmodule

`default_nettype wire
