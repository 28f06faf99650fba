// SPDX-License-Identifier: MIT OR Apache-2.0
//! Accesses to the tiles: before a pass those that it uses, on an abort all.

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose, is, join, next};
use super::{Access, Now, STATE, State, tile};
use crate::hdl::{Expr, ModuleBuilder, Sig, index_width, lit, zeros};

/// What the accesses tell the sequencer.
pub(super) struct Setup {
    /// Tiles are being set up.
    pub active: Sig,
    /// All tiles are being stopped, or the streams end.
    pub stopping: Sig,
    /// No access is under way, or it is done.
    pub free: Sig,
    /// A tile refused, or did not start.
    pub refused: Sig,
    /// The next state.
    pub next: Sig,
}

pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    now: &Now,
    pass: &dyn Fn(&str) -> Sig,
    access: &Access,
) -> Setup {
    let (k, all) = (shape.tiles, shape.all_tiles());
    let bits = index_width(all);
    m.comment("Which tile: those of the pass lane by lane, or all.");
    let states = |list: &[State]| {
        let any = list.iter().map(|state| now.is(*state));
        any.reduce(|a, b| a | b).unwrap_or_else(|| zeros(1))
    };
    use State::{Chain, Count, Drain, Halt, Poll, Quiet, Start, Stop, Verify};
    let active = m.wire_of("setting_up", &states(&[Poll, Chain, Count, Start, Verify]));
    let sweeping = m.wire_of("sweeping", &states(&[Stop, Quiet]));
    let stopping = m.wire_of("stopping", &(&sweeping | now.is(Halt) | now.is(Drain)));
    let tile_q = clock.data(m, "tile_q", bits);
    let (segment_bits, lane_bits) = (pass("segments").width(), pass("lanes").width());
    let segment_q = clock.data(m, "segment_q", segment_bits);
    let lane_q = clock.data(m, "lane_q", lane_bits);
    m.assign(&access.request, &(&active | &sweeping));
    let error = m.wire_of("access_refused", &(&access.done & &access.error));
    let fine = m.wire_of("access_fine", &(&access.done & !&access.error));
    let runs = access.answer.bit(0);
    let still: Vec<Expr> = tile::ACTIVE
        .iter()
        .map(|bit| access.answer.bit(*bit))
        .collect();
    let still = join(m, "still_active", &still);
    for (lo, width) in [(1, 5), (8, 24)] {
        m.unused(&access.answer.slice(lo, width));
    }
    let started = m.wire_of("started", &(now.is(Verify) & &fine & &runs));
    let quiet = m.wire_of("is_quiet", &(&access.done & !still.reduce_or()));
    let segment_next = m.wire_of("segment_next", &next(&segment_q));
    let segment_last = m.wire_of("segment_is_last", &segment_next.eq(&pass("segments")));
    let lane_next = m.wire_of("lane_next", &next(&lane_q));
    let lane_last = m.wire_of("lane_is_last", &lane_next.eq(&pass("lanes")));
    let swept = m.wire_of("is_last_tile", &is(&tile_q, all - 1));

    m.comment("The first tile of a lane is K less the segments of the pass.");
    let enter = m.wire_of("enter_setup", &now.is(State::Check));
    let wide = bits + 9;
    let unused_tiles = lit(k as u128, wide) - pass("segments").zext(wide);
    let unused_tiles = m.wire_of("tiles_left_out", &unused_tiles);
    let first = pass("first_lane").zext(wide) * lit(k as u128, wide) + &unused_tiles;
    let first = m.wire_of("first_tile", &first);
    m.unused(&first.slice(bits, wide - bits));
    let jump = m.wire_of("lane_jump", &(&unused_tiles.slice(0, bits) + next(&tile_q)));
    let sweep = m.wire_of(
        "sweep_step",
        &((now.is(Stop) & &access.done) | (now.is(Quiet) & &quiet)),
    );
    let sweep_d = choose(m, "sweep_d", &[(&swept, &zeros(bits))], &next(&tile_q));
    let tile_d = choose(
        m,
        "tile_d",
        &[
            (&enter, &first.slice(0, bits)),
            (&(&started & &segment_last), &jump),
            (&started, &next(&tile_q)),
            (&sweep, &sweep_d),
            (&sweeping, &tile_q),
        ],
        &zeros(bits),
    );
    // Outside, the number is 0: a sweep begins there.
    let moves = &enter | &started | &sweep | !&active;
    m.next_if(&tile_q, &moves, &tile_d);
    let home = &enter | &(&started & &segment_last);
    let segment_d = choose(
        m,
        "segment_d",
        &[(&home, &zeros(segment_bits))],
        &segment_next,
    );
    m.next_if(&segment_q, &(&enter | &started), &segment_d);
    let lane_d = choose(m, "lane_d", &[(&enter, &zeros(lane_bits))], &lane_next);
    m.next_if(&lane_q, &(&enter | (&started & &segment_last)), &lane_d);

    m.comment("What is read or written.");
    m.assign(&access.tile, &tile_q);
    m.assign(&access.write, &states(&[Chain, Count, Start, Stop]));
    m.case(&access.address, &now.state)
        .arm(Chain as u128, &lit(tile::CHAIN, 12))
        .arm(Count as u128, &lit(tile::MVM_COUNT, 12))
        .arm(Start as u128, &lit(tile::CTRL, 12))
        .arm(Stop as u128, &lit(tile::CTRL, 12))
        .otherwise(&lit(tile::STATUS, 12));
    let chain = [segment_q.reduce_or(), !&segment_last, zeros(30)];
    let chain = join(m, "chain_enables", &chain);
    m.case(&access.data, &now.state)
        .arm(Chain as u128, &chain)
        .arm(Count as u128, &pass("positions").zext(32))
        .arm(Start as u128, &lit(tile::START, 32))
        .otherwise(&lit(tile::ABORT, 32));

    m.comment("The next state; a tile without a chain has no register for it.");
    let idle_tile = m.wire_of("is_idle", &(&fine & !&runs));
    let settings = if k > 1 { Chain } else { Count };
    let all_started = m.wire_of("all_started", &(&started & &segment_last & &lane_last));
    let from_verify = choose(
        m,
        "from_verify",
        &[(&all_started, &State::Run.code()), (&started, &Poll.code())],
        &Verify.code(),
    );
    let step = |m: &mut ModuleBuilder, name: &str, on: &Expr, from: State, to: State| {
        choose(m, name, &[(on, &to.code())], &from.code())
    };
    let from_poll = step(m, "from_poll", &idle_tile, Poll, settings);
    let from_chain = step(m, "from_chain", &fine, Chain, Count);
    let from_count = step(m, "from_count", &fine, Count, Start);
    let from_start = step(m, "from_start", &fine, Start, Verify);
    let from_stop = step(m, "from_stop", &(&access.done & &swept), Stop, Quiet);
    let from_quiet = step(m, "from_quiet", &(&quiet & &swept), Quiet, Drain);
    let next_state = m.wire("setup_d", STATE);
    m.case(&next_state, &now.state)
        .arm(Poll as u128, &from_poll)
        .arm(Chain as u128, &from_chain)
        .arm(Count as u128, &from_count)
        .arm(Start as u128, &from_start)
        .arm(Verify as u128, &from_verify)
        .arm(Stop as u128, &from_stop)
        .otherwise(&from_quiet);
    let refused = &(&active & &error) | &(now.is(Verify) & &fine & !&runs);
    let refused = m.wire_of("setup_refused", &refused);
    let free = m.wire_of("access_free", &(!&access.request | &access.done));
    Setup {
        active,
        stopping,
        free,
        refused,
        next: next_state,
    }
}

/// High while a tile that the pass uses raises its interrupt.
pub(super) fn interrupt(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    pass: &dyn Fn(&str) -> Sig,
    irq: &Sig,
) -> Sig {
    let k = shape.tiles;
    m.comment("Interrupts of the tiles that the pass uses.");
    let used: Vec<Expr> = (0..k)
        .map(|tile| pass("segments").gt(&lit((k - 1 - tile) as u128, pass("segments").width())))
        .collect();
    let used = join(m, "used_tiles", &used);
    let end = m.wire_of("lane_end", &(pass("first_lane") + pass("lanes")));
    let raised: Vec<Expr> = (0..shape.lanes)
        .map(|lane| {
            let number = lit(lane as u128, end.width());
            let active = pass("first_lane").le(&number) & end.gt(&number);
            let mask = irq.slice(lane * k, k) & &used;
            active & mask.reduce_or()
        })
        .collect();
    let raised = join(m, "raised", &raised);
    m.wire_of("tile_raised", &raised.reduce_or())
}
