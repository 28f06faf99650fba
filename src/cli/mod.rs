// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line.
//!
//! [`run`] parses the arguments, calls one module per subcommand, and turns its outcome into
//! text or JSON and an exit code: 0 for success, 1 for a failure of the system or a defect of
//! hcim, 2 for bad usage, a bad configuration or an output folder that must not be replaced.

mod args;
mod cells;
mod check;
mod config_args;
mod crossbar_macro;
mod describe;
mod equiv;
mod flow_args;
mod generate;
mod images;
mod import;
mod load;
mod map;
mod map_report;
mod network;
mod output;
mod pdk;
mod pnr;
mod power;
mod ppa;
mod presets;
mod progress;
mod prove;
mod registers;
mod render;
mod robustness;
mod run_compare;
mod run_network;
mod run_rtl;
mod scripts;
mod sta;
mod subject;
mod synth;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use output::Output;

/// Runs the `hcim` command with the arguments of the process.
pub fn run() -> ExitCode {
    execute(&Arguments::parse()).print()
}

/// What a command line leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub stdout: String,
    /// For standard error, with the codes of colours.
    pub stderr: String,
    /// Exit code.
    pub code: u8,
}

/// Runs a command line (without the name of the program) and prints nothing: for tests and for programs that
/// hold hcim inside.
pub fn answer(words: impl IntoIterator<Item = OsString>) -> Answer {
    let words = std::iter::once(OsString::from("hcim")).chain(words);
    match Arguments::try_parse_from(words) {
        Ok(arguments) => execute(&arguments).into_answer(),
        Err(error) => {
            let text = error.render().to_string();
            let (stdout, stderr) = match error.use_stderr() {
                true => (String::new(), text),
                false => (text, String::new()),
            };
            Answer {
                stdout,
                stderr,
                // 0 for help and version, 2 for wrong usage.
                code: u8::try_from(error.exit_code()).unwrap_or(2),
            }
        }
    }
}

fn execute(arguments: &Arguments) -> Output {
    match &arguments.command {
        Command::Gen(args) => generate::run(args),
        Command::Check(args) => check::run(args),
        Command::Describe(args) => describe::run(args),
        Command::Presets(args) => presets::run(args),
        Command::Schema => Output::json_document(&crate::config::json_schema()),
        Command::Synth(args) => synth::run(args),
        Command::Cells(args) => cells::run(args),
        Command::Pdk(args) => pdk::run(args),
        Command::Equiv(args) => equiv::run(args),
        Command::Prove(args) => prove::run(args),
        Command::Power(args) => power::run(args),
        Command::CrossbarMacro(args) => crossbar_macro::run(args),
        Command::Pnr(args) => pnr::run(args),
        Command::Sta(args) => sta::run(args),
        Command::Ppa(args) => ppa::run(args),
        Command::Import(args) => import::run(args),
        Command::Map(args) => map::run(args),
        Command::Run(args) => run_network::run(args),
        Command::Robustness(args) => robustness::run(args),
        Command::Regs(args) => registers::run(args),
        Command::Completions(args) => scripts::completions(args),
        Command::Man(args) => scripts::manual(args),
    }
}

/// The description of the command line, for documentation and tests.
pub fn command() -> clap::Command {
    Arguments::command()
}
