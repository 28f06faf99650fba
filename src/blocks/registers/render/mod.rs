// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is made from the map beside hardware: document, C header, SystemRDL, JSON, table.

mod header;
mod json;
mod markdown;
mod systemrdl;
mod table;

use super::model::{Register, RegisterMap};

pub(crate) use header::driver_map;

/// `0.1.0`.
fn version_text(map: &RegisterMap) -> String {
    let [major, minor, patch] = map.parameters.version;
    format!("{major}.{minor}.{patch}")
}

/// The first 16 hexadecimal digits of the configuration digest.
fn digest_text(map: &RegisterMap) -> String {
    format!("{:016x}", map.parameters.digest)
}

/// `0x034`.
fn address_text(register: &Register) -> String {
    format!("{:#05x}", register.address)
}

/// The text of a template, ending with one line end. The templates write to memory and call
/// nothing that fails; should rendering fail all the same, the text is the reason, which no
/// consumer takes for the real one.
pub(crate) fn rendered(result: askama::Result<String>) -> String {
    let text = result.unwrap_or_else(|error| format!("#error \"{error}\""));
    format!("{}\n", text.trim_end())
}
