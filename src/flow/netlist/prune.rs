// SPDX-License-Identifier: MIT OR Apache-2.0
//! Outputs of cells that drive nothing are left open.

use std::collections::BTreeMap;

use crate::flow::liberty::Liberty;

use super::types::{Bit, Module, Net};

/// Disconnects the outputs of cells whose net goes nowhere.
pub fn open_unused_outputs(module: &mut Module, library: &Liberty) {
    let mut ends: BTreeMap<Net, usize> = BTreeMap::new();
    let in_pins = module
        .instances
        .iter()
        .flat_map(|i| i.pins.values().flatten());
    let in_ports = module.ports.iter().flat_map(|port| &port.bits);
    for bit in in_pins.chain(in_ports) {
        if let Bit::Net(net) = bit {
            *ends.entry(*net).or_default() += 1;
        }
    }
    for instance in &mut module.instances {
        let Some(cell) = library.cells.get(&instance.of) else {
            continue;
        };
        for (pin, _) in cell.outputs() {
            let is_open = |bits: &Vec<Bit>| match bits.as_slice() {
                [Bit::Net(net)] => ends.get(net) == Some(&1),
                _ => false,
            };
            if instance.pins.get(pin).is_some_and(is_open) {
                instance.pins.remove(pin);
            }
        }
    }
}
