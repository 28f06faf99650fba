// SPDX-License-Identifier: MIT OR Apache-2.0
//! Output: files, manifests and documents around the emitted Verilog.

pub mod driver;
