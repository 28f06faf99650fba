# SPDX-License-Identifier: MIT OR Apache-2.0
# Power of a netlist with recorded activity, totals alone: seconds, where a list of all cells takes minutes.
{%- for file in liberty %}
read_liberty {{ "{" }}{{ file }}{{ "}" }}
{%- endfor %}
read_verilog {{ "{" }}{{ netlist }}{{ "}" }}
link_design {{ top }}
{%- if let Some(model) = wire_load %}
set_wire_load_model -name {{ model }}
{%- endif %}
read_sdc {{ "{" }}{{ sdc }}{{ "}" }}
read_saif -scope {{ scope }} {{ "{" }}{{ saif }}{{ "}" }}
puts "=== hcim annotation"
report_activity_annotation
puts "=== hcim design"
report_power -digits 6
puts "=== hcim clock_net"
report_net -digits 4 clk_i
puts "=== hcim done"
