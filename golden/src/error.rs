// SPDX-License-Identifier: MIT OR Apache-2.0
//! One error type: what kind of thing went wrong, and a sentence for a person.

use std::fmt;

/// What kind of thing went wrong. The numbers are those of the C interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    /// A pointer that must not be null is null.
    Null = 2,
    /// The configuration text is not a legal configuration.
    Config = 3,
    /// An argument is outside its range.
    Range = 4,
    /// A buffer has the wrong size.
    Size = 5,
    /// The call is refused in this state: something has not been loaded.
    State = 6,
    /// A file cannot be read or written, or does not hold what it should.
    File = 7,
    /// A defect of this library.
    Internal = 8,
}

/// An error: its kind and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of thing went wrong.
    pub kind: Kind,
    /// A sentence for a person.
    pub message: String,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// An argument outside its range.
    pub fn range(message: impl Into<String>) -> Self {
        Self::new(Kind::Range, message)
    }

    /// A buffer of the wrong size.
    pub fn size(what: &str, found: usize, wanted: usize) -> Self {
        Self::new(
            Kind::Size,
            format!("{what} has {found} elements, {wanted} are needed"),
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
