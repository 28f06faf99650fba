// SPDX-License-Identifier: MIT OR Apache-2.0
//! All contact with rust-hdl: our modules presented as its blocks, its syntax tree printed.
//!
//! rust-hdl gives the traits (`Block`, `Logic`, `Atom`, `Probe`), the syntax tree and the
//! simulator. Its widths are type parameters and its printer names modules by instance path, so the
//! signal type and the printer are ours.

mod atom;
mod block;
mod emit;
mod eval;
mod lower;
mod memory;
mod print;
mod sim;
mod text;
mod writer;

pub use atom::SignalAtom;
pub use block::ModuleBlock;
pub use emit::{Emission, emit, emit_ordered};
pub(crate) use lower::GENVAR;
pub use sim::SimBlock;
