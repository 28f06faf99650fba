// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim-sim coverage`: which lines, branches and toggles of the emitted RTL, and which cover points, the regression
//! has seen, over all configurations together. See `doc/verification/coverage.md`.

mod cover;
mod points;
mod reasons;
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use self::points::Points;
use crate::matrix::{self, Tier, Unit};
use crate::model::{self, Shared, Source};
use crate::pool::{jobs, run_all};
use crate::simulate::{Request, simulate};
use crate::tools::Tools;
use crate::trace::Trace;

/// Options of `hcim-sim coverage`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  hcim-sim coverage --report reports/verification    # the record: JSON, Markdown, HTML
  hcim-sim coverage --filter tiny --target 0         # a look at one configuration")]
pub struct Options {
    /// Which cases are run
    #[arg(long, value_enum, default_value = "default")]
    pub tier: Tier,
    /// Run only configurations whose CASE/TOP contains TEXT, whatever their tier
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Seeds of each configuration, from 1 on
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seeds: u64,
    /// Fail where fewer percent of lines or of branches are covered
    #[arg(long, value_name = "PERCENT", default_value_t = 98.0)]
    pub target: f64,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Write the report to coverage.json, coverage.md and coverage.html in this folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

impl Options {
    /// The command that does the same.
    fn command(&self) -> String {
        let tier = format!("{:?}", self.tier).to_lowercase();
        let filter = self.filter.iter().map(|text| format!(" --filter {text}"));
        let filter: String = filter.collect();
        format!(
            "hcim-sim coverage --tier {tier}{filter} --seeds {} --target {}",
            self.seeds, self.target
        )
    }
}

/// Runs it; `Ok(false)` when a test failed or the target is not reached.
pub fn coverage(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "coverage", None)?;
    let reasons = reasons::read(&root.join("testbenches/coverage/reasons.toml"))?;
    let list = root.join("testbenches/matrix.toml");
    let units = matrix::simulated(&list, options.filter.as_deref(), options.tier)?;
    let shared = model::shared(&tools, Trace::Coverage)?;
    // One after the other: they have objects in common.
    let mut benches = BTreeMap::new();
    for name in units.iter().map(Unit::bench) {
        let objects = model::bench(&tools, &name)?;
        benches.insert(name, objects);
    }
    let points = Mutex::new(Points::default());
    let done = run_all(&units, jobs(options.jobs), Unit::name, |unit| {
        let done = one(
            &tools,
            unit,
            options.seeds,
            &shared,
            &benches[&unit.bench()],
            &points,
        );
        let failed = done.is_err();
        (done, failed)
    });
    let mut tests = 0;
    for (unit, done) in units.iter().zip(done) {
        tests += done.map_err(|message| format!("{}: {message}", unit.name()))?;
    }
    let points = points.into_inner().map_err(|e| e.to_string())?;
    let mut report = report::count(&points, &reasons);
    report.command = options.command();
    report.configurations = units.len();
    report.tests = tests;
    report.target = options.target;
    report.seconds = started.elapsed().as_secs_f64().round();
    report.tools = tools.versions(&["verilator"])?;
    if let Some(folder) = &options.report {
        report.write(folder)?;
    }
    match options.json {
        true => println!(
            "{}",
            serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?
        ),
        false => print!("{}", report.text()),
    }
    // With a part of the matrix, reasons for the rest are no surprise.
    let whole = options.filter.is_none() && options.tier != Tier::Smoke;
    let stale = reasons.iter().filter(|reason| {
        let fits = |(key, seen): (&points::Key, &points::Seen)| seen.count == 0 && reason.fits(key);
        whole && !points.0.iter().any(fits)
    });
    let mut good = report.good();
    for reason in stale {
        eprintln!(
            "error: reasons.toml: no uncovered point of module {} contains {:?}; remove the reason",
            reason.module, reason.text
        );
        good = false;
    }
    Ok(good)
}

/// Builds and runs a configuration; gives the number of its tests.
fn one(
    tools: &Tools,
    unit: &Unit,
    seeds: u64,
    shared: &Shared,
    bench: &[PathBuf],
    points: &Mutex<Points>,
) -> Result<usize, String> {
    let folder = tools.build.join(&unit.case.name).join(&unit.top);
    let seen = folder.join("seen");
    let _ = std::fs::remove_dir_all(&seen);
    std::fs::create_dir_all(&seen).map_err(|e| format!("{}: {e}", seen.display()))?;
    let mut generated = model::generate(tools, &unit.gen_args(), &[], &folder)?;
    generated
        .sim
        .extend(cover::points(&tools.root, &generated, &folder)?);
    let simulator = model::simulator(tools, &folder, &generated, Source::Rtl, shared, bench)?;
    let mut tests = 0;
    for seed in 1..=seeds.max(1) {
        let outcomes = simulate(&Request {
            simulator: &simulator,
            config: &generated.config,
            args: &unit.case.args,
            seed,
            test: None,
            wave: None,
            coverage: Some(&seen),
            root: &tools.root,
        });
        tests += outcomes.len();
        if let Some(outcome) = outcomes.iter().find(|outcome| !outcome.pass) {
            return Err(format!(
                "{} failed with seed {seed}: {}",
                outcome.test, outcome.message
            ));
        }
        let mut points = points.lock().map_err(|e| e.to_string())?;
        points.take(&generated.name, &seen)?;
    }
    Ok(tests)
}
