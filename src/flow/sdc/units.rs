// SPDX-License-Identifier: MIT OR Apache-2.0
//! Units of a Liberty file: constraints are written in them.

use crate::config::{Code, Diagnostic, Report, visible};

/// What a Liberty file counts in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// The unit of time in ns.
    pub time_ns: f64,
    /// The unit of capacitance in fF.
    pub capacitance_ff: f64,
}

impl Units {
    /// The units that a Liberty file states. Liberty's own defaults are 1 ns and 1 pF.
    ///
    /// # Errors
    /// A unit that is not understood.
    pub fn of_liberty(text: &str) -> Result<Units, Report> {
        // Units stand before the first cell.
        let head = text.find("cell (").or_else(|| text.find("cell("));
        let head = &text[..head.unwrap_or(text.len())];
        let time = attribute(head, "time_unit").unwrap_or("1ns");
        let capacitance = attribute(head, "capacitive_load_unit").unwrap_or("1,pf");
        let time_ns = scaled(
            time,
            &[("fs", 1e-6), ("ps", 1e-3), ("ns", 1.0), ("us", 1e3)],
        );
        let capacitance_ff = scaled(capacitance, &[("ff", 1.0), ("pf", 1e3), ("nf", 1e6)]);
        match (time_ns, capacitance_ff) {
            (Some(time_ns), Some(capacitance_ff)) => Ok(Units {
                time_ns,
                capacitance_ff,
            }),
            _ => {
                let message = format!(
                    "units of the Liberty are not understood: time {}, capacitance {}",
                    visible(time),
                    visible(capacitance)
                );
                Err(Diagnostic::new(Code::LibertySyntax, message)
                    .help("expected are a time_unit such as \"1ns\" and a capacitive_load_unit such as (1,ff)")
                    .into())
            }
        }
    }

    /// A time in ns as text in these units.
    pub fn time(&self, ns: f64) -> String {
        number(ns / self.time_ns)
    }

    /// A capacitance in fF as text in these units.
    pub fn capacitance(&self, ff: f64) -> String {
        number(ff / self.capacitance_ff)
    }
}

/// A number without needless digits.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// The value of `name : value ;` or `name (value) ;`, without quotes.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let after = text
        .match_indices(name)
        .map(|(at, _)| text[at + name.len()..].trim_start())
        .find(|rest| rest.starts_with([':', '(']))?;
    let value = after[1..].split([';', ')', '\n']).next()?;
    Some(value.trim().trim_matches('"').trim())
}

/// `1ns`, `1,ff`, `0.1 , pf`: number times unit.
fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.replace(['"', ',', ' '], "").to_ascii_lowercase();
    let (name, factor) = units.iter().find(|(name, _)| text.ends_with(name))?;
    let number: f64 = text.strip_suffix(name)?.parse().ok()?;
    (number > 0.0).then_some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_as_libraries_state_them() {
        let nangate =
            "library (x) {\n time_unit : \"1ns\";\n capacitive_load_unit (1,ff);\n cell (A) {";
        let units = Units::of_liberty(nangate).unwrap();
        assert_eq!((units.time_ns, units.capacitance_ff), (1.0, 1.0));
        let sky130 = "time_unit : \"1ns\";\n capacitive_load_unit(1.0000000000, \"pf\");";
        assert_eq!(
            Units::of_liberty(sky130).unwrap().capacitance(3.9),
            "0.0039"
        );
        let asap7 = "time_unit : \"1ps\" ; capacitive_load_unit (1,ff);";
        assert_eq!(Units::of_liberty(asap7).unwrap().time(0.25), "250");
        assert_eq!(Units::of_liberty("").unwrap().capacitance_ff, 1000.0);
        assert!(Units::of_liberty("time_unit : \"1parsec\";").is_err());
    }
}
