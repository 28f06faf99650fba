// SPDX-License-Identifier: MIT OR Apache-2.0
//! Golden model of hcim: what a tile computes and when, written without a look at the emitter.
//!
//! Four levels, each usable alone:
//! - exact arithmetic: [`kernel`] (bit-packed, fast) and [`plain`] (loops that read like the
//!   formulas; the tests hold both equal);
//! - transactions: [`tile`] (whole matrix-vector multiplies, skipped planes, counters, packet
//!   errors) with [`packing`] for the byte-exact packets, and [`accelerator`] (many tiles, memories,
//!   an output stage and a program of passes);
//! - networks: [`engine`] (layer after layer on all cores, with the same bit-packed arithmetic);
//! - clock cycles: [`blocks`] (one model per hardware block, in lockstep with its RTL) and
//!   [`schedule`] (how many cycles a stream of multiplies takes).
//!
//! [`ffi`] makes all of it callable from C and C++; `include/hcim_golden.h` is generated from it.

pub mod accelerator;
pub mod bits;
pub mod blocks;
pub mod columns;
pub mod config;
pub mod engine;
pub mod error;
pub mod ffi;
pub mod kernel;
pub mod network;
pub mod packing;
pub mod plain;
pub mod requant;
pub mod rng;
pub mod schedule;
pub mod steps;
pub mod tile;
pub mod vectors;

pub use config::{Config, Derived};
pub use error::{Error, Kind};
