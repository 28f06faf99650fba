// SPDX-License-Identifier: MIT OR Apache-2.0
//! The result of a layout, as `result.json` and the report of record hold it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::flow::report::Provenance;

use super::qflow::StepTime;
use super::timing::RoutedTiming;

/// The result of place and route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayoutResult {
    /// Where the figures come from.
    pub provenance: Provenance,
    /// Flow that made it.
    pub flow: String,
    /// Top module.
    pub top: String,
    /// Columns of the array.
    pub columns: u32,
    /// Width and height of the die in um.
    pub die_um: [f64; 2],
    /// Area of the die in um2.
    pub die_um2: f64,
    /// Area of the cells of the netlist in um2, fillers not counted.
    pub cell_um2: f64,
    /// Share of the die that these cells take.
    pub utilisation: f64,
    /// Cells of the netlist.
    pub cells: usize,
    /// Fillers.
    pub fillers: usize,
    /// Nets of the netlist.
    pub nets: usize,
    /// Pins at the edge.
    pub pins: usize,
    /// Length of wires by layer in um.
    pub wire_um: BTreeMap<String, f64>,
    /// Vias by name.
    pub vias: BTreeMap<String, usize>,
    /// Violations of design rules.
    pub drc_violations: usize,
    /// Whether layout and netlist match.
    pub lvs_matches: bool,
    /// Capacitance of all wires in pF.
    pub wire_pf: f64,
    /// Timing with the routed wires.
    pub timing: RoutedTiming,
    /// Wall times; they differ from run to run.
    pub seconds: Vec<StepTime>,
}

/// What the checks and figures of this flow cover, and what not.
pub const COVERAGE: [&str; 5] = [
    "Rules are checked by magic on the cells' LEF views and the wires; LVS compares the wires with the \
     netlist of synthesis, cells as black boxes. The library that Debian carries has no layouts of its \
     cells, so that the GDS holds their LEF shapes, not transistors.",
    "There is no clock tree: qflow 1.3 has none. The clock is routed as any net, and timing sees its \
     wires (propagated clock); its edge at the port has a transition of 0.1 ns, whatever drives it.",
    "Wires: resistance of the router's tree; capacitance of area and both edges with the LEF's figures. \
     No coupling between wires, no resistance of vias; typical corner only.",
    "Setup slack and smallest period let latches lend time. Hold includes the ports, whose input delay \
     is the same for setup and hold.",
    "The supply is cell rails with stripes across; no analysis of voltage drop or antennas.",
];

impl LayoutResult {
    /// Length of all wires in um.
    pub fn wire_length_um(&self) -> f64 {
        self.wire_um.values().sum()
    }

    /// Number of all vias.
    pub fn via_count(&self) -> usize {
        self.vias.values().sum()
    }

    /// Whether rules hold and layout and netlist match.
    pub fn is_clean(&self) -> bool {
        self.drc_violations == 0 && self.lvs_matches
    }

    /// The report.
    pub fn to_markdown(&self) -> String {
        let timing = &self.timing;
        let lvs = if self.lvs_matches {
            "match"
        } else {
            "DO NOT MATCH"
        };
        let mut text = format!("# Layout of `{}` by {}\n\n", self.top, self.flow);
        text += "| figure | value |\n|---|---:|\n";
        let mut row = |name: &str, value: String| text += &format!("| {name} | {value} |\n");
        row(
            "violations of design rules",
            self.drc_violations.to_string(),
        );
        row("layout and netlist (LVS)", lvs.to_owned());
        row(
            "die",
            format!(
                "{:.1} x {:.1} um, {:.0} um2",
                self.die_um[0], self.die_um[1], self.die_um2
            ),
        );
        row(
            "cells",
            format!(
                "{} of {:.0} um2, and {} fillers",
                self.cells, self.cell_um2, self.fillers
            ),
        );
        row("utilisation", format!("{:.1} %", 100.0 * self.utilisation));
        row(
            "nets, pins at the edge",
            format!("{}, {}", self.nets, self.pins),
        );
        row(
            "wires",
            format!("{:.0} um, {:.2} pF", self.wire_length_um(), self.wire_pf),
        );
        row("vias", self.via_count().to_string());
        row(
            "clock period asked for",
            format!("{:.2} ns", timing.period_ns),
        );
        row(
            "worst setup slack",
            format!("{:.3} ns", timing.setup_slack_ns),
        );
        row(
            "worst hold slack",
            format!("{:.3} ns", timing.hold_slack_ns),
        );
        row(
            "smallest period, largest clock",
            format!(
                "{:.2} ns, {:.0} MHz",
                timing.smallest_period_ns,
                1e3 / timing.smallest_period_ns
            ),
        );
        text += "\n| layer | wires in um |\n|---|---:|\n";
        for (layer, um) in &self.wire_um {
            text += &format!("| {layer} | {um:.0} |\n");
        }
        text += "\n| step | seconds |\n|---|---:|\n";
        for time in &self.seconds {
            text += &format!("| {} | {:.1} |\n", time.step, time.seconds);
        }
        text += "\n## What is covered\n\n";
        for line in COVERAGE {
            text += &format!("- {line}\n");
        }
        text + "\n## Where the figures come from\n\n" + &self.provenance.to_markdown()
    }
}
