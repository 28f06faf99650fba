// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files for OpenROAD and the flows around it, for the preset `tiny`: snapshots, and every
//! name in them against the names that those tools have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::{Config, ConfigBuilder};
use crate::emit::design::Design;
use crate::flow::crossbar_macro::Technology;
use crate::flow::lef;
use crate::flow::pdk::Library;

use super::floorplan::{Areas, floorplan};
use super::pins::pin_groups;
use super::*;

/// A technology with names of Nangate's.
const TECHNOLOGY: &str = "
MANUFACTURINGGRID 0.005 ;
LAYER metal1
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.14 ; WIDTH 0.07 ;
END metal1
LAYER metal5
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.28 ; OFFSET 0.07 ; WIDTH 0.14 ;
END metal5
LAYER metal6
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.28 ; OFFSET 0.095 ; WIDTH 0.14 ;
END metal6
LAYER metal7
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.8 ; WIDTH 0.4 ;
END metal7
LAYER metal8
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.8 ; WIDTH 0.4 ;
END metal8
SITE FreePDK45_38x28_10R_NP_162NW_34O
  SIZE 0.19 BY 1.4 ;
END FreePDK45_38x28_10R_NP_162NW_34O
MACRO INV_X1
  CLASS CORE ; SIZE 0.38 BY 1.4 ;
  PIN VDD
    DIRECTION INOUT ; USE POWER ;
    PORT
      LAYER metal1 ;
      RECT 0 1.315 0.38 1.485 ;
    END
  END VDD
  PIN VSS
    DIRECTION INOUT ; USE GROUND ;
  END VSS
END INV_X1
";

fn config(top: &str) -> Config {
    let mut builder = ConfigBuilder::new();
    builder.preset("tiny");
    builder.toml("test.toml", &format!("top = \"{top}\"\n"));
    builder.build().expect("a valid configuration").config
}

/// A library whose files say nothing, in a folder.
fn library(folder: &Path) -> Library {
    let (description, _) = Library::describe("nangate45").expect("shipped");
    let names = [
        "NangateOpenCellLibrary.tech.lef",
        "NangateOpenCellLibrary.macro.mod.lef",
        "NangateOpenCellLibrary_typical.lib",
    ];
    for name in names {
        std::fs::write(folder.join(name), "").expect("writable");
    }
    Library {
        description,
        folder: folder.to_owned(),
        liberty: vec![folder.join(names[2])],
    }
}

fn handoff(top: &str, pdk: &str) -> Handoff {
    let config = config(top);
    let lef = lef::parse(TECHNOLOGY).expect("valid LEF");
    let site = "FreePDK45_38x28_10R_NP_162NW_34O";
    let layers = ("metal5", "metal6");
    let technology =
        Technology::new(pdk, 45, 1.1, 1.0, ("VDD", "VSS"), site, layers, &lef).expect("there");
    let made = crossbar(&config, &technology, &technology.default_description()).expect("fits");
    let columns = config.derived().used_columns as usize;
    let areas = Areas {
        column_um2: 100.0,
        columns,
        rest_um2: 2000.0,
        density: 0.7,
    };
    let is_tile = top == "tile";
    let floorplan = floorplan(&made.plan, &technology, &areas, is_tile);
    let design = Design::of(&config);
    Handoff {
        name: config.name().to_owned(),
        top: design.top.name().to_owned(),
        period_ns: 1.0,
        density: 0.7,
        pins: pin_groups(&design.top.ports(), columns, &floorplan, is_tile),
        crossbar: is_tile.then_some(made),
        floorplan,
        technology,
        lef,
        sdc: String::new(),
    }
}

/// Lines of a list of names.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn all(files: &[(String, String)]) -> String {
    files
        .iter()
        .map(|(name, text)| format!("==== {name}\n{text}"))
        .collect()
}

#[test]
fn configuration_for_openroad_flow_scripts() {
    let known: BTreeSet<&str> =
        names(include_str!("../../../tests/data/orfs_variables.txt")).collect();
    for top in ["tile", "dcim_array"] {
        let files = orfs::files(&handoff(top, "nangate45")).expect("a platform");
        let config = &files[0].1;
        for line in config.lines() {
            let line = line.trim_start_matches("# ");
            if let Some((name, _)) = line
                .strip_prefix("export ")
                .and_then(|rest| rest.split_once(" ="))
            {
                assert!(known.contains(name), "{name} is no variable of the flow");
            }
        }
        insta::assert_snapshot!(format!("orfs_{top}"), all(&files));
        let named = |name: &str| files.iter().any(|(file, _)| file == name);
        assert_eq!(named("macro_placement.tcl"), top == "tile");
        assert!(config.contains("$(HCIM_DIR)/io.tcl") && named("io.tcl"));
    }
    assert!(orfs::files(&handoff("tile", "osu018")).is_err());
}

#[test]
fn configuration_for_librelane() {
    let known: BTreeSet<&str> =
        names(include_str!("../../../tests/data/librelane_variables.txt")).collect();
    for top in ["tile", "dcim_array"] {
        let (files, options) = librelane::files(&handoff(top, "sky130hd")).expect("a PDK");
        let config: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&files[0].1).expect("JSON");
        for name in config.keys().filter(|name| *name != "meta") {
            assert!(
                known.contains(name.as_str()),
                "{name} is no variable of LibreLane"
            );
        }
        assert_eq!(options, "--pdk sky130A --scl sky130_fd_sc_hd");
        assert_eq!(config.contains_key("MACROS"), top == "tile");
        insta::assert_snapshot!(format!("librelane_{top}"), all(&files));
    }
    assert!(librelane::files(&handoff("tile", "nangate45")).is_err());
}

#[test]
fn abstract_of_the_crossbar() {
    let handoff = handoff("tile", "nangate45");
    let crossbar = handoff.crossbar.expect("a tile");
    insta::assert_snapshot!("crossbar_lef", crossbar.lef);
    insta::assert_snapshot!("crossbar_lib", crossbar.liberty);
}

#[test]
fn script_for_openroad() {
    let known: BTreeMap<&str, BTreeSet<&str>> =
        names(include_str!("../../../tests/data/openroad_commands.txt"))
            .filter_map(|line| {
                let mut words = line.split(' ');
                Some((words.next()?, words.collect()))
            })
            .collect();
    let tcl = ["set", "if", "}", "file", "source", "puts"];
    for top in ["tile", "dcim_array"] {
        let folder = tempfile::tempdir().expect("a folder");
        let library = library(folder.path());
        let files = openroad::files(&handoff(top, "nangate45"), &library).expect("a script");
        let mut used = BTreeSet::new();
        for (name, text) in &files {
            assert_eq!(
                text.matches('{').count(),
                text.matches('}').count(),
                "braces of {name}"
            );
            assert_eq!(
                text.matches('[').count(),
                text.matches(']').count(),
                "brackets of {name}"
            );
            for line in text
                .lines()
                .map(str::trim)
                .filter(|line| !line.starts_with('#'))
            {
                let mut words = line.split_whitespace();
                let Some(command) = words.next() else {
                    continue;
                };
                if tcl.contains(&command) {
                    continue;
                }
                let options = known.get(command);
                let options =
                    options.unwrap_or_else(|| panic!("{command} is no command of OpenROAD"));
                used.insert(command.to_owned());
                for word in words.filter(|word| {
                    word.starts_with('-') && word[1..].starts_with(|c: char| c.is_alphabetic())
                }) {
                    assert!(options.contains(word), "{command} has no option {word}");
                }
            }
        }
        assert!(used.contains("detailed_route") && used.contains("pdngen"));
        assert_eq!(used.contains("place_macro"), top == "tile");
        let path = folder.path().canonicalize().expect("there");
        let text = all(&files).replace(&path.to_string_lossy().into_owned(), "PDK");
        insta::assert_snapshot!(format!("openroad_{top}"), text);
    }
}
