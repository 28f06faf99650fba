// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim power`: energy of the netlist under a recorded workload.

use std::path::PathBuf;

use clap::Args;

use crate::config::Report;
use crate::flow::Workspace;
use crate::flow::power::{Account, PowerAnalysis};
use crate::flow::report::Provenance;
use crate::flow::sta::OpenSta;

use super::flow_args::FlowArgs;
use super::output::Output;
use super::subject;

pub(super) const EXAMPLES: &str = "\
Activity is recorded on the netlist by `hcim-sim activity`, which writes FILE.saif and FILE.json. It
must be of this configuration and this netlist, and cover 95 % of what drives a net. OpenSTA must be
2.6 or newer: older ones cannot read activity, and made-up activity is never put in its place.
The report goes to BUILD/<pdk>/<name>/power/ and to REPORTS/<name>/<pdk>/power.md and .json.

Exit codes: 0 success; 1 a tool failed; 2 refused.

Examples:
  hcim power --preset tiny --activity build/nangate45/tiny/activity/digits.saif
  hcim power --top dcim_array --storage latch --activity digits.saif --sta ~/OpenSTA/build/sta";

#[derive(Debug, Args)]
pub(super) struct PowerArgs {
    /// Recorded activity, with its account beside it (the same name, .json)
    #[arg(long, value_name = "FILE.saif")]
    activity: PathBuf,
    /// OpenSTA to use, 2.6 or newer [env: HCIM_STA] [default: sta]
    #[arg(long, value_name = "PROGRAM")]
    sta: Option<String>,
    /// Netlist in Verilog [default: that of `hcim synth`]
    #[arg(long, value_name = "FILE")]
    netlist: Option<PathBuf>,
    /// Liberty of the crossbar macro (a tile) [default: as `hcim crossbar-macro` writes it]
    #[arg(long, value_name = "FILE")]
    macro_liberty: Option<PathBuf>,
    #[command(flatten)]
    flow: FlowArgs,
}

pub(super) fn run(args: &PowerArgs) -> Output {
    analyse(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn analyse(args: &PowerArgs) -> Result<Output, Report> {
    let mut input = args.flow.resolve()?;
    let netlist = subject::netlist(&input, args.netlist.as_ref())?;
    let account = Account::beside(&args.activity)?;
    account.check(&input.config, &netlist, &args.activity)?;
    let tool = OpenSta::find(args.sta.as_deref())?;
    tool.needs_activity()?;
    // The clock of the analysis is that of the record.
    input.period_ns = account.period_ps as f64 * 1e-3;
    let folder = input.workspace.folder("power");
    Workspace::make(&folder)?;
    let saif_name = args.activity.file_name().unwrap_or_default();
    let options = [format!("--activity {}", saif_name.to_string_lossy())];
    let provenance = Provenance::new(&input.config, &input.library, "power", &options)?
        .tool("OpenSTA", &tool.version)
        .input(&netlist)?
        .input(&args.activity)?;
    let macro_liberty = args.macro_liberty.as_deref();
    let timing = subject::timing_input(&input, netlist, macro_liberty, false, &folder)?;
    let analysis = PowerAnalysis {
        tool: &tool,
        folder: folder.clone(),
        saif: &args.activity,
        account: &account,
        volts: input.library.description.physical.power.volts,
    };
    let result = analysis.run(&timing, provenance)?;
    input
        .workspace
        .publish("power", &result, &result.to_markdown())?;
    if args.flow.json {
        return Ok(Output::json(&result, &input.warnings));
    }
    Ok(Output::text(result.summary(), input.warnings))
}
