// SPDX-License-Identifier: MIT OR Apache-2.0
//! One bank of results: a word of storage for each digit of all outputs.

use std::sync::Arc;

use super::ResultOutputShape;
use crate::blocks::row_store::Rows;
use crate::hdl::{Module, ModuleBuilder, Sig};

/// Builds `<prefix>_result_bank`.
pub(super) fn build(prefix: &str, shape: &ResultOutputShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_result_bank"));
    m.contract(
        "The digits of one word of results. A digit is shown from the cycle after it was stored on. No reset.",
    );
    m.group("Clock");
    let storage = Rows::declare(&mut m, shape.storage);
    m.group("Digits");
    let write = m.input("write_i", shape.digits(), "store this digit, one-hot");
    let data = m.input(
        "digit_i",
        shape.outputs * shape.digit_bits,
        "the digit of every output, output 0 lowest",
    );
    m.group("Results");
    let word = m.output("word_o", shape.word_bits(), "the word, output 0 lowest");
    let rows = storage.select(&mut m, &write);
    let (outputs, digit, bits) = (shape.outputs, shape.digit_bits, shape.result_bits);
    let (all, whole) = (shape.digits(), bits / digit);
    if whole > 0 {
        let held = m.wire("held", whole * outputs * digit);
        let names = (&*format!("{prefix}_result_digit"), "gen_digit");
        storage.words(&mut m, names, whole, &rows, &data, &held);
        for n in 0..whole {
            let base = n * outputs * digit;
            m.for_each(&format!("gen_word_{n}"), outputs, |body| {
                let target = word.affine(bits, n * digit, digit);
                body.assign(&target, &held.affine(digit, base, digit));
            });
        }
    }
    if all > whole {
        tail(&mut m, prefix, shape, &storage, &rows, &data, &word);
    }
    m.finish()
}

/// The last digit, of which only some bits belong to the results.
fn tail(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &ResultOutputShape,
    storage: &Rows,
    rows: &Sig,
    data: &Sig,
    word: &Sig,
) {
    let (outputs, digit, bits) = (shape.outputs, shape.digit_bits, shape.result_bits);
    let whole = bits / digit;
    m.comment("Of the last digit, only what belongs to the results.");
    let rest = shape.last_digit_bits();
    let offered = m.wire("tail_digit", outputs * rest);
    m.for_each("gen_tail_digit", outputs, |body| {
        body.assign(&offered.affine(rest, 0, rest), &data.affine(digit, 0, rest));
    });
    let held = m.wire("tail_held", outputs * rest);
    let names = (&*format!("{prefix}_result_tail"), "u_tail");
    storage.word_at(m, names, &rows.bit(whole), &offered, &held);
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
