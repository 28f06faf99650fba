// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sequencer: pass after pass; sets the tiles up, lets the pass run, ends it, and stops everything on an abort.

mod counters;
mod setup;

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose, is, join, next};
use super::pass::{STRIDE_LOG, WORDS};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, zeros};

/// Bits of FIRST_PASS and PASS_COUNT.
pub(super) const COUNT: usize = 9;

/// The states.
#[derive(Clone, Copy)]
enum State {
    Idle,
    /// Words of the pass are read.
    Fetch,
    /// The last of them arrives.
    Settle,
    Check,
    /// Of each active tile: wait until it is idle, then give it its settings.
    Poll,
    Chain,
    Count,
    Start,
    Verify,
    Run,
    Paused,
    /// The run ends before its time: abort every tile, then wait for each, then for the streams.
    Halt,
    Stop,
    Quiet,
    Drain,
}

const STATE: usize = 4;

impl State {
    fn code(self) -> Expr {
        lit(self as u128, STATE)
    }
}

/// Ports of a tile's registers that the sequencer uses.
mod tile {
    pub const CTRL: u128 = 0x020;
    pub const STATUS: u128 = 0x024;
    pub const MVM_COUNT: u128 = 0x034;
    pub const CHAIN: u128 = 0x03c;
    pub const START: u128 = 1;
    pub const ABORT: u128 = 2;
    /// STATUS: busy, aborting, a result is pending.
    pub const ACTIVE: [usize; 3] = [0, 6, 7];
}

/// The access to a tile that is wanted, and its answer.
struct Access {
    request: Sig,
    write: Sig,
    tile: Sig,
    address: Sig,
    data: Sig,
    done: Sig,
    answer: Sig,
    error: Sig,
}

/// Where the sequencer is.
struct Now {
    state: Sig,
    aborting: Sig,
}

impl Now {
    fn is(&self, state: State) -> Expr {
        self.state.eq(&state.code())
    }
}

/// Builds `<prefix>_sequencer`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_sequencer"));
    m.contract(
        "Runs passes of the program. Of each: reads and checks it, sets up and starts the tiles that it uses, begins \
         it with run_o, and goes on when every position is written and streamed. An abort, an illegal pass, a tile \
         that refuses or that raises its interrupt ends the run: every tile is aborted, then the sequencer waits until \
         all are quiet and the streams have ended.",
    );
    m.localparam("TILES", shape.tiles);
    m.localparam("LANES", shape.lanes);
    let clock = Clock::declare(&mut m);
    m.group("Commands and settings, from the registers");
    let start = m.input("start_i", 1, "pulse: begin a run");
    let abort = m.input("abort_i", 1, "pulse: end it");
    let resume = m.input("resume_i", 1, "pulse: go on after a pause");
    let clear = m.input("clear_counters_i", 1, "pulse");
    let first_pass = m.input("first_pass_i", COUNT, "first pass of a run");
    let pass_count = m.input("pass_count_i", COUNT, "passes of a run");
    let fields = [
        "kind",
        "pause",
        "positions",
        "first_lane",
        "lanes",
        "segments",
    ];
    let pass = super::pass::inputs(&mut m, shape, &fields);
    let bad = m.input("pass_bad_i", 1, "it is not legal");
    m.group("Program");
    let read = m.output("program_read_o", 1, "a word is wanted");
    let address_bits = shape.pass_bits + STRIDE_LOG;
    let address = m.output("program_address_o", address_bits, "which");
    let load = m.output("pass_load_o", 1, "the word is of the pass");
    let index = m.output("pass_index_o", STRIDE_LOG, "its index");
    m.group("Access to a tile");
    let tiles = shape.all_tiles();
    let access = Access {
        request: m.output("seq_request_o", 1, "an access is wanted until it is done"),
        write: m.output("seq_write_o", 1, "a write"),
        tile: m.output("seq_tile_o", index_width(tiles), "the tile"),
        address: m.output("seq_address_o", 12, "the register"),
        data: m.output("seq_data_o", 32, "what is written"),
        done: m.input("seq_done_i", 1, "it is done"),
        answer: m.input("access_data_i", 32, "what was read"),
        error: m.input("access_error_i", 1, "it was refused"),
    };
    let irq = m.input("tile_irq_i", tiles, "interrupts of the tiles");
    m.group("The pass");
    let run = m.output("run_o", 1, "pulse: begin the pass");
    let aborting = m.output("aborting_o", 1, "drop the pass");
    let pool_clear = m.output("pool_clear_o", 1, "empty the pool");
    let idle = [
        "feeder_idle",
        "collector_idle",
        "stream_idle",
        "packer_done",
    ]
    .map(|name| m.input(&format!("{name}_i"), 1, "it has finished"));
    let position = m.input("position_done_i", 1, "pulse: a position is finished");
    let status = Status::declare(&mut m, shape);

    let now = Now {
        state: clock.control(&mut m, "state_q", STATE),
        aborting: clock.flag(&mut m, "aborting_q"),
    };
    let busy = m.wire_of("busy", &!now.is(State::Idle));
    let paused = m.wire_of("paused", &now.is(State::Paused));

    m.comment("What begins a run, and what ends it before its time.");
    let sum = m.wire_of(
        "pass_end",
        &(first_pass.zext(COUNT + 1) + pass_count.zext(COUNT + 1)),
    );
    let too_many = sum.gt(&lit(1 << shape.pass_bits, COUNT + 1));
    let legal = m.wire_of("run_is_legal", &(pass_count.reduce_or() & !too_many));
    let asked = m.wire_of("start_asked", &(&start & !&busy & !&abort));
    let begin = m.wire_of("begin_run", &(&asked & &legal));
    m.assign(&status.bad_start, &(&asked & !&legal));
    m.assign(&status.start_busy, &(&start & &busy));
    let mvm = m.wire_of("is_mvm", &!pass("kind").reduce_or());
    let setup = setup::build(&mut m, shape, &clock, &now, &pass, &access);
    let in_pass = m.wire_of("tiles_run", &(&setup.active | (now.is(State::Run) & &mvm)));
    let raised = setup::interrupt(&mut m, shape, &pass, &irq);
    let tile_error = m.wire_of("tile_error", &(&in_pass & raised & !&now.aborting));
    let illegal = m.wire_of("illegal", &(now.is(State::Check) & &bad & !&now.aborting));
    let refused = m.wire_of("refused", &(&setup.refused & !&now.aborting));
    m.assign(&status.tile, &tile_error);
    m.assign(&status.bad_pass, &illegal);
    m.assign(&status.tile_access, &refused);
    let stop = &(&abort | &tile_error | &illegal | &refused) & !&now.aborting;
    let stop = m.wire_of("stop", &stop);
    let aborted = m.wire_of("aborted", &(now.is(State::Drain) & &idle[0] & &idle[2]));
    m.next(&now.aborting, &((&stop | &now.aborting) & !&aborted));
    m.assign(&status.aborted, &aborted);

    m.comment("Words of the pass.");
    let pass_bits = shape.pass_bits.max(1);
    let pass_q = clock.control(&mut m, "pass_q", pass_bits);
    let left_q = clock.control(&mut m, "passes_left_q", shape.pass_bits + 1);
    let fetch_q = clock.data(&mut m, "fetch_q", STRIDE_LOG);
    let fetching = m.wire_of("fetching", &now.is(State::Fetch));
    let fetch_d = choose(
        &mut m,
        "fetch_d",
        &[(&fetching, &next(&fetch_q))],
        &zeros(STRIDE_LOG),
    );
    m.next(&fetch_q, &fetch_d);
    let load_q = clock.flag(&mut m, "load_q");
    let index_q = clock.data(&mut m, "index_q", STRIDE_LOG);
    m.next(&load_q, &fetching);
    m.next_if(&index_q, &fetching, &fetch_q);
    m.assign(&read, &fetching);
    let place = match shape.pass_bits {
        0 => fetch_q.clone(),
        bits => join(&mut m, "place", &[fetch_q.clone(), pass_q.slice(0, bits)]),
    };
    m.assign(&address, &place);
    m.assign(&load, &load_q);
    m.assign(&index, &index_q);

    m.comment("The run of a pass.");
    let run_q = clock.flag(&mut m, "run_q");
    let finished = idle.iter().cloned().reduce(|a, b| a & b);
    let finished = finished.unwrap_or_else(|| zeros(1));
    let finished = m.wire_of(
        "finished",
        &(now.is(State::Run) & !&run_q & finished & !&stop),
    );
    let last = m.wire_of("is_last_pass", &left_q.eq_lit(1));
    let complete = m.wire_of("complete", &(&finished & &last));
    m.assign(&status.done, &complete);
    let go_on = m.wire_of("go_on", &(&finished & !&last));
    let pause = m.wire_of("pause", &(&go_on & pass("pause")));
    m.assign(&status.pause, &pause);

    let fetched = m.wire_of("fetched", &is(&fetch_q, WORDS - 1));
    let legal_pass = choose(
        &mut m,
        "after_check",
        &[(&mvm, &State::Poll.code())],
        &State::Run.code(),
    );
    let after_pass = choose(
        &mut m,
        "after_pass",
        &[
            (&last, &State::Idle.code()),
            (&pass("pause"), &State::Paused.code()),
        ],
        &State::Fetch.code(),
    );
    let hold = |state: State, on: &Sig, then: &Expr, m: &mut ModuleBuilder, name: &str| {
        choose(m, name, &[(on, then)], &state.code())
    };
    let from_idle = hold(
        State::Idle,
        &begin,
        &State::Fetch.code(),
        &mut m,
        "from_idle",
    );
    let from_fetch = hold(
        State::Fetch,
        &fetched,
        &State::Settle.code(),
        &mut m,
        "from_fetch",
    );
    let from_run = hold(State::Run, &finished, &after_pass, &mut m, "from_run");
    let from_paused = hold(
        State::Paused,
        &resume,
        &State::Fetch.code(),
        &mut m,
        "from_paused",
    );
    let from_drain = hold(
        State::Drain,
        &aborted,
        &State::Idle.code(),
        &mut m,
        "from_drain",
    );
    let normal = m.wire("normal_d", STATE);
    m.case(&normal, &now.state)
        .arm(State::Idle as u128, &from_idle)
        .arm(State::Fetch as u128, &from_fetch)
        .arm(State::Settle as u128, &State::Check.code())
        .arm(State::Check as u128, &legal_pass)
        .arm(State::Halt as u128, &State::Stop.code())
        .arm(State::Run as u128, &from_run)
        .arm(State::Paused as u128, &from_paused)
        .arm(State::Drain as u128, &from_drain)
        .otherwise(&setup.next);
    m.comment("On an abort, an access that is under way is waited for.");
    let ending = m.wire_of("ending", &(&stop | &now.aborting));
    let leave = m.wire_of("leave", &(&ending & !&setup.stopping & &setup.free));
    let stay = m.wire_of("stay", &(&ending & !&setup.stopping & !&setup.free));
    let state_d = choose(
        &mut m,
        "state_d",
        &[(&leave, &State::Halt.code()), (&stay, &now.state)],
        &normal,
    );
    m.next(&now.state, &state_d);
    let enters = m.wire_of(
        "enters_run",
        &(state_d.eq(&State::Run.code()) & !now.is(State::Run)),
    );
    m.next(&run_q, &enters);
    m.assign(&run, &run_q);
    m.assign(&aborting, &now.aborting);
    m.assign(&pool_clear, &(&run_q | &now.aborting));

    let pass_d = choose(
        &mut m,
        "pass_d",
        &[(&begin, &first_pass.slice(0, pass_bits))],
        &next(&pass_q),
    );
    m.comment("In a pause the pass is still the one that ended.");
    let resumes = m.wire_of("resumes", &(&paused & &resume & !&stop));
    let advance = m.wire_of("advance_pass", &((&go_on & !&pause) | &resumes));
    m.next_if(&pass_q, &(&begin | &advance), &pass_d);
    let left_d = choose(
        &mut m,
        "passes_left_d",
        &[(&begin, &pass_count.slice(0, left_q.width()))],
        &(&left_q - lit(1, left_q.width())),
    );
    m.next_if(&left_q, &(&begin | &go_on), &left_d);

    m.assign(&status.busy, &busy);
    m.assign(&status.paused, &paused);
    m.assign(&status.aborting, &now.aborting);
    m.assign(&status.pass, &pass_q.zext(8));
    let locked = m.wire_of("is_locked", &(&busy & !&paused));
    m.assign(&status.locked, &locked);
    let counted = counters::Counted {
        clear: &clear,
        cycle: &locked,
        pass: &finished,
        position: &position,
    };
    counters::build(&mut m, &clock, &status, &counted);
    m.finish()
}

/// What the sequencer tells the registers.
struct Status {
    busy: Sig,
    paused: Sig,
    aborting: Sig,
    pass: Sig,
    locked: Sig,
    done: Sig,
    aborted: Sig,
    pause: Sig,
    bad_start: Sig,
    start_busy: Sig,
    tile: Sig,
    tile_access: Sig,
    bad_pass: Sig,
    cycles: Sig,
    passes: Sig,
    positions: Sig,
}

impl Status {
    fn declare(m: &mut ModuleBuilder, shape: &AcceleratorShape) -> Status {
        m.group("Status");
        let busy = m.output("busy_o", 1, "a run, or its abort, is under way");
        let paused = m.output("paused_o", 1, "it pauses");
        let aborting = m.output("status_aborting_o", 1, "it is being aborted");
        let pass = m.output("pass_o", 8, "the pass");
        let locked = m.output("locked_o", 1, "it runs and does not pause");
        m.group("Events");
        let mut event = |name: &str, doc: &str| m.output(&format!("{name}_set_o"), 1, doc);
        let done = event("done", "pulse: the run is complete");
        let aborted = event("aborted", "pulse: the abort is complete");
        let pause = event("paused", "pulse: the run pauses");
        let bad_start = event("bad_start", "pulse: no such passes");
        let start_busy = event("start_busy", "pulse: start while busy");
        let tile = event("tile", "pulse: a tile raised its interrupt");
        let tile_access = event("tile_access", "pulse: a tile refused, or did not start");
        let bad_pass = event("bad_pass", "pulse: a pass that is not legal");
        m.group("Counters");
        Status {
            busy,
            paused,
            aborting,
            pass,
            locked,
            done,
            aborted,
            pause,
            bad_start,
            start_busy,
            tile,
            tile_access,
            bad_pass,
            cycles: m.output(
                "cycles_o",
                shape.counter_bits(),
                "cycles of runs, without pauses",
            ),
            passes: m.output("passes_done_o", shape.count_bits(), "passes"),
            positions: m.output("positions_o", shape.count_bits(), "positions"),
        }
    }
}
