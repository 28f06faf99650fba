// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mapped netlists: reading what Yosys writes, making them fit for layout, measuring and writing them.

mod alias;
mod buffers;
mod check;
mod clocks;
mod names;
mod prune;
mod stats;
mod ties;
mod types;
mod verilog;
mod yosys_json;

pub use alias::separate_ports;
pub use buffers::{BufferTrees, Trees, buffer_trees};
pub use check::unknown_cells;
pub use names::tidy;
pub use prune::open_unused_outputs;
pub use stats::{
    AreaAndCount, CellRow, HierarchyRow, ModuleRow, Statistics, Use, UseRow, statistics, use_of,
};
pub use ties::tie_constants;
pub use types::{Bit, Direction, Instance, Module, Net, Netlist, Port};
pub use verilog::to_verilog;
pub use yosys_json::read_yosys_json;

#[cfg(test)]
mod tests;
