// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a run of a host script has left.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

/// A command that did not go as it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Line of the script.
    pub line: u64,
    /// What was wrong.
    pub message: String,
}

/// `result.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Words that were read, by name.
    pub reads: BTreeMap<String, u32>,
    /// Clock cycles, by name.
    pub marks: BTreeMap<String, u64>,
    /// Clock cycles in all.
    pub cycles: u64,
    /// Beats of m_axis in `beats.bin`.
    pub beats: u64,
    /// Seed of power-up values and stalls.
    pub seed: u64,
    /// Percent of the cycles in which each side stalls.
    pub stalls: u32,
    /// What went wrong.
    pub failures: Vec<Failure>,
}

impl Outcome {
    /// Reads what the simulator wrote.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("outcome.txt");
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut outcome = Self::parse(&text)
            .ok_or_else(|| format!("{}: the simulation has no end", path.display()))?;
        let beats = folder.join("beats.bin");
        let size = std::fs::metadata(&beats).map_err(|e| format!("{}: {e}", beats.display()))?;
        outcome.beats = size.len() / 9;
        Ok(outcome)
    }

    /// `None` where the last line is missing.
    fn parse(text: &str) -> Option<Self> {
        let mut outcome = Self::default();
        let mut ended = false;
        for line in text.lines() {
            let (what, rest) = line.split_once(' ')?;
            let (first, value) = rest.split_once(' ').unwrap_or((rest, ""));
            match what {
                "read" => {
                    outcome.reads.insert(first.to_owned(), value.parse().ok()?);
                }
                "mark" => {
                    outcome.marks.insert(first.to_owned(), value.parse().ok()?);
                }
                "failure" => outcome.failures.push(Failure {
                    line: first.parse().ok()?,
                    message: value.to_owned(),
                }),
                "cycles" => {
                    outcome.cycles = first.parse().ok()?;
                    ended = true;
                }
                _ => return None,
            }
        }
        ended.then_some(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_all_kinds() {
        let text = "read id 7\nfailure 12 write of 0x20 is refused\nmark end 100\ncycles 120\n";
        let outcome = Outcome::parse(text).unwrap();
        assert_eq!((outcome.reads["id"], outcome.marks["end"]), (7, 100));
        assert_eq!(outcome.cycles, 120);
        let failure = &outcome.failures[0];
        assert_eq!(
            (failure.line, failure.message.as_str()),
            (12, "write of 0x20 is refused")
        );
        assert_eq!(Outcome::parse("read id 7\n"), None);
        assert_eq!(Outcome::parse("rubbish\ncycles 1\n"), None);
    }
}
