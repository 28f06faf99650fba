// SPDX-License-Identifier: MIT OR Apache-2.0
//! Readers of OpenSTA's power reports.

use serde::{Deserialize, Serialize};

/// Power in W.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Inside cells.
    pub internal_w: f64,
    /// Of the nets that cells drive.
    pub switching_w: f64,
    /// Leakage.
    pub leakage_w: f64,
}

impl Power {
    /// Internal and switching.
    pub fn dynamic_w(&self) -> f64 {
        self.internal_w + self.switching_w
    }

    /// All of it.
    pub fn total_w(&self) -> f64 {
        self.dynamic_w() + self.leakage_w
    }

    /// Adds another.
    pub fn add(&mut self, other: &Power) {
        self.internal_w += other.internal_w;
        self.switching_w += other.switching_w;
        self.leakage_w += other.leakage_w;
    }
}

/// The groups of `report_power`: (name, power), the last is `Total`.
pub(super) fn groups(text: &str) -> Vec<(String, Power)> {
    text.lines().filter_map(group).collect()
}

/// `Sequential   6.341590e-03 6.959694e-04 2.918612e-04 7.329421e-03  26.9%`
fn group(line: &str) -> Option<(String, Power)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    Some((name.to_owned(), power(&mut words)?))
}

/// The rows of `report_power -instances`: (instance, power).
pub(super) fn instances(text: &str) -> Vec<(String, Power)> {
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let power = power(&mut words)?;
        let _total: f64 = words.next()?.parse().ok()?;
        Some((words.next()?.to_owned(), power))
    };
    text.lines().filter_map(row).collect()
}

/// Internal, switching, leakage.
fn power<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Power> {
    let mut next = || words.next()?.parse::<f64>().ok();
    Some(Power {
        internal_w: next()?,
        switching_w: next()?,
        leakage_w: next()?,
    })
}

/// The capacitance of a net by `report_net`, in units of the report: pins, wire. Of a range the upper end.
pub(super) fn net_capacitance(text: &str) -> Option<(f64, f64)> {
    let value = |label: &str| {
        let rest = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))?
            .trim();
        let (low, high) = rest.split_once('-').unwrap_or((rest, rest));
        let low: f64 = low.trim().parse().ok()?;
        let high: f64 = high.trim().parse().ok()?;
        Some(low.max(high))
    };
    Some((
        value("Pin capacitance:")?,
        value("Wire capacitance:").unwrap_or(0.0),
    ))
}
