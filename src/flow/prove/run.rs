// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs proofs: Yosys makes the models, the solver answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use askama::Template;
use serde::Deserialize;

use crate::config::{Code, Diagnostic, Report};
use crate::emit::rendering;
use crate::flow::pool::run_all;
use crate::flow::report::write_text;
use crate::flow::tools::{Ended, Yosys, run_limited, scripts_folder};

use super::induction::{Half, assertions, question};
use super::obligation::Obligation;
use super::result::{Proof, Side, Verdict};

/// Lengths of the induction that are tried, in phases of the clock. Two phases are a cycle.
const LENGTHS: [usize; 2] = [2, 4];

const SIDES: [&str; 2] = ["block", "twin"];

#[derive(Template)]
#[template(path = "prove/model.ys", escape = "none")]
struct Model<'a> {
    title: &'a str,
    sides: [&'static str; 2],
    files: Vec<&'a str>,
}

/// How proofs are run.
#[derive(Debug)]
pub struct Proving<'a> {
    /// Folder for models and logs, a folder a proof.
    pub folder: &'a Path,
    /// Proofs at a time.
    pub jobs: usize,
    /// Time limit of a question to the solver, and of a model, in seconds.
    pub seconds: u64,
    /// The Yosys.
    pub yosys: &'a Yosys,
}

/// A line of scripts/smt.py.
#[derive(Debug, Deserialize)]
struct Answer {
    answer: String,
    #[serde(rename = "false")]
    failing: Vec<String>,
}

/// The solver, as a command without arguments.
fn solver() -> Result<Command, Report> {
    let Some(scripts) = scripts_folder() else {
        let message = "scripts/smt.py is not found";
        return Err(Diagnostic::new(Code::ToolMissing, message)
            .help("run hcim inside its clone, where scripts/setup.sh has installed the solver")
            .into());
    };
    let mut command = Command::new(scripts.join("python"));
    command.arg(scripts.join("smt.py"));
    Ok(command)
}

/// Name and version of the solver.
///
/// # Errors
/// If it is not installed.
pub fn solver_version() -> Result<String, Report> {
    let missing = |why: String| -> Report {
        Diagnostic::new(
            Code::ToolMissing,
            format!("the SMT solver is missing: {why}"),
        )
        .help("run scripts/setup.sh in the clone (it installs Bitwuzla from PyPI)")
        .into()
    };
    let output = solver()?.arg("-V").output();
    let output = output.map_err(|error| missing(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match text.strip_prefix("Bitwuzla ") {
        Some(version) if output.status.success() => Ok(version.to_owned()),
        _ => Err(missing(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        )),
    }
}

/// Proves everything and gives the outcomes in the order of `obligations`. `say` hears of each.
///
/// # Errors
/// Tools that are missing or fail, and files that cannot be written.
pub fn run(
    proving: &Proving<'_>,
    obligations: &[Obligation],
    say: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Proof>, Report> {
    let done = AtomicUsize::new(0);
    let results = run_all(obligations, proving.jobs, |obligation| {
        let result = prove(proving, obligation);
        let count = done.fetch_add(1, Ordering::Relaxed) + 1;
        let outcome = match &result {
            Ok(proof) if proof.is_good() => format!("proved in {:.1} s", proof.seconds),
            Ok(_) => "NOT PROVED".to_owned(),
            Err(_) => "FAILED".to_owned(),
        };
        say(&format!(
            "{count}/{}: {} of {}: {outcome}",
            obligations.len(),
            obligation.property,
            obligation.configuration
        ));
        result
    });
    let mut proofs = Vec::new();
    let mut failed = Report::default();
    for result in results {
        match result {
            Ok(proof) => proofs.push(proof),
            Err(report) => failed.extend(report),
        }
    }
    if failed.has_errors() {
        return Err(failed);
    }
    Ok(proofs)
}

fn prove(proving: &Proving<'_>, obligation: &Obligation) -> Result<Proof, Report> {
    let started = Instant::now();
    let folder = proving.folder.join(obligation.id());
    model(proving, obligation, &folder)?;
    let block = read(&folder.join("block.smt2"))?;
    let mut depth = LENGTHS[0];
    let mut side = None;
    for length in LENGTHS {
        depth = length;
        let found = decide(proving, &folder, "block", &block, length)?;
        let again = found.verdict == Verdict::Refuted && found.half == Some(Half::Step.name());
        side = Some(found);
        if !again {
            break;
        }
    }
    let faulty = read(&folder.join("twin.smt2"))?;
    let twin = decide(proving, &folder, "twin", &faulty, depth)?;
    Ok(Proof {
        property: obligation.property,
        configuration: obligation.configuration.clone(),
        method: "induction",
        depth,
        assertions: assertions(&block),
        block: side.unwrap_or(Side {
            verdict: Verdict::NotFinished,
            half: None,
            evidence: Vec::new(),
        }),
        fault: obligation.twin.name,
        twin,
        seconds: (started.elapsed().as_secs_f64() * 10.0).round() / 10.0,
    })
}

/// Writes block, twin and harness, and has Yosys write both models.
fn model(proving: &Proving<'_>, obligation: &Obligation, folder: &Path) -> Result<(), Report> {
    let twin = obligation.twin.apply(&obligation.rtl)?;
    for (side, files) in SIDES.into_iter().zip([&obligation.rtl, &twin]) {
        for (name, text) in files {
            write_text(&folder.join(side).join(name), text)?;
        }
    }
    write_text(&folder.join("prove.sv"), &obligation.harness)?;
    let script = Model {
        title: &obligation.configuration,
        sides: SIDES,
        files: obligation.rtl.iter().map(|(name, _)| &name[..]).collect(),
    };
    write_text(
        &folder.join("model.ys"),
        &script.render().map_err(rendering)?,
    )?;
    let mut command = proving.yosys.command();
    command.args(["-s", "model.ys"]).current_dir(folder);
    let log = folder.join("yosys.log");
    match run_limited("yosys", command, &log, proving.seconds)? {
        Ended::Finished => Ok(()),
        Ended::TimedOut => {
            let message = format!(
                "yosys made no model of {} in {} s",
                obligation.configuration, proving.seconds
            );
            Err(Diagnostic::new(Code::ToolFailed, message)
                .help("more time: --seconds N")
                .into())
        }
    }
}

/// Asks for both halves of an induction.
fn decide(
    proving: &Proving<'_>,
    folder: &Path,
    side: &str,
    model: &str,
    length: usize,
) -> Result<Side, Report> {
    let mut files = Vec::new();
    for half in Half::BOTH {
        let file = format!("{side}_{}.smt2", half.name());
        write_text(&folder.join(&file), &question(model, half, length))?;
        files.push(file);
    }
    let mut command = solver()?;
    command
        .args(["--seconds", &proving.seconds.to_string()])
        .args(&files)
        .current_dir(folder);
    let log = folder.join(format!("{side}.json"));
    // The solver keeps its own limit; this one is for a solver that does not.
    run_limited("the SMT solver", command, &log, 2 * proving.seconds + 60)?;
    let text = read(&log)?;
    let answers: Vec<Answer> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    for (half, answer) in Half::BOTH.into_iter().zip(&answers) {
        let verdict = match answer.answer.as_str() {
            "unsat" => continue,
            "sat" => Verdict::Refuted,
            _ => Verdict::NotFinished,
        };
        return Ok(Side {
            verdict,
            half: Some(half.name()),
            evidence: answer.failing.clone(),
        });
    }
    let verdict = match answers.len() == Half::BOTH.len() {
        true => Verdict::Proved,
        false => Verdict::NotFinished,
    };
    Ok(Side {
        verdict,
        half: None,
        evidence: Vec::new(),
    })
}

fn read(path: &PathBuf) -> Result<String, Report> {
    fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read {}: {error}", path.display());
        Diagnostic::new(Code::InputOutput, message).into()
    })
}
