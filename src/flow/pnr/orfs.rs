// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configuration for OpenROAD-flow-scripts.

use askama::Template;

use crate::config::Report;
use crate::flow::lef::um;

use super::handoff::Handoff;
use super::scripts;

#[derive(Template)]
#[template(path = "flow/orfs_config.mk", escape = "none")]
struct Config<'a> {
    top: &'a str,
    platform: &'a str,
    nickname: &'a str,
    macro_name: Option<&'a str>,
    halo: String,
    pitch: String,
    die: String,
    core: String,
    density: f64,
}

/// Platforms of OpenROAD-flow-scripts that have the names of our PDK descriptions.
const PLATFORMS: [&str; 5] = ["nangate45", "sky130hd", "asap7", "gf180", "ihp-sg13g2"];

/// The files beside netlist, constraints and macro, by name.
///
/// # Errors
/// A PDK that is no platform.
pub fn files(handoff: &Handoff) -> Result<Vec<(String, String)>, Report> {
    let platform = handoff.technology.name.as_str();
    if !PLATFORMS.contains(&platform) {
        let message = format!("OpenROAD-flow-scripts has no platform {platform}");
        return Err(super::impossible(message)
            .legal(PLATFORMS.join(", "))
            .help(format!("give --pdk one of: {}", PLATFORMS.join(", ")))
            .into());
    }
    let config = Config {
        top: &handoff.top,
        platform,
        nickname: &handoff.name,
        macro_name: handoff
            .crossbar
            .as_ref()
            .map(|crossbar| crossbar.plan.name.as_str()),
        halo: halo(handoff),
        pitch: um(handoff.floorplan.column_pitch),
        die: handoff.die(),
        core: handoff.core(),
        density: handoff.density,
    };
    let mut files = vec![
        ("config.mk".to_owned(), scripts::text(&config)?),
        ("io.tcl".to_owned(), scripts::pins(handoff)?),
        (
            "column_regions.tcl".to_owned(),
            scripts::column_regions(handoff)?,
        ),
    ];
    if let Some(text) = scripts::macro_placement(handoff)? {
        files.push(("macro_placement.tcl".to_owned(), text));
    }
    Ok(files)
}

/// Distance around the crossbar without cells, in um: one row.
pub(super) fn halo(handoff: &Handoff) -> String {
    um(handoff.technology.site.height)
}
