// SPDX-License-Identifier: MIT OR Apache-2.0
//! Yosys: the project's own (scripts/yosys.py), or the user's.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::{Code, Diagnostic, Report};

use super::find::{on_path, scripts_folder};
use super::run::{Finished, Run};
use super::version::Version;

/// Environment variable with the Yosys to use.
const VARIABLE: &str = "HCIM_YOSYS";

/// The oldest version that the scripts are tried with; older ones lack options that they need.
const NEEDED: [u32; 2] = [0, 70];

/// A Yosys of a version that serves.
#[derive(Clone, Debug)]
pub struct Yosys {
    program: PathBuf,
    first: Vec<PathBuf>,
    /// Its version, as it says it.
    pub version: String,
}

impl Yosys {
    /// Finds Yosys: the program in HCIM_YOSYS, else the project's (installed by
    /// scripts/setup.sh), else `yosys` on PATH.
    ///
    /// # Errors
    /// If there is none, or only one that is too old.
    pub fn find() -> Result<Yosys, Report> {
        if let Some(program) = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) {
            let Some(path) = on_path(&program) else {
                let message = format!("{VARIABLE} names no program: {program}");
                return Err(Diagnostic::new(Code::ToolMissing, message)
                    .help(HELP)
                    .into());
            };
            return Self::ask(path, Vec::new());
        }
        let own = scripts_folder()
            .map(|scripts| Self::ask(scripts.join("python"), vec![scripts.join("yosys.py")]));
        match own {
            Some(Ok(yosys)) => Ok(yosys),
            _ => match on_path("yosys") {
                Some(path) => Self::ask(path, Vec::new()),
                None => Err(Diagnostic::new(Code::ToolMissing, "Yosys is not installed")
                    .help(HELP)
                    .into()),
            },
        }
    }

    /// Runs a script (one pass a line) with its output in `log`, in the folder `folder`.
    ///
    /// # Errors
    /// If a pass fails: then with the errors in the log.
    pub fn run(&self, folder: &Path, script: &Path, log: &Path) -> Result<Finished, Report> {
        let mut command = self.command();
        command.arg("-s").arg(script).current_dir(folder);
        Run {
            tool: "yosys",
            command,
            log,
        }
        .finish()
    }

    fn ask(program: PathBuf, first: Vec<PathBuf>) -> Result<Yosys, Report> {
        let mut yosys = Yosys {
            program,
            first,
            version: String::new(),
        };
        let shown = yosys.program.display().to_string();
        let answer = yosys.command().arg("-V").output();
        let text = match answer {
            Ok(output) if output.status.success() => {
                String::from_utf8_lossy(&output.stdout).into_owned()
            }
            Ok(output) => {
                let errors = String::from_utf8_lossy(&output.stderr);
                let message = format!("{shown} -V fails: {}", errors.trim());
                return Err(Diagnostic::new(Code::ToolMissing, message)
                    .help(HELP)
                    .into());
            }
            Err(error) => {
                let message = format!("cannot start {shown}: {error}");
                return Err(Diagnostic::new(Code::ToolMissing, message)
                    .help(HELP)
                    .into());
            }
        };
        let needed = Version(NEEDED.to_vec());
        match Version::find(&text) {
            Some(found) if found >= needed => {
                yosys.version = found.to_string();
                Ok(yosys)
            }
            found => {
                let found = found.map_or_else(|| "unknown".to_owned(), |found| found.to_string());
                let message =
                    format!("{shown} is Yosys {found}; synthesis needs {needed} or newer");
                Err(Diagnostic::new(Code::ToolTooOld, message).help(HELP).into())
            }
        }
    }

    /// The command, without a script.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.first);
        command
    }
}

const HELP: &str = "run scripts/setup.sh in the clone (it installs Yosys 0.70 from PyPI), or name a Yosys in HCIM_YOSYS";
