// SPDX-License-Identifier: MIT OR Apache-2.0
//! Wiring by name: ports of the same stem meet in one net.

use crate::hdl::{Dir, Module, ModuleBuilder, Sig};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The nets of a module under construction, by name.
#[derive(Default)]
pub(crate) struct Wiring {
    nets: BTreeMap<String, Sig>,
}

impl Wiring {
    /// Gives an existing signal a net name.
    pub fn name(&mut self, net: &str, signal: Sig) {
        self.nets.insert(net.to_string(), signal);
    }

    /// The net of this name, if anything is connected to it.
    pub fn find(&self, net: &str) -> Option<Sig> {
        self.nets.get(net).cloned()
    }

    /// The net of this name; declared where it is new.
    pub fn net(&mut self, m: &mut ModuleBuilder, net: &str, width: usize) -> Sig {
        self.nets
            .entry(net.to_string())
            .or_insert_with(|| m.wire(net, width))
            .clone()
    }

    /// Instantiates `child`. Each port meets the net that `renamed` tells, else the net of its own
    /// name without direction suffix.
    pub fn instance(
        &mut self,
        m: &mut ModuleBuilder,
        name: &str,
        child: &Arc<Module>,
        renamed: &[(&str, &str)],
    ) {
        let connections: Vec<(String, Dir, Sig)> = child
            .ports()
            .into_iter()
            .map(|port| {
                let net = renamed
                    .iter()
                    .find(|(from, _)| *from == &*port.name)
                    .map_or_else(|| stem(&port.name), |(_, to)| to);
                (
                    port.name.to_string(),
                    port.dir,
                    self.net(m, net, port.width),
                )
            })
            .collect();
        let mut instance = m.instance(name, child);
        for (port, dir, net) in &connections {
            instance = match dir {
                Dir::Input => instance.connect(port, net),
                _ => instance.output(port, net),
            };
        }
        instance.done();
    }
}

/// `clk_i` is `clk`, `rst_ni` is `rst_n`; AXI names stay.
pub(crate) fn stem(port: &str) -> &str {
    match port.strip_suffix("_ni") {
        Some(_) => &port[..port.len() - 1],
        None => port
            .strip_suffix("_i")
            .or_else(|| port.strip_suffix("_o"))
            .unwrap_or(port),
    }
}
