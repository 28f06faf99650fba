// SPDX-License-Identifier: MIT OR Apache-2.0
//! A value as a source gives it, before it is checked, and the layers of sources.

use std::collections::BTreeMap;

use super::diagnostic::{Origin, quoted, visible};
use super::keys::KeyId;

/// A value as a source gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word of the command line, which may stand for any kind.
    Word(String),
    /// A string of a file.
    Text(String),
    /// A whole number; `None` if it is too large for any integer type.
    Integer(Option<i128>, String),
    /// A truth value.
    Boolean(bool),
    /// Anything else, by the name of its kind and its text.
    Other(&'static str, String),
}

impl Value {
    /// An integer value.
    pub fn integer(value: impl Into<i128>) -> Self {
        let value = value.into();
        Value::Integer(Some(value), value.to_string())
    }

    /// The value as text, safe to print.
    pub fn shown(&self) -> String {
        match self {
            Value::Word(text) | Value::Text(text) => quoted(text),
            Value::Integer(_, text) => visible(text),
            Value::Boolean(value) => value.to_string(),
            Value::Other(kind, text) if text.is_empty() => (*kind).to_owned(),
            Value::Other(kind, text) => format!("{kind} {}", quoted(text)),
        }
    }

    /// The value as plain text for machine-readable diagnostics.
    pub fn plain(&self) -> String {
        match self {
            Value::Word(text) | Value::Text(text) => visible(text),
            _ => self.shown(),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// The values that one source gives.
pub type Layer = BTreeMap<KeyId, Entry>;
