# SPDX-License-Identifier: MIT OR Apache-2.0
# Power of a netlist under recorded activity.
{%- for file in liberty %}
read_liberty {{ "{" }}{{ file }}{{ "}" }}
{%- endfor %}
read_verilog {{ "{" }}{{ netlist }}{{ "}" }}
link_design {{ top }}
{%- if let Some(model) = wire_load %}
set_wire_load_model -name {{ model }}
{%- endif %}
read_sdc {{ "{" }}{{ sdc }}{{ "}" }}
read_saif -scope {{ top }} {{ "{" }}{{ saif }}{{ "}" }}
puts "=== annotation"
report_activity_annotation
puts "=== drivers"
set hcim_drivers [get_pins -hierarchical -filter "direction==output" *]
puts "outputs [llength $hcim_drivers]"
puts "=== power"
report_power -digits 6
puts "=== clock"
report_net -connections -digits 6 clk_i
puts "=== hcim done"
