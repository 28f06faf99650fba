// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report of a regression: one table, and for each failure how to repeat it.

use serde::Serialize;

use crate::simulate::Outcome;
use crate::table::{grouped, render};

/// What came of one unit.
#[derive(Debug, Serialize)]
pub struct UnitReport {
    /// Case.
    pub case: String,
    /// Top.
    pub top: String,
    /// Testbench.
    pub bench: String,
    /// Flags of `hcim` that generate it.
    pub generate: String,
    /// Digest of the netlist, where that was simulated.
    pub netlist_sha256: Option<String>,
    /// Words of the command line that name the design and flags of `hcim gen`, where it is not of the matrix.
    #[serde(skip)]
    pub design: Option<(String, String)>,
    /// Make target, its variable and the words that choose the unit, where it is not `make sim`.
    #[serde(skip)]
    pub target: Option<(&'static str, &'static str, String)>,
    /// Time for generating, compiling and linking.
    pub build_seconds: f64,
    /// Time for all simulations.
    pub run_seconds: f64,
    /// Results of all tests and seeds.
    pub outcomes: Vec<Outcome>,
    /// Waveforms written.
    pub waves: Vec<String>,
}

impl UnitReport {
    /// Whether any of its tests failed.
    pub fn failed(&self) -> bool {
        self.outcomes.iter().any(|outcome| !outcome.pass)
    }
}

/// A line of the table: a test of a configuration with all seeds that passed, or with one that failed.
#[derive(Debug)]
struct Line<'a> {
    test: &'a str,
    configuration: String,
    seeds: Vec<u64>,
    cycles: u64,
    checks: u64,
    pass: bool,
    measured: &'a str,
}

fn lines(reports: &[UnitReport]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for report in reports {
        let first = lines.len();
        for outcome in &report.outcomes {
            let same =
                |line: &&mut Line<'_>| line.test == outcome.test && line.pass && outcome.pass;
            if let Some(line) = lines[first..].iter_mut().find(same) {
                line.seeds.push(outcome.seed);
                line.cycles += outcome.cycles;
                line.checks += outcome.checks;
                continue;
            }
            lines.push(Line {
                test: &outcome.test,
                configuration: format!("{}/{}", report.case, report.top),
                seeds: vec![outcome.seed],
                cycles: outcome.cycles,
                checks: outcome.checks,
                pass: outcome.pass,
                measured: if outcome.pass { &outcome.message } else { "" },
            });
        }
    }
    lines
}

/// `1`, `1-20`, or `1,3`.
fn seed_range(seeds: &[u64]) -> String {
    match seeds {
        [first, .., last] if last - first + 1 == seeds.len() as u64 => format!("{first}-{last}"),
        _ => seeds
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(","),
    }
}

/// Prints the table and the failures; gives whether all passed.
pub fn print(reports: &[UnitReport], seconds: f64) -> bool {
    let lines = lines(reports);
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let result = if line.pass { "pass" } else { "FAIL" };
            vec![
                line.test.to_owned(),
                line.configuration.clone(),
                seed_range(&line.seeds),
                grouped(line.cycles),
                grouped(line.checks),
                result.to_owned(),
                line.measured.to_owned(),
            ]
        })
        .collect();
    let runs = |pass: bool| -> usize {
        lines
            .iter()
            .filter(|line| line.pass == pass)
            .map(|line| line.seeds.len())
            .sum()
    };
    let (passed, failed) = (runs(true), runs(false));
    let cycles = lines.iter().map(|line| line.cycles).sum();
    let checks = lines.iter().map(|line| line.checks).sum();
    let titles = [
        "test",
        "configuration",
        ">seeds",
        ">cycles",
        ">checks",
        "result",
        "measured",
    ];
    print!("{}", render(&titles, &rows));
    for report in reports.iter().filter(|report| report.failed()) {
        for outcome in report.outcomes.iter().filter(|outcome| !outcome.pass) {
            println!(
                "\nFAIL {} of {}/{}, seed {}",
                outcome.test, report.case, report.top, outcome.seed
            );
            println!("{}", indent(&outcome.message));
            println!("  repeat: {}", repeat(report, outcome));
        }
        for wave in &report.waves {
            println!("  waveform: {wave}");
        }
    }
    println!(
        "\n{} configurations, {} cycles, {} checks, {seconds:.0} s",
        reports.len(),
        grouped(cycles),
        grouped(checks)
    );
    println!("{passed} passed, {failed} failed");
    failed == 0
}

fn repeat(report: &UnitReport, outcome: &Outcome) -> String {
    let mut text = match &report.design {
        None => match &report.target {
            None => format!("make sim SIM='--filter {}/{}", report.case, report.top),
            Some((target, variable, words)) => format!("make {target} {variable}='{words}"),
        },
        Some((words, _)) => format!("make sim SIM='{words}"),
    };
    if outcome.test != "(build)" {
        if outcome.test != "*" {
            text += &format!(" --test {}", outcome.test);
        }
        text += &format!(" --seed {} --wave", outcome.seed);
    }
    if let Some((_, flags)) = &report.design
        && !flags.is_empty()
    {
        text += &format!(" -- {flags}");
    }
    text + "'"
}

/// The first lines, indented.
fn indent(text: &str) -> String {
    text.trim_end()
        .lines()
        .take(20)
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_seeds_share_a_line_and_failing_ones_do_not() {
        let outcome = |seed, pass| Outcome {
            test: "t".to_owned(),
            seed,
            cycles: 10,
            checks: 1,
            pass,
            timeout: false,
            message: String::new(),
        };
        let report = UnitReport {
            case: "c".to_owned(),
            top: "tile".to_owned(),
            bench: String::new(),
            generate: String::new(),
            netlist_sha256: None,
            design: None,
            target: None,
            build_seconds: 0.0,
            run_seconds: 0.0,
            outcomes: vec![
                outcome(1, true),
                outcome(2, false),
                outcome(3, true),
                outcome(4, false),
            ],
            waves: Vec::new(),
        };
        let reports = [report];
        let all = lines(&reports);
        let seeds: Vec<_> = all.iter().map(|line| seed_range(&line.seeds)).collect();
        assert_eq!(seeds, ["1,3", "2", "4"]);
        assert_eq!(all[0].cycles, 20);
    }
}
