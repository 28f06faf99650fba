// SPDX-License-Identifier: MIT OR Apache-2.0
//! The printed text: golden pieces, stability, size.

use hcim::hdl::{Module, ModuleBuilder, Value, emit, emit_ordered, lit, lit_value, ones, zeros};
use std::sync::Arc;

fn print(module: &Arc<Module>) -> String {
    let files = emit(module, &|_| String::new()).expect("clean");
    files[&format!("{}.v", module.name())].clone()
}

/// What stands between the port list and `endmodule`.
fn body(build: impl FnOnce(&mut ModuleBuilder)) -> String {
    let mut m = ModuleBuilder::new("top");
    build(&mut m);
    let text = print(&m.finish());
    let start = text.find(");\n").map_or(0, |at| at + 3);
    let end = text.rfind("endmodule").unwrap_or(text.len());
    text[start..end].trim().to_string()
}

#[test]
fn a_whole_module() {
    let mut m = ModuleBuilder::new("demo_hold");
    m.contract("Holds a value. Latency: one cycle.");
    m.localparam("BITS", 4);
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    m.group("Data");
    let en = m.input("en_i", 1, "take d_i");
    let d = m.input("d_i", 4, "new value");
    let q = m.output("q_o", 4, "held value");
    let held_q = m.register("held_q", 4).clock(&clk).reset(&rst_n, 9).build();
    m.next_if(&held_q, &en, &d);
    m.comment("The port is the register.");
    m.assign(&q, &held_q);
    let text = emit(&m.finish(), &|m| format!("// File of {}", m.name())).expect("clean");
    assert_eq!(
        text["demo_hold.v"],
        "\
// File of demo_hold

`default_nettype none

// Holds a value. Latency: one cycle.
//
// Configuration:
//   BITS = 4
module demo_hold (
  // Clock and reset
  input  wire       clk_i,   // clock
  input  wire       rst_ni,  // asynchronous reset, active low

  // Data
  input  wire       en_i,    // take d_i
  input  wire [3:0] d_i,     // new value
  output wire [3:0] q_o      // held value
);

  reg  [3:0] held_q;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      held_q <= 4'd9;
    end else if (en_i) begin
      held_q <= d_i;
    end
  end

  // The port is the register.
  assign q_o = held_q;

endmodule

`default_nettype wire
"
    );
}

#[test]
fn everything_is_parenthesised() {
    let text = body(|m| {
        let (a, b) = (m.input("a", 4, ""), m.input("b", 4, ""));
        let y = m.output("y", 1, "");
        m.assign(
            &y,
            &((&a & &b).eq(&(!&a + &b)) | a.reduce_or() | !(a.lt(&b))),
        );
    });
    let wanted = "assign y = (((a & b) == ((~a) + b)) | (|a)) | (~(a < b));";
    assert_eq!(text, wanted);
}

#[test]
fn choices_are_always_blocks_of_a_reg() {
    let mut m = ModuleBuilder::new("choices");
    let a = m.input("a_i", 1, "");
    let b = m.input("b_i", 1, "");
    let x = m.input("x_i", 2, "");
    let q = m.output("q_o", 2, "");
    let r = m.output("r_o", 2, "");
    m.select(&q)
        .when(&a, &x)
        .when(&b, &zeros(2))
        .otherwise(&ones(2));
    let chosen = m.wire("chosen", 2);
    m.case(&chosen, &x)
        .arm(0, &zeros(2))
        .arm(2, &x)
        .otherwise(&ones(2));
    m.assign(&r, &chosen);
    insta::assert_snapshot!(print(&m.finish()));
}

#[test]
fn literals_and_extensions() {
    let text = body(|m| {
        let (a, b) = (m.input("a", 4, ""), m.input("b", 1, ""));
        let words = Value::from_words(&[5, 6, 7], 140);
        for (n, value) in [
            lit(5, 8),
            lit(1000, 12),
            ones(1),
            ones(16),
            zeros(100),
            ones(300),
            lit_value(&words),
            a.zext(5),
            a.sext(6),
            a.slice(1, 2).sext(4),
            b.zext(3),
            b.repeat(3),
            a.bit(3).repeat(2),
            lit(3, 2).sext(4),
        ]
        .iter()
        .enumerate()
        {
            let y = m.output(&format!("y{n}"), value.width(), "");
            m.assign(&y, value);
        }
    });
    assert_eq!(
        text,
        "\
  assign y0 = 8'd5;
  assign y1 = 12'h3e8;
  assign y2 = 1'b1;
  assign y3 = 16'hffff;
  assign y4 = {100{1'b0}};
  assign y5 = {300{1'b1}};
  assign y6 = 140'h700000000000000060000000000000005;
  assign y7 = {1'b0, a};
  assign y8 = {{2{a[3]}}, a};
  assign y9 = {{2{a[2]}}, a[2:1]};
  assign y10 = {2'd0, b};
  assign y11 = {3{b}};
  assign y12 = {2{a[3]}};
  assign y13 = 4'd15;"
    );
}

#[test]
fn slices_and_their_corner_cases() {
    let text = body(|m| {
        let (a, b) = (m.input("a", 8, ""), m.input("b", 1, ""));
        let k = m.input("k", 2, "");
        let y = m.output("y", 8, "");
        m.concat(
            &y,
            &[
                a.bit(7),
                b.bit(0),
                a.slice(2, 3),
                a.dyn_bit(&k),
                a.dyn_slice(&k, 2),
            ],
        );
        let z = m.output("z", 8, "");
        m.for_each("gen_z", 4, |g| {
            g.assign(&z.affine(2, 0, 2), &(a.affine(1, 2, 2) & &b.repeat(2)));
        });
    });
    assert_eq!(
        text,
        "\
  genvar i;

  assign y[0] = a[7];
  assign y[1] = b;
  assign y[4:2] = a[4:2];
  assign y[5] = a[{1'b0, k}];
  assign y[7:6] = a[{1'b0, k} +: 2];

  generate
    for (i = 0; i < 4; i = i + 1) begin : gen_z
      assign z[(i * 2) +: 2] = a[(i + 2) +: 2] & {2{b}};
    end
  endgenerate"
    );
}

/// An array of children of some count.
fn array(count: usize) -> Arc<Module> {
    let mut child = ModuleBuilder::new("bit_cell");
    let a = child.input("a_i", 2, "");
    let y = child.output("y_o", 1, "");
    child.assign(&y, &a.reduce_and());
    let child = child.finish();
    let mut m = ModuleBuilder::new("row");
    let a = m.input("a_i", 2 * count, "");
    let y = m.output("y_o", count, "");
    m.array("gen_cell", "u_cell", count, &child)
        .each("a_i", &a)
        .each_out("y_o", &y)
        .done();
    m.finish()
}

#[test]
fn arrays_do_not_grow_with_their_count() {
    let (small, large) = (print(&array(100)), print(&array(400)));
    assert_eq!(small.len(), large.len());
    assert!(large.contains(".a_i (a_i[(i * 2) +: 2]),\n        .y_o (y_o[i])\n"));
}

#[test]
fn equal_modules_are_printed_once_and_children_first() {
    let mut m = ModuleBuilder::new("top");
    let a = m.input("a_i", 8, "");
    for name in ["u_left", "u_right"] {
        // Built anew each time: equality of the text counts, not identity.
        m.instance(name, &array(4))
            .connect("a_i", &a)
            .open("y_o")
            .done();
    }
    let emission = emit_ordered(&m.finish(), &|_| String::new()).expect("clean");
    assert_eq!(emission.order, ["bit_cell.v", "row.v", "top.v"]);
    assert_eq!(emission.files.len(), 3);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(print(&array(31)), print(&array(31)));
}

#[test]
fn primitives_are_instances_with_parameters() {
    let text = body(|m| {
        let (clk, en) = (m.input("clk_i", 1, ""), m.input("en_i", 1, ""));
        let gated = m.clock_gate("u_row_gate", &clk, &en, &zeros(1));
        let d = m.input("d_i", 7, "");
        let q = m.output("q_o", 7, "");
        let cells = m.latch("cells", 7, &gated, &d);
        m.assign(&q, &cells);
    });
    assert!(text.contains("  hcim_latch #(.WIDTH(7)) u_cells (\n    .en_i (row_gate_clk),\n"));
    assert!(text.contains("    .test_en_i (1'b0),\n    .clk_o     (row_gate_clk)\n  );"));
}

#[test]
fn primitives_are_printed_as_they_were_written() {
    let mut m = ModuleBuilder::new("holds");
    let (en, d) = (m.input("en_i", 1, ""), m.input("d_i", 3, ""));
    let q = m.output("q_o", 3, "");
    let cells = m.latch("cells", 3, &en, &d);
    m.assign(&q, &cells);
    let files = emit(&m.finish(), &|m| format!("// File of {}", m.name())).expect("clean");
    let text = &files["hcim_latch.v"];
    assert!(text.starts_with("// File of hcim_latch\n"), "{text}");
    assert!(
        text.contains("module hcim_latch #(") && text.contains("endmodule"),
        "{text}"
    );
}
