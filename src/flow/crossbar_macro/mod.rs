// SPDX-License-Identifier: MIT OR Apache-2.0
//! Abstract of the crossbar macro for place and route and timing: LEF and Liberty from a small
//! description of the analog array. See `doc/crossbar-macro.md`.
//!
//! A description in numbers ([`Description`]) and the routing grid of a PDK ([`Technology`]) give a
//! [`Plan`] (size, pins, supply stripes); [`lef`] and [`liberty`] print it.

mod description;
mod lef;
mod liberty;
mod plan;
mod technology;
#[cfg(test)]
mod tests;

pub use description::{Description, Electrical, Geometry, Timing};
pub use lef::lef;
pub use liberty::liberty;
pub(crate) use plan::up_to;
pub use plan::{PinPlan, Plan, Side, plan};
pub use technology::Technology;

/// Everything that is wrong with a description, each with its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroError(pub Vec<String>);

impl std::fmt::Display for MacroError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for MacroError {}
