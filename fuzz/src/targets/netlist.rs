// SPDX-License-Identifier: MIT OR Apache-2.0
//! Netlists of Yosys in JSON.

use std::sync::LazyLock;

use hcim::flow::liberty::{self, Liberty};
use hcim::flow::netlist;
use hcim::flow::pdk::Gate1;
use hcim::flow::pnr::flat;

use super::{Target, text};
use crate::Outcome;

const WORDS: &[&str] = &[
    "{\"modules\": {\"top\": {",
    "\"ports\": {",
    "\"cells\": {",
    "\"netnames\": {",
    "\"bits\": [2]",
    "\"connections\": {",
    "\"type\": \"NAND2\"",
    "\"direction\": \"output\"",
    "\"hide_name\": 1",
    "\"attributes\": {",
    "\"0\"",
    "\"1\"",
    "\"x\"",
    "}, ",
    "\"A\": [3]",
    "\"blackbox\": \"1\"",
    "4294967295",
];

static LIBRARY: LazyLock<Liberty> = LazyLock::new(|| {
    let text = include_bytes!("../../corpus/liberty/tiny.lib").to_vec();
    liberty::read(&[("tiny.lib".to_owned(), text)]).unwrap_or_default()
});

pub const YOSYS: Target = Target {
    name: "yosys-netlist",
    about: "netlists of Yosys, tidied and written again",
    words: WORDS,
    run: |input| match netlist::read_yosys_json(&text(input), "top") {
        Ok(mut found) => {
            for module in found.modules.values_mut() {
                netlist::open_unused_outputs(module, &LIBRARY);
                netlist::tie_constants(module, None, None);
                netlist::tidy(module, &LIBRARY);
            }
            let unknown = netlist::unknown_cells(&found, &LIBRARY, &[]);
            let statistics = netlist::statistics(&found, &LIBRARY);
            let verilog = netlist::to_verilog(&found, "");
            // A hostile name makes no module of its own.
            let begun = verilog
                .lines()
                .filter(|line| line.starts_with("module "))
                .count();
            assert!(
                begun == verilog.matches("endmodule\n").count() && begun <= found.modules.len(),
                "{verilog}"
            );
            Outcome::made(&[
                found.modules.len(),
                unknown.len(),
                statistics.modules.len(),
                verilog.len(),
            ])
        }
        Err(report) => Outcome::refused(report),
    },
};

pub const FLAT: Target = Target {
    name: "flat-netlist",
    about: "flat netlists of Yosys for place and route",
    words: WORDS,
    run: |input| {
        let buffer = Gate1 {
            cell: "BUF".to_owned(),
            input: "A".to_owned(),
            out: "Z".to_owned(),
        };
        match flat::read(&text(input), "top", &buffer) {
            Ok(found) => Outcome::made(&[
                found.cells.len(),
                found.to_verilog().len(),
                found.histogram().len(),
            ]),
            Err(why) => Outcome::refused(why),
        }
    },
};
