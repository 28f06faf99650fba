// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counters of cycles, passes and positions.

use super::super::parts::{Clock, choose, next};
use super::Status;
use crate::hdl::{ModuleBuilder, Sig, zeros};

/// What is counted.
pub(super) struct Counted<'a> {
    pub clear: &'a Sig,
    pub cycle: &'a Sig,
    pub pass: &'a Sig,
    pub position: &'a Sig,
}

pub(super) fn build(m: &mut ModuleBuilder, clock: &Clock, status: &Status, counted: &Counted) {
    m.comment("Counters, until they are cleared.");
    for (name, port, step) in [
        ("cycles", &status.cycles, counted.cycle),
        ("passes_done", &status.passes, counted.pass),
        ("positions", &status.positions, counted.position),
    ] {
        let width = port.width();
        let q = clock.control(m, &format!("{name}_q"), width);
        let d = choose(
            m,
            &format!("{name}_d"),
            &[(counted.clear, &zeros(width))],
            &next(&q),
        );
        m.next_if(&q, &(counted.clear | step), &d);
        m.assign(port, &q);
    }
}
