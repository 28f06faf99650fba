// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ports of a top by their part in timing, as patterns of `get_ports`.

use std::sync::Arc;

use crate::hdl::{Dir, Module, Port};

/// Inputs that hold still while anything runs: software sets them, and the registers behind them are locked
/// while the tile is busy (`doc/contracts.md`: counts are read when their phase begins).
const STATIC: [&str; 6] = [
    "precharge_cycles_i",
    "evaluate_cycles_i",
    "sense_cycles_i",
    "hold_cycles_i",
    "timeout_cycles_i",
    "chain_enable_i",
];

/// Ports of a top.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports {
    /// Inputs but clock, reset and test enable.
    pub inputs: Vec<String>,
    /// Outputs.
    pub outputs: Vec<String>,
    /// Inputs that hold still (among `inputs`, too).
    pub quiet: Vec<String>,
    /// Whether there is an asynchronous reset `rst_ni`.
    pub reset: bool,
    /// Whether there is a scan enable `test_en_i`.
    pub test: bool,
}

impl Ports {
    pub(super) fn of(top: &Arc<Module>) -> Ports {
        let mut ports = Ports::default();
        for port in top.ports() {
            match (port.name.as_str(), port.dir) {
                ("clk_i", _) => {}
                ("rst_ni", _) => ports.reset = true,
                ("test_en_i", _) => ports.test = true,
                (name, Dir::Input) => {
                    if STATIC.contains(&name) {
                        ports.quiet.push(pattern(&port));
                    }
                    ports.inputs.push(pattern(&port));
                }
                _ => ports.outputs.push(pattern(&port)),
            }
        }
        ports
    }

    /// All inputs but the clock: with the reset, and with the scan enable, which is constant but counts
    /// for tools that look for inputs without a delay.
    pub(super) fn all_inputs(&self) -> Vec<&str> {
        let reset = self.reset.then_some("rst_ni");
        let test = self.test.then_some("test_en_i");
        let named = reset.into_iter().chain(test);
        named
            .chain(self.inputs.iter().map(String::as_str))
            .collect()
    }
}

/// `name`, or `name[*]` for all bits of a bus.
fn pattern(port: &Port) -> String {
    if port.width == 1 {
        port.name.clone()
    } else {
        format!("{}[*]", port.name)
    }
}
