// SPDX-License-Identifier: MIT OR Apache-2.0
//! Switching activity of a steady stream of MVMs, of the RTL or of a netlist, for power analysis.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::design::{Design, DesignArgs};
use crate::model;
use crate::netlist::sha256;
use crate::saif::{self, Keep};
use crate::simulate::{Request, simulate};
use crate::tools::Tools;
use crate::trace::Trace;

/// Options of `hcim-sim activity`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  hcim-sim activity --saif a.saif -- --top dcim_array --cols 64 --storage latch
  hcim-sim activity --config config.json --netlist netlist.v --cells cells.v --workload zeros:0.58 --saif a.saif

Beside the SAIF file an account in JSON is written, with the same name and the extension json. Read the SAIF in OpenSTA
with the name of the top module as scope: read_saif -scope <name>_<top> a.saif")]
pub struct Options {
    #[command(flatten)]
    pub design: DesignArgs,
    /// What is computed: `digits` (the digits network's hidden layer), `zeros:X` (arrays: random partial sums, share X of
    /// zeros), `random` (tiles: random weights and inputs) or `idle`
    #[arg(long, value_name = "WORD", default_value = "digits", value_parser = workload)]
    pub workload: String,
    /// MVMs of the window (for `idle`: hundreds of cycles)
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub mvms: u64,
    /// Seed of random partial sums, scale factors and power-up values
    #[arg(long, value_name = "X", default_value_t = 1)]
    pub seed: u64,
    /// Length of a clock cycle in ps, an even number
    #[arg(long, value_name = "PS", default_value_t = 1000, value_parser = period)]
    pub period_ps: u64,
    /// File to write the activity to
    #[arg(long, value_name = "FILE")]
    pub saif: PathBuf,
    /// Write a waveform (VCD) of the window in place of SAIF, to check one with the other
    #[arg(long)]
    pub vcd: bool,
    /// Print the account as JSON on standard output
    #[arg(long)]
    pub json: bool,
}

fn workload(text: &str) -> Result<String, String> {
    let share = text.strip_prefix("zeros:").map(str::parse::<f64>);
    match (text, share) {
        ("digits" | "idle" | "random", _) => Ok(text.to_owned()),
        (_, Some(Ok(share))) if (0.0..=1.0).contains(&share) => Ok(text.to_owned()),
        _ => Err("it is `digits`, `random`, `idle` or `zeros:X` with X from 0 to 1".to_owned()),
    }
}

fn period(text: &str) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(period) if period >= 2 && period % 2 == 0 => Ok(period),
        _ => Err("it is an even number of ps".to_owned()),
    }
}

/// What the testbench says about the window.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Window {
    mvms: u64,
    cycles: u64,
    values: u64,
    zeros: u64,
    skipped_planes: u64,
    accumulates: u64,
    nonzero_accumulates: u64,
}

/// The account beside the SAIF file.
#[derive(Clone, Debug, Serialize)]
struct Account {
    workload: String,
    seed: u64,
    /// Of the window; 0 where it is idle.
    mvms: u64,
    cycles: u64,
    period_ps: u64,
    /// Of all partial sums.
    share_of_zeros: f64,
    /// Planes offered to the array as skipped.
    skipped_planes: u64,
    /// Partial sums of planes that were not skipped.
    accumulates: u64,
    /// Of these that are not 0.
    nonzero_accumulates: u64,
    /// Comparisons with the golden model.
    checks: u64,
    /// Scope of the SAIF file: the top module.
    scope: String,
    /// Signals in the SAIF file, and their changes.
    signals: u64,
    changes: u64,
    configuration_sha256: String,
    /// None: of the RTL.
    netlist_sha256: Option<String>,
    saif_sha256: String,
}

/// Records; `Ok(false)` when results were wrong.
pub fn activity(options: &Options, root: &Path) -> Result<bool, String> {
    let tools = Tools::find(root, "activity", options.design.generator.as_deref())?;
    let design = Design::resolve(&options.design, &tools)?;
    let (generated, folder) = (&design.generated, &design.folder);
    let tops = ["tile", "dcim_array", "baseline_array"];
    if !tops.contains(&generated.top.as_str()) {
        return Err(format!(
            "activity is recorded of tile, dcim_array or baseline_array; the top is {}",
            generated.top
        ));
    }
    let trace = if options.vcd { Trace::Vcd } else { Trace::Saif };
    let shared = model::shared(&tools, trace)?;
    let bench = model::bench(&tools, &generated.bench())?;
    let simulator = model::simulator(&tools, folder, generated, design.source(), &shared, &bench)?;
    let account_path = options.saif.with_extension("json");
    for old in [&options.saif, &account_path] {
        if old.exists() {
            std::fs::remove_file(old).map_err(|e| format!("{}: {e}", old.display()))?;
        }
    }
    let raw = folder.join(if options.vcd { "raw.vcd" } else { "raw.saif" });
    let args = [
        "--".to_owned(),
        options.workload.clone(),
        raw.display().to_string(),
        options.period_ps.to_string(),
        options.mvms.to_string(),
        "testbenches/reference".to_owned(),
    ];
    let outcomes = simulate(&Request {
        simulator: &simulator,
        config: &generated.config,
        args: &args,
        seed: options.seed,
        test: None,
        wave: None,
        coverage: None,
        root: &tools.root,
    });
    if let Some(failed) = outcomes.iter().find(|outcome| !outcome.pass) {
        eprintln!(
            "{}, workload {}, seed {}: {}",
            generated.module(),
            options.workload,
            options.seed,
            failed.message
        );
        return Ok(false);
    }
    let with = |extension: &str| PathBuf::from(format!("{}.{extension}", raw.display()));
    let window = std::fs::read_to_string(with("window")).map_err(|e| e.to_string())?;
    let window: Window = serde_json::from_str(&window).map_err(|e| e.to_string())?;
    if let Some(parent) = options.saif.parent() {
        std::fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
    }
    let summary = if options.vcd {
        std::fs::copy(&raw, &options.saif)
            .map_err(|e| format!("{}: {e}", options.saif.display()))?;
        saif::Summary::default()
    } else {
        let initial = with("initial");
        let keep = design
            .netlist
            .as_ref()
            .map_or(Keep::All, |netlist| Keep::Pins(&netlist.macros));
        let summary = saif::tidy(&raw, &initial, &options.saif, &generated.module(), keep)?;
        let expected = window.cycles * options.period_ps;
        if summary.duration != expected {
            return Err(format!(
                "the record is {} ps long, not {expected}",
                summary.duration
            ));
        }
        summary
    };
    let _ = std::fs::remove_file(&raw);
    let written = std::fs::read(&options.saif).map_err(|e| e.to_string())?;
    let account = Account {
        workload: options.workload.clone(),
        seed: options.seed,
        mvms: window.mvms,
        cycles: window.cycles,
        period_ps: options.period_ps,
        share_of_zeros: share(window.zeros, window.values),
        skipped_planes: window.skipped_planes,
        accumulates: window.accumulates,
        nonzero_accumulates: window.nonzero_accumulates,
        checks: outcomes.iter().map(|outcome| outcome.checks).sum(),
        scope: generated.module(),
        signals: summary.signals,
        changes: summary.changes,
        configuration_sha256: generated.sha256.clone(),
        netlist_sha256: design
            .netlist
            .as_ref()
            .map(|netlist| netlist.sha256.clone()),
        saif_sha256: sha256(&written),
    };
    let text = serde_json::to_string_pretty(&account).map_err(|e| e.to_string())? + "\n";
    std::fs::write(&account_path, &text).map_err(|e| format!("{}: {e}", account_path.display()))?;
    if options.json {
        print!("{text}");
    } else {
        println!(
            "{}: {} MVMs in {} cycles, {:.1} % of the partial sums 0, {} comparisons; {} signals, {} changes -> {}",
            generated.module(),
            account.mvms,
            account.cycles,
            account.share_of_zeros * 100.0,
            account.checks,
            account.signals,
            account.changes,
            options.saif.display()
        );
    }
    Ok(true)
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workloads_and_periods() {
        for good in [
            "digits",
            "idle",
            "random",
            "zeros:0",
            "zeros:0.58",
            "zeros:1",
        ] {
            assert_eq!(workload(good).unwrap(), good);
        }
        for bad in [
            "",
            "zeros",
            "zeros:",
            "zeros:1.1",
            "zeros:-1",
            "zeros:x",
            "digit",
        ] {
            assert!(workload(bad).is_err(), "{bad}");
        }
        assert_eq!(period("1000").unwrap(), 1000);
        assert!(period("999").is_err() && period("0").is_err() && period("x").is_err());
    }
}
