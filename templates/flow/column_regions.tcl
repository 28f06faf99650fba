# SPDX-License-Identifier: MIT OR Apache-2.0
# Placement regions of the array: columns stay below the crossbar's columns that they serve.
set hcim_block [ord::get_db_block]
foreach {name first last x0 y0 x1 y1} {
{%- for region in regions %}
  {{ region }}
{%- endfor %}
} {
  set hcim_region [odb::dbRegion_create $hcim_block $name]
  odb::dbBox_create $hcim_region {*}[lmap um [list $x0 $y0 $x1 $y1] { ord::microns_to_dbu $um }]
  set hcim_group [odb::dbGroup_create $hcim_region $name]
  foreach hcim_inst [$hcim_block getInsts] {
    # Netlist readers differ in how they escape brackets.
    set hcim_name [string map {\\ {}} [$hcim_inst getName]]
    if {[regexp {gen_column\[([0-9]+)\]} $hcim_name all column] && $column >= $first && $column <= $last} {
      $hcim_group addInst $hcim_inst
    }
  }
}
