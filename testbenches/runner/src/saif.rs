// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts the SAIF that Verilator writes into order.
//!
//! Verilator counts from 0: a signal that is 1 when the record begins has one change too many. What signals are at the
//! beginning is in a record of its own, of no length; the changes in it are taken off. Of a netlist only the top's ports
//! and the pins of leaf cells and macros are kept: what power analysis looks for. Scopes above the top are left out.

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

/// What is kept of the signals below the top.
#[derive(Clone, Copy, Debug)]
pub enum Keep<'a> {
    /// All.
    All,
    /// Those of scopes that have no scopes inside, and of these instances, whatever is inside.
    Pins(&'a [String]),
}

/// Reads `raw` and its beginning `initial`, writes `out` with the scope `top` as root.
pub fn tidy(
    raw: &Path,
    initial: &Path,
    out: &Path,
    top: &str,
    keep: Keep,
) -> Result<Summary, String> {
    let open = |path: &Path| {
        std::fs::File::open(path)
            .map(BufReader::new)
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    let failed = |e: std::io::Error| format!("{}: {e}", out.display());
    let mut writer = BufWriter::new(std::fs::File::create(out).map_err(failed)?);
    let summary = merge(
        open(raw)?.lines(),
        open(initial)?.lines(),
        &mut writer,
        top,
        keep,
    )
    .map_err(|e| format!("{}: {e}", raw.display()))?;
    writer.flush().map_err(failed)?;
    Ok(summary)
}

/// A scope that is open.
struct Scope {
    /// Depth below the top: 0 is the top itself, none is above or beside it, or inside a macro.
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

fn merge<A, B>(
    raw: A,
    initial: B,
    out: &mut dyn Write,
    top: &str,
    keep: Keep,
) -> Result<Summary, String>
where
    A: Iterator<Item = std::io::Result<String>>,
    B: Iterator<Item = std::io::Result<String>>,
{
    let (mut raw, mut initial) = (raw, initial);
    let mut state = State {
        out,
        top,
        keep,
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
    keep: Keep<'a>,
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
            Some(scope) if self.is_macro(&scope.name) => None,
            Some(scope) if scope.depth.is_some() => scope.depth.map(|depth| depth + 1),
            _ if name == self.top && !self.found => Some(0),
            _ => None,
        };
        self.found |= depth == Some(0);
        if let Some(depth) = depth {
            self.begin()?;
            // A scope with scopes in it is no leaf cell; of the top the nets are kept for its ports.
            if depth > 1
                && matches!(self.keep, Keep::Pins(_))
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

    fn is_macro(&self, name: &str) -> bool {
        match self.keep {
            Keep::All => false,
            Keep::Pins(macros) => macros.iter().any(|found| found == name),
        }
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
            if scope.depth == Some(0) || matches!(self.keep, Keep::All) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(body: &str, duration: u64) -> String {
        format!("// x\n(SAIFILE\n(TIMESCALE 1ps)\n(DURATION {duration})\n{body})\n")
    }

    fn net(name: &str, changes: u64) -> String {
        format!("({name} (T0 4) (T1 6) (TZ 0) (TX 0) (TB 0) (TC {changes}))\n")
    }

    fn tidied(raw: &str, initial: &str, keep: Keep) -> Result<(Summary, String), String> {
        let lines = |text: &str| -> Vec<std::io::Result<String>> {
            text.lines().map(|line| Ok(line.to_owned())).collect()
        };
        let mut out = Vec::new();
        let summary = merge(
            lines(raw).into_iter(),
            lines(initial).into_iter(),
            &mut out,
            "top",
            keep,
        )?;
        Ok((summary, String::from_utf8(out).unwrap()))
    }

    /// A top with a block that has a cell and a wire in it, a macro with a block in it, and a cell.
    fn body(changes: u64) -> String {
        let leaf =
            |name: &str, pin: &str| format!("(INSTANCE {name}\n(NET\n{})\n)\n", net(pin, changes));
        format!(
            "(INSTANCE dut\n(NET\n{})\n(INSTANCE top\n(NET\n{})\n(INSTANCE u[0].x\n(NET\n{})\n{})\n\
             (INSTANCE m\n(NET\n{})\n{})\n{})\n)\n",
            net("outside", changes),
            net("clk_i", changes),
            net("wire_inside", changes),
            leaf("_1_", "Z"),
            net("pos_o", changes),
            leaf("loop", "row"),
            leaf("_2_", "Q"),
        )
    }

    #[test]
    fn the_beginning_is_taken_off_and_pins_are_kept() {
        let raw = record(&body(5), 10);
        let macros = ["m".to_owned()];
        let (summary, text) = tidied(&raw, &record(&body(1), 0), Keep::Pins(&macros)).unwrap();
        assert_eq!(
            (summary.duration, summary.signals, summary.changes),
            (10, 4, 16)
        );
        for kept in ["clk_i", "Z", "pos_o", "Q"] {
            assert!(
                text.contains(&format!("({kept} (T0 4) (T1 6) (TX 0) (TC 4))")),
                "{text}"
            );
        }
        for left in ["outside", "wire_inside", "row", "dut", "loop"] {
            assert!(!text.contains(left), "{left}: {text}");
        }
        let count = |c: char| text.chars().filter(|x| *x == c).count();
        assert_eq!(count('('), count(')'));
        let (all, text) = tidied(&raw, &record(&body(1), 0), Keep::All).unwrap();
        assert_eq!(all.signals, 6);
        assert!(text.contains("wire_inside") && text.contains("row"));
    }

    #[test]
    fn records_that_do_not_belong_together_are_refused() {
        let raw = record(&body(1), 10);
        let keep = Keep::Pins(&[]);
        assert!(
            tidied(&raw, &record(&body(2), 0), keep)
                .unwrap_err()
                .contains("less than")
        );
        let other = record(&body(0), 0).replace("_1_", "_3_");
        assert!(
            tidied(&raw, &other, keep)
                .unwrap_err()
                .contains("belong together")
        );
        let short = "// x\n(SAIFILE\n";
        assert!(tidied(&raw, short, keep).unwrap_err().contains("shorter"));
        let elsewhere = raw.replace("INSTANCE top", "INSTANCE other");
        assert!(
            tidied(&elsewhere, &elsewhere, keep)
                .unwrap_err()
                .contains("no scope top")
        );
    }
}
