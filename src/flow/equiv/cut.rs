// SPDX-License-Identifier: MIT OR Apache-2.0
//! Takes storage bits and instances out of a module of gates (Yosys' JSON).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::names;

/// One side of a module without storage and instances.
#[derive(Clone, Debug, Default)]
pub struct CutModule {
    /// Ports: name, whether it is an input, bit.
    pub ports: BTreeMap<String, (bool, Value)>,
    cells: Map<String, Value>,
}

/// Both sides of a module, with the same ports where they match.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// The source.
    pub source: CutModule,
    /// The netlist.
    pub netlist: CutModule,
    /// Storage bits and instances that were matched.
    pub matched: usize,
    /// What has no counterpart on the other side.
    pub unmatched: Vec<String>,
}

/// A storage bit.
struct Storage<'a> {
    cell: &'a str,
    /// `DFF`, `DLATCH`, with the value of reset after it (`DFF0`).
    kind: String,
    output: u64,
    /// Active-high, rising: role (`d`, `clock`, `enable`, `reset`), bit, inverted.
    inputs: Vec<(&'static str, Value, bool)>,
    /// The value under the name is the inverse of the output.
    inverted: bool,
    names: BTreeSet<String>,
}

/// Takes both sides of a module apart. `modules` are the modules that stay modules.
pub fn cut(source: &Value, netlist: &Value, children: &Value, modules: &[String]) -> Cut {
    let mut cut = Cut::default();
    let mut source_storage = storage(source, false);
    let netlist_storage = storage(netlist, true);
    cut.source = rest(source);
    cut.netlist = rest(netlist);
    for (side, module) in [(&mut cut.source, source), (&mut cut.netlist, netlist)] {
        instances(side, module, children, modules);
    }
    // Storage by name.
    for bit in &netlist_storage {
        let found = source_storage.iter().position(|other| {
            other.kind == bit.kind_named() && !other.names.is_disjoint(&bit.names)
        });
        let Some(found) = found else {
            let name = bit.names.first().map_or(bit.cell, String::as_str);
            cut.unmatched
                .push(format!("storage bit {name} ({}) of the netlist", bit.kind));
            continue;
        };
        let other = source_storage.swap_remove(found);
        let name = shared_name(&other.names, &bit.names);
        add_storage(&mut cut.source, &other, &name);
        add_storage(&mut cut.netlist, bit, &name);
        cut.matched += 1;
    }
    for bit in &source_storage {
        let name = bit.names.first().map_or(bit.cell, String::as_str);
        cut.unmatched
            .push(format!("storage bit {name} ({}) of the source", bit.kind));
    }
    // Ports of either side alone.
    let names = |side: &CutModule| side.ports.keys().cloned().collect::<BTreeSet<_>>();
    let (left, right) = (names(&cut.source), names(&cut.netlist));
    for name in left.symmetric_difference(&right) {
        let side = if left.contains(name) {
            "source"
        } else {
            "netlist"
        };
        cut.unmatched.push(format!("pin {name} of the {side}"));
    }
    cut
}

impl Storage<'_> {
    /// The kind with the reset value seen through the inverter behind the output.
    fn kind_named(&self) -> String {
        match (self.inverted, self.kind.as_str()) {
            (true, "DFF0") => "DFF1".to_owned(),
            (true, "DFF1") => "DFF0".to_owned(),
            _ => self.kind.clone(),
        }
    }
}

/// The longest name that both have: it says most.
fn shared_name(a: &BTreeSet<String>, b: &BTreeSet<String>) -> String {
    let shared = a
        .intersection(b)
        .max_by_key(|name| (name.len(), (*name).clone()));
    shared.cloned().unwrap_or_default()
}

fn is_storage(kind: &str) -> bool {
    kind.starts_with("$_DFF_") || kind.starts_with("$_DLATCH_")
}

/// The storage bits of a module. In a netlist a name may lie behind an inverter.
fn storage(module: &Value, through_inverters: bool) -> Vec<Storage<'_>> {
    let names = names::of_bits(module);
    let cells = module["cells"].as_object();
    let mut inverses: BTreeMap<u64, u64> = BTreeMap::new();
    if through_inverters {
        for (_, cell) in cells.into_iter().flatten() {
            if cell["type"] == "$_NOT_"
                && let (Some(input), Some(output)) =
                    (pin(cell, "A").as_u64(), pin(cell, "Y").as_u64())
            {
                inverses.insert(input, output);
            }
        }
    }
    let mut found = Vec::new();
    for (name, cell) in module["cells"].as_object().into_iter().flatten() {
        let kind = cell["type"].as_str().unwrap_or("");
        if !is_storage(kind) {
            continue;
        }
        let Some(output) = pin(cell, "Q").as_u64() else {
            continue;
        };
        let letters: Vec<char> = kind
            .trim_start_matches("$_DFF_")
            .trim_start_matches("$_DLATCH_")
            .chars()
            .collect();
        let is_latch = kind.starts_with("$_DLATCH_");
        let low = |index: usize| letters.get(index) == Some(&'N');
        let mut inputs = vec![("d", pin(cell, "D").clone(), false)];
        inputs.push(if is_latch {
            ("enable", pin(cell, "E").clone(), low(0))
        } else {
            ("clock", pin(cell, "C").clone(), low(0))
        });
        let mut kind = if is_latch { "DLATCH" } else { "DFF" }.to_owned();
        if let Some(value @ ('0' | '1')) = letters.get(2) {
            kind.push(*value);
            inputs.push(("reset", pin(cell, "R").clone(), low(1)));
        }
        let own = names.get(&output).cloned().unwrap_or_default();
        let mut storage = Storage {
            cell: name,
            kind,
            output,
            inputs,
            inverted: false,
            names: own,
        };
        let is_named = |names: &BTreeSet<String>| names.iter().any(|name| !is_automatic(name));
        if through_inverters
            && !is_named(&storage.names)
            && let Some(inverse) = inverses.get(&output).and_then(|bit| names.get(bit))
        {
            storage.inverted = true;
            storage.names.clone_from(inverse);
        }
        found.push(storage);
    }
    found
}

/// Names that tools give: `n103`, `_12_`, `$abc$...`.
fn is_automatic(name: &str) -> bool {
    let rest = name.trim_start_matches('n');
    rest.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_')
        || name.starts_with("abc_")
        || name.starts_with("auto_")
}

fn pin<'a>(cell: &'a Value, name: &str) -> &'a Value {
    &cell["connections"][name][0]
}

/// Gates and ports of a module.
fn rest(module: &Value) -> CutModule {
    let mut left = CutModule::default();
    for (name, port) in module["ports"].as_object().into_iter().flatten() {
        let input = port["direction"] == "input";
        let bits = port["bits"].as_array().map_or(&[][..], Vec::as_slice);
        for (index, bit) in bits.iter().enumerate() {
            left.ports
                .insert(format!("port.{name}.{index}"), (input, bit.clone()));
        }
    }
    for (name, cell) in module["cells"].as_object().into_iter().flatten() {
        let kind = cell["type"].as_str().unwrap_or("");
        if kind.starts_with("$_") && !is_storage(kind) {
            left.cells.insert(name.clone(), cell.clone());
        }
    }
    left
}

/// Instances of modules become ports; what is no gate, no storage and no module either is a pin of its own.
fn instances(side: &mut CutModule, module: &Value, children: &Value, modules: &[String]) {
    for (name, cell) in module["cells"].as_object().into_iter().flatten() {
        let kind = cell["type"].as_str().unwrap_or("");
        if kind.starts_with('$') {
            continue;
        }
        let known = modules.iter().any(|module| module == kind);
        let ports = &children[kind]["ports"];
        let instance = names::plain(name);
        for (port, bits) in cell["connections"].as_object().into_iter().flatten() {
            let direction = if ports.is_null() {
                cell["port_directions"][port].as_str()
            } else {
                ports[port]["direction"].as_str()
            };
            // An output of the instance is an input of what is left.
            let input = direction == Some("output");
            for (index, bit) in bits.as_array().into_iter().flatten().enumerate() {
                let label = if known { "instance" } else { "box" };
                let pin = format!("{label}.{instance}.{port}.{index}");
                side.ports.insert(pin, (input, bit.clone()));
            }
        }
    }
}

fn add_storage(side: &mut CutModule, storage: &Storage<'_>, name: &str) {
    let label = |role: &str| {
        format!(
            "{}.{name}.{role}",
            if storage.kind.starts_with("DFF") {
                "flop"
            } else {
                "latch"
            }
        )
    };
    let gate = |side: &mut CutModule, role: &str, input: Value, output: Value| {
        side.cells.insert(
            format!("hcim_not_{name}_{role}"),
            json!({
                "hide_name": 0, "type": "$_NOT_", "parameters": {}, "attributes": {},
                "port_directions": {"A": "input", "Y": "output"},
                "connections": {"A": [input], "Y": [output]},
            }),
        );
    };
    if storage.inverted {
        let bit = side.fresh();
        gate(side, "q", bit.clone(), json!(storage.output));
        side.ports.insert(label("q"), (true, bit));
    } else {
        side.ports.insert(label("q"), (true, json!(storage.output)));
    }
    for (role, bit, low) in &storage.inputs {
        if *low != (*role == "d" && storage.inverted) {
            let inverse = side.fresh();
            gate(side, role, bit.clone(), inverse.clone());
            side.ports.insert(label(role), (false, inverse));
        } else {
            side.ports.insert(label(role), (false, bit.clone()));
        }
    }
}

impl CutModule {
    /// A bit that nothing uses.
    fn fresh(&self) -> Value {
        let of_cells = self.cells.values().flat_map(|cell| {
            let pins = cell["connections"].as_object();
            pins.into_iter()
                .flatten()
                .flat_map(|(_, bits)| bits.as_array().into_iter().flatten())
        });
        let of_ports = self.ports.values().map(|(_, bit)| bit);
        let top = of_cells.chain(of_ports).filter_map(Value::as_u64).max();
        json!(top.unwrap_or(1).max(1 << 40) + 1)
    }

    /// As a module of Yosys' JSON, with the ports in `common` alone.
    pub fn to_json(&self, common: &BTreeSet<String>) -> Value {
        let mut ports = Map::new();
        for (name, (input, bit)) in &self.ports {
            if common.contains(name) {
                let direction = if *input { "input" } else { "output" };
                ports.insert(name.clone(), json!({"direction": direction, "bits": [bit]}));
            }
        }
        json!({"attributes": {}, "ports": ports, "cells": self.cells, "netnames": {}})
    }
}
