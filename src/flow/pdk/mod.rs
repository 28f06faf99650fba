// SPDX-License-Identifier: MIT OR Apache-2.0
//! Process design kits: what a description says of one, and where its files are.

mod check;
mod description;
mod library;
mod plain;
mod scripted;
mod shipped;

pub use description::{
    Candidates, Cells, ClockGate, ClockGateCell, ComposedClockGate, Description, Files, FullAdder,
    Gate1, Gate2, Latch, OutputPin, Physical, PinLayers, PowerNets, Timing, WireRc,
};
pub use library::{Library, PdkChoice, parse};
pub(in crate::flow) use scripted::word;
pub use shipped::{SHIPPED, shipped};
