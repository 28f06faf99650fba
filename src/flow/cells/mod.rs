// SPDX-License-Identifier: MIT OR Apache-2.0
//! Models of the cells for simulation, without delays, made from the Liberty.

mod model;

pub use model::{CellModels, write};
