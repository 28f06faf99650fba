// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim ppa`: the comparison of arrays.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};
use crate::flow::pdk::Library;
use crate::flow::pool;
use crate::flow::ppa::points::{COLUMNS, Extent};
use crate::flow::ppa::targets::Target;
use crate::flow::ppa::{Bench, Cache, MeasuredTable, compare, report, tiles};
use crate::flow::report::{write_json, write_text};

use super::flow_args::PdkArgs;
use super::output::Output;
use super::progress::say;

pub(super) const EXAMPLES: &str = "\
Every design is synthesised, timed, simulated as a netlist and put through power analysis, several at a
time. Figures are kept in BUILD/ppa/<pdk>/figures/ with the digests of everything that they follow from;
a second run measures only what has changed. Tables, plots and JSON go to REPORTS/ppa/<pdk>/, those of --quick
to REPORTS/ppa/<pdk>_quick/, those of other sizes to REPORTS/ppa/<pdk>_<columns>/. With --tiles the whole tiles of presets
smallest, lowest-energy and fastest are measured instead, by block; tables go to REPORTS/tile/<pdk>.md and .json. doc/ppa.md
tells what is measured and how.

It needs Yosys, OpenSTA 2.6 or newer, Icarus Verilog, and the regression runner hcim-sim beside hcim
(or named in HCIM_SIM) inside a clone.

Exit codes: 0 measured, whether targets are met or not; 1 a design could not be measured; 2 refused.

Examples:
  hcim ppa --pdk nangate45 --quick
  hcim ppa --pdk nangate45 --columns 32
  hcim ppa --pdk nangate45 --tiles
  hcim ppa --pdk sky130hd --pdk-root ~/OpenROAD-flow-scripts/flow/platforms --sta ~/OpenSTA/build/sta";

#[derive(Debug, Args)]
pub(super) struct PpaArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    /// Measure only what the targets need
    #[arg(long)]
    quick: bool,
    /// Columns of the arrays that are compared; the targets are made for 128
    #[arg(long, value_name = "N", default_value_t = COLUMNS, value_parser = clap::value_parser!(u32).range(4..=1024))]
    columns: u32,
    /// Measure whole tiles, by block: presets smallest, lowest-energy, fastest
    #[arg(long, conflicts_with_all = ["quick", "columns", "table", "jobs"])]
    tiles: bool,
    /// Measure everything again
    #[arg(long)]
    fresh: bool,
    /// Designs at a time [default: the number of cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    jobs: Option<u32>,
    /// OpenSTA to use [env: HCIM_STA] [default: sta]
    #[arg(long, value_name = "PROGRAM")]
    sta: Option<String>,
    /// Also write the table that `hcim gen --optimize` chooses from to this file
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    #[command(flatten)]
    pdk: PdkArgs,
    /// Folder for everything that is made
    #[arg(long, value_name = "DIR", default_value = "build")]
    build: PathBuf,
    /// Folder for the reports of record
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
    /// Clock period in ns [default: of the PDK description]
    #[arg(long, value_name = "F")]
    period_ns: Option<f64>,
}

#[derive(Serialize)]
struct Body {
    folder: PathBuf,
    files: Vec<String>,
    designs: usize,
    targets: Vec<Target>,
}

pub(super) fn run(args: &PpaArgs) -> Output {
    measure(args).unwrap_or_else(|report| Output::failure(report, args.json))
}

fn measure(args: &PpaArgs) -> Result<Output, Report> {
    let library = Library::find(&args.pdk.choice())?;
    let pdk = library.description.name.clone();
    let period_ns = args
        .period_ns
        .unwrap_or(library.description.default_period_ns);
    if !(period_ns.is_finite() && period_ns > 0.0 && period_ns <= 1e6) {
        let message = format!("the clock period is {period_ns} ns; it must be above 0");
        return Err(Diagnostic::new(Code::BadPeriod, message)
            .help("give --period-ns a number of nanoseconds, 1.0 for instance")
            .into());
    }
    let build = args.build.join("ppa");
    let bench = Bench::new(library, &build.join(&pdk), period_ns, args.sta.as_deref())?;
    let cache = Cache::new(&build.join(&pdk).join("figures"), args.fresh);
    if args.tiles {
        return whole_tiles(args, &bench, &cache, (&pdk, period_ns));
    }
    let extent = if args.quick {
        Extent::Quick
    } else {
        Extent::Full
    };
    let jobs = pool::jobs(args.jobs);
    let command = command(args, &pdk);
    let comparison = compare(
        &bench,
        &cache,
        (extent, args.columns),
        jobs,
        period_ns,
        |designs| bench.provenance(&command, designs),
    )?;
    let targets = report::judge(&comparison)?;
    let mut name = pdk;
    if args.columns != COLUMNS {
        name += &format!("_{}", args.columns);
    }
    if args.quick {
        name += "_quick";
    }
    let folder = args.reports.join("ppa").join(name);
    let files = report::files(&comparison)?;
    for (name, text) in &files {
        write_text(&folder.join(name), text)?;
    }
    if let Some(table) = &args.table {
        write_json(table, &MeasuredTable::of(&comparison))?;
    }
    let body = Body {
        folder,
        files: files.into_iter().map(|(name, _)| name).collect(),
        designs: comparison.designs.len(),
        targets,
    };
    if args.json {
        return Ok(Output::json(body, &Report::default()));
    }
    Ok(Output::text(text(&body), Report::default()))
}

/// Measures tiles, and writes their report.
fn whole_tiles(
    args: &PpaArgs,
    bench: &Bench,
    cache: &Cache,
    (pdk, period_ns): (&str, f64),
) -> Result<Output, Report> {
    let found = tiles::measure(bench, cache, &command(args, pdk), period_ns, &say)?;
    let path = args.reports.join("tile").join(pdk);
    tiles::write(&found, &path)?;
    if args.json {
        return Ok(Output::json(found, &Report::default()));
    }
    let report = path.with_extension("md");
    let text = format!("{}\nreport {}\n", tiles::markdown(&found), report.display());
    Ok(Output::text(text, Report::default()))
}

/// The command that makes the report again.
fn command(args: &PpaArgs, pdk: &str) -> String {
    let mut command = format!("hcim ppa --pdk {pdk}");
    if args.tiles {
        command += " --tiles";
    }
    if args.quick {
        command += " --quick";
    }
    if args.columns != COLUMNS {
        command += &format!(" --columns {}", args.columns);
    }
    if let Some(period) = args.period_ns {
        // Writing to a String cannot fail.
        let _ = write!(command, " --period-ns {period}");
    }
    command
}

fn text(body: &Body) -> String {
    let mut text = String::new();
    for target in &body.targets {
        let verdict = if target.met { "met    " } else { "NOT MET" };
        let _ = writeln!(
            text,
            "{verdict} {}: {:.3} {}, limit {} {}",
            target.what, target.value, target.unit, target.limit, target.unit
        );
    }
    let met = body.targets.iter().filter(|target| target.met).count();
    let _ = writeln!(
        text,
        "{} designs measured, {met} of {} targets met",
        body.designs,
        body.targets.len()
    );
    let _ = writeln!(text, "report {}", body.folder.join("ppa.md").display());
    text
}
