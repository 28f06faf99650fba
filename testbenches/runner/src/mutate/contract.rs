// SPDX-License-Identifier: MIT OR Apache-2.0
//! What proofs of blocks alone assume of their neighbours is checked beside all tests: each contract is bound to its block, and
//! ends the simulation where it is broken.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::plan::{Block, Model};
use crate::model::{self, Generated, Shared, Source};
use crate::tools::Tools;

/// Builds the simulator of a model, without faults, that checks the contracts of its blocks; nothing where there are none.
pub fn checked(
    tools: &Tools,
    model: &Model,
    generated: &Generated,
    shared: &Shared,
    bench: &[PathBuf],
) -> Result<Option<PathBuf>, String> {
    let mut text = String::from("`define HCIM_CHECK_CONTRACTS\n");
    let mut any = false;
    for (block, modules) in model.block.iter().zip(model.modules(generated)?) {
        let (Some(contract), Some(module)) = (&block.contract, modules.first()) else {
            continue;
        };
        let path = tools
            .root
            .join(format!("testbenches/contracts/{contract}.v"));
        let source = read(&path)?;
        text += &source;
        text += &bind(block, contract, module, &source, &rtl(generated, module)?);
        any = true;
    }
    if !any {
        return Ok(None);
    }
    let folder = tools.build.join(&model.name).join("contracts");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let path = folder.join("contracts.sv");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut checked = generated.clone();
    checked.sim.push(path);
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
    let mut text = String::new();
    let _ = match set.is_empty() {
        true => write!(text, "bind {module} {contract}"),
        false => write!(text, "bind {module} {contract} #({})", set.join(", ")),
    };
    let _ = writeln!(text, " u_contract (\n  {}\n);\n", pins.join(",\n  "));
    text
}

fn rtl(generated: &Generated, module: &str) -> Result<String, String> {
    let is_it = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == module);
    let path = generated.rtl.iter().find(is_it);
    read(path.ok_or_else(|| format!("there is no file of module {module}"))?)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
