// SPDX-License-Identifier: MIT OR Apache-2.0
//! Accumulator driver: offers the planes of each vector in order to the array, with their codes or
//! as skipped planes.

use super::evaluator::Vectors;
use super::ports::Ports;
use super::run::Run;
use crate::blocks::tile::TileShape;
use crate::hdl::{ModuleBuilder, Sig, index_width, lit, zeros};

/// Accepted operations, for the counters.
pub(super) struct Operations {
    /// An operation is accepted.
    pub accept: Sig,
    /// It is that of the last plane.
    pub last: Sig,
    /// The plane offered was not evaluated, for its input bits are all zero.
    pub zero_plane: Sig,
    /// The plane offered counts as skipped, for every p is 0.
    pub empty_plane: Sig,
}

/// Adds the driver.
pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &TileShape,
    ports: &Ports,
    run: &Run,
    vectors: &Vectors,
) -> Operations {
    let (a, plane_bits) = (shape.input_bits, index_width(shape.input_bits));
    m.comment(
        "Accumulator driver: planes of the vector that the array works on, and of the next one",
    );
    let current_q = ports.flag(m, "current_valid_q");
    let next_needed_q = ports.control(m, "next_needed_q", a);
    let needed_q = ports.control(m, "needed_q", a);
    let plane_q = ports.control(m, "op_plane_q", plane_bits);
    let accept = m.wire_of("op_accept", &(&ports.op_valid & &ports.op_ready));
    let last_plane = m.wire_of("op_last", &plane_q.eq_lit(a as u128 - 1));
    let last = m.wire_of("op_final", &(&accept & &last_plane));
    let Vectors {
        take,
        needed,
        waiting_q,
        advance,
    } = vectors;
    m.assign(advance, &(waiting_q & (!&current_q | &last)));
    m.next(waiting_q, &(&run.running & (take | (waiting_q & !advance))));
    m.next(
        &current_q,
        &(&run.running & (advance | (&current_q & !&last))),
    );
    m.next_if(&next_needed_q, take, needed);
    m.next_if(&needed_q, advance, &next_needed_q);
    let plane_d = m.wire("op_plane_d", plane_bits);
    m.select(&plane_d)
        .when(&(&run.begin | &last), &zeros(plane_bits))
        .otherwise(&(&plane_q + lit(1, plane_bits)));
    m.next_if(&plane_q, &(&run.begin | &accept), &plane_d);

    let evaluated = if a == 1 {
        needed_q
    } else {
        needed_q.dyn_bit(&plane_q)
    };
    let evaluated = m.wire_of("plane_evaluated", &evaluated);
    let active = m.wire_of("array_active", &(&run.running & &current_q));
    m.assign(
        &ports.op_valid,
        &(&active & (&ports.code_valid | !&evaluated)),
    );
    m.assign(&ports.op_plane, &plane_q);
    m.assign(&ports.code_ready, &(&active & &evaluated & &ports.op_ready));
    m.assign(&ports.array_soon, &(&ports.op_soon & !&ports.op_valid));
    let zero_plane = m.wire_of("zero_plane", &!&evaluated);
    let empty_plane = match (&ports.code_state, &ports.skips) {
        (Some(code), Some(skips)) => &evaluated & &code.empty & &skips.empty,
        _ => zeros(1),
    };
    let empty_plane = m.wire_of("empty_plane", &empty_plane);
    if let Some(op_skip) = &ports.op_skip {
        m.assign(op_skip, &(&zero_plane | &empty_plane));
    }
    match &ports.code_state {
        Some(code) => {
            m.assign(
                &ports.code_set,
                &(&ports.code_valid & &ports.code_ready & &code.error),
            );
            if ports.skips.is_none() {
                m.unused(&code.empty);
            }
        }
        None => m.assign(&ports.code_set, &zeros(1)),
    }
    Operations {
        accept,
        last,
        zero_plane,
        empty_plane,
    }
}
