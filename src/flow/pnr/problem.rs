// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with a layout, as diagnostics.

use crate::config::{Code, Diagnostic};

/// A layout that breaks a rule or is not what the netlist says.
pub fn violation(message: String) -> Diagnostic {
    Diagnostic::new(Code::LayoutViolation, message)
}

/// A description of the crossbar macro, a floorplan or an option that cannot be.
pub fn impossible(message: String) -> Diagnostic {
    Diagnostic::new(Code::LayoutInput, message)
}
