// SPDX-License-Identifier: MIT OR Apache-2.0
//! Diagnostics of the elaboration checks: a stable code, a hierarchical path, a sentence.

use std::fmt;

/// What is wrong. The codes are stable: scripts may match on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A bit that nothing drives.
    Undriven,
    /// A bit with more than one driver.
    MultiplyDriven,
    /// Two widths that must agree and do not.
    WidthMismatch,
    /// One name used twice.
    NameCollision,
    /// A keyword of Verilog-2005 or of SystemVerilog used as a name.
    ReservedWord,
    /// A combinational loop.
    CombinationalLoop,
    /// A slice that sticks out of its signal.
    OutOfRange,
    /// A slice, extension or drive of something that is not a signal.
    NotASignal,
    /// A signal of another module.
    ForeignSignal,
    /// A module that drives its own input.
    DrivesInput,
    /// Two different modules under one name.
    ModuleClash,
    /// A connection of an instance that is missing, doubled, unknown or in the wrong direction.
    BadConnection,
    /// A literal that does not fit its width.
    LiteralTooWide,
    /// A name that is no identifier, a width or a count of zero.
    BadDeclaration,
    /// A signal driven both by a continuous assignment and by a procedural block.
    MixedDrivers,
    /// A register used in a way that has no hardware.
    BadRegister,
    /// Something that the simulator cannot run, or a signal that it does not know.
    NotSimulatable,
}

impl Code {
    /// The stable text of the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Undriven => "E-HDL-001",
            Code::MultiplyDriven => "E-HDL-002",
            Code::WidthMismatch => "E-HDL-003",
            Code::NameCollision => "E-HDL-004",
            Code::ReservedWord => "E-HDL-005",
            Code::CombinationalLoop => "E-HDL-006",
            Code::OutOfRange => "E-HDL-007",
            Code::NotASignal => "E-HDL-008",
            Code::ForeignSignal => "E-HDL-009",
            Code::DrivesInput => "E-HDL-010",
            Code::ModuleClash => "E-HDL-011",
            Code::BadConnection => "E-HDL-012",
            Code::LiteralTooWide => "E-HDL-013",
            Code::BadDeclaration => "E-HDL-014",
            Code::MixedDrivers => "E-HDL-015",
            Code::BadRegister => "E-HDL-016",
            Code::NotSimulatable => "E-HDL-017",
        }
    }
}

/// One finding of the elaboration checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub code: Code,
    /// Where: hierarchical path with bit range, such as `tile.u_array.row_sel[3:1]`.
    pub path: String,
    /// One sentence about it.
    pub message: String,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            path: path.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.as_str(), self.path, self.message)
    }
}

impl std::error::Error for Diagnostic {}
