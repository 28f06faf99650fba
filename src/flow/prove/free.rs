// SPDX-License-Identifier: MIT OR Apache-2.0
//! Harnesses whose block has free inputs: `templates/prove/free.sv`.

use crate::hdl::{Dir, Module};

/// A port that is free, or watched.
pub(super) struct Port {
    pub name: String,
    pub width: usize,
    /// Its place among the free bits.
    pub offset: usize,
}

/// Free inputs and watched outputs of a block, less clock and reset.
pub(super) struct Ports {
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    /// Free bits.
    pub total: usize,
}

impl Ports {
    pub fn of(module: &Module) -> Self {
        let mut ports = Ports {
            inputs: Vec::new(),
            outputs: Vec::new(),
            total: 0,
        };
        for port in module.ports() {
            if ["clk_i", "rst_ni"].contains(&port.name.as_str()) {
                continue;
            }
            let offset = ports.total;
            let (name, width) = (port.name, port.width);
            let found = Port {
                name,
                width,
                offset,
            };
            match port.dir {
                Dir::Input => {
                    ports.total += width;
                    ports.inputs.push(found);
                }
                _ => ports.outputs.push(found),
            }
        }
        ports
    }
}

/// A harness: a template that extends `prove/free.sv`, and the numbers that it reads.
macro_rules! harness {
    ($name:ident, $path:literal, { $($field:ident : $kind:ty),* }) => {
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $name {
            title: String,
            module: String,
            inputs: Vec<Port>,
            outputs: Vec<Port>,
            total: usize,
            $($field: $kind,)*
        }
    };
}
pub(super) use harness;
