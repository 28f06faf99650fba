// SPDX-License-Identifier: MIT OR Apache-2.0
//! Packets: where each beat goes, and which beats are in error.

use super::loader::Link;
use super::{Clock, StreamInputShape, dest};
use crate::hdl::{ModuleBuilder, Sig, index_width, lit, zeros};

pub(super) struct Stream {
    pub data: Sig,
    pub dest: Sig,
    pub valid: Sig,
    pub ready: Sig,
    pub last: Sig,
}

pub(super) struct InputPort {
    pub full: Sig,
    pub write: Sig,
    pub beat: Sig,
    pub data: Sig,
    pub commit: Sig,
}

pub(super) struct Errors {
    pub short: Sig,
    pub long: Sig,
    pub dest: Sig,
    pub load_busy: Sig,
}

#[allow(clippy::too_many_arguments)]
pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &StreamInputShape,
    clock: &Clock,
    busy: &Sig,
    stream: &Stream,
    input: &InputPort,
    errors: &Errors,
    link: &Link,
) {
    let Clock { clk, rst_n, clear } = clock;
    m.comment("Between packets, inside one, or draining one that is dropped.");
    let packet_q = m.register("packet_q", 1).clock(clk).reset(rst_n, 0).build();
    let drain_q = m.register("drain_q", 1).clock(clk).reset(rst_n, 0).build();
    let inputs_q = m.register("inputs_q", 1).clock(clk).reset(rst_n, 0).build();
    let begin = m.wire_of("begin_packet", &!(&packet_q | &drain_q));

    m.comment("The destination: that of the first beat.");
    let kind = &link.kind;
    m.select(kind)
        .when(&begin, &stream.dest)
        .when(&inputs_q, &lit(dest::INPUTS as u128, 2))
        .otherwise(&link.load_kind_q);
    let inputs = m.wire_of("inputs", &kind.eq_lit(dest::INPUTS as u128));
    let busy_refused = m.wire_of("busy_refused", &(&(&begin & busy) & !&inputs));
    let (dest_refused, load_refused) = match shape.column_thresholds {
        true => (zeros(1), busy_refused),
        false => {
            let unknown = &begin & kind.eq_lit(dest::THRESHOLDS as u128);
            let unknown = m.wire_of("dest_refused", &unknown);
            let busy_refused = m.wire_of("load_refused", &(&busy_refused & !&unknown));
            (unknown, busy_refused)
        }
    };
    let refused = m.wire_of("refused", &(&dest_refused | &load_refused));

    m.comment("Room: a bank for inputs, the gearbox for loads.");
    let room = m.wire("room", 1);
    m.select(&room)
        .when(&inputs, &(&packet_q | !&input.full))
        .when(&packet_q, &!&link.element_held)
        .otherwise(&!&link.load_q);
    m.assign(&stream.ready, &(&(&(&drain_q | &refused) | &room) & !clear));
    let beat = m.wire_of("beat", &(&stream.valid & &stream.ready));
    let good = m.wire_of("good_beat", &(&beat & !(&drain_q | &refused)));

    m.comment("Length: the index of the beat against that of the last one.");
    let beats = shape.beats();
    let width = index_width(beats.iter().copied().max().unwrap_or(1));
    let beat_q = m
        .register("beat_q", width)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let last_beat = m.wire("last_beat", width);
    let (rest, otherwise) = beats.split_at(beats.len() - 1);
    let mut case = m.case(&last_beat, kind);
    for (dest, beats) in rest.iter().enumerate() {
        case = case.arm(dest as u128, &lit(*beats as u128 - 1, width));
    }
    case.otherwise(&lit(otherwise[0] as u128 - 1, width));
    let full_length = m.wire_of("full_length", &beat_q.eq(&last_beat));
    let ends = m.wire_of("packet_ends", &(&stream.last | &full_length));
    m.next_if(&packet_q, &(clear | &good), &(!clear & !&ends));
    m.next_if(&inputs_q, &(&good & &begin), &inputs);
    let drain_d = m.wire("drain_d", 1);
    m.select(&drain_d)
        .when(clear, &(&(&packet_q | &drain_q) | &stream.valid))
        .otherwise(&(&(&(&drain_q | &refused) | &full_length) & !&stream.last));
    m.next_if(&drain_q, &(clear | &beat), &drain_d);
    let beat_d = m.wire("beat_d", width);
    m.select(&beat_d)
        .when(&(clear | &ends), &zeros(width))
        .otherwise(&(&beat_q + lit(1, width)));
    m.next_if(&beat_q, &(clear | &good), &beat_d);

    m.comment("Errors.");
    m.assign(&errors.short, &(&(&good & &stream.last) & !&full_length));
    m.assign(&errors.long, &(&(&good & !&stream.last) & &full_length));
    m.assign(&errors.dest, &(&beat & &dest_refused));
    m.assign(&errors.load_busy, &(&beat & &load_refused));

    m.comment("To the input buffer.");
    let write = &good & &inputs;
    m.assign(&input.write, &write);
    m.assign(&input.beat, &beat_q.slice(0, input.beat.width()));
    m.assign(&input.data, &stream.data);
    m.assign(&input.commit, &(&write & &(&stream.last & &full_length)));

    m.comment("To the loader.");
    let load_beat = m.wire_of("load_beat", &(&good & !&inputs));
    m.assign(&link.beat, &load_beat);
    m.assign(&link.start, &(&load_beat & &begin));
    m.assign(&link.error, &(&load_beat & &(&stream.last ^ &full_length)));
}
