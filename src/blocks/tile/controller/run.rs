// SPDX-License-Identifier: MIT OR Apache-2.0
//! A run: begun by START, ended by its last result, by ABORT or by a timeout of the crossbar.

use super::ports::Ports;
use crate::blocks::tile::TileShape;
use crate::hdl::{ModuleBuilder, Sig, lit, ones, zeros};

/// State of the run, as the walkers and counters see it.
pub(super) struct Run {
    /// A run begins at the end of this cycle.
    pub begin: Sig,
    /// A run is under way and not being aborted.
    pub running: Sig,
    /// A run or its abort is under way.
    pub busy_q: Sig,
    /// Everything but a result packet under way is dropped in this cycle.
    pub clear_q: Sig,
}

/// Adds the run control.
pub(super) fn build(m: &mut ModuleBuilder, shape: &TileShape, ports: &Ports) -> Run {
    let bits = shape.count_bits();
    let busy_q = ports.flag(m, "busy_q");
    let aborting_q = ports.flag(m, "aborting_q");
    let clear_q = ports.flag(m, "clear_q");

    m.comment("Run, abort, idle");
    let loaded = &ports.weights_valid & &ports.scales_valid & &ports.thresholds_valid;
    let loaded = m.wire_of("loaded", &loaded);
    let some = m.wire_of("count_is_some", &ports.mvm_count.reduce_or());
    let begin = m.wire_of(
        "begin_run",
        &(&ports.start & !&busy_q & !&ports.abort & &loaded & &some),
    );
    let running = m.wire_of("running", &(&busy_q & !&aborting_q));
    let stop = m.wire_of(
        "stop_run",
        &((&ports.abort & !&aborting_q) | (&ports.timeout & &running)),
    );
    let aborted = m.wire_of(
        "aborted",
        &(&aborting_q & !&clear_q & !&ports.result_pending),
    );
    let left_q = ports.control(m, "results_left_q", bits);
    let complete = m.wire_of(
        "complete",
        &(&running & &ports.result_done & left_q.eq_lit(1) & !&stop),
    );
    let left_d = m.wire("results_left_d", bits);
    m.select(&left_d)
        .when(&begin, &ports.mvm_count)
        .otherwise(&(&left_q - lit(1, bits)));
    m.next_if(
        &left_q,
        &(&begin | (&running & &ports.result_done)),
        &left_d,
    );
    let busy_d = m.wire("busy_d", 1);
    m.select(&busy_d)
        .when(&(&begin | &stop), &ones(1))
        .when(&(&complete | &aborted), &zeros(1))
        .otherwise(&busy_q);
    m.next(&busy_q, &busy_d);
    m.next(&aborting_q, &(&stop | (&aborting_q & !&aborted)));
    m.next(&clear_q, &stop);

    m.assign(&ports.busy, &busy_q);
    m.assign(&ports.aborting, &aborting_q);
    m.assign(&ports.clear, &clear_q);
    m.assign(&ports.done_set, &complete);
    m.assign(&ports.aborted_set, &aborted);
    m.assign(&ports.not_loaded, &(&ports.start & !&busy_q & !&loaded));
    m.assign(&ports.bad_count, &(&ports.start & !&busy_q & !&some));
    m.assign(&ports.start_busy, &(&ports.start & &busy_q));
    m.assign(&ports.timeout_set, &(&ports.timeout & &running));
    Run {
        begin,
        running,
        busy_q,
        clear_q,
    }
}
