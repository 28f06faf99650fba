// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counters of a tile: busy cycles, skipped and empty planes, results, cycles a multiply.

use super::driver::Operations;
use super::ports::Ports;
use super::run::Run;
use crate::hdl::{Expr, ModuleBuilder, lit, ones, zeros};

/// Adds the counters and their output ports to the controller.
pub(super) fn build(m: &mut ModuleBuilder, ports: &Ports, run: &Run, operations: &Operations) {
    let skipped = &operations.accept & &operations.zero_plane;
    let empty = &operations.accept & &operations.empty_plane;
    let result = &run.running & &ports.result_done;
    let clear = &ports.clear_counters;
    m.group("Counters");
    let mut counter = |name: &str, width: usize, doc: &str, clear: &Expr, event: &Expr| {
        let out = m.output(&format!("{name}_o"), width, doc);
        let q = ports.control(m, &format!("{name}_q"), width);
        let d = m.wire(&format!("{name}_d"), width);
        m.select(&d)
            .when(clear, &zeros(width))
            .otherwise(&(&q + ones(1).zext(width)));
        m.next_if(&q, &(clear | event), &d);
        m.assign(&out, &q);
    };
    counter("cycles", 64, "cycles spent busy", clear, &run.busy_q);
    counter(
        "planes_skipped",
        32,
        "planes without a one that were skipped",
        clear,
        &skipped,
    );
    counter(
        "planes_empty",
        32,
        "planes skipped because every p was 0",
        clear,
        &empty,
    );
    counter(
        "mvm_done",
        32,
        "results handed over in this run",
        &run.begin,
        &result,
    );

    let out = m.output("mvm_cycles_o", 32, "cycles between the last two multiplies");
    let seen_q = ports.flag(m, "mvm_seen_q");
    let age_q = ports.control(m, "mvm_age_q", 32);
    let period_q = ports.control(m, "mvm_cycles_q", 32);
    let accumulated = &operations.last;
    m.next(
        &seen_q,
        &(!&run.begin & !&run.clear_q & (&seen_q | accumulated)),
    );
    let age_d = m.wire("mvm_age_d", 32);
    m.select(&age_d)
        .when(accumulated, &lit(1, 32))
        .otherwise(&(&age_q + lit(1, 32)));
    m.next_if(&age_q, &run.busy_q, &age_d);
    m.next_if(&period_q, &(accumulated & &seen_q), &age_q);
    m.assign(&out, &period_q);
}
