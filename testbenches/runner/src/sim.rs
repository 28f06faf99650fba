// SPDX-License-Identifier: MIT OR Apache-2.0
//! The regression: every unit of a tier with every seed, and the report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::design::{Design, DesignArgs};
use crate::matrix::{self, Tier, Unit};
use crate::model::{self, Generated, Shared, Source};
use crate::netlist::Netlist;
use crate::pool::{jobs, run_all};
use crate::report::{UnitReport, print};
use crate::simulate::{Outcome, Request, simulate};

use crate::tools::Tools;
use crate::trace::Trace;

/// Options of `hcim-sim sim`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "With a configuration or a netlist on the command line that alone is simulated, in place of the matrix:
  hcim-sim sim --config config.json --netlist netlist.v --cells cells.v
  hcim-sim sim -- --preset tiny --storage flop"
)]
pub struct Options {
    /// Which cases are run
    #[arg(long, value_enum, default_value = "default")]
    pub tier: Tier,
    /// Run only units whose CASE/TOP contains TEXT, whatever their tier
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Run only tests whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub test: Option<String>,
    /// Number of seeds of every case
    #[arg(long, value_name = "N", conflicts_with = "seed")]
    pub seeds: Option<u64>,
    /// Run this seed alone
    #[arg(long, value_name = "X")]
    pub seed: Option<u64>,
    /// First seed
    #[arg(long, value_name = "X", default_value_t = 1)]
    pub first_seed: u64,
    /// Write the waveform (FST) of each failing test
    #[arg(long)]
    pub wave: bool,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write the JSON report to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
    #[command(flatten)]
    pub design: DesignArgs,
}

/// Runs the regression; `Ok(false)` when something failed.
pub fn run(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "sim", options.design.generator.as_deref())?;
    if options.design.given() {
        let reports = [run_design(&tools, options)?];
        return finish(options, &reports, started.elapsed().as_secs_f64());
    }
    let list = root.join("testbenches/matrix.toml");
    let units = matrix::simulated(&list, options.filter.as_deref(), options.tier)?;
    let plan = Plan {
        tools: &tools,
        jobs: options.jobs,
        test: options.test.as_deref(),
        wave: options.wave,
        seeds: &|unit| seeds(options, unit),
        netlist: None,
    };
    let reports = plan.run(&units)?;
    finish(options, &reports, started.elapsed().as_secs_f64())
}

/// How units are run.
pub struct Plan<'a> {
    /// Where things are.
    pub tools: &'a Tools,
    /// Jobs at a time; the number of cores if not given.
    pub jobs: Option<usize>,
    /// Only tests whose name contains this.
    pub test: Option<&'a str>,
    /// Write waveforms of failures.
    pub wave: bool,
    /// Seeds of a unit.
    pub seeds: &'a (dyn Fn(&Unit) -> Vec<u64> + Sync),
    /// Makes the netlist that is simulated in place of the RTL.
    pub netlist: Option<&'a Synthesis<'a>>,
}

/// Makes a netlist of a generated configuration in a folder.
pub type Synthesis<'a> = dyn Fn(&Generated, &Path) -> Result<Netlist, String> + Sync + 'a;

impl Plan<'_> {
    /// Builds and runs all units.
    pub fn run(&self, units: &[Unit]) -> Result<Vec<UnitReport>, String> {
        let shared = model::shared(self.tools, Trace::Off)?;
        let tracing = match self.wave {
            true => Some(model::shared(self.tools, Trace::Fst)?),
            false => None,
        };
        let mut benches: Vec<String> = units.iter().map(Unit::bench).collect();
        benches.sort();
        benches.dedup();
        let jobs = jobs(self.jobs);
        let built = run_all(&benches, jobs, Clone::clone, |name| {
            let built = model::bench(self.tools, name);
            let failed = built.is_err();
            (built, failed)
        });
        let objects: std::collections::BTreeMap<String, Vec<PathBuf>> = benches
            .into_iter()
            .zip(built.into_iter().collect::<Result<Vec<_>, _>>()?)
            .collect();
        Ok(run_all(units, jobs, Unit::name, |unit| {
            let bench = &objects[&unit.bench()];
            let report = self.unit(unit, &shared, tracing.as_ref(), bench);
            let failed = report.failed();
            (report, failed)
        }))
    }

    fn unit(
        &self,
        unit: &Unit,
        shared: &Shared,
        tracing: Option<&Shared>,
        bench: &[PathBuf],
    ) -> UnitReport {
        let tools = self.tools;
        let mut report = UnitReport {
            case: unit.case.name.clone(),
            top: unit.top.clone(),
            bench: unit.bench(),
            generate: unit.gen_args().join(" "),
            netlist_sha256: None,
            design: None,
            target: None,
            build_seconds: 0.0,
            run_seconds: 0.0,
            outcomes: Vec::new(),
            waves: Vec::new(),
        };
        let folder = tools.build.join(&unit.case.name).join(&unit.top);
        let started = Instant::now();
        let built = std::fs::create_dir_all(&folder)
            .map_err(|e| format!("{}: {e}", folder.display()))
            .and_then(|()| model::generate(tools, &unit.gen_args(), &[], &folder))
            .and_then(|generated| {
                let made = self.netlist.map(|make| make(&generated, &folder));
                Ok((generated, made.transpose()?))
            })
            .and_then(|(generated, netlist)| {
                let source = netlist.as_ref().map_or(Source::Rtl, Source::Netlist);
                let simulator =
                    model::simulator(tools, &folder, &generated, source, shared, bench)?;
                Ok((generated, netlist, simulator))
            });
        report.build_seconds = started.elapsed().as_secs_f64();
        let (generated, netlist, simulator) = match built {
            Ok(built) => built,
            Err(message) => {
                report.outcomes.push(Outcome {
                    test: "(build)".to_owned(),
                    seed: 0,
                    cycles: 0,
                    checks: 0,
                    pass: false,
                    timeout: false,
                    message,
                });
                return report;
            }
        };
        report.netlist_sha256 = netlist.as_ref().map(|netlist| netlist.sha256.clone());
        let args = &unit.case.args;
        let started = Instant::now();
        for seed in (self.seeds)(unit) {
            report.outcomes.extend(simulate(&Request {
                simulator: &simulator,
                config: &generated.config,
                args,
                seed,
                test: self.test,
                wave: None,
                coverage: None,
                root: &tools.root,
            }));
        }
        report.run_seconds = started.elapsed().as_secs_f64();
        if let Some(shared) = tracing.filter(|_| report.failed()) {
            let source = netlist.as_ref().map_or(Source::Rtl, Source::Netlist);
            let simulator = model::simulator(tools, &folder, &generated, source, shared, bench);
            report.waves = waves(
                tools,
                &folder,
                &generated,
                args,
                simulator,
                &report.outcomes,
            );
        }
        report
    }
}

/// Writes and prints the report; gives whether all passed.
fn finish(options: &Options, reports: &[UnitReport], seconds: f64) -> Result<bool, String> {
    publish(reports, seconds, options.json, options.report.as_deref())
}

/// Writes the report to a file if one is named, and prints it; gives whether all passed.
pub fn publish(
    reports: &[UnitReport],
    seconds: f64,
    as_json: bool,
    path: Option<&Path>,
) -> Result<bool, String> {
    let json =
        serde_json::to_string_pretty(&serde_json::json!({"seconds": seconds, "units": reports}))
            .map_err(|e| e.to_string())?;
    if let Some(path) = path {
        std::fs::write(path, &json).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if as_json {
        println!("{json}");
        return Ok(!reports.iter().any(UnitReport::failed));
    }
    Ok(print(reports, seconds))
}

/// The design of the command line, with the testbench of its top.
fn run_design(tools: &Tools, options: &Options) -> Result<UnitReport, String> {
    let started = Instant::now();
    let design = Design::resolve(&options.design, tools)?;
    let generated = &design.generated;
    let shared = model::shared(tools, Trace::Off)?;
    let bench = model::bench(tools, &generated.bench())?;
    let build = |shared: &Shared| {
        model::simulator(
            tools,
            &design.folder,
            generated,
            design.source(),
            shared,
            &bench,
        )
    };
    let simulator = build(&shared)?;
    let mut report = UnitReport {
        case: generated.name.clone(),
        top: generated.top.clone(),
        bench: generated.bench(),
        generate: design.generate.clone(),
        netlist_sha256: design
            .netlist
            .as_ref()
            .map(|netlist| netlist.sha256.clone()),
        target: None,
        design: Some((options.design.words(), options.design.flags.join(" "))),
        build_seconds: started.elapsed().as_secs_f64(),
        run_seconds: 0.0,
        outcomes: Vec::new(),
        waves: Vec::new(),
    };
    let seeds = match options.seed {
        Some(seed) => vec![seed],
        None => {
            (options.first_seed..options.first_seed + options.seeds.unwrap_or(1).max(1)).collect()
        }
    };
    let started = Instant::now();
    for seed in seeds {
        report.outcomes.extend(simulate(&Request {
            simulator: &simulator,
            config: &generated.config,
            args: &[],
            seed,
            test: options.test.as_deref(),
            wave: None,
            coverage: None,
            root: &tools.root,
        }));
    }
    report.run_seconds = started.elapsed().as_secs_f64();
    if options.wave && report.failed() {
        let tracing = model::shared(tools, Trace::Fst).and_then(|shared| build(&shared));
        report.waves = waves(
            tools,
            &design.folder,
            generated,
            &[],
            tracing,
            &report.outcomes,
        );
    }
    Ok(report)
}

fn seeds(options: &Options, unit: &Unit) -> Vec<u64> {
    if let Some(seed) = options.seed {
        return vec![seed];
    }
    let own = unit.case.seeds.filter(|_| options.tier != Tier::Long);
    let count = match unit.case.tier {
        Tier::Networks => 1,
        _ => options
            .seeds
            .or(own)
            .unwrap_or_else(|| options.tier.seeds()),
    };
    (options.first_seed..options.first_seed + count.max(1)).collect()
}

/// Runs each failing test once more with a tracing model; gives the waveforms' paths, or what went wrong.
fn waves(
    tools: &Tools,
    folder: &Path,
    generated: &Generated,
    args: &[String],
    simulator: Result<PathBuf, String>,
    outcomes: &[Outcome],
) -> Vec<String> {
    let simulator = match simulator {
        Ok(simulator) => simulator,
        Err(message) => return vec![message],
    };
    let mut written = Vec::new();
    for outcome in outcomes
        .iter()
        .filter(|outcome| !outcome.pass && outcome.test != "(build)")
    {
        let path = folder.join(format!(
            "{}-seed{}.fst",
            outcome.test.replace('*', "all"),
            outcome.seed
        ));
        simulate(&Request {
            simulator: &simulator,
            config: &generated.config,
            args,
            seed: outcome.seed,
            test: Some(outcome.test.as_str()).filter(|test| *test != "*"),
            wave: Some(&path),
            coverage: None,
            root: &tools.root,
        });
        written.push(
            path.strip_prefix(&tools.root)
                .unwrap_or(&path)
                .display()
                .to_string(),
        );
    }
    written
}
