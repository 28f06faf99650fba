// SPDX-License-Identifier: MIT OR Apache-2.0
//! One model per hardware block. `eval` gives the outputs of a cycle from state and inputs,
//! `clock` is the rising edge that ends the cycle. Inside is integer arithmetic, not a copy of the
//! datapath: digits of a read-out are bits of a whole accumulator.

pub mod array;
pub mod crossbar;
pub mod reduction;
pub mod result;
pub mod sense;
pub mod stream;
