// SPDX-License-Identifier: MIT OR Apache-2.0
//! The regression runner `hcim-sim`, which simulates netlists and records their activity.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::power::Account;
use crate::flow::tools::{Run, on_path};
use crate::flow::words::absolute;

use super::sources;

/// Environment variable that names the runner.
const VARIABLE: &str = "HCIM_SIM";

/// The runner.
#[derive(Clone, Debug)]
pub struct Simulator {
    program: PathBuf,
    generator: PathBuf,
    clone: PathBuf,
}

/// What is simulated.
pub(super) struct Activity<'a> {
    pub config: &'a Path,
    pub netlist: &'a Path,
    pub cells: &'a Path,
    pub workload: &'a str,
    pub mvms: u64,
    pub seed: u64,
    pub period_ps: u64,
    pub saif: &'a Path,
    pub log: &'a Path,
}

impl Simulator {
    /// Finds the runner: HCIM_SIM, else `hcim-sim` beside this program.
    ///
    /// # Errors
    /// If it is not there, or there is no clone around to run it in.
    pub fn find() -> Result<Simulator, Report> {
        let missing = |message: String| -> Report {
            Diagnostic::new(Code::SimulatorMissing, message)
                .help("run `cargo build --release --workspace` in the clone, or name the program in HCIM_SIM")
                .into()
        };
        let own = std::env::current_exe()
            .map_err(|error| missing(format!("cannot tell where this program is: {error}")))?;
        let named = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty());
        let program = match &named {
            Some(name) => on_path(name).ok_or_else(|| {
                missing(format!(
                    "{VARIABLE} is {}, which is no program",
                    quoted(name)
                ))
            })?,
            None => {
                let beside =
                    own.with_file_name(format!("hcim-sim{}", std::env::consts::EXE_SUFFIX));
                let shown = beside.to_string_lossy().into_owned();
                on_path(&shown).ok_or_else(|| missing(format!("there is no {}", quoted(&shown))))?
            }
        };
        let Some(clone) = sources::clone() else {
            let message = "the regression runner needs the clone with its testbenches around the current folder";
            return Err(missing(message.to_owned()));
        };
        // Its tools are looked at now, not after minutes of synthesis.
        let setup = Command::new(clone.join("scripts/setup.sh"))
            .arg("--check")
            .output();
        let fine = setup.as_ref().is_ok_and(|output| output.status.success());
        if !fine {
            let why = setup.map_or_else(
                |error| error.to_string(),
                |output| String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            );
            let message = "the tools that the regression runner needs are not there";
            return Err(Diagnostic::new(Code::SimulatorMissing, message)
                .note(why)
                .help("run scripts/setup.sh in the clone")
                .into());
        }
        Ok(Simulator {
            program,
            generator: own,
            clone,
        })
    }

    /// The runner, without arguments, to be run in the clone.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.clone);
        command
    }

    /// Simulates and records; gives the account.
    ///
    /// # Errors
    /// If the simulation fails, or its results are wrong.
    pub(super) fn record(&self, activity: &Activity) -> Result<Account, Report> {
        let mut command = Command::new(&self.program);
        command
            .arg("activity")
            .arg("--config")
            .arg(absolute(activity.config))
            .arg("--netlist")
            .arg(absolute(activity.netlist))
            .arg("--cells")
            .arg(absolute(activity.cells))
            .args(["--workload", activity.workload])
            .args(["--mvms", &activity.mvms.to_string()])
            .args(["--seed", &activity.seed.to_string()])
            .args(["--period-ps", &activity.period_ps.to_string()])
            .arg("--generator")
            .arg(&self.generator)
            .arg("--saif")
            .arg(absolute(activity.saif))
            .current_dir(&self.clone);
        Run {
            tool: "hcim-sim",
            command,
            log: activity.log,
        }
        .finish()?;
        Account::beside(activity.saif)
    }
}
