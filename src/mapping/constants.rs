// SPDX-License-Identifier: MIT OR Apache-2.0
//! The constant memory: multiplier and bias of each output, equal runs once.

/// Multiplier and bias.
pub(super) type Constant = (i16, i32);

/// Entries of the memory, filled from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    entries: Vec<Constant>,
}

impl Constants {
    /// First entry of these constants; a run that is there already is used again.
    pub fn base_of(&mut self, wanted: &[Constant]) -> usize {
        let found = self
            .entries
            .windows(wanted.len().max(1))
            .position(|run| run == wanted);
        found.unwrap_or_else(|| {
            self.entries.extend_from_slice(wanted);
            self.entries.len() - wanted.len()
        })
    }

    /// All entries.
    pub fn into_entries(self) -> Vec<Constant> {
        self.entries
    }
}
