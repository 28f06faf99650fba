// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the SAIF that Verilator writes into order.
//!
//! Verilator counts from 0: a signal that is 1 when the record begins has one change too many. What signals are at the
//! beginning is in a record of its own, of no length; the changes in it are taken off. Of the hierarchy only the top's
//! ports and the pins of leaf cells are kept: what power analysis looks for. Scopes above the top are left out.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Length of the record in its unit of time.
    pub duration: u64,
    /// Signals.
    pub signals: u64,
    /// Changes of all signals together.
    pub changes: u64,
}

/// One line of a SAIF file as Verilator writes it.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Instance(&'a str),
    Nets,
    Net {
        name: &'a str,
        low: u64,
        high: u64,
        changes: u64,
    },
    Close,
    Duration(u64),
    Timescale(&'a str),
    Other,
}

fn line(text: &str) -> Result<Line<'_>, String> {
    let text = text.trim();
    if text == ")" {
        return Ok(Line::Close);
    }
    if text == "(NET" {
        return Ok(Line::Nets);
    }
    if let Some(name) = text.strip_prefix("(INSTANCE ") {
        return Ok(Line::Instance(name));
    }
    let inner = |prefix: &str| text.strip_prefix(prefix).and_then(|t| t.strip_suffix(')'));
    if let Some(unit) = inner("(TIMESCALE ") {
        return Ok(Line::Timescale(unit));
    }
    let wrong = || format!("cannot read the line `{text}`");
    if let Some(length) = inner("(DURATION ") {
        return Ok(Line::Duration(length.parse().map_err(|_| wrong())?));
    }
    let Some((head, rest)) = text.split_once(" (T0 ") else {
        return Ok(Line::Other);
    };
    let name = head.strip_prefix('(').ok_or_else(wrong)?;
    let (low, rest) = rest.split_once(") (T1 ").ok_or_else(wrong)?;
    let (high, rest) = rest.split_once(')').ok_or_else(wrong)?;
    let (_, changes) = rest.split_once("(TC ").ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    Ok(Line::Net {
        name,
        low: number(low)?,
        high: number(high)?,
        changes: number(changes.trim_end_matches(')'))?,
    })
}

/// Reads `raw` and its beginning `initial`, writes `out` with the scope `top` as root.
pub fn tidy(raw: &Path, initial: &Path, out: &Path, top: &str) -> Result<Summary, String> {
    let open = |path: &Path| {
        std::fs::File::open(path)
            .map(BufReader::new)
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    let failed = |e: std::io::Error| format!("{}: {e}", out.display());
    let mut writer = BufWriter::new(std::fs::File::create(out).map_err(failed)?);
    let summary = merge(open(raw)?.lines(), open(initial)?.lines(), &mut writer, top)
        .map_err(|e| format!("{}: {e}", raw.display()))?;
    writer.flush().map_err(failed)?;
    Ok(summary)
}

/// A scope that is open.
struct Scope {
    /// Depth below the top: 0 is the top itself, none is above or beside it.
    depth: Option<usize>,
    name: String,
    nets: Vec<String>,
    changes: u64,
    written: bool,
}

impl Scope {
    /// The text of its nets, which are counted and forgotten.
    fn take(&mut self, summary: &mut Summary) -> String {
        if self.nets.is_empty() {
            return String::new();
        }
        summary.signals += self.nets.len() as u64;
        summary.changes += std::mem::take(&mut self.changes);
        format!("(NET\n{})\n", std::mem::take(&mut self.nets).concat())
    }
}

type Lines<'a> = &'a mut dyn Iterator<Item = std::io::Result<String>>;

fn merge<A, B>(raw: A, initial: B, out: &mut dyn Write, top: &str) -> Result<Summary, String>
where
    A: Iterator<Item = std::io::Result<String>>,
    B: Iterator<Item = std::io::Result<String>>,
{
    let (mut raw, mut initial) = (raw, initial);
    let mut state = State {
        out,
        top,
        scopes: Vec::new(),
        inside_nets: false,
        found: false,
        summary: Summary::default(),
    };
    state.all(&mut raw, &mut initial)?;
    if !state.found {
        return Err(format!("has no scope {top}"));
    }
    Ok(state.summary)
}

struct State<'a> {
    out: &'a mut dyn Write,
    top: &'a str,
    scopes: Vec<Scope>,
    inside_nets: bool,
    found: bool,
    summary: Summary,
}

impl State<'_> {
    fn all(&mut self, raw: Lines, initial: Lines) -> Result<(), String> {
        let mut unit = "1ps".to_owned();
        for text in raw {
            let text = text.map_err(|e| e.to_string())?;
            let before = initial
                .next()
                .ok_or("its beginning is shorter")?
                .map_err(|e| e.to_string())?;
            match (line(&text)?, line(&before)?) {
                (Line::Timescale(found), _) => unit = found.to_owned(),
                (Line::Duration(length), _) => {
                    self.summary.duration = length;
                    self.put(&format!(
                        "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(PROGRAM_NAME \"hcim-sim\")\n\
                         (DIVIDER / )\n(TIMESCALE {unit})\n(DURATION {length})\n"
                    ))?;
                }
                (Line::Instance(name), Line::Instance(same)) if name == same => self.enter(name)?,
                (Line::Nets, Line::Nets) => self.inside_nets = true,
                (
                    Line::Net {
                        name,
                        low,
                        high,
                        changes,
                    },
                    Line::Net {
                        name: same,
                        changes: first,
                        ..
                    },
                ) if name == same => {
                    let changes = changes
                        .checked_sub(first)
                        .ok_or_else(|| format!("`{name}` changed less than at its beginning"))?;
                    self.net(name, low, high, changes);
                }
                (Line::Close, Line::Close) if self.inside_nets => self.inside_nets = false,
                (Line::Close, Line::Close) => self.leave()?,
                (Line::Other, Line::Other) => {}
                _ => return Err(format!("`{text}` and `{before}` do not belong together")),
            }
        }
        Ok(())
    }

    fn put(&mut self, text: &str) -> Result<(), String> {
        self.out
            .write_all(text.as_bytes())
            .map_err(|e| e.to_string())
    }

    fn enter(&mut self, name: &str) -> Result<(), String> {
        let depth = match self.scopes.last() {
            Some(scope) if scope.depth.is_some() => scope.depth.map(|depth| depth + 1),
            _ if name == self.top && !self.found => Some(0),
            _ => None,
        };
        self.found |= depth == Some(0);
        if let Some(depth) = depth {
            self.begin()?;
            // A scope with scopes in it is no leaf cell; of the top the nets are kept for its ports.
            if depth > 1
                && let Some(parent) = self.scopes.last_mut()
            {
                parent.nets.clear();
                parent.changes = 0;
            }
        }
        self.scopes.push(Scope {
            depth,
            name: name.to_owned(),
            nets: Vec::new(),
            changes: 0,
            written: false,
        });
        Ok(())
    }

    /// Writes the heads of open scopes, and the nets of the top.
    fn begin(&mut self) -> Result<(), String> {
        let mut text = String::new();
        for scope in self
            .scopes
            .iter_mut()
            .filter(|s| s.depth.is_some() && !s.written)
        {
            scope.written = true;
            text += &format!("(INSTANCE {}\n", scope.name);
            if scope.depth == Some(0) {
                text += &scope.take(&mut self.summary);
            }
        }
        self.put(&text)
    }

    fn net(&mut self, name: &str, low: u64, high: u64, changes: u64) {
        if let Some(scope) = self.scopes.last_mut().filter(|s| s.depth.is_some()) {
            scope.nets.push(format!(
                "({name} (T0 {low}) (T1 {high}) (TX 0) (TC {changes}))\n"
            ));
            scope.changes += changes;
        }
    }

    fn leave(&mut self) -> Result<(), String> {
        let Some(scope) = self.scopes.last() else {
            return self.put(")\n");
        };
        let worth = scope.depth == Some(0) || scope.written || !scope.nets.is_empty();
        if scope.depth.is_some() && worth {
            self.begin()?;
        }
        let Some(mut scope) = self.scopes.pop() else {
            return Ok(());
        };
        if scope.depth.is_some() && worth {
            let text = scope.take(&mut self.summary) + ")\n";
            self.put(&text)?;
        }
        Ok(())
    }
}
