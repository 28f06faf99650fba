// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim sta`: timing of the netlist.

use std::path::PathBuf;

use clap::Args;

use crate::config::Report;
use crate::flow::Workspace;
use crate::flow::report::Provenance;
use crate::flow::sta::{Analysis, OpenSta};

use super::flow_args::FlowArgs;
use super::output::Output;
use super::subject;

pub(super) const EXAMPLES: &str = "\
Constraints (SDC) come from the configuration; they are written beside the script and the log in
BUILD/<pdk>/<name>/sta/. The report goes there and to REPORTS/<name>/<pdk>/sta.md and .json.
The netlist is that of `hcim synth` unless --netlist names one.

Exit codes: 0 all constraints met; 1 a constraint is violated, something is unconstrained, or a
tool failed; 2 refused.

Examples:
  hcim sta --preset tiny
  hcim sta --top dcim_array --storage latch --pdk nangate45 --period-ns 1.0
  hcim sta --config my_tile.toml --sta ~/OpenSTA/build/sta --json";

#[derive(Debug, Args)]
pub(super) struct StaArgs {
    /// OpenSTA to use [env: HCIM_STA] [default: sta]
    #[arg(long, value_name = "PROGRAM")]
    sta: Option<String>,
    /// Netlist in Verilog [default: that of `hcim synth`]
    #[arg(long, value_name = "FILE")]
    netlist: Option<PathBuf>,
    /// Liberty of the crossbar macro (a tile) [default: as `hcim crossbar-macro` writes it]
    #[arg(long, value_name = "FILE")]
    macro_liberty: Option<PathBuf>,
    /// Count the delays of the clock network: for netlists with a clock tree
    #[arg(long)]
    propagated: bool,
    #[command(flatten)]
    flow: FlowArgs,
}

pub(super) fn run(args: &StaArgs) -> Output {
    analyse(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn analyse(args: &StaArgs) -> Result<Output, Report> {
    let input = args.flow.resolve()?;
    let netlist = subject::netlist(&input, args.netlist.as_ref())?;
    let tool = OpenSta::find(args.sta.as_deref())?;
    let folder = input.workspace.folder("sta");
    Workspace::make(&folder)?;
    let mut options = Vec::new();
    if args.flow.period_ns.is_some() {
        options.push(format!("--period-ns {}", input.period_ns));
    }
    if args.propagated {
        options.push("--propagated".to_owned());
    }
    let provenance = Provenance::new(&input.config, &input.library, "sta", &options)?
        .tool("OpenSTA", &tool.version)
        .input(&netlist)?;
    let macro_liberty = args.macro_liberty.as_deref();
    let timing = subject::timing_input(&input, netlist, macro_liberty, args.propagated, &folder)?;
    let analysis = Analysis {
        tool: &tool,
        folder: folder.clone(),
    };
    let result = analysis.run(&timing, provenance)?;
    input
        .workspace
        .publish("sta", &result, &result.to_markdown())?;
    let mut found = input.warnings;
    found.extend(result.faults());
    if args.flow.json {
        return Ok(Output::checked_json(&result, &found));
    }
    Ok(Output::checked_text(result.summary(), found))
}
