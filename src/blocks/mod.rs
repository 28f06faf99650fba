// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hardware blocks, each a builder over the construction layer.

pub mod registers;
