// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hardware construction layer.
//!
//! A [`ModuleBuilder`] makes a [`Module`]; [`check`](check()) finds its mistakes before anything is
//! printed; [`emit`](emit()) prints one Verilog file per module. Widths and counts are ordinary
//! numbers, known when the generator runs. See [`ModuleBuilder`] for an example and
//! `doc/hdl-guide.md` for the guide.
//!
//! All contact with rust-hdl lies in [`bridge`].

pub mod bridge;
mod builder;
mod check;
mod choose;
mod diag;
mod expr;
mod instance;
mod module;
mod names;
mod ops;
pub mod primitives;
mod storage;
mod value;

pub use bridge::{Emission, SimBlock, emit, emit_ordered};
pub use builder::ModuleBuilder;
pub use check::check;
pub use choose::{Case, LoopBody, Select};
pub use diag::{Code, Diagnostic};
pub use expr::{Expr, Sig, index_width, lit, lit_value, ones, value_width, zeros};
pub use instance::{ArrayBuilder, InstanceBuilder};
pub use module::{Dir, Module, Port, hierarchy};
pub use names::is_reserved;
pub use storage::Register;
pub use value::Value;
