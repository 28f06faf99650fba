// SPDX-License-Identifier: MIT OR Apache-2.0
//! The silicon flow: from a configuration through synthesis to figures and layout, with the tools
//! and the PDK that the user has.

pub mod cells;
pub mod crossbar_macro;
pub mod equiv;
pub mod input;
pub mod lef;
pub mod liberty;
pub mod netlist;
pub mod pdk;
pub mod pnr;
pub mod pool;
pub mod power;
pub mod ppa;
pub mod prove;
pub mod report;
pub mod sdc;
pub mod sta;
pub mod synth;
pub mod tools;
pub mod words;
mod workspace;

pub use workspace::Workspace;
