// SPDX-License-Identifier: MIT OR Apache-2.0
//! A reader of Liberty files, as far as the flow needs them: cells with area, pins, functions and
//! storage, units, and wire-load models. Timing and power tables are skipped; the tools read those.

mod function;
mod group;
mod lexer;
mod model;
mod read;

pub use function::Function;
pub use model::{
    Cell, CellKind, Direction, FlipFlop, GateRole, LatchStorage, Liberty, Pin, WireLoad,
};
pub use read::read;
