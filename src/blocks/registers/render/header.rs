// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C header of the registers.

use super::super::model::{Field, Register, RegisterMap};
use super::super::parameters::RegisterParameters;
use askama::Template;

#[derive(Template)]
#[template(path = "registers/regs.h", escape = "none")]
struct Header<'m> {
    map: &'m RegisterMap,
    registers: Vec<&'m Register>,
    guard: String,
    prefix: String,
    constants: bool,
    version: String,
    digest: String,
    identity: String,
    sizes: Vec<(&'static str, u32)>,
}

impl Header<'_> {
    fn hex(&self, value: u32) -> String {
        hex(value)
    }

    fn offset(&self, register: &Register) -> String {
        format!("{}u", super::address_text(register))
    }

    fn field(&self, register: &Register, field: &Field) -> String {
        match register.name == field.name {
            true => format!("{}_{}", self.prefix, register.name),
            false => format!("{}_{}_{}", self.prefix, register.name, field.name),
        }
    }
}

/// A number as C writes it.
fn hex(value: u32) -> String {
    format!("{value:#010x}u")
}

impl RegisterMap {
    /// The C header of this configuration, `<name>_regs.h`: addresses, fields, reset values, and
    /// the identity that the driver compares with. Every name begins with the configuration's.
    pub fn to_c_header(&self) -> String {
        let prefix = self.parameters.name.to_uppercase();
        let identity = ["VERSION", "DIGEST_LO", "DIGEST_HI"]
            .map(|name| hex(self.register(name).map_or(0, Register::reset)));
        let header = Header {
            map: self,
            registers: self.present().collect(),
            guard: format!("{prefix}_REGS_H"),
            prefix,
            constants: true,
            version: super::version_text(self),
            digest: super::digest_text(self),
            identity: identity.join(", "),
            sizes: self.block.sizes.clone(),
        };
        super::rendered(header.render())
    }
}

/// The map that the driver of a tile uses: every register and field that any configuration has.
pub(crate) fn driver_map(version: [u16; 3]) -> RegisterMap {
    super::super::map(&RegisterParameters {
        version,
        rows: 0xffff,
        segments: 2,
        parity: true,
        ..Default::default()
    })
}

impl RegisterMap {
    /// Addresses and fields alone, for a driver of any configuration.
    pub(crate) fn to_driver_header(&self, guard: &str, prefix: &str) -> String {
        let header = Header {
            map: self,
            registers: self.registers.iter().collect(),
            guard: guard.to_string(),
            prefix: prefix.to_string(),
            constants: false,
            version: super::version_text(self),
            digest: String::new(),
            identity: String::new(),
            sizes: Vec::new(),
        };
        super::rendered(header.render())
    }
}
