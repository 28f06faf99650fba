// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scripts that more than one flow reads: pins, macro placement, regions of columns.

use askama::Template;

use crate::config::Report;
use crate::emit::rendering;
use crate::flow::lef::um;

use super::handoff::Handoff;

/// Instance of the crossbar in a tile.
pub(super) const CROSSBAR_INSTANCE: &str = "u_crossbar";

#[derive(Template)]
#[template(path = "flow/io_constraints.tcl", escape = "none")]
struct Pins<'a> {
    note: &'a str,
    lines: Vec<PinLine>,
}

struct PinLine {
    region: String,
    pins: String,
}

#[derive(Template)]
#[template(path = "flow/macro_placement.tcl", escape = "none")]
struct MacroPlacement<'a> {
    instance: &'a str,
    x: &'a str,
    y: &'a str,
}

#[derive(Template)]
#[template(path = "flow/column_regions.tcl", escape = "none")]
struct Regions {
    regions: Vec<String>,
}

/// The text of a template, with the line feed at its end.
pub(super) fn text(template: &impl Template) -> Result<String, Report> {
    Ok(template.render().map_err(rendering)? + "\n")
}

/// Places of the pins, for OpenROAD.
pub(super) fn pins(handoff: &Handoff) -> Result<String, Report> {
    let lines = handoff.pins.iter().map(|group| PinLine {
        region: group.region(),
        pins: group.pins.join(" "),
    });
    text(&Pins {
        note: match handoff.crossbar {
            Some(_) => "Columns meet inside the tile: all pins lie at the left.",
            None => "Bits of columns lie at their columns; the crossbar's side is the top.",
        },
        lines: lines.collect(),
    })
}

/// Place of the crossbar, for OpenROAD; nothing without one.
pub(super) fn macro_placement(handoff: &Handoff) -> Result<Option<String>, Report> {
    let Some([x, y]) = handoff.crossbar_at() else {
        return Ok(None);
    };
    let placement = MacroPlacement {
        instance: CROSSBAR_INSTANCE,
        x: &x,
        y: &y,
    };
    Ok(Some(text(&placement)?))
}

/// Regions of columns, for OpenROAD.
pub(super) fn column_regions(handoff: &Handoff) -> Result<String, Report> {
    let regions = handoff
        .floorplan
        .regions
        .iter()
        .enumerate()
        .map(|(index, region)| {
            let rect = region.rect.map(um).join(" ");
            format!("columns_{index} {} {} {rect}", region.first, region.last)
        });
    text(&Regions {
        regions: regions.collect(),
    })
}
