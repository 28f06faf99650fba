// SPDX-License-Identifier: MIT OR Apache-2.0
//! A plain multiply-accumulate lane: a weight store, some multipliers, an adder tree, an accumulator.

use std::sync::Arc;

use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, zeros};

use super::pipeline::{Clocking, Marks};
use super::shape::DotProduct;
use super::store::WritePort;

/// Cycles from the last step of a dot product to its result.
pub const LATENCY: usize = 4;

/// Multipliers of a lane whose dot products may take `cycles` cycles.
pub fn multipliers(shape: &DotProduct, cycles: usize) -> usize {
    shape.rows.div_ceil(cycles.max(1)).max(1)
}

/// Cycles that a dot product takes in fact, at most `cycles`.
pub fn steps(shape: &DotProduct, cycles: usize) -> usize {
    shape.rows.div_ceil(multipliers(shape, cycles))
}

/// Builds `<prefix>_mac_lane`.
pub fn build(prefix: &str, shape: &DotProduct, cycles: usize) -> Arc<Module> {
    let (rows, a, w) = (shape.rows, shape.input_bits, shape.weight_bits);
    let (lanes, steps) = (multipliers(shape, cycles), steps(shape, cycles));
    let mut m = ModuleBuilder::new(&format!("{prefix}_mac_lane"));
    m.contract(&format!(
        "Exact dot product of {rows} unsigned inputs of {a} bit(s) and {rows} signed weights of {w} bits, two's complement: \
         {lanes} multiplier(s), {steps} step(s) of one cycle each, without pauses between dot products. Step n takes the \
         inputs of rows n * {lanes} upwards; in the last one, inputs beyond the last row are ignored. The result is shown \
         {LATENCY} cycles after the last step, for one cycle. Reset clears the step counter and the marks of the pipeline, never data. \
         Nothing stalls."
    ));
    let clocking = Clocking::declare(&mut m);
    let port = WritePort::declare(&mut m, shape);
    m.group("Input: one step a cycle");
    let step_valid = m.input("step_valid_i", 1, "a step");
    let inputs = m.input("x_i", lanes * a, "inputs of the step, lowest row first");
    m.group("Result");
    let result_valid = m.output("result_valid_o", 1, "a result is shown");
    let result = m.output("result_o", shape.result_bits(), "the dot product, signed");

    let weight = port.store(&mut m, prefix, shape, &clocking.clk, &clocking.test_en);
    let step_q = m
        .register("step_q", index_width(steps))
        .clock(&clocking.clk)
        .reset(&clocking.rst_n, 0)
        .build();
    let first = m.wire_of("step_first", &step_q.eq_lit(0));
    let last = m.wire_of("step_last", &step_q.eq_lit(steps as u128 - 1));
    let step_d = m.wire("step_d", step_q.width());
    m.select(&step_d)
        .when(&last, &zeros(step_q.width()))
        .otherwise(&(&step_q + &lit(1, step_q.width())));
    m.next_if(&step_q, &step_valid, &step_d);

    let marks = Marks {
        valid: step_valid,
        first,
        last,
    };
    let (marks, operand_clk) = clocking.stage(&mut m, "operand", &marks);
    let read = read_weights(&mut m, shape, &weight, &step_q, lanes, steps);
    let x_q = m.register("x_q", lanes * a).clock(&operand_clk).build();
    m.next(&x_q, &inputs);
    let weight_q = m
        .register("weight_q", lanes * w)
        .clock(&operand_clk)
        .build();
    m.next(&weight_q, &read);

    let (marks, product_clk) = clocking.stage(&mut m, "product", &marks);
    let product = m.wire("product", lanes * (a + w));
    m.array("gen_lane", "u_multiplier", lanes, &multiplier(prefix, a, w))
        .all("clk_i", &product_clk)
        .each("x_i", &x_q)
        .each("weight_i", &weight_q)
        .each_out("product_o", &product)
        .done();

    let (marks, sum_clk) = clocking.stage(&mut m, "sum", &marks);
    let sum_bits = a + w + index_width(lanes.max(2));
    let terms = (0..lanes).map(|lane| product.slice(lane * (a + w), a + w).sext(sum_bits));
    let total = terms.reduce(|x, y| x + y);
    let sum_d = m.wire_of("sum_d", &total.unwrap_or_else(|| zeros(sum_bits)));
    let sum_q = m.register("sum_q", sum_bits).clock(&sum_clk).build();
    m.next(&sum_q, &sum_d);

    let (behind, accumulator_clk) = clocking.stage(&mut m, "accumulator", &marks);
    let width = result.width();
    let accumulator_q = m
        .register("accumulator_q", width)
        .clock(&accumulator_clk)
        .build();
    let base = accumulator_q.gated_by(&!&marks.first);
    let addend = match sum_bits <= width {
        true => sum_q.sext(width),
        false => {
            m.unused(&sum_q.slice(width, sum_bits - width));
            sum_q.slice(0, width)
        }
    };
    m.next(&accumulator_q, &(base + addend));
    m.assign(&result, &accumulator_q);
    m.assign(&result_valid, &(&behind.valid & &behind.last));
    m.unused(&behind.first);
    m.finish()
}

/// The weights of a step; rows that do not exist weigh nothing.
fn read_weights(
    m: &mut ModuleBuilder,
    shape: &DotProduct,
    weight: &Sig,
    step: &Sig,
    lanes: usize,
    steps: usize,
) -> Sig {
    let w = shape.weight_bits;
    let read = m.wire("weight_read", lanes * w);
    let word = |step: usize| -> Expr {
        let first = step * lanes;
        let rows = (shape.rows - first).min(lanes);
        weight.slice(first * w, rows * w).zext(lanes * w)
    };
    let mut case = m.case(&read, step);
    for step in 0..steps - 1 {
        case = case.arm(step as u128, &word(step));
    }
    case.otherwise(&word(steps - 1));
    read
}

/// Builds `<prefix>_multiplier`: unsigned times signed, as a sum of partial products.
fn multiplier(prefix: &str, a: usize, w: usize) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_multiplier"));
    m.contract(&format!(
        "Product of an unsigned input of {a} bit(s) and a signed weight of {w} bits, registered."
    ));
    let clk = m.input("clk_i", 1, "clock");
    let x = m.input("x_i", a, "input");
    let weight = m.input("weight_i", w, "weight");
    let product = m.output("product_o", a + w, "product");
    let partial = |bit: usize| weight.sext(a + w).shl_by(bit).gated_by(&x.bit(bit));
    let sum = (0..a).map(partial).reduce(|x, y| x + y);
    let product_q = m.register("product_q", a + w).clock(&clk).build();
    m.next(&product_q, &sum.unwrap_or_else(|| zeros(a + w)));
    m.assign(&product, &product_q);
    m.finish()
}
