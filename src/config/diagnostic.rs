// SPDX-License-Identifier: MIT OR Apache-2.0
//! Diagnostics: what is wrong, where it came from, what would be legal, and the way out.

use std::fmt;

use serde::Serialize;

use super::codes::Code;

/// Whether a diagnostic stops the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Worth knowing; the work goes on.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line, by its name with dashes.
    Flag(String),
    /// A configuration file, with the place inside it (1-based line and column) where known.
    File {
        /// The file as the user named it.
        path: String,
        /// Line and column, both counted from 1.
        at: Option<(usize, usize)>,
    },
    /// A named preset.
    Preset(String),
    /// A call of the library.
    Call,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(flag) => write!(f, "{flag}"),
            Origin::File {
                path,
                at: Some((line, column)),
            } => {
                write!(f, "{}:{line}:{column}", visible(path))
            }
            Origin::File { path, at: None } => write!(f, "{}", visible(path)),
            Origin::Preset(name) => write!(f, "preset {name}"),
            Origin::Call => write!(f, "library call"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One finding about the user's input or the user's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether it stops the work.
    pub severity: Severity,
    /// Its stable code.
    pub code: Code,
    /// What is wrong, with the offending value and the legal range.
    pub message: String,
    /// The configuration key, if one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The offending value, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The legal values, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal: Option<String>,
    /// Where the value came from.
    #[serde(rename = "from", skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Further facts, one a line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with the severity that belongs to its code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: code.severity(),
            code,
            message: message.into(),
            key: None,
            value: None,
            legal: None,
            origin: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// Adds the configuration key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Adds the offending value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds the legal values.
    #[must_use]
    pub fn legal(mut self, legal: impl Into<String>) -> Self {
        self.legal = Some(legal.into());
        self
    }

    /// Adds where the value came from, if that is known.
    #[must_use]
    pub fn from(mut self, origin: Option<Origin>) -> Self {
        self.origin = origin;
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        if let Some(origin) = &self.origin {
            write!(f, "\n  from: {origin}")?;
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// Every diagnostic of one step, errors and warnings, in the order of finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Report {
    list: Vec<Diagnostic>,
}

impl Report {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Whether a file has so many faults that more are of no use. To place each of them takes time, too.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= FAULTS_OF_A_FILE
    }

    /// Says that `path` has more faults than are listed.
    pub(super) fn push_more(&mut self, code: Code, path: &str, more: usize) {
        let message = format!("{} has {more} more faults like these", visible(path));
        self.push(
            Diagnostic::new(code, message)
                .help("is it a configuration file? `hcim schema` describes one"),
        );
    }

    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Number of errors.
    pub fn errors(&self) -> usize {
        self.list
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .count()
    }

    /// The diagnostics.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Appends the diagnostics of a later step.
    pub fn extend(&mut self, other: Report) {
        self.list.extend(other.list);
    }
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        Report {
            list: vec![diagnostic],
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Faults of a file that are listed.
const FAULTS_OF_A_FILE: usize = 50;

/// User text made safe to print: control characters escaped, long text cut.
pub fn visible(text: &str) -> String {
    const LIMIT: usize = 100;
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LIMIT {
            shown.push_str("...");
            break;
        }
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// User text in back quotes, safe to print.
pub fn quoted(text: &str) -> String {
    format!("`{}`", visible(text))
}

/// Characters that change how the text around them is shown.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_made_visible() {
        assert_eq!(quoted("a\u{1b}[31mb\u{202e}"), "`a\\u{1b}[31mb\\u{202e}`");
        assert_eq!(visible(&"x".repeat(200)).len(), 103);
    }
}
