// SPDX-License-Identifier: MIT OR Apache-2.0
//! Place and route: what each flow needs, and one flow (qflow) that is run from here.

pub mod def;
pub mod flat;
mod flatten;
pub mod floorplan;
mod handoff;
pub mod librelane;
pub mod openroad;
pub mod orfs;
pub mod parasitics;
mod pins;
mod problem;
pub mod qflow;
mod result;
mod scripts;
#[cfg(test)]
mod tests;
mod timing;
mod view;

pub use handoff::{Crossbar, Handoff, crossbar, crossbar_description, technology};
pub use problem::{impossible, violation};
pub use result::LayoutResult;
pub use timing::RoutedTiming;
pub use view::view;
