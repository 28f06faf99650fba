// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a mutant that survived can be told from the original at all: `scripts/mutant_proof.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use super::plan::Model;
use crate::digest::{digest, is_fresh, mark_fresh};
use crate::tools::{Tools, run};

/// What came of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// No input can tell it from the original.
    Equivalent,
    /// Some input can.
    Different,
    /// Neither was found in time.
    Unknown,
}

/// The flat model of a netlist with mutants, or of a block in it, which then has neighbours that do anything; nothing is
/// made where there is nothing to be proved.
pub fn prepare(
    tools: &Tools,
    model: &Model,
    rtlil: &Path,
    top: &str,
    whole: bool,
    mutants: &[u32],
) -> Result<PathBuf, String> {
    let flat = match whole {
        true => rtlil.with_file_name("flat.aag"),
        false => rtlil.with_file_name(format!("flat_{top}.aag")),
    };
    let script = tools.root.join("scripts/mutant_proof.py");
    let mut inputs = vec![rtlil.to_owned(), script.clone()];
    let mut words = vec!["prepare".to_owned(), "--top".to_owned(), top.to_owned()];
    if let Some(name) = model.contract.as_ref().filter(|_| whole) {
        let path = tools.root.join(format!("testbenches/contracts/{name}.v"));
        words.extend(["--contract".to_owned(), path.display().to_string()]);
        inputs.push(path);
    }
    for (name, value) in model.parameters.iter().filter(|_| whole) {
        words.extend(["--set".to_owned(), format!("{name}={value}")]);
    }
    let inputs = digest(&[&words.join(" ")], &inputs)?;
    if !mutants.is_empty() && !is_fresh(&flat, &inputs) {
        run(Command::new(tools.root.join("scripts/python"))
            .arg(&script)
            .args(&words)
            .arg(rtlil)
            .arg(&flat))?;
        mark_fresh(&flat, &inputs)?;
    }
    Ok(flat)
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
