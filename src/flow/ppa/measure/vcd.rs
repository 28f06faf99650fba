// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a waveform (VCD, as Icarus Verilog writes it) to switching activity (SAIF).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::report::write_text;

/// Level of a bit.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Low,
    High,
    Unknown,
}

/// What a bit did.
#[derive(Clone, Copy)]
struct BitCount {
    level: Level,
    since: u64,
    low: u64,
    high: u64,
    unknown: u64,
    changes: u64,
}

/// A scope with its signals and the scopes inside.
#[derive(Default)]
struct Scope {
    name: String,
    signals: Vec<Signal>,
    inside: Vec<Scope>,
}

struct Signal {
    name: String,
    /// Index of the lowest bit, for buses.
    lowest: Option<usize>,
    code: String,
}

/// Reads a waveform that covers `window_ps` and writes the activity below the scope `top`.
///
/// # Errors
/// A file that cannot be read or written, is no such waveform, or covers another time.
pub(super) fn to_saif(vcd: &Path, saif: &Path, top: &str, window_ps: u64) -> Result<(), Report> {
    let wrong = |message: String| -> Report {
        let shown = quoted(&vcd.to_string_lossy());
        Diagnostic::new(Code::ActivityUnreadable, format!("{shown}: {message}")).into()
    };
    let file = File::open(vcd).map_err(|error| wrong(error.to_string()))?;
    let lines = BufReader::new(file).lines();
    let wave = Wave::read(lines.map_while(Result::ok)).map_err(wrong)?;
    if wave.duration != window_ps {
        return Err(wrong(format!(
            "it covers {} ps, not {window_ps}",
            wave.duration
        )));
    }
    write_text(saif, &wave.to_saif(top).map_err(wrong)?)
}

struct Wave {
    scopes: Vec<Scope>,
    /// Bits of each code, lowest first.
    counts: HashMap<String, Vec<BitCount>>,
    duration: u64,
}

impl Wave {
    fn read(lines: impl Iterator<Item = String>) -> Result<Wave, String> {
        let mut open = vec![Scope::default()];
        let mut counts: HashMap<String, Vec<BitCount>> = HashMap::new();
        let mut start = None;
        let mut now = 0;
        let mut ended = false;
        // Before the first time there are texts that look like values.
        let timed = |start: Option<u64>, line: &str| start.ok_or_else(|| format!("`{line}`"));
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["$scope", _, name, "$end"] => open.push(Scope {
                    name: name.to_owned(),
                    ..Scope::default()
                }),
                ["$upscope", "$end"] => {
                    let scope = open.pop().ok_or("scopes do not match")?;
                    open.last_mut()
                        .ok_or("scopes do not match")?
                        .inside
                        .push(scope);
                }
                ["$var", _, width, code, name, ref rest @ ..] => {
                    let width: usize = width.parse().map_err(|_| format!("`{line}`"))?;
                    let range = rest.first().filter(|range| range.starts_with('['));
                    let scope = open.last_mut().ok_or("scopes do not match")?;
                    scope.signals.push(Signal {
                        name: name.to_owned(),
                        lowest: range.map(|range| lowest(range)),
                        code: code.to_owned(),
                    });
                    counts.insert(code.to_owned(), vec![BitCount::NEW; width]);
                }
                // What follows sets everything to x.
                ["$dumpoff"] => {
                    ended = true;
                    break;
                }
                [word] if word.starts_with('#') => {
                    now = word[1..].parse().map_err(|_| format!("`{line}`"))?;
                    start.get_or_insert(now);
                }
                [value, code] if start.is_some() && value.starts_with(['b', 'B']) => {
                    let start = timed(start, &line)?;
                    let bits = counts.get_mut(code).ok_or_else(|| format!("`{line}`"))?;
                    let digits: Vec<char> = value[1..].chars().rev().collect();
                    // Leading digits that are left out are 0, or x or z if the first one is.
                    let fill = match digits.last() {
                        Some('0' | '1') | None => '0',
                        Some(other) => *other,
                    };
                    for (n, bit) in bits.iter_mut().enumerate() {
                        let digit = digits.get(n).copied().unwrap_or(fill);
                        bit.set(Level::of(digit), now, start);
                    }
                }
                [word] if start.is_some() && word.starts_with(['0', '1', 'x', 'X', 'z', 'Z']) => {
                    let start = timed(start, &line)?;
                    let (value, code) = word.split_at(1);
                    let bits = counts.get_mut(code).ok_or_else(|| format!("`{line}`"))?;
                    let level = Level::of(value.chars().next().unwrap_or('x'));
                    for bit in bits {
                        bit.set(level, now, start);
                    }
                }
                _ => {}
            }
        }
        let start = start.ok_or("it has no time")?;
        if !ended {
            return Err("it does not end as it should".to_owned());
        }
        for bit in counts.values_mut().flatten() {
            bit.pass(now, start);
        }
        let scopes = std::mem::take(&mut open.first_mut().ok_or("scopes do not match")?.inside);
        Ok(Wave {
            scopes,
            counts,
            duration: now - start,
        })
    }

    fn to_saif(&self, top: &str) -> Result<String, String> {
        let scope = find(&self.scopes, "u_dut").ok_or("it has no design under test")?;
        let mut text = format!(
            "(SAIFILE\n(SAIFVERSION \"2.0\")\n(DIRECTION \"backward\")\n(PROGRAM_NAME \"hcim\")\n(DIVIDER / )\n\
             (TIMESCALE 1ps)\n(DURATION {})\n",
            self.duration
        );
        self.scope(scope, top, &mut text);
        text.push_str(")\n");
        Ok(text)
    }

    /// Writing to a String cannot fail, so that the results are of no interest here.
    fn scope(&self, scope: &Scope, name: &str, text: &mut String) {
        let _ = writeln!(text, "(INSTANCE {name}");
        if !scope.signals.is_empty() {
            text.push_str("(NET\n");
            for signal in &scope.signals {
                for (n, bit) in self.counts[&signal.code].iter().enumerate() {
                    let name = match signal.lowest {
                        Some(lowest) => format!("{}\\[{}\\]", signal.name, lowest + n),
                        None => signal.name.clone(),
                    };
                    let BitCount {
                        low,
                        high,
                        unknown,
                        changes,
                        ..
                    } = bit;
                    let _ = writeln!(
                        text,
                        "({name} (T0 {low}) (T1 {high}) (TX {unknown}) (TC {changes}))"
                    );
                }
            }
            text.push_str(")\n");
        }
        for inner in &scope.inside {
            self.scope(inner, &inner.name, text);
        }
        text.push_str(")\n");
    }
}

impl Level {
    fn of(digit: char) -> Level {
        match digit {
            '0' => Level::Low,
            '1' => Level::High,
            _ => Level::Unknown,
        }
    }
}

impl BitCount {
    const NEW: BitCount = BitCount {
        level: Level::Unknown,
        since: 0,
        low: 0,
        high: 0,
        unknown: 0,
        changes: 0,
    };

    /// A new level at a time.
    fn set(&mut self, level: Level, now: u64, start: u64) {
        self.pass(now, start);
        if self.level != level && self.level != Level::Unknown && level != Level::Unknown {
            self.changes += 1;
        }
        self.level = level;
    }

    /// Counts the time since the last change.
    fn pass(&mut self, now: u64, start: u64) {
        let time = now - self.since.max(start);
        match self.level {
            Level::Low => self.low += time,
            Level::High => self.high += time,
            Level::Unknown => self.unknown += time,
        }
        self.since = now;
    }
}

fn find<'a>(scopes: &'a [Scope], name: &str) -> Option<&'a Scope> {
    scopes.iter().find_map(|scope| {
        if scope.name == name {
            Some(scope)
        } else {
            find(&scope.inside, name)
        }
    })
}

/// The lowest index in `[7:0]` or `[3]`.
fn lowest(range: &str) -> usize {
    let inner = range.trim_matches(['[', ']']);
    let ends = inner.split(':').filter_map(|end| end.parse().ok());
    ends.min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VCD: &str = "$date\n\tb 1\n$end\n$timescale\n\t1ps\n$end\n$scope module bench $end\n$scope module u_dut $end\n\
        $var wire 1 ! a $end\n$var wire 2 \" b [1:0] $end\n$scope module u_x $end\n$var wire 1 ! Z $end\n\
        $upscope $end\n$upscope $end\n$upscope $end\n$enddefinitions $end\n#100\n$dumpvars\n1!\nbx \"\n$end\n\
        #150\n0!\nb10 \"\n#160\n1!\nb1 \"\n#200\n$dumpoff\nx!\nbx \"\n$end\n";

    #[test]
    fn times_and_changes_are_counted() {
        let wave = Wave::read(VCD.lines().map(str::to_owned)).unwrap();
        assert_eq!(wave.duration, 100);
        let saif = wave.to_saif("top").unwrap();
        let lines: Vec<&str> = saif.lines().filter(|line| line.contains("(T0")).collect();
        assert_eq!(
            lines,
            [
                "(a (T0 10) (T1 90) (TX 0) (TC 2))",
                "(b\\[0\\] (T0 10) (T1 40) (TX 50) (TC 1))",
                "(b\\[1\\] (T0 40) (T1 10) (TX 50) (TC 1))",
                "(Z (T0 10) (T1 90) (TX 0) (TC 2))",
            ]
        );
        assert!(saif.contains("(INSTANCE top\n") && saif.contains("(INSTANCE u_x\n"));
        assert!(Wave::read("#1\n".lines().map(str::to_owned)).is_err());
    }
}
