// SPDX-License-Identifier: MIT OR Apache-2.0
//! One analysis: constraints and script are written, OpenSTA runs, its output becomes a result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use askama::Template;

use crate::config::{Code, Diagnostic, Report, visible};
use crate::emit::rendering;
use crate::flow::report::{Provenance, write_text};
use crate::flow::sta::{OpenSta, Sections, TimingInput};
use crate::flow::tools::Finished;
use crate::flow::words::{tcl_absolute, tcl_files};

use super::account::Account;
use super::result::{Energy, Power, PowerResult, RootClock, Row};
use super::split;
use super::table;

/// Least share of drivers with recorded activity.
pub(super) const LEAST_ANNOTATED: f64 = 0.95;

/// How far sums may be off: the tool prints seven digits.
const TOLERANCE: f64 = 1e-4;

#[derive(Template)]
#[template(path = "flow/power.tcl", escape = "none")]
struct Script<'a> {
    liberty: Vec<String>,
    netlist: String,
    top: &'a str,
    wire_load: Option<&'a str>,
    sdc: String,
    scope: &'a str,
    saif: String,
    /// Cells one by one, and which of their outputs have activity.
    cells: bool,
}

/// An analysis in a folder of its own.
#[derive(Debug)]
pub struct PowerAnalysis<'a> {
    /// The program, of a version that reads SAIF.
    pub tool: &'a OpenSta,
    /// Folder for script, constraints and log.
    pub folder: PathBuf,
    /// The activity.
    pub saif: &'a Path,
    /// What was computed meanwhile.
    pub account: &'a Account,
    /// Supply in V.
    pub volts: f64,
}

impl PowerAnalysis<'_> {
    /// Runs the analysis.
    ///
    /// # Errors
    /// If a file cannot be written, OpenSTA fails, its output is not understood, or too few pins have activity.
    pub fn run(&self, input: &TimingInput, provenance: Provenance) -> Result<PowerResult, Report> {
        let (sections, finished) = self.report(input, true)?;
        let annotated_share = annotated(&sections)?;
        let classes = classes_of(sections.text("cells"));
        let groups = table::groups(sections.text("design"));
        let leaves = table::instances(sections.text("leaves"));
        let parts = split::by_block(&leaves, &classes);
        let power = check(&parts, &groups)?;
        let account = self.account;
        let per_mvm = |watts| Energy::of(watts, account).map(|energy| energy.per_mvm_pj);
        let row = |name: &str, instances: u64, power: Power| Row {
            name: name.to_owned(),
            instances,
            power,
            total_w: power.total_w(),
            share: power.total_w() / self.positive(&parts),
            per_mvm_pj: per_mvm(power.total_w()),
            classes_w: BTreeMap::new(),
        };
        let whole = parts.get("").map(|part| part.classes.clone());
        let counted = |class: &str| classes.values().filter(|of| *of == class).count() as u64;
        let by_class = whole.unwrap_or_default();
        let by_class = by_class
            .iter()
            .map(|(class, power)| row(class, counted(class), *power))
            .collect();
        let mut blocks: Vec<Row> = parts
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, part)| Row {
                classes_w: part
                    .classes
                    .iter()
                    .map(|(class, power)| (class.clone(), power.total_w()))
                    .collect(),
                ..row(name, part.instances.len() as u64, part.total())
            })
            .collect();
        blocks.sort_by(|a, b| b.total_w.total_cmp(&a.total_w));
        let root_clock = self.root_clock(&sections, input)?;
        let root_clock = RootClock {
            per_mvm_pj: per_mvm(root_clock.power_w),
            ..root_clock
        };
        Ok(PowerResult {
            provenance,
            top: input.constraints.top().to_owned(),
            activity: account.clone(),
            annotated_share,
            volts: self.volts,
            wire_load: input.wire_load.clone(),
            power,
            total_w: power.total_w(),
            root_clock,
            energy: Energy::of(power.total_w() + root_clock.power_w, account),
            leakage_energy: Energy::of(power.leakage_w, account),
            classes: by_class,
            blocks,
            seconds: (finished.seconds * 100.0).round() / 100.0,
        })
    }

    /// Runs the script; with the list of all `cells`, which takes most of its time, or without.
    pub(super) fn report(
        &self,
        input: &TimingInput,
        cells: bool,
    ) -> Result<(Sections, Finished), Report> {
        let sdc = self.folder.join("constraints.sdc");
        let script = self.folder.join("power.tcl");
        write_text(&sdc, &input.constraints.to_sdc()?)?;
        let top = input.constraints.top();
        let text = Script {
            liberty: tcl_files(&input.liberty)?,
            netlist: tcl_absolute(&input.netlist)?,
            top,
            wire_load: input.wire_load.as_deref(),
            sdc: tcl_absolute(&sdc)?,
            scope: self.account.scope.as_deref().unwrap_or(top),
            saif: tcl_absolute(self.saif)?,
            cells,
        };
        write_text(&script, &text.render().map_err(rendering)?)?;
        let (output, finished) = self.tool.run(&self.folder, "power.tcl", &self.log())?;
        Ok((Sections::read(&output), finished))
    }

    /// The log of the tool.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("power.log")
    }

    /// The total, for shares; never 0.
    fn positive(&self, parts: &BTreeMap<String, split::Part>) -> f64 {
        parts
            .get("")
            .map_or(1.0, |part| part.total().total_w().max(f64::MIN_POSITIVE))
    }

    /// C V^2 f of the net that the clock port drives.
    pub(super) fn root_clock(
        &self,
        sections: &Sections,
        input: &TimingInput,
    ) -> Result<RootClock, Report> {
        let Some((pins, wires)) = table::net_capacitance(sections.text("clock_net")) else {
            return Err(not_understood(
                "the report of the clock net has no capacitance",
            ));
        };
        let unit = input.units.capacitance_ff;
        let (pins_ff, wires_ff) = (pins * unit, wires * unit);
        let farad = (pins_ff + wires_ff) * 1e-15;
        let hertz = 1e12 / self.account.period_ps as f64;
        Ok(RootClock {
            pins_ff,
            wires_ff,
            power_w: farad * self.volts * self.volts * hertz,
            per_mvm_pj: None,
        })
    }
}

/// Share of drivers with activity.
fn annotated(sections: &Sections) -> Result<f64, Report> {
    let drivers = sections.number("drivers")?;
    let silent = sections.number("silent")?;
    let share = if drivers > 0.0 {
        1.0 - silent / drivers
    } else {
        0.0
    };
    if share >= LEAST_ANNOTATED {
        return Ok(share);
    }
    let message = format!(
        "{:.1} % of the drivers of the netlist ({drivers} outputs of cells and inputs of the top) have recorded activity; {:.0} % are needed",
        share * 100.0,
        LEAST_ANNOTATED * 100.0
    );
    let mut diagnostic = Diagnostic::new(Code::ActivityTooThin, message);
    for pin in sections.all("silent_pin") {
        diagnostic = diagnostic.note(format!("without: {}", visible(pin)));
    }
    Err(diagnostic
        .help("record the activity on this very netlist: hcim-sim activity --netlist ...; its scope must be the top module")
        .into())
}

/// `clock u_array/u_gate`: class by instance.
fn classes_of(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(class, name)| (name.trim().to_owned(), class.to_owned()))
        .collect()
}

/// Checks that the cells' power adds up to the tool's totals, also by class.
fn check(
    parts: &BTreeMap<String, split::Part>,
    groups: &[(String, Power)],
) -> Result<Power, Report> {
    let Some((_, stated)) = groups.iter().find(|(name, _)| name == "Total") else {
        return Err(not_understood("the report has no line Total"));
    };
    let Some(whole) = parts.get("") else {
        return Err(not_understood("the report has no instances"));
    };
    let summed = whole.total();
    let least = stated.total_w().abs() * TOLERANCE;
    let near = |a: f64, b: f64| (a - b).abs() <= least;
    if !near(summed.total_w(), stated.total_w()) || !near(summed.leakage_w, stated.leakage_w) {
        let message = format!(
            "the cells' power adds up to {:e} W, but the total is {:e} W",
            summed.total_w(),
            stated.total_w()
        );
        return Err(not_understood(&message));
    }
    for (name, power) in groups.iter().filter(|(name, _)| name != "Total") {
        let class = name.to_ascii_lowercase();
        let own = whole.classes.get(&class).copied().unwrap_or_default();
        if matches!(class.as_str(), "clock" | "sequential" | "combinational")
            && !near(own.total_w(), power.total_w())
        {
            let message = format!(
                "cells of class {class} add up to {:e} W, but the tool's group has {:e} W",
                own.total_w(),
                power.total_w()
            );
            return Err(not_understood(&message));
        }
    }
    Ok(summed)
}

pub(super) fn not_understood(what: &str) -> Report {
    Diagnostic::new(Code::PowerReportSyntax, what)
        .help("a version of OpenSTA that hcim does not know? It is tried with 3.1")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_need_no_list_of_cells() {
        let script = |cells| {
            let script = Script {
                liberty: vec!["{cells.lib}".to_owned()],
                netlist: "{netlist.v}".to_owned(),
                top: "top",
                wire_load: None,
                sdc: "{constraints.sdc}".to_owned(),
                scope: "top",
                saif: "{a.saif}".to_owned(),
                cells,
            };
            script.render().unwrap()
        };
        let (whole, totals) = (script(true), script(false));
        for part in ["get_cells", "-instances", "-report_unannotated"] {
            assert!(whole.contains(part) && !totals.contains(part), "{part}");
        }
        for section in ["annotation", "design", "clock_net", "done"] {
            let line = format!("\nhcim_section {section}\n");
            assert!((totals.clone() + "\n").contains(&line), "{section}");
        }
        assert!(totals.contains("read_liberty {cells.lib}\nread_verilog {netlist.v}\n"));
    }
}
