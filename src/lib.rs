// SPDX-License-Identifier: MIT OR Apache-2.0
//! hcim: a generator of synthesizable hardware for hybrid analog-digital compute-in-memory
//! accelerators that need no ADC.

pub mod blocks;
pub mod cli;
pub mod config;
pub mod emit;
pub mod flow;
pub mod hdl;
pub mod mapping;
pub mod references;
