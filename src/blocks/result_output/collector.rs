// SPDX-License-Identifier: MIT OR Apache-2.0
//! The collector: digits go to the bank that is collected in, so that each bit is stored once per word.

use super::{Clock, ResultOutputShape, bank};
use crate::blocks::row_store::Writer;
use crate::hdl::{ModuleBuilder, Sig, index_width, lit, zeros};

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
    let Clock {
        clk, rst_n, clear, ..
    } = clock;
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
    banks(
        m,
        prefix,
        shape,
        clock,
        (&select, &digits.data),
        hand_over,
        word,
    );
    Collected {
        full: full_q,
        begun,
    }
}

/// The two banks: one takes the digits that `select` names, the other shows its word.
fn banks(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ResultOutputShape,
    clock: &Clock,
    (select, data): (&Sig, &Sig),
    hand_over: &Sig,
    word: &Sig,
) {
    let Clock {
        clk,
        rst_n,
        test_en,
        ..
    } = clock;
    m.comment("The bank that is collected in. A digit in the cycle of the handing over is the next word's.");
    let bank_q = m.register("bank_q", 1).clock(clk).reset(rst_n, 0).build();
    m.next_if(&bank_q, hand_over, &!&bank_q);
    let here = m.wire_of("collecting", &(&bank_q ^ hand_over));
    // Only clock gates ask whether anything is stored.
    let takes = match shape.storage.gated_clocks() {
        true => m.wire_of("stores", &select.reduce_or()),
        false => select.reduce_or(),
    };
    let writer = Writer::build(m, shape.storage, clk, test_en.as_ref(), &takes, data);
    let child = bank::build(prefix, shape);
    let words: Vec<Sig> = (0..2)
        .map(|k| {
            let word = m.wire(&format!("word_{k}"), shape.word_bits());
            let chosen = if k == 0 { !&here } else { here.clone() };
            let mut instance = m.instance(&format!("u_bank_{k}"), &child);
            for (name, signal) in writer.ports() {
                instance = instance.connect(name, signal);
            }
            instance
                .connect("write_i", &select.gated_by(&chosen))
                .connect("digit_i", &writer.data)
                .output("word_o", &word)
                .done();
            word
        })
        .collect();
    m.select(word).when(&bank_q, &words[0]).otherwise(&words[1]);
}
