// SPDX-License-Identifier: MIT OR Apache-2.0
//! The shape of a register description. Everything that is made from the map (RTL, documents,
//! headers) reads these types and nothing else.

use super::parameters::RegisterParameters;
use serde::Serialize;

/// What software can do with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Access {
    /// Reads; a write to a register of only such fields is refused.
    #[serde(rename = "RO")]
    ReadOnly,
    /// Reads and writes.
    #[serde(rename = "RW")]
    ReadWrite,
    /// Reads; writing 1 clears.
    #[serde(rename = "W1C")]
    WriteOneToClear,
    /// Writing 1 makes a pulse of one cycle; reads 0.
    #[serde(rename = "WO")]
    Pulse,
}

impl Access {
    /// The usual abbreviation.
    pub fn as_str(self) -> &'static str {
        match self {
            Access::ReadOnly => "RO",
            Access::ReadWrite => "RW",
            Access::WriteOneToClear => "W1C",
            Access::Pulse => "WO",
        }
    }
}

/// The hardware side of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Hardware {
    /// Fixed by the configuration; the reset value is the value.
    Constant,
    /// Follows an input from its bit `lo` upwards.
    Input {
        /// Name of the port.
        port: String,
        /// Lowest bit of the port.
        lo: u32,
    },
    /// Taken from an input when the register `by` is read.
    Captured {
        /// Name of the port.
        port: String,
        /// Lowest bit of the port.
        lo: u32,
        /// Register whose read captures.
        by: &'static str,
    },
    /// Follows an input; a read steps the field that has the name `steps`, and is refused while
    /// busy or while `row` or `steps` hold a number that is too large.
    Window {
        /// Name of the port.
        port: String,
        /// Register that holds the row.
        row: &'static str,
        /// Rows that there are.
        rows: u32,
        /// Register that holds the word and is stepped.
        steps: &'static str,
        /// Words that there are in a row.
        words: u32,
    },
    /// Drives an output from its bit `lo` upwards.
    Output {
        /// Name of the port.
        port: String,
        /// Lowest bit of the port.
        lo: u32,
    },
    /// Drives an output, and counts up by one in a cycle in which an input is high; a write wins.
    Counted {
        /// Name of the output.
        port: String,
        /// Name of the input.
        step: String,
    },
    /// Masks the field of the same name in the register `of`; together they make `irq_o`.
    Mask {
        /// Register that is masked.
        of: &'static str,
    },
    /// Drives an output with the pulse.
    Pulse {
        /// Name of the port.
        port: String,
    },
    /// Set while an input is high.
    Event {
        /// Name of the port.
        port: String,
    },
    /// Set by every event of the register `of`.
    AnyEvent {
        /// Register whose events count.
        of: &'static str,
    },
    /// Set by a write that is refused because the tile is busy.
    RefusedWrite,
    /// Set by a write that is refused because the block is locked, and while an input is high.
    RefusedWriteOr {
        /// Name of the port.
        port: String,
    },
    /// High when every register that keeps a written flag has been written.
    AllWritten,
}

/// What makes a write refused beside being busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nothing.
    Never,
    /// Any of the named fields becoming zero.
    Zero(&'static [&'static str]),
    /// A value of the whole word above this one.
    Above(u32),
}

/// A field of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Name in upper case. A field named like its register is the register's only one.
    pub name: &'static str,
    /// Lowest bit.
    pub lsb: u32,
    /// Number of bits.
    pub width: u32,
    /// Software's side.
    pub access: Access,
    /// Value after reset, or the constant value. Zero where an input decides.
    pub reset: u32,
    /// Hardware's side.
    pub hardware: Hardware,
    /// One sentence.
    pub doc: &'static str,
}

impl Field {
    /// Highest bit.
    pub fn msb(&self) -> u32 {
        self.lsb + self.width - 1
    }

    /// The field's bits within the register.
    pub fn mask(&self) -> u32 {
        (u32::MAX >> (32 - self.width)) << self.lsb
    }

    /// `[7]` or `[15:8]`.
    pub fn bits(&self) -> String {
        match self.width {
            1 => format!("[{}]", self.lsb),
            _ => format!("[{}:{}]", self.msb(), self.lsb),
        }
    }

    /// The reset value, or the input that decides.
    pub fn reset_text(&self) -> String {
        match &self.hardware {
            Hardware::Input { port, .. } | Hardware::Window { port, .. } => format!("`{port}`"),
            _ => format!("{:#x}", self.reset),
        }
    }
}

/// A register, or an array of equal ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// Name in upper case.
    pub name: &'static str,
    /// Byte address of the first.
    pub address: u32,
    /// Number of registers; more than one, or an index in the name, for an array.
    pub count: u32,
    /// Whether the register is an array, even if of one.
    pub array: bool,
    /// Whether a write while the tile is busy is refused.
    pub busy_locked: bool,
    /// What else makes a write refused.
    pub refusal: Refusal,
    /// Whether the register keeps a flag that says that it has been written.
    pub written_flag: bool,
    /// Whether this configuration has the register.
    pub present: bool,
    /// When a configuration has the register, in words; empty for always.
    pub presence: &'static str,
    /// A short paragraph.
    pub doc: &'static str,
    /// Fields from bit 0 upwards.
    pub fields: Vec<Field>,
}

impl Register {
    /// Whether any field takes writes.
    pub fn writable(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.access != Access::ReadOnly)
    }

    /// Whether any field can be read as something but 0.
    pub fn readable(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.access != Access::Pulse)
    }

    /// Access of the register: that of its fields, which are all alike.
    pub fn access(&self) -> Access {
        self.fields
            .first()
            .map_or(Access::ReadOnly, |field| field.access)
    }

    /// Value after reset, constants included.
    pub fn reset(&self) -> u32 {
        self.fields
            .iter()
            .fold(0, |word, field| word | (field.reset << field.lsb))
    }

    /// The address in the form of the documents: `0x034` or `0x100 + 4*i`.
    pub fn address_text(&self) -> String {
        if self.array {
            format!(
                "{:#05x} + 4*i, i = 0 .. {}",
                self.address,
                self.count.saturating_sub(1)
            )
        } else {
            format!("{:#05x}", self.address)
        }
    }
}

/// Whose registers a map describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is, in a word.
    pub what: &'static str,
    /// The input that locks registers and its meaning, where that is not the tile's `busy_i`.
    pub lock: Option<(&'static str, &'static str)>,
    /// When registers are locked, in words.
    pub locked_while: &'static str,
    /// Sizes for the C header.
    pub sizes: Vec<(&'static str, u32)>,
}

/// The register map of one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterMap {
    /// What the map was made from.
    pub parameters: RegisterParameters,
    /// Whose registers they are.
    pub block: Block,
    /// Every register that any configuration has, in order of address.
    pub registers: Vec<Register>,
}

impl RegisterMap {
    /// The registers of this configuration, in order of address.
    pub fn present(&self) -> impl Iterator<Item = &Register> {
        self.registers.iter().filter(|register| register.present)
    }

    /// The registers that this configuration does not have.
    pub fn absent(&self) -> impl Iterator<Item = &Register> {
        self.registers.iter().filter(|register| !register.present)
    }

    /// The register with a name, present or not.
    pub fn register(&self, name: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.name == name)
    }
}
