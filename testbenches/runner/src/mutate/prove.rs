// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a mutant that survived can be told from the original at all: `scripts/mutant_proof.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::contract;
use super::plan::{Block, Model};
use crate::digest::{digest, is_fresh, mark_fresh};
use crate::tools::{Tools, run};

/// What came of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// No input can tell it from the original.
    Equivalent,
    /// Some input can.
    Different,
    /// Neither was found in time.
    Unknown,
}

/// What of a design a proof knows. A difference that does not leave what it knows makes none outside.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// One module, by its name; its inputs are anything.
    Alone(&'a str),
    /// Some modules of the top, in their places; the others do anything.
    Among(&'a [String]),
    /// All of the top.
    Whole,
}

impl Scope<'_> {
    /// The name of the model for it.
    fn file(self, block: &str) -> String {
        match self {
            Self::Alone(module) => format!("flat_{module}.aag"),
            Self::Among(_) => format!("flat_{}.aag", block.replace([':', ' '], "_")),
            Self::Whole => "flat.aag".to_owned(),
        }
    }
}

/// The flat model of what a proof about mutants of a block knows of a netlist.
pub fn prepare(
    tools: &Tools,
    model: &Model,
    (rtlil, top): (&Path, &str),
    block: &Block,
    scope: Scope<'_>,
) -> Result<PathBuf, String> {
    let flat = rtlil.with_file_name(scope.file(&block.name));
    let script = tools.root.join("scripts/mutant_proof.py");
    let mut inputs = vec![rtlil.to_owned(), script.clone()];
    let mut words = vec!["prepare".to_owned(), "--top".to_owned()];
    let (top, contracted, parameters) = match scope {
        Scope::Alone(module) => (module, &block.contract, &block.parameters),
        _ => (top, &model.contract, &model.parameters),
    };
    words.push(top.to_owned());
    if let Some(name) = contracted {
        let path = contract::path(tools, name);
        words.extend(["--contract".to_owned(), path.display().to_string()]);
        inputs.push(path);
        for (name, value) in parameters {
            words.extend(["--set".to_owned(), format!("{name}={value}")]);
        }
    }
    if let Scope::Among(modules) = scope {
        for module in modules {
            words.extend(["--keep".to_owned(), module.clone()]);
        }
    }
    let inputs = digest(&[&words.join(" ")], &inputs)?;
    if !is_fresh(&flat, &inputs) {
        run(Command::new(tools.root.join("scripts/python"))
            .arg(&script)
            .args(&words)
            .arg(rtlil)
            .arg(&flat))?;
        mark_fresh(&flat, &inputs)?;
    }
    Ok(flat)
}

/// Digest of what proofs on these models depend on.
pub fn inputs(tools: &Tools, flats: &[PathBuf], seconds: u32) -> Result<String, String> {
    let mut files = vec![tools.root.join("scripts/mutant_proof.py")];
    files.extend_from_slice(flats);
    digest(&[&seconds.to_string()], &files)
}

/// Compares one mutant with the original.
pub fn prove(tools: &Tools, flat: &Path, mutant: u32, seconds: u32) -> Result<Proof, String> {
    if seconds == 0 {
        return Ok(Proof::Unknown);
    }
    let output = run(Command::new(tools.root.join("scripts/python"))
        .arg(tools.root.join("scripts/mutant_proof.py"))
        .args(["prove", "--mutant", &mutant.to_string()])
        .args(["--seconds", &seconds.to_string()])
        .arg(flat))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().last().unwrap_or("").trim() {
        "equivalent" => Ok(Proof::Equivalent),
        "different" => Ok(Proof::Different),
        "unknown" => Ok(Proof::Unknown),
        other => Err(format!("mutant_proof.py says `{other}`")),
    }
}
