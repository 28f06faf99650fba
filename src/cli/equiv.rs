// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim equiv`: the netlist against its source.

use std::path::PathBuf;

use clap::Args;

use crate::config::Report;
use crate::flow::Workspace;
use crate::flow::equiv::Equivalence;
use crate::flow::report::Provenance;

use super::flow_args::FlowArgs;
use super::output::Output;
use super::progress::say;
use super::subject;

pub(super) const EXAMPLES: &str = "\
Every module of the netlist is compared with the Verilog that the configuration gives now. Storage
bits and instances are matched by name and cut; what is left is proved output by output (Yosys).

Exit codes: 0 all proved, or some not finished (said); 1 a module differs, or a tool failed; 2 refused.

Examples:
  hcim equiv --preset tiny
  hcim equiv --top dcim_array --storage latch --pdk nangate45 --json";

#[derive(Debug, Args)]
pub(super) struct EquivArgs {
    /// Netlist in Verilog [default: that of `hcim synth`]
    #[arg(long, value_name = "FILE")]
    netlist: Option<PathBuf>,
    /// Time limit of a module in seconds
    #[arg(long, value_name = "N", default_value_t = 300)]
    seconds: u64,
    #[command(flatten)]
    flow: FlowArgs,
}

pub(super) fn run(args: &EquivArgs) -> Output {
    compare(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn compare(args: &EquivArgs) -> Result<Output, Report> {
    let input = args.flow.resolve()?;
    let netlist = subject::netlist(&input, args.netlist.as_ref())?;
    let folder = input.workspace.folder("equiv");
    Workspace::make(&folder)?;
    let equivalence = Equivalence {
        config: &input.config,
        library: &input.library,
        netlist: &netlist,
        folder: &folder,
        seconds: args.seconds,
    };
    let result = equivalence.run(
        |yosys| {
            Provenance::new(&input.config, &input.library, "equiv", &[])?
                .tool("Yosys", &yosys.version)
                .input(&netlist)
        },
        &say,
    )?;
    input
        .workspace
        .publish("equiv", &result, &result.to_markdown())?;
    let mut found = input.warnings;
    found.extend(result.faults());
    if args.flow.json {
        return Ok(Output::checked_json(&result, &found));
    }
    Ok(Output::checked_text(result.summary(), found))
}
