// SPDX-License-Identifier: MIT OR Apache-2.0
//! The cells of the PDK behind the primitives of the design: clock gates and latches.

use std::fmt::Write as _;

use crate::flow::pdk::{Cells, ClockGate, FullAdder, Gate1, Latch};

/// The module that the clock gate of the design instantiates.
pub(crate) fn clock_gate(cells: &Cells) -> String {
    let body = match &cells.clock_gate {
        ClockGate::Cell(gate) => {
            let (enable, test) = match &gate.test {
                Some(pin) => ("en_i", format!(", .{pin}(test_en_i)")),
                None => ("en_i | test_en_i", String::new()),
            };
            format!(
                "  (* hcim_clock_gate *)\n  {} hcim_gate (.{}(clk_i), .{}({enable}){test}, .{}(clk_o));\n",
                gate.cell, gate.clock, gate.enable, gate.out
            )
        }
        ClockGate::Composed(gate) => {
            let and = &gate.and;
            format!(
                "  wire held;\n{}  (* hcim_clock_gate *)\n  {} hcim_gate_and (.{}(clk_i), .{}(held), .{}(clk_o));\n",
                latch(
                    &cells.latch_low,
                    cells.inverter.as_ref(),
                    "hcim_gate_latch",
                    ["clk_i", "en_i | test_en_i", "held"],
                    "  (* hcim_clock_gate *)\n",
                ),
                and.cell,
                and.a,
                and.b,
                and.out
            )
        }
    };
    format!(
        "// Clock gate of the library, written by hcim.\n\
         module hcim_tech_clock_gate (\n\
         \x20 input  clk_i,\n  input  en_i,\n  input  test_en_i,\n  output clk_o\n);\n\
         {body}endmodule\n"
    )
}

/// Map of the full adders of Yosys to that of the library.
pub(super) fn full_adder(adder: &FullAdder) -> String {
    format!(
        "// Full adder of the library, written by hcim.\n\
         (* techmap_celltype = \"$fa\" *)\n\
         module hcim_full_adder (A, B, C, X, Y);\n\
         \x20 parameter WIDTH = 1;\n  input [WIDTH-1:0] A, B, C;\n  output [WIDTH-1:0] X, Y;\n\
         \x20 genvar i;\n  generate\n    for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit\n\
         \x20     {} u_adder (.{}(A[i]), .{}(B[i]), .{}(C[i]), .{}(X[i]), .{}(Y[i]));\n\
         \x20   end\n  endgenerate\nendmodule\n",
        adder.cell, adder.a, adder.b, adder.carry_in, adder.carry_out, adder.sum
    )
}

/// Maps of the latches of Yosys to those of the library.
pub(super) fn latches(cells: &Cells) -> String {
    let mut text = "// Latches of the library, written by hcim.\n".to_owned();
    for (letter, cell) in [('P', &cells.latch_high), ('N', &cells.latch_low)] {
        let inverter = cells.inverter.as_ref();
        let body = latch(cell, inverter, "_TECHMAP_REPLACE_", ["E", "D", "Q"], "");
        let _ = write!(
            text,
            "module \\$_DLATCH_{letter}_ (input E, input D, output Q);\n{body}endmodule\n"
        );
    }
    text
}

/// An instance of a latch with its enable, data and output, and the inverter that it may need.
fn latch(
    latch: &Latch,
    inverter: Option<&Gate1>,
    name: &str,
    [enable, data, out]: [&str; 3],
    attribute: &str,
) -> String {
    let mut text = String::new();
    let mut enable = enable;
    if let Some(gate) = inverter.filter(|_| latch.invert_enable) {
        let _ = write!(
            text,
            "  wire opposite;\n{attribute}  {} hcim_gate_inverter (.{}({enable}), .{}(opposite));\n",
            gate.cell, gate.input, gate.out
        );
        enable = "opposite";
    }
    let tied: String = latch
        .tied
        .iter()
        .map(|(pin, level)| format!(", .{pin}(1'b{})", u8::from(*level != 0)))
        .collect();
    let _ = writeln!(
        text,
        "{attribute}  {} {name} (.{}({enable}), .{}({data}), .{}({out}){tied});",
        latch.cell, latch.enable, latch.data, latch.out
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pdk::{Description, shipped};

    fn text(name: &str) -> String {
        let description: Description = toml::from_str(shipped(name).unwrap()).unwrap();
        clock_gate(&description.cells) + &latches(&description.cells)
    }

    #[test]
    fn cells_of_a_library_with_clock_gates() {
        insta::assert_snapshot!(text("nangate45"));
    }

    #[test]
    fn clock_gates_of_a_library_without_them() {
        insta::assert_snapshot!(text("osu018"));
    }

    #[test]
    fn pins_that_are_tied() {
        assert!(text("ihp-sg13g2").contains(".Q(Q), .RESET_B(1'b1));"));
    }
}
