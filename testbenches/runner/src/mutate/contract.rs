// SPDX-License-Identifier: MIT OR Apache-2.0
//! What proofs of blocks alone assume of their neighbours is checked beside all tests: each contract is bound to its block, and
//! ends the simulation where it is broken.

use std::path::{Path, PathBuf};

use super::plan::{Block, Model};
use crate::model::{self, Generated, Shared, Source};
use crate::tools::Tools;

/// The file of a contract.
pub fn path(tools: &Tools, name: &str) -> PathBuf {
    tools.root.join(format!("testbenches/contracts/{name}.v"))
}

/// What ends a simulation in which a contract is broken.
const CHECK: &str = "  always @(posedge clk_i) if (rst_ni && !legal_o) $fatal(1, \"the contract is broken\");\n\nendmodule";

/// Builds the simulator of a model, without faults, that checks the contracts of its blocks; nothing where there are none.
pub fn checked(
    tools: &Tools,
    model: &Model,
    generated: &Generated,
    shared: &Shared,
    bench: &[PathBuf],
) -> Result<Option<PathBuf>, String> {
    let mut text = String::new();
    for (block, modules) in model.block.iter().zip(model.modules(generated)?) {
        let (Some(contract), Some(module)) = (&block.contract, modules.first()) else {
            continue;
        };
        let source = read(&path(tools, contract))?;
        text += &source.replace("endmodule", CHECK);
        text += &bind(block, contract, module, &source, &rtl(generated, module)?);
    }
    if text.is_empty() {
        return Ok(None);
    }
    let folder = tools.build.join(&model.name).join("contracts");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let file = folder.join("contracts.sv");
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut checked = generated.clone();
    checked.sim.push(file);
    model::simulator(tools, &folder, &checked, Source::Rtl, shared, bench).map(Some)
}

/// Binds the contract to the module. A block without a reset gives it none.
fn bind(block: &Block, contract: &str, module: &str, source: &str, rtl: &str) -> String {
    let set: Vec<String> = block
        .parameters
        .iter()
        .map(|(name, value)| format!(".{name} ({value})"))
        .collect();
    let mut pins = Vec::new();
    for line in source.lines() {
        let mut words = line.split_whitespace();
        let direction = words.next().unwrap_or_default();
        let name = words.next_back().unwrap_or_default().trim_end_matches(',');
        match direction {
            "input" if name == "rst_ni" && !rtl.contains(" rst_ni") => {
                pins.push(format!(".{name} (1'b1)"));
            }
            "input" => pins.push(format!(".{name} ({name})")),
            "output" => pins.push(format!(".{name} ()")),
            _ => {}
        }
    }
    let set = match set.is_empty() {
        true => String::new(),
        false => format!("#({}) ", set.join(", ")),
    };
    let pins = pins.join(",\n  ");
    format!("bind {module} {contract} {set}u_contract (\n  {pins}\n);\n\n")
}

fn rtl(generated: &Generated, module: &str) -> Result<String, String> {
    let is_it = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == module);
    let path = generated.rtl.iter().find(is_it);
    read(path.ok_or_else(|| format!("there is no file of module {module}"))?)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
