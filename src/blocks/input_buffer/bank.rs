// SPDX-License-Identifier: MIT OR Apache-2.0
//! One bank: its bits, one bit plane of them, and which planes hold a one.

use std::sync::Arc;

use super::InputBufferShape;
use crate::blocks::row_store::Rows;
use crate::hdl::{Module, ModuleBuilder, Sig};

/// Builds `<prefix>_input_bank`.
pub(super) fn build(prefix: &str, shape: &InputBufferShape) -> Arc<Module> {
    let (rows, planes, beats) = (shape.rows, shape.input_bits, shape.beats());
    let mut m = ModuleBuilder::new(&format!("{prefix}_input_bank"));
    m.contract(
        "One packet of inputs, input 0 in the lowest bits of beat 0. The flags of the planes are \
         stored in the first cycle in which taken_i is high, and ready_o rises with them.",
    );
    m.group("Clock and reset");
    let storage = Rows::declare(&mut m, shape.storage);
    let clk = storage
        .enabled_clock()
        .unwrap_or_else(|| m.input("clk_i", 1, "clock"));
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let clear = m.input("clear_i", 1, "ready_o is low from the next cycle on");
    m.group("Writing");
    let write = m.input("write_i", beats, "store this beat, one-hot");
    let data = m.input("data_i", shape.stream_bits, "the beat");
    let taken = m.input("taken_i", 1, "the packet is complete");
    m.group("Reading");
    let ready = m.output("ready_o", 1, "plane_any_o is valid");
    let plane = m.input("plane_i", planes, "show this plane, one-hot, or zeros");
    let word_lines = m.output("word_lines_o", rows, "the plane");
    let plane_any = m.output("plane_any_o", planes, "which planes hold a one");

    let held = m.wire("held", shape.bits());
    words(&mut m, prefix, shape, &storage, &write, &data, &held);

    m.comment("The bits of each plane side by side.");
    let by_plane: Vec<Sig> = (0..planes)
        .map(|k| {
            let wire = m.wire(&format!("plane_{k}"), rows);
            m.for_each(&format!("gen_plane_{k}"), rows, |body| {
                body.assign(&wire.affine(1, 0, 1), &held.affine(planes, k, 1));
            });
            wire
        })
        .collect();
    let shown = by_plane
        .iter()
        .enumerate()
        .map(|(k, bits)| bits.gated_by(&plane.bit(k)))
        .reduce(|a, b| a | b);
    if let Some(shown) = shown {
        m.assign(&word_lines, &shown);
    }

    m.comment("The flags, once per packet.");
    let ready_q = m
        .register("ready_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    m.next(&ready_q, &(&taken & !&clear));
    m.assign(&ready, &ready_q);
    let any_q = m.register("plane_any_q", planes).clock(&clk).build();
    let any_d = m.wire("plane_any_d", planes);
    let any: Vec<Sig> = by_plane.iter().map(Sig::reduce_or).collect();
    m.concat(&any_d, &any);
    m.next_if(&any_q, &(&taken & !&ready_q), &any_d);
    m.assign(&plane_any, &any_q);
    m.finish()
}

/// The storage: a word per beat, the last one perhaps shorter.
fn words(
    m: &mut ModuleBuilder,
    prefix: &str,
    shape: &InputBufferShape,
    storage: &Rows,
    write: &Sig,
    data: &Sig,
    held: &Sig,
) {
    let rows = storage.select(m, write);
    let (whole, width) = (shape.whole_beats(), shape.stream_bits);
    if whole > 0 {
        let names = (&*format!("{prefix}_input_word"), "gen_word");
        storage.words(m, names, whole, &rows, data, held);
    }
    let rest = shape.bits() - whole * width;
    if rest > 0 {
        let names = (&*format!("{prefix}_input_tail"), "u_tail");
        let held = held.slice(whole * width, rest);
        storage.word_at(m, names, &rows.bit(whole), &data.slice(0, rest), &held);
        if whole == 0 {
            m.unused(&data.slice(rest, width - rest));
        }
    }
}
