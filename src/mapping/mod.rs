// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a quantised network to a program of the accelerator (`doc/accelerator.md`).
//!
//! [`fit`] says what a network needs and which configuration is the smallest that has it; [`map`] makes the
//! [`Program`]: what is loaded into which tile, the constants, the passes, and where activations live. A program is data;
//! [`script`] turns it into what a host does.

mod activations;
mod c_source;
mod check;
mod constants;
mod fit;
mod layout;
mod pass;
mod place;
mod program;
mod report;
pub mod script;
#[cfg(test)]
mod tests;
mod tile_image;

pub use c_source::c_source;
pub use fit::{Needs, needs};
pub use pass::{Kind, Pass, Stream};
pub use place::{Mode, map};
pub use program::{Content, Expected, Multiply, Phase, Program, TileLoad, expected_beats};
pub use report::{LayerReport, MapReport};
