// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running a program to its end with its output in a log file.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::config::{Code, Diagnostic, Report, quoted, visible};

/// Lines of the log that an error shows.
const SHOWN: usize = 12;

/// A program that ended well.
#[derive(Clone, Copy, Debug)]
pub struct Finished {
    /// Wall time in seconds.
    pub seconds: f64,
    /// Largest memory of the program or of one that it started, in KiB, as far as it was seen
    /// (Linux only).
    pub peak_kib: Option<u64>,
}

/// A program to run.
#[derive(Debug)]
pub struct Run<'a> {
    /// Name of the tool for messages.
    pub tool: &'a str,
    /// The command.
    pub command: Command,
    /// Where its output goes.
    pub log: &'a Path,
}

impl Run<'_> {
    /// Runs the program to its end.
    ///
    /// # Errors
    /// If it cannot be started, or ends with another code than 0: then with the errors in its log.
    pub fn finish(mut self) -> Result<Finished, Report> {
        let started = Instant::now();
        let log = File::create(self.log).map_err(|error| self.unwritable(&error))?;
        let errors = log.try_clone().map_err(|error| self.unwritable(&error))?;
        let child = self
            .command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn();
        let mut child = child.map_err(|error| {
            let message = format!("cannot start {}: {error}", self.tool);
            Diagnostic::new(Code::ToolFailed, message)
                .note(format!("command: {}", self.shell()))
                .help("check the installation of the tool")
        })?;
        let (status, peak_kib) = watch(&mut child).map_err(|error| {
            Diagnostic::new(Code::ToolFailed, format!("{}: {error}", self.tool))
        })?;
        if status.success() {
            return Ok(Finished {
                seconds: started.elapsed().as_secs_f64(),
                peak_kib,
            });
        }
        Err(self.failure(status))
    }

    fn failure(&self, status: ExitStatus) -> Report {
        let mut diagnostic =
            Diagnostic::new(Code::ToolFailed, format!("{} failed: {status}", self.tool));
        let text = fs::read(self.log).unwrap_or_default();
        for line in telling_lines(&String::from_utf8_lossy(&text)) {
            diagnostic = diagnostic.note(visible(line));
        }
        diagnostic
            .note(format!("command: {}", self.shell()))
            .help(format!("the whole log is in {}", self.log.display()))
            .into()
    }

    fn unwritable(&self, error: &std::io::Error) -> Diagnostic {
        let shown = quoted(&self.log.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot write {shown}: {error}"))
    }

    fn shell(&self) -> String {
        let program = std::iter::once(self.command.get_program());
        let words: Vec<String> = program
            .chain(self.command.get_args())
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        words.join(" ")
    }
}

/// The lines of a log that name errors; without any its last lines.
fn telling_lines(log: &str) -> Vec<&str> {
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_error = |line: &&&str| line.to_ascii_lowercase().contains("error");
    let errors: Vec<&str> = lines.iter().filter(is_error).take(SHOWN).copied().collect();
    if errors.is_empty() {
        lines[lines.len().saturating_sub(SHOWN)..].to_vec()
    } else {
        errors
    }
}

/// Waits for a program and looks at its memory on the way.
fn watch(child: &mut Child) -> std::io::Result<(ExitStatus, Option<u64>)> {
    let mut peak = None;
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak));
        }
        peak = peak.max(memory_of(child.id()));
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Largest memory so far of a process or of one below it, in KiB.
fn memory_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let own = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let below = children.unwrap_or_default();
    let below = below.split_whitespace().filter_map(|id| id.parse().ok());
    below.filter_map(memory_of).max().max(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, script: &str) -> Result<Finished, Report> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Run {
            tool: "sh",
            command,
            log: &folder.join("log"),
        }
        .finish()
    }

    #[test]
    fn a_failure_shows_the_errors_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        assert!(run(folder.path(), "echo fine").is_ok());
        let text = run(folder.path(), "echo hello; echo ERROR: broken; exit 3")
            .unwrap_err()
            .to_string();
        assert!(text.contains("exit status: 3"), "{text}");
        assert!(text.contains("ERROR: broken") && !text.contains("note: hello"));
    }
}
