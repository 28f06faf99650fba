// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is to be proved.

use std::sync::Arc;

use crate::config::{Code, Diagnostic, Report};
use crate::hdl::{Module, emit_ordered};

use super::twin::Twin;

/// Prefix of the module names of blocks that are generated for a proof.
pub(super) const PREFIX: &str = "prove";

/// A property of a block in one configuration.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// Name of the property.
    pub property: &'static str,
    /// The configuration in words, as in `in_place A=4 S=8 d=1 ternary flop gated`.
    pub configuration: String,
    /// The generated files, children before parents: name and text.
    pub(super) rtl: Vec<(String, String)>,
    /// The module `prove`: block, environment and specification.
    pub(super) harness: String,
    /// The fault for which the proof must fail.
    pub(super) twin: Twin,
}

impl Obligation {
    /// Name without blanks, for files and filters.
    pub fn id(&self) -> String {
        format!("{} {}", self.property, self.configuration).replace([' ', '='], "_")
    }
}

/// The files of a block, as the generator emits them.
pub(super) fn files(top: &Arc<Module>) -> Result<Vec<(String, String)>, Report> {
    let emission = emit_ordered(top, &|_| String::new()).map_err(|found| {
        let listed: Vec<String> = found.iter().map(ToString::to_string).collect();
        Diagnostic::new(Code::Internal, listed.join("; "))
    })?;
    let mut texts = emission.files;
    let file = |name: String| {
        let text = texts.remove(&name).unwrap_or_default();
        (name, text)
    };
    Ok(emission.order.into_iter().map(file).collect())
}
