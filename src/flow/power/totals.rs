// SPDX-License-Identifier: MIT OR Apache-2.0
//! The totals of a power analysis alone, for comparisons of many designs: the same figures as the
//! whole analysis gives, without the list of all cells, which takes most of its time.

use crate::config::{Code, Diagnostic, Report};
use crate::flow::sta::TimingInput;

use super::analysis::{LEAST_ANNOTATED, PowerAnalysis, not_understood};
use super::table::{self, Power};

/// Power by class of cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerTotals {
    /// Cells on the clock network.
    pub clock: Power,
    /// Flip-flops and latches.
    pub sequential: Power,
    /// The rest.
    pub combinational: Power,
    /// Everything.
    pub total: Power,
    /// The net that the clock port drives, which is in none of the above, in W.
    pub root_clock_w: f64,
}

impl PowerAnalysis<'_> {
    /// Runs the analysis of a netlist of `cells` cells for its totals.
    ///
    /// # Errors
    /// If a file cannot be written, OpenSTA fails, its output is not understood, or fewer pins have activity than 95 % of
    /// the number of cells.
    pub fn totals(&self, input: &TimingInput, cells: u64) -> Result<PowerTotals, Report> {
        let (sections, _) = self.report(input, false)?;
        let annotated = annotated(sections.text("annotation"));
        if (annotated as f64) < LEAST_ANNOTATED * cells as f64 {
            let top = input.constraints.top();
            let message =
                format!("{annotated} pins of {top} have recorded activity; it has {cells} cells");
            return Err(Diagnostic::new(Code::ActivityTooThin, message)
                .help(format!("the whole log is in {}", self.log().display()))
                .into());
        }
        let root_clock = self.root_clock(&sections, input)?;
        totals(sections.text("design"), root_clock.power_w)
    }
}

fn totals(text: &str, root_clock_w: f64) -> Result<PowerTotals, Report> {
    let groups = table::groups(text);
    let find = |wanted: &str| {
        let found = groups.iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, power)| *power)
            .ok_or_else(|| not_understood(&format!("the report has no line {wanted}")))
    };
    Ok(PowerTotals {
        clock: find("Clock")?,
        sequential: find("Sequential")?,
        combinational: find("Combinational")?,
        total: find("Total")?,
        root_clock_w,
    })
}

/// Pins with activity: the line `saif 35919`.
fn annotated(text: &str) -> u64 {
    let count = |line: &str| line.trim().strip_prefix("saif")?.trim().parse().ok();
    text.lines().find_map(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_annotation_are_read() {
        assert_eq!(annotated("saif        35919\nunannotated 68255\n"), 35919);
        assert_eq!(annotated("unannotated 68255\n"), 0);
        let report = "Sequential 4.0e-03 8.0e-04 4.0e-04 5.2e-03 28.9%\nCombinational 5.0e-03 6.0e-03 6.0e-04 1.16e-02 60.0%\n\
            Clock 1.0e-03 9.0e-04 1.0e-05 1.91e-03 11.1%\nTotal 1.0e-02 7.7e-03 1.01e-03 1.871e-02 100.0%\n";
        let found = totals(report, 0.5).unwrap();
        assert_eq!(found.clock.internal_w, 0.001);
        assert_eq!((found.total.leakage_w, found.root_clock_w), (0.00101, 0.5));
        assert!(totals(&report.replace("Clock", "Klock"), 0.5).is_err());
    }
}
