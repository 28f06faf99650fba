# SPDX-License-Identifier: MIT OR Apache-2.0
# {{ top }}: floorplan to routed layout with OpenROAD, on the PDK's LEF and Liberty alone.
#   openroad -exit flow.tcl
# Files are looked for beside this script; the PDK's in the folder of HCIM_PDK, or where they were.
set here [file dirname [file normalize [info script]]]
set pdk {{ pdk_folder }}
if {[info exists ::env(HCIM_PDK)]} { set pdk $::env(HCIM_PDK) }
set out [file join $here results]
file mkdir $out

# ---- design
{%- for file in lefs %}
read_lef [file join $pdk {{ file }}]
{%- endfor %}
{%- for file in liberty %}
read_liberty [file join $pdk {{ file }}]
{%- endfor %}
{%- if let Some(crossbar) = macro_name %}
read_lef [file join $here {{ crossbar }}.lef]
read_liberty [file join $here {{ crossbar }}.lib]
{%- endif %}
read_verilog [file join $here netlist.v]
link_design {{ top }}
read_sdc [file join $here constraint.sdc]
{%- if !dont_use.is_empty() %}
set_dont_use { {{- dont_use -}} }
{%- endif %}

# ---- floorplan: columns at the crossbar's pitch of {{ pitch }} um
initialize_floorplan -site {{ site }} -die_area { {{- die -}} } -core_area { {{- core -}} }
make_tracks
{%- if let Some(instance) = macro_instance %}
place_macro -macro_name {{ instance.name }} -location { {{- instance.x }} {{ instance.y -}} } -orientation R0
cut_rows -halo_width_x {{ halo }} -halo_width_y {{ halo }}
{%- endif %}
{%- if let Some(tap) = tap_cell %}
tapcell -distance {{ tap_distance }} -tapcell_master {{ tap }}{% if let Some(end) = endcap_cell %} -endcap_master {{ end }}{% endif %}
{%- endif %}

# ---- supply
{%- for supply in power_pins %}
add_global_connection -net {{ supply.net }} -inst_pattern {.*} -pin_pattern {{ "{" }}^{{ supply.pin }}${{ "}" }} -{{ supply.kind }}
{%- endfor %}
global_connect
set_voltage_domain -name CORE -power {{ vdd }} -ground {{ vss }}
define_pdn_grid -name cells -voltage_domains CORE -pins {{ upper }}
add_pdn_stripe -grid cells -layer {{ rail_layer }} -width {{ rail_width }} -followpins
add_pdn_stripe -grid cells -layer {{ vertical }} -width {{ vertical_width }} -pitch {{ vertical_pitch }} -offset {{ vertical_offset }}
add_pdn_stripe -grid cells -layer {{ horizontal }} -width {{ horizontal_width }} -pitch {{ horizontal_pitch }} -offset {{ horizontal_offset }}
add_pdn_connect -grid cells -layers { {{- rail_layer }} {{ vertical -}} }
add_pdn_connect -grid cells -layers { {{- lower }} {{ upper -}} }
{%- if macro_name.is_some() %}
define_pdn_grid -name crossbar -voltage_domains CORE -macro -default -grid_over_pg_pins
add_pdn_connect -grid crossbar -layers { {{- lower }} {{ upper -}} }
{%- endif %}
pdngen

# ---- placement
set_routing_layers -signal {{ min_layer }}-{{ max_layer }} -clock {{ min_clock_layer }}-{{ max_layer }}
source [file join $here io.tcl]
{%- if let Some(layer) = wire_signal %}
set_wire_rc -signal -layer {{ layer }}
{%- endif %}
{%- if let Some(layer) = wire_clock %}
set_wire_rc -clock -layer {{ layer }}
{%- endif %}
global_placement -skip_io -density {{ density }}
place_pins -hor_layers {{ pin_horizontal }} -ver_layers {{ pin_vertical }}
global_placement -routability_driven -density {{ density }}
estimate_parasitics -placement
repair_design
{%- for tie in ties %}
repair_tie_fanout {{ tie }}
{%- endfor %}
detailed_placement

# ---- clock
repair_clock_inverters
clock_tree_synthesis -root_buf {{ clock_buffer }} -buf_list {{ clock_buffer }} -sink_clustering_enable
repair_clock_nets
detailed_placement
set_propagated_clock [all_clocks]
estimate_parasitics -placement
repair_timing -setup
repair_timing -hold
detailed_placement
check_placement -verbose
write_db [file join $out placed.odb]

# ---- routing
pin_access
global_route -guide_file [file join $out route.guide] -congestion_iterations 100
repair_antennas -iterations 5
detailed_route -output_drc [file join $out route_drc.rpt] -output_maze [file join $out maze.log] -no_pin_access
if {![design_is_routed]} { error "there are nets without wires" }
check_antennas -report_file [file join $out antennas.rpt]
{%- if !fill_cells.is_empty() %}
filler_placement { {{- fill_cells -}} }
{%- endif %}
write_db [file join $out routed.odb]
write_def [file join $out routed.def]
write_verilog [file join $out routed.v]

# ---- extraction and reports
if {[info exists ::env(HCIM_RCX_RULES)]} {
  define_process_corner -ext_model_index 0 X
  extract_parasitics -ext_model_file $::env(HCIM_RCX_RULES)
  write_spef [file join $out routed.spef]
  read_spef [file join $out routed.spef]
} else {
  puts "hcim: HCIM_RCX_RULES names no extraction rules: timing is that of global routing"
  estimate_parasitics -global_routing
}
report_worst_slack -max
report_worst_slack -min
report_tns
report_checks -path_delay max -format full_clock_expanded
report_checks -path_delay min -format full_clock_expanded
report_check_types -max_slew -max_capacitance -max_fanout -violators
report_design_area
