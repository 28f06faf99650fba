// SPDX-License-Identifier: MIT OR Apache-2.0
//! The registers in JSON.

use super::super::model::{Register, RegisterMap};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'m> {
    name: &'m str,
    version: String,
    digest: String,
    address_bits: usize,
    data_bits: u32,
    registers: Vec<&'m Register>,
}

impl RegisterMap {
    /// The registers in JSON, those that are absent included (`"present": false`).
    pub fn to_json(&self) -> String {
        let document = Document {
            name: &self.parameters.name,
            version: super::version_text(self),
            digest: super::digest_text(self),
            address_bits: super::super::ADDRESS_BITS,
            data_bits: 32,
            registers: self.registers.iter().collect(),
        };
        // Plain structures with text keys: serialising to memory has nothing to fail at.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}
