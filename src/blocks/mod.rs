// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hardware blocks, each a builder over the construction layer.

pub mod column_reduction;
pub mod crossbar;
pub mod input_buffer;
pub mod result_output;
pub mod stream_input;
