// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every output port gets a net of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::pdk::Gate1;

use super::types::{Bit, Direction, Instance, Module};

/// Puts a buffer before every output bit whose net is an input port's or another output's, so that
/// the netlist needs no assignments. Gives the number of buffers.
pub fn separate_ports(module: &mut Module, buffer: &Gate1) -> usize {
    let mut taken: BTreeSet<u32> = BTreeSet::new();
    for port in &module.ports {
        if port.direction == Direction::Input {
            taken.extend(port.bits.iter().filter_map(|bit| match bit {
                Bit::Net(net) => Some(*net),
                _ => None,
            }));
        }
    }
    let mut added = 0;
    for port in 0..module.ports.len() {
        if module.ports[port].direction == Direction::Input {
            continue;
        }
        for index in 0..module.ports[port].bits.len() {
            let source = module.ports[port].bits[index];
            // A constant output is driven by a net, too; its buffer is fed by a tie cell.
            let Bit::Net(net) = source else { continue };
            if taken.insert(net) {
                continue;
            }
            let own = module.new_net();
            module.ports[port].bits[index] = Bit::Net(own);
            taken.insert(own);
            module.instances.push(Instance {
                name: format!("hcim_port_buffer_{added}"),
                of: buffer.cell.clone(),
                in_clock_gate: false,
                pins: BTreeMap::from([
                    (buffer.input.clone(), vec![source]),
                    (buffer.out.clone(), vec![Bit::Net(own)]),
                ]),
            });
            added += 1;
        }
    }
    added
}
