// SPDX-License-Identifier: MIT OR Apache-2.0
//! Timing of a routed netlist: OpenSTA with the routed parasitics.

use std::path::{Path, PathBuf};
use std::process::Command;

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report};
use crate::flow::pdk::Description;
use crate::flow::report::write_text;
use crate::flow::tools::{Run, Version, on_path};
use crate::flow::words::tcl_files;

/// Environment variable with the OpenSTA to use.
const VARIABLE: &str = "HCIM_STA";

/// Transition of the clock at its port, in ns.
const CLOCK_TRANSITION_NS: f64 = 0.1;

/// Post-route timing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoutedTiming {
    /// Clock period that was asked for, in ns.
    pub period_ns: f64,
    /// Worst setup slack in ns.
    pub setup_slack_ns: f64,
    /// Worst hold slack in ns.
    pub hold_slack_ns: f64,
    /// Smallest period without setup violation in ns, to 1 %.
    pub smallest_period_ns: f64,
}

impl RoutedTiming {
    /// What is late or early, in words; empty where all constraints are met.
    pub fn violations(&self) -> Vec<String> {
        let sides = [("setup", self.setup_slack_ns), ("hold", self.hold_slack_ns)];
        // A slack that is no number is not met either.
        let failing = sides
            .into_iter()
            .filter(|(_, slack)| slack.is_nan() || *slack < 0.0);
        failing
            .map(|(side, slack)| {
                format!(
                    "{side} fails by {:.3} ns at a period of {} ns",
                    -slack, self.period_ns
                )
            })
            .collect()
    }
}

#[derive(Template)]
#[template(path = "flow/routed_sta.tcl", escape = "none")]
struct Script<'a> {
    liberty: Vec<String>,
    top: &'a str,
    netlist: &'a str,
    spef: &'a str,
    period_ns: f64,
    uncertainty_ns: f64,
    hold_uncertainty_ns: f64,
    input_fraction: f64,
    output_fraction: f64,
    driving_cell: &'a str,
    driving_pin: &'a str,
    load_pf: f64,
    clock_transition_ns: f64,
}

/// OpenSTA on this machine: program and version.
///
/// # Errors
/// If there is none.
pub fn find() -> Result<(PathBuf, String), Report> {
    let given = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty());
    let program = given.as_deref().unwrap_or("sta");
    let missing = || {
        Diagnostic::new(
            Code::ToolMissing,
            format!("OpenSTA ({program}) is not installed"),
        )
        .help(format!(
            "apt-get install opensta, or name an OpenSTA in {VARIABLE}"
        ))
    };
    let path = on_path(program).ok_or_else(missing)?;
    let output = Command::new(&path).arg("-version").output();
    let text = output.map_err(|_| missing())?;
    let version = Version::find(&String::from_utf8_lossy(&text.stdout));
    let version = version.map_or_else(|| "unknown".to_owned(), |version| version.to_string());
    Ok((path, version))
}

/// Runs OpenSTA in `folder`, where `netlist` and `spef` are. Leaves `setup.rpt` and `hold.rpt`.
///
/// # Errors
/// If OpenSTA fails or does not answer.
pub fn run(
    program: &Path,
    description: &Description,
    liberty: &[PathBuf],
    top: &str,
    period_ns: f64,
    folder: &Path,
) -> Result<RoutedTiming, Report> {
    let script = Script {
        // OpenSTA runs in another folder.
        liberty: tcl_files(liberty)?,
        top,
        netlist: "routed.v",
        spef: "routed.spef",
        period_ns,
        uncertainty_ns: description.timing.clock_uncertainty_ns,
        hold_uncertainty_ns: description.timing.hold_uncertainty_ns,
        input_fraction: description.timing.input_delay_fraction,
        output_fraction: description.timing.output_delay_fraction,
        driving_cell: &description.cells.driving.cell,
        driving_pin: &description.cells.driving.out,
        load_pf: description.cells.load_ff * 1e-3,
        clock_transition_ns: CLOCK_TRANSITION_NS,
    };
    let text = script
        .render()
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
    write_text(&folder.join("sta.tcl"), &(text + "\n"))?;
    let mut command = Command::new(program);
    command
        .args(["-no_splash", "-exit", "sta.tcl"])
        .current_dir(folder);
    let log = folder.join("sta.log");
    Run {
        tool: "sta",
        command,
        log: &log,
    }
    .finish()?;
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    parse(&text, period_ns).map_err(|why| {
        Diagnostic::new(Code::ToolFailed, format!("OpenSTA: {why}"))
            .help(format!("the log is {}", log.display()))
            .into()
    })
}

/// Reads the lines `hcim: name value` and refuses a log with errors or parasitics that fit nothing.
fn parse(log: &str, period_ns: f64) -> Result<RoutedTiming, String> {
    let fault = log.lines().find(|line| {
        line.starts_with("Error") || (line.starts_with("Warning") && line.contains("spef"))
    });
    if let Some(fault) = fault {
        return Err(fault.to_owned());
    }
    let value = |name: &str| {
        let start = format!("hcim: {name} ");
        let line = log.lines().find_map(|line| line.strip_prefix(&start));
        let number = line.and_then(|text| text.trim().parse::<f64>().ok());
        number
            .filter(|number| number.is_finite())
            .ok_or(format!("the log tells no {name}"))
    };
    Ok(RoutedTiming {
        period_ns,
        setup_slack_ns: value("setup")?,
        hold_slack_ns: value("hold")?,
        smallest_period_ns: value("smallest_period")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_faults_are_not_passed_over() {
        let log = "hcim: setup 0.50\nhcim: hold -0.02\nhcim: smallest_period 5.1\n";
        let timing = parse(log, 6.0).expect("answers");
        assert_eq!((timing.setup_slack_ns, timing.hold_slack_ns), (0.5, -0.02));
        assert_eq!(
            timing.violations(),
            ["hold fails by 0.020 ns at a period of 6 ns"]
        );
        assert!(parse("hcim: setup 0.5\n", 6.0).is_err());
        assert!(
            parse(
                &format!("Warning: routed.spef line 3, net x not found.\n{log}"),
                6.0
            )
            .is_err()
        );
        assert!(parse(&format!("Error: no such cell\n{log}"), 6.0).is_err());
    }
}
