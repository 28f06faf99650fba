// SPDX-License-Identifier: MIT OR Apache-2.0
//! Equivalence of the netlist with its source, module by module, by Yosys. See `doc/timing.md`.
//!
//! Storage bits and instances of other modules are taken out on both sides and matched by name:
//! their outputs become inputs, their inputs (data, clock, enable, reset) become outputs. What is left is
//! combinational, and each output is proved on its own.

mod cut;
mod markdown;
mod models;
mod names;
mod result;
mod run;
#[cfg(test)]
mod tests;

pub use cut::{Cut, CutModule, cut};
pub use result::{EquivResult, ModuleResult, Verdict};
pub use run::Equivalence;
