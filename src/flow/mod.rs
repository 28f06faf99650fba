// SPDX-License-Identifier: MIT OR Apache-2.0
//! The silicon flow: from emitted Verilog to figures and a layout, with the user's tools and library.

pub mod crossbar_macro;
pub mod lef;
pub mod pnr;
