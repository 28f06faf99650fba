// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tokens of a Liberty file.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word, or a text in quotes without them.
    Word(&'a str),
    /// One of `( ) { } : ; ,`.
    Sign(u8),
}

/// Reads tokens one by one.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lexer { text, at: 0 }
    }

    /// Line of the next token, from 1.
    pub(super) fn line(&self) -> usize {
        self.text.as_bytes()[..self.at]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }

    /// The next token; none at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let bytes = self.text.as_bytes();
        let start = self.at;
        let first = *bytes.get(start)?;
        if is_sign(first) {
            self.at += 1;
            return Some(Token::Sign(first));
        }
        if first == b'"' {
            let inside = start + 1;
            let mut end = inside;
            while end < bytes.len() && bytes[end] != b'"' {
                // A backslash may carry a quote or a line end.
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = end.min(bytes.len());
            self.at = (end + 1).min(bytes.len());
            return Some(Token::Word(self.text.get(inside..end).unwrap_or("")));
        }
        let mut end = start;
        while end < bytes.len() && !is_end_of_word(bytes, end) {
            end += 1;
        }
        self.at = end.max(start + 1);
        Some(Token::Word(self.text.get(start..self.at).unwrap_or("")))
    }

    /// Whether the line ends before the next token.
    pub(super) fn at_line_end(&mut self) -> bool {
        let before = self.at;
        self.skip_blanks();
        let passed = &self.text.as_bytes()[before..self.at];
        // A backslash joins lines.
        passed.contains(&b'\n') && !passed.contains(&b'\\')
    }

    /// Skips to behind the `}` that closes the group whose `{` was just read. False if there is
    /// none.
    pub(super) fn skip_group(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let mut depth = 1;
        while self.at < bytes.len() {
            match bytes[self.at] {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'"' => {
                    self.at += 1;
                    while self.at < bytes.len() && bytes[self.at] != b'"' {
                        self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
                    }
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'*') => {
                    self.skip_comment();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return true;
            }
        }
        self.at = bytes.len();
        false
    }

    fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if byte.is_ascii_whitespace() || *byte == b'\\' {
                self.at += 1;
            } else if bytes[self.at..].starts_with(b"/*") {
                self.skip_comment();
            } else if bytes[self.at..].starts_with(b"//") {
                while self.at < bytes.len() && bytes[self.at] != b'\n' {
                    self.at += 1;
                }
            } else {
                return;
            }
        }
    }

    fn skip_comment(&mut self) {
        let rest = &self.text.as_bytes()[self.at + 2..];
        let end = rest.windows(2).position(|two| two == b"*/");
        self.at = end.map_or(self.text.len(), |end| self.at + end + 4);
    }
}

fn is_sign(byte: u8) -> bool {
    b"(){}:;,".contains(&byte)
}

fn is_end_of_word(bytes: &[u8], at: usize) -> bool {
    let byte = bytes[at];
    byte.is_ascii_whitespace() || is_sign(byte) || byte == b'"' || bytes[at..].starts_with(b"/*")
}
