// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tile controller: runs a number of multiplies. An evaluator starts the sense interface for each
//! bit plane that needs it; an accumulator driver offers the planes in order to the array; both
//! walk on their own, at most one multiply apart.

use super::counters;
use super::shape::TileShape;
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, ones, zeros};
use itertools::Itertools;
use std::sync::Arc;

/// Ports that several parts of the controller read.
pub(super) struct Common {
    pub clk: Sig,
    pub rst_n: Sig,
    /// Brings everything but a result packet under way to idle.
    pub clear: Sig,
    pub busy_q: Sig,
}

/// Builds `<prefix>_tile_controller`.
pub(super) fn build(prefix: &str, shape: &TileShape) -> Arc<Module> {
    let (a, plane_bits) = (shape.input_bits, index_width(shape.input_bits));
    let mut m = ModuleBuilder::new(&format!("{prefix}_tile_controller"));
    m.contract(
        "Runs MVM_COUNT multiplies from the input buffer: evaluates bit planes, offers their codes to the array, counts. \
         Start is refused unless weights, scale factors and thresholds are loaded. Abort and timeout end a run; the tile is \
         idle once a result packet under way has left.",
    );
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    m.group("Commands and settings, from the registers");
    let start = m.input("start_i", 1, "pulse: begin a run");
    let abort = m.input("abort_i", 1, "pulse: end it");
    let clear_counters = m.input("clear_counters_i", 1, "pulse");
    let mvm_count = m.input("mvm_count_i", 32, "multiplies of the run");
    let skips = shape.plane_skip.then(|| {
        (
            m.input("skip_zero_i", 1, "skip planes without a one"),
            m.input("skip_empty_i", 1, "skip planes whose p are all 0"),
        )
    });
    let thresholds = shape.tile_thresholds().then(|| {
        m.input(
            "threshold_i",
            a * shape.threshold_bits(),
            "threshold codes by plane",
        )
    });
    m.group("What is loaded");
    let weights_valid = m.input("weights_valid_i", 1, "weights");
    let scales_valid = m.input("scales_valid_i", 1, "scale factors");
    let thresholds_valid = m.input("thresholds_valid_i", 1, "thresholds");
    m.group("Input buffer");
    let buffer_valid = m.input("buffer_valid_i", 1, "an input vector is offered");
    let plane_any = shape
        .plane_skip
        .then(|| m.input("plane_any_i", a, "planes of it that hold a one"));
    let word_lines = m.input(
        "word_lines_i",
        shape.rows,
        "the plane that buffer_plane_o names",
    );
    let buffer_plane = m.output("buffer_plane_o", plane_bits, "bit plane to show");
    let release = m.output("release_o", 1, "done with the vector");
    m.group("Sense interface");
    let start_valid = m.output("start_valid_o", 1, "evaluate a plane");
    let start_ready = m.input("start_ready_i", 1, "taken");
    let start_plane = m.output("start_plane_o", plane_bits, "its index");
    let array_soon = m.output(
        "array_soon_o",
        1,
        "codes valid from the next cycle on are taken within 3 cycles",
    );
    let code_valid = m.input("code_valid_i", 1, "codes are shown");
    let code_ready = m.output("code_ready_o", 1, "taken");
    let code_state = shape.ternary.then(|| {
        (
            m.input("code_empty_i", 1, "every p is 0"),
            m.input("code_error_i", 1, "an impossible code"),
        )
    });
    let timeout = m.input("timeout_i", 1, "the crossbar was not ready in time");
    m.group("Crossbar: stable while a plane is evaluated");
    let wl = m.output("wl_o", shape.rows, "word lines");
    let plane = m.output("plane_o", plane_bits, "bit plane");
    let threshold = shape
        .tile_thresholds()
        .then(|| m.output("threshold_o", shape.threshold_bits(), "threshold code"));
    m.group("Array");
    let op_valid = m.output("op_valid_o", 1, "accumulate a plane");
    let op_ready = m.input("op_ready_i", 1, "taken");
    let op_plane = m.output("op_plane_o", plane_bits, "its index");
    let op_skip = shape
        .ternary
        .then(|| m.output("op_skip_o", 1, "every p counts as 0"));
    let op_soon = m.input("op_soon_i", 1, "the array will take an operation soon");
    m.group("Results");
    let result_done = m.input("result_done_i", 1, "a result was handed over");
    let result_pending = m.input("result_pending_i", 1, "a result packet is under way");
    m.group("Status");
    let busy = m.output("busy_o", 1, "a run, or its abort, is under way");
    let aborting = m.output(
        "aborting_o",
        1,
        "an abort waits for a result packet to leave",
    );
    let clear = m.output("clear_o", 1, "to every block: drop what is under way");
    let done_set = m.output("done_set_o", 1, "pulse: the run is complete");
    let aborted_set = m.output("aborted_set_o", 1, "pulse: the abort is complete");
    let not_loaded = m.output(
        "not_loaded_set_o",
        1,
        "pulse: start without weights, scale factors or thresholds",
    );
    let bad_count = m.output("bad_count_set_o", 1, "pulse: start with MVM_COUNT 0");
    let start_busy = m.output("start_busy_set_o", 1, "pulse: start while busy");
    let code_set = m.output("code_set_o", 1, "pulse: an impossible comparator code");
    let timeout_set = m.output("timeout_set_o", 1, "pulse: crossbar timeout");

    let flag = |m: &mut ModuleBuilder, name: &str| {
        m.register(name, 1).clock(&clk).reset(&rst_n, 0).build()
    };
    let busy_q = flag(&mut m, "busy_q");
    let aborting_q = flag(&mut m, "aborting_q");
    let clear_q = flag(&mut m, "clear_q");
    let common = Common {
        clk: clk.clone(),
        rst_n: rst_n.clone(),
        clear: clear_q.clone(),
        busy_q: busy_q.clone(),
    };

    m.comment("Run, abort, idle");
    let loaded = m.wire_of(
        "loaded",
        &(&weights_valid & &scales_valid & &thresholds_valid),
    );
    let some = m.wire_of("count_is_some", &mvm_count.reduce_or());
    let begin = m.wire_of(
        "begin_run",
        &(&start & !&busy_q & !&abort & &loaded & &some),
    );
    let running = m.wire_of("running", &(&busy_q & !&aborting_q));
    let stop = m.wire_of(
        "stop_run",
        &((&abort & !&aborting_q) | (&timeout & &running)),
    );
    let aborted = m.wire_of("aborted", &(&aborting_q & !&clear_q & !&result_pending));
    let left_q = m
        .register("results_left_q", 32)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let complete = m.wire_of(
        "complete",
        &(&running & &result_done & left_q.eq_lit(1) & !&stop),
    );
    let left_d = m.wire("results_left_d", 32);
    m.select(&left_d)
        .when(&begin, &mvm_count)
        .otherwise(&(&left_q - lit(1, 32)));
    m.next_if(&left_q, &(&begin | (&running & &result_done)), &left_d);
    let busy_d = m.wire("busy_d", 1);
    m.select(&busy_d)
        .when(&(&begin | &stop), &ones(1))
        .when(&(&complete | &aborted), &zeros(1))
        .otherwise(&busy_q);
    m.next(&busy_q, &busy_d);
    m.next(&aborting_q, &(&stop | (&aborting_q & !&aborted)));
    m.next(&clear_q, &stop);
    m.assign(&busy, &busy_q);
    m.assign(&aborting, &aborting_q);
    m.assign(&clear, &clear_q);
    m.assign(&done_set, &complete);
    m.assign(&aborted_set, &aborted);
    m.assign(&not_loaded, &(&start & !&busy_q & !&loaded));
    m.assign(&bad_count, &(&start & !&busy_q & !&some));
    m.assign(&start_busy, &(&start & &busy_q));
    m.assign(&timeout_set, &(&timeout & &running));

    m.comment("Evaluator: planes of the current vector that are still to be evaluated");
    let todo_q = m.register("todo_q", a).clock(&clk).reset(&rst_n, 0).build();
    let vector_q = flag(&mut m, "vector_q");
    let next_valid_q = flag(&mut m, "next_valid_q");
    let vectors_q = m
        .register("vectors_left_q", 32)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let any = match (&plane_any, &skips) {
        (Some(any), Some((zero, _))) => m.wire_of("plane_needed", &(any | (!zero).repeat(a))),
        _ => ones(a),
    };
    let advance = m.wire("advance_vector", 1);
    let slot = !&next_valid_q | &advance;
    let take = m.wire_of(
        "take_vector",
        &(&running & &buffer_valid & !&vector_q & slot & vectors_q.reduce_or()),
    );
    let vectors_d = m.wire("vectors_left_d", 32);
    m.select(&vectors_d)
        .when(&begin, &mvm_count)
        .otherwise(&(&vectors_q - lit(1, 32)));
    m.next_if(&vectors_q, &(&begin | &take), &vectors_d);
    let lowest = m.wire_of("todo_lowest", &(&todo_q & -&todo_q));
    let rest = m.wire_of("todo_rest", &(&todo_q & !&lowest));
    let index = m.wire("todo_index", plane_bits);
    let index_bits = (0..plane_bits)
        .map(|b| super::any_of((0..a).filter(|i| i >> b & 1 == 1).map(|i| lowest.bit(i)), 1))
        .collect_vec();
    m.concat(&index, &index_bits);
    let started = m.wire_of("started", &(&start_valid & &start_ready));
    let last_start = m.wire_of("last_start", &(&started & !rest.reduce_or()));
    let todo_d = m.wire("todo_d", a);
    m.select(&todo_d).when(&take, &any).otherwise(&rest);
    m.next_if(&todo_q, &(&take | &started), &todo_d);
    let needed = any_bit(&any);
    m.next(
        &vector_q,
        &(&running & ((&take & &needed) | (&vector_q & !&last_start))),
    );
    m.assign(&start_valid, &(&running & &vector_q));
    m.assign(&start_plane, &index);
    m.assign(&buffer_plane, &index);
    m.comment("A vector without any plane to evaluate is done with at once.");
    m.assign(&release, &((&take & !&needed) | &last_start));
    let wl_q = m.register("wl_q", shape.rows).clock(&clk).build();
    m.next_if(&wl_q, &started, &word_lines);
    m.assign(&wl, &wl_q);
    let plane_q = m
        .register("plane_q", plane_bits)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    m.next_if(&plane_q, &started, &index);
    m.assign(&plane, &plane_q);
    if let (Some(thresholds), Some(threshold)) = (&thresholds, &threshold) {
        let t = shape.threshold_bits();
        let threshold_q = m
            .register("threshold_q", t)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build();
        let code = super::any_of(
            (0..a).map(|i| thresholds.slice(i * t, t).gated_by(&lowest.bit(i))),
            t,
        );
        m.next_if(&threshold_q, &started, &code);
        m.assign(threshold, &threshold_q);
    }

    m.comment(
        "Accumulator driver: planes of the vector that the array works on, and of the next one",
    );
    let current_q = flag(&mut m, "current_valid_q");
    let next_needed_q = m
        .register("next_needed_q", a)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let needed_q = m
        .register("needed_q", a)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let op_plane_q = m
        .register("op_plane_q", plane_bits)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let op_accept = m.wire_of("op_accept", &(&op_valid & &op_ready));
    let op_last = m.wire_of("op_last", &op_plane_q.eq_lit(a as u128 - 1));
    let op_final = m.wire_of("op_final", &(&op_accept & &op_last));
    m.assign(&advance, &(&next_valid_q & (!&current_q | &op_final)));
    m.next(
        &next_valid_q,
        &(&running & (&take | (&next_valid_q & !&advance))),
    );
    m.next(
        &current_q,
        &(&running & (&advance | (&current_q & !&op_final))),
    );
    m.next_if(&next_needed_q, &take, &any);
    m.next_if(&needed_q, &advance, &next_needed_q);
    let op_plane_d = m.wire("op_plane_d", plane_bits);
    m.select(&op_plane_d)
        .when(&(&begin | &op_final), &zeros(plane_bits))
        .otherwise(&(&op_plane_q + lit(1, plane_bits)));
    m.next_if(&op_plane_q, &(&begin | &op_accept), &op_plane_d);
    let evaluated = if a == 1 {
        needed_q.clone()
    } else {
        needed_q.dyn_bit(&op_plane_q)
    };
    let evaluated = m.wire_of("plane_evaluated", &evaluated);
    let active = m.wire_of("array_active", &(&running & &current_q));
    m.assign(&op_valid, &(&active & (&code_valid | !&evaluated)));
    m.assign(&op_plane, &op_plane_q);
    m.assign(&code_ready, &(&active & &evaluated & &op_ready));
    m.assign(&array_soon, &(&op_soon & !&op_valid));
    let zero_plane = m.wire_of("zero_plane", &!&evaluated);
    let empty = match (&code_state, &skips) {
        (Some((empty, _)), Some((_, enable))) => &evaluated & empty & enable,
        _ => zeros(1),
    };
    let empty = m.wire_of("empty_plane", &empty);
    if let Some(op_skip) = &op_skip {
        m.assign(op_skip, &(&zero_plane | &empty));
    }
    match &code_state {
        Some((code_empty, error)) => {
            m.assign(&code_set, &(&code_valid & &code_ready & error));
            if skips.is_none() {
                m.unused(code_empty);
            }
        }
        None => m.assign(&code_set, &zeros(1)),
    }
    let events = counters::Events {
        begin: &begin,
        clear: &clear_counters,
        skipped: &(&op_accept & &zero_plane),
        empty: &(&op_accept & &empty),
        accumulated: &op_final,
        result: &(&running & &result_done),
    };
    counters::build(&mut m, &common, &events);
    m.finish()
}

/// Some bit of `value` is one; `value` may be a constant.
fn any_bit(value: &Expr) -> Expr {
    match value.as_literal() {
        Some(_) => ones(1),
        None => value.reduce_or(),
    }
}
