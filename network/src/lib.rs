// SPDX-License-Identifier: MIT OR Apache-2.0
//! Quantised networks: integers only. What training exports, `hcim import` brings, `hcim map` maps, and the golden
//! engine and the generated hardware run. Data types, files and datasets; no arithmetic.

pub mod data;
mod fault;
pub mod file;
pub mod import;
mod model;
pub mod preset;
mod rng;
mod shape;
pub mod testing;
mod validate;

pub use fault::{Fault, FaultCode};
pub use model::{
    Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Pool, PoolOp, Residual, Source,
    Thresholds, Window,
};
pub use validate::MAX_ELEMENTS;
