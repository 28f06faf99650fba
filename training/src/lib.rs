// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training with quantised partial sums: networks that one or two comparators a column suffice for.
//!
//! A model learns in floating point first, then with integer weights and activations and exact sums, then with the
//! partial sums of the hardware. What comes out is a [`hcim_network::Network`]; its accuracy is always that of exact
//! integer evaluation. `doc/training.md` tells the method.

mod calibrate;
pub mod evaluate;
pub mod export;
pub mod kernel;
pub mod model;
pub mod ops;
pub mod optimizer;
pub mod session;
pub mod spec;
