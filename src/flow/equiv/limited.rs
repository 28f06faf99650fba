// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running a script of Yosys under a time limit.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::config::{Code, Diagnostic, Report};
use crate::flow::tools::Yosys;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself.
    Finished,
    /// At the limit.
    TimedOut,
}

/// Runs a script in `folder` with its output in `log`, for `seconds` at most.
pub(super) fn run(
    yosys: &Yosys,
    folder: &Path,
    script: &str,
    log: &Path,
    seconds: u64,
) -> Result<Ended, Report> {
    let failed = |why: String| -> Report {
        Diagnostic::new(Code::ToolFailed, format!("yosys: {why}"))
            .help(format!("the whole log is in {}", log.display()))
            .into()
    };
    let output = File::create(log).map_err(|error| failed(error.to_string()))?;
    let errors = output
        .try_clone()
        .map_err(|error| failed(error.to_string()))?;
    let mut command = yosys.command();
    command.args(["-s", script]).current_dir(folder);
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        match child
            .try_wait()
            .map_err(|error| failed(error.to_string()))?
        {
            Some(status) if status.success() => return Ok(Ended::Finished),
            Some(status) => return Err(failed(format!("{script} failed: {status}"))),
            None if Instant::now() >= end => {
                // It may have ended just now; there is nothing else to do about it.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(Ended::TimedOut);
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
