// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reports: where figures come from, and writing them.

mod provenance;
mod write;

pub use provenance::{FileDigest, PdkName, Provenance, ToolVersion};
pub use write::{write_bytes, write_json, write_text};
