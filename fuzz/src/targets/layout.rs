// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crossbar's description with any LEF, and what a router leaves behind.

use hcim::config::Config;
use hcim::flow::crossbar_macro::Technology;
use hcim::flow::lef;
use hcim::flow::pnr::{self, def, parasitics};

use super::{Target, text};
use crate::Outcome;

pub const CROSSBAR: Target = Target {
    name: "crossbar-description",
    about: "a description of the crossbar macro, and after a line of ---- the LEF that it is planned with",
    words: &[
        "[geometry]\n",
        "[timing]\n",
        "[electrical]\n",
        "cell_width_um = ",
        "cell_height_um = ",
        "left_um = ",
        "power_pitch_um = ",
        "row_layer = \"m1\"\n",
        "column_layer = \"m2\"\n",
        "power_layer = \"m3\"\n",
        "sense_ns = ",
        "evaluation_pj = ",
        "max_load_ff = ",
        "----\n",
        "PITCH 0.2 ;\n",
        "WIDTH 0.1 ;\n",
        "SIZE 0.2 BY 1.4 ;\n",
        "MANUFACTURINGGRID 0.005 ;\n",
    ],
    run: |input| {
        let text = text(input);
        let (own, layers) = text
            .split_once("----\n")
            .unwrap_or((&text, include_str!("small.lef")));
        let layers = match lef::parse(layers) {
            Ok(layers) => layers,
            Err(error) => return Outcome::refused(error),
        };
        let technology = Technology::new(
            "fuzz",
            45,
            1.1,
            1.0,
            ("VDD", "VSS"),
            "core",
            ("m3", "m2"),
            &layers,
        );
        let technology = match technology {
            Ok(technology) => technology,
            Err(error) => return Outcome::refused(error),
        };
        let description = match technology.default_description().overlay(own) {
            Ok(description) => description,
            Err(error) => return Outcome::refused(error),
        };
        let config = match Config::from_preset("tiny") {
            Ok(config) => config,
            Err(report) => return Outcome::report(&report),
        };
        match pnr::crossbar(&config, &technology, &description) {
            Ok(made) => Outcome::made(&[
                made.plan.pins.len(),
                made.plan.power.len(),
                made.liberty.len(),
                made.lef.len(),
            ]),
            Err(report) => Outcome::refused(report),
        }
    },
};

pub const DEF: Target = Target {
    name: "def",
    about: "layouts in DEF",
    words: &[
        "VERSION 5.6 ;\n",
        "DESIGN x ;\n",
        "UNITS DISTANCE MICRONS 100 ;\n",
        "DIEAREA ( 0 0 ) ( 10 10 ) ;\n",
        "COMPONENTS 1 ;\n",
        "- u1 INV + PLACED ( 0 0 ) N ;\n",
        "END COMPONENTS\n",
        "NETS 1 ;\n",
        "- n1 ( u1 A )\n",
        "+ ROUTED m1 ( 0 0 ) ( 10 * ) M2_M1\n",
        "NEW m2 ( 0 0 ) ( * 10 )\n",
        "END NETS\n",
        "SPECIALNETS 1 ;\n",
        "TRACKS X 0 DO 10 STEP 20 LAYER m1 ;\n",
        ";\n",
        "END DESIGN\n",
    ],
    run: |input| match def::parse(&text(input)) {
        Ok(layout) => {
            let wires = layout.wires();
            assert!(!layout.die_um2().is_nan());
            let lef = lef::parse(include_str!("small.lef")).unwrap_or_default();
            let charged = usize::from(parasitics::capacitance(&wires, &lef).is_ok());
            Outcome::made(&[layout.components.len(), charged])
        }
        Err(error) => Outcome::refused(error),
    },
};

pub const WIRES: Target = Target {
    name: "wire-delays",
    about: "the resistance and capacitance of wires as qflow writes them",
    words: &[
        "\n",
        " ",
        "n1 ",
        "u1/A ",
        "0.1 ",
        "-1 ",
        "( ",
        ") ",
        ", ",
        "1 A_1/Y 1 ",
        "( 1.5 0.002 B_1/A ) ",
        "PIN/y<1> ",
    ],
    run: |input| match parasitics::parse(&text(input)) {
        Ok(trees) => Outcome::made(&[trees.len()]),
        Err(why) => Outcome::refused(why),
    },
};
