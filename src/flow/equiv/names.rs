// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names that source and netlist share.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A name as the netlist writes it: only letters, digits and `_`, no run of `_` at a seam.
pub(super) fn plain(name: &str) -> String {
    let mut text: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    while text.contains("__") {
        text = text.replace("__", "_");
    }
    text.trim_matches('_').to_owned()
}

/// The names of every bit of a module (of Yosys' JSON).
pub(super) fn of_bits(module: &Value) -> BTreeMap<u64, BTreeSet<String>> {
    let mut names: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    let nets = module["netnames"].as_object();
    for (name, net) in nets.into_iter().flatten() {
        let bits = net["bits"].as_array().map_or(&[][..], Vec::as_slice);
        let offset = net["offset"].as_u64().unwrap_or(0);
        for (index, bit) in bits.iter().enumerate() {
            let Some(bit) = bit.as_u64() else { continue };
            let of_bit = names.entry(bit).or_default();
            of_bit.insert(plain(&format!("{name}_{}", offset + index as u64)));
            if bits.len() == 1 {
                of_bit.insert(plain(name));
            }
        }
    }
    names
}
