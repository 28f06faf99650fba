// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is mutated: `testbenches/mutants.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::matrix::{Case, Tier, Unit, Value};
use crate::model::Generated;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<Model>,
}

/// One configuration with one top, and the blocks of it that are mutated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name; modules are called `hcim_<name>_...`.
    pub name: String,
    /// Top module.
    pub top: String,
    /// Preset that the keys build on.
    #[serde(default)]
    pub preset: Option<String>,
    /// Configuration keys, as in `matrix.toml`.
    #[serde(default)]
    pub config: BTreeMap<String, Value>,
    /// Tests that every mutant is run against; all tests are run against those that survive them.
    pub short: Vec<String>,
    /// Modules that are mutated in other models, by the end of their names.
    #[serde(default)]
    pub elsewhere: Vec<String>,
    /// The module in `contracts/` that says what proofs may assume of the environment, and which outputs count when.
    #[serde(default)]
    pub contract: Option<String>,
    /// Its parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, u32>,
    /// What is mutated and counted together.
    pub block: Vec<Block>,
}

/// Modules that are mutated and counted together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its name in the report.
    pub name: String,
    /// Its modules, by the end of their names; primitives by their whole names.
    pub modules: Vec<String>,
    /// The module in `contracts/` that says what the proof of the block alone may assume of its neighbours.
    #[serde(default)]
    pub contract: Option<String>,
    /// Its parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, u32>,
    /// Modules that the proofs of this block may know, by the end of their names, where the block alone does not do: the rest
    /// of the top does anything.
    #[serde(default)]
    pub neighbours: Vec<String>,
    /// How many mutants are made.
    pub mutants: u32,
}

impl Model {
    /// The unit that is generated.
    pub fn unit(&self) -> Unit {
        Unit {
            top: self.top.clone(),
            case: Case {
                name: self.name.clone(),
                tops: vec![self.top.clone()],
                tier: Tier::Default,
                preset: self.preset.clone(),
                bench: None,
                seeds: None,
                weight: 0,
                args: Vec::new(),
                config: self.config.clone(),
            },
        }
    }

    /// Names of the modules of each block. Fails where a module of the design belongs to none, or to two.
    pub fn modules(&self, generated: &Generated) -> Result<Vec<Vec<String>>, String> {
        let mut left = used(generated)?;
        let mut take = |end: &String| {
            named(&left, generated, end)
                .filter(|module| left.remove(module))
                .ok_or_else(|| {
                    format!(
                        "mutants.toml: model {} has no module {end} (or names it twice)",
                        self.name
                    )
                })
        };
        let mut blocks = Vec::new();
        for block in &self.block {
            blocks.push(
                block
                    .modules
                    .iter()
                    .map(&mut take)
                    .collect::<Result<_, _>>()?,
            );
        }
        self.elsewhere
            .iter()
            .try_for_each(|end| take(end).map(drop))?;
        if !left.is_empty() {
            return Err(format!(
                "mutants.toml: no block of model {} has the modules {left:?}",
                self.name
            ));
        }
        Ok(blocks)
    }

    /// Names of the neighbours of a block.
    pub fn neighbours(&self, block: &Block, generated: &Generated) -> Result<Vec<String>, String> {
        let modules = used(generated)?;
        let find = |end: &String| {
            named(&modules, generated, end).ok_or_else(|| {
                format!(
                    "mutants.toml: model {} has no module {end}, a neighbour of {}",
                    self.name, block.name
                )
            })
        };
        block.neighbours.iter().map(find).collect()
    }
}

/// The module of this name, or of this end of a name.
fn named(modules: &BTreeSet<String>, generated: &Generated, end: &str) -> Option<String> {
    [end.to_owned(), format!("{}_{end}", generated.name)]
        .into_iter()
        .find(|module| modules.contains(module))
}

/// Modules of the design. Primitives are written whether something uses them or not.
fn used(generated: &Generated) -> Result<BTreeSet<String>, String> {
    let mut texts = BTreeMap::new();
    for path in &generated.rtl {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        texts.insert(name.into_owned(), text);
    }
    let instance = |module: &String| {
        let word = format!("{module} ");
        texts.iter().any(|(other, text)| {
            other != module
                && text
                    .lines()
                    .any(|line| line.trim_start().starts_with(&word))
        })
    };
    Ok(texts
        .keys()
        .filter(|module| **module == generated.module() || instance(module))
        .cloned()
        .collect())
}

/// Reads the models; with `sample`, about that many mutants in all, of each block in proportion and one at least.
pub fn read(path: &Path, sample: Option<u32>) -> Result<Vec<Model>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut file: File = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    if let Some(sample) = sample {
        let blocks = || file.model.iter().flat_map(|model| &model.block);
        let total: u32 = blocks().map(|block| block.mutants).sum();
        for block in file.model.iter_mut().flat_map(|model| &mut model.block) {
            let share = f64::from(block.mutants) * f64::from(sample) / f64::from(total.max(1));
            block.mutants = (share.round() as u32).max(1);
        }
    }
    Ok(file.model)
}
