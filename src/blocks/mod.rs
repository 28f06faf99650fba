// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hardware blocks, each a builder over the construction layer.

pub mod accelerator;
pub mod array;
pub mod baseline_array;
pub mod column_reduction;
pub mod crossbar;
pub mod dcim_array;
pub mod deferred_array;
pub mod input_buffer;
pub mod registers;
pub mod result_output;
pub mod row_store;
pub mod sense_interface;
pub mod stream_input;
pub mod tile;
mod wiring;
