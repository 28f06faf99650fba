// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stream in: activations to memory, loads to a tile.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose};
use crate::hdl::{Module, ModuleBuilder, index_width, lit};

/// Builds `<prefix>_stream_in`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let tiles = shape.all_tiles();
    let mut m = ModuleBuilder::new(&format!("{prefix}_stream_in"));
    m.contract(
        "Takes packets by the tdest of their first beat: 0 activations, word by word to memory whenever its write port \
         is free; 1, 2, 3 loads of the tile that LOAD_TILE names, passed on while nothing is locked or once begun; all \
         else, and loads of a tile that there is not, is dropped up to TLAST with a pulse of dest_error_o.",
    );
    let clock = Clock::declare(&mut m);
    m.group("Stream");
    let data = m.input("s_axis_tdata", shape.word_bits, "data");
    let dest = m.input(
        "s_axis_tdest",
        3,
        "0 activations, 1 weights, 2 scale factors, 3 thresholds",
    );
    let valid = m.input("s_axis_tvalid", 1, "a beat is offered");
    let ready = m.output("s_axis_tready", 1, "it is taken");
    let last = m.input("s_axis_tlast", 1, "last beat of its packet");
    m.group("Control");
    let locked = m.input("locked_i", 1, "no loads may begin");
    let load_tile = m.input("load_tile_i", TILE_BITS, "tile of the next load");
    let dest_error = m.output("dest_error_o", 1, "pulse: a packet for nobody");
    m.group("Activation memory");
    let address = m.input("act_addr_i", shape.address_bits, "address of the next word");
    let step = m.output("act_addr_step_o", 1, "a word is written");
    let busy = m.input("pack_write_i", 1, "the write port is taken");
    let write = m.output("load_write_o", 1, "write a word");
    let write_address = m.output("load_address_o", shape.address_bits, "its address");
    let write_data = m.output("load_data_o", shape.word_bits, "the word");
    m.group("Loads of a tile");
    let loading = m.output("loading_o", 1, "a load has begun and not ended");
    let tile_valid = m.output("load_valid_o", 1, "a beat is offered");
    let tile_ready = m.input("load_ready_i", 1, "it is taken");
    let tile_dest = m.output("load_dest_o", 2, "its destination");
    let tile_data = m.output("load_beat_o", shape.word_bits, "the beat");
    let tile_last = m.output("load_last_o", 1, "last beat of its packet");
    let tile = m.output("load_beat_tile_o", index_width(tiles), "the tile");

    m.comment("What a packet is: that of its first beat.");
    let packet_q = clock.flag(&mut m, "packet_q");
    let kind_q = clock.data(&mut m, "kind_q", 2);
    let dest_q = clock.data(&mut m, "dest_q", 2);
    let tile_q = clock.data(&mut m, "tile_q", index_width(tiles));
    let is_load = m.wire_of("is_load", &(!dest.bit(2) & dest.slice(0, 2).reduce_or()));
    let there = m.wire_of(
        "tile_is_there",
        &load_tile.lt(&lit(tiles as u128, TILE_BITS)),
    );
    let kind_d = choose(
        &mut m,
        "kind_d",
        &[
            (&packet_q, &kind_q),
            (&(&is_load & &there), &lit(LOAD, 2)),
            (&dest.reduce_or(), &lit(DROP, 2)),
        ],
        &lit(ACTIVATIONS, 2),
    );
    let own_tile = load_tile.slice(0, index_width(tiles));
    let tile_d = choose(&mut m, "tile_d", &[(&packet_q, &tile_q)], &own_tile);
    let dest_d = choose(&mut m, "dest_d", &[(&packet_q, &dest_q)], &dest.slice(0, 2));
    let beat = m.wire_of("beat", &(&valid & &ready));
    let begin = m.wire_of("begin_packet", &(&beat & !&packet_q));
    m.next_if(&kind_q, &begin, &kind_d);
    m.next_if(&tile_q, &begin, &tile_d);
    m.next_if(&dest_q, &begin, &dest_d);
    m.next_if(&packet_q, &beat, &!&last);

    m.comment("A load may begin while nothing is locked; once begun it goes on.");
    let loads = m.wire_of("loads", &kind_d.eq_lit(LOAD));
    let stores = m.wire_of("stores", &kind_d.eq_lit(ACTIVATIONS));
    let may = m.wire_of("may_load", &(&packet_q | !&locked));
    m.select(&ready)
        .when(&loads, &(&tile_ready & &may))
        .when(&stores, &!&busy)
        .otherwise(&lit(1, 1));
    m.assign(&tile_valid, &(&valid & &loads & &may));
    m.assign(&tile_dest, &dest_d);
    m.assign(&tile_data, &data);
    m.assign(&tile_last, &last);
    m.assign(&tile, &tile_d);
    m.assign(&loading, &(&packet_q & kind_q.eq_lit(LOAD)));
    m.assign(&dest_error, &(&begin & kind_d.eq_lit(DROP)));

    let store = m.wire_of("store", &(&beat & &stores));
    m.assign(&write, &store);
    m.assign(&write_address, &address);
    m.assign(&write_data, &data);
    m.assign(&step, &store);
    m.finish()
}

/// Bits of the register LOAD_TILE.
pub(super) const TILE_BITS: usize = 11;

const ACTIVATIONS: u128 = 0;
const LOAD: u128 = 1;
const DROP: u128 = 2;
