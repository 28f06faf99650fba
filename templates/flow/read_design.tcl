{%- for file in liberty %}
read_liberty {{ file }}
{%- endfor %}
read_verilog {{ netlist }}
link_design {{ top }}
{%- if let Some(model) = wire_load %}
set_wire_load_model -name {{ model }}
{%- endif %}
read_sdc {{ sdc }}
