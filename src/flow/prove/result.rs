// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the proofs gave.

use std::fmt::Write as _;

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, visible};
use crate::flow::report::ToolVersion;

/// Assertions that an error lists.
const SHOWN: usize = 8;

/// The outcome of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Holds for every input, for ever.
    Proved,
    /// There is a counterexample to the induction.
    Refuted,
    /// The time was over.
    NotFinished,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Proved => "proved",
            Verdict::Refuted => "refuted",
            Verdict::NotFinished => "not finished",
        }
    }
}

/// The block, or its twin with a fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The outcome.
    pub verdict: Verdict,
    /// Half of the induction that has a counterexample.
    pub half: Option<&'static str>,
    /// Assertions that do not hold there.
    pub evidence: Vec<String>,
}

/// One proof with its twin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// Name of the property.
    pub property: &'static str,
    /// The configuration in words.
    pub configuration: String,
    /// How it is proved.
    pub method: &'static str,
    /// Length of the induction, in phases of the clock.
    pub depth: usize,
    /// Assertions that were proved.
    pub assertions: usize,
    /// The block.
    pub block: Side,
    /// The fault of the twin.
    pub fault: &'static str,
    /// The twin: it must be refuted.
    pub twin: Side,
    /// Wall time of both, in seconds.
    pub seconds: f64,
}

impl Proof {
    /// The block is proved and its twin is not.
    pub fn is_good(&self) -> bool {
        self.block.verdict == Verdict::Proved && self.twin.verdict == Verdict::Refuted
    }
}

/// All proofs of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProofReport {
    /// Version of hcim.
    pub hcim: String,
    /// Command that makes the report again.
    pub command: String,
    /// Programs with their versions.
    pub tools: Vec<ToolVersion>,
    /// Wall time of the run in seconds.
    pub seconds: f64,
    /// The proofs.
    pub proofs: Vec<Proof>,
}

impl ProofReport {
    /// Errors for whatever is not proved, and for twins that passed.
    pub fn faults(&self) -> Report {
        let mut report = Report::default();
        for proof in self.proofs.iter().filter(|proof| !proof.is_good()) {
            let name = format!("{} of {}", proof.property, proof.configuration);
            if proof.block.verdict != Verdict::Proved {
                let message = format!("{name}: {}", proof.block.verdict.word());
                let mut one = Diagnostic::new(Code::NotProved, message);
                for line in proof.block.evidence.iter().take(SHOWN) {
                    one = one.note(visible(line));
                }
                report.push(one.help("the files are in the build folder; more time: --seconds N"));
            } else {
                let message = format!(
                    "{name}: the twin with the fault `{}` is {}",
                    proof.fault,
                    proof.twin.verdict.word()
                );
                let help =
                    "a proof that a faulty block passes shows nothing: mend property or twin";
                report.push(Diagnostic::new(Code::TwinNotRefuted, message).help(help));
            }
        }
        report
    }

    /// The table for people.
    pub fn table(&self) -> String {
        let mut text = String::from(
            "| property | configuration | method | depth | assertions | verdict | twin | seconds |\n|---|---|---|---|---|---|---|---|\n",
        );
        for proof in &self.proofs {
            let twin = match proof.twin.half {
                Some(half) => format!("{} ({}): {}", proof.twin.verdict.word(), half, proof.fault),
                None => format!("{}: {}", proof.twin.verdict.word(), proof.fault),
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {twin} | {:.1} |",
                proof.property,
                proof.configuration,
                proof.method,
                proof.depth,
                proof.assertions,
                proof.block.verdict.word(),
                proof.seconds,
            );
        }
        let good = self.proofs.iter().filter(|proof| proof.is_good()).count();
        let _ = writeln!(
            text,
            "\n{good} of {} proved, with their twins refuted, in {:.0} s",
            self.proofs.len(),
            self.seconds
        );
        text
    }

    /// The report for people.
    pub fn to_markdown(&self) -> String {
        let mut text = format!(
            "# Proofs\n\n- Command: `{}`\n- hcim {}\n",
            self.command, self.hcim
        );
        for tool in &self.tools {
            let _ = writeln!(text, "- {} {}", tool.name, tool.version);
        }
        text + "\n" + &self.table()
    }
}
