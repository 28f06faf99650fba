// SPDX-License-Identifier: MIT OR Apache-2.0
//! Figures by module, and every point that is not covered with its reason: text, Markdown, JSON and HTML.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::points::{Key, Kind, Points};
use super::reasons::Reason;
use crate::table::render;

/// Points of one kind: seen, excused, all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Seen at least once.
    pub covered: usize,
    /// Not seen, with a reason.
    pub excused: usize,
    /// All.
    pub all: usize,
}

impl Count {
    /// Covered, in percent of all.
    pub fn percent(self) -> f64 {
        match self.all {
            0 => 100.0,
            all => self.covered as f64 * 100.0 / all as f64,
        }
    }

    fn text(self) -> String {
        match self.all {
            0 => "-".to_owned(),
            all => format!("{} of {all} ({:.1} %)", self.covered, self.percent()),
        }
    }
}

/// A point that was not seen.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Which.
    #[serde(flatten)]
    pub key: Key,
    /// Where it stands in one configuration.
    pub place: String,
    /// Why that may be; none if nobody knows.
    pub reason: Option<String>,
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Command that makes it again.
    pub command: String,
    /// Versions of the programs.
    pub tools: Vec<String>,
    /// Configurations that were simulated.
    pub configurations: usize,
    /// Tests that were run.
    pub tests: usize,
    /// Time on the machine that made it.
    pub seconds: f64,
    /// Least percentage of lines and of branches.
    pub target: f64,
    /// By module and kind.
    pub modules: BTreeMap<String, BTreeMap<Kind, Count>>,
    /// By kind.
    pub total: BTreeMap<Kind, Count>,
    /// Lines, branches and cover points that were not seen.
    pub missing: Vec<Missing>,
}

/// Counts the points.
pub fn count(points: &Points, reasons: &[Reason]) -> Report {
    let mut modules: BTreeMap<String, BTreeMap<Kind, Count>> = BTreeMap::new();
    let mut total: BTreeMap<Kind, Count> = BTreeMap::new();
    let mut missing = Vec::new();
    for (key, seen) in &points.0 {
        let reason = reasons.iter().find(|reason| reason.fits(key));
        let add = |count: &mut Count| {
            count.all += 1;
            count.covered += usize::from(seen.count > 0);
            count.excused += usize::from(seen.count == 0 && reason.is_some());
        };
        let module = modules.entry(key.module.clone()).or_default();
        add(module.entry(key.kind).or_default());
        add(total.entry(key.kind).or_default());
        if seen.count == 0 && key.kind != Kind::Toggle {
            missing.push(Missing {
                key: key.clone(),
                place: seen.place.clone(),
                reason: reason.map(|reason| reason.reason.clone()),
            });
        }
    }
    Report {
        command: String::new(),
        tools: Vec::new(),
        configurations: 0,
        tests: 0,
        seconds: 0.0,
        target: 0.0,
        modules,
        total,
        missing,
    }
}

impl Report {
    /// Whether lines and branches reach the target, all cover points were seen, and what was not has a reason.
    pub fn good(&self) -> bool {
        let enough = |kind: Kind| {
            self.total
                .get(&kind)
                .is_none_or(|count| count.percent() >= self.target)
        };
        let points = self.total.get(&Kind::Point);
        enough(Kind::Line)
            && enough(Kind::Branch)
            && points.is_none_or(|count| count.covered + count.excused == count.all)
            && self.missing.iter().all(|missing| missing.reason.is_some())
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |name: &str, counts: &BTreeMap<Kind, Count>| {
            let mut row = vec![name.to_owned()];
            row.extend(Kind::ALL.map(|kind| counts.get(&kind).copied().unwrap_or_default().text()));
            row
        };
        let mut rows: Vec<_> = self.modules.iter().map(|(name, c)| row(name, c)).collect();
        rows.push(row("all", &self.total));
        rows
    }

    fn titles() -> Vec<String> {
        let mut titles = vec!["module".to_owned()];
        titles.extend(Kind::ALL.map(|kind| kind.plural().to_owned()));
        titles
    }

    fn missing_rows(&self) -> Vec<Vec<String>> {
        let row = |missing: &Missing| {
            vec![
                missing.key.module.clone(),
                missing.key.kind.plural().to_owned(),
                shortened(&missing.key.text),
                missing.place.clone(),
                missing.reason.clone().unwrap_or_else(|| "?".to_owned()),
            ]
        };
        self.missing.iter().map(row).collect()
    }

    fn verdict(&self) -> String {
        let open = self.missing.iter().filter(|m| m.reason.is_none()).count();
        format!(
            "{} configurations, {} tests, {:.0} s. Target: {} % of lines and of branches, all cover points; {} points not covered, {open} of them without a reason.",
            self.configurations,
            self.tests,
            self.seconds,
            self.target,
            self.missing.len()
        )
    }

    /// For people, on a terminal.
    pub fn text(&self) -> String {
        let titles = Self::titles();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let mut text = render(&titles, &self.rows());
        if !self.missing.is_empty() {
            text += "\nNot covered\n";
            text += &render(MISSING, &self.missing_rows());
        }
        let _ = writeln!(text, "\n{}", self.verdict());
        text
    }

    /// For the repository.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "<!-- SPDX-License-Identifier: MIT OR Apache-2.0 -->\n# Coverage of the emitted RTL\n\n{}\n\nCommand: `{}`. Tools: {}.\nPoints of all configurations count together: the same text of the same module is one point.\n\n",
            self.verdict(),
            self.command,
            self.tools.join(", ")
        );
        text += &table(&Self::titles(), &self.rows());
        if !self.missing.is_empty() {
            text += "\n## Not covered\n\n";
            let titles: Vec<String> = MISSING.iter().map(|title| (*title).to_owned()).collect();
            text += &table(&titles, &self.missing_rows());
        }
        text
    }

    /// One page that needs nothing else.
    pub fn html(&self) -> String {
        let cells = |row: &[String], tag: &str| -> String {
            row.iter()
                .map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell)))
                .collect()
        };
        let rows = |titles: &[String], rows: &[Vec<String>]| -> String {
            let head = cells(titles, "th");
            let body: String = rows
                .iter()
                .map(|row| format!("<tr>{}</tr>\n", cells(row, "td")))
                .collect();
            format!("<table>\n<tr>{head}</tr>\n{body}</table>\n")
        };
        let missing: Vec<String> = MISSING.iter().map(|title| (*title).to_owned()).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>hcim: coverage</title>\n<style>body{{font-family:sans-serif;margin:2em}}table{{border-collapse:collapse}}td,th{{border:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}}th{{background:#eee}}</style></head>\n<body><h1>Coverage of the emitted RTL</h1>\n<p>{}</p>\n<p><code>{}</code></p>\n{}<h2>Not covered</h2>\n{}</body></html>\n",
            escaped(&self.verdict()),
            escaped(&self.command),
            rows(&Self::titles(), &self.rows()),
            rows(&missing, &self.missing_rows())
        )
    }

    /// Writes `coverage.json`, `coverage.md` and `coverage.html`.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let wrong = |e: std::io::Error| format!("{}: {e}", folder.display());
        std::fs::create_dir_all(folder).map_err(wrong)?;
        let json = serde_json::to_string_pretty(self).map_err(|e| e.to_string())? + "\n";
        for (name, text) in [
            ("coverage.json", json),
            ("coverage.md", self.markdown()),
            ("coverage.html", self.html()),
        ] {
            std::fs::write(folder.join(name), text).map_err(wrong)?;
        }
        Ok(())
    }
}

const MISSING: &[&str] = &["module", "kind", "text", "for example", "reason"];

fn table(titles: &[String], rows: &[Vec<String>]) -> String {
    let line = |row: &[String]| {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = "|---".repeat(titles.len()) + "|\n";
    line(titles) + &rule + &rows.iter().map(|row| line(row)).collect::<String>()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(90) {
        Some((at, _)) => format!("{} ...", &text[..at]),
        None => text.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::points::Seen;
    use super::*;

    fn points(counts: &[(Kind, &str, u64)]) -> Points {
        let mut points = Points::default();
        for (kind, text, count) in counts {
            let key = Key {
                module: "tile".to_owned(),
                kind: *kind,
                text: (*text).to_owned(),
                nth: 0,
            };
            let place = "one tile.v:1".to_owned();
            points.0.insert(
                key,
                Seen {
                    count: *count,
                    place,
                },
            );
        }
        points
    }

    #[test]
    fn a_point_without_a_reason_fails() {
        let points = points(&[(Kind::Line, "a < b", 3), (Kind::Branch, "if: x", 0)]);
        let report = count(&points, &[]);
        assert!(!report.good());
        assert_eq!(report.missing.len(), 1);
        assert!(report.markdown().contains("| tile | branches | if: x |"));
        let reason = Reason {
            module: "tile".to_owned(),
            kind: None,
            text: "if: x".to_owned(),
            reason: "cannot be".to_owned(),
        };
        let excused = count(&points, &[reason]);
        assert!(excused.good());
        // An excused point is not a covered one.
        let strict = Report {
            target: 98.0,
            ..excused
        };
        assert!(!strict.good());
    }
}
