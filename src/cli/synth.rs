// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim synth`: synthesis to the cells of a library.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use crate::config::Report;
use crate::flow::synth::{Synthesis, SynthesisResult, synthesise};

use super::args::SynthArgs;
use super::flow_args::FlowInput;
use super::output::Output;
use super::progress::say;

#[derive(Serialize)]
struct Body {
    folder: PathBuf,
    netlist: PathBuf,
    report: PathBuf,
    result: SynthesisResult,
}

pub(super) fn run(args: &SynthArgs) -> Output {
    synth(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn synth(args: &SynthArgs) -> Result<Output, Report> {
    let FlowInput {
        config,
        mut warnings,
        library,
        workspace,
        period_ns,
    } = args.flow.resolve()?;
    let synthesis = Synthesis {
        config: &config,
        library: &library,
        workspace: &workspace,
        period_ns,
        clock_trees: args.clock_trees,
    };
    let (result, more) = synthesise(&synthesis, &say)?;
    warnings.extend(more);
    let body = Body {
        folder: workspace.synth(),
        netlist: workspace.netlist(),
        report: workspace.record("synth").with_extension("md"),
        result,
    };
    if args.flow.json {
        return Ok(Output::json(body, &warnings));
    }
    Ok(Output::text(text(&body), warnings))
}

/// Writing to a String cannot fail, so that the results are of no interest here.
fn text(body: &Body) -> String {
    let result = &body.result;
    let total = result.statistics.total;
    let mut text = format!(
        "{} in {}: {:.1} um2, {} cells\n",
        result.top, result.provenance.pdk.title, total.area_um2, total.cells
    );
    for row in &result.statistics.uses {
        let _ = writeln!(
            text,
            "  {:<14} {:>8} cells {:>12.1} um2",
            row.of.name(),
            row.total.cells,
            row.total.area_um2
        );
    }
    let _ = writeln!(
        text,
        "{:.1} s of Yosys, {} MiB",
        result.resources.seconds,
        result.resources.peak_kib.unwrap_or(0) / 1024
    );
    let _ = writeln!(text, "netlist {}", body.netlist.display());
    let _ = writeln!(text, "report  {}", body.report.display());
    text
}
