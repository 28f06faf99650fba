// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON netlists of Yosys (`write_json`).

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::words::is_one_word;

use super::types::{Bit, Direction, Instance, Module, Netlist, Port};

/// A JSON object in the order of its text.
struct Ordered<T>(Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    list.push(entry);
                }
                Ok(Ordered(list))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[derive(serde::Deserialize)]
struct RawNetlist {
    modules: Ordered<RawModule>,
}

#[derive(serde::Deserialize)]
struct RawModule {
    #[serde(default)]
    attributes: BTreeMap<String, Value>,
    #[serde(default)]
    ports: Ordered<RawPort>,
    #[serde(default)]
    cells: Ordered<RawCell>,
    #[serde(default)]
    netnames: Ordered<RawName>,
}

#[derive(serde::Deserialize)]
struct RawPort {
    direction: String,
    bits: Vec<Value>,
}

#[derive(serde::Deserialize)]
struct RawCell {
    #[serde(default)]
    hide_name: u8,
    #[serde(rename = "type")]
    of: String,
    #[serde(default)]
    attributes: BTreeMap<String, Value>,
    #[serde(default)]
    connections: Ordered<Vec<Value>>,
}

#[derive(serde::Deserialize)]
struct RawName {
    #[serde(default)]
    hide_name: u8,
    bits: Vec<Value>,
}

/// Reads a netlist of Yosys with its top module `top`. Black boxes are left out. Names that Yosys
/// made up are dropped.
///
/// # Errors
/// A text that is no such netlist.
pub fn read_yosys_json(text: &str, top: &str) -> Result<Netlist, Report> {
    let fault = |what: String| {
        Report::from(
            Diagnostic::new(Code::NetlistSyntax, format!("the netlist of Yosys: {what}"))
                .help("use the Yosys that scripts/setup.sh installs"),
        )
    };
    let raw: RawNetlist = serde_json::from_str(text).map_err(|error| fault(error.to_string()))?;
    let mut modules = BTreeMap::new();
    for (name, raw) in raw.modules.0 {
        let is_box = |attribute: &str| raw.attributes.contains_key(attribute);
        if is_box("blackbox") || is_box("whitebox") || is_box("techmap_simplemap") {
            continue;
        }
        if !is_one_word(&name) {
            return Err(fault(format!("{} is no name", quoted(&name))));
        }
        let module = module(&name, raw).map_err(|what| fault(format!("module {name}: {what}")))?;
        modules.insert(name, module);
    }
    if !modules.contains_key(top) {
        return Err(fault(format!("it has no module {top}")));
    }
    match sizes(&modules) {
        Some(_) => Ok(Netlist {
            top: top.to_owned(),
            modules,
        }),
        None => Err(fault(
            "a module contains itself, or modules lie too deep or too often inside one another"
                .to_owned(),
        )),
    }
}

/// Modules inside one another: a design has six levels or so.
const DEEPEST: usize = 60;

/// Instances that a module may stand for, with those inside them.
const LARGEST: u64 = 1 << 40;

/// The instances inside each module; none if there is no end of them. Level by level, for what recursion would do
/// with a netlist that contains itself.
fn sizes(modules: &BTreeMap<String, Module>) -> Option<BTreeMap<&str, u64>> {
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for _ in 0..DEEPEST {
        let before = sizes.len();
        for (name, module) in modules {
            if sizes.contains_key(name.as_str()) {
                continue;
            }
            let mut size = 0u64;
            let mut known = true;
            for instance in &module.instances {
                match (
                    modules.contains_key(&instance.of),
                    sizes.get(instance.of.as_str()),
                ) {
                    (true, None) => known = false,
                    (_, inside) => size += 1 + inside.copied().unwrap_or(0),
                }
                if size > LARGEST {
                    return None;
                }
            }
            if known {
                sizes.insert(name, size);
            }
        }
        if sizes.len() == modules.len() {
            return Some(sizes);
        }
        if sizes.len() == before {
            return None;
        }
    }
    None
}

fn module(name: &str, raw: RawModule) -> Result<Module, String> {
    let mut module = Module {
        name: name.to_owned(),
        ports: Vec::new(),
        instances: Vec::new(),
        names: BTreeMap::new(),
        next_net: 0,
    };
    for (name, port) in raw.ports.0 {
        let direction = match port.direction.as_str() {
            "input" => Direction::Input,
            "output" => Direction::Output,
            other => return Err(format!("port {name} is {other}")),
        };
        module.ports.push(Port {
            name,
            direction,
            bits: bits(&port.bits)?,
        });
    }
    for (index, (name, cell)) in raw.cells.0.into_iter().enumerate() {
        if cell.of == "$scopeinfo" {
            continue;
        }
        let mut pins = BTreeMap::new();
        for (pin, connected) in cell.connections.0 {
            pins.insert(pin, bits(&connected)?);
        }
        let is_made_up = cell.hide_name != 0 || name.contains('$');
        module.instances.push(Instance {
            name: if is_made_up {
                format!("${index}")
            } else {
                name
            },
            of: cell.of,
            in_clock_gate: cell.attributes.contains_key("hcim_clock_gate"),
            pins,
        });
    }
    for (name, net) in raw.netnames.0 {
        if net.hide_name != 0 || name.contains('$') {
            continue;
        }
        let of_net = bits(&net.bits)?;
        for (index, bit) in of_net.iter().enumerate() {
            let Bit::Net(id) = bit else { continue };
            let name = if of_net.len() == 1 {
                name.clone()
            } else {
                format!("{name}[{index}]")
            };
            // Of several names one of the module itself, then the shortest, then the first of the
            // alphabet.
            let rank = |name: &String| (name.matches('.').count(), name.len(), name.clone());
            let better = |old: &String| rank(&name) < rank(old);
            if module.names.get(id).is_none_or(better) {
                module.names.insert(*id, name);
            }
        }
    }
    let in_ports = module.ports.iter().flat_map(|port| &port.bits);
    let in_pins = module
        .instances
        .iter()
        .flat_map(|i| i.pins.values().flatten());
    let highest = in_ports.chain(in_pins).filter_map(|bit| match bit {
        Bit::Net(net) => Some(*net),
        _ => None,
    });
    module.next_net = highest.max().map_or(0, |net| net + 1);
    // They go into Verilog as they are.
    let ports = module.ports.iter().map(|port| &port.name);
    let cells = module.instances.iter();
    let cells = cells.flat_map(|cell| std::iter::once(&cell.of).chain(cell.pins.keys()));
    match ports.chain(cells).find(|name| !is_one_word(name)) {
        Some(name) => Err(format!("{} is no name", quoted(name))),
        None => Ok(module),
    }
}

/// Highest number of a net: passes add nets behind it.
const HIGHEST_NET: u32 = u32::MAX / 2;

fn bits(values: &[Value]) -> Result<Vec<Bit>, String> {
    let one = |value: &Value| match value {
        Value::Number(number) => number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number <= HIGHEST_NET)
            .map(Bit::Net)
            .ok_or_else(|| format!("no net has the number {number}")),
        Value::String(text) => match text.as_str() {
            "0" => Ok(Bit::Zero),
            "1" => Ok(Bit::One),
            "x" => Ok(Bit::Unknown),
            other => Err(format!("a pin is connected to {other}")),
        },
        other => Err(format!("a pin is connected to {other}")),
    };
    values.iter().map(one).collect()
}
