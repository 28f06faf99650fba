// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names that every tool reads: plain identifiers, stable for the same design.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::is_keyword;
use crate::flow::liberty::{CellKind, Liberty};

use super::types::{Bit, Direction, Instance, Module};

/// Gives every instance and net of a module a plain, unique name. Bits of ports keep theirs.
/// Storage is named after the net that it drives, other cells that Yosys named are numbered.
pub fn tidy(module: &mut Module, library: &Liberty) {
    let mut used: BTreeSet<String> = module.ports.iter().map(|port| port.name.clone()).collect();
    let mut of_ports: BTreeMap<u32, String> = BTreeMap::new();
    // Outputs first: the net of an output is the output.
    let outputs = module
        .ports
        .iter()
        .filter(|p| p.direction == Direction::Output);
    let inputs = module
        .ports
        .iter()
        .filter(|p| p.direction == Direction::Input);
    for port in outputs.chain(inputs) {
        for (index, bit) in port.bits.iter().enumerate() {
            if let Bit::Net(net) = bit {
                let name = if port.bits.len() == 1 {
                    port.name.clone()
                } else {
                    format!("{}[{index}]", port.name)
                };
                of_ports.entry(*net).or_insert(name);
            }
        }
    }
    name_instances(module, library, &of_ports, &mut used);
    let mut nets: BTreeSet<u32> = BTreeSet::new();
    for bit in module
        .instances
        .iter()
        .flat_map(|i| i.pins.values().flatten())
    {
        if let Bit::Net(net) = bit {
            nets.insert(*net);
        }
    }
    let mut names = BTreeMap::new();
    // Nets with a name of the design first, so that numbers do not take them.
    let (named, numbered): (Vec<u32>, Vec<u32>) = nets
        .into_iter()
        .partition(|net| module.names.contains_key(net));
    for net in named.into_iter().chain(numbered) {
        let name = match (of_ports.get(&net), module.names.get(&net)) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => unique(&plain(name), &mut used),
            (None, None) => unique(&format!("n{net}"), &mut used),
        };
        names.insert(net, name);
    }
    for (net, name) in of_ports {
        names.insert(net, name);
    }
    module.names = names;
}

fn name_instances(
    module: &mut Module,
    library: &Liberty,
    of_ports: &BTreeMap<u32, String>,
    used: &mut BTreeSet<String>,
) {
    let names = &module.names;
    for instance in module.instances.iter_mut().filter(|i| !is_made_up(i)) {
        instance.name = unique(&plain(&instance.name), used);
    }
    let mut number = 0;
    for instance in module.instances.iter_mut().filter(|i| is_made_up(i)) {
        let stored = stored_net(instance, library)
            .and_then(|net| of_ports.get(&net).or_else(|| names.get(&net)));
        let wanted = match stored {
            Some(name) => format!("{}_reg", plain(name)),
            None => {
                number += 1;
                format!("g{number}")
            }
        };
        instance.name = unique(&wanted, used);
    }
}

/// Whether Yosys made the name up.
fn is_made_up(instance: &Instance) -> bool {
    instance.name.starts_with('$')
}

/// The net that a flip-flop or latch drives.
fn stored_net(instance: &Instance, library: &Liberty) -> Option<u32> {
    let cell = library.cells.get(&instance.of)?;
    if !matches!(cell.kind, CellKind::FlipFlop(_) | CellKind::Latch(_)) {
        return None;
    }
    cell.outputs()
        .find_map(|(pin, _)| match instance.pins.get(pin)?.first()? {
            Bit::Net(net) => Some(*net),
            _ => None,
        })
}

/// A legal identifier that resembles a name.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            ']' => {}
            c if c.is_ascii_alphanumeric() || c == '_' => plain.push(c),
            _ => plain.push('_'),
        }
    }
    if plain.is_empty() || plain.starts_with(|c: char| c.is_ascii_digit()) || is_keyword(&plain) {
        plain.insert(0, '_');
    }
    plain
}

fn unique(name: &str, used: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 1;
    while !used.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}
