// SPDX-License-Identifier: MIT OR Apache-2.0
//! Documents beside the RTL: one page a module with its port table, and the contracts that the
//! blocks keep.

use crate::config::Config;
use crate::hdl::{Dir, Module};
use askama::Template;

#[derive(Template)]
#[template(path = "output/module.md", escape = "none")]
struct Page<'a> {
    module: &'a str,
    contract: &'a str,
    name: &'a str,
    digest: String,
    command: String,
    localparams: &'a [(String, String)],
    ports: Vec<Port>,
}

struct Port {
    name: String,
    direction: &'static str,
    width: usize,
    doc: String,
}

/// The contracts of all blocks, as the project's documentation has them.
pub(super) const CONTRACTS: &str = include_str!("../../doc/contracts.md");

/// The contract of accelerators: registers, memories, passes.
pub(super) const ACCELERATOR: &str = include_str!("../../doc/accelerator.md");

/// Names of the modules that users meet: the top and its blocks, not the cells within.
pub(super) fn is_block(module: &Module, prefix: &str) -> bool {
    const BLOCKS: [&str; 25] = [
        "accelerator",
        "bus",
        "sequencer",
        "pass",
        "stream_in",
        "stream_out",
        "feeder",
        "switch",
        "lane",
        "collector",
        "pool",
        "residual_reader",
        "output_stage",
        "packer",
        "tile_access",
        "tile",
        "registers",
        "tile_controller",
        "stream_input",
        "input_buffer",
        "sense_interface",
        "dcim_array",
        "baseline_array",
        "column_reduction",
        "result_output",
    ];
    module
        .name()
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|rest| BLOCKS.contains(&rest))
}

/// The page of one module.
pub(super) fn page(config: &Config, module: &Module) -> Result<String, askama::Error> {
    let ports = module
        .ports()
        .into_iter()
        .map(|port| Port {
            name: port.name.to_string(),
            direction: if port.dir == Dir::Input { "in" } else { "out" },
            width: port.width,
            doc: port.doc.to_string(),
        })
        .collect();
    Page {
        module: module.name(),
        contract: module.contract(),
        name: config.name(),
        digest: config.digest_hex(),
        command: config.command_line(),
        localparams: module.localparams(),
        ports,
    }
    .render()
}
