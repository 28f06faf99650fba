// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mutants by Yosys: all of a model in one netlist, selected by the input `hcim_mutant`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use super::plan::Model;
use crate::digest::{digest, is_fresh, mark_fresh};
use crate::model::Generated;
use crate::ports::MUTANT_PORT;
use crate::tools::{Tools, run};

/// Bits of the input that selects a mutant.
const SELECT_BITS: u32 = 16;

/// Primitives that are wires to synthesis, with a model for simulation in the place of delays.
const SIMULATION_ONLY: [&str; 2] = ["hcim_latch_pulse", "hcim_latch_hold"];

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mutant {
    /// The value that selects it.
    pub number: u32,
    /// Block.
    pub block: String,
    /// What was done: inv, const0, const1, cnot0, cnot1.
    pub mode: String,
    /// Where: cell, port and bit.
    pub place: String,
    /// Module.
    pub module: String,
    /// File and line of the generated source.
    pub source: String,
    /// That line.
    pub text: String,
}

/// The netlist with all mutants of a model.
#[derive(Debug)]
pub struct Mutated {
    /// For the simulator.
    pub verilog: Vec<PathBuf>,
    /// For proofs (RTLIL).
    pub rtlil: PathBuf,
    /// What is in it.
    pub mutants: Vec<Mutant>,
}

/// Makes the netlist in `folder`.
pub fn mutated(
    tools: &Tools,
    model: &Model,
    generated: &Generated,
    folder: &Path,
    seed: u32,
) -> Result<Mutated, String> {
    let out = folder.join("mutants");
    std::fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    let blocks = model.modules(generated)?;
    let script = script(model, generated, &blocks, seed)?;
    let verilog = out.join("mutated.v");
    let mut inputs = generated.rtl.clone();
    inputs.extend_from_slice(&generated.stub);
    inputs.push(tools.root.join("scripts/yosys.py"));
    let inputs = digest(&[&script], &inputs)?;
    if !is_fresh(&verilog, &inputs) {
        // By their names alone, so that no path of this machine gets into names of cells.
        for path in generated.rtl.iter().chain(&generated.stub) {
            let copy = out.join(path.file_name().unwrap_or_default());
            std::fs::copy(path, &copy).map_err(|e| format!("{}: {e}", copy.display()))?;
        }
        let path = out.join("mutate.ys");
        std::fs::write(&path, &script).map_err(|e| format!("{}: {e}", path.display()))?;
        let log = out.join("yosys.log");
        run(Command::new(tools.root.join("scripts/python"))
            .current_dir(&out)
            .arg(tools.root.join("scripts/yosys.py"))
            .args(["-l", "yosys.log", "-s", "mutate.ys"]))
        .map_err(|message| {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let tail: Vec<&str> = text.lines().rev().take(5).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            format!("{message}\n{}", tail.join("\n"))
        })?;
        mark_fresh(&verilog, &inputs)?;
    }
    let mut mutants = Vec::new();
    for (i, block) in model.block.iter().enumerate() {
        let path = out.join(format!("list{i}.txt"));
        let list =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let before = mutants.len();
        for line in list.lines().filter(|line| line.starts_with("mutate ")) {
            mutants.push(parse(line, &block.name, &out)?);
        }
        if mutants.len() == before {
            return Err(format!(
                "block {} of model {} has no mutants",
                block.name, model.name
            ));
        }
    }
    let model = generated.rtl.iter().filter(|path| simulation_only(path));
    Ok(Mutated {
        verilog: [verilog].into_iter().chain(model.cloned()).collect(),
        rtlil: out.join("mutated.il"),
        mutants,
    })
}

/// Yosys' passes. Lists are made before anything is changed, so that all of them are of the same netlist.
fn script(
    model: &Model,
    generated: &Generated,
    blocks: &[Vec<String>],
    seed: u32,
) -> Result<String, String> {
    let name = |path: &PathBuf| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let mut passes: Vec<String> = generated
        .rtl
        .iter()
        .chain(&generated.stub)
        .map(|path| format!("read_verilog {}", name(path)))
        .collect();
    passes.push(format!("hierarchy -check -top {}", generated.module()));
    // What `prep` does, less what would join or drop storage.
    passes.extend(
        [
            "proc",
            "opt_expr -keepdc",
            "opt_clean",
            "opt -noff -keepdc",
            "wreduce -keepdc",
            "opt_clean",
        ]
        .map(str::to_owned),
    );
    let mut first = 1;
    for (i, (block, modules)) in model.block.iter().zip(blocks).enumerate() {
        let count = block.mutants;
        passes.push(format!(
            "mutate -list {count} -seed {seed} -ctrl {MUTANT_PORT} {SELECT_BITS} {first} -o list{i}.txt {}",
            selection(modules).join(" ")
        ));
        first += count;
    }
    if first > 1 << SELECT_BITS {
        return Err(format!("model {} has too many mutants", model.name));
    }
    passes.extend((0..model.block.len()).map(|i| format!("script list{i}.txt")));
    passes.push("write_rtlil mutated.il".to_owned());
    // The simulator needs their models, which are no hardware.
    for path in generated.rtl.iter().filter(|path| simulation_only(path)) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        passes.push(format!("blackbox {name}"));
    }
    passes.push("write_verilog -noattr mutated.v".to_owned());
    Ok(passes.join("\n") + "\n")
}

fn simulation_only(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default();
    SIMULATION_ONLY.iter().any(|only| name == *only)
}

/// Yosys' words for modules; one with parameters has its name as an attribute.
fn selection(modules: &[String]) -> Vec<String> {
    modules
        .iter()
        .map(
            |module| match module.starts_with("hcim_latch") || module == "hcim_ram" {
                true => format!("A:hdlname={module}"),
                false => module.clone(),
            },
        )
        .collect()
}

/// Reads a line of `mutate -list`.
fn parse(line: &str, block: &str, folder: &Path) -> Result<Mutant, String> {
    let wrong = || format!("cannot read Yosys' line `{line}`");
    let words: Vec<&str> = line.split_whitespace().collect();
    let after = |option: &str| {
        let at = words.iter().position(|word| *word == option)?;
        words.get(at + 1).copied()
    };
    let number = words
        .iter()
        .position(|word| *word == "-ctrl")
        .and_then(|at| words.get(at + 3)?.parse().ok())
        .ok_or_else(wrong)?;
    let need = |option: &str| after(option).ok_or_else(wrong);
    let mut place = format!(
        "{}.{}[{}]",
        need("-cell")?,
        need("-port")?,
        need("-portbit")?
    );
    if let Some(bit) = after("-ctrlbit") {
        place += &format!(" by bit {bit}");
    }
    // The wire's declaration comes first, the cell last.
    let source = words
        .windows(2)
        .rfind(|pair| pair[0] == "-src")
        .map_or("", |pair| pair[1]);
    let (source, text) = source_line(source, folder);
    Ok(Mutant {
        number,
        block: block.to_owned(),
        mode: need("-mode")?.to_owned(),
        place,
        module: need("-module")?.to_owned(),
        source,
        text,
    })
}

/// `file:12` and that line, of Yosys' `file:12.3-14.5`.
fn source_line(source: &str, folder: &Path) -> (String, String) {
    let Some((file, range)) = source.rsplit_once(':') else {
        return (source.to_owned(), String::new());
    };
    let line = range.split(['.', '-']).next().unwrap_or("");
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    let number: usize = line.parse().unwrap_or(0);
    let text = text
        .lines()
        .nth(number.wrapping_sub(1))
        .unwrap_or("")
        .trim();
    (format!("{file}:{line}"), text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_of_the_list() {
        let line = "mutate -ctrl hcim_mutant 16 42 -mode cnot0 -module m -cell $and$m.v:7$3 -port A -portbit 2 \
             -ctrlbit 1 -wire w -wirebit 2 -src m.v:1.2-1.9 -src m.v:7.1-8.3";
        let mutant = parse(line, "b", Path::new("/nowhere")).unwrap();
        assert_eq!(mutant.number, 42);
        assert_eq!(
            (mutant.mode.as_str(), mutant.source.as_str()),
            ("cnot0", "m.v:7")
        );
        assert_eq!(mutant.place, "$and$m.v:7$3.A[2] by bit 1");
        assert!(parse("mutate -mode inv", "b", Path::new("/nowhere")).is_err());
    }
}
