// SPDX-License-Identifier: MIT OR Apache-2.0
//! The master of the stream.

use super::{Clock, ResultOutputShape};
use crate::hdl::{ModuleBuilder, Sig, index_width, lit, zeros};

pub(super) struct Master {
    pub data: Sig,
    pub valid: Sig,
    pub ready: Sig,
    pub last: Sig,
}

/// Builds the master, which sends `word`, shown from the cycle after `hand_over` on; gives its busy flag.
pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &ResultOutputShape,
    clock: &Clock,
    master: &Master,
    hand_over: &Sig,
    word: &Sig,
    done: &Sig,
) -> Sig {
    let Clock { clk, rst_n, .. } = clock;
    m.comment("A word is sent until its last beat is taken.");
    let busy_q = m.register("busy_q", 1).clock(clk).reset(rst_n, 0).build();
    m.next_if(&busy_q, &(hand_over | done), hand_over);
    let packet = packet(m, shape, word);
    m.assign(&master.valid, &busy_q);
    let beat = m.wire_of("beat", &(&busy_q & &master.ready));

    let beats = shape.beats();
    if beats == 1 {
        m.assign(&master.last, &busy_q);
        m.assign(&master.data, &packet);
    } else {
        let width = index_width(beats);
        let beat_q = m
            .register("beat_q", width)
            .clock(clk)
            .reset(rst_n, 0)
            .build();
        let last = m.wire_of("last_beat", &beat_q.eq_lit(beats as u128 - 1));
        let beat_d = m.wire("beat_d", width);
        m.select(&beat_d)
            .when(&last, &zeros(width))
            .otherwise(&(&beat_q + lit(1, width)));
        m.next_if(&beat_q, &beat, &beat_d);
        let offset = beat_offset(m, shape, clock, &beat_q, &beat, &last);
        m.assign(&master.data, &packet.dyn_slice(&offset, shape.stream_bits));
        m.assign(&master.last, &last);
    }
    m.assign(done, &(&beat & &master.last));
    busy_q
}

/// The lowest bit of the beat: its index shifted where the stream's width is a power of two, counted
/// beside the index elsewhere.
fn beat_offset(
    m: &mut ModuleBuilder,
    shape: &ResultOutputShape,
    clock: &Clock,
    beat_q: &Sig,
    beat: &Sig,
    last: &Sig,
) -> Sig {
    let step = shape.stream_bits;
    if step.is_power_of_two() {
        let step_log = step.trailing_zeros() as usize;
        let offset = m.wire("beat_offset", beat_q.width() + step_log);
        m.concat(&offset, &[zeros(step_log), beat_q.clone()]);
        return offset;
    }
    let width = index_width(shape.beats() * step);
    let offset_q = m
        .register("beat_offset_q", width)
        .clock(&clock.clk)
        .reset(&clock.rst_n, 0)
        .build();
    let offset_d = m.wire("beat_offset_d", width);
    m.select(&offset_d)
        .when(last, &zeros(width))
        .otherwise(&(&offset_q + lit(step as u128, width)));
    m.next_if(&offset_q, beat, &offset_d);
    offset_q
}

/// The packet: each result sign-extended to whole bytes, zeros up to a whole beat.
fn packet(m: &mut ModuleBuilder, shape: &ResultOutputShape, word: &Sig) -> Sig {
    let (bits, element, outputs) = (shape.result_bits, shape.element_bits(), shape.outputs);
    let total = shape.beats() * shape.stream_bits;
    if bits == element && total == outputs * element {
        return word.clone();
    }
    let packet = m.wire("packet", total);
    m.for_each("gen_element", outputs, |body| {
        body.assign(
            &packet.affine(element, 0, bits),
            &word.affine(bits, 0, bits),
        );
        if element > bits {
            let sign = word.affine(bits, bits - 1, 1).repeat(element - bits);
            body.assign(&packet.affine(element, bits, element - bits), &sign);
        }
    });
    if total > outputs * element {
        m.assign_slice(
            &packet,
            outputs * element,
            &zeros(total - outputs * element),
        );
    }
    packet
}
