// SPDX-License-Identifier: MIT OR Apache-2.0
//! The registers in SystemRDL 2.0.

use super::super::model::{Access, Field, Hardware, Register, RegisterMap};
use askama::Template;

#[derive(Template)]
#[template(path = "registers/map.rdl", escape = "none")]
struct SystemRdl<'m> {
    map: &'m RegisterMap,
    version: String,
    digest: String,
}

impl SystemRdl<'_> {
    fn address(&self, register: &Register) -> String {
        super::address_text(register)
    }

    /// Software's and hardware's side of a field.
    fn properties(&self, field: &Field) -> &'static str {
        match (field.access, &field.hardware) {
            (Access::ReadOnly, Hardware::Constant) => "sw = r; hw = na;",
            (Access::ReadOnly, _) => "sw = r; hw = w;",
            (Access::ReadWrite, _) => "sw = rw; hw = r;",
            (Access::WriteOneToClear, _) => "sw = rw; onwrite = woclr; hw = na; hwset;",
            (Access::Pulse, _) => "sw = w; hw = r; singlepulse;",
        }
    }

    /// Whether the field has a value after reset that no input decides.
    fn has_reset(&self, field: &Field) -> bool {
        !matches!(
            field.hardware,
            Hardware::Input { .. } | Hardware::Window { .. } | Hardware::AllWritten
        )
    }
}

impl RegisterMap {
    /// The registers in SystemRDL 2.0.
    pub fn to_systemrdl(&self) -> String {
        let (version, digest) = (super::version_text(self), super::digest_text(self));
        super::rendered(
            SystemRdl {
                map: self,
                version,
                digest,
            }
            .render(),
        )
    }
}
