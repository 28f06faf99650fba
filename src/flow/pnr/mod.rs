// SPDX-License-Identifier: MIT OR Apache-2.0
//! Place and route: what each flow needs, and one flow (qflow) that is run from here.

pub mod def;
pub mod flat;
pub mod parasitics;
mod problem;
pub mod qflow;

pub use problem::{impossible, violation};
