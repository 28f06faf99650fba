// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim prove`: the blocks of a configuration against their contracts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::{Code, Diagnostic, Report, VERSION};
use crate::flow::pool;
use crate::flow::prove::{self, Matrix, Obligation, ProofReport, Proving};
use crate::flow::report::{ToolVersion, write_json, write_text};
use crate::flow::tools::Yosys;

use super::config_args::ConfigArgs;
use super::load::load;
use super::output::Output;
use super::progress::say;

pub(super) const EXAMPLES: &str = "\
The specification is plain arithmetic and the cycles of doc/contracts.md. The proof is an induction:
it holds for all scale factors, comparator codes, stalls and clears, for ever. Every proof has a twin,
the same block with a fault, which must be refuted. doc/verification/proofs.md explains it.

Exit codes: 0 all proved, 1 something is not (each is named), or a tool failed; 2 refused.

Examples:
  hcim prove                                     the blocks of the default configuration
  hcim prove --storage latch --rows-per-cycle 3
  hcim prove --top accelerator --lanes 2         bus, sequencer and streams of an accelerator
  hcim prove --matrix quick --jobs 2 --json
  hcim prove --matrix full --filter deferred --list";

/// A set of configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Set {
    /// Each kind of block at sizes that take seconds
    Quick,
    /// S 1 to 8, A 1 to 6, d of 1, 2, 3 and S + 2, and more
    Full,
}

#[derive(Debug, Args)]
pub(super) struct ProveArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    /// Prove a set of configurations instead of one
    #[arg(long, value_enum)]
    matrix: Option<Set>,
    /// Only proofs whose name contains this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Print the names of the proofs and prove nothing
    #[arg(long)]
    list: bool,
    /// Proofs at a time [default: the number of cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// Time limit of a question to the solver in seconds
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    seconds: u64,
    /// Folder for models and logs
    #[arg(long, value_name = "DIR", default_value = "build")]
    build: PathBuf,
    /// Write the report to FILE.json and FILE.md, too
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: &ProveArgs) -> Output {
    prove(args).unwrap_or_else(|report| Output::failure(report, args.json))
}

fn prove(args: &ProveArgs) -> Result<Output, Report> {
    let mut command = String::from("hcim prove");
    let (mut obligations, warnings) = match args.matrix {
        Some(set) => {
            let (name, matrix) = match set {
                Set::Quick => ("quick", Matrix::Quick),
                Set::Full => ("full", Matrix::Full),
            };
            command += " --matrix ";
            command += name;
            (prove::of_matrix(matrix)?, Report::default())
        }
        None => {
            let valid = load(&args.config)?;
            let given = valid.config.command_line();
            command += given.strip_prefix("hcim gen").unwrap_or("");
            (prove::of_config(&valid.config)?, valid.warnings)
        }
    };
    if let Some(filter) = &args.filter {
        command += &format!(" --filter '{filter}'");
        obligations.retain(|one| name(one).contains(filter.as_str()));
    }
    if obligations.is_empty() {
        let message = "there is nothing to prove";
        return Err(Diagnostic::new(Code::NotProved, message)
            .help("`hcim prove --list` shows the names that --filter looks at")
            .into());
    }
    if args.list {
        let names: Vec<String> = obligations.iter().map(name).collect();
        return Ok(match args.json {
            true => Output::json(serde_json::json!({ "proofs": names }), &warnings),
            false => Output::text(names.join("\n") + "\n", warnings),
        });
    }
    let jobs = pool::jobs(args.jobs);
    let yosys = Yosys::find()?;
    let solver = prove::solver_version()?;
    let started = std::time::Instant::now();
    let proving = Proving {
        folder: &args.build.join("prove"),
        jobs,
        seconds: args.seconds,
        yosys: &yosys,
    };
    let proofs = prove::run(&proving, &obligations, &say)?;
    let tool = |name: &str, version: &str| ToolVersion {
        name: name.to_owned(),
        version: version.to_owned(),
    };
    let report = ProofReport {
        hcim: VERSION.to_owned(),
        command,
        tools: vec![tool("Yosys", &yosys.version), tool("Bitwuzla", &solver)],
        seconds: started.elapsed().as_secs_f64().round(),
        proofs,
    };
    if let Some(path) = &args.report {
        write_json(&path.with_extension("json"), &report)?;
        write_text(&path.with_extension("md"), &report.to_markdown())?;
    }
    let mut found = warnings;
    found.extend(report.faults());
    if args.json {
        return Ok(Output::checked_json(&report, &found));
    }
    Ok(Output::checked_text(report.table(), found))
}

fn name(obligation: &Obligation) -> String {
    format!("{} {}", obligation.property, obligation.configuration)
}
