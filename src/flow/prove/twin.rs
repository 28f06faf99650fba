// SPDX-License-Identifier: MIT OR Apache-2.0
//! Twins: a block with one fault, for which its proof must fail. A proof that a faulty block passes, too, proves nothing.

use crate::config::{Code, Diagnostic, Report};

/// A fault in the text of a block: in the first line of a module that begins with `line`, `from` becomes `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Twin {
    /// What is wrong in the twin, for the table.
    pub(super) name: &'static str,
    /// End of the file's name.
    pub(super) file: &'static str,
    /// Beginning of the line, without blanks.
    pub(super) line: &'static str,
    /// Text in that line, and what it becomes.
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

impl Twin {
    /// The files with the fault.
    ///
    /// # Errors
    /// If nothing changes: then the twin no longer fits the block, and shows nothing.
    pub(super) fn apply(
        &self,
        files: &[(String, String)],
    ) -> Result<Vec<(String, String)>, Report> {
        let mut changed = 0;
        let mut faulty = Vec::new();
        for (name, text) in files {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if name.ends_with(self.file) {
                let hit = lines.iter_mut().find(|line| {
                    line.trim_start().starts_with(self.line) && line.contains(self.from)
                });
                if let Some(line) = hit {
                    *line = line.replacen(self.from, self.to, 1);
                    changed += 1;
                }
            }
            faulty.push((name.clone(), lines.join("\n") + "\n"));
        }
        if changed == 1 {
            return Ok(faulty);
        }
        let message = format!(
            "the twin `{}` changed {changed} places of `{}`, not one",
            self.name, self.file
        );
        Err(Diagnostic::new(Code::Internal, message).into())
    }
}
