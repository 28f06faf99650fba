{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
// {{ block.title }}: {% block what %}{% endblock %} Proved by induction over clock phases, whatever the inputs.
`default_nettype none

module prove (input wire [{{ block.total - 1 }}:0] any_i);

  // ---- Clock and environment: every input is free, and changes while the clock is high, as those of neighbours do.
  reg clk = 1'b0;
  always @($global_clock) clk <= !clk;
  reg rst_n = 1'b0;
  always @(posedge clk) rst_n <= 1'b1;
  reg [{{ block.total - 1 }}:0] held;
  wire [{{ block.total - 1 }}:0] in = clk ? any_i : held;
  always @($global_clock) held <= in;
{% for port in block.inputs %}
  wire [{{ port.width - 1 }}:0] {{ port.name }} = in[{{ port.offset }} +: {{ port.width }}];
{%- endfor %}
{% for port in block.outputs %}
  wire [{{ port.width - 1 }}:0] {{ port.name }};
{%- endfor %}

  {{ block.module }} dut (
    .clk_i(clk), .rst_ni(rst_n)
{%- for port in block.inputs %},
    .{{ port.name }}({{ port.name }})
{%- endfor %}
{%- for port in block.outputs %},
    .{{ port.name }}({{ port.name }})
{%- endfor %}
  );
  // The end of a cycle, before the rising edge, is when promises are observed.
  wire observed = rst_n && !clk;
{% block promises %}{% endblock %}
endmodule

`default_nettype wire
