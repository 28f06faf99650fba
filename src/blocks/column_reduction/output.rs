// SPDX-License-Identifier: MIT OR Apache-2.0
//! One output of the column reduction: Horner's rule over its columns, digit by digit.

use std::sync::Arc;

use super::ReductionShape;
use crate::hdl::{Expr, Module, ModuleBuilder, Sig};

/// True if the module has carries or delays that restart with each word.
pub(super) fn restarts(shape: &ReductionShape) -> bool {
    shape.slices > 1 || shape.chain
}

/// Builds `<prefix>_reduce_output`.
pub(super) fn build(prefix: &str, shape: &ReductionShape) -> Arc<Module> {
    let (digit, slices) = (shape.digit_bits, shape.slices);
    let mut m = ModuleBuilder::new(&format!("{prefix}_reduce_output"));
    m.contract(
        "One output: column j plus twice the sum of the columns above it, for j from the top down. \
         The doubling is one flop per step, which carries the top bit of a digit into the next \
         digit. Latency: one cycle. No reset: carries and delays restart with the first digit.",
    );
    m.localparam("SLICES", slices);
    m.localparam("DIGIT_BITS", digit);
    m.group("Control");
    let clk = m.input("clk_i", 1, "clock");
    let moves = m.input("move_i", 1, "a digit moves at the end of this cycle");
    let keep = restarts(shape).then(|| {
        let first = m.input("first_i", 1, "it is the first of its word");
        !&first
    });
    let sign = (shape.sign_digits() > 0).then(|| {
        let phase = m.input(
            "sign_phase_i",
            1,
            "it is made from the signs of the columns",
        );
        (
            phase,
            m.input("hold_sign_i", 1, "keep the signs at the end of this cycle"),
        )
    });
    m.group("Data");
    let column = m.input("column_i", slices * digit, "digits of the columns");
    let chain = shape
        .chain
        .then(|| m.input("chain_i", digit, "digit of the tile above"));
    let digit_o = m.output("digit_o", digit, "digit of the sum");
    let keep = keep.map(|keep| m.wire_of("keep", &keep));

    let columns: Vec<Sig> = match &sign {
        Some((phase, hold)) => {
            m.comment("The last digit of the input word holds the signs.");
            let sign_q = m.register("sign_q", slices).clock(&clk).build();
            let sign_d = m.wire("sign_d", slices);
            m.for_each("gen_sign", slices, |body| {
                body.assign(&sign_d.affine(1, 0, 1), &column.affine(digit, digit - 1, 1));
            });
            m.next_if(&sign_q, hold, &sign_d);
            (0..slices)
                .map(|j| {
                    let wire = m.wire(&format!("column_{j}"), digit);
                    m.select(&wire)
                        .when(phase, &sign_q.bit(j).repeat(digit))
                        .otherwise(&column.slice(j * digit, digit));
                    wire
                })
                .collect()
        }
        None => (0..slices)
            .map(|j| column.slice(j * digit, digit))
            .collect(),
    };

    let horner = horner(&mut m, &clk, &moves, keep.as_ref(), &columns);
    let total = match (&chain, &keep) {
        (Some(chain), Some(keep)) => {
            m.comment("The tile above.");
            let carry_q = m.register("chain_carry_q", 1).clock(&clk).build();
            let sum = m.wire_of("chain_sum", &add(&horner, chain, &(&carry_q & keep)));
            m.next_if(&carry_q, &moves, &sum.bit(digit));
            sum.slice(0, digit)
        }
        _ => horner,
    };
    let digit_q = m.register("digit_q", digit).clock(&clk).build();
    m.next_if(&digit_q, &moves, &total);
    m.assign(&digit_o, &digit_q);
    m.finish()
}

/// The digit of `sum over j of column j << j`.
fn horner(
    m: &mut ModuleBuilder,
    clk: &Sig,
    moves: &Sig,
    keep: Option<&Sig>,
    columns: &[Sig],
) -> Sig {
    let (Some((top, rest)), Some(keep)) = (columns.split_last(), keep) else {
        return columns[0].clone();
    };
    if rest.is_empty() {
        return top.clone();
    }
    let digit = top.width();
    m.comment("From the top column down: twice what is above, plus the column.");
    let carry_q = m.register("carry_q", rest.len()).clock(clk).build();
    let carry_d = m.wire("carry_d", rest.len());
    let delay_q = m.register("delay_q", rest.len()).clock(clk).build();
    let delay_d = m.wire("delay_d", rest.len());
    let mut above = top.clone();
    for (j, column) in rest.iter().enumerate().rev() {
        let doubled = m.wire(&format!("doubled_{j}"), digit);
        m.assign_slice(&doubled, 0, &(delay_q.bit(j) & keep));
        if digit > 1 {
            m.assign_slice(&doubled, 1, &above.slice(0, digit - 1));
        }
        let carry = &carry_q.bit(j) & keep;
        let sum = m.wire_of(&format!("sum_{j}"), &add(column, &doubled, &carry));
        m.assign_slice(&delay_d, j, &above.bit(digit - 1));
        m.assign_slice(&carry_d, j, &sum.bit(digit));
        above = sum.slice(0, digit);
    }
    m.next_if(&carry_q, moves, &carry_d);
    m.next_if(&delay_q, moves, &delay_d);
    above
}

/// Sum with a carry in, and the carry out as top bit.
fn add(a: &Expr, b: &Expr, carry: &Expr) -> Expr {
    let width = a.width() + 1;
    a.add_carry(b) + carry.zext(width)
}
