// SPDX-License-Identifier: MIT OR Apache-2.0
//! Evaluator: takes input vectors one by one and starts the sense interface for each bit plane that
//! has to be evaluated.

use super::any_of;
use super::ports::Ports;
use super::run::Run;
use crate::blocks::tile::TileShape;
use crate::hdl::{Expr, ModuleBuilder, Sig, index_width, lit, ones};
use itertools::Itertools;

/// What the accumulator driver learns of the vectors.
pub(super) struct Vectors {
    /// A vector is taken in this cycle.
    pub take: Sig,
    /// With it: its planes that are evaluated.
    pub needed: Expr,
    /// A vector waits for the array; the driver says what becomes of it.
    pub waiting_q: Sig,
    /// The waiting vector becomes the array's; for the driver to assign.
    pub advance: Sig,
}

/// Adds the evaluator.
pub(super) fn build(m: &mut ModuleBuilder, shape: &TileShape, ports: &Ports, run: &Run) -> Vectors {
    let bits = shape.count_bits();
    let (a, plane_bits) = (shape.input_bits, index_width(shape.input_bits));
    m.comment("Evaluator: planes of the current vector that are still to be evaluated");
    let todo_q = ports.control(m, "todo_q", a);
    let vector_q = ports.flag(m, "vector_q");
    let waiting_q = ports.flag(m, "next_valid_q");
    let left_q = ports.control(m, "vectors_left_q", bits);
    let needed = match (&ports.plane_any, &ports.skips) {
        (Some(any), Some(skips)) => m.wire_of("plane_needed", &(any | (!&skips.zero).repeat(a))),
        _ => ones(a),
    };
    let advance = m.wire("advance_vector", 1);
    let slot = !&waiting_q | &advance;
    let take = m.wire_of(
        "take_vector",
        &(&run.running & &ports.buffer_valid & !&vector_q & slot & left_q.reduce_or()),
    );
    let left_d = m.wire("vectors_left_d", bits);
    m.select(&left_d)
        .when(&run.begin, &ports.mvm_count)
        .otherwise(&(&left_q - lit(1, bits)));
    m.next_if(&left_q, &(&run.begin | &take), &left_d);

    let lowest = m.wire_of("todo_lowest", &(&todo_q & -&todo_q));
    let rest = m.wire_of("todo_rest", &(&todo_q & !&lowest));
    let index = m.wire("todo_index", plane_bits);
    let index_bits = (0..plane_bits)
        .map(|b| any_of((0..a).filter(|i| i >> b & 1 == 1).map(|i| lowest.bit(i)), 1))
        .collect_vec();
    m.concat(&index, &index_bits);
    let started = m.wire_of("started", &(&ports.start_valid & &ports.start_ready));
    let last_start = m.wire_of("last_start", &(&started & !rest.reduce_or()));
    let todo_d = m.wire("todo_d", a);
    m.select(&todo_d).when(&take, &needed).otherwise(&rest);
    m.next_if(&todo_q, &(&take | &started), &todo_d);
    let some = any_bit(&needed);
    m.next(
        &vector_q,
        &(&run.running & ((&take & &some) | (&vector_q & !&last_start))),
    );
    m.assign(&ports.start_valid, &(&run.running & &vector_q));
    m.assign(&ports.start_plane, &index);
    m.assign(&ports.buffer_plane, &index);
    m.comment("A vector without any plane to evaluate is done with at once.");
    m.assign(&ports.release, &((&take & !&some) | &last_start));
    crossbar_inputs(m, shape, ports, &started, &lowest, &index);
    Vectors {
        take,
        needed,
        waiting_q,
        advance,
    }
}

/// Word lines, plane and threshold: held from the start of an evaluation to the next.
fn crossbar_inputs(
    m: &mut ModuleBuilder,
    shape: &TileShape,
    ports: &Ports,
    started: &Sig,
    lowest: &Sig,
    index: &Sig,
) {
    let wl_q = m.register("wl_q", shape.rows).clock(&ports.clk).build();
    m.next_if(&wl_q, started, &ports.word_lines);
    m.assign(&ports.wl, &wl_q);
    let plane_q = ports.control(m, "plane_q", index.width());
    m.next_if(&plane_q, started, index);
    m.assign(&ports.plane, &plane_q);
    if let (Some(thresholds), Some(threshold)) = (&ports.thresholds, &ports.threshold) {
        let t = shape.threshold_bits();
        let threshold_q = ports.control(m, "threshold_q", t);
        let codes =
            (0..shape.input_bits).map(|i| thresholds.slice(i * t, t).gated_by(&lowest.bit(i)));
        m.next_if(&threshold_q, started, &any_of(codes, t));
        m.assign(threshold, &threshold_q);
    }
}

/// Some bit of `value` is one; `value` may be a constant of ones.
fn any_bit(value: &Expr) -> Expr {
    match value.as_literal() {
        Some(_) => ones(1),
        None => value.reduce_or(),
    }
}
