// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which nets carry a clock.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::liberty::{GateRole, Liberty};

use super::types::{Bit, Instance, Net, Netlist};

/// The nets of every module that drive a clock pin or a latch enable, here or in a module below, or
/// that a clock gate drives, here or in a module above.
pub(super) fn clock_nets(netlist: &Netlist, library: &Liberty) -> BTreeMap<String, BTreeSet<Net>> {
    let order = netlist.bottom_up();
    let mut clocks: BTreeMap<String, BTreeSet<Net>> = BTreeMap::new();
    for name in &order {
        let pins = netlist.modules[name].instances.iter();
        let nets = pins.flat_map(|instance| at_clock_pins(instance, library));
        clocks.insert(name.clone(), nets.collect());
    }
    // Clocks pass ports upward and downward, so that one round may not do.
    while pass_ports(netlist, &order, &mut clocks) {}
    clocks
}

/// Nets at the clock pins of a cell, and at the output of a clock gate.
fn at_clock_pins<'a>(
    instance: &'a Instance,
    library: &'a Liberty,
) -> impl Iterator<Item = Net> + 'a {
    let cell = library.cells.get(&instance.of);
    let is_clock = move |name: &str| {
        let pin = cell.and_then(|cell| cell.pins.get(name));
        pin.is_some_and(|pin| {
            let drives = pin.function.is_some() && instance.in_clock_gate;
            pin.is_clock || pin.gate_role == Some(GateRole::Out) || drives
        })
    };
    let pins = instance.pins.iter().filter(move |(name, _)| is_clock(name));
    pins.flat_map(|(_, bits)| bits).filter_map(|bit| match bit {
        Bit::Net(net) => Some(*net),
        _ => None,
    })
}

/// Carries clocks over the ports of instances once; whether that found any.
fn pass_ports(
    netlist: &Netlist,
    order: &[String],
    clocks: &mut BTreeMap<String, BTreeSet<Net>>,
) -> bool {
    let mut found = Vec::new();
    for name in order {
        for instance in &netlist.modules[name].instances {
            let Some(child) = netlist.modules.get(&instance.of) else {
                continue;
            };
            for port in &child.ports {
                let outside = instance.pins.get(&port.name);
                for (inside, outside) in port.bits.iter().zip(outside.into_iter().flatten()) {
                    let (Bit::Net(inside), Bit::Net(outside)) = (inside, outside) else {
                        continue;
                    };
                    match (
                        clocks[&child.name].contains(inside),
                        clocks[name].contains(outside),
                    ) {
                        (true, false) => found.push((name.clone(), *outside)),
                        (false, true) => found.push((child.name.clone(), *inside)),
                        _ => {}
                    }
                }
            }
        }
    }
    let any = !found.is_empty();
    for (module, net) in found {
        clocks.entry(module).or_default().insert(net);
    }
    any
}
