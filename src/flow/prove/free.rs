// SPDX-License-Identifier: MIT OR Apache-2.0
//! Harnesses whose block has free inputs: `templates/prove/free.sv`.

use std::sync::Arc;

use askama::Template;

use crate::config::Report;
use crate::emit::rendering;
use crate::hdl::{Dir, Module};

use super::obligation::{Obligation, files};
use super::twin::Twin;

/// A port that is free, or watched.
pub(super) struct Port {
    pub name: String,
    pub width: usize,
    /// Its place among the free bits.
    pub offset: usize,
}

/// A block with free inputs and watched outputs, less clock and reset.
pub(super) struct Block {
    pub title: String,
    pub module: String,
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    /// Free bits.
    pub total: usize,
}

impl Block {
    pub fn of(top: &Module, title: &str) -> Self {
        let mut block = Block {
            title: title.to_owned(),
            module: top.name().to_owned(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            total: 0,
        };
        for port in top.ports() {
            if ["clk_i", "rst_ni"].contains(&port.name.as_str()) {
                continue;
            }
            let offset = block.total;
            let (name, width) = (port.name, port.width);
            let found = Port {
                name,
                width,
                offset,
            };
            match port.dir {
                Dir::Input => {
                    block.total += width;
                    block.inputs.push(found);
                }
                _ => block.outputs.push(found),
            }
        }
        block
    }

    /// Width of a port.
    pub fn width(&self, name: &str) -> usize {
        let mut ports = self.inputs.iter().chain(&self.outputs);
        ports
            .find(|port| port.name == name)
            .map_or(0, |port| port.width)
    }
}

/// The property of a block, for its harness.
pub(super) fn obligation(
    property: &'static str,
    configuration: String,
    top: &Arc<Module>,
    harness: &impl Template,
    twin: Twin,
) -> Result<Obligation, Report> {
    Ok(Obligation {
        property,
        configuration,
        rtl: files(top)?,
        harness: harness.render().map_err(rendering)?,
        twin,
    })
}

/// A harness: a template that extends `prove/free.sv`, and the numbers that it reads.
macro_rules! harness {
    ($name:ident, $path:literal, { $($field:ident : $kind:ty),* }) => {
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $name {
            block: Block,
            $($field: $kind,)*
        }
    };
}
pub(super) use harness;
