// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a timing analysis found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report, visible};
use crate::flow::report::Provenance;

use super::path::Path;

/// Names that an error lists.
const LISTED: usize = 8;

/// Setup or hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Slack of the worst path in ns; absent if there is no path.
    pub worst_slack_ns: Option<f64>,
    /// Endpoints with negative slack.
    pub violations: u64,
    /// Sum of their slacks in ns.
    pub total_negative_slack_ns: f64,
}

/// What a timing analysis found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimingResult {
    /// Where the figures come from.
    pub provenance: Provenance,
    /// Top module.
    pub top: String,
    /// Period that was asked for, in ns.
    pub period_ns: f64,
    /// What the clock is taken for: `ideal` before a clock tree is built, `propagated` after.
    pub clock: String,
    /// Wire-load model, if one is in use.
    pub wire_load: Option<String>,
    /// Shortest period in ns at which no setup, recovery or clock-gating check fails, delays of ports
    /// being shares of it.
    pub shortest_period_ns: Option<f64>,
    /// 1000 / `shortest_period_ns`, in MHz.
    pub max_frequency_mhz: Option<f64>,
    /// The same without paths from inputs and to outputs.
    pub shortest_period_inside_ns: Option<f64>,
    /// 1000 / `shortest_period_inside_ns`, in MHz.
    pub max_frequency_inside_mhz: Option<f64>,
    /// Setup, recovery and clock-gating setup.
    pub setup: Side,
    /// Hold, removal and clock-gating hold.
    pub hold: Side,
    /// Worst path by kind; see `doc/timing.md`.
    pub paths: BTreeMap<String, Vec<Path>>,
    /// Endpoints without a constraint.
    pub unconstrained: Vec<String>,
    /// Endpoints that a constant holds still (scan enable of clock gates).
    pub held_by_constants: u64,
    /// Complaints of the tool about constraints.
    pub complaints: Vec<String>,
    /// Wall time of the analysis.
    pub seconds: f64,
}

impl TimingResult {
    /// Everything that is wrong with the timing; empty if nothing is.
    pub fn faults(&self) -> Report {
        let mut report = Report::default();
        let sides = [("setup", &self.setup), ("hold", &self.hold)];
        for (name, side) in sides {
            if side.violations == 0 {
                continue;
            }
            let worst = side.worst_slack_ns.unwrap_or(0.0);
            let message = format!(
                "{} of {} ends of paths violate {name} at a period of {} ns, the worst by {:.3} ns",
                side.violations, self.top, self.period_ns, -worst
            );
            let mut diagnostic = Diagnostic::new(Code::TimingViolated, message);
            if let Some(path) = self.paths.get(name).and_then(|paths| worst_of(paths)) {
                diagnostic = diagnostic
                    .note(format!("from {} ({})", path.startpoint, path.start_kind))
                    .note(format!("to {} ({})", path.endpoint, path.end_kind));
            }
            report.push(match (name, self.shortest_period_ns) {
                ("setup", Some(period)) => {
                    let period = (period * 1e3).ceil() / 1e3;
                    diagnostic.help(format!("give a longer period: --period-ns {period}"))
                }
                _ => diagnostic.help(
                    "the report names the path; hold is repaired in layout, or by delay in it",
                ),
            });
        }
        if !self.unconstrained.is_empty() {
            let message = format!(
                "{} ends of paths of {} have no constraint",
                self.unconstrained.len(),
                self.top
            );
            let mut diagnostic = Diagnostic::new(Code::Unconstrained, message);
            for name in self.unconstrained.iter().take(LISTED) {
                diagnostic = diagnostic.note(visible(name));
            }
            report.push(
                diagnostic
                    .help("a defect of hcim's constraints, or a netlist of another configuration"),
            );
        }
        report
    }
}

/// The path with the least slack.
pub(super) fn worst_of(paths: &[Path]) -> Option<&Path> {
    paths
        .iter()
        .min_by(|a, b| a.slack_ns.total_cmp(&b.slack_ns))
}
