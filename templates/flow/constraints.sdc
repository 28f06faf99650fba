{{ header }}
# Times are in units of the Liberty. A tool may set hcim_period before it reads this file.
if {![info exists hcim_period]} { set hcim_period {{ period }} }

# Clock; delays of ports are shares of the period, for neighbours on the same clock.
{%- for line in clocked %}
{{ line }}
{%- endfor %}
{%- if !inputs.is_empty() %}
set_driving_cell -lib_cell {{ constraints.environment.driving.cell }} -pin {{ constraints.environment.driving.out }} [get_ports { {{- inputs.join(" ") -}} }]
{%- endif %}
{%- if !outputs.is_empty() %}
set_load {{ load }} [get_ports { {{- outputs.join(" ") -}} }]
{%- endif %}
{%- if constraints.ports.reset %}

# Reset: its fall is asynchronous and may come at any time. Its rise is promised to be synchronous to clk_i,
# so recovery and removal of the flip-flops stay checked.
set_false_path -fall_from [get_ports rst_ni]
{%- endif %}
{%- if constraints.ports.test %}

# Scan enable: 0 in operation. Scan has constraints of its own.
set_case_analysis 0 [get_ports test_en_i]
{%- endif %}

# Clock gates that are made of gates, and the "and" of row clock and column in latch memories: the
# enable may move only while the clock is low.
set_clock_gating_check -setup 0 -hold 0
{%- if constraints.latches %}

# Scale-factor latches open in the high phase after the cycle of wr_valid_i; row and data stay for that cycle, too.
# So data have a cycle more than a path to a latch that opens at the launching edge.
# (Accumulator latches have no exception: they do open at the edge that launches their data.)
set hcim_scale_nets [get_nets -hierarchical -quiet {*scale_q* *gen_scale*u_latch*q_o*}]
if {[llength $hcim_scale_nets] == 0} { error "no scale-factor latch is found by the name of its net" }
set hcim_scale_latches {}
foreach hcim_pin [get_pins -of_objects $hcim_scale_nets] {
  if {[get_property $hcim_pin direction] eq "output"} { lappend hcim_scale_latches [get_cells -of_objects $hcim_pin] }
}
set_multicycle_path 2 -setup -to $hcim_scale_latches
set_multicycle_path 1 -hold -to $hcim_scale_latches
{%- endif %}
{%- if !constraints.ports.quiet.is_empty() %}

# Settings: they hold still while anything runs, and are first looked at no earlier than the cycle after a change.
set_multicycle_path 2 -setup -from [get_ports { {{- constraints.ports.quiet.join(" ") -}} }]
set_multicycle_path 1 -hold -from [get_ports { {{- constraints.ports.quiet.join(" ") -}} }]
{%- endif %}
{%- if let Some(crossbar) = constraints.crossbar %}

# Crossbar macro. Its library must have arcs from sense_i (and sel_i, threshold_i, plane_i) to the comparators.
# Programming is synchronous to clk_i: plain setup and hold of the macro.
# Word lines are registered, change with the accepted start and must stand by the end of precharge: {{ crossbar.precharge }} cycle(s).
# Strobes are registered, one at a time, and free of glitches; how they arrive relative to each other is up to the macro:
# one cycle, so that precharge, evaluate and sense keep their programmed lengths.
{%- if crossbar.precharge > 1 %}
set_multicycle_path {{ crossbar.precharge }} -setup -to [get_pins u_crossbar/wl_i*]
set_multicycle_path {{ crossbar.precharge - 1 }} -hold -to [get_pins u_crossbar/wl_i*]
{%- endif %}
# Comparators are captured at the end of sense, {{ crossbar.sense }} cycle(s) after sense_i (and sel_i) moved. They may move at any time before;
# nothing looks at them then. ready_o is looked at in the last programmed cycle of sense alone, so it has the same time.
# These are the reset values of the timing registers: a program must not go below them at this clock.
{%- if crossbar.sense > 1 %}
set_multicycle_path {{ crossbar.sense }} -setup -through [get_pins {u_crossbar/pos_o*{% if crossbar.ternary %} u_crossbar/neg_o*{% endif %} u_crossbar/ready_o}]
set_multicycle_path {{ crossbar.sense - 1 }} -hold -through [get_pins {u_crossbar/pos_o*{% if crossbar.ternary %} u_crossbar/neg_o*{% endif %} u_crossbar/ready_o}]
{%- endif %}
{%- if crossbar.thresholds %}
# The threshold changes with the accepted start, {{ crossbar.precharge + crossbar.evaluate + crossbar.sense }} cycles before the first capture.
set_multicycle_path {{ crossbar.precharge + crossbar.evaluate + crossbar.sense }} -setup -through [get_pins u_crossbar/threshold_i*]
set_multicycle_path {{ crossbar.precharge + crossbar.evaluate + crossbar.sense - 1 }} -hold -through [get_pins u_crossbar/threshold_i*]
{%- else if crossbar.ternary %}
# The plane chooses the threshold; it changes with the accepted start, {{ crossbar.precharge + crossbar.evaluate + crossbar.sense }} cycles before the first capture.
set_multicycle_path {{ crossbar.precharge + crossbar.evaluate + crossbar.sense }} -setup -through [get_pins u_crossbar/plane_i*]
set_multicycle_path {{ crossbar.precharge + crossbar.evaluate + crossbar.sense - 1 }} -hold -through [get_pins u_crossbar/plane_i*]
{%- endif %}
{%- endif %}
