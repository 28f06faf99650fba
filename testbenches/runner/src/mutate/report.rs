// SPDX-License-Identifier: MIT OR Apache-2.0
//! What came of the mutants, by block, and the survivors.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::Options;
use super::kill::Kill;
use super::netlist::Mutant;
use super::plan::Model;
use super::prove::Proof;
use crate::table::render;

/// What came of one mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// A test failed.
    Killed(Kill),
    /// All tests passed.
    Survived(Proof),
}

/// One mutant with its fate.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// The mutant.
    pub mutant: Mutant,
    /// Its fate.
    pub fate: Fate,
}

/// Figures of a block, or of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Count {
    /// Block.
    pub block: String,
    /// Mutants.
    pub mutants: u32,
    /// Killed by the short suite, timeouts not counted.
    pub killed_short: u32,
    /// Killed by the full suite, timeouts not counted.
    pub killed_full: u32,
    /// Killed because a test did not end in time.
    pub killed_timeout: u32,
    /// Proved equivalent.
    pub equivalent: u32,
    /// Not killed and not proved equivalent.
    pub survived: u32,
    /// Killed, in percent of those that are not equivalent.
    pub percent: f64,
}

impl Count {
    fn add(&mut self, fate: &Fate) {
        self.mutants += 1;
        let field = match fate {
            Fate::Killed(Kill { timeout: true, .. }) => &mut self.killed_timeout,
            Fate::Killed(Kill { short: true, .. }) => &mut self.killed_short,
            Fate::Killed(_) => &mut self.killed_full,
            Fate::Survived(Proof::Equivalent) => &mut self.equivalent,
            Fate::Survived(_) => &mut self.survived,
        };
        *field += 1;
        let different = self.mutants - self.equivalent;
        self.percent = match different {
            0 => 100.0,
            n => f64::from(different - self.survived) * 100.0 / f64::from(n),
        };
    }

    fn row(&self) -> Vec<String> {
        let mut row = vec![self.block.clone()];
        row.extend(
            [
                self.mutants,
                self.killed_short,
                self.killed_full,
                self.killed_timeout,
                self.equivalent,
                self.survived,
            ]
            .map(|n| n.to_string()),
        );
        row.push(format!("{:.1} %", self.percent));
        row
    }
}

/// The report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Command that makes it again.
    pub command: String,
    /// Versions of the programs.
    pub tools: Vec<String>,
    /// Seed of the mutants.
    pub seed: u32,
    /// Seeds of the full suite.
    pub suite_seeds: u64,
    /// Least percentage.
    pub target: f64,
    /// Time of this run on the machine that made it.
    pub seconds: f64,
    /// Verdicts of earlier runs that it took over: their time is not in `seconds`.
    pub earlier: usize,
    /// Figures of all blocks.
    pub total: Count,
    /// Figures of each.
    pub blocks: Vec<Count>,
    /// Neither killed nor proved equivalent.
    pub survivors: Vec<Judged>,
    /// Proved equivalent.
    pub equivalents: Vec<Mutant>,
}

const TITLES: &[&str] = &[
    "block",
    ">mutants",
    ">short",
    ">full",
    ">timeout",
    ">equivalent",
    ">survived",
    ">killed",
];

impl Report {
    /// Counts.
    pub fn new(
        options: &Options,
        models: &[Model],
        judged: Vec<Judged>,
        earlier: usize,
        tools: Vec<String>,
        seconds: f64,
    ) -> Report {
        let count = |name: &str| Count {
            block: name.to_owned(),
            percent: 100.0,
            ..Count::default()
        };
        let mut total = count("all");
        let blocks = models.iter().flat_map(|model| &model.block);
        let mut blocks: Vec<Count> = blocks.map(|block| count(&block.name)).collect();
        for one in &judged {
            total.add(&one.fate);
            blocks
                .iter_mut()
                .filter(|count| count.block == one.mutant.block)
                .for_each(|count| count.add(&one.fate));
        }
        let is = |one: &Judged, equivalent: bool| match &one.fate {
            Fate::Survived(proof) => (*proof == Proof::Equivalent) == equivalent,
            Fate::Killed(_) => false,
        };
        Report {
            command: options.command(),
            tools,
            seed: options.seed,
            suite_seeds: options.suite_seeds,
            target: options.target,
            seconds: seconds.round(),
            earlier,
            total,
            blocks,
            equivalents: judged
                .iter()
                .filter(|one| is(one, true))
                .map(|one| one.mutant.clone())
                .collect(),
            survivors: judged.into_iter().filter(|one| is(one, false)).collect(),
        }
    }

    /// Whether enough of them were noticed.
    pub fn good(&self) -> bool {
        self.total.percent >= self.target
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.blocks
            .iter()
            .chain([&self.total])
            .map(Count::row)
            .collect()
    }

    /// For people, on a terminal.
    pub fn text(&self) -> String {
        let mut text = render(TITLES, &self.rows());
        if !self.survivors.is_empty() {
            text += "\nSurvivors\n";
            let rows: Vec<Vec<String>> = self.survivors.iter().map(survivor).collect();
            text += &render(&["source", "mutant", "fault", "proof", "line"], &rows);
        }
        let verdict = if self.good() {
            "at least"
        } else {
            "FEWER THAN"
        };
        if self.earlier > 0 {
            let _ = write!(
                text,
                "\n{} verdicts are those of earlier runs.",
                self.earlier
            );
        }
        let _ = writeln!(
            text,
            "\n{:.2} % of the mutants that are not equivalent are killed, {verdict} {} %; seed {}, {:.0} s",
            self.total.percent, self.target, self.seed, self.seconds
        );
        text
    }

    /// For programs.
    pub fn json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map_err(|e| e.to_string())
    }

    /// For the repository.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Mutants\n\nHow this is made and read: [doc/verification/mutants.md](../../doc/verification/mutants.md).\n\n- Command: `{}`\n- Seed of the mutants {}, {} seeds of the full suite\n",
            self.command, self.seed, self.suite_seeds
        );
        for tool in &self.tools {
            let _ = writeln!(text, "- {tool}");
        }
        let _ = writeln!(
            text,
            "- Time: {} s; {} verdicts are those of earlier runs, whose time is not in it",
            self.seconds, self.earlier
        );
        let _ = writeln!(
            text,
            "\n{:.2} % of the mutants that are not equivalent are killed.\n",
            self.total.percent
        );
        text += &markdown(TITLES, &self.rows());
        text += "\n## Survivors\n\nNeither killed nor proved equivalent.\n\n";
        if self.survivors.is_empty() {
            text += "None.\n";
        } else {
            let rows: Vec<Vec<String>> = self.survivors.iter().map(survivor).collect();
            text += &markdown(&["source", "mutant", "fault", "proof", "line"], &rows);
        }
        text += "\n## Proved equivalent\n\n";
        if self.equivalents.is_empty() {
            text += "None.\n";
        } else {
            let rows: Vec<Vec<String>> = self
                .equivalents
                .iter()
                .map(|m| {
                    vec![
                        m.source.clone(),
                        m.number.to_string(),
                        fault(m),
                        quoted(&m.text),
                    ]
                })
                .collect();
            text += &markdown(&["source", "mutant", "fault", "line"], &rows);
        }
        text
    }

    /// Writes `mutants.json` and `mutants.md`.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for (name, text) in [
            ("mutants.json", self.json()? + "\n"),
            ("mutants.md", self.markdown()),
        ] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        Ok(())
    }
}

fn fault(mutant: &Mutant) -> String {
    quoted(&format!("{} {}", mutant.mode, mutant.place))
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

fn survivor(one: &Judged) -> Vec<String> {
    let proof = match one.fate {
        Fate::Survived(proof) => format!("{proof:?}").to_lowercase(),
        Fate::Killed(_) => String::new(),
    };
    let mutant = &one.mutant;
    vec![
        mutant.source.clone(),
        mutant.number.to_string(),
        fault(mutant),
        proof,
        quoted(&mutant.text),
    ]
}

fn markdown(titles: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = titles
        .iter()
        .map(|t| t.trim_start_matches('>').to_owned())
        .collect();
    let rules: Vec<String> = titles
        .iter()
        .map(|t| if t.starts_with('>') { "--:" } else { "---" }.to_owned())
        .collect();
    let mut text = line(&heads) + &line(&rules);
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text += &line(&cells);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_counts_as_survived_and_an_equivalent_does_not_count() {
        let mut count = Count::default();
        let kill = |short, timeout| {
            Fate::Killed(Kill {
                short,
                timeout,
                test: String::new(),
                seed: 1,
            })
        };
        for fate in [
            kill(true, false),
            kill(false, false),
            kill(true, true),
            Fate::Survived(Proof::Equivalent),
        ] {
            count.add(&fate);
        }
        assert!((count.percent - 100.0).abs() < 1e-9);
        count.add(&Fate::Survived(Proof::Unknown));
        assert_eq!(
            (count.killed_short, count.killed_full, count.killed_timeout),
            (1, 1, 1)
        );
        assert_eq!((count.equivalent, count.survived), (1, 1));
        assert!((count.percent - 75.0).abs() < 1e-9);
    }
}
