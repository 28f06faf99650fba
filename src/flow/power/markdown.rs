// SPDX-License-Identifier: MIT OR Apache-2.0
//! A power result as Markdown.

use std::fmt::Write as _;

use super::result::{PowerResult, Row};

impl PowerResult {
    /// The report for people.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# Power of {}\n\n", self.top);
        text += &self.provenance.to_markdown();
        text += "\n";
        text += &self.summary();
        text += "\nEnergies are in pJ per matrix-vector multiply, leakage included. A block holds the blocks below it.\n";
        text += "The net of the clock port is driven by no cell, so it is in no row of the tables by cell.\n";
        text += &table("By class of cell", &self.classes, false);
        text += &table("By block", &self.blocks, true);
        text
    }

    /// The table at the top, also for the terminal.
    pub fn summary(&self) -> String {
        let activity = &self.activity;
        let mut text = String::from("| | |\n|---|---|\n");
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| workload | {}, {} MVMs in {} cycles of {} ps, {:.1} % of the partial sums 0 |",
            activity.workload,
            activity.mvms,
            activity.cycles,
            activity.period_ps,
            activity.share_of_zeros * 100.0
        );
        let _ = writeln!(
            text,
            "| drivers with recorded activity | {:.2} % |",
            self.annotated_share * 100.0
        );
        let _ = writeln!(
            text,
            "| power of the cells | {:.3} mW dynamic, {:.3} mW leakage |",
            self.power.dynamic_w() * 1e3,
            self.power.leakage_w * 1e3
        );
        let _ = writeln!(
            text,
            "| net of the clock port | {:.3} mW ({:.0} fF pins, {:.0} fF wires, {} V) |",
            self.root_clock.power_w * 1e3,
            self.root_clock.pins_ff,
            self.root_clock.wires_ff,
            self.volts
        );
        if let (Some(energy), Some(leakage)) = (self.energy, self.leakage_energy) {
            let _ = writeln!(
                text,
                "| energy per MVM, clock net included | {:.2} pJ, of it leakage {:.2} pJ |",
                energy.per_mvm_pj, leakage.per_mvm_pj
            );
            let _ = writeln!(
                text,
                "| per accumulate | {:.4} pJ |",
                energy.per_accumulate_pj
            );
            let _ = writeln!(
                text,
                "| per nonzero accumulate | {:.4} pJ |",
                energy.per_nonzero_accumulate_pj
            );
        }
        text
    }
}

fn table(title: &str, rows: &[Row], classes: bool) -> String {
    let (head, line) = if classes {
        (
            " clock mW | sequential mW | combinational mW |",
            "---|---|---|",
        )
    } else {
        ("", "")
    };
    let mut text = format!(
        "\n## {title}\n\n| | instances | internal mW | switching mW | leakage mW | share | pJ per MVM |{head}\n|---|---|---|---|---|---|---|{line}\n"
    );
    for row in rows {
        let energy = row
            .per_mvm_pj
            .map_or(String::new(), |pj| format!("{pj:.2}"));
        let _ = write!(
            text,
            "| `{}` | {} | {:.3} | {:.3} | {:.3} | {:.1} % | {energy} |",
            row.name,
            row.instances,
            row.power.internal_w * 1e3,
            row.power.switching_w * 1e3,
            row.power.leakage_w * 1e3,
            row.share * 100.0
        );
        if classes {
            for class in ["clock", "sequential", "combinational"] {
                let watts = row.classes_w.get(class).copied().unwrap_or(0.0);
                let _ = write!(text, " {:.3} |", watts * 1e3);
            }
        }
        text.push('\n');
    }
    text
}
