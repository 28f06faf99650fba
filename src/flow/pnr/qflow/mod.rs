// SPDX-License-Identifier: MIT OR Apache-2.0
//! Place and route by qflow: graywolf places, qrouter routes, magic extracts and checks the rules,
//! netgen compares. All of it comes with Debian; the netlist is the one of `hcim synth`.
//!
//! The library of Debian has no layouts of its cells, so that rules and connections are checked
//! down to the pins and obstructions of the cells' LEF, not inside the cells.

mod layout;
mod project;
mod verdict;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report, visible};
use crate::flow::tools::{Run, on_path};

use super::def::{self, Def};
use super::flat::Flat;
use super::parasitics::{self, Tree};
use super::problem::violation;

pub use layout::{cell_lef, layout};
pub use project::{Project, QflowTechnology};
pub use verdict::{drc_count, lvs_matches, routed};

/// Wall time of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    /// Name of the step.
    pub step: String,
    /// Seconds.
    pub seconds: f64,
}

/// A finished layout.
#[derive(Debug)]
pub struct Layout {
    /// The routed DEF.
    pub def_file: PathBuf,
    /// What it holds.
    pub def: Def,
    /// Resistances of the routed nets.
    pub trees: Vec<Tree>,
    /// Violations of design rules.
    pub drc_violations: usize,
    /// Whether layout and netlist match.
    pub lvs_matches: bool,
    /// Wall times.
    pub times: Vec<StepTime>,
}

/// The programs that qflow starts, with the packages that bring them.
const PROGRAMS: [(&str, &str); 6] = [
    ("qflow", "qflow"),
    ("tcsh", "tcsh"),
    ("graywolf", "graywolf"),
    ("qrouter", "qrouter"),
    ("magic", "magic"),
    ("netgen-lvs", "netgen-lvs"),
];

/// Checks that qflow and what it starts are installed.
///
/// # Errors
/// Names everything that is missing.
pub fn find() -> Result<(), Report> {
    let missing: Vec<(&str, &str)> = PROGRAMS
        .iter()
        .filter(|(program, _)| on_path(program).is_none())
        .copied()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<&str> = missing.iter().map(|(program, _)| *program).collect();
    let packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
    let message = format!("place and route with qflow needs {}", programs.join(", "));
    Err(Diagnostic::new(Code::ToolMissing, message)
        .note("each must be a program on PATH")
        .help(format!(
            "scripts/setup.sh installs them; or: apt-get install {} qflow-tech-osu018",
            packages.join(" ")
        ))
        .into())
}

/// Versions of the programs, as far as they tell.
pub fn versions() -> Vec<(String, String)> {
    let ask = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))?;
        Some((program.to_owned(), version.trim_end_matches('.').to_owned()))
    };
    [("qflow", "-v"), ("qrouter", "-h"), ("magic", "--version")]
        .iter()
        .filter_map(|(program, argument)| ask(program, argument))
        .collect()
}

/// Places, routes and checks. `folder` becomes a qflow project.
///
/// # Errors
/// A tool that fails, nets without wires, and whatever the outputs do not say as expected. Rule
/// violations and mismatches are part of the result.
pub fn run(
    flat: &Flat,
    technology: &QflowTechnology,
    folder: &Path,
    mut progress: impl FnMut(&str),
) -> Result<Layout, Report> {
    find()?;
    let project = Project::create(flat, technology, folder)?;
    let mut times = Vec::new();
    let mut step = |step: &str| -> Result<(), Report> {
        progress(step);
        let started = std::time::Instant::now();
        let mut command = Command::new("qflow");
        command
            .args([step, "-T", &technology.name, "-p"])
            .arg(&project.folder);
        command.arg(&project.name).current_dir(&project.folder);
        // Without a display nothing opens a window.
        command.env_remove("DISPLAY").env_remove("QFLOW_TECH");
        let tool = format!("qflow {step}");
        let log = project.folder.join(format!("{step}.out"));
        let outcome = Run {
            tool: &tool,
            command,
            log: &log,
        }
        .finish();
        times.push(StepTime {
            step: step.to_owned(),
            seconds: started.elapsed().as_secs_f64(),
        });
        outcome.map(|_| ())
    };
    step("place")?;
    project.unchanged(flat)?;
    project.keep_vias()?;
    let routing = step("route");
    let route_log = project.read("log/route.log")?;
    if !routed(&route_log) {
        let failed = route_log
            .lines()
            .filter(|line| line.contains("Failed net"))
            .take(5);
        let mut diagnostic = violation("qrouter did not route every net".to_owned());
        for line in failed {
            diagnostic = diagnostic.note(visible(line));
        }
        return Err(diagnostic
            .note(format!("log: {}", project.file("log/route.log").display()))
            .help("give the cells more room: --density 0.8")
            .into());
    }
    routing?;
    // The layout database; checks before it would look at nothing.
    step("migrate")?;
    // Their exit codes say less than their outputs.
    let _ = step("drc");
    let drc =
        drc_count(&project.read("log/drc.log")?).map_err(|why| project.unclear("DRC", &why))?;
    let _ = step("lvs");
    let lvs = lvs_matches(&project.read("log/lvs.log")?, flat.cells.len())
        .map_err(|why| project.unclear("LVS", &why))?;
    let def_file = project.file(&format!("layout/{}.def", project.name));
    let text = project.read(&format!("layout/{}.def", project.name))?;
    let def = def::parse(&text).map_err(|error| project.unclear("the DEF", &error.to_string()))?;
    let trees = parasitics::parse(&project.read(&format!("layout/{}.rc", project.name))?)
        .map_err(|error| project.unclear("the RC file", &error))?;
    parasitics::is_routed(flat, &trees).map_err(|why| Report::from(violation(why)))?;
    Ok(Layout {
        def_file,
        def,
        trees,
        drc_violations: drc,
        lvs_matches: lvs,
        times,
    })
}
