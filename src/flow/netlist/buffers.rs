// SPDX-License-Identifier: MIT OR Apache-2.0
//! Buffer trees on nets with many sinks, so that timing before layout is no fiction.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::liberty::Liberty;
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

/// Which nets get trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trees {
    /// Nets that carry no clock; the layout builds clock trees.
    Signals,
    /// Nets that carry a clock, where no layout will follow: without trees their edges are too slow for the figures
    /// of a library to mean anything.
    Clocks,
}

/// Puts trees of buffers on all nets of a kind with more than `max_fanout` pins of cells. A port of an
/// instance counts as many as the pins that its net reaches inside, up to the buffers there.
pub fn buffer_trees(
    netlist: &mut Netlist,
    library: &Liberty,
    cells: &Cells,
    trees: Trees,
) -> BufferTrees {
    let mut added = BufferTrees::default();
    let Some(buffer) = pick(&cells.buffer) else {
        return added;
    };
    let limit = cells.max_fanout.max(2);
    let clocks = clock_nets(netlist, library);
    let nothing = BTreeSet::new();
    let mut weights = Weights::new();
    for name in netlist.bottom_up() {
        let outputs = output_ports(netlist, &name);
        if let Some(module) = netlist.modules.get_mut(&name) {
            let clocks = clocks.get(&name).unwrap_or(&nothing);
            let wanted = |net: &Net| clocks.contains(net) == (trees == Trees::Clocks);
            let sinks = sinks(module, library, &outputs, &weights);
            let sinks = sinks.into_iter().filter(|(net, _)| wanted(net)).collect();
            let of_module = in_module(module, sinks, trees, buffer, limit);
            added.nets += of_module.nets;
            added.buffers += of_module.buffers;
            weigh_ports(module, library, &outputs, &mut weights);
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

/// Pins that the net of an input port reaches: by module, port and bit.
type Weights = BTreeMap<(String, String, usize), usize>;

/// A sink of a net: instance, pin and bit, and the pins that it stands for.
struct Sink {
    instance: usize,
    pin: String,
    index: usize,
    weight: usize,
}

/// The sinks of every net of a module. Inputs of tie cells do not exist.
fn sinks(
    module: &Module,
    library: &Liberty,
    outputs: &BTreeSet<(String, String)>,
    weights: &Weights,
) -> BTreeMap<Net, Vec<Sink>> {
    let mut sinks: BTreeMap<Net, Vec<Sink>> = BTreeMap::new();
    for (number, instance) in module.instances.iter().enumerate() {
        let cell = library.cells.get(&instance.of);
        for (pin, bits) in &instance.pins {
            let drives = match cell {
                Some(cell) => cell.outputs().any(|(name, _)| name == pin),
                None => outputs.contains(&(instance.of.clone(), pin.clone())),
            };
            if drives {
                continue;
            }
            for (index, bit) in bits.iter().enumerate() {
                let Bit::Net(net) = bit else { continue };
                let weight = match cell {
                    Some(_) => 1,
                    // A macro's port is one pin.
                    None => weights
                        .get(&(instance.of.clone(), pin.clone(), index))
                        .copied()
                        .unwrap_or(1),
                };
                sinks.entry(*net).or_default().push(Sink {
                    instance: number,
                    pin: pin.clone(),
                    index,
                    weight,
                });
            }
        }
    }
    sinks
}

fn weight(sinks: &[Sink]) -> usize {
    sinks.iter().map(|sink| sink.weight).sum()
}

/// Adds the weights of the input ports of a module.
fn weigh_ports(
    module: &Module,
    library: &Liberty,
    outputs: &BTreeSet<(String, String)>,
    weights: &mut Weights,
) {
    let sinks = sinks(module, library, outputs, weights);
    let inputs = module
        .ports
        .iter()
        .filter(|p| p.direction == Direction::Input);
    for port in inputs {
        for (index, bit) in port.bits.iter().enumerate() {
            if let Bit::Net(net) = bit {
                let pins = sinks.get(net).map_or(0, |sinks| weight(sinks));
                weights.insert((module.name.clone(), port.name.clone(), index), pins);
            }
        }
    }
}

fn in_module(
    module: &mut Module,
    sinks: BTreeMap<Net, Vec<Sink>>,
    trees: Trees,
    buffer: &Gate1,
    limit: usize,
) -> BufferTrees {
    let name = match trees {
        Trees::Signals => "hcim_tree",
        Trees::Clocks => "hcim_clock_tree",
    };
    let mut added = BufferTrees::default();
    for (net, places) in sinks {
        // A single sink cannot be split; a net of ties has its own limit.
        if places.len() < 2 || weight(&places) <= limit {
            continue;
        }
        added.nets += 1;
        let name = format!("{name}_{}", added.nets);
        added.buffers += tree(module, net, places, buffer, limit, &name);
    }
    added
}

/// Builds the tree from its leaves: groups of about equal weight behind a buffer each, until so
/// few are left that the net can drive them.
fn tree(
    module: &mut Module,
    net: Net,
    mut places: Vec<Sink>,
    buffer: &Gate1,
    limit: usize,
    name: &str,
) -> usize {
    let mut added = 0;
    while weight(&places) > limit && places.len() > 1 {
        let total = weight(&places);
        let share = total.div_ceil(total.div_ceil(limit));
        let mut above = Vec::new();
        let mut left = places.into_iter().peekable();
        while left.peek().is_some() {
            let leaf = module.new_net();
            let mut taken = 0;
            while let Some(sink) = left.next_if(|sink| taken == 0 || taken + sink.weight <= share) {
                taken += sink.weight.max(1);
                if let Some(bits) = module.instances[sink.instance].pins.get_mut(&sink.pin) {
                    bits[sink.index] = Bit::Net(leaf);
                }
            }
            above.push(Sink {
                instance: module.instances.len(),
                pin: buffer.input.clone(),
                index: 0,
                weight: 1,
            });
            module.instances.push(Instance {
                name: format!("{name}_{added}"),
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
