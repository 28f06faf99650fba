// SPDX-License-Identifier: MIT OR Apache-2.0
//! Four-state runs from power-up: nothing but reset and a full load, from storage of which no bit is known. The replay
//! testbench, which drives X on every payload between transfers, plays them on the RTL and on its netlist; a trace
//! shows whether control state or an output is ever unknown after reset. Each run has a twin, RTL with one
//! register's reset taken out, in which that must be noticed.

mod hierarchy;
mod watch;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde::Serialize;

use crate::gates::Flow;
use crate::matrix::{self, Tier, Unit};
use crate::model::{self, Generated};
use crate::pool::{jobs, run_all};
use crate::replay::{make_vectors, replay_file, stall};
use crate::table::{grouped, render};
use crate::tools::{Tools, run};

use hierarchy::Design;

/// Options of `hcim-sim xprop`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  hcim-sim xprop --tier smoke\n  hcim-sim xprop --filter latch --seed 7 --json"
)]
pub struct Options {
    /// Which cases are run: smoke or default
    #[arg(long, value_enum, default_value = "default")]
    pub tier: Tier,
    /// Run only configurations whose CASE/TOP contains TEXT, whatever their tier
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Seed of vectors and idle cycles (3: 5 idle cycles in 16 on each channel)
    #[arg(long, value_name = "X", default_value_t = 3)]
    pub seed: u64,
    /// Matrix-vector multiplications of a run
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub mvms: u32,
    /// PDK of the netlists, as in `hcim synth`
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "osu018")]
    pub pdk: String,
    /// Another generator than the one of this build
    #[arg(long, value_name = "FILE")]
    pub generator: Option<PathBuf>,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write the report to FILE, in JSON, and beside it with the ending md
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

/// What came of one view of one configuration.
#[derive(Debug, Default, Serialize)]
struct Report {
    configuration: String,
    view: &'static str,
    seed: u64,
    cycles: u64,
    results: u64,
    control_bits: usize,
    unknown_at_power_up: usize,
    scale_factor_bits: usize,
    checks: u64,
    seconds: f64,
    pass: bool,
    message: String,
}

/// What is simulated.
struct View<'a> {
    name: &'static str,
    files: Vec<PathBuf>,
    /// Models of cells, for a netlist.
    cells: Option<&'a Path>,
    /// The file of these that is to be read in a changed form.
    changed: Option<(&'a Path, String)>,
    /// Whether unknown control state is to be found, rather than not.
    broken: bool,
}

/// Runs every configuration; `Ok(false)` when one failed.
pub fn xprop(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "xprop", options.generator.as_deref())?;
    let list = root.join("testbenches/xprop.toml");
    let units = matrix::simulated(&list, options.filter.as_deref(), options.tier)?;
    let flow = Flow {
        tools: &tools,
        pdk: vec!["--pdk".to_owned(), options.pdk.clone()],
    };
    let cells = flow.cells()?;
    eprintln!("seed {}", options.seed);
    let jobs = jobs(options.jobs);
    let reports = run_all(&units, jobs, Unit::name, |unit| {
        let reports = views(&flow, &cells, unit, options).unwrap_or_else(|message| {
            vec![Report {
                configuration: unit.name(),
                view: "-",
                message,
                ..Report::default()
            }]
        });
        let failed = reports.iter().any(|report| !report.pass);
        (reports, failed)
    });
    let reports: Vec<Report> = reports.into_iter().flatten().collect();
    let seconds = started.elapsed().as_secs_f64();
    let json = serde_json::json!({"seconds": seconds, "runs": reports});
    let json = serde_json::to_string_pretty(&json).map_err(|e| e.to_string())?;
    if let Some(path) = &options.report {
        let text = format!(
            "<!-- SPDX-License-Identifier: MIT OR Apache-2.0 -->\n# Four-state runs from power-up\n\n- Command: `hcim-sim xprop --seed {} --mvms {} --pdk {}`\n- hcim {}, Icarus Verilog\n\n```text\n{}```\n",
            options.seed,
            options.mvms,
            options.pdk,
            env!("CARGO_PKG_VERSION"),
            table(&reports)
        );
        for (path, text) in [(path.clone(), &json), (path.with_extension("md"), &text)] {
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    if options.json {
        println!("{json}");
        return Ok(reports.iter().all(|report| report.pass));
    }
    Ok(print(&reports, seconds))
}

/// RTL, its twin and the netlist.
fn views(
    flow: &Flow<'_>,
    cells: &Path,
    unit: &Unit,
    options: &Options,
) -> Result<Vec<Report>, String> {
    let folder = flow.tools.build.join(&unit.case.name);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let generated = model::generate(flow.tools, &unit.gen_args(), &[], &folder)?;
    let rtl = [&generated.rtl[..], &generated.sim].concat();
    let (broken, text) = without_reset(&generated)?;
    let netlist = flow.synthesise(&generated, &folder, cells)?;
    let gates = [&[netlist], &generated.sim[..]].concat();
    let view = |name, files: &[PathBuf], cells, changed, broken| View {
        name,
        files: files.to_vec(),
        cells,
        changed,
        broken,
    };
    let views = [
        view("rtl", &rtl, None, None, false),
        view(
            "rtl, a reset missing",
            &rtl,
            None,
            Some((broken, text)),
            true,
        ),
        view("netlist", &gates, Some(cells), None, false),
    ];
    let one = |view: &View<'_>| {
        let started = Instant::now();
        let mut report = Report {
            configuration: unit.name(),
            view: view.name,
            seed: options.seed,
            ..Report::default()
        };
        let here = folder.join(view.name.replace([' ', ','], "_"));
        if let Err(message) = play(
            flow.tools,
            unit,
            &generated,
            &here,
            view,
            options,
            &mut report,
        ) {
            report.message = message;
        }
        report.seconds = started.elapsed().as_secs_f64();
        report
    };
    Ok(views.iter().map(one).collect())
}

/// A file of the RTL with the reset of a register of the controller taken out.
fn without_reset(generated: &Generated) -> Result<(&Path, String), String> {
    let name = format!("{}_tile_controller.v", generated.name);
    let file = generated.rtl.iter().find(|path| path.ends_with(&name));
    let file = file.ok_or_else(|| format!("the generator made no {name}"))?;
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let at = text
        .find("if (!rst_ni) begin")
        .ok_or("the controller has no reset")?;
    let value = text[at..].find(" <= ").map(|value| at + value + 4);
    let end = value.and_then(|value| text[value..].find(';').map(|end| value + end));
    match (value, end) {
        (Some(value), Some(end)) => Ok((file, format!("{}1'bx{}", &text[..value], &text[end..]))),
        _ => Err("the controller's reset is not understood".to_owned()),
    }
}

fn play(
    tools: &Tools,
    unit: &Unit,
    generated: &Generated,
    folder: &Path,
    view: &View<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<(), String> {
    let vectors = tools.golden.with_file_name("hcim-golden-vectors");
    make_vectors(&vectors, generated, folder, options.seed, options.mvms)?;
    let mut files = view.files.clone();
    if let Some((changed, text)) = &view.changed {
        let copy = folder.join("changed.v");
        std::fs::write(&copy, text).map_err(|e| format!("{}: {e}", copy.display()))?;
        files.retain(|file| file != changed);
        files.push(copy);
    }
    let bench = format!("{}_replay_tb", unit.module());
    let monitor = folder.join("trace.v");
    let text = format!(
        "module hcim_trace;\n  initial begin\n    $dumpfile(\"trace.vcd\");\n    $dumpvars(0, {bench}.u_tile);\n  end\nendmodule\n"
    );
    std::fs::write(&monitor, text).map_err(|e| format!("{}: {e}", monitor.display()))?;
    run(Command::new("iverilog")
        .args(["-g2005", "-I"])
        .arg(folder)
        .args(["-s", &bench, "-s", "hcim_trace", "-o"])
        .arg(folder.join("run.vvp"))
        .args(&files)
        .args(view.cells)
        .arg(replay_file(generated, "_replay_tb.v")?)
        .arg(&monitor))?;
    let output = run(Command::new("vvp")
        .current_dir(folder)
        .args(["-n", "run.vvp"])
        .arg(format!("+seed={}", options.seed))
        .arg(format!("+stall={}", stall(options.seed))))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let verdict = printed
        .lines()
        .find(|line| line.starts_with("PASS ") || line.starts_with("FAIL "))
        .ok_or_else(|| format!("the run came to no end:\n{printed}"))?;
    for word in verdict.split_whitespace() {
        match word.split_once('=') {
            Some(("cycles", text)) => report.cycles = text.parse().unwrap_or(0),
            Some(("results", text)) => report.results = text.parse().unwrap_or(0),
            _ => {}
        }
    }
    let read =
        |file: &Path| std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()));
    let texts = files
        .iter()
        .map(|file| read(file))
        .collect::<Result<Vec<_>, _>>()?;
    let cells = view.cells.map(read).transpose()?.unwrap_or_default();
    let trace = folder.join("trace.vcd");
    let opened = File::open(&trace).map_err(|e| format!("{}: {e}", trace.display()))?;
    let seen = watch::watch(
        BufReader::new(opened),
        &Design::read(&texts, &cells),
        &unit.module(),
    )?;
    report.control_bits = seen.control_bits;
    report.unknown_at_power_up = seen.unknown_at_first;
    report.scale_factor_bits = seen.storage_bits;
    report.checks = seen.checks;
    // Traces are large; that of a failure tells where it began.
    let judged = judge(view.broken, verdict, &seen);
    if judged.is_ok() {
        std::fs::remove_file(&trace).map_err(|e| format!("{}: {e}", trace.display()))?;
    }
    report.pass = judged.is_ok();
    judged
}

fn judge(broken: bool, verdict: &str, seen: &watch::Seen) -> Result<(), String> {
    let enough = seen.control_bits > 0 && seen.unknown_at_first > 0 && seen.storage_bits > 0;
    if !enough {
        return Err(format!(
            "there is nothing that could be found unknown: {seen:?}"
        ));
    }
    if broken {
        return match seen.faults.first() {
            Some(fault) if fault.contains("control state") => Ok(()),
            _ => Err("the missing reset was not noticed".to_owned()),
        };
    }
    if seen.fault_count > 0 {
        let told = seen.faults.join("\n");
        return Err(format!(
            "{} unknown values, the first:\n{told}",
            seen.fault_count
        ));
    }
    if !verdict.starts_with("PASS ") {
        return Err(format!("the replay failed: {verdict}"));
    }
    Ok(())
}

fn table(reports: &[Report]) -> String {
    let row = |report: &Report| {
        vec![
            report.configuration.clone(),
            report.view.to_owned(),
            grouped(report.cycles),
            grouped(report.results),
            format!("{} of {}", report.unknown_at_power_up, report.control_bits),
            grouped(report.scale_factor_bits as u64),
            grouped(report.checks),
            if report.pass { "pass" } else { "FAIL" }.to_owned(),
        ]
    };
    let titles = [
        "configuration",
        "view",
        ">cycles",
        ">result beats",
        ">control bits unknown at power-up",
        ">scale-factor bits",
        ">checks",
        "result",
    ];
    render(&titles, &reports.iter().map(row).collect::<Vec<_>>())
}

fn print(reports: &[Report], seconds: f64) -> bool {
    print!("{}", table(reports));
    for report in reports.iter().filter(|report| !report.pass) {
        println!("\nFAIL {} ({})", report.configuration, report.view);
        for line in report.message.trim_end().lines().take(20) {
            println!("  {line}");
        }
        println!(
            "  repeat: make xprop XPROP='--filter {} --seed {}'",
            report.configuration, report.seed
        );
    }
    let passed = reports.iter().filter(|report| report.pass).count();
    let failed = reports.len() - passed;
    println!("\n{} runs in Icarus Verilog, {seconds:.0} s", reports.len());
    println!("{passed} passed, {failed} failed");
    failed == 0
}
