// SPDX-License-Identifier: MIT OR Apache-2.0
//! The regression on gate-level netlists: synthesises the configurations of `testbenches/netlists.toml` and runs the
//! testbenches on what comes out.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::digest::{digest, is_fresh, mark_fresh};
use crate::matrix::{self, Tier};
use crate::model::Generated;
use crate::netlist::Netlist;
use crate::sim::{Plan, publish};
use crate::tools::{Tools, run};

/// Options of `hcim-sim netlists`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Which cases are run: smoke or default
    #[arg(long, value_enum, default_value = "default")]
    pub tier: Tier,
    /// Run only units whose CASE/TOP contains TEXT, whatever their tier
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Run only tests whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub test: Option<String>,
    /// Number of seeds of every case
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "seed")]
    pub seeds: u64,
    /// Run this seed alone
    #[arg(long, value_name = "X")]
    pub seed: Option<u64>,
    /// Write the waveform (FST) of each failing test
    #[arg(long)]
    pub wave: bool,
    /// PDK, as in `hcim synth`
    #[arg(long, value_name = "NAME|FILE.toml")]
    pub pdk: Option<String>,
    /// Folder that holds a folder per PDK, as in `hcim synth`
    #[arg(long, value_name = "DIR")]
    pub pdk_root: Option<PathBuf>,
    /// Pass with a note where no PDK is installed
    #[arg(long, conflicts_with = "pdk")]
    pub if_pdk: bool,
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

/// The generator's code for a PDK whose files are not there.
const NO_PDK: &str = "HC0403";

/// Runs it; `Ok(false)` when something failed.
pub fn netlists(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "netlists", options.generator.as_deref())?;
    let list = root.join("testbenches/netlists.toml");
    let units = matrix::simulated(&list, options.filter.as_deref(), options.tier)?;
    let flow = Flow {
        tools: &tools,
        pdk: pdk_args(options),
    };
    let cells = match flow.cells() {
        Err(message) if options.if_pdk && message.contains(NO_PDK) => {
            println!("no netlist was simulated, as there is no PDK:\n{message}");
            return Ok(true);
        }
        cells => cells?,
    };
    let seeds: Vec<u64> = match options.seed {
        Some(seed) => vec![seed],
        None => (1..=options.seeds.max(1)).collect(),
    };
    let plan = Plan {
        tools: &tools,
        jobs: options.jobs,
        test: options.test.as_deref(),
        wave: options.wave,
        seeds: &|_| seeds.clone(),
        netlist: Some(&|generated, folder| flow.netlist(generated, folder, &cells)),
    };
    let mut reports = plan.run(&units)?;
    for report in &mut reports {
        let words = format!("--filter {}/{}", report.case, report.top);
        report.target = Some(("sim-netlist", "NETLISTS", words));
    }
    let seconds = started.elapsed().as_secs_f64();
    publish(&reports, seconds, options.json, options.report.as_deref())
}

fn pdk_args(options: &Options) -> Vec<String> {
    let mut args = Vec::new();
    if let Some(pdk) = &options.pdk {
        args.extend(["--pdk".to_owned(), pdk.clone()]);
    }
    if let Some(folder) = &options.pdk_root {
        args.extend(["--pdk-root".to_owned(), folder.display().to_string()]);
    }
    args
}

/// The silicon flow, as far as it is needed here.
pub struct Flow<'a> {
    /// Where things are.
    pub tools: &'a Tools,
    /// Arguments that name the PDK.
    pub pdk: Vec<String>,
}

impl Flow<'_> {
    /// Models of the library's cells. Fails where there is no PDK, with the generator's own words.
    pub fn cells(&self) -> Result<PathBuf, String> {
        let file = self.tools.build.join("cells.v");
        run(Command::new(&self.tools.hcim)
            .arg("cells")
            .args(&self.pdk)
            .arg("--out")
            .arg(&file))?;
        Ok(file)
    }

    fn netlist(
        &self,
        generated: &Generated,
        folder: &Path,
        cells: &Path,
    ) -> Result<Netlist, String> {
        let copy = self.synthesise(generated, folder, cells)?;
        Netlist::prepare(&copy, &[cells.to_owned()], generated, folder)
    }

    /// Synthesises, unless configuration, generator and cells are what they were; gives the netlist in Verilog.
    pub fn synthesise(
        &self,
        generated: &Generated,
        folder: &Path,
        cells: &Path,
    ) -> Result<PathBuf, String> {
        let copy = folder.join("synthesised.v");
        let inputs = [
            self.tools.hcim.clone(),
            generated.config.clone(),
            cells.to_owned(),
        ];
        let inputs = digest(&[&self.pdk.join(" ")], &inputs)?;
        if !is_fresh(&copy, &inputs) {
            let output = run(Command::new(&self.tools.hcim)
                .arg("synth")
                .args(&self.pdk)
                .arg("--config")
                .arg(&generated.config)
                .arg("--build")
                .arg(folder.join("flow"))
                .arg("--reports")
                .arg(folder.join("reports"))
                .arg("--json"))?;
            let made = netlist_of(&output.stdout)?;
            std::fs::copy(&made, &copy).map_err(|e| format!("{}: {e}", made.display()))?;
            mark_fresh(&copy, &inputs)?;
        }
        Ok(copy)
    }
}

/// The netlist's path in what `hcim synth --json` prints.
fn netlist_of(json: &[u8]) -> Result<PathBuf, String> {
    let json: serde_json::Value =
        serde_json::from_slice(json).map_err(|e| format!("hcim synth --json: {e}"))?;
    json["netlist"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(|| "hcim synth --json names no netlist".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_where_the_netlist_is() {
        let found = netlist_of(br#"{"ok":true,"netlist":"a/b.v"}"#).unwrap();
        assert_eq!(found, Path::new("a/b.v"));
        assert!(netlist_of(b"{}").is_err() && netlist_of(b"no").is_err());
    }

    #[test]
    fn its_matrix_is_readable_and_has_a_quick_part() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../netlists.toml");
        let units = crate::matrix::read(&path).unwrap();
        let quick = units.iter().filter(|unit| unit.case.tier == Tier::Smoke);
        assert!((1..units.len()).contains(&quick.count()));
    }
}
