// SPDX-License-Identifier: MIT OR Apache-2.0
//! The output of our OpenSTA scripts: sections, and facts in them.

use std::collections::BTreeMap;

use crate::config::{Code, Diagnostic, Report, quoted};

/// What begins a section.
const SECTION: &str = "=== hcim ";
/// What begins a fact.
const FACT: &str = "hcim-fact ";

/// The output of a script.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    texts: BTreeMap<String, String>,
    facts: BTreeMap<String, Vec<String>>,
}

impl Sections {
    /// Takes the output of a script apart.
    pub fn read(output: &str) -> Sections {
        let mut sections = Sections::default();
        let mut current = None;
        for line in output.lines() {
            if let Some(name) = line.strip_prefix(SECTION) {
                current = Some(name.trim().to_owned());
            } else if let Some(fact) = line.strip_prefix(FACT) {
                let (name, value) = fact.split_once(' ').unwrap_or((fact, ""));
                let values = sections.facts.entry(name.to_owned()).or_default();
                values.push(value.trim().to_owned());
            } else if let Some(name) = &current {
                let text = sections.texts.entry(name.clone()).or_default();
                text.push_str(line);
                text.push('\n');
            }
        }
        sections
    }

    /// The text of a section; nothing if it is not there or empty.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Every value of a fact.
    pub fn all(&self, name: &str) -> &[String] {
        self.facts.get(name).map_or(&[], Vec::as_slice)
    }

    /// A number.
    ///
    /// # Errors
    /// If it is not there, or no number.
    pub fn number(&self, name: &str) -> Result<f64, Report> {
        let value = self.all(name).first();
        match value.map(|text| text.parse::<f64>()) {
            Some(Ok(number)) if number.is_finite() => Ok(number),
            _ => {
                let found = value.map_or("nothing".to_owned(), |text| quoted(text));
                let message = format!("the output of OpenSTA gives {found} for {name}");
                Err(Diagnostic::new(Code::TimingReportSyntax, message)
                    .help("a version that hcim does not know? It is tried with 2.0 and 3.1")
                    .into())
            }
        }
    }

    /// A number if it is there.
    pub fn optional(&self, name: &str) -> Option<f64> {
        self.number(name).ok()
    }
}
