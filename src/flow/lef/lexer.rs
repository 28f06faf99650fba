// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words of LEF and DEF: separated by blanks, `;` alone, `#` comments.

use crate::config::quoted;
use crate::flow::words::{is_name, is_plain_name};

use super::{LefError, Nm};

/// The words of a text with their lines.
pub(crate) struct Words<'a> {
    words: Vec<(usize, &'a str)>,
    next: usize,
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Words<'a> {
        let mut words = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let code = match line.find('#') {
                // A `#` inside a word belongs to it (DEF names).
                Some(0) => "",
                Some(at) if line[..at].ends_with([' ', '\t']) => &line[..at],
                _ => line,
            };
            for word in code.split_ascii_whitespace() {
                match word.strip_suffix(';') {
                    Some("") | None => words.push((number + 1, word)),
                    Some(rest) => words.extend([(number + 1, rest), (number + 1, ";")]),
                }
            }
        }
        Words { words, next: 0 }
    }

    /// The line of the word that was read last.
    pub(crate) fn line(&self) -> usize {
        let at = self
            .next
            .saturating_sub(1)
            .min(self.words.len().saturating_sub(1));
        self.words.get(at).map_or(1, |word| word.0)
    }

    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).map(|word| word.1)
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> LefError {
        LefError {
            line: self.line(),
            message: message.into(),
        }
    }

    pub(crate) fn word(&mut self) -> Result<&'a str, LefError> {
        match self.next() {
            Some(word) => Ok(word),
            None => Err(self.error("the file ends in the middle of a statement")),
        }
    }

    /// The name of a pin, which may go into scripts.
    pub(crate) fn pin_name(&mut self) -> Result<&'a str, LefError> {
        self.checked(is_name)
    }

    /// The name of a layer, a site or a macro.
    pub(crate) fn name(&mut self) -> Result<&'a str, LefError> {
        self.checked(is_plain_name)
    }

    fn checked(&mut self, fits: fn(&str) -> bool) -> Result<&'a str, LefError> {
        let word = self.word()?;
        if fits(word) {
            return Ok(word);
        }
        Err(self.error(format!("{} is no name", quoted(word))))
    }

    pub(crate) fn number(&mut self) -> Result<f64, LefError> {
        let word = self.word()?;
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.error(format!("`{word}` is no number"))),
        }
    }

    /// A length in micrometres.
    pub(crate) fn length(&mut self) -> Result<Nm, LefError> {
        let micrometres = self.number()?;
        // Ten metres. Beyond them a unit was mistaken, and sums and products would overflow.
        if micrometres.abs() > 1e7 {
            return Err(self.error(format!("{micrometres} um is no length on a chip")));
        }
        Ok((micrometres * 1000.0).round() as Nm)
    }

    /// The words up to the next `;`, which is taken.
    pub(crate) fn statement(&mut self) -> Result<Vec<&'a str>, LefError> {
        let mut words = Vec::new();
        loop {
            match self.word()? {
                ";" => return Ok(words),
                word => words.push(word),
            }
        }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }
}
