// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running a program under a time limit.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::config::{Code, Diagnostic, Report};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself.
    Finished,
    /// At the limit.
    TimedOut,
}

/// Runs a program with its output in `log`, for `seconds` at most; `what` names it in messages.
///
/// # Errors
/// If it cannot be started, or ends with another code than 0.
pub fn run_limited(
    what: &str,
    mut command: Command,
    log: &Path,
    seconds: u64,
) -> Result<Ended, Report> {
    let failed = |why: String| -> Report {
        Diagnostic::new(Code::ToolFailed, format!("{what}: {why}"))
            .help(format!("the whole log is in {}", log.display()))
            .into()
    };
    let output = File::create(log).map_err(|error| failed(error.to_string()))?;
    let errors = output
        .try_clone()
        .map_err(|error| failed(error.to_string()))?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        match child
            .try_wait()
            .map_err(|error| failed(error.to_string()))?
        {
            Some(status) if status.success() => return Ok(Ended::Finished),
            Some(status) => return Err(failed(format!("it failed: {status}"))),
            None if Instant::now() >= end => {
                // It may have ended just now; there is nothing else to do about it.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(Ended::TimedOut);
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}
