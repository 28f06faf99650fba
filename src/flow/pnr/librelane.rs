// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configuration for LibreLane.

use serde_json::{Map, Value, json};

use crate::config::{Code, Diagnostic, Report};
use crate::flow::lef::Nm;

use super::handoff::Handoff;
use super::scripts::CROSSBAR_INSTANCE;

/// A PDK as LibreLane names it.
struct Pdk {
    ours: &'static str,
    pdk: &'static str,
    cells: &'static str,
    /// Supply and ground net of its standard cells.
    supply: [&'static str; 2],
}

const PDKS: [Pdk; 3] = [
    Pdk {
        ours: "sky130hd",
        pdk: "sky130A",
        cells: "sky130_fd_sc_hd",
        supply: ["VPWR", "VGND"],
    },
    Pdk {
        ours: "gf180",
        pdk: "gf180mcuD",
        cells: "gf180mcu_fd_sc_mcu9t5v0",
        supply: ["VDD", "VSS"],
    },
    Pdk {
        ours: "ihp-sg13g2",
        pdk: "ihp-sg13g2",
        cells: "sg13g2_stdcell",
        supply: ["VPWR", "VGND"],
    },
];

/// The files beside netlist, constraints and macro, by name, and the options of the command.
///
/// # Errors
/// A PDK that LibreLane does not have.
pub fn files(handoff: &Handoff) -> Result<(Vec<(String, String)>, String), Report> {
    let name = handoff.technology.name.as_str();
    let Some(pdk) = PDKS.iter().find(|pdk| pdk.ours == name) else {
        let known: Vec<&str> = PDKS.iter().map(|pdk| pdk.ours).collect();
        return Err(
            super::impossible(format!("LibreLane has no PDK like {name}"))
                .legal(known.join(", "))
                .help(format!("give --pdk one of: {}", known.join(", ")))
                .into(),
        );
    };
    let floorplan = &handoff.floorplan;
    let mut config = json!({
        "meta": { "version": 2, "flow": "Classic" },
        "DESIGN_NAME": handoff.top,
        "VERILOG_FILES": ["dir::netlist.v"],
        // The netlist is mapped already.
        "SYNTH_ELABORATE_ONLY": true,
        "RUN_LINTER": false,
        "CLOCK_PORT": "clk_i",
        "CLOCK_PERIOD": handoff.period_ns,
        "PNR_SDC_FILE": "dir::constraint.sdc",
        "SIGNOFF_SDC_FILE": "dir::constraint.sdc",
        "FP_SIZING": "absolute",
        "DIE_AREA": [0, 0, round_um(floorplan.die[0]), round_um(floorplan.die[1])],
        "CORE_AREA": floorplan.core.map(round_um),
        "PL_TARGET_DENSITY_PCT": (handoff.density * 100.0).round(),
        "IO_PIN_ORDER_CFG": "dir::pin_order.cfg",
    });
    if let (Some(crossbar), Some(at)) = (&handoff.crossbar, floorplan.crossbar) {
        let name = &crossbar.plan.name;
        let mut instances = Map::new();
        instances.insert(
            CROSSBAR_INSTANCE.to_owned(),
            json!({ "location": at.map(round_um), "orientation": "N" }),
        );
        let mut macros = Map::new();
        macros.insert(
            name.clone(),
            json!({
                "gds": [format!("dir::{name}.gds")],
                "lef": [format!("dir::{name}.lef")],
                "lib": { "*": [format!("dir::{name}.lib")] },
                "instances": instances,
            }),
        );
        config["MACROS"] = Value::Object(macros);
        let [power, ground] = pdk.supply;
        let (vdd, vss) = (&handoff.technology.power, &handoff.technology.ground);
        config["PDN_MACRO_CONNECTIONS"] =
            json!([format!("{CROSSBAR_INSTANCE} {power} {ground} {vdd} {vss}")]);
    }
    let text = serde_json::to_string_pretty(&config)
        .map_err(|error| Report::from(Diagnostic::new(Code::Internal, error.to_string())))?;
    let files = vec![
        ("config.json".to_owned(), text + "\n"),
        ("pin_order.cfg".to_owned(), pin_order(handoff)),
    ];
    Ok((files, format!("--pdk {} --scl {}", pdk.pdk, pdk.cells)))
}

fn round_um(length: Nm) -> f64 {
    length as f64 / 1000.0
}

/// Order of the pins along the edges; each line is a regular expression.
fn pin_order(handoff: &Handoff) -> String {
    let mut text = String::new();
    for (edge, letter) in [("top", 'N'), ("bottom", 'S'), ("left", 'W')] {
        let pins = handoff.pins.iter().filter(|group| group.edge == edge);
        let mut pins = pins.flat_map(|group| &group.pins).peekable();
        if pins.peek().is_none() {
            continue;
        }
        text += &format!("#{letter}\n");
        for pin in pins {
            text += &format!("{}\n", pin.replace('[', "\\[").replace(']', "\\]"));
        }
        text.push('\n');
    }
    text
}
