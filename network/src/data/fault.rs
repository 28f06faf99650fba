// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with the files of a dataset.

use std::fmt;

/// The stable code of a [`DataError`]: `HN02xx`. A code is never reused for another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataErrorCode {
    /// No folder is given for a dataset that is not shipped.
    NoFolder,
    /// A file is missing.
    Missing,
    /// A file cannot be read.
    Unreadable,
    /// A file starts with other bytes than its kind does.
    WrongMagic,
    /// A file, or a line of it, is too short or too long, or sizes contradict each other.
    WrongSize,
    /// A label is outside the classes.
    BadLabel,
    /// A pixel is no number, or outside its range.
    BadPixel,
}

impl DataErrorCode {
    /// The code as it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoFolder => "HN0201",
            Self::Missing => "HN0202",
            Self::Unreadable => "HN0203",
            Self::WrongMagic => "HN0204",
            Self::WrongSize => "HN0205",
            Self::BadLabel => "HN0206",
            Self::BadPixel => "HN0207",
        }
    }
}

/// A dataset that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    /// Its stable code.
    pub code: DataErrorCode,
    /// What is wrong, with the file and the value.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl DataError {
    pub(super) fn new(code: DataErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DataError {}
