// SPDX-License-Identifier: MIT OR Apache-2.0
//! The document of the registers.

use super::super::model::{Hardware, Register, RegisterMap};
use super::super::ports::RegisterPort;
use crate::hdl::Dir;
use askama::Template;

#[derive(Template)]
#[template(path = "registers/map.md", escape = "none")]
struct Markdown<'m> {
    map: &'m RegisterMap,
    version: String,
    digest: String,
}

impl Markdown<'_> {
    fn address(&self, register: &Register) -> String {
        super::address_text(register)
    }

    /// The value after reset, if no input has a part in it.
    fn reset(&self, register: &Register) -> String {
        let decided = register.fields.iter().all(|field| {
            !matches!(
                field.hardware,
                Hardware::Input { .. } | Hardware::Window { .. }
            )
        });
        if decided {
            format!("{:#x}", register.reset())
        } else {
            String::new()
        }
    }

    fn direction(&self, port: &RegisterPort) -> &'static str {
        if port.dir == Dir::Output { "out" } else { "in" }
    }
}

impl RegisterMap {
    /// The registers and the ports of the block as a document.
    pub fn to_markdown(&self) -> String {
        let (version, digest) = (super::version_text(self), super::digest_text(self));
        super::rendered(
            Markdown {
                map: self,
                version,
                digest,
            }
            .render(),
        )
    }
}
