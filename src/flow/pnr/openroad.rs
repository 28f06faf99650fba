// SPDX-License-Identifier: MIT OR Apache-2.0
//! One Tcl script for OpenROAD, from floorplan to routed layout.

use std::collections::BTreeMap;
use std::path::Path;

use askama::Template;

use crate::config::Report;
use crate::flow::crossbar_macro::up_to;
use crate::flow::lef::{Direction, Layer, Lef, Nm, um};
use crate::flow::pdk::Library;
use crate::flow::words::tcl;

use super::handoff::Handoff;
use super::scripts::{self, CROSSBAR_INSTANCE};

#[derive(Template)]
#[template(path = "flow/openroad.tcl", escape = "none")]
struct Script<'a> {
    top: &'a str,
    pdk_folder: String,
    lefs: Vec<String>,
    liberty: Vec<String>,
    macro_name: Option<&'a str>,
    macro_instance: Option<Instance>,
    dont_use: String,
    pitch: String,
    site: &'a str,
    die: String,
    core: String,
    halo: String,
    tap_cell: Option<&'a str>,
    tap_distance: f64,
    endcap_cell: Option<&'a str>,
    power_pins: Vec<Supply>,
    vdd: &'a str,
    vss: &'a str,
    rail_layer: String,
    rail_width: String,
    vertical: String,
    vertical_width: String,
    vertical_pitch: String,
    vertical_offset: String,
    horizontal: String,
    horizontal_width: String,
    horizontal_pitch: String,
    horizontal_offset: String,
    lower: String,
    upper: String,
    min_layer: &'a str,
    max_layer: &'a str,
    min_clock_layer: &'a str,
    wire_signal: Option<&'a str>,
    wire_clock: Option<&'a str>,
    pin_horizontal: &'a str,
    pin_vertical: &'a str,
    density: f64,
    ties: Vec<String>,
    clock_buffer: &'a str,
    fill_cells: String,
}

struct Instance {
    name: &'static str,
    x: String,
    y: String,
}

struct Supply {
    net: String,
    pin: String,
    kind: &'static str,
}

/// The files beside netlist, constraints and macro, by name.
///
/// # Errors
/// A PDK without what the supply grid needs.
pub fn files(handoff: &Handoff, library: &Library) -> Result<Vec<(String, String)>, Report> {
    let description = &library.description;
    let physical = &description.physical;
    let relative = |path: &Path| tcl(path.strip_prefix(&library.folder).unwrap_or(path));
    let mut lefs = vec![relative(&library.tech_lef()?)?];
    for file in library.cell_lefs()? {
        let file = relative(&file)?;
        if !lefs.contains(&file) {
            lefs.push(file);
        }
    }
    let grid = supply_grid(handoff)?;
    let strap = |layer: &Layer| {
        let step = 2 * handoff.technology.grid;
        let pitch = up_to(20 * handoff.technology.site.height, step);
        [up_to(4 * layer.width, step), pitch, up_to(pitch / 4, step)].map(um)
    };
    let [vertical_width, vertical_pitch, vertical_offset] = strap(grid.vertical);
    let [horizontal_width, horizontal_pitch, horizontal_offset] = strap(grid.horizontal);
    let crossbar = handoff.crossbar.as_ref();
    let folder = library
        .folder
        .canonicalize()
        .unwrap_or_else(|_| library.folder.clone());
    let ties = [&description.cells.tie_low, &description.cells.tie_high];
    let Some(clock_buffer) = description.cells.buffer.last() else {
        return Err(super::impossible("the PDK description names no buffer".to_owned()).into());
    };
    let script = Script {
        top: &handoff.top,
        pdk_folder: tcl(&folder)?,
        lefs,
        liberty: library
            .liberty
            .iter()
            .map(|file| relative(file))
            .collect::<Result<_, _>>()?,
        macro_name: crossbar.map(|crossbar| crossbar.plan.name.as_str()),
        macro_instance: handoff.crossbar_at().map(|[x, y]| Instance {
            name: CROSSBAR_INSTANCE,
            x,
            y,
        }),
        dont_use: description.cells.dont_use.join(" "),
        pitch: um(handoff.floorplan.column_pitch),
        site: &physical.site,
        die: handoff.die(),
        core: handoff.core(),
        halo: super::orfs::halo(handoff),
        tap_cell: physical.tap_cell.as_deref(),
        tap_distance: physical.tap_distance_um.unwrap_or(20.0),
        endcap_cell: physical.endcap_cell.as_deref(),
        power_pins: supplies(&handoff.lef, handoff),
        vdd: &physical.power.vdd,
        vss: &physical.power.vss,
        rail_layer: grid.rail_layer,
        rail_width: um(grid.rail_width),
        vertical: grid.vertical.name.clone(),
        vertical_width,
        vertical_pitch,
        vertical_offset,
        horizontal: grid.horizontal.name.clone(),
        horizontal_width,
        horizontal_pitch,
        horizontal_offset,
        lower: grid.lower,
        upper: grid.upper,
        min_layer: &physical.min_routing_layer,
        max_layer: &physical.max_routing_layer,
        min_clock_layer: physical
            .min_clock_layer
            .as_deref()
            .unwrap_or(&physical.min_routing_layer),
        wire_signal: physical.wire_rc.signal_layer.as_deref(),
        wire_clock: physical.wire_rc.clock_layer.as_deref(),
        pin_horizontal: &physical.pin_layers.horizontal,
        pin_vertical: &physical.pin_layers.vertical,
        density: handoff.density,
        ties: ties
            .into_iter()
            .flatten()
            .map(|tie| format!("{}/{}", tie.cell, tie.out))
            .collect(),
        clock_buffer: &clock_buffer.cell,
        fill_cells: physical.fill_cells.join(" "),
    };
    Ok(vec![
        ("flow.tcl".to_owned(), scripts::text(&script)?),
        ("io.tcl".to_owned(), scripts::pins(handoff)?),
    ])
}

/// Rails of the cells, and straps on the layer of the crossbar's stripes and the one above.
struct Grid<'a> {
    rail_layer: String,
    rail_width: Nm,
    vertical: &'a Layer,
    horizontal: &'a Layer,
    lower: String,
    upper: String,
}

fn supply_grid(handoff: &Handoff) -> Result<Grid<'_>, Report> {
    let layers = &handoff.technology.layers;
    let stripes = match &handoff.crossbar {
        Some(crossbar) => crossbar.plan.power_layer.clone(),
        None => {
            handoff
                .technology
                .default_description()
                .geometry
                .power_layer
        }
    };
    let at = layers.iter().position(|layer| layer.name == stripes);
    let pair = at.and_then(|at| Some((layers.get(at)?, layers.get(at + 1)?)));
    let Some((lower, upper)) = pair.filter(|(a, b)| a.direction != b.direction) else {
        let message = format!(
            "no layer above {stripes} crosses it, but the supply of the crossbar comes from there"
        );
        return Err(super::impossible(message)
            .help("choose a lower geometry.power_layer in the crossbar's description")
            .into());
    };
    let (vertical, horizontal) = match lower.direction {
        Direction::Vertical => (lower, upper),
        Direction::Horizontal => (upper, lower),
    };
    // The highest layer on which a supply shape goes through a whole cell: lower ones only help.
    let level = |name: &str| layers.iter().position(|layer| layer.name == name);
    let rails = handoff.lef.macros.iter().flat_map(|cell| {
        let power = cell.pins.iter().filter(|pin| pin.usage == "POWER");
        let shapes = power.flat_map(|pin| &pin.shapes);
        shapes.filter(|shape| shape.rect[2] - shape.rect[0] >= cell.width)
    });
    let rail = rails
        .filter_map(|shape| Some((level(&shape.layer)?, shape)))
        .max_by_key(|(level, shape)| (*level, shape.rect[3] - shape.rect[1]))
        .map(|(_, shape)| (shape.layer.clone(), shape.rect[3] - shape.rect[1]));
    let Some((rail_layer, rail_width)) = rail else {
        let message = "the LEF has no cell with a supply rail on a routing layer".to_owned();
        return Err(super::impossible(message).into());
    };
    Ok(Grid {
        rail_layer,
        rail_width,
        vertical,
        horizontal,
        lower: lower.name.clone(),
        upper: upper.name.clone(),
    })
}

/// Every supply pin of a cell, with its net.
fn supplies(lef: &Lef, handoff: &Handoff) -> Vec<Supply> {
    let mut pins: BTreeMap<String, bool> = BTreeMap::new();
    for pin in lef.macros.iter().flat_map(|cell| &cell.pins) {
        match pin.usage.as_str() {
            "POWER" => pins.insert(pin.name.clone(), true),
            "GROUND" => pins.insert(pin.name.clone(), false),
            _ => None,
        };
    }
    pins.insert(handoff.technology.power.clone(), true);
    pins.insert(handoff.technology.ground.clone(), false);
    let supply = |(pin, power): (String, bool)| Supply {
        net: match power {
            true => handoff.technology.power.clone(),
            false => handoff.technology.ground.clone(),
        },
        pin,
        kind: if power { "power" } else { "ground" },
    };
    pins.into_iter().map(supply).collect()
}
