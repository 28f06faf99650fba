// SPDX-License-Identifier: MIT OR Apache-2.0
//! The comparison as Markdown.

use std::fmt::Write as _;

use super::result::{EquivResult, Verdict};

impl EquivResult {
    /// The report for people.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# Netlist of {} against its source\n\n", self.top);
        text += &self.provenance.to_markdown();
        text += "\n";
        text += &self.summary();
        text
    }

    /// The table, also for the terminal.
    pub fn summary(&self) -> String {
        let mut text = String::from(
            "| module | outcome | points proved | storage bits | seconds |\n|---|---|---|---|---|\n",
        );
        for module in &self.modules {
            let verdict = match module.verdict {
                Verdict::Proved => "proved",
                Verdict::NotFinished => "NOT FINISHED",
                Verdict::Refuted => "REFUTED",
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| `{}` | {verdict} | {} of {} | {} | {:.1} |",
                module.module, module.proved, module.points, module.storage_bits, module.seconds
            );
        }
        text
    }
}
