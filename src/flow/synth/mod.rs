// SPDX-License-Identifier: MIT OR Apache-2.0
//! Synthesis: from a configuration to a netlist of library cells, and what it costs.

mod choose;
mod markdown;
mod portfolio;
mod result;
mod run;
mod script;
mod size;
pub(crate) mod tech;

pub use portfolio::{PORTFOLIO, Script};
pub use result::{MappedModule, Resources, SynthesisResult};
pub use run::{Mapping, Source, Synthesis, map, synthesise};
