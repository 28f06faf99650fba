// SPDX-License-Identifier: MIT OR Apache-2.0
//! Static timing analysis of a netlist with OpenSTA: worst paths, violations, shortest period.
//! See `doc/timing.md`.

mod analysis;
mod markdown;
mod open_sta;
mod path;
mod result;
mod sections;
#[cfg(test)]
mod tests;

pub use analysis::{Analysis, TimingInput};
pub use open_sta::OpenSta;
pub use path::{Path, Point};
pub use result::{Side, TimingResult};
pub use sections::Sections;
