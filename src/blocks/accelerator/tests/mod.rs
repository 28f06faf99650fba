// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the blocks, against small models, in rust-hdl's simulator.
