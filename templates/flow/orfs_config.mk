# SPDX-License-Identifier: MIT OR Apache-2.0
# {{ top }} for OpenROAD-flow-scripts: make DESIGN_CONFIG=<this file>
#
# The netlist is that of `hcim synth`; the flow's own synthesis is skipped.

HCIM_DIR := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

export PLATFORM = {{ platform }}
export DESIGN_NAME = {{ top }}
export DESIGN_NICKNAME = {{ nickname }}

export VERILOG_FILES = $(HCIM_DIR)/netlist.v
export SYNTH_NETLIST_FILES = $(HCIM_DIR)/netlist.v
export SDC_FILE = $(HCIM_DIR)/constraint.sdc
{%- if let Some(crossbar) = macro_name %}

# The crossbar: an abstract without layout.
export ADDITIONAL_LEFS = $(HCIM_DIR)/{{ crossbar }}.lef
export ADDITIONAL_LIBS = $(HCIM_DIR)/{{ crossbar }}.lib
export GDS_ALLOW_EMPTY = {{ crossbar }}
export MACRO_PLACEMENT_TCL = $(HCIM_DIR)/macro_placement.tcl
export MACRO_PLACE_HALO = {{ halo }} {{ halo }}
{%- endif %}

# Columns of the array at the crossbar's pitch of {{ pitch }} um.
export DIE_AREA = {{ die }}
export CORE_AREA = {{ core }}
export PLACE_DENSITY = {{ density }}
export IO_CONSTRAINTS = $(HCIM_DIR)/io.tcl
# One placement region for every few columns; take the line out to place freely.
# export PRE_GLOBAL_PLACE_SKIP_IO_TCL = $(HCIM_DIR)/column_regions.tcl
