// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tree of groups and attributes of a Liberty file.

use super::lexer::{Lexer, Token};

/// A group: `kind (names) { ... }`.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) kind: String,
    pub(super) names: Vec<String>,
    /// `name : value;` and `name (values);`, in their order.
    pub(super) attributes: Vec<(String, Vec<String>)>,
    pub(super) groups: Vec<Group>,
}

/// What is wrong, and in which line.
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

impl Group {
    /// The value of an attribute that has one.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values(name)?.first().map(String::as_str)
    }

    /// All values of an attribute.
    pub(super) fn values(&self, name: &str) -> Option<&[String]> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, values)| values.as_slice())
    }

    /// The value of an attribute as a number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.trim().parse().ok()
    }

    /// Its first name, or nothing.
    pub(super) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// The groups of a kind.
    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |group| group.kind == kind)
    }
}

/// Groups of no interest, which make up most of a file.
fn is_skipped(kind: &str) -> bool {
    matches!(
        kind,
        "timing" | "internal_power" | "leakage_power" | "minimum_period" | "min_pulse_width"
    ) || kind.ends_with("_template")
        || kind.starts_with("ccs")
        || kind.starts_with("receiver_capacitance")
        || kind.starts_with("normalized_driver")
        || kind.starts_with("output_current")
}

/// Reads the one group that a file holds.
pub(super) fn parse(text: &str) -> Result<Group, Fault> {
    let mut lexer = Lexer::new(text);
    let Some(Token::Word(kind)) = lexer.next() else {
        return Err(Fault {
            line: 1,
            what: "no group begins here",
        });
    };
    let names = names(&mut lexer)?;
    match lexer.next() {
        Some(Token::Sign(b'{')) => body(&mut lexer, kind, names, 0),
        _ => Err(fault(&lexer, "expected `{`")),
    }
}

/// Groups inside one another; a library, its cells, their pins and what these hold make five.
const DEEPEST: usize = 30;

fn body(
    lexer: &mut Lexer<'_>,
    kind: &str,
    names_of_group: Vec<String>,
    depth: usize,
) -> Result<Group, Fault> {
    if depth > DEEPEST {
        return Err(fault(lexer, "too many groups inside one another"));
    }
    let mut group = Group {
        kind: kind.to_owned(),
        names: names_of_group,
        ..Group::default()
    };
    let mut pending = None;
    loop {
        let word = match pending.take().or_else(|| lexer.next()) {
            Some(Token::Sign(b'}')) => return Ok(group),
            Some(Token::Sign(b';')) => continue,
            Some(Token::Word(word)) => word,
            Some(Token::Sign(_)) => return Err(fault(lexer, "expected an attribute or a group")),
            None => return Err(fault(lexer, "the file ends inside a group")),
        };
        match lexer.next() {
            Some(Token::Sign(b':')) => {
                let mut value = String::new();
                loop {
                    // Some writers leave the semicolon out.
                    if !value.is_empty() && lexer.at_line_end() {
                        break;
                    }
                    match lexer.next() {
                        Some(Token::Sign(b';')) | None => break,
                        Some(Token::Sign(b'}')) => {
                            pending = Some(Token::Sign(b'}'));
                            break;
                        }
                        Some(Token::Word(part)) => {
                            if !value.is_empty() {
                                value.push(' ');
                            }
                            value.push_str(part);
                        }
                        Some(Token::Sign(sign)) => value.push(sign.into()),
                    }
                }
                group.attributes.push((word.to_owned(), vec![value]));
            }
            Some(Token::Sign(b'(')) => {
                let names = names_inside(lexer)?;
                match lexer.next() {
                    Some(Token::Sign(b'{')) if is_skipped(word) => {
                        if !lexer.skip_group() {
                            return Err(fault(lexer, "the file ends inside a group"));
                        }
                    }
                    Some(Token::Sign(b'{')) => {
                        group.groups.push(body(lexer, word, names, depth + 1)?);
                    }
                    Some(Token::Sign(b';')) => group.attributes.push((word.to_owned(), names)),
                    // A missing semicolon again.
                    other => {
                        group.attributes.push((word.to_owned(), names));
                        pending = other;
                    }
                }
            }
            _ => return Err(fault(lexer, "expected `:` or `(` after a name")),
        }
    }
}

fn names(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Fault> {
    match lexer.next() {
        Some(Token::Sign(b'(')) => names_inside(lexer),
        _ => Err(fault(lexer, "expected `(`")),
    }
}

fn names_inside(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    loop {
        match lexer.next() {
            Some(Token::Word(word)) => names.push(word.to_owned()),
            Some(Token::Sign(b',' | b':')) => {}
            Some(Token::Sign(b')')) => return Ok(names),
            _ => return Err(fault(lexer, "expected `)`")),
        }
    }
}

fn fault(lexer: &Lexer<'_>, what: &'static str) -> Fault {
    Fault {
        line: lexer.line(),
        what,
    }
}
