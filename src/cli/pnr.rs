// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim pnr`: place and route.

use std::path::Path;
use std::process::Command;

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, Top};
use crate::flow::pnr::{self, Handoff, LayoutResult, librelane, openroad, orfs, qflow};
use crate::flow::report::write_text;
use crate::flow::tools::{Run, on_path};
use crate::flow::words::shell;

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

#[derive(Serialize)]
struct Files {
    flow: &'static str,
    folder: String,
    files: Vec<String>,
    next_command: String,
}

fn layout(args: &PnrArgs) -> Result<Output, Report> {
    let input = args.flow.resolve()?;
    if let Some(density) = args
        .density
        .filter(|density| !(*density > 0.1 && *density <= 1.0))
    {
        return Err(pnr::impossible(format!("the density is {density}"))
            .legal("above 0.1, at most 1")
            .help("give --density a share of the rows, 0.8 for instance")
            .into());
    }
    match args.tool {
        PnrFlow::Qflow => by_qflow(args, &input),
        _ => for_openroad(args, &input),
    }
}

/// Writes what OpenROAD or a flow around it needs, and starts OpenROAD if asked to.
fn for_openroad(args: &PnrArgs, input: &FlowInput) -> Result<Output, Report> {
    let handoff = Handoff::new(
        &input.config,
        &input.library,
        &input.workspace,
        input.period_ns,
        args.density,
        args.crossbar.as_deref(),
    )?;
    let flow = match args.tool {
        PnrFlow::Orfs => "orfs",
        PnrFlow::Librelane => "librelane",
        PnrFlow::Openroad | PnrFlow::Qflow => "openroad",
    };
    let folder = input.workspace.folder(&format!("pnr/{flow}"));
    let shown = folder.to_string_lossy();
    let beside = |name: &str| shell(&format!("{shown}/{name}"));
    let (files, next_command) = match args.tool {
        PnrFlow::Orfs => (
            orfs::files(&handoff)?,
            format!(
                "make -C OpenROAD-flow-scripts/flow DESIGN_CONFIG={} (absolute path)",
                beside("config.mk")
            ),
        ),
        PnrFlow::Librelane => {
            let (files, options) = librelane::files(&handoff)?;
            (
                files,
                format!("librelane {options} {}", beside("config.json")),
            )
        }
        PnrFlow::Openroad | PnrFlow::Qflow => (
            openroad::files(&handoff, &input.library)?,
            format!("openroad -exit {}", beside("flow.tcl")),
        ),
    };
    handoff.write(&input.workspace, &folder)?;
    for (name, text) in &files {
        write_text(&folder.join(name), text)?;
    }
    if args.run {
        start(args.tool, &folder, &next_command)?;
    }
    if args.flow.json {
        let body = Files {
            flow,
            folder: shown.to_string(),
            files: files.into_iter().map(|(name, _)| name).collect(),
            next_command,
        };
        return Ok(Output::json(body, &input.warnings));
    }
    let mut text = format!("{shown}\n  netlist.v\n  constraint.sdc\n");
    for (name, _) in &files {
        text += &format!("  {name}\n");
    }
    if let Some(crossbar) = &handoff.crossbar {
        text += &format!("  {0}.lef\n  {0}.lib\n", crossbar.plan.name);
    }
    let [right, top] = handoff.floorplan.die;
    text += &format!(
        "die {:.1} x {:.1} um, columns every {} um\nnext: {next_command}\n",
        right as f64 * 1e-3,
        top as f64 * 1e-3,
        handoff.floorplan.column_pitch as f64 * 1e-3
    );
    Ok(Output::text(text, input.warnings.clone()))
}

/// Starts OpenROAD. The flows around it have environments of their own: they are started by hand.
fn start(flow: PnrFlow, folder: &Path, next_command: &str) -> Result<(), Report> {
    if flow != PnrFlow::Openroad {
        let message = "this flow is started in its own environment".to_owned();
        return Err(pnr::impossible(message)
            .help(format!(
                "leave --run out; the files are there, and the command is: {next_command}"
            ))
            .into());
    }
    let Some(program) = on_path("openroad") else {
        return Err(Diagnostic::new(Code::ToolMissing, "OpenROAD (openroad) is not installed")
            .note("no package registry has it; see https://github.com/The-OpenROAD-Project/OpenROAD")
            .help(format!("leave --run out and give the folder {} to a machine that has it", folder.display()))
            .into());
    };
    let mut command = Command::new(program);
    command.args(["-exit", "flow.tcl"]).current_dir(folder);
    Run {
        tool: "openroad",
        command,
        log: &folder.join("openroad.log"),
    }
    .finish()?;
    Ok(())
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
    if !args.run {
        let message = "qflow has no configuration to hand over".to_owned();
        return Err(pnr::impossible(message).help("give --run").into());
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
    // The layout is there and its report is written; that a constraint is violated is an error all the same.
    let mut found = warnings.clone();
    for violation in result.timing.violations() {
        let folder = workspace.folder("pnr/qflow");
        found.push(pnr::violation(violation).help(format!(
            "see setup.rpt and hold.rpt in {}; a longer period (--period-ns) mends setup, not hold",
            folder.display()
        )));
    }
    if args.flow.json {
        return Ok(Output::checked_json(Body { result }, &found));
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
    Ok(Output::checked_text(text, found))
}
