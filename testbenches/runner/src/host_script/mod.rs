// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs scripts of a host on a generated accelerator: a simulator for long runs, made once for a design.

mod outcome;
mod script;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::digest::{digest, staged};
use crate::model::{self, Generated, Source};
use crate::tools::{Tools, shell};
use crate::trace::Trace;
use outcome::Outcome;
use script::Script;

/// Percent of the cycles in which each side stalls with `--stalls`.
const STALLS: u32 = 25;

/// Options of `hcim-sim host-script`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "A script has a command a line; numbers are decimal or hexadecimal with 0x, # begins a comment:
  write ADDR DATA               read NAME ADDR        (kept in result.json under its name)
  check ADDR MASK VALUE         poll ADDR MASK VALUE CYCLES
  packet DEST FILE OFFSET BYTES (bytes of a file beside the script, sent in the background, in order)
  flush                         (until all packets are sent)
  beats N CYCLES                (until N beats of m_axis have come in all)
  mark NAME                     (keeps the cycle)

OUT gets beats.bin (for each beat 8 bytes of data, lowest first, and a byte that is 1 with TLAST) and result.json.
Exit code 0: all went well; 1: a command failed; 2: something is wrong with the command line, the script or the design.

Example:
  hcim gen --top accelerator --tiles 3 --out build && hcim-sim host-script --design build/NAME --script run.txt --out outcome"
)]
pub struct Options {
    /// Folder of one configuration that `hcim gen --top accelerator` wrote
    #[arg(long, value_name = "DIR")]
    pub design: PathBuf,
    /// The script
    #[arg(long, value_name = "FILE")]
    pub script: PathBuf,
    /// Folder for the outcome; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seed of power-up values and stalls
    #[arg(long, value_name = "X", default_value_t = 1)]
    pub seed: u64,
    /// Random stalls on all sides
    #[arg(long)]
    pub stalls: bool,
    /// Compile the simulator without optimisation: sooner there, slower to run
    #[arg(long)]
    pub quick: bool,
    /// Print result.json on standard output
    #[arg(long)]
    pub json: bool,
}

/// Runs a script; `Ok(false)` when a command of it failed.
pub fn host_script(options: &Options, root: &Path) -> Result<bool, String> {
    let script = Script::read(&options.script)?;
    let generated = Generated::read(&options.design)?;
    if generated.top != "accelerator" {
        return Err(format!(
            "{}: the top is {}, host scripts run on an accelerator: hcim gen --top accelerator",
            options.design.display(),
            generated.top
        ));
    }
    let tools = Tools::find(root, "host", None)?;
    let simulator = simulator(&tools, &generated, options.quick)?;
    let outcome = run(options, &script, &simulator, &generated)?;
    let json = serde_json::to_string_pretty(&outcome).map_err(|e| e.to_string())?;
    staged(&options.out.join("result.json"), |path| {
        std::fs::write(path, format!("{json}\n")).map_err(|e| format!("{}: {e}", path.display()))
    })?;
    if options.json {
        println!("{json}");
    } else {
        summary(options, &outcome);
    }
    Ok(outcome.failures.is_empty())
}

/// The simulator of a design, compiled for long runs.
fn simulator(tools: &Tools, generated: &Generated, quick: bool) -> Result<PathBuf, String> {
    let key = digest(&[&generated.sha256, &generated.name], &generated.sources())?;
    let folder = tools.build.join(if quick { key + "_quick" } else { key });
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let shared = model::shared(tools, Trace::Off)?;
    let bench = model::bench(tools, &generated.bench())?;
    let source = Source::LongRun { quick };
    model::simulator(tools, &folder, generated, source, &shared, &bench)
}

/// Runs the script in a folder of its own beside the outcome's, and moves what it gives to its place.
fn run(
    options: &Options,
    script: &Script,
    simulator: &Path,
    generated: &Generated,
) -> Result<Outcome, String> {
    let wrong = |e: std::io::Error| format!("{}: {e}", options.out.display());
    std::fs::create_dir_all(&options.out).map_err(wrong)?;
    let out = options.out.canonicalize().map_err(wrong)?;
    let staged = out.join(format!(".run-{}", std::process::id()));
    std::fs::create_dir_all(&staged).map_err(wrong)?;
    let result = run_in(&staged, options, script, simulator, generated).and_then(|outcome| {
        std::fs::rename(staged.join("beats.bin"), out.join("beats.bin")).map_err(wrong)?;
        Ok(outcome)
    });
    let _ = std::fs::remove_dir_all(&staged);
    result
}

fn run_in(
    staged: &Path,
    options: &Options,
    script: &Script,
    simulator: &Path,
    generated: &Generated,
) -> Result<Outcome, String> {
    let plain = staged.join("script.txt");
    std::fs::write(&plain, script.plain()).map_err(|e| format!("{}: {e}", plain.display()))?;
    let stalls = if options.stalls { STALLS } else { 0 };
    let mut command = Command::new(simulator);
    command
        .arg("--config")
        .arg(&generated.config)
        .args(["--seed", &options.seed.to_string(), "--"])
        .arg(&plain)
        .arg(staged)
        .arg(stalls.to_string())
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", shell(&command)))?;
    if !output.status.success() {
        return Err(format!(
            "{}\n{}\n{}{}",
            output.status,
            shell(&command),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let mut outcome = Outcome::read(staged)?;
    outcome.seed = options.seed;
    outcome.stalls = stalls;
    Ok(outcome)
}

fn summary(options: &Options, outcome: &Outcome) {
    for failure in &outcome.failures {
        println!(
            "{}:{}: {}",
            options.script.display(),
            failure.line,
            failure.message
        );
    }
    println!(
        "{} cycles, {} beats, {} words read, {} failures, seed {}: {}",
        outcome.cycles,
        outcome.beats,
        outcome.reads.len(),
        outcome.failures.len(),
        outcome.seed,
        options.out.join("result.json").display()
    );
}
