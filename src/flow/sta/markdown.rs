// SPDX-License-Identifier: MIT OR Apache-2.0
//! A timing result as Markdown.

use std::fmt::Write as _;

use super::path::Path;
use super::result::{Side, TimingResult, worst_of};

impl TimingResult {
    /// The report for people.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# Timing of {}\n\n", self.top);
        text += &self.provenance.to_markdown();
        let wires = self.wire_load.as_deref().unwrap_or("none");
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "- Period {} ns, clock {}, wire-load model {wires}\n",
            self.period_ns, self.clock
        );
        text += &self.summary();
        text += "\n## Paths\n\n| kind | group | slack ns | delay ns | gates | from | to |\n|---|---|---|---|---|---|---|\n";
        for (kind, paths) in &self.paths {
            for path in paths {
                text += &row(kind, path);
            }
        }
        for kind in ["limit_inside", "hold_latch_to_register"] {
            let Some(path) = self.paths.get(kind).and_then(|paths| worst_of(paths)) else {
                continue;
            };
            let _ = writeln!(
                text,
                "\n## Pin by pin: {kind}\n\n| pin | cell | delay ns | time ns |\n|---|---|---|---|"
            );
            for point in &path.points {
                let _ = writeln!(
                    text,
                    "| `{}` | {} | {:.3} | {:.3} |",
                    point.pin, point.cell, point.delay_ns, point.arrival_ns
                );
            }
        }
        text
    }

    /// The table at the top, also for the terminal.
    pub fn summary(&self) -> String {
        let mut text = String::from("| | |\n|---|---|\n");
        let frequency = |period: Option<f64>, mhz: Option<f64>| match (period, mhz) {
            (Some(period), Some(mhz)) => format!("{mhz:.1} MHz ({period:.3} ns)"),
            _ => "no path limits it".to_owned(),
        };
        let all = frequency(self.shortest_period_ns, self.max_frequency_mhz);
        let inside = frequency(
            self.shortest_period_inside_ns,
            self.max_frequency_inside_mhz,
        );
        let _ = writeln!(text, "| highest clock frequency | {all} |");
        let _ = writeln!(text, "| the same between registers | {inside} |");
        let _ = writeln!(text, "| setup | {} |", side(&self.setup));
        let _ = writeln!(text, "| hold | {} |", side(&self.hold));
        if let Some(path) = self
            .paths
            .get("hold_latch_to_register")
            .and_then(|paths| worst_of(paths))
        {
            let _ = writeln!(
                text,
                "| hold from a latch row to what samples it | slack {:.3} ns, `{}` to `{}` |",
                path.slack_ns, path.startpoint, path.endpoint
            );
        }
        let _ = writeln!(
            text,
            "| ends without a constraint | {} ({} more are held by test_en_i = 0) |",
            self.unconstrained.len(),
            self.held_by_constants
        );
        let clean = if self.complaints.is_empty() {
            "clean".to_owned()
        } else {
            self.complaints.join("; ")
        };
        let _ = writeln!(text, "| check_setup | {clean} |");
        text
    }
}

fn side(side: &Side) -> String {
    match side.worst_slack_ns {
        None => "no path".to_owned(),
        Some(slack) if side.violations == 0 => format!("met, worst slack {slack:.3} ns"),
        Some(slack) => format!(
            "VIOLATED at {} ends, worst slack {slack:.3} ns, sum {:.3} ns",
            side.violations, side.total_negative_slack_ns
        ),
    }
}

fn row(kind: &str, path: &Path) -> String {
    format!(
        "| {kind} | {} | {:.3} | {:.3} | {} | `{}` ({}) | `{}` ({}) |\n",
        path.group.trim_matches('*'),
        path.slack_ns,
        path.delay_ns,
        path.stages(),
        path.startpoint,
        path.start_kind,
        path.endpoint,
        path.end_kind
    )
}
