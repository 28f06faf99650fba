// SPDX-License-Identifier: MIT OR Apache-2.0
//! A netlist without hierarchy, as programs without hierarchy want it: cells and nets with plain
//! names, a net of its own for each bit of a port, no constants at ports.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::config::quoted;
use crate::flow::pdk::Gate1;
use crate::flow::words::is_one_word;

/// What a pin is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Net {
    /// A net by its index.
    Wire(usize),
    /// The ground net.
    Zero,
    /// The supply net.
    One,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// `<kind>_<number>`: numbers count from 1 for each kind, in the order of the cells.
    pub name: String,
    /// Name in the hierarchy.
    pub origin: String,
    /// Library cell.
    pub kind: String,
    /// Pins with their nets, by name.
    pub pins: Vec<(String, Net)>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name.
    pub name: String,
    /// Input or output.
    pub input: bool,
    /// Net of each bit, bit 0 first.
    pub bits: Vec<usize>,
}

/// A net that belongs to a bit of a port, or to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetName {
    /// Bit of a port; `None` for a port of one bit.
    Port(String, Option<usize>),
    /// A net inside.
    Inner(String),
}

/// The netlist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat {
    /// Name of the module.
    pub name: String,
    /// Ports.
    pub ports: Vec<Port>,
    /// Names of the nets.
    pub nets: Vec<NetName>,
    /// Cells.
    pub cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Document {
    modules: BTreeMap<String, JsonModule>,
}

#[derive(Deserialize)]
struct JsonModule {
    ports: serde_json::Map<String, serde_json::Value>,
    cells: BTreeMap<String, JsonCell>,
    netnames: BTreeMap<String, JsonNet>,
}

#[derive(Deserialize)]
struct JsonPort {
    direction: String,
    bits: Vec<Bit>,
}

#[derive(Deserialize)]
struct JsonCell {
    #[serde(rename = "type")]
    kind: String,
    connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
struct JsonNet {
    bits: Vec<Bit>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
enum Bit {
    Wire(u64),
    Constant(String),
}

/// Reads a flat module from the JSON of Yosys. `buffer` drives outputs that are a constant, an
/// input, or another output.
///
/// # Errors
/// Text that is no such netlist, a module that is missing, a port that is no input or output.
pub fn read(json: &str, top: &str, buffer: &Gate1) -> Result<Flat, String> {
    let document: Document = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let Some(module) = document.modules.get(top) else {
        return Err(format!("the netlist has no module {top}"));
    };
    let mut flat = Flat {
        name: top.to_owned(),
        ..Flat::default()
    };
    let mut known: BTreeMap<u64, usize> = BTreeMap::new();
    let mut buffers: Vec<(Bit, usize)> = Vec::new();
    let mut taken: BTreeSet<String> = module.ports.keys().cloned().collect();
    for (name, value) in &module.ports {
        let port = JsonPort::deserialize(value).map_err(|error| format!("port {name}: {error}"))?;
        let input = match port.direction.as_str() {
            "input" => true,
            "output" => false,
            other => return Err(format!("port {name} is {other}")),
        };
        let width = port.bits.len();
        let mut bits = Vec::new();
        for (index, bit) in port.bits.into_iter().enumerate() {
            let net = flat.nets.len();
            let index = (width > 1).then_some(index);
            flat.nets.push(NetName::Port(name.clone(), index));
            bits.push(net);
            match bit {
                Bit::Wire(wire) if !known.contains_key(&wire) => {
                    known.insert(wire, net);
                }
                // Another port has that net already: the buffer makes it two.
                shared => buffers.push((shared, net)),
            }
        }
        flat.ports.push(Port {
            name: name.clone(),
            input,
            bits,
        });
    }
    let cells = module.cells.values();
    let cells = cells.flat_map(|cell| std::iter::once(&cell.kind).chain(cell.connections.keys()));
    if let Some(name) = module
        .ports
        .keys()
        .chain(cells)
        .find(|name| !is_one_word(name))
    {
        return Err(format!("{} is no name", quoted(name)));
    }
    for (name, net) in &module.netnames {
        let width = net.bits.len();
        for (index, bit) in net.bits.iter().enumerate() {
            let Bit::Wire(wire) = bit else { continue };
            if !known.contains_key(wire) {
                let name = if width == 1 {
                    name.clone()
                } else {
                    format!("{name}_{index}")
                };
                known.insert(*wire, flat.nets.len());
                flat.nets.push(NetName::Inner(plain(&name, &mut taken)));
            }
        }
    }
    let net = |bit: &Bit| match bit {
        Bit::Wire(wire) => known
            .get(wire)
            .map(|net| Net::Wire(*net))
            .ok_or_else(|| format!("net {wire} has no name")),
        // An undefined level may be any; ground is as good as the supply.
        Bit::Constant(level) => Ok(if level == "1" { Net::One } else { Net::Zero }),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |kind: &str| {
        let count = counts.entry(kind.to_owned()).or_insert(0);
        *count += 1;
        format!("{kind}_{count}")
    };
    for (origin, cell) in &module.cells {
        if cell.kind.starts_with('$') {
            return Err(format!(
                "{origin} is {}, not a cell of a library",
                cell.kind
            ));
        }
        let mut pins = Vec::new();
        for (pin, bits) in &cell.connections {
            match &bits[..] {
                [] => {}
                [bit] => pins.push((pin.clone(), net(bit)?)),
                _ => return Err(format!("pin {pin} of {origin} is wider than one bit")),
            }
        }
        flat.cells.push(Cell {
            name: number(&cell.kind),
            origin: origin.clone(),
            kind: cell.kind.clone(),
            pins,
        });
    }
    for (from, to) in buffers {
        flat.cells.push(Cell {
            name: number(&buffer.cell),
            origin: String::new(),
            kind: buffer.cell.clone(),
            pins: vec![
                (buffer.input.clone(), net(&from)?),
                (buffer.out.clone(), Net::Wire(to)),
            ],
        });
    }
    Ok(flat)
}

/// A name of letters, digits and `_` that no net has yet.
fn plain(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character.is_ascii_alphanumeric() {
            true => text.push(character),
            false if text.ends_with('_') || text.is_empty() => {}
            false => text.push('_'),
        }
    }
    let text = text.trim_end_matches('_');
    let base = match text.chars().next() {
        Some(first) if !first.is_ascii_digit() => text.to_owned(),
        _ => format!("n_{text}"),
    };
    let mut unique = base.clone();
    let mut count = 1;
    while !taken.insert(unique.clone()) {
        count += 1;
        unique = format!("{base}_{count}");
    }
    unique
}

impl NetName {
    /// The name with the index between two brackets.
    pub fn text(&self, open: char, close: char) -> String {
        match self {
            NetName::Port(port, Some(index)) => format!("{port}{open}{index}{close}"),
            NetName::Port(name, None) | NetName::Inner(name) => name.clone(),
        }
    }
}

impl Flat {
    /// The netlist in Verilog.
    pub fn to_verilog(&self) -> String {
        let name = |net: &Net| match net {
            Net::Wire(index) => self.nets[*index].text('[', ']'),
            Net::Zero => "1'b0".to_owned(),
            Net::One => "1'b1".to_owned(),
        };
        let ports: Vec<&str> = self.ports.iter().map(|port| port.name.as_str()).collect();
        let mut text = format!("module {} ({});\n", self.name, ports.join(", "));
        for port in &self.ports {
            let direction = if port.input { "input" } else { "output" };
            let range = match port.bits.len() {
                1 => String::new(),
                width => format!(" [{}:0]", width - 1),
            };
            text += &format!("  {direction}{range} {};\n", port.name);
        }
        for net in &self.nets {
            if let NetName::Inner(name) = net {
                text += &format!("  wire {name};\n");
            }
        }
        for cell in &self.cells {
            let pins = cell.pins.iter();
            let pins: Vec<String> = pins
                .map(|(pin, net)| format!(".{pin}({})", name(net)))
                .collect();
            text += &format!("  {} {} ({});\n", cell.kind, cell.name, pins.join(", "));
        }
        text + "endmodule\n"
    }

    /// Number of cells of each kind.
    pub fn histogram(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for cell in &self.cells {
            *kinds.entry(cell.kind.clone()).or_insert(0) += 1;
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer() -> Gate1 {
        Gate1 {
            cell: "BUF".to_owned(),
            input: "A".to_owned(),
            out: "Y".to_owned(),
        }
    }

    const JSON: &str = r#"{ "modules": { "t": {
      "ports": { "a_i": { "direction": "input", "bits": [2, 3] },
                 "y_o": { "direction": "output", "bits": [4, 2, "1", 4] } },
      "cells": {
        "u.x[1]": { "type": "NAND2", "connections": { "A": [2], "B": [5], "Y": [4] } },
        "u.x[0]": { "type": "NAND2", "connections": { "A": [3], "B": ["0"], "Y": [5] } } },
      "netnames": { "a_i": { "bits": [2, 3] }, "u.w": { "bits": [5, 2] }, "u_w_0": { "bits": [6] } } } } }"#;

    #[test]
    fn ports_get_nets_of_their_own() {
        let flat = read(JSON, "t", &buffer()).expect("a netlist");
        // The bits of y_o that are an input, a constant and another output get a buffer each.
        assert_eq!(
            flat.histogram(),
            BTreeMap::from([("BUF".into(), 3), ("NAND2".into(), 2)])
        );
        let names: Vec<String> = flat.nets.iter().map(|net| net.text('<', '>')).collect();
        assert_eq!(names[..3], ["a_i<0>", "a_i<1>", "y_o<0>"]);
        // The second is renamed, because a port net of that text could stand for both.
        assert_eq!(names[6..], ["u_w_0", "u_w_0_2"]);
        let first = &flat.cells[0];
        assert_eq!(
            (first.name.as_str(), first.origin.as_str()),
            ("NAND2_1", "u.x[0]")
        );
        assert_eq!(first.pins[1], ("B".to_owned(), Net::Zero));
        let verilog = flat.to_verilog();
        assert!(verilog.contains("  output [3:0] y_o;\n"));
        assert!(
            verilog.contains("  BUF BUF_2 (.A(1'b1), .Y(y_o[2]));\n"),
            "{verilog}"
        );
    }

    #[test]
    fn what_is_no_netlist_is_refused() {
        assert!(read("{}", "t", &buffer()).is_err());
        assert!(
            read(JSON, "u", &buffer())
                .expect_err("no module")
                .contains("no module u")
        );
        let inout = JSON.replace("\"output\"", "\"inout\"");
        assert!(
            read(&inout, "t", &buffer())
                .expect_err("inout")
                .contains("y_o is inout")
        );
        let inner = JSON.replace("\"NAND2\"", "\"$_NAND_\"");
        assert!(
            read(&inner, "t", &buffer())
                .expect_err("unmapped")
                .contains("$_NAND_")
        );
        let wide = JSON.replace("\"A\": [3]", "\"A\": [3, 2]");
        assert!(
            read(&wide, "t", &buffer())
                .expect_err("wide")
                .contains("wider")
        );
    }
}
