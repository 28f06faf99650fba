// SPDX-License-Identifier: MIT OR Apache-2.0
//! One analysis: constraints and script are written, OpenSTA runs, its output becomes a result.

use std::collections::BTreeMap;
use std::path::PathBuf;

use askama::Template;

use crate::config::Report;
use crate::emit::rendering;
use crate::flow::report::{Provenance, write_text};
use crate::flow::sdc::{CLOCK, Constraints, Units};
use crate::flow::words::{tcl_absolute, tcl_files};

use super::open_sta::OpenSta;
use super::path::{Path, rounded};
use super::result::{Side, TimingResult};
use super::sections::Sections;

/// Slack below this is a violation, in ns: reports are rounded, and latches that borrow have 0.
const LEAST_NS: f64 = -1e-5;

/// Sections with paths.
const KINDS: [&str; 10] = [
    "setup",
    "hold",
    "setup_input_to_register",
    "setup_register_to_register",
    "setup_register_to_output",
    "setup_input_to_output",
    "hold_latch_to_register",
    "setup_to_latch",
    "limit",
    "limit_inside",
];

/// What is analysed.
#[derive(Clone, Debug)]
pub struct TimingInput {
    /// Liberty files, those of macros among them.
    pub liberty: Vec<PathBuf>,
    /// Netlist in Verilog.
    pub netlist: PathBuf,
    /// Constraints.
    pub constraints: Constraints,
    /// Period in ns.
    pub period_ns: f64,
    /// Wire-load model of the Liberty.
    pub wire_load: Option<String>,
    /// Units of the first Liberty.
    pub units: Units,
    /// Delays of the clock network count (after a clock tree was built).
    pub propagated: bool,
}

#[derive(Template)]
#[template(path = "flow/sta.tcl", escape = "none")]
struct Script<'a> {
    liberty: Vec<String>,
    netlist: String,
    top: &'a str,
    wire_load: Option<&'a str>,
    sdc: String,
    propagated: bool,
    clock: &'a str,
    clocked: Vec<String>,
    inputs: String,
    outputs: String,
    launching: String,
    least: String,
    unit_seconds: String,
}

/// An analysis in a folder of its own.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// The program.
    pub tool: &'a OpenSta,
    /// Folder for script, constraints and log.
    pub folder: PathBuf,
}

impl Analysis<'_> {
    /// Runs the analysis.
    ///
    /// # Errors
    /// If a file cannot be written, OpenSTA fails, or its output is not understood.
    pub fn run(&self, input: &TimingInput, provenance: Provenance) -> Result<TimingResult, Report> {
        let sdc = self.folder.join("constraints.sdc");
        let script = self.folder.join("sta.tcl");
        write_text(&sdc, &input.constraints.to_sdc()?)?;
        write_text(&script, &self.script(input, &sdc)?)?;
        let log = self.folder.join("sta.log");
        let (output, finished) = self.tool.run(&self.folder, "sta.tcl", &log)?;
        let sections = Sections::read(&output);
        result(input, &sections, provenance, finished.seconds)
    }

    fn script(&self, input: &TimingInput, sdc: &std::path::Path) -> Result<String, Report> {
        let ports = &input.constraints;
        let script = Script {
            liberty: tcl_files(&input.liberty)?,
            netlist: tcl_absolute(&input.netlist)?,
            top: input.constraints.top(),
            wire_load: input.wire_load.as_deref(),
            sdc: tcl_absolute(sdc)?,
            propagated: input.propagated,
            clock: CLOCK,
            clocked: ports.clocked_lines(),
            inputs: ports.inputs().join(" "),
            outputs: ports.outputs().join(" "),
            launching: ports.launching().join(" "),
            least: format!("{:e}", LEAST_NS / input.units.time_ns),
            unit_seconds: format!("{:e}", input.units.time_ns * 1e-9),
        };
        script.render().map_err(rendering)
    }
}

/// The output of the script as a result.
pub(super) fn result(
    input: &TimingInput,
    sections: &Sections,
    provenance: Provenance,
    seconds: f64,
) -> Result<TimingResult, Report> {
    let unit = input.units.time_ns;
    let side = |which: &str| -> Result<Side, Report> {
        let worst = sections.number(&format!("worst_{which}"))?;
        Ok(Side {
            // 1e9 stands for no path at all.
            worst_slack_ns: (worst < 1e8).then(|| rounded(worst * unit)),
            violations: sections.number(&format!("violations_{which}"))? as u64,
            total_negative_slack_ns: rounded(
                sections.number(&format!("total_negative_slack_{which}"))? * unit,
            ),
        })
    };
    let period = |name: &str| {
        let period = sections.optional(name)?;
        (period > 0.0).then(|| rounded(period * unit))
    };
    let shortest = period("shortest");
    let inside = period("shortest_inside");
    let mut paths = BTreeMap::new();
    for kind in KINDS {
        let found = Path::read_all(sections.text(kind), unit);
        if !found.is_empty() {
            paths.insert(kind.to_owned(), found);
        }
    }
    let mhz = |period: f64| (1e4 / period).round() / 10.0;
    Ok(TimingResult {
        provenance,
        top: input.constraints.top().to_owned(),
        period_ns: input.period_ns,
        clock: if input.propagated {
            "propagated"
        } else {
            "ideal"
        }
        .to_owned(),
        wire_load: input.wire_load.clone(),
        shortest_period_ns: shortest,
        max_frequency_mhz: shortest.map(mhz),
        shortest_period_inside_ns: inside,
        max_frequency_inside_mhz: inside.map(mhz),
        setup: side("max")?,
        hold: side("min")?,
        paths,
        unconstrained: sections.all("unconstrained").to_vec(),
        held_by_constants: sections.all("held").len() as u64,
        complaints: complaints(sections.text("check_setup")),
        seconds: (seconds * 100.0).round() / 100.0,
    })
}

/// Warnings of `check_setup`, but for unconstrained endpoints, which have a list of their own.
fn complaints(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with("Warning") && !line.contains("unconstrained endpoint"))
        .map(|line| line.trim_start_matches("Warning:").trim().to_owned())
        .collect()
}
