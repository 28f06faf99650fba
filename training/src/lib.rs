// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training with quantised partial sums: networks that one or two comparators a column suffice for.
//!
//! A model learns in floating point first, then with integer weights and activations and exact sums, then with the
//! partial sums of the hardware. What comes out is a [`hcim_network::Network`]; its accuracy is always that of exact
//! integer evaluation. `doc/training.md` tells the method.

mod calibrate;
mod error;
pub mod evaluate;
pub mod export;
mod images;
pub mod kernel;
pub mod model;
pub mod ops;
pub mod optimizer;
pub mod precision;
pub mod session;
pub mod settings;
pub mod spec;

pub use error::TrainError;
pub use images::Images;
