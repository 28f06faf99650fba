// SPDX-License-Identifier: MIT OR Apache-2.0
//! The replay in Icarus Verilog: of tiles, vectors of the golden model, played by the generated plain-Verilog testbench; of
//! accelerators, records of Verilator runs.

mod record;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde::Serialize;

use crate::matrix::Unit;
use crate::model::{self, Generated};
use crate::pool::{jobs, run_all};
use crate::table::{grouped, render};
use crate::tools::{Tools, run};

/// Tops that are replayed.
const TOPS: &[&str] = &["tile", "accelerator"];

/// Options of `hcim-sim replay`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Run only configurations whose CASE/TOP contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Number of seeds of every case
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "seed")]
    pub seeds: u64,
    /// Run this seed alone: it decides the vectors and the idle cycles
    #[arg(long, value_name = "X")]
    pub seed: Option<u64>,
    /// Matrix-vector multiplications of a run
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub mvms: u32,
    /// Another list of configurations than testbenches/replay.toml
    #[arg(long, value_name = "FILE")]
    pub cases: Option<PathBuf>,
    /// Another generator than the one of this build
    #[arg(long, value_name = "FILE")]
    pub generator: Option<PathBuf>,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write the JSON report to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// What came of one configuration with one seed.
#[derive(Debug, Serialize)]
struct Report {
    configuration: String,
    seed: u64,
    mvms: u32,
    cycles: u64,
    checks: u64,
    results: u64,
    seconds: f64,
    pass: bool,
    /// What was wrong.
    message: String,
    /// The command that repeats it.
    repeat: String,
}

impl Report {
    /// A report of which nothing is known yet; `repeat` is what REPLAY of `make replay` is to be.
    fn new(configuration: String, seed: u64, mvms: u32, repeat: &str) -> Self {
        Self {
            configuration,
            seed,
            mvms,
            cycles: 0,
            checks: 0,
            results: 0,
            seconds: 0.0,
            pass: false,
            message: String::new(),
            repeat: format!("make replay REPLAY='{repeat}'"),
        }
    }
}

/// Idle cycles in 16 of a seed: none, some, most.
pub fn stall(seed: u64) -> u64 {
    [5, 0, 12][(seed % 3) as usize]
}

/// Replays every configuration; `Ok(false)` when one failed.
pub fn replay(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "replay", options.generator.as_deref())?;
    let vectors = tools.golden.with_file_name("hcim-golden-vectors");
    let cases = root.join("testbenches/replay.toml");
    let units = crate::matrix::read(options.cases.as_ref().unwrap_or(&cases))?;
    let chosen = |unit: &Unit| match &options.filter {
        Some(text) => unit.name().contains(text.as_str()),
        None => true,
    };
    let units: Vec<Unit> = units.into_iter().filter(chosen).collect();
    if units.is_empty() {
        return Err("no case matches".to_owned());
    }
    let known = |unit: &&Unit| !TOPS.contains(&unit.top.as_str());
    if let Some(unit) = units.iter().find(known) {
        return Err(format!(
            "{}: only tops {} are replayed",
            unit.name(),
            TOPS.join(", ")
        ));
    }
    let seeds: Vec<u64> = match options.seed {
        Some(seed) => vec![seed],
        None => (1..=options.seeds.max(1)).collect(),
    };
    let jobs = jobs(options.jobs);
    let reports = run_all(&units, jobs, Unit::name, |unit| {
        let one = |seed: &u64| match unit.top.as_str() {
            "tile" => vec![replay_tile(&tools, &vectors, unit, *seed, options.mvms)],
            _ => replay_records(&tools, unit, *seed),
        };
        let reports: Vec<Report> = seeds.iter().flat_map(one).collect();
        let failed = reports.iter().any(|report| !report.pass);
        (reports, failed)
    });
    let reports: Vec<Report> = reports.into_iter().flatten().collect();
    let seconds = started.elapsed().as_secs_f64();
    let json = serde_json::json!({"seconds": seconds, "runs": reports});
    let json = serde_json::to_string_pretty(&json).map_err(|e| e.to_string())?;
    if let Some(path) = &options.report {
        std::fs::write(path, &json).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if options.json {
        println!("{json}");
        return Ok(reports.iter().all(|report| report.pass));
    }
    Ok(print(&reports, seconds))
}

fn replay_tile(tools: &Tools, vectors: &Path, unit: &Unit, seed: u64, mvms: u32) -> Report {
    let repeat = format!("--filter {} --seed {seed} --mvms {mvms}", unit.name());
    let report = Report::new(unit.name(), seed, mvms, &repeat);
    timed(report, || {
        let folder = tools.build.join(&unit.case.name);
        let generated = generate(tools, unit, &folder)?;
        let folder = folder.join(format!("seed{seed}"));
        play(vectors, unit, &generated, &folder, seed, mvms)
    })
}

/// One report for each test that is recorded.
fn replay_records(tools: &Tools, unit: &Unit, seed: u64) -> Vec<Report> {
    let one = |test: &&str| {
        let repeat = format!("--filter {} --seed {seed}", unit.name());
        let report = Report::new(format!("{} {test}", unit.name()), seed, 0, &repeat);
        timed(report, || {
            let folder = tools.build.join(&unit.case.name);
            let generated = generate(tools, unit, &folder)?;
            record::play(tools, &generated, &folder, seed, test)
        })
    };
    record::TESTS.iter().map(one).collect()
}

fn generate(tools: &Tools, unit: &Unit, folder: &Path) -> Result<Generated, String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    model::generate(tools, &unit.gen_args(), &[], folder)
}

/// Judges what a simulation prints, and takes its time.
fn timed(mut report: Report, play: impl FnOnce() -> Result<String, String>) -> Report {
    let started = Instant::now();
    match play() {
        Ok(text) => judge(&mut report, &text),
        Err(message) => report.message = message,
    }
    report.seconds = started.elapsed().as_secs_f64();
    report
}

/// The generated file of the replay whose name ends so.
pub fn replay_file<'a>(generated: &'a Generated, end: &str) -> Result<&'a PathBuf, String> {
    let found = generated.replay.iter().find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().ends_with(end))
    });
    found.ok_or_else(|| format!("the generator made no file sim/*{end}"))
}

/// Empties a folder and makes vectors in it.
pub fn make_vectors(
    program: &Path,
    generated: &Generated,
    folder: &Path,
    seed: u64,
    mvms: u32,
) -> Result<(), String> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    run(Command::new(program)
        .arg(&generated.config)
        .arg(folder)
        .args([seed.to_string(), mvms.to_string()])
        .arg(replay_file(generated, "_replay.steps")?))?;
    Ok(())
}

/// Makes vectors, compiles and runs; gives what the simulation printed.
fn play(
    vectors: &Path,
    unit: &Unit,
    generated: &Generated,
    folder: &Path,
    seed: u64,
    mvms: u32,
) -> Result<String, String> {
    make_vectors(vectors, generated, folder, seed, mvms)?;
    let program = folder.join("replay.vvp");
    let mut compiler = Command::new("iverilog");
    compiler
        .args(["-g2005", "-Wall", "-DHCIM_ASSERT", "-I"])
        .arg(folder)
        .args(["-s", &format!("{}_replay_tb", unit.module()), "-o"])
        .arg(&program)
        .args(&generated.rtl)
        .args(&generated.sim)
        .arg(replay_file(generated, "_replay_tb.v")?);
    let output = run(&mut compiler)?;
    let warnings = [output.stdout, output.stderr].concat();
    if !warnings.is_empty() {
        let warnings = String::from_utf8_lossy(&warnings).into_owned();
        return Err(format!("Icarus has warnings:\n{warnings}"));
    }
    let output = run(Command::new("vvp")
        .current_dir(folder)
        .arg("-n")
        .arg("replay.vvp")
        .arg(format!("+seed={seed}"))
        .arg(format!("+stall={}", stall(seed))))?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Reads the line that begins with PASS or FAIL. Without one, with another line, or without a check, it is a failure:
/// a passing run prints nothing else.
fn judge(report: &mut Report, text: &str) {
    let verdict = text
        .lines()
        .find(|line| line.starts_with("PASS ") || line.starts_with("FAIL "));
    for word in verdict.unwrap_or("").split_whitespace() {
        let value = |text: &str| text.parse().unwrap_or(0);
        match word.split_once('=') {
            Some(("cycles", text)) => report.cycles = value(text),
            Some(("checks", text)) => report.checks = value(text),
            Some(("results", text)) => report.results = value(text),
            _ => {}
        }
    }
    report.pass = text.starts_with("PASS ") && text.lines().count() == 1 && report.results > 0;
    if !report.pass {
        report.message = text.to_owned();
    }
}

fn print(reports: &[Report], seconds: f64) -> bool {
    let row = |report: &Report| {
        vec![
            report.configuration.clone(),
            report.seed.to_string(),
            report.mvms.to_string(),
            grouped(report.cycles),
            grouped(report.results),
            grouped(report.checks),
            if report.pass { "pass" } else { "FAIL" }.to_owned(),
        ]
    };
    let titles = [
        "configuration",
        ">seed",
        ">MVMs",
        ">cycles",
        ">result beats",
        ">checks",
        "result",
    ];
    print!(
        "{}",
        render(&titles, &reports.iter().map(row).collect::<Vec<_>>())
    );
    for report in reports.iter().filter(|report| !report.pass) {
        println!(
            "\nFAIL replay of {}, seed {}",
            report.configuration, report.seed
        );
        for line in report.message.trim_end().lines().take(20) {
            println!("  {line}");
        }
        println!("  repeat: {}", report.repeat);
    }
    let passed = reports.iter().filter(|report| report.pass).count();
    let failed = reports.len() - passed;
    println!("\n{} runs in Icarus Verilog, {seconds:.0} s", reports.len());
    println!("{passed} passed, {failed} failed");
    failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Report {
        let mut report = Report::new(String::new(), 1, 1, "");
        judge(&mut report, text);
        report
    }

    #[test]
    fn only_one_passing_line_passes() {
        let line = "PASS tb: seed=1 results=4 cycles=9 checks=7 errors=0\n";
        let report = verdict(line);
        assert!(report.pass);
        assert_eq!((report.results, report.cycles, report.checks), (4, 9, 7));
        for wrong in [
            "",
            "boom\n",
            &format!("WARNING: not enough words\n{line}"),
            &line.replace("PASS", "FAIL"),
            &line.replace("results=4", "results=0"),
        ] {
            assert!(!verdict(wrong).pass, "{wrong}");
        }
    }

    #[test]
    fn the_projects_list_holds_what_can_be_replayed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../replay.toml");
        let units = crate::matrix::read(&path).unwrap();
        let known = |unit: &Unit| TOPS.contains(&unit.top.as_str());
        assert!(units.len() >= 8 && units.iter().all(known));
    }
}
