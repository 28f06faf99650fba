// SPDX-License-Identifier: MIT OR Apache-2.0
//! Place and route: what each flow needs, and one flow (qflow) that is run from here.

pub mod def;
pub mod flat;
mod flatten;
pub mod parasitics;
mod problem;
pub mod qflow;
mod result;
mod timing;
mod view;

pub use problem::{impossible, violation};
pub use result::LayoutResult;
pub use timing::RoutedTiming;
