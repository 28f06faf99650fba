// SPDX-License-Identifier: MIT OR Apache-2.0
//! A hierarchical netlist of cells.

use std::collections::BTreeMap;

/// Number of a net inside its module.
pub type Net = u32;

/// What a pin is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bit {
    /// A net.
    Net(Net),
    /// Constant 0.
    Zero,
    /// Constant 1.
    One,
    /// Anything.
    Unknown,
}

/// Direction of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the module.
    Input,
    /// Out of the module.
    Output,
}

/// A port, bit 0 first.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its direction.
    pub direction: Direction,
    /// What its bits are inside the module.
    pub bits: Vec<Bit>,
}

/// An instance of a cell or a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Its name.
    pub name: String,
    /// Cell or module.
    pub of: String,
    /// Part of a clock gate that is put together from several cells.
    pub in_clock_gate: bool,
    /// Pins with what they are connected to, bit 0 first.
    pub pins: BTreeMap<String, Vec<Bit>>,
}

/// A module.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Ports in their order.
    pub ports: Vec<Port>,
    /// Instances in their order.
    pub instances: Vec<Instance>,
    /// Names of nets, as far as they have one.
    pub names: BTreeMap<Net, String>,
    /// A number above those of all nets.
    pub next_net: Net,
}

impl Module {
    /// A net that nothing is connected to yet.
    pub fn new_net(&mut self) -> Net {
        let net = self.next_net;
        self.next_net += 1;
        net
    }
}

/// A netlist.
#[derive(Clone, Debug, PartialEq)]
pub struct Netlist {
    /// Name of the top module.
    pub top: String,
    /// Modules by name.
    pub modules: BTreeMap<String, Module>,
}

impl Netlist {
    /// Names of the modules, children before parents.
    pub fn bottom_up(&self) -> Vec<String> {
        let mut order = Vec::new();
        self.visit(&self.top, &mut order);
        order
    }

    fn visit(&self, name: &str, order: &mut Vec<String>) {
        let Some(module) = self.modules.get(name) else {
            return;
        };
        if order.iter().any(|done| done == name) {
            return;
        }
        for instance in &module.instances {
            self.visit(&instance.of, order);
        }
        if !order.iter().any(|done| done == name) {
            order.push(name.to_owned());
        }
    }
}
