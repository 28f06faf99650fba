// SPDX-License-Identifier: MIT OR Apache-2.0
//! Short constructors, so that the description reads like a table.

use super::model::{Access, Field, Hardware, Refusal, Register};

/// A register that software may write at any time.
pub(crate) fn register(name: &'static str, address: u32, doc: &'static str) -> Register {
    Register {
        name,
        address,
        count: 1,
        array: false,
        busy_locked: false,
        refusal: Refusal::Never,
        written_flag: false,
        present: true,
        presence: "",
        doc,
        fields: Vec::new(),
    }
}

/// A register whose writes are refused while the tile is busy.
pub(crate) fn locked(name: &'static str, address: u32, doc: &'static str) -> Register {
    Register {
        busy_locked: true,
        ..register(name, address, doc)
    }
}

impl Register {
    /// Gives the fields.
    pub(crate) fn with<const N: usize>(mut self, fields: [Field; N]) -> Self {
        self.fields = fields.into();
        self
    }

    /// Says when a configuration has the register.
    pub(crate) fn only_if(mut self, present: bool, presence: &'static str) -> Self {
        self.present = present;
        self.presence = presence;
        self
    }

    /// Says which values are refused.
    pub(crate) fn refusing(mut self, refusal: Refusal) -> Self {
        self.refusal = refusal;
        self
    }

    /// Makes an array of registers 4 bytes apart, each with a written flag.
    pub(crate) fn array_of(mut self, count: u32) -> Self {
        self.count = count;
        self.array = true;
        self.written_flag = true;
        self
    }
}

impl Hardware {
    /// Drives all of an output.
    pub(crate) fn output(port: &str) -> Self {
        Hardware::Output {
            port: port.to_string(),
            lo: 0,
        }
    }

    /// Follows an input from bit `lo` upwards.
    pub(crate) fn input(port: &str, lo: u32) -> Self {
        Hardware::Input {
            port: port.to_string(),
            lo,
        }
    }
}

/// The only field of a register, with the register's name.
pub(crate) fn whole(
    name: &'static str,
    width: u32,
    access: Access,
    reset: u32,
    hardware: Hardware,
    doc: &'static str,
) -> Field {
    Field {
        name,
        lsb: 0,
        width,
        access,
        reset,
        hardware,
        doc,
    }
}

/// A value that the configuration fixes.
pub(crate) fn constant(
    name: &'static str,
    lsb: u32,
    width: u32,
    value: u32,
    doc: &'static str,
) -> Field {
    let hardware = Hardware::Constant;
    Field {
        name,
        lsb,
        width,
        access: Access::ReadOnly,
        reset: value,
        hardware,
        doc,
    }
}

/// A value that follows an input port from its bit `lo` upwards.
pub(crate) fn input(
    name: &'static str,
    lsb: u32,
    width: u32,
    port: &str,
    lo: u32,
    doc: &'static str,
) -> Field {
    let hardware = Hardware::input(port, lo);
    Field {
        name,
        lsb,
        width,
        access: Access::ReadOnly,
        reset: 0,
        hardware,
        doc,
    }
}

/// A value that software stores and an output port shows.
pub(crate) fn storage(
    name: &'static str,
    lsb: u32,
    width: u32,
    reset: u32,
    port: &str,
    doc: &'static str,
) -> Field {
    let hardware = Hardware::output(port);
    Field {
        name,
        lsb,
        width,
        access: Access::ReadWrite,
        reset,
        hardware,
        doc,
    }
}

/// A bit that an input port sets and software clears.
pub(crate) fn event(name: &'static str, lsb: u32, port: &str, doc: &'static str) -> Field {
    let hardware = Hardware::Event {
        port: port.to_string(),
    };
    internal(name, lsb, Access::WriteOneToClear, hardware, doc)
}

/// A bit that gives a command.
pub(crate) fn pulse(name: &'static str, lsb: u32, port: &str, doc: &'static str) -> Field {
    internal(
        name,
        lsb,
        Access::Pulse,
        Hardware::Pulse {
            port: port.to_string(),
        },
        doc,
    )
}

/// A bit whose hardware side lies inside the block.
pub(crate) fn internal(
    name: &'static str,
    lsb: u32,
    access: Access,
    hardware: Hardware,
    doc: &'static str,
) -> Field {
    Field {
        name,
        lsb,
        width: 1,
        access,
        reset: 0,
        hardware,
        doc,
    }
}

/// A value that software stores, hardware steps while an input port is high, and an output port shows.
pub(crate) fn counted(
    name: &'static str,
    width: u32,
    port: &str,
    step: &str,
    doc: &'static str,
) -> Field {
    let hardware = Hardware::Counted {
        port: port.to_string(),
        step: step.to_string(),
    };
    whole(name, width, Access::ReadWrite, 0, hardware, doc)
}
