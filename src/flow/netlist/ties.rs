// SPDX-License-Identifier: MIT OR Apache-2.0
//! Constants come from tie cells, where the library has them.

use std::collections::BTreeMap;

use crate::flow::pdk::OutputPin;

use super::types::{Bit, Direction, Instance, Module};

/// Pins that one tie cell serves.
const SHARED: usize = 16;

/// Replaces constants at pins and output ports by nets of tie cells; what may be anything becomes
/// 0. Gives the number of tie cells.
pub fn tie_constants(
    module: &mut Module,
    high: Option<&OutputPin>,
    low: Option<&OutputPin>,
) -> usize {
    let mut ties = Ties {
        high: Tie::new(high),
        low: Tie::new(low),
        next_net: module.next_net,
        added: Vec::new(),
    };
    for port in &mut module.ports {
        if port.direction == Direction::Output {
            port.bits.iter_mut().for_each(|bit| ties.replace(bit));
        }
    }
    for instance in &mut module.instances {
        for bits in instance.pins.values_mut() {
            bits.iter_mut().for_each(|bit| ties.replace(bit));
        }
    }
    module.next_net = ties.next_net;
    let count = ties.added.len();
    module.instances.append(&mut ties.added);
    count
}

struct Ties<'a> {
    high: Tie<'a>,
    low: Tie<'a>,
    next_net: u32,
    added: Vec<Instance>,
}

struct Tie<'a> {
    cell: Option<&'a OutputPin>,
    net: Option<u32>,
    uses: usize,
}

impl<'a> Tie<'a> {
    fn new(cell: Option<&'a OutputPin>) -> Self {
        Tie {
            cell,
            net: None,
            uses: 0,
        }
    }
}

impl Ties<'_> {
    fn replace(&mut self, bit: &mut Bit) {
        let is_high = match bit {
            Bit::Net(_) => return,
            Bit::One => true,
            Bit::Zero | Bit::Unknown => {
                *bit = Bit::Zero;
                false
            }
        };
        let tie = if is_high {
            &mut self.high
        } else {
            &mut self.low
        };
        let Some(cell) = tie.cell else { return };
        let net = match tie.net.filter(|_| tie.uses < SHARED) {
            Some(net) => net,
            None => {
                let net = self.next_net;
                self.next_net += 1;
                self.added.push(Instance {
                    name: format!("hcim_tie_{}", self.added.len()),
                    of: cell.cell.clone(),
                    in_clock_gate: false,
                    pins: BTreeMap::from([(cell.out.clone(), vec![Bit::Net(net)])]),
                });
                tie.net = Some(net);
                tie.uses = 0;
                net
            }
        };
        tie.uses += 1;
        *bit = Bit::Net(net);
    }
}
