// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lint matrix: every tool on every configuration, zero warnings.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde::Serialize;

use crate::matrix::Unit;
use crate::model::{self, Generated};
use crate::pool::{jobs, run_all};
use crate::table::render;
use crate::tools::{Tools, run, shell};

/// Options of `hcim-sim lint`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Lint only units whose CASE/TOP contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Use only these tools
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = TOOLS)]
    pub tool: Vec<String>,
    /// Another generator than the one of this build
    #[arg(long, value_name = "FILE")]
    pub generator: Option<PathBuf>,
    /// Print the report as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Also write the JSON report to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Jobs at a time; the number of cores if not given
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
}

const TOOLS: [&str; 5] = ["verilator", "verilator-debian", "icarus", "yosys", "slang"];

/// Verilator 5.006 takes minutes and many gigabytes for a hundred gated columns: it lints narrow ones.
const DEBIAN_COLUMNS: u64 = 16;

#[derive(Debug, Serialize)]
struct Finding {
    tool: &'static str,
    clean: bool,
    output: String,
    command: String,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct UnitReport {
    case: String,
    top: String,
    files: usize,
    lines: usize,
    findings: Vec<Finding>,
}

impl UnitReport {
    fn failed(&self) -> bool {
        self.findings.iter().any(|finding| !finding.clean)
    }
}

/// Lints the matrix; `Ok(false)` when a tool had something to say.
pub fn lint(options: &Options, root: &Path) -> Result<bool, String> {
    let started = Instant::now();
    let tools = Tools::find(root, "lint", options.generator.as_deref())?;
    let units: Vec<Unit> = crate::matrix::read(&root.join("testbenches/matrix.toml"))?
        .into_iter()
        .filter(|unit| {
            options
                .filter
                .as_ref()
                .is_none_or(|text| unit.name().contains(text.as_str()))
        })
        .collect();
    let chosen: Vec<&'static str> = TOOLS
        .into_iter()
        .filter(|tool| options.tool.is_empty() || options.tool.iter().any(|name| name == tool))
        .collect();
    if units.is_empty() {
        return Err("no case matches".to_owned());
    }
    let jobs = jobs(options.jobs);
    let reports = run_all(&units, jobs, Unit::name, |unit| {
        let report = lint_unit(&tools, unit, &chosen);
        let failed = report.failed();
        (report, failed)
    });
    let seconds = started.elapsed().as_secs_f64();
    let json =
        serde_json::to_string_pretty(&serde_json::json!({"seconds": seconds, "units": reports}))
            .map_err(|e| e.to_string())?;
    if let Some(path) = &options.report {
        std::fs::write(path, &json).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if options.json {
        println!("{json}");
        return Ok(!reports.iter().any(UnitReport::failed));
    }
    Ok(print(&reports, &chosen, seconds))
}

fn lint_unit(tools: &Tools, unit: &Unit, chosen: &[&'static str]) -> UnitReport {
    let mut report = UnitReport {
        case: unit.case.name.clone(),
        top: unit.top.clone(),
        files: 0,
        lines: 0,
        findings: Vec::new(),
    };
    let folder = tools.build.join(&unit.case.name).join(&unit.top);
    let generated = std::fs::create_dir_all(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))
        .and_then(|()| model::generate(tools, &unit.gen_args(), &[], &folder));
    let generated = match generated {
        Ok(generated) => generated,
        Err(output) => {
            let command = String::new();
            report.findings.push(Finding {
                tool: "generate",
                clean: false,
                output,
                command,
                seconds: 0.0,
            });
            return report;
        }
    };
    report.files = generated.rtl.len();
    report.lines = generated
        .rtl
        .iter()
        .map(|path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count()))
        .sum();
    let narrow = columns(&generated.config).is_none_or(|columns| columns <= DEBIAN_COLUMNS);
    for tool in chosen
        .iter()
        .filter(|tool| narrow || **tool != "verilator-debian")
    {
        report
            .findings
            .push(apply(tools, tool, &unit.module(), &generated, &folder));
    }
    report
}

/// Columns of an effective configuration.
fn columns(config: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(config).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    json.get("cols")?.as_u64()
}

fn apply(
    tools: &Tools,
    tool: &'static str,
    module: &str,
    generated: &Generated,
    folder: &Path,
) -> Finding {
    let files = [generated.rtl.as_slice(), generated.stub.as_slice()].concat();
    let scripts = tools.root.join("scripts");
    let verilator = ["--lint-only", "-Wall", "--top-module", module];
    let mut command = match tool {
        "verilator" => {
            let mut command = Command::new(scripts.join("verilator"));
            command.args(verilator).args(&files);
            command
        }
        "verilator-debian" => {
            let mut command = Command::new("/usr/bin/verilator");
            command.args(verilator).args(&files);
            command
        }
        "icarus" => {
            // Not to /dev/null: Icarus run by root changes the mode of what it writes to.
            let mut command = Command::new("iverilog");
            command
                .args(["-g2005", "-Wall", "-s", module, "-o"])
                .arg(folder.join("icarus.vvp"));
            command.args(&files);
            command
        }
        "yosys" => {
            let mut command = Command::new(scripts.join("python"));
            command
                .arg(scripts.join("yosys.py"))
                .args(["--lint", module])
                .args(&files);
            command
        }
        _ => {
            let mut command = Command::new(scripts.join("python"));
            command
                .arg(scripts.join("slang_lint.py"))
                .args(["--top", module])
                .args(&files);
            command
        }
    };
    let started = Instant::now();
    let (clean, output) = match run(&mut command) {
        Err(output) => (false, output),
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            let text = chatter_removed(&String::from_utf8_lossy(&text));
            (text.is_empty(), text)
        }
    };
    Finding {
        tool,
        clean,
        output,
        command: shell(&command),
        seconds: started.elapsed().as_secs_f64(),
    }
}

/// What a tool prints although it found nothing.
fn chatter_removed(text: &str) -> String {
    let chatter = |line: &&str| {
        let line = line.trim();
        !line.is_empty()
            && !line.starts_with("- V e r i l a t i o n")
            && !line.starts_with("- Verilator:")
    };
    text.lines().filter(chatter).collect::<Vec<_>>().join("\n")
}

fn print(reports: &[UnitReport], chosen: &[&str], seconds: f64) -> bool {
    let mut titles = vec!["configuration", ">files", ">lines"];
    titles.extend(chosen);
    let rows: Vec<Vec<String>> = reports
        .iter()
        .map(|report| {
            let mut row = vec![
                format!("{}/{}", report.case, report.top),
                report.files.to_string(),
                report.lines.to_string(),
            ];
            row.extend(chosen.iter().map(|tool| {
                let finding = report.findings.iter().find(|finding| finding.tool == *tool);
                finding
                    .map_or(
                        "too wide",
                        |finding| if finding.clean { "clean" } else { "FAIL" },
                    )
                    .to_owned()
            }));
            row
        })
        .collect();
    print!("{}", render(&titles, &rows));
    let (mut passed, mut failed) = (0, 0);
    for report in reports {
        for finding in &report.findings {
            passed += u64::from(finding.clean);
            failed += u64::from(!finding.clean);
            if !finding.clean {
                println!("\nFAIL {} on {}/{}", finding.tool, report.case, report.top);
                for line in finding.output.lines().take(12) {
                    println!("  {line}");
                }
                println!(
                    "  repeat: make lint LINT='--filter {}/{} --tool {}'",
                    report.case, report.top, finding.tool
                );
            }
        }
    }
    println!(
        "\n{} configurations, {} tools, {seconds:.0} s",
        reports.len(),
        chosen.len()
    );
    if chosen.contains(&"verilator-debian") {
        println!(
            "too wide: verilator-debian lints configurations of at most {DEBIAN_COLUMNS} columns"
        );
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_not_chatter() {
        assert_eq!(chatter_removed("- Verilator: Built from 0.1 MB\n\n"), "");
        assert_eq!(chatter_removed("a.v:3: warning: x\n"), "a.v:3: warning: x");
    }
}
