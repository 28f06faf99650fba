// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding and running OpenSTA.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::config::{Code, Diagnostic, Report, visible};
use crate::flow::tools::{Finished, Run, Version, on_path};

/// Environment variable that names OpenSTA.
const VARIABLE: &str = "HCIM_STA";

/// The oldest OpenSTA that reads SAIF files.
pub const READS_ACTIVITY: [u32; 2] = [2, 6];

/// Lines of a log that an error shows.
const SHOWN: usize = 8;

/// An OpenSTA.
#[derive(Clone, Debug)]
pub struct OpenSta {
    program: PathBuf,
    /// Its version, as it says it.
    pub version: String,
}

impl OpenSta {
    /// A program of a version that is never run.
    #[cfg(test)]
    pub(super) fn stub(version: &str) -> OpenSta {
        OpenSta {
            program: PathBuf::from("sta"),
            version: version.to_owned(),
        }
    }

    /// Finds OpenSTA: `given`, else the program in HCIM_STA, else `sta` on PATH.
    ///
    /// # Errors
    /// If there is none, or one that does not say its version.
    pub fn find(given: Option<&str>) -> Result<OpenSta, Report> {
        let variable = std::env::var(VARIABLE).ok();
        let named = [given, variable.as_deref()];
        let named = named.into_iter().flatten().find(|name| !name.is_empty());
        let program = named.unwrap_or("sta");
        let Some(path) = on_path(program) else {
            let message = match named {
                Some(name) => format!("there is no program {}", visible(name)),
                None => "OpenSTA (`sta`) is not installed".to_owned(),
            };
            return Err(Diagnostic::new(Code::ToolMissing, message)
                .help(HELP)
                .into());
        };
        let shown = path.display().to_string();
        let answer = Command::new(&path)
            .arg("-version")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                let message = format!("cannot start {shown}: {error}");
                Diagnostic::new(Code::ToolMissing, message).help(HELP)
            })?;
        let text = String::from_utf8_lossy(&answer.stdout);
        match Version::find(&text) {
            Some(version) => Ok(OpenSta {
                program: path,
                version: version.to_string(),
            }),
            None => {
                let message = format!("{shown} -version names no version: is it OpenSTA?");
                Err(Diagnostic::new(Code::ToolMissing, message)
                    .help(HELP)
                    .into())
            }
        }
    }

    /// Refuses an OpenSTA that cannot read switching activity.
    ///
    /// # Errors
    /// If it is older than 2.6.
    pub fn needs_activity(&self) -> Result<(), Report> {
        let needed = Version(READS_ACTIVITY.to_vec());
        if Version::find(&self.version).is_some_and(|found| found >= needed) {
            return Ok(());
        }
        let message = format!(
            "{} is OpenSTA {}; power needs {needed} or newer, which reads SAIF files",
            self.program.display(),
            self.version
        );
        Err(Diagnostic::new(Code::ToolTooOld, message)
            .note("an older one would give the power of made-up activity")
            .help("build OpenSTA from source (github.com/parallaxsw/OpenSTA), and name it with --sta FILE or in HCIM_STA")
            .into())
    }

    /// Runs a script that lies in `folder` there, with its output in `log`. The output is returned, too. OpenSTA makes a
    /// command of Tcl of the script's name, so it gets no folder of the user's with it.
    ///
    /// # Errors
    /// If OpenSTA fails, prints an error, or does not come to the end of the script.
    pub fn run(
        &self,
        folder: &Path,
        script: &str,
        log: &Path,
    ) -> Result<(String, Finished), Report> {
        let mut command = Command::new(&self.program);
        command
            .args(["-no_splash", "-no_init", "-exit"])
            .arg(script)
            .current_dir(folder);
        let finished = Run {
            tool: "sta",
            command,
            log,
        }
        .finish()?;
        let bytes = fs::read(log).map_err(|error| {
            let message = format!("cannot read {}: {error}", log.display());
            Diagnostic::new(Code::InputOutput, message)
        })?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // OpenSTA 2.0 goes on after an error, and ends well.
        let errors: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("Error"))
            .collect();
        if errors.is_empty() && text.contains(END) {
            return Ok((text, finished));
        }
        let mut diagnostic = Diagnostic::new(Code::ToolFailed, "OpenSTA did not finish its script");
        let last: Vec<&str> = text.lines().rev().take(3).collect();
        let shown = if errors.is_empty() {
            last.into_iter().rev().collect()
        } else {
            errors
        };
        for line in shown.into_iter().take(SHOWN) {
            diagnostic = diagnostic.note(visible(line));
        }
        Err(diagnostic
            .help(format!("the whole log is in {}", log.display()))
            .into())
    }
}

/// What every script prints at its end.
const END: &str = "=== hcim done";

const HELP: &str =
    "install OpenSTA (Debian: apt-get install opensta), or name one with --sta FILE or in HCIM_STA";
