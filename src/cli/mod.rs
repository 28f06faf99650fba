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
mod load;
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
mod scripts;
mod sta;
mod subject;
mod synth;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use output::Output;

/// Runs the `hcim` command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let output = match &arguments.command {
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
        Command::Regs(args) => registers::run(args),
        Command::Completions(args) => scripts::completions(args),
        Command::Man(args) => scripts::manual(args),
    };
    output.print()
}

/// The description of the command line, for documentation and tests.
pub fn command() -> clap::Command {
    Arguments::command()
}
