// SPDX-License-Identifier: MIT OR Apache-2.0
//! Feeder: walks the windows of a pass, reads their words and sends them to the tiles or to the pool.

mod send;
mod walk;

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, QUEUE, choose, join, next, queue};
use crate::hdl::{Module, ModuleBuilder, Sig, index_width, lit, zeros};

/// Fields of the pass that the feeder reads.
pub(super) const FIELDS: [&str; 21] = [
    "kind",
    "origin",
    "in_height",
    "in_width",
    "in_words",
    "in_pitch",
    "in_row",
    "kernel_height",
    "kernel_width",
    "stride",
    "padding",
    "step_x",
    "step_y",
    "out_width",
    "positions",
    "segments",
    "segment_words",
    "first_lane",
    "lanes",
    "channels",
    "output_bits",
];

/// What the walk says of the word that it stands at.
struct Item {
    /// There is one.
    valid: Sig,
    /// It stands in memory; else it is zero.
    read: Sig,
    /// Where.
    address: Sig,
    /// First beat of a packet, or first word of a window.
    first: Sig,
    /// Last beat of a packet, or last word of a window.
    last: Sig,
    /// Last word of a position.
    end: Sig,
    /// Tile of a lane that it goes to.
    tile: Sig,
    /// Driven here: the walk goes on.
    taken: Sig,
}

/// Commands to the feeder and what it says of itself.
struct Control {
    run: Sig,
    abort: Sig,
    idle: Sig,
}

/// Bits of the number of a tile within its lane.
pub(super) fn tile_bits(shape: &AcceleratorShape) -> usize {
    index_width(shape.tiles)
}

/// Builds `<prefix>_feeder`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_feeder"));
    m.contract(
        "Walks the windows of a pass. For a matrix-vector multiply the words of a window go to the tiles, a packet a \
         segment; for a pool they go to the pool, word by word. A word a cycle while memory is granted and the takers \
         are ready; three cycles from the address to the beat. abort_i drops what has not been offered and ends a \
         packet that has begun with zero beats.",
    );
    m.localparam("PACKET_WORDS", shape.packet_words);
    let clock = Clock::declare(&mut m);
    m.group("Control");
    let control = Control {
        run: m.input("run_i", 1, "pulse: begin the pass"),
        abort: m.input("aborting_i", 1, "drop the pass"),
        idle: m.output("feeder_idle_o", 1, "everything has been sent"),
    };
    let fields: Vec<&str> = FIELDS
        .into_iter()
        .filter(|name| !["first_lane", "lanes", "channels", "output_bits"].contains(name))
        .collect();
    let pass = super::pass::inputs(&mut m, shape, &fields);
    m.group("Activation memory");
    let request = m.output("feed_read_o", 1, "a word is wanted");
    let address = m.output("feed_address_o", shape.address_bits, "its address");
    let grant = m.input("feed_grant_i", 1, "it is read in this cycle");
    let data = m.input(
        "activation_i",
        shape.word_bits,
        "what was read in the cycle before",
    );
    let ports = send::Ports::declare(&mut m, shape);

    let mvm = m.wire_of("is_mvm", &!pass("kind").reduce_or());
    let item = walk::build(&mut m, shape, &clock, &control, &pass, &mvm);

    m.comment("A word is asked for when there will be room for it.");
    let tile_bits = tile_bits(shape);
    let flight_q = clock.flag(&mut m, "flight_q");
    let zero_q = clock.data(&mut m, "flight_zero_q", 1);
    let marks = join(
        &mut m,
        "marks",
        &[
            item.first.clone(),
            item.last.clone(),
            item.end.clone(),
            item.tile.clone(),
        ],
    );
    let marks_q = clock.data(&mut m, "flight_marks_q", 3 + tile_bits);
    let queue = queue(
        &format!("{prefix}_feed_queue"),
        shape.word_bits + 3 + tile_bits,
    );
    let count_bits = index_width(QUEUE) + 1;
    let count = m.wire("queued", count_bits);
    let ahead = m.wire_of("ahead", &(&count + flight_q.zext(count_bits)));
    let room = m.wire_of("room", &ahead.lt(&lit(QUEUE as u128 - 1, count_bits)));
    let wanted = m.wire_of("wanted", &(&item.valid & &room & !&control.abort));
    m.assign(&request, &(&wanted & &item.read));
    m.assign(&address, &item.address);
    m.assign(&item.taken, &(&wanted & (&grant | !&item.read)));
    m.next(&flight_q, &item.taken);
    m.next_if(&zero_q, &item.taken, &!&item.read);
    m.next_if(&marks_q, &item.taken, &marks);

    m.comment("The word comes a cycle later and waits its turn.");
    let word = m.wire_of("word", &data.gated_by(&!&zero_q));
    let entry = join(&mut m, "entry", &[word, marks_q]);
    let oldest = m.wire("oldest", entry.width());
    let oldest_valid = m.wire("oldest_valid", 1);
    let oldest_taken = m.wire("oldest_taken", 1);
    let push = m.wire_of("push", &(&flight_q & !&control.abort));
    m.instance("u_queue", &queue)
        .connect("clk_i", &clock.clk)
        .connect("rst_ni", &clock.rst_n)
        .connect("clear_i", &control.abort)
        .connect("push_i", &push)
        .connect("data_i", &entry)
        .connect("pop_i", &oldest_taken)
        .output("valid_o", &oldest_valid)
        .output("data_o", &oldest)
        .output("count_o", &count)
        .done();
    let bits = shape.word_bits;
    let queued = send::Queued {
        valid: oldest_valid,
        taken: oldest_taken,
        word: oldest.slice(0, bits),
        first: oldest.slice(bits, 1),
        last: oldest.slice(bits + 1, 1),
        end: oldest.slice(bits + 2, 1),
        tile: oldest.slice(bits + 3, tile_bits),
    };
    let sending = send::build(&mut m, shape, &clock, &control, &mvm, &queued, &ports);
    m.assign(
        &control.idle,
        &!(&item.valid | &flight_q | count.reduce_or() | sending),
    );
    m.finish()
}

/// A counter from 0 that wraps after `last`, stepping while `step`; `restart` sets it to 0. Gives its value and
/// whether it is at `last`.
fn counter(
    m: &mut ModuleBuilder,
    clock: &Clock,
    name: &str,
    last: &Sig,
    step: &Sig,
    restart: &Sig,
) -> (Sig, Sig) {
    let width = last.width();
    let q = clock.data(m, &format!("{name}_q"), width);
    let at_last = m.wire_of(&format!("{name}_is_last"), &q.eq(last));
    let wrap = m.wire_of(&format!("{name}_restart"), &(restart | (step & &at_last)));
    let d = choose(
        m,
        &format!("{name}_d"),
        &[(&wrap, &zeros(width))],
        &next(&q),
    );
    m.next_if(&q, &(&wrap | step), &d);
    (q, at_last)
}
