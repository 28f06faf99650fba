// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reader of OpenSTA's `report_checks -format full_clock_expanded`.

use serde::{Deserialize, Serialize};

/// One pin that a path comes through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Pin or port, with its instance path.
    pub pin: String,
    /// Cell, or `in`, `out` for ports.
    pub cell: String,
    /// Delay to this pin in ns.
    pub delay_ns: f64,
    /// Time of arrival in ns.
    pub arrival_ns: f64,
}

/// A timing path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// The tool's name of its group.
    pub group: String,
    /// Where it begins.
    pub startpoint: String,
    /// What that is (`rising edge-triggered flip-flop clocked by clk`).
    pub start_kind: String,
    /// Where it ends.
    pub endpoint: String,
    /// What that is.
    pub end_kind: String,
    /// Slack in ns; negative if violated.
    pub slack_ns: f64,
    /// Arrival at the end less arrival at the first pin, in ns.
    pub delay_ns: f64,
    /// The pins.
    pub points: Vec<Point>,
}

impl Path {
    /// Reads every path of a report; `unit_ns` is the report's unit of time.
    pub fn read_all(report: &str, unit_ns: f64) -> Vec<Path> {
        let starts: Vec<usize> = report
            .match_indices("Startpoint: ")
            .map(|(at, _)| at)
            .collect();
        let ends = starts.iter().skip(1).copied().chain([report.len()]);
        starts
            .iter()
            .zip(ends)
            .filter_map(|(start, end)| Self::read(&report[*start..end], unit_ns))
            .collect()
    }

    fn read(text: &str, unit_ns: f64) -> Option<Path> {
        let (startpoint, start_kind) = end_of_path(text, "Startpoint: ")?;
        let (endpoint, end_kind) = end_of_path(text, "Endpoint: ")?;
        let group = text
            .lines()
            .find_map(|line| line.strip_prefix("Path Group: "))?
            .trim()
            .to_owned();
        let slack = text.lines().find_map(|line| {
            let line = line.trim();
            let rest = line.split_once(" slack (").map(|(number, _)| number)?;
            rest.trim().parse::<f64>().ok()
        })?;
        // What follows the arrival is the way of the clock to the end.
        let way = text.split("data arrival time").next()?;
        let points: Vec<Point> = way
            .lines()
            .filter_map(|line| point(line, unit_ns))
            .collect();
        let delay_ns = match (points.first(), points.last()) {
            (Some(first), Some(last)) => last.arrival_ns - first.arrival_ns,
            _ => 0.0,
        };
        Some(Path {
            group,
            startpoint,
            start_kind,
            endpoint,
            end_kind,
            slack_ns: slack * unit_ns,
            delay_ns: rounded(delay_ns),
            points,
        })
    }

    /// Gates between the first and the last pin.
    pub fn stages(&self) -> usize {
        self.points.len().saturating_sub(2)
    }
}

/// Name and kind after `Startpoint: ` or `Endpoint: `; a long name puts the kind into the next line.
fn end_of_path(text: &str, label: &str) -> Option<(String, String)> {
    let at = text.find(label)? + label.len();
    let mut lines = text[at..].lines();
    let first = lines.next()?.trim();
    let (name, kind) = match first.split_once(" (") {
        Some((name, kind)) => (name, kind),
        None => (first, lines.next()?.trim().strip_prefix('(')?),
    };
    Some((
        name.trim().to_owned(),
        kind.trim_end_matches(')').to_owned(),
    ))
}

/// `  15.73    0.04    0.08    0.99 ^ u_column/_262_/Q (DLL_X1)`: the numbers before the edge end
/// with delay and time.
fn point(line: &str, unit_ns: f64) -> Option<Point> {
    let (numbers, pin) = line.split_once(" ^ ").or_else(|| line.split_once(" v "))?;
    let (pin, cell) = pin.trim().rsplit_once(" (")?;
    let mut numbers = numbers.split_whitespace().rev();
    let arrival: f64 = numbers.next()?.parse().ok()?;
    let delay: f64 = numbers.next()?.parse().ok()?;
    Some(Point {
        pin: pin.trim().to_owned(),
        cell: cell.trim_end_matches(')').to_owned(),
        delay_ns: rounded(delay * unit_ns),
        arrival_ns: rounded(arrival * unit_ns),
    })
}

/// To a hundredth of a picosecond: reports have fewer digits.
pub(super) fn rounded(ns: f64) -> f64 {
    (ns * 1e5).round() / 1e5
}
