// SPDX-License-Identifier: MIT OR Apache-2.0
//! Models of latches and clock gates, whose function a Liberty does not state in a form that Yosys reads.

use std::fmt::Write as _;

use crate::flow::pdk::{Cells, ClockGate, Latch};

/// The models as Verilog.
pub(super) fn models(cells: &Cells) -> String {
    let mut text = String::from("// Models of latches and clock gates, written by hcim.\n");
    let high = &cells.latch_high;
    // A latch that the library lacks is another one behind an inverter.
    let opens_high = |latch: &Latch, high: bool| high != latch.invert_enable;
    latch(&mut text, high, opens_high(high, true));
    if cells.latch_low.cell != high.cell {
        latch(
            &mut text,
            &cells.latch_low,
            opens_high(&cells.latch_low, false),
        );
    }
    if let ClockGate::Cell(gate) = &cells.clock_gate {
        let test = gate.test.as_ref();
        let port = test.map_or(String::new(), |test| format!(", input {test}"));
        let or = test.map_or(String::new(), |test| format!(" | {test}"));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "module {} (input {}, input {}{port}, output {});\n  reg hcim_state;\n  always @(*) if (!{}) hcim_state = {}{or};\n  assign {} = {} & hcim_state;\nendmodule\n",
            gate.cell,
            gate.clock,
            gate.enable,
            gate.out,
            gate.clock,
            gate.enable,
            gate.out,
            gate.clock
        );
    }
    text
}

fn latch(text: &mut String, latch: &Latch, high: bool) {
    let tied: String = latch
        .tied
        .keys()
        .map(|pin| format!(", input {pin}"))
        .collect();
    let not = if high { "" } else { "!" };
    let _ = write!(
        text,
        "module {} (input {}, input {}{tied}, output reg {});\n  always @(*) if ({not}{}) {} = {};\nendmodule\n",
        latch.cell, latch.enable, latch.data, latch.out, latch.enable, latch.out, latch.data
    );
}
