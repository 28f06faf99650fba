// SPDX-License-Identifier: MIT OR Apache-2.0
//! The collector: one register per digit of all outputs, so that each bit moves once per word.

use std::sync::Arc;

use super::{Clock, ResultOutputShape};
use crate::hdl::{Module, ModuleBuilder, Sig, index_width, lit, zeros};

pub(super) struct Digits {
    pub valid: Sig,
    pub ready: Sig,
    pub first: Sig,
    pub last: Sig,
    pub data: Sig,
}

pub(super) struct Collected {
    /// A whole word is held.
    pub full: Sig,
    /// Some digits of a word are held.
    pub begun: Sig,
}

pub(super) fn build(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ResultOutputShape,
    clock: &Clock,
    digits: &Digits,
    hand_over: &Sig,
    word: &Sig,
) -> Collected {
    let Clock { clk, rst_n, clear } = clock;
    m.comment("A word is full until it moves on; the next may begin in that very cycle.");
    let full_q = m.register("full_q", 1).clock(clk).reset(rst_n, 0).build();
    m.assign(&digits.ready, &(!&full_q | hand_over));
    let takes = m.wire_of("takes", &(&digits.valid & &digits.ready));
    let ends = m.wire_of("word_ends", &(&takes & &digits.last));
    m.next_if(&full_q, &(&(clear | &ends) | hand_over), &(&ends & !clear));

    m.comment("Which digit is next.");
    let count = shape.digits();
    let (select, begun) = if count > 1 {
        let width = index_width(count);
        let count_q = m
            .register("digit_q", width)
            .clock(clk)
            .reset(rst_n, 0)
            .build();
        let index = m.wire_of("digit", &count_q.gated_by(&!&digits.first));
        let count_d = m.wire("digit_d", width);
        m.select(&count_d)
            .when(&(clear | &digits.last), &zeros(width))
            .otherwise(&(&index + lit(1, width)));
        m.next_if(&count_q, &(clear | &takes), &count_d);
        let select = lit(1, count).shl(&index).gated_by(&takes);
        (m.wire_of("digit_write", &select), count_q.reduce_or())
    } else {
        m.unused(&digits.first);
        (takes, zeros(1))
    };
    storage(m, prefix, shape, clk, &select, &digits.data, word);
    Collected {
        full: full_q,
        begun,
    }
}

/// The registers of the digits, and their bits in the order of the results.
fn storage(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ResultOutputShape,
    clk: &Sig,
    select: &Sig,
    data: &Sig,
    word: &Sig,
) {
    let (outputs, digit, bits) = (shape.outputs, shape.digit_bits, shape.result_bits);
    let (all, whole) = (shape.digits(), bits / digit);
    if whole > 0 {
        let held = m.wire("held", whole * outputs * digit);
        let child = register(&format!("{prefix}_result_digit"), outputs * digit);
        m.array("gen_digit", "u_digit", whole, &child)
            .all("clk_i", clk)
            .each_at("write_i", select, 1, 0)
            .all("digit_i", data)
            .each_out("digit_o", &held)
            .done();
        for n in 0..whole {
            let base = n * outputs * digit;
            m.for_each(&format!("gen_word_{n}"), outputs, |body| {
                let target = word.affine(bits, n * digit, digit);
                body.assign(&target, &held.affine(digit, base, digit));
            });
        }
    }
    if all > whole {
        m.comment("Of the last digit, only what belongs to the results.");
        let rest = shape.last_digit_bits();
        let offered = m.wire("tail_digit", outputs * rest);
        m.for_each("gen_tail_digit", outputs, |body| {
            body.assign(&offered.affine(rest, 0, rest), &data.affine(digit, 0, rest));
        });
        let held = m.wire("tail_held", outputs * rest);
        let child = register(&format!("{prefix}_result_tail"), outputs * rest);
        m.instance("u_tail", &child)
            .connect("clk_i", clk)
            .connect("write_i", &select.bit(whole))
            .connect("digit_i", &offered)
            .output("digit_o", &held)
            .done();
        m.for_each("gen_tail_word", outputs, |body| {
            let target = word.affine(bits, whole * digit, rest);
            body.assign(&target, &held.affine(rest, 0, rest));
        });
        if whole == 0 {
            let surplus = m.wire("unused_surplus", outputs * (digit - rest));
            m.for_each("gen_surplus", outputs, |body| {
                let target = surplus.affine(digit - rest, 0, digit - rest);
                body.assign(&target, &data.affine(digit, rest, digit - rest));
            });
        }
    }
}

fn register(name: &str, width: usize) -> Arc<Module> {
    let mut m = ModuleBuilder::new(name);
    m.contract("One digit of every output. Latency: one cycle. No reset.");
    let clk = m.input("clk_i", 1, "clock");
    let write = m.input("write_i", 1, "store");
    let digit = m.input("digit_i", width, "the digits, output 0 lowest");
    let held = m.output("digit_o", width, "what is stored");
    let held_q = m.register("digit_q", width).clock(&clk).build();
    m.next_if(&held_q, &write, &digit);
    m.assign(&held, &held_q);
    m.finish()
}
