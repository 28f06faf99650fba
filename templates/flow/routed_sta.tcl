# SPDX-License-Identifier: MIT OR Apache-2.0
# Timing of the routed netlist with the parasitics of its wires, for OpenSTA.
{%- for file in liberty %}
read_liberty {{ "{" }}{{ file }}{{ "}" }}
{%- endfor %}
read_verilog {{ netlist }}
link_design {{ top }}

# Times are shares of the period, so that the smallest period can be searched.
proc constrain {period} {
  set clock [get_ports clk_i]
  create_clock -name clk -period $period $clock
  set_propagated_clock [get_clocks clk]
  set_clock_uncertainty -setup {{ uncertainty_ns }} [get_clocks clk]
  set_clock_uncertainty -hold {{ hold_uncertainty_ns }} [get_clocks clk]
  set inputs {}
  foreach port [all_inputs] {
    if {[get_property $port full_name] ne "clk_i"} { lappend inputs $port }
  }
  set_input_delay [expr {$period * {{ input_fraction }}}] -clock clk $inputs
  set_output_delay [expr {$period * {{ output_fraction }}}] -clock clk [all_outputs]
  set_driving_cell -lib_cell {{ driving_cell }} -pin {{ driving_pin }} $inputs
  # What drives the clock is outside; its edge is taken as given.
  set_input_transition {{ clock_transition_ns }} $clock
  set_load -pin_load {{ load_pf }} [all_outputs]
}

proc slack {kind} { return [worst_slack -$kind] }

constrain {{ period_ns }}
# Scan is off in operation.
if {[llength [get_ports -quiet test_en_i]] > 0} {
  set_case_analysis 0 [get_ports test_en_i]
}
read_spef {{ spef }}
puts "hcim: setup [slack max]"
puts "hcim: hold [slack min]"
report_checks -path_delay max -format full_clock_expanded -group_count 5 > setup.rpt
report_checks -path_delay min -format full_clock_expanded -group_count 5 > hold.rpt

# Bisection; latches lend time, so the smallest period does not follow from one slack.
set low [expr { {{ period_ns }} / 16.0 }]
set high [expr { {{ period_ns }} * 16.0 }]
while {$high > 1.005 * $low} {
  set middle [expr {sqrt($low * $high)}]
  constrain $middle
  if {[slack max] < 0} { set low $middle } else { set high $middle }
}
puts "hcim: smallest_period [format %.4f $high]"
exit
