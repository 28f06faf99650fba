// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a PDK consists of: description, Liberty, LEF.

use hcim::flow::liberty::{self, Function};
use hcim::flow::sdc::Units;
use hcim::flow::words::{is_cell_name, is_name};
use hcim::flow::{cells, lef, pdk};

use super::{Target, text};
use crate::Outcome;

pub const DESCRIPTION: Target = Target {
    name: "pdk-description",
    about: "PDK descriptions in TOML",
    words: &[
        "[cells]",
        "[physical]",
        "[timing]",
        "[files]",
        "cell = ",
        "name = ",
        "dont_use = [\"",
        "buffer = [",
        "tied = ",
        "max_fanout = ",
        "{ cell = \"A\", in = \"B\", out = \"C\" }",
        "[[",
        "place_density = ",
        "\"*a*a*a*a*a*b\"",
    ],
    run: |input| match pdk::parse("fuzz", &text(input)) {
        Ok(description) => {
            let long = "a".repeat(300);
            let hits = [description.name.as_str(), "INV_X1", long.as_str()];
            let hits = hits
                .iter()
                .filter(|cell| description.cells.is_dont_use(cell));
            Outcome::made(&[description.cells.needed().len(), hits.count()])
        }
        Err(report) => Outcome::refused(report),
    },
};

pub const LIBERTY: Target = Target {
    name: "liberty",
    about: "Liberty libraries, and the models of their cells",
    words: &[
        "library (x) {",
        "cell (A) {",
        "pin (A) {",
        "bus (A) {",
        "ff (IQ, IQN) {",
        "latch (IQ, IQN) {",
        "function : ",
        "direction : output;",
        "wire_load (\"w\") {",
        "fanout_length (1, 2.0);",
        "capacitive_load_unit (1,ff);",
        "time_unit : \"1ns\";",
        "next_state : \"D\";",
        "clocked_on : \"CK\";",
        "clear : \"!R\";",
        "timing () {",
        "clock_gating_integrated_cell : \"latch_posedge\";",
        "}",
        "clock_gate_clock_pin : true;",
        "((((",
        "!(A",
    ],
    run: |input| {
        let text = text(input);
        let units = Units::of_liberty(&text).map_or(0, |_| 1);
        match liberty::read(&[("fuzz.lib".to_owned(), input.to_vec())]) {
            Ok(library) => {
                let models = cells::write(&library, None);
                let loads = library.wire_loads.values();
                let total: f64 = loads.map(|load| load.wire_ff(u32::MAX)).sum();
                let loads = library.wire_loads.len() + usize::from(total.is_finite());
                assert!(library.cells.keys().all(|cell| is_cell_name(cell)));
                Outcome::made(&[
                    library.cells.len(),
                    models.modelled,
                    models.skipped.len(),
                    loads,
                    units,
                ])
            }
            Err(report) => Outcome::refused(format!("{report} {units}")),
        }
    },
};

pub const FUNCTION: Target = Target {
    name: "boolean-function",
    about: "functions of cells in the notation of Liberty",
    words: &[
        "A", "B", "!", "'", "(", ")", "*", "&", "+", "|", "^", " ", "0", "1", "IQ", "A[0]",
    ],
    run: |input| match Function::parse(&text(input)) {
        Ok(function) => {
            let verilog = function.to_verilog();
            // Nothing but names, operators and constants comes out.
            assert!(
                verilog
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_[]()~&|^ '".contains(c)),
                "{verilog}"
            );
            Outcome::made(&[
                verilog.len(),
                verilog.matches('&').count(),
                verilog.matches('~').count(),
            ])
        }
        Err(why) => Outcome::refused(why),
    },
};

pub const LEF: Target = Target {
    name: "lef",
    about: "technology and cell LEF",
    words: &[
        "LAYER m1\n",
        "TYPE ROUTING ;\n",
        "DIRECTION HORIZONTAL ;\n",
        "DIRECTION VERTICAL ;\n",
        "PITCH 0.2 ;\n",
        "WIDTH 0.1 ;\n",
        "END m1\n",
        "SITE core\n",
        "SIZE 1 BY 2 ;\n",
        "END core\n",
        "MACRO INV\n",
        "PIN A\n",
        "PORT\n",
        "RECT 0 0 1 1 ;\n",
        "OBS\n",
        "END\n",
        "MANUFACTURINGGRID 0.005 ;\n",
        " ;\n",
        "RESISTANCE RPERSQ 0.1 ;\n",
        "PROPERTYDEFINITIONS\n",
        "END LIBRARY\n",
        "BEGINEXT\n",
    ],
    run: |input| match lef::parse(&text(input)) {
        Ok(found) => {
            assert!(found.layers.iter().all(|layer| is_name(&layer.name)));
            assert!(
                found
                    .macros
                    .iter()
                    .flat_map(|cell| &cell.pins)
                    .all(|pin| is_name(&pin.name))
            );
            let area: f64 = found.macros.iter().map(lef::Macro::area_um2).sum();
            assert!(area.is_finite());
            let mut merged = found.clone();
            merged.merge(found);
            let shapes = merged
                .macros
                .iter()
                .map(|cell| cell.obstructions.len() + cell.pins.len());
            Outcome::made(&[
                merged.layers.len(),
                merged.sites.len(),
                merged.macros.len(),
                shapes.sum(),
            ])
        }
        Err(error) => Outcome::refused(error),
    },
};
