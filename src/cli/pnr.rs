// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim pnr`: place and route.

use serde::Serialize;

use crate::config::{Report, Top};
use crate::flow::pnr::{self, LayoutResult, qflow};

use super::args::{PnrArgs, PnrFlow};
use super::flow_args::FlowInput;
use super::output::Output;

#[derive(Serialize)]
struct Body {
    result: LayoutResult,
}

pub(super) fn run(args: &PnrArgs) -> Output {
    layout(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn layout(args: &PnrArgs) -> Result<Output, Report> {
    let input = args.flow.resolve()?;
    match args.tool {
        PnrFlow::Qflow => by_qflow(args, &input),
        _ => Err(pnr::impossible("this flow is not there yet".to_owned()).into()),
    }
}

fn by_qflow(args: &PnrArgs, input: &FlowInput) -> Result<Output, Report> {
    let FlowInput {
        config,
        warnings,
        library,
        workspace,
        period_ns,
    } = input;
    if config.top() == Top::Tile {
        let message = "qflow cannot place the crossbar macro of a tile".to_owned();
        return Err(pnr::impossible(message)
            .help("route a block (--top dcim_array), or take another flow")
            .into());
    }
    if let Some(density) = args
        .density
        .filter(|density| !(*density > 0.1 && *density <= 1.0))
    {
        return Err(pnr::impossible(format!("the density is {density}"))
            .legal("above 0.1, at most 1")
            .help("give --density a share of the rows, 0.8 for instance")
            .into());
    }
    let progress = |step: &str| eprintln!("qflow: {step}");
    let result = qflow::layout(
        config,
        library,
        workspace,
        *period_ns,
        args.density,
        progress,
    )?;
    if !result.is_clean() {
        let message = format!(
            "the layout has {} violations of design rules, and {} the netlist",
            result.drc_violations,
            if result.lvs_matches {
                "matches"
            } else {
                "does not match"
            }
        );
        let folder = workspace.folder("pnr/qflow");
        return Err(pnr::violation(message)
            .help(format!("see the logs in {}/project/log", folder.display()))
            .into());
    }
    if args.flow.json {
        return Ok(Output::json(Body { result }, warnings));
    }
    let timing = &result.timing;
    let mut text = format!("{} routed: no rule violations, LVS clean\n", result.top);
    let [width, height] = result.die_um;
    text += &format!(
        "  die       {width:.1} x {height:.1} um, {:.1} % cells\n  cells     {} ({:.0} um2)\n  \
         wires     {:.0} um, {} vias\n  setup     {:.3} ns slack at {} ns, smallest period {:.2} ns\n  \
         hold      {:.3} ns slack\n  seconds   {:.0}\n  files     {}\n",
        100.0 * result.utilisation,
        result.cells,
        result.cell_um2,
        result.wire_length_um(),
        result.via_count(),
        timing.setup_slack_ns,
        timing.period_ns,
        timing.smallest_period_ns,
        timing.hold_slack_ns,
        result.seconds.iter().map(|time| time.seconds).sum::<f64>(),
        workspace.folder("pnr/qflow").display(),
    );
    Ok(Output::text(text, warnings.clone()))
}
