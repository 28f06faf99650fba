// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk over positions, windows, words and segments, and the address of each word.

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose, is, next, resized};
use super::{Control, Item, counter, tile_bits};
use crate::hdl::{Expr, ModuleBuilder, Sig, index_width, lit, value_width, zeros};

/// Bits of a row or column of the input, padding included, in two's complement: 65535 * 255 fits.
const PLACE: usize = 26;

pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    control: &Control,
    pass: &dyn Fn(&str) -> Sig,
    mvm: &Sig,
) -> Item {
    let run = &control.run;
    let taken = m.wire("taken", 1);
    let active_q = clock.flag(m, "active_q");

    m.comment("Beats of a packet, packets of a position; a pool has neither.");
    let beats = shape.packet_words;
    let beat_q = clock.data(m, "beat_q", index_width(beats));
    let beat_is_last = m.wire_of("beat_is_last", &is(&beat_q, beats - 1));
    let segment_bits = pass("segments").width();
    let segment_q = clock.data(m, "segment_q", segment_bits);
    let segment_is_last = m.wire_of("segment_is_last", &next(&segment_q).eq(&pass("segments")));
    let walked_q = clock.data(m, "walked_q", 1);

    m.comment("A step of the walk: the next word of the window, unless the beat is padding.");
    let width = beat_q.width().max(value_width(shape.segment_words as u128));
    let words = pass("segment_words").zext(width);
    let inside = beat_q.zext(width).lt(&words);
    let walking = m.wire_of("walking", &(!mvm | (inside & !&walked_q)));
    let step = m.wire_of("step", &(&taken & &walking));
    let less_one = |m: &mut ModuleBuilder, name: &str| {
        let of = pass(name);
        m.wire_of(&format!("{name}_last"), &(&of - lit(1, of.width())))
    };

    m.comment("Words, columns and rows of a window: the word changes first, or last in a pool.");
    let [last_word, last_column, last_row] =
        ["in_words", "kernel_width", "kernel_height"].map(|name| less_one(m, name));
    let position_end = m.wire("position_end", 1);
    let restart = m.wire_of("window_restart", &(run | &position_end));
    let step_word = m.wire("step_word", 1);
    let step_column = m.wire("step_column", 1);
    let step_row = m.wire("step_row", 1);
    let (word_q, word_last) = counter(m, clock, "word", &last_word, &step_word, &restart);
    let (column_q, column_last) = counter(m, clock, "column", &last_column, &step_column, &restart);
    let (row_q, row_last) = counter(m, clock, "row", &last_row, &step_row, &restart);
    let pixel_last = m.wire_of("pixel_is_last", &(&column_last & &row_last));
    let on_word = choose(m, "word_turn", &[(mvm, &step)], &(&step & &pixel_last));
    m.assign(&step_word, &on_word);
    let on_column = choose(m, "column_turn", &[(mvm, &(&step & &word_last))], &step);
    m.assign(&step_column, &on_column);
    m.assign(&step_row, &(&step_column & &column_last));
    let window_last = m.wire_of("window_is_last", &(&word_last & &pixel_last));
    let walked_d = !&restart;
    m.next_if(&walked_q, &(&restart | (&step & &window_last)), &walked_d);

    m.comment("The end of a position, and of the pass.");
    let packet_end = m.wire_of("packet_end", &(&taken & mvm & &beat_is_last));
    let beat_restart = m.wire_of("beat_restart", &(run | &packet_end));
    let beat_d = choose(
        m,
        "beat_d",
        &[(&beat_restart, &zeros(beat_q.width()))],
        &next(&beat_q),
    );
    m.next_if(&beat_q, &(run | &taken), &beat_d);
    let segment_d = choose(
        m,
        "segment_d",
        &[(&restart, &zeros(segment_bits))],
        &next(&segment_q),
    );
    m.next_if(&segment_q, &(&restart | &packet_end), &segment_d);
    let end = choose(
        m,
        "is_end",
        &[(mvm, &(&beat_is_last & &segment_is_last))],
        &window_last,
    );
    m.assign(&position_end, &(&taken & &end));
    let left_q = clock.data(m, "positions_left_q", shape.count_bits());
    let left_d = choose(
        m,
        "positions_left_d",
        &[(run, &pass("positions"))],
        &(&left_q - lit(1, left_q.width())),
    );
    m.next_if(&left_q, &(run | &position_end), &left_d);
    let pass_end = m.wire_of("pass_end", &(&position_end & left_q.eq_lit(1)));
    m.next(
        &active_q,
        &((run | (&active_q & !&pass_end)) & !&control.abort),
    );

    let place = Place {
        run,
        step: &step,
        mvm,
        position_end: &position_end,
        step_column: &step_column,
        step_row: &step_row,
        column_last: &column_last,
        pixel_last: &pixel_last,
    };
    let row_end = row_end(m, clock, pass, &place);
    let address = addresses(m, shape, clock, pass, (&place, &row_end), &word_q);
    let in_input = bounds(m, clock, pass, (&place, &row_end), &column_q, &row_q);

    let window_first = m.wire_of(
        "pixel_is_first",
        &!(column_q.reduce_or() | row_q.reduce_or()),
    );
    let first = choose(m, "is_first", &[(mvm, &!beat_q.reduce_or())], &window_first);
    let last = choose(m, "is_last", &[(mvm, &beat_is_last)], &pixel_last);
    let bits = tile_bits(shape);
    let tile = match shape.tiles {
        1 => zeros(1),
        k => {
            // A position's first segment goes to tile K - segments.
            let sum = lit(k as u128, segment_bits) - pass("segments") + &segment_q;
            let sum = m.wire_of("tile_sum", &sum);
            if bits < segment_bits {
                m.unused(&sum.slice(bits, segment_bits - bits));
            }
            sum.slice(0, bits)
        }
    };
    let tile = m.wire_of("tile", &tile);
    Item {
        valid: active_q,
        read: m.wire_of("read", &(walking & in_input)),
        address,
        first,
        last,
        end,
        tile,
        taken,
    }
}

/// The steps of the walk.
struct Place<'a> {
    run: &'a Sig,
    step: &'a Sig,
    mvm: &'a Sig,
    position_end: &'a Sig,
    step_column: &'a Sig,
    step_row: &'a Sig,
    column_last: &'a Sig,
    pixel_last: &'a Sig,
}

/// The end of a row of positions.
fn row_end(m: &mut ModuleBuilder, clock: &Clock, pass: &dyn Fn(&str) -> Sig, place: &Place) -> Sig {
    let of = pass("out_width");
    let last = m.wire_of("out_width_last", &(&of - lit(1, of.width())));
    let (_, at_last) = counter(m, clock, "position", &last, place.position_end, place.run);
    m.wire_of("row_end", &(place.position_end & at_last))
}

/// Addresses: of the row of positions, the position, the row and pixel of its window, the word. Modulo the depth.
fn addresses(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    pass: &dyn Fn(&str) -> Sig,
    (place, row_end): (&Place, &Sig),
    word_q: &Sig,
) -> Sig {
    let bits = shape.address_bits;
    m.comment("Addresses, modulo the depth of the memory.");
    let line_q = clock.data(m, "line_address_q", bits);
    let position_q = clock.data(m, "position_address_q", bits);
    let row_q = clock.data(m, "row_address_q", bits);
    let pixel_q = clock.data(m, "pixel_address_q", bits);
    let line_next = m.wire_of("line_address_next", &(&line_q + pass("step_y")));
    let line_d = choose(
        m,
        "line_address_d",
        &[(place.run, &pass("origin"))],
        &line_next,
    );
    m.next_if(&line_q, &(place.run | row_end), &line_d);
    let position_next = &position_q + pass("step_x");
    let position_d = choose(
        m,
        "position_address_d",
        &[(place.run, &pass("origin")), (row_end, &line_next)],
        &position_next,
    );
    let moved = m.wire_of("moved", &(place.run | place.position_end));
    m.next_if(&position_q, &moved, &position_d);

    m.comment("A pool goes back to the window's first pixel for each word.");
    let back = m.wire_of("back", &(place.step & place.pixel_last & !place.mvm));
    let row_next = m.wire_of("row_address_next", &(&row_q + pass("in_row")));
    let row_d = choose(
        m,
        "row_address_d",
        &[(&moved, &position_d), (&back, &position_q)],
        &row_next,
    );
    m.next_if(&row_q, &(&moved | place.step_row), &row_d);
    let pitch = pass("in_pitch").zext(bits);
    let pixel_d = choose(
        m,
        "pixel_address_d",
        &[
            (&moved, &position_d),
            (&back, &position_q),
            (place.column_last, &row_next),
        ],
        &(&pixel_q + pitch),
    );
    m.next_if(&pixel_q, &(&moved | place.step_column), &pixel_d);
    let word = resized(word_q, bits);
    if bits < word_q.width() {
        m.unused(&word_q.slice(bits, word_q.width() - bits));
    }
    m.wire_of("address", &(&pixel_q + word))
}

/// High where the pixel lies in the input.
fn bounds(
    m: &mut ModuleBuilder,
    clock: &Clock,
    pass: &dyn Fn(&str) -> Sig,
    (place, row_end): (&Place, &Sig),
    column_q: &Sig,
    row_q: &Sig,
) -> Expr {
    m.comment("The pixel's place in the input, from minus the padding on.");
    let top_q = clock.data(m, "top_q", PLACE);
    let left_q = clock.data(m, "left_q", PLACE);
    let begin = m.wire_of("edge_begin", &-pass("padding").zext(PLACE));
    let stride = pass("stride").zext(PLACE);
    let top_d = choose(m, "top_d", &[(place.run, &begin)], &(&top_q + &stride));
    m.next_if(&top_q, &(place.run | row_end), &top_d);
    let home = m.wire_of("home", &(place.run | row_end));
    let left_d = choose(m, "left_d", &[(&home, &begin)], &(&left_q + &stride));
    m.next_if(&left_q, &(&home | place.position_end), &left_d);
    let row = m.wire_of("input_row", &(&top_q + row_q.zext(PLACE)));
    let column = m.wire_of("input_column", &(&left_q + column_q.zext(PLACE)));
    // What is negative is large without its sign.
    row.lt(&pass("in_height").zext(PLACE)) & column.lt(&pass("in_width").zext(PLACE))
}
