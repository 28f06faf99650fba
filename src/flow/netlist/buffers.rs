// SPDX-License-Identifier: MIT OR Apache-2.0
//! Buffer trees on nets with many sinks, so that timing before layout is no fiction.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::liberty::{CellKind, Liberty};
use crate::flow::pdk::{Cells, Gate1};

use super::clocks::clock_nets;
use super::types::{Bit, Direction, Instance, Module, Net, Netlist};

/// What was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BufferTrees {
    /// Nets that got a tree.
    pub nets: usize,
    /// Buffers, counted once for each module.
    pub buffers: usize,
}

/// Puts trees of buffers on all nets with more than `max_fanout` pins in a module. A port of an
/// instance counts as one pin: the module inside has trees of its own. Nets that carry a clock
/// somewhere below are left alone; the layout builds clock trees.
pub fn buffer_trees(netlist: &mut Netlist, library: &Liberty, cells: &Cells) -> BufferTrees {
    let mut added = BufferTrees::default();
    let Some(buffer) = pick(&cells.buffer) else {
        return added;
    };
    let limit = cells.max_fanout.max(2);
    let clocks = clock_nets(netlist, library);
    let nothing = BTreeSet::new();
    for name in netlist.bottom_up() {
        let outputs = output_ports(netlist, &name);
        if let Some(module) = netlist.modules.get_mut(&name) {
            let of_module = {
                let clocks = clocks.get(&name).unwrap_or(&nothing);
                in_module(module, library, clocks, &outputs, buffer, limit)
            };
            added.nets += of_module.nets;
            added.buffers += of_module.buffers;
        }
    }
    added
}

/// A buffer of the middle of the list: strong enough for `max_fanout` pins, not the largest.
fn pick(buffers: &[Gate1]) -> Option<&Gate1> {
    buffers.get(buffers.len() / 2)
}

/// Output ports of the modules that a module instantiates.
fn output_ports(netlist: &Netlist, name: &str) -> BTreeSet<(String, String)> {
    let mut outputs = BTreeSet::new();
    for instance in &netlist.modules[name].instances {
        if let Some(child) = netlist.modules.get(&instance.of) {
            let ports = child.ports.iter();
            let driving = ports.filter(|port| port.direction == Direction::Output);
            outputs.extend(driving.map(|port| (child.name.clone(), port.name.clone())));
        }
    }
    outputs
}

fn in_module(
    module: &mut Module,
    library: &Liberty,
    clocks: &BTreeSet<Net>,
    outputs: &BTreeSet<(String, String)>,
    buffer: &Gate1,
    limit: usize,
) -> BufferTrees {
    // Sinks of every net: instance, pin, index of the bit.
    let mut sinks: BTreeMap<Net, Vec<(usize, String, usize)>> = BTreeMap::new();
    for (number, instance) in module.instances.iter().enumerate() {
        let cell = library.cells.get(&instance.of);
        if cell.is_some_and(|cell| cell.kind == CellKind::Tie) {
            continue;
        }
        for (pin, bits) in &instance.pins {
            let drives = match cell {
                Some(cell) => cell.outputs().any(|(name, _)| name == pin),
                None => outputs.contains(&(instance.of.clone(), pin.clone())),
            };
            if drives {
                continue;
            }
            for (index, bit) in bits.iter().enumerate() {
                if let Bit::Net(net) = bit {
                    let place = (number, pin.clone(), index);
                    sinks.entry(*net).or_default().push(place);
                }
            }
        }
    }
    let mut added = BufferTrees::default();
    for (net, places) in sinks {
        if clocks.contains(&net) || places.len() <= limit {
            continue;
        }
        added.nets += 1;
        added.buffers += tree(module, net, places, buffer, limit, added.nets);
    }
    added
}

/// Builds the tree from its leaves: groups of equal size behind a buffer each, until so few are
/// left that the net can drive them.
fn tree(
    module: &mut Module,
    net: Net,
    mut places: Vec<(usize, String, usize)>,
    buffer: &Gate1,
    limit: usize,
    number: usize,
) -> usize {
    let mut added = 0;
    while places.len() > limit {
        let groups = places.len().div_ceil(limit);
        let size = places.len().div_ceil(groups);
        let mut above = Vec::new();
        for group in places.chunks(size) {
            let leaf = module.new_net();
            for (instance, pin, index) in group {
                if let Some(bits) = module.instances[*instance].pins.get_mut(pin) {
                    bits[*index] = Bit::Net(leaf);
                }
            }
            above.push((module.instances.len(), buffer.input.clone(), 0));
            module.instances.push(Instance {
                name: format!("hcim_tree_{number}_{added}"),
                of: buffer.cell.clone(),
                in_clock_gate: false,
                pins: BTreeMap::from([
                    (buffer.input.clone(), vec![Bit::Net(net)]),
                    (buffer.out.clone(), vec![Bit::Net(leaf)]),
                ]),
            });
            added += 1;
        }
        places = above;
    }
    added
}
