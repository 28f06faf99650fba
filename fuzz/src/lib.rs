// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hostile input for everything of hcim that reads text.
//!
//! A target is a function from bytes to an [`Outcome`]. The driver gives it what the corpus holds, and mutations
//! of that; an outcome that was not seen before makes its input part of the corpus of the run. A
//! panic, an execution that takes too long, or one that takes too much memory, is a failure, and its input is kept.
//! Everything follows from the seed.

pub mod allocator;
pub mod driver;
pub mod mutate;
pub mod outcome;
pub mod targets;

pub use driver::{Figures, Settings, run};
pub use outcome::Outcome;
pub use targets::{TARGETS, Target};
