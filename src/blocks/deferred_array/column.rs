// SPDX-License-Identifier: MIT OR Apache-2.0
//! One column of the array with deferred accumulation: scale factors, the partial sums of all planes, and an
//! adder of A operands that makes the accumulator's rows as they are read out.
//!
//! Row r of the result is the sum of bit r - i of the factor of every plane i. Where p is -1, all bits of the
//! operand are inverted, those below and above the factor too, and 1 is added at row 0. A row has A operand
//! bits and A carries, each of weight one; A - 1 full adders and a half adder make a sum bit and A carries of them, which
//! always suffices: from at most A carries and A operands come at most A carries.

mod parity;

use crate::blocks::dcim_array::{ArrayShape, any_of, majority, scale_factors};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig};
use itertools::Itertools;
use std::sync::Arc;

/// Builds `<prefix>_deferred_column`.
pub(super) fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, s, u) = (shape.input_bits, shape.scale_bits, shape.readout_rows);
    let digits = shape.readout_digits();
    let mut m = ModuleBuilder::new(&format!("{prefix}_deferred_column"));
    m.contract(&format!(
        "One column of the array with deferred accumulation: {a} scale factor(s) of {s} bits and the partial sums of {a} plane(s). \
         Reads {u} row(s) of their sum a cycle, lowest first. Storage has no reset."
    ));
    m.group("Clock");
    // Flip-flops on the ungated clock: with enables, or not at all.
    let clk = (!shape.gated_clocks()).then(|| m.input("clk_i", 1, "clock"));
    let digit_clk = (shape.gated_clocks() && digits > 1)
        .then(|| m.input("digit_clk_i", 1, "clock, running while digits leave"));
    m.group("Partial sums");
    let load_doc = match shape.gated_clocks() {
        true => "clock that captures the partial sum of a plane",
        false => "capture the partial sum of a plane at the end of this cycle",
    };
    let load = m.input("load_i", a, load_doc);
    let nonzero = shape.ternary.then(|| m.input("nonzero_i", 1, "p is not 0"));
    let negative = m.input("negative_i", 1, "p is -1");
    m.group("Selects shared by all columns");
    let digit_select = m.input(
        "digit_select_i",
        shape.shifted_rows().div_ceil(u),
        "digit that is read, of those with factor bits",
    );
    let first = (digits > 1).then(|| m.input("first_i", 1, "first digit"));
    let advance = (!shape.gated_clocks() && digits > 1)
        .then(|| m.input("advance_i", 1, "the digit leaves in this cycle"));
    let readback = m.input("readback_i", a * u, "operand that is read back");
    let readback_valid = shape
        .gated()
        .then(|| m.input("readback_valid_i", 1, "a row is read back"));
    let parity = shape.parity.then(|| parity::Ports::declare(&mut m, shape));
    m.group("Storage");
    let scale_row = m.input(
        "scale_row_i",
        shape.scale_rows(),
        match shape.gated_clocks() {
            true => "clock of each scale-factor row",
            false => "scale-factor row written",
        },
    );
    let scale_data = m.input("scale_data_i", 1, "bit to write");
    m.group("Out");
    let readout = m.output("readout_o", u, "rows of the digit");
    let readback_data = m.output("readback_o", 1, "bit of the row read back");

    // Partial sums. Where p is 0 the sign may be anything: 0 is subtracted as well as added.
    let loads = (0..a)
        .map(|i| m.wire_of(&format!("load_{i}"), &load.bit(i)))
        .collect_vec();
    let mut capture = |name: String, plane: usize, value: &Expr| {
        let load = &loads[plane];
        let q = m
            .register(&name, 1)
            .clock(clk.as_ref().unwrap_or(load))
            .build();
        match &clk {
            Some(_) => m.next_if(&q, load, value),
            None => m.next(&q, value),
        }
        q
    };
    let codes = (0..a)
        .map(|i| match &nonzero {
            Some(n) => (
                Some(capture(format!("nonzero_{i}_q"), i, n)),
                capture(format!("negative_{i}_q"), i, &negative),
            ),
            None => (None, capture(format!("negative_{i}_q"), i, &negative)),
        })
        .collect_vec();

    let scale_clk = clk.clone().unwrap_or_else(|| load.clone());
    let scale_q = scale_factors(&mut m, prefix, shape, &scale_clk, &scale_row, &scale_data);
    let stored = shape.stored_bits();
    m.comment("Operand of plane i in lane l: the bit of the factor that stands in the row, inverted where p is -1.");
    let mut operands = Vec::new();
    let mut raw = Vec::new();
    let mut added = Vec::new();
    for (i, (nonzero_q, negative_q)) in codes.iter().enumerate() {
        // The digits that hold bits of this factor.
        let (low, high) = (i / u, (i + s - 1) / u);
        let mut select = digit_select.slice(low, high - low + 1);
        if let (Some(readback_valid), Some(n)) = (&readback_valid, nonzero_q) {
            select = gated_select(&mut m, prefix, i, &select, &(n | readback_valid));
        }
        for l in 0..u {
            let bits = (0..s).filter(|k| (i + k) % u == l);
            let terms = bits.map(|k| scale_q.bit(i * stored + k) & select.bit((i + k) / u - low));
            let factor = m.wire_of(&format!("factor_{i}_{l}"), &any_of(terms, 1));
            let active = match nonzero_q {
                Some(n) if !shape.gated() => &factor & n,
                _ => factor.bit(0),
            };
            added.push(active.clone());
            operands.push(m.wire_of(&format!("operand_{i}_{l}"), &(active ^ negative_q)));
            raw.push(factor);
        }
    }
    let shown = raw
        .iter()
        .enumerate()
        .map(|(at, factor)| factor & &readback.bit(at));
    let shown = any_of(shown, 1);

    // Carries into the first lane: those of the last digit, or the ones that complete the negated operands.
    // A clock gate in every column, for columns whose partial sums are all 0, takes more than it gives.
    let carry_clk = digit_clk.as_ref().or(clk.as_ref());
    let shown = match &parity {
        Some(ports) => {
            let check = parity::Check {
                nonzero: codes.iter().map(|(nonzero, _)| nonzero.as_ref()).collect(),
                scale_q: &scale_q,
                added: &added,
                first: first.as_ref(),
                clock: carry_clk,
                advance: advance.as_ref(),
            };
            shown | check.build(&mut m, shape, ports)
        }
        None => shown,
    };
    m.assign(&readback_data, &shown);
    let mut carries_q = Vec::new();
    let mut carry = Vec::new();
    for (i, (_, negative_q)) in codes.iter().enumerate() {
        // With a single digit no carry is kept.
        let Some((first, clock)) = first.as_ref().zip(carry_clk) else {
            carry.push(negative_q.clone());
            continue;
        };
        let q = m.register(&format!("carry_{i}_q"), 1).clock(clock).build();
        let low = m.wire(&format!("carry_{i}"), 1);
        m.select(&low).when(first, negative_q).otherwise(&q);
        carry.push(low);
        carries_q.push(q);
    }
    let mut sums = Vec::new();
    for l in 0..u {
        let mut sum = operands[l].clone();
        let mut next = Vec::new();
        for i in 1..a {
            let (x, y, c) = (&sum, &operands[i * u + l], &carry[i - 1]);
            let carry_out = m.wire_of(&format!("carry_{}_{l}", i - 1), &majority(x, y, c));
            let partial = m.wire_of(&format!("sum_{i}_{l}"), &(x ^ y ^ c));
            next.push(carry_out);
            sum = partial;
        }
        let c = &carry[a - 1];
        next.push(m.wire_of(&format!("carry_{}_{l}", a - 1), &(&sum & c)));
        sums.push(&sum ^ c);
        carry = next;
    }
    m.concat(&readout, &sums);
    for (q, next) in carries_q.iter().zip(&carry) {
        match &advance {
            Some(advance) => m.next_if(q, advance, next),
            None => m.next(q, next),
        }
    }
    if carries_q.is_empty() {
        for unused in &carry {
            m.unused(unused);
        }
    }
    m.finish()
}

/// The selects of a plane, gated in front of its factor's read tree, which stands still where p is 0. A module of its own:
/// synthesis would move the gate behind the tree, where it is smaller and saves nothing.
fn gated_select(
    m: &mut ModuleBuilder,
    prefix: &str,
    plane: usize,
    select: &Sig,
    enable: &Expr,
) -> Sig {
    let width = select.width();
    let mut gate = ModuleBuilder::new(&format!("{prefix}_select_gate_{width}"));
    gate.contract(
        "Digit selects of one factor of a column, zero where its partial sum is. Combinational.",
    );
    gate.group("In");
    let select_in = gate.input("select_i", width, "digit that is read");
    let enable_in = gate.input("enable_i", 1, "the factor is read");
    gate.group("Out");
    let select_out = gate.output("select_o", width, "the same, or zero");
    gate.assign(&select_out, &select_in.gated_by(&enable_in));
    let child = gate.finish();
    let gated = m.wire(&format!("select_{plane}"), width);
    m.instance(&format!("u_select_gate_{plane}"), &child)
        .connect("select_i", select)
        .connect("enable_i", enable)
        .output("select_o", &gated)
        .done();
    gated
}
