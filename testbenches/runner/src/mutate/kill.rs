// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs testbenches against one mutant until one of them fails.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::digest::digest;
use crate::simulate::parse;

/// CPU time after which the system ends a simulation. Only what hangs within a cycle takes that long: whole tests are
/// limited in cycles, which does not depend on the machine.
const CPU_SECONDS: u64 = 60;

/// Who noticed a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kill {
    /// In the short suite, or in the full one.
    pub short: bool,
    /// It ran out of cycles or CPU time.
    pub timeout: bool,
    /// The test.
    pub test: String,
    /// Its seed.
    pub seed: u64,
}

/// A simulator with mutants, and what is run on it.
#[derive(Clone, Copy, Debug)]
pub struct Suite<'a> {
    /// The simulator.
    pub simulator: &'a Path,
    /// The effective configuration.
    pub config: &'a Path,
    /// The folder to run in: the clone.
    pub root: &'a Path,
    /// Tests of the short suite.
    pub short: &'a [String],
    /// Seeds of the full suite; the short one has the first.
    pub seeds: u64,
    /// Cycles of a test.
    pub max_cycles: u64,
}

impl Suite<'_> {
    /// Runs all tests without a fault. All must pass; gives cycles of the longest.
    pub fn sound(&self) -> Result<u64, String> {
        let mut longest = 0;
        for seed in 1..=self.seeds {
            let output = self.run(0, seed, "", 0)?;
            let outcomes = parse(&output.text);
            let bad = outcomes
                .iter()
                .find(|outcome| !outcome.pass || outcome.checks == 0);
            if let Some(bad) = bad {
                return Err(format!(
                    "without a mutant, test {} fails with seed {seed}: {}",
                    bad.test, bad.message
                ));
            }
            if !output.success || outcomes.is_empty() {
                return Err(format!(
                    "without a mutant, the simulation fails: {}",
                    output.text
                ));
            }
            for name in self.short {
                if !outcomes.iter().any(|outcome| outcome.test == *name) {
                    return Err(format!("mutants.toml: there is no test {name}"));
                }
            }
            longest = outcomes
                .iter()
                .map(|outcome| outcome.cycles)
                .fold(longest, u64::max);
        }
        Ok(longest)
    }

    /// Digest of what the fate of a mutant depends on.
    pub fn digest(&self) -> Result<String, String> {
        let seeds = self.seeds.to_string();
        let mut texts = vec![seeds.as_str()];
        texts.extend(self.short.iter().map(String::as_str));
        digest(&texts, &[self.simulator.to_owned(), self.config.to_owned()])
    }

    /// Runs the short suite, then the full one; gives what failed first.
    pub fn kill(&self, mutant: u32) -> Result<Option<Kill>, String> {
        let short = self.attempt(mutant, 1, &self.short.join(","))?;
        if let Some((test, timeout)) = short {
            return Ok(Some(Kill {
                short: true,
                timeout,
                test,
                seed: 1,
            }));
        }
        for seed in 1..=self.seeds {
            if let Some((test, timeout)) = self.attempt(mutant, seed, "")? {
                return Ok(Some(Kill {
                    short: false,
                    timeout,
                    test,
                    seed,
                }));
            }
        }
        Ok(None)
    }

    /// The test that fails and whether it ran out of time.
    fn attempt(
        &self,
        mutant: u32,
        seed: u64,
        only: &str,
    ) -> Result<Option<(String, bool)>, String> {
        let output = self.run(mutant, seed, only, self.max_cycles)?;
        let outcomes = parse(&output.text);
        if let Some(failed) = outcomes.iter().find(|outcome| !outcome.pass) {
            return Ok(Some((failed.test.clone(), failed.timeout)));
        }
        if output.success {
            return Ok(None);
        }
        if outcomes.is_empty() && output.usage {
            return Err(output.text);
        }
        // A crash, or the end of its CPU time, in the test after the last that is reported.
        let after = outcomes
            .last()
            .map_or("the first", |outcome| outcome.test.as_str());
        let word = if output.cpu_time { "no end" } else { "crash" };
        Ok(Some((format!("{word} after {after}"), output.cpu_time)))
    }

    fn run(&self, mutant: u32, seed: u64, only: &str, max_cycles: u64) -> Result<Output, String> {
        let output = Command::new(self.simulator)
            .current_dir(self.root)
            .arg("--config")
            .arg(self.config)
            .args(["--seed", &seed.to_string()])
            .args(["--mutant", &mutant.to_string()])
            .args(["--only", only, "--until-failure", "1"])
            .args(["--max-cycles", &max_cycles.to_string()])
            .args(["--cpu-seconds", &CPU_SECONDS.to_string()])
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("{}: {e}", self.simulator.display()))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Output {
            success: output.status.success(),
            usage: output.status.code() == Some(2),
            cpu_time: ended_by_limit(output.status),
            text: text(&output.stdout) + &text(&output.stderr),
        })
    }
}

struct Output {
    success: bool,
    usage: bool,
    cpu_time: bool,
    text: String,
}

/// The system ends a process at its limit of CPU time by SIGXCPU.
fn ended_by_limit(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(script: &str) -> Result<Option<Kill>, String> {
        let folder =
            std::env::temp_dir().join(format!("hcim-kill-{}-{:p}", std::process::id(), script));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("sim");
        crate::tools::write_program(&path, script);
        let short = ["a".to_owned()];
        let found = Suite {
            simulator: &path,
            config: Path::new("c.json"),
            root: &folder,
            short: &short,
            seeds: 2,
            max_cycles: 100,
        }
        .kill(3);
        let _ = std::fs::remove_dir_all(folder);
        found
    }

    fn line(pass: bool, timeout: bool) -> String {
        format!(
            r#"echo '{{"test":"a","seed":1,"cycles":5,"checks":1,"pass":{pass},"timeout":{timeout}}}'"#
        )
    }

    #[test]
    fn a_failure_a_crash_and_a_timeout_kill() {
        assert_eq!(suite(&line(true, false)), Ok(None));
        let kill = suite(&(line(false, false) + "; exit 1")).unwrap().unwrap();
        assert!(kill.short && !kill.timeout && kill.test == "a");
        let kill = suite(&(line(false, true) + "; exit 1")).unwrap().unwrap();
        assert!(kill.timeout);
        let kill = suite(&(line(true, false) + "; kill -SEGV $$"))
            .unwrap()
            .unwrap();
        assert!(!kill.timeout && kill.test == "crash after a");
        let kill = suite(&(line(true, false) + "; kill -XCPU $$"))
            .unwrap()
            .unwrap();
        assert!(kill.timeout && kill.test == "no end after a");
    }

    #[test]
    fn the_full_suite_kills_what_survives_the_short_one() {
        // The short suite names its tests: --only is argument 8.
        let script = format!(
            "[ \"$8\" = a ] && {{ {}; exit 0; }}; {}; exit 1",
            line(true, false),
            line(false, false)
        );
        let kill = suite(&script).unwrap().unwrap();
        assert!(!kill.short && kill.seed == 1);
    }

    #[test]
    fn a_wrong_command_line_kills_nothing() {
        assert!(suite("echo usage >&2; exit 2").is_err());
    }
}
