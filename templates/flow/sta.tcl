# SPDX-License-Identifier: MIT OR Apache-2.0
# Timing of a netlist. Runs in OpenSTA 2.0 and later; writes sections that hcim reads.
proc hcim_section {name} { puts "=== hcim $name" }
proc hcim_fact {name value} { puts "hcim-fact $name $value" }

{%- include "flow/read_design.tcl" %}
{%- if propagated %}
set_propagated_clock [get_clocks {{ clock }}]
{%- endif %}

# The same paths by both names of an option.
proc hcim_paths {delay count} {
  if {[catch {find_timing_paths -path_delay $delay -group_path_count $count -slack_max 0} found]} {
    set found [find_timing_paths -path_delay $delay -group_count $count -slack_max 0]
  }
  return $found
}

# Worst slack of setup or hold, in units of the library; 1e9 if there is no path.
proc hcim_worst {which} {
  set slack [expr {[sta::worst_slack_cmd $which] / {{ unit_seconds }}}]
  if {$slack > 1e9} { return 1e9 }
  return $slack
}

# Endpoints with negative slack (a latch that borrows time has slack 0), and the sum of it.
proc hcim_violations {which} {
  set count 0
  set sum 0.0
  foreach path [hcim_paths $which 1000000] {
    set slack [get_property $path slack]
    if {$slack < {{ least }}} { incr count; set sum [expr {$sum + $slack}] }
  }
  hcim_fact "violations_$which" $count
  hcim_fact "total_negative_slack_$which" $sum
}

proc hcim_kind {name args} {
  hcim_section $name
  report_checks {*}$args -format full_clock_expanded -fields {capacitance slew} -digits 4
}

hcim_section check_setup
check_setup -verbose

hcim_section facts
hcim_fact period $hcim_period
hcim_fact worst_max [hcim_worst max]
hcim_fact worst_min [hcim_worst min]
hcim_violations max
hcim_violations min

# Endpoints that check_setup calls unconstrained, but that a constant holds still.
check_setup -verbose -unconstrained_endpoints > unconstrained.txt
set hcim_file [open unconstrained.txt]
foreach hcim_line [split [read $hcim_file] "\n"] {
  set hcim_name [string trim $hcim_line]
  if {$hcim_name eq "" || [string match "Warning*" $hcim_name]} { continue }
  set hcim_held 0
  # A port is looked at through the pins of its net: a tie cell drives it.
  foreach hcim_command [list {get_pins $hcim_name} {get_pins -of_objects [get_nets $hcim_name]}] {
    if {[catch {eval $hcim_command} hcim_pins]} { continue }
    foreach hcim_pin $hcim_pins {
      if {![catch {sta::pin_sim_logic_value $hcim_pin} hcim_value] && $hcim_value in {0 1}} { set hcim_held 1 }
    }
  }
  if {$hcim_held} {
    hcim_fact held $hcim_name
  } else {
    hcim_fact unconstrained $hcim_name
  }
}
close $hcim_file

# Worst path of each group of the tool, then by kind.
hcim_kind setup -path_delay max
hcim_kind hold -path_delay min
set hcim_clock_pins [all_registers -clock_pins]
set hcim_data_pins [all_registers -data_pins]
set hcim_has_registers [expr {[llength $hcim_clock_pins] > 0}]
{%- if !inputs.is_empty() %}
set hcim_inputs [get_ports {{ "{" }}{{ inputs }}{{ "}" }}]
{%- endif %}
{%- if !outputs.is_empty() %}
set hcim_outputs [get_ports {{ "{" }}{{ outputs }}{{ "}" }}]
{%- endif %}
{%- if !inputs.is_empty() %}
if {$hcim_has_registers} { hcim_kind setup_input_to_register -path_delay max -from $hcim_inputs -to $hcim_data_pins }
{%- endif %}
if {$hcim_has_registers} { hcim_kind setup_register_to_register -path_delay max -from $hcim_clock_pins -to $hcim_data_pins }
{%- if !outputs.is_empty() %}
if {$hcim_has_registers} { hcim_kind setup_register_to_output -path_delay max -from $hcim_clock_pins -to $hcim_outputs }
{%- if !inputs.is_empty() %}
hcim_kind setup_input_to_output -path_delay max -from $hcim_inputs -to $hcim_outputs
{%- endif %}
{%- endif %}

# A row of latches opens at the very edge at which flip-flops sample what was read from it.
# (Scale-factor rows do so too, but never while anything samples them.)
set hcim_latch_enables {}
foreach hcim_pin [all_registers -level_sensitive -clock_pins] {
  if {![string match "*scale*" [get_property $hcim_pin full_name]]} { lappend hcim_latch_enables $hcim_pin }
}
if {[llength $hcim_latch_enables] > 0} {
  set hcim_flop_data [all_registers -edge_triggered -data_pins]
  if {[llength $hcim_flop_data] > 0} {
    hcim_kind hold_latch_to_register -path_delay min -from $hcim_latch_enables -to $hcim_flop_data
  }
  set hcim_latch_data [all_registers -level_sensitive -data_pins]
  hcim_kind setup_to_latch -path_delay max -to $hcim_latch_data
}

# Shortest period at which nothing is late, by bisection: slack arithmetic is wrong for half cycles, for latches
# that borrow time and for delays of ports that are shares of the period.
proc hcim_late {period} {
  global hcim_period
  set hcim_period $period
{%- for line in clocked %}
  {{ line }}
{%- endfor %}
  return [expr {[hcim_worst max] < {{ least }}}]
}

proc hcim_shortest {start} {
  set late 0.0
  set good $start
  while {[hcim_late $good]} {
    set late $good
    set good [expr {$good * 1.6}]
    if {$good > 1000.0 * $start} { return 0 }
  }
  while {$late == 0.0} {
    set try [expr {$good / 1.6}]
    if {[hcim_late $try]} { set late $try } else { set good $try }
    if {$good < 0.001 * $start} { return 0 }
  }
  while {$good - $late > 0.002 * $good} {
    set try [expr {($good + $late) / 2.0}]
    if {[hcim_late $try]} { set late $try } else { set good $try }
  }
  return $good
}

set hcim_asked $hcim_period
hcim_section fmax
hcim_fact shortest [hcim_shortest $hcim_asked]
# What limits it: the worst path just below.
hcim_late [expr {$hcim_period * 0.995}]
hcim_kind limit -path_delay max
# Ports aside.
{%- if !inputs.is_empty() %}
set_false_path -from [get_ports {{ "{" }}{{ launching }}{{ "}" }}]
{%- endif %}
{%- if !outputs.is_empty() %}
set_false_path -to $hcim_outputs
{%- endif %}
if {$hcim_has_registers} {
  hcim_section fmax_inside
  hcim_fact shortest_inside [hcim_shortest $hcim_asked]
  hcim_late [expr {$hcim_period * 0.995}]
  hcim_kind limit_inside -path_delay max
}
hcim_section done
