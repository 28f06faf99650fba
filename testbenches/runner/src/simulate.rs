// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs one simulator with one seed and reads its result lines.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::tools::shell;

/// A simulation that takes longer hangs.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// The result of one test, as the testbench prints it on a line of its own.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// Test.
    pub test: String,
    /// Seed.
    pub seed: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Comparisons made.
    pub checks: u64,
    /// Whether all held.
    pub pass: bool,
    /// Whether it failed because it took more cycles than it was given.
    #[serde(default)]
    pub timeout: bool,
    /// What was wrong, or what was measured.
    #[serde(default)]
    pub message: String,
}

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The simulator.
    pub simulator: &'a Path,
    /// The effective configuration.
    pub config: &'a Path,
    /// More arguments.
    pub args: &'a [String],
    /// Seed.
    pub seed: u64,
    /// Only tests whose name contains this.
    pub test: Option<&'a str>,
    /// Where to write a waveform.
    pub wave: Option<&'a Path>,
    /// Folder for what a model built with coverage has seen.
    pub coverage: Option<&'a Path>,
    /// The folder to run in: the clone.
    pub root: &'a Path,
}

/// Runs the simulator. Whatever goes wrong is a failed outcome.
pub fn simulate(request: &Request) -> Vec<Outcome> {
    let mut command = Command::new(request.simulator);
    command
        .current_dir(request.root)
        .arg("--config")
        .arg(request.config);
    command
        .args(["--seed", &request.seed.to_string()])
        .args(request.args);
    if let Some(test) = request.test {
        command.args(["--test", test]);
    }
    if let Some(wave) = request.wave {
        command.arg("--wave").arg(wave);
    }
    if let Some(folder) = request.coverage {
        command.env("HCIM_COVERAGE", folder);
    }
    let started = Instant::now();
    let failed = |message: String| Outcome {
        test: request.test.unwrap_or("*").to_owned(),
        seed: request.seed,
        cycles: 0,
        checks: 0,
        pass: false,
        timeout: false,
        message,
    };
    let log = request
        .simulator
        .with_extension(format!("seed{}.log", request.seed));
    let output = std::fs::File::create(&log)
        .and_then(|file| Ok((file.try_clone()?, file)))
        .and_then(|(out, err)| {
            command
                .stdin(Stdio::null())
                .stdout(out)
                .stderr(err)
                .spawn()
                .and_then(|mut child| {
                    loop {
                        if let Some(status) = child.try_wait()? {
                            return Ok(Some(status));
                        }
                        if started.elapsed() > TIME_LIMIT {
                            child.kill()?;
                            child.wait()?;
                            return Ok(None);
                        }
                        std::thread::sleep(Duration::from_millis(5));
                    }
                })
        });
    let text = std::fs::read(&log).unwrap_or_default();
    let mut outcomes = parse(&String::from_utf8_lossy(&text));
    match output {
        Err(e) => outcomes.push(failed(format!("{}: {e}", shell(&command)))),
        Ok(None) => outcomes.push(failed(format!("no end after {} s", TIME_LIMIT.as_secs()))),
        Ok(Some(status)) if !status.success() && outcomes.iter().all(|o| o.pass) => {
            let text = String::from_utf8_lossy(&text);
            let tail: Vec<&str> = text.lines().rev().take(5).collect();
            let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
            outcomes.push(failed(format!("{status}\n{tail}")));
        }
        Ok(Some(_)) if outcomes.is_empty() => outcomes.push(failed("no test was run".to_owned())),
        Ok(Some(_)) => {}
    }
    for outcome in outcomes.iter_mut().filter(|o| o.pass && o.checks == 0) {
        outcome.pass = false;
        outcome.message = "no check was made".to_owned();
    }
    outcomes
}

/// Result lines are JSON objects; everything else in the output is commentary.
pub fn parse(text: &str) -> Vec<Outcome> {
    text.lines()
        .filter(|line| line.starts_with("{\"test\""))
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Vec<Outcome> {
        let folder =
            std::env::temp_dir().join(format!("hcim-sim-{}-{:p}", std::process::id(), &text));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("sim");
        crate::tools::write_program(&path, text);
        run_sh(&path, &folder)
    }

    fn run_sh(path: &Path, folder: &Path) -> Vec<Outcome> {
        let request = Request {
            simulator: path,
            config: Path::new("c.json"),
            args: &[],
            seed: 7,
            test: None,
            wave: None,
            coverage: None,
            root: folder,
        };
        let outcomes = simulate(&request);
        let _ = std::fs::remove_dir_all(folder);
        outcomes
    }

    #[test]
    fn a_crash_no_test_and_no_check_are_failures() {
        let line = |checks| {
            format!(r#"echo '{{"test":"t","seed":7,"cycles":5,"checks":{checks},"pass":true}}'"#)
        };
        assert!(script(&line(3))[0].pass);
        assert!(!script(&line(0))[0].pass);
        assert!(!script("exit 0")[0].pass);
        let crash = script(&format!("{}\necho boom; exit 9", line(3)));
        assert!(crash[0].pass && !crash[1].pass && crash[1].message.contains("boom"));
    }
}
