// SPDX-License-Identifier: MIT OR Apache-2.0
//! The register map of a tile.
//!
//! One description ([`map`]) yields the hardware ([`build`]), the document, the C header,
//! SystemRDL, JSON and a table for the terminal ([`RegisterMap`]). `doc/registers.md` is the
//! contract of the block.

mod description;
mod fields;
mod model;
mod parameters;
mod ports;
mod render;
mod rtl;

pub use description::{ADDRESS_BITS, ID, map};
pub(crate) use description::{cycles_high, identity};
pub(crate) use fields::{
    constant, counted, event, input, internal, locked, pulse, register, whole,
};
pub use model::{Access, Block, Field, Hardware, Refusal, Register, RegisterMap};
pub use parameters::{RegisterParameters, TimingParameters};
pub(crate) use ports::written_port;
pub use ports::{PortGroup, RegisterPort};
pub(crate) use render::{driver_map, rendered};
pub(crate) use rtl::{Instance, instances};
pub use rtl::{build, build_map};

#[cfg(test)]
mod tests;
