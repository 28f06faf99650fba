// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the comparison found.

use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report, visible};
use crate::flow::report::Provenance;

/// Lines of evidence that an error shows.
const SHOWN: usize = 6;

/// The outcome for a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Source and netlist do the same.
    Proved,
    /// The time limit was reached.
    NotFinished,
    /// They differ.
    Refuted,
}

/// One module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModuleResult {
    /// Its name.
    pub module: String,
    /// The outcome.
    pub verdict: Verdict,
    /// Outputs of the module, and inputs of its storage bits and instances, that were compared.
    pub points: u64,
    /// Of these, proved.
    pub proved: u64,
    /// Storage bits that were matched by name.
    pub storage_bits: u64,
    /// What differs, or has no counterpart.
    pub evidence: Vec<String>,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// All modules of a netlist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquivResult {
    /// Where it comes from.
    pub provenance: Provenance,
    /// Top module.
    pub top: String,
    /// The modules, children before parents.
    pub modules: Vec<ModuleResult>,
}

impl EquivResult {
    /// Errors for refuted modules, warnings for those that did not finish.
    pub fn faults(&self) -> Report {
        let mut report = Report::default();
        for module in &self.modules {
            let (code, what, help) = match module.verdict {
                Verdict::Proved => continue,
                Verdict::NotFinished => (
                    Code::EquivalenceNotFinished,
                    "was not compared to the end",
                    "give more time: --seconds N; gate-level simulation covers it meanwhile",
                ),
                Verdict::Refuted => (
                    Code::NotEquivalent,
                    "does not do in the netlist what its source does",
                    "is the netlist of this configuration and version? Make it again with `hcim synth`",
                ),
            };
            let message = format!("module {} {what}", module.module);
            let mut diagnostic = Diagnostic::new(code, message);
            for line in module.evidence.iter().take(SHOWN) {
                diagnostic = diagnostic.note(visible(line));
            }
            report.push(diagnostic.help(help));
        }
        report
    }
}
