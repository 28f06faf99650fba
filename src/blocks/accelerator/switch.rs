// SPDX-License-Identifier: MIT OR Apache-2.0
//! Switch: beats of the feeder to all active lanes, beats of a load to one tile.

use std::sync::Arc;

use super::AcceleratorShape;
use super::feeder::tile_bits;
use super::parts::{Clock, choose, join};
use crate::hdl::{Expr, Module, ModuleBuilder, index_width, lit, zeros};

/// Builds `<prefix>_switch`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let (k, lanes, tiles) = (shape.tiles, shape.lanes, shape.all_tiles());
    let mut m = ModuleBuilder::new(&format!("{prefix}_switch"));
    m.contract(
        "Offers a beat of the feeder to one tile of every active lane, to each until it has taken it, and takes the \
         beat when all have. While a load is under way the feeder waits.",
    );
    let clock = Clock::declare(&mut m);
    let pass = super::pass::inputs(&mut m, shape, &["first_lane", "lanes"]);
    m.group("From the feeder");
    let feed_valid = m.input("feed_valid_i", 1, "a beat is offered");
    let feed_ready = m.output("feed_ready_o", 1, "every active lane has it");
    let feed_data = m.input("feed_data_i", shape.word_bits, "the beat");
    let feed_last = m.input("feed_last_i", 1, "last beat of its packet");
    let feed_tile = m.input("feed_tile_i", tile_bits(shape), "tile of each lane");
    m.group("Loads");
    let loading = m.input("loading_i", 1, "a load has begun and not ended");
    let load_valid = m.input("load_valid_i", 1, "a beat is offered");
    let load_ready = m.output("load_ready_o", 1, "it is taken");
    let load_dest = m.input("load_dest_i", 2, "its destination");
    let load_data = m.input("load_beat_i", shape.word_bits, "the beat");
    let load_last = m.input("load_last_i", 1, "last beat of its packet");
    let load_tile = m.input("load_beat_tile_i", index_width(tiles), "the tile");
    m.group("To the tiles, tile 0 lowest");
    let valid = m.output("tile_tvalid_o", tiles, "a beat is offered");
    let ready = m.input("tile_tready_i", tiles, "it is taken");
    let data = m.output("tile_tdata_o", shape.word_bits, "the beat");
    let dest = m.output("tile_tdest_o", 2, "its destination");
    let last = m.output("tile_tlast_o", 1, "last beat of its packet");

    m.comment("Which tile of a lane, and which tile of all.");
    let one = match k {
        1 => {
            m.unused(&feed_tile);
            lit(1, 1)
        }
        _ => lit(1, k).shl(&feed_tile),
    };
    let one = m.wire_of("feed_select", &one);
    let load_one = m.wire_of("load_select", &lit(1, tiles).shl(&load_tile));
    m.assign(&load_ready, &(&ready & &load_one).reduce_or());

    m.comment("Lanes that are active and have not taken the beat.");
    let has_q = clock.control(&mut m, "has_q", lanes);
    let end = m.wire_of("lane_end", &(pass("first_lane") + pass("lanes")));
    let open = m.wire_of("feed_open", &(&feed_valid & !&loading));
    let mut offers: Vec<Expr> = Vec::new();
    let mut have: Vec<Expr> = Vec::new();
    let mut feeds: Vec<Expr> = Vec::new();
    for lane in 0..lanes {
        let number = lit(lane as u128, end.width());
        let active = pass("first_lane").le(&number) & end.gt(&number);
        let active = m.wire_of(&format!("active_{lane}"), &active);
        let offer = &open & &active & !has_q.bit(lane);
        let offer = m.wire_of(&format!("offer_{lane}"), &offer);
        let taken = (ready.slice(lane * k, k) & &one).reduce_or();
        let taken = m.wire_of(&format!("taken_{lane}"), &taken);
        have.push(!&active | has_q.bit(lane) | taken);
        feeds.push(one.gated_by(&offer));
        offers.push(offer);
    }
    let have = join(&mut m, "have", &have);
    let all = m.wire_of("all_have", &have.reduce_and());
    m.assign(&feed_ready, &(&all & !&loading));
    let offered = join(&mut m, "offered", &offers);
    let done = m.wire_of("beat_done", &(&open & all));
    let has_d = choose(
        &mut m,
        "has_d",
        &[(&done, &zeros(lanes))],
        &(&has_q | (&offered & &have)),
    );
    m.next(&has_q, &has_d);

    m.comment("A load and the feeder never offer together.");
    let feeds = join(&mut m, "feeds", &feeds);
    m.assign(&valid, &(feeds | load_one.gated_by(&load_valid)));
    m.select(&data)
        .when(&load_valid, &load_data)
        .otherwise(&feed_data);
    m.select(&last)
        .when(&load_valid, &load_last)
        .otherwise(&feed_last);
    m.assign(&dest, &load_dest.gated_by(&load_valid));
    m.finish()
}
