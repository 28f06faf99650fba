// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sending side: what is offered to the tiles stays until all have taken it, and a packet that has
//! begun is finished.

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose, is, next};
use super::{Control, tile_bits};
use crate::hdl::{ModuleBuilder, Sig, index_width, zeros};

/// The oldest word that waits.
pub(super) struct Queued {
    pub valid: Sig,
    /// Driven here.
    pub taken: Sig,
    pub word: Sig,
    pub first: Sig,
    pub last: Sig,
    pub end: Sig,
    pub tile: Sig,
}

pub(super) struct Ports {
    valid: Sig,
    ready: Sig,
    data: Sig,
    last: Sig,
    tile: Sig,
    pool_valid: Sig,
    pool_ready: Sig,
    pool_data: Sig,
    pool_first: Sig,
    pool_last: Sig,
    pool_end: Sig,
}

impl Ports {
    pub fn declare(m: &mut ModuleBuilder, shape: &AcceleratorShape) -> Ports {
        m.group("To the tiles");
        let valid = m.output("feed_valid_o", 1, "a beat is offered; it stays until taken");
        let ready = m.input("feed_ready_i", 1, "every active lane has it");
        let data = m.output("feed_data_o", shape.word_bits, "the beat");
        let last = m.output("feed_last_o", 1, "last beat of its packet");
        let tile = m.output(
            "feed_tile_o",
            tile_bits(shape),
            "tile of each lane that it goes to",
        );
        m.group("To the pool");
        Ports {
            valid,
            ready,
            data,
            last,
            tile,
            pool_valid: m.output("pool_valid_o", 1, "a word is offered"),
            pool_ready: m.input("pool_ready_i", 1, "it is taken"),
            pool_data: m.output("pool_data_o", shape.word_bits, "the word"),
            pool_first: m.output("pool_first_o", 1, "first word of a window"),
            pool_last: m.output("pool_last_o", 1, "last word of a window"),
            pool_end: m.output("pool_end_o", 1, "last word of a position"),
        }
    }
}

/// Builds the sending side; gives whether a packet is under way.
pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    control: &Control,
    mvm: &Sig,
    queued: &Queued,
    ports: &Ports,
) -> Sig {
    m.comment("The pool takes words as they come.");
    m.assign(&ports.pool_valid, &(&queued.valid & !mvm));
    m.assign(&ports.pool_data, &queued.word);
    m.assign(&ports.pool_first, &queued.first);
    m.assign(&ports.pool_last, &queued.last);
    m.assign(&ports.pool_end, &queued.end);

    m.comment("A beat that is offered, and how many of its packet have been taken.");
    let full_q = clock.flag(m, "offer_q");
    let data_q = clock.data(m, "offer_data_q", shape.word_bits);
    let tile_q = clock.data(m, "offer_tile_q", tile_bits(shape));
    let beats = shape.packet_words;
    let sent_q = clock.control(m, "sent_q", index_width(beats));
    let last = m.wire_of("offer_is_last", &is(&sent_q, beats - 1));
    let taken = m.wire_of("offer_taken", &(&full_q & &ports.ready));
    let sent_d = choose(
        m,
        "sent_d",
        &[(&last, &zeros(sent_q.width()))],
        &next(&sent_q),
    );
    m.next_if(&sent_q, &taken, &sent_d);

    m.comment("A packet that was open when the pass was dropped is ended with zeros.");
    let free = m.wire_of("offer_free", &(!&full_q | &taken));
    let load = m.wire_of(
        "offer_load",
        &(&queued.valid & mvm & &free & !&control.abort),
    );
    let open = m.wire("packet_open", 1);
    let within = choose(
        m,
        "within_packet",
        &[(&full_q, &!&last)],
        &sent_q.reduce_or(),
    );
    m.assign(&open, &within);
    let fill = m.wire_of("offer_fill", &(&open & &free & &control.abort));
    m.next_if(&full_q, &(&load | &fill | &taken), &(&load | &fill));
    let data_d = queued.word.gated_by(&load);
    m.next_if(&data_q, &(&load | &fill), &data_d);
    m.next_if(&tile_q, &load, &queued.tile);
    let popped = choose(
        m,
        "popped",
        &[(mvm, &load)],
        &(&queued.valid & &ports.pool_ready),
    );
    m.assign(&queued.taken, &(popped & !&control.abort));

    m.assign(&ports.valid, &full_q);
    m.assign(&ports.data, &data_q);
    m.assign(&ports.last, &last);
    m.assign(&ports.tile, &tile_q);
    m.wire_of("sending", &(&full_q | sent_q.reduce_or()))
}
