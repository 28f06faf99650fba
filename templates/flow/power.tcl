# SPDX-License-Identifier: MIT OR Apache-2.0
# Power of a netlist with recorded activity. Needs OpenSTA 2.6 or later; writes sections that hcim reads.
proc hcim_section {name} { puts "=== hcim $name" }
proc hcim_fact {name value} { puts "hcim-fact $name $value" }

{%- include "flow/read_design.tcl" %}
read_saif -scope {{ scope }} {{ saif }}

hcim_section annotation
report_activity_annotation
{%- if cells %}

# Pins without activity; inputs of cells have that of their driver, so drivers count.
report_activity_annotation -report_unannotated > unannotated.txt
set hcim_file [open unannotated.txt]
foreach hcim_line [split [read $hcim_file] "\n"] { set hcim_without([string trim $hcim_line]) 1 }
close $hcim_file
set hcim_drivers 0
set hcim_silent {}
proc hcim_driver {name} {
  global hcim_drivers hcim_silent hcim_without
  incr hcim_drivers
  if {[info exists hcim_without($name)]} { lappend hcim_silent $name }
}
foreach hcim_port [all_inputs] { hcim_driver [get_property $hcim_port full_name] }

# Class of each cell: clock (its output is on the clock network), sequential, combinational.
foreach hcim_cell [all_registers -cells] { set hcim_register([get_property $hcim_cell full_name]) 1 }
hcim_section cells
set hcim_leaves {}
foreach hcim_cell [get_cells -hierarchical *] {
  set hcim_name [get_property $hcim_cell full_name]
  set hcim_reference [get_property $hcim_cell liberty_cell]
  if {$hcim_reference eq "" || $hcim_reference eq "NULL"} { continue }
  lappend hcim_leaves $hcim_cell
  set hcim_class combinational
  if {[info exists hcim_register($hcim_name)]} { set hcim_class sequential }
  foreach hcim_pin [get_pins -of_objects $hcim_cell] {
    if {[get_property $hcim_pin direction] ne "output"} { continue }
    if {[get_property $hcim_pin clocks] ne ""} { set hcim_class clock }
    if {[llength [get_nets -of_objects $hcim_pin]] > 0} { hcim_driver [get_property $hcim_pin full_name] }
  }
  puts "$hcim_class $hcim_name"
}

hcim_section facts
hcim_fact drivers $hcim_drivers
hcim_fact silent [llength $hcim_silent]
foreach hcim_name [lrange $hcim_silent 0 9] { hcim_fact silent_pin $hcim_name }
{%- endif %}

hcim_section design
report_power -digits 6
{%- if cells %}
hcim_section leaves
report_power -instances $hcim_leaves -digits 6
{%- endif %}
hcim_section clock_net
report_net -digits 4 clk_i
hcim_section done
