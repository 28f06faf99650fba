// SPDX-License-Identifier: MIT OR Apache-2.0
//! A column of a fully digital compute-in-memory macro: stored bits, AND gates, adder trees,
//! shift-accumulate.

use std::sync::Arc;

use crate::hdl::{Module, ModuleBuilder, Sig, zeros};

use super::pipeline::{Clocking, Marks};
use super::shape::{DotProduct, GROUP_ROWS};
use super::store::WritePort;
use super::tree;

/// Cycles from the last bit plane of a dot product to its result.
pub const LATENCY: usize = 4;

/// Builds `<prefix>_adder_tree_column`.
pub fn build(prefix: &str, shape: &DotProduct) -> Arc<Module> {
    let (rows, bits, result_bits) = (shape.rows, shape.weight_bits, shape.result_bits());
    let counter = bit_column(prefix, rows);
    let count_bits = counter.port_width("count_o").unwrap_or(1);
    let mut m = ModuleBuilder::new(&format!("{prefix}_adder_tree_column"));
    m.contract(&format!(
        "Exact dot product of {rows} unsigned inputs of {} bit(s) and {rows} signed weights of {bits} bits, two's complement. \
         Inputs come bit by bit, highest first: one bit plane of all rows a cycle, without pauses between dot \
         products. Each stored bit is ANDed with its input bit; {bits} adder tree(s) count; their counts are weighted \
         and added to twice the accumulator. The result is shown {LATENCY} cycles after the last bit plane, for one cycle. \
         Reset clears the marks of the pipeline, never data. Nothing stalls.",
        shape.input_bits
    ));
    let clocking = Clocking::declare(&mut m);
    let port = WritePort::declare(&mut m, shape);
    m.group("Input: one bit plane a cycle, highest bit first");
    let marks = Marks {
        valid: m.input("plane_valid_i", 1, "a bit plane"),
        first: m.input("plane_first_i", 1, "it is the first of a dot product"),
        last: m.input("plane_last_i", 1, "it is the last of a dot product"),
    };
    let plane = m.input("plane_i", rows, "one bit of every input");
    m.group("Result");
    let result_valid = m.output("result_valid_o", 1, "a result is shown");
    let result = m.output("result_o", result_bits, "the dot product, signed");

    let weight = port.store(&mut m, prefix, shape, &clocking.clk, &clocking.test_en);
    let stored = m.wire("stored", rows * bits);
    m.comment("Bits of equal weight side by side: one adder tree each.");
    for bit in 0..bits {
        m.for_each(&format!("gen_bit_{bit}"), rows, |g| {
            g.assign(
                &stored.affine(1, bit * rows, 1),
                &weight.affine(bits, bit, 1),
            );
        });
    }
    let (marks, partial_clk) = clocking.stage(&mut m, "partial", &marks);
    let (marks, count_clk) = clocking.stage(&mut m, "count", &marks);
    let count = m.wire("count", bits * count_bits);
    m.array("gen_column", "u_column", bits, &counter)
        .all("partial_clk_i", &partial_clk)
        .all("count_clk_i", &count_clk)
        .each("weight_i", &stored)
        .all("plane_i", &plane)
        .each_out("count_o", &count)
        .done();

    m.comment("Counts by their weight; that of the sign bit is negative.");
    let (marks, sum_clk) = clocking.stage(&mut m, "sum", &marks);
    let sum_bits = count_bits + bits;
    let term = |bit: usize| {
        let count = count.slice(bit * count_bits, count_bits);
        count.zext(sum_bits).shl_by(bit)
    };
    let positive = (0..bits - 1).map(term).reduce(|a, b| a + b);
    let negative = term(bits - 1);
    let sum_d = m.wire_of(
        "sum_d",
        &(positive.unwrap_or_else(|| zeros(sum_bits)) - negative),
    );
    let sum_q = m.register("sum_q", sum_bits).clock(&sum_clk).build();
    m.next(&sum_q, &sum_d);

    accumulate(&mut m, &clocking, &marks, &sum_q, &result, &result_valid);
    m.finish()
}

/// Twice the accumulator, or nothing at the first plane, plus the sum.
fn accumulate(
    m: &mut ModuleBuilder,
    clocking: &Clocking,
    marks: &Marks,
    sum: &Sig,
    result: &Sig,
    result_valid: &Sig,
) {
    let (behind, clock) = clocking.stage(m, "accumulator", marks);
    let width = result.width();
    let accumulator_q = m.register("accumulator_q", width).clock(&clock).build();
    let base = m.wire("accumulator_base", width);
    m.select(&base)
        .when(&marks.first, &zeros(width))
        .otherwise(&accumulator_q.shl_by(1));
    let addend = match sum.width() <= width {
        true => sum.sext(width),
        false => {
            m.unused(&sum.slice(width, sum.width() - width));
            sum.slice(0, width)
        }
    };
    m.next(&accumulator_q, &(&base + &addend));
    m.assign(result, &accumulator_q);
    m.assign(result_valid, &(&behind.valid & &behind.last));
    m.unused(&behind.first);
}

/// Builds `<prefix>_bit_column`: how many rows have both their stored bit and their input bit set.
fn bit_column(prefix: &str, rows: usize) -> Arc<Module> {
    let groups = rows.div_ceil(GROUP_ROWS);
    let mut m = ModuleBuilder::new(&format!("{prefix}_bit_column"));
    m.contract(&format!(
        "Counts the rows whose stored bit and input bit are both 1, of {rows}. Two registers deep: after sums of \
         {GROUP_ROWS} rows, and at the output."
    ));
    m.group("Clocks of the two stages");
    let partial_clk = m.input("partial_clk_i", 1, "sums of groups");
    let count_clk = m.input("count_clk_i", 1, "the count");
    m.group("Data");
    let weight = m.input("weight_i", rows, "stored bits");
    let plane = m.input("plane_i", rows, "input bits");
    let product = m.wire_of("product", &(&weight & &plane));
    // A short last group is padded, so that all partial sums have one width.
    let padded = m.wire_of("padded", &product.zext(groups * GROUP_ROWS));
    let mut sums = Vec::new();
    for group in 0..groups {
        let terms = padded.slice(group * GROUP_ROWS, GROUP_ROWS);
        let terms = m.wire_of(&format!("group{group}"), &terms);
        sums.push(tree::sum(
            &mut m,
            &format!("group{group}"),
            &terms,
            GROUP_ROWS,
        ));
    }
    let width = sums.iter().map(Sig::width).max().unwrap_or(1);
    let partial_d = m.wire("partial_d", groups * width);
    m.concat(&partial_d, &sums);
    let partial_q = m
        .register("partial_q", groups * width)
        .clock(&partial_clk)
        .build();
    m.next(&partial_q, &partial_d);
    let total = tree::sum(&mut m, "count", &partial_q, groups);
    let count = m.output("count_o", total.width(), "the count");
    let count_q = m
        .register("count_q", total.width())
        .clock(&count_clk)
        .build();
    m.next(&count_q, &total);
    m.assign(&count, &count_q);
    m.finish()
}
