// SPDX-License-Identifier: MIT OR Apache-2.0
//! What became of an input, as far as it tells one way through the code from another.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Display;
use std::hash::Hasher as _;

use hcim::config::Report;

/// A fingerprint of what became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome(u64);

impl Outcome {
    /// Something was made; `size` says roughly how much, in parts that matter.
    pub fn made(sizes: &[usize]) -> Self {
        let rough: Vec<u32> = sizes
            .iter()
            .map(|size| size.checked_ilog2().map_or(0, |log| log + 1))
            .collect();
        Self::of(&("made", rough))
    }

    /// An error of a reader. Numbers and quoted text are left out: they are the input's.
    pub fn refused(error: impl Display) -> Self {
        let text = error.to_string();
        let mut kind = String::new();
        for (index, part) in text.split(['`', '"']).enumerate() {
            if index % 2 == 0 {
                kind.extend(part.chars().filter(|c| !c.is_ascii_digit()).take(60));
            }
        }
        Self::of(&("refused", kind))
    }

    /// Diagnostics of hcim: their codes and keys.
    pub fn report(report: &Report) -> Self {
        let mut kinds: Vec<_> = report
            .diagnostics()
            .iter()
            .map(|one| (one.code.as_str(), &one.key))
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds.truncate(3);
        Self::of(&("report", kinds))
    }

    fn of(what: &impl std::hash::Hash) -> Self {
        // With fixed keys: the same in every run.
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Outcome(hasher.finish())
    }
}
