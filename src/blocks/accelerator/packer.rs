// SPDX-License-Identifier: MIT OR Apache-2.0
//! Packer: results side by side in words, and the words to memory.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose, is, next};
use crate::hdl::{Expr, Module, ModuleBuilder, index_width, lit, ones, zeros};

/// Builds `<prefix>_packer`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let (bits, elements) = (shape.address_bits, shape.word_elements());
    let mut m = ModuleBuilder::new(&format!("{prefix}_packer"));
    m.contract(
        "Puts results side by side, the first lowest, and writes a word when it is full or its position ends, with \
         zeros above. A word is written in the cycle after its last result; the write is never held up. Counts the \
         positions of the pass, written or not.",
    );
    let clock = Clock::declare(&mut m);
    m.group("Control");
    let run = m.input("run_i", 1, "pulse: begin a pass");
    let done = m.output("packer_done_o", 1, "every position of the pass is written");
    let position = m.output("position_done_o", 1, "pulse: a position is finished");
    let names = ["write", "out_base", "out_pitch", "positions"];
    let pass = super::pass::inputs(&mut m, shape, &names);
    m.group("Results");
    let valid = m.input("out_valid_i", 1, "a result");
    let data = m.input("out_i", shape.input_bits, "the result");
    let last = m.input("out_last_i", 1, "last channel of its position");
    m.group("Activation memory");
    let write = m.output("pack_write_o", 1, "write a word");
    let address = m.output("pack_address_o", bits, "its address");
    let word = m.output("pack_data_o", shape.word_bits, "the word");

    m.comment("The word that is being filled.");
    let word_q = clock.data(&mut m, "word_q", shape.word_bits);
    let full: Expr = match elements {
        1 => {
            m.next_if(&word_q, &valid, &data);
            ones(1)
        }
        _ => {
            let width = index_width(elements);
            let index_q = clock.data(&mut m, "index_q", width);
            let full = m.wire_of("is_full", &is(&index_q, elements - 1));
            let home = m.wire_of("index_restart", &(&run | &full | &last));
            let index_d = choose(
                &mut m,
                "index_d",
                &[(&home, &zeros(width))],
                &next(&index_q),
            );
            m.next_if(&index_q, &(&run | &valid), &index_d);
            let place = index_width(shape.word_bits);
            let step = lit(shape.input_bits as u128, place);
            let place = m.wire_of("place", &(index_q.zext(place) * step));
            let kept = m.wire_of("kept", &word_q.gated_by(&index_q.reduce_or()));
            let filled = kept | data.zext(shape.word_bits).shl(&place);
            m.next_if(&word_q, &valid, &filled);
            full
        }
    };

    m.comment("A word is written in the cycle after its last result.");
    let write_q = clock.flag(&mut m, "write_q");
    let end = m.wire_of("word_ends", &(&valid & (&full | &last)));
    m.next(&write_q, &(&end & pass("write")));
    let base_q = clock.data(&mut m, "position_address_q", bits);
    let address_q = clock.data(&mut m, "address_q", bits);
    let next_q = clock.data(&mut m, "next_address_q", bits);
    let ends = m.wire_of("position_ends", &(&valid & &last));
    let base_next = m.wire_of("position_next", &(&base_q + pass("out_pitch").zext(bits)));
    let base_d = choose(
        &mut m,
        "position_address_d",
        &[(&run, &pass("out_base"))],
        &base_next,
    );
    m.next_if(&base_q, &(&run | &ends), &base_d);
    let next_d = choose(
        &mut m,
        "next_address_d",
        &[(&run, &pass("out_base")), (&ends, &base_next)],
        &next(&next_q),
    );
    m.next_if(&next_q, &(&run | &end), &next_d);
    m.next_if(&address_q, &end, &next_q);
    m.assign(&write, &write_q);
    m.assign(&address, &address_q);
    m.assign(&word, &word_q);

    m.comment("Positions that are left; the pass is done when the last word is written, too.");
    let left_q = clock.control(&mut m, "positions_left_q", shape.count_bits());
    let left_d = choose(
        &mut m,
        "positions_left_d",
        &[(&run, &pass("positions"))],
        &(&left_q - lit(1, left_q.width())),
    );
    m.next_if(&left_q, &(&run | &ends), &left_d);
    m.assign(&position, &ends);
    m.assign(&done, &!(left_q.reduce_or() | &write_q));
    m.finish()
}
