// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plan as Liberty: a black box with loads, constraints and delays.

use std::collections::BTreeSet;

use askama::Template;

use super::{Description, Plan, Technology};
use crate::hdl::{Dir, Port};

#[derive(Template)]
#[template(path = "flow/crossbar.lib", escape = "none")]
struct Text<'a> {
    header: &'a str,
    library: String,
    volts: f64,
    area: String,
    leakage: Option<f64>,
    widths: Vec<usize>,
    max_load: f64,
    cell: &'a str,
    ports: Vec<PortText>,
}

/// What the library says of a port.
struct PortText {
    name: String,
    width: usize,
    output: bool,
    clock: bool,
    capacitance_ff: f64,
    /// Energy in fJ of a rise.
    rise_fj: Option<f64>,
    /// Setup and hold in ns at the rise of clk_i.
    clocked: Option<(f64, f64)>,
    /// Setup in ns before the rise of evaluate_i.
    evaluated: Option<f64>,
    arcs: Vec<Arc>,
}

/// A combinational arc to an output.
struct Arc {
    from: &'static str,
    /// Delay in ns without load and with the largest load.
    delay: (String, String),
    /// Transition in ns without load and with the largest load.
    transition: (String, String),
}

/// The abstract of the macro as Liberty. `header` stands at the top, as the inside of a comment.
///
/// # Errors
/// A template that cannot be rendered: a defect of hcim.
pub fn liberty(
    plan: &Plan,
    description: &Description,
    technology: &Technology,
    header: &str,
) -> Result<String, askama::Error> {
    let ports: Vec<PortText> = plan
        .ports
        .iter()
        .map(|port| port_text(port, plan, description))
        .collect();
    let widths: BTreeSet<usize> = plan.ports.iter().map(|port| port.width).collect();
    let text = Text {
        header,
        library: format!("{}_{}", plan.name, technology.name.replace('-', "_")),
        volts: technology.volts,
        area: format!("{:.3}", plan.area_um2()),
        leakage: description.electrical.leakage_uw,
        widths: widths.into_iter().filter(|width| *width > 1).collect(),
        max_load: description.electrical.max_load_ff,
        cell: &plan.name,
        ports,
    };
    Ok(text.render()? + "\n")
}

fn port_text(port: &Port, plan: &Plan, description: &Description) -> PortText {
    let (timing, electrical) = (&description.timing, &description.electrical);
    let name = port.name.as_str();
    let output = port.dir == Dir::Output;
    let is_strobe = matches!(name, "precharge_i" | "evaluate_i" | "sense_i");
    PortText {
        name: name.to_owned(),
        width: port.width,
        output,
        clock: name == "clk_i",
        capacitance_ff: match name {
            "wl_i" => electrical.word_line_ff,
            _ if is_strobe => electrical.strobe_ff,
            _ => electrical.input_ff,
        },
        rise_fj: (name == "evaluate_i")
            .then_some(electrical.evaluation_pj)
            .flatten()
            .map(|energy| energy * 1000.0),
        clocked: name
            .starts_with("prog_")
            .then_some((timing.program_setup_ns, timing.program_hold_ns)),
        evaluated: (name == "wl_i").then_some(timing.word_line_setup_ns),
        arcs: if output {
            arcs(name, plan, description)
        } else {
            Vec::new()
        },
    }
}

/// Arcs to an output: from the strobe, and to the comparators from what chooses their inputs.
fn arcs(output: &str, plan: &Plan, description: &Description) -> Vec<Arc> {
    let (timing, electrical) = (&description.timing, &description.electrical);
    let has = |name: &str| plan.ports.iter().any(|port| port.name == name);
    let mut sources = vec![("sense_i", timing.sense_ns)];
    if output != "ready_o" {
        if has("sel_i") {
            sources.push(("sel_i", timing.select_ns));
        }
        if has("threshold_i") {
            sources.push(("threshold_i", timing.select_ns));
        }
        // Thresholds that the macro stores are chosen by the plane.
        if has("prog_thr_i") {
            sources.push(("plane_i", timing.select_ns));
        }
    }
    // kohm * fF = ps
    let load_ns = electrical.output_kohm * electrical.max_load_ff * 1e-3;
    let print = |value: f64| format!("{value:.4}");
    sources
        .into_iter()
        .map(|(from, delay)| Arc {
            from,
            delay: (print(delay), print(delay + 0.7 * load_ns)),
            transition: (print(0.0), print(1.4 * load_ns)),
        })
        .collect()
}
