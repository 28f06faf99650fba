// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim-sim`: generates, builds, simulates and lints the matrix of configurations in `testbenches/matrix.toml`.

mod activity;
mod compile;
mod coverage;
mod design;
mod digest;
mod gates;
mod host_script;
mod lint;
mod matrix;
mod model;
mod mutate;
mod netlist;
mod pool;
mod ports;
mod replay;
mod report;
mod saif;
mod sim;
mod simulate;
mod table;
mod tools;
mod trace;
mod xprop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Regression runner of hcim
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulate configurations against the golden model
    Sim(sim::Options),
    /// Record the switching activity of a steady stream of MVMs
    Activity(activity::Options),
    /// Synthesise configurations and simulate their netlists against the golden model
    Netlists(gates::Options),
    /// Make faulty netlists and count those that the testbenches notice
    Mutate(mutate::Options),
    /// Count which lines, branches, toggles and cover points of the RTL the regression has seen
    Coverage(coverage::Options),
    /// Run every lint tool on every configuration
    Lint(lint::Options),
    /// Play vectors of the golden model in Icarus Verilog
    Replay(replay::Options),
    /// Look for unknown values in four-state runs from power-up, of RTL and of netlists (Icarus Verilog)
    Xprop(xprop::Options),
    /// Run a script of a host on a generated accelerator
    HostScript(host_script::Options),
    /// Print the matrix
    List,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = tools::root().and_then(|root| match &cli.command {
        Command::Sim(options) => sim::run(options, &root),
        Command::Activity(options) => activity::activity(options, &root),
        Command::Netlists(options) => gates::netlists(options, &root),
        Command::Mutate(options) => mutate::mutate(options, &root),
        Command::Coverage(options) => coverage::coverage(options, &root),
        Command::Lint(options) => lint::lint(options, &root),
        Command::Replay(options) => replay::replay(options, &root),
        Command::Xprop(options) => xprop::xprop(options, &root),
        Command::HostScript(options) => host_script::host_script(options, &root),
        Command::List => list(&root),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn list(root: &std::path::Path) -> Result<bool, String> {
    let units = matrix::read(&root.join("testbenches/matrix.toml"))?;
    let rows: Vec<Vec<String>> = units
        .iter()
        .map(|unit| {
            let tier = format!("{:?}", unit.case.tier).to_lowercase();
            vec![
                unit.name(),
                tier,
                unit.bench(),
                unit.gen_args()[1..].join(" "),
            ]
        })
        .collect();
    print!(
        "{}",
        table::render(&["configuration", "tier", "testbench", "hcim gen"], &rows)
    );
    Ok(true)
}
