// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counters of a tile: busy cycles, skipped and empty planes, results, cycles a multiply.

use super::controller::Common;
use crate::hdl::{Expr, ModuleBuilder, lit, ones, zeros};

/// What is counted; each is high for one cycle an event.
pub(super) struct Events<'a> {
    pub begin: &'a Expr,
    pub clear: &'a Expr,
    pub skipped: &'a Expr,
    pub empty: &'a Expr,
    pub accumulated: &'a Expr,
    pub result: &'a Expr,
}

/// Adds the counters and their output ports to the controller.
pub(super) fn build(m: &mut ModuleBuilder, common: &Common, events: &Events) {
    m.group("Counters");
    counter(
        m,
        common,
        "cycles",
        64,
        "cycles spent busy",
        events.clear,
        &common.busy_q,
    );
    counter(
        m,
        common,
        "planes_skipped",
        32,
        "planes without a one that were skipped",
        events.clear,
        events.skipped,
    );
    counter(
        m,
        common,
        "planes_empty",
        32,
        "planes skipped because every p was 0",
        events.clear,
        events.empty,
    );
    counter(
        m,
        common,
        "mvm_done",
        32,
        "results handed over in this run",
        events.begin,
        events.result,
    );

    let (clk, rst_n) = (&common.clk, &common.rst_n);
    let out = m.output("mvm_cycles_o", 32, "cycles between the last two multiplies");
    let seen_q = m
        .register("mvm_seen_q", 1)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let age_q = m
        .register("mvm_age_q", 32)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let period_q = m
        .register("mvm_cycles_q", 32)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    m.next(
        &seen_q,
        &(!events.begin & !&common.clear & (&seen_q | events.accumulated)),
    );
    let age_d = m.wire("mvm_age_d", 32);
    m.select(&age_d)
        .when(events.accumulated, &lit(1, 32))
        .otherwise(&(&age_q + lit(1, 32)));
    m.next_if(&age_q, &common.busy_q, &age_d);
    m.next_if(&period_q, &(events.accumulated & &seen_q), &age_q);
    m.assign(&out, &period_q);
}

fn counter(
    m: &mut ModuleBuilder,
    common: &Common,
    name: &str,
    width: usize,
    doc: &str,
    clear: &Expr,
    event: &Expr,
) {
    let out = m.output(&format!("{name}_o"), width, doc);
    let q = m
        .register(&format!("{name}_q"), width)
        .clock(&common.clk)
        .reset(&common.rst_n, 0)
        .build();
    let d = m.wire(&format!("{name}_d"), width);
    m.select(&d)
        .when(clear, &zeros(width))
        .otherwise(&(&q + ones(1).zext(width)));
    m.next_if(&q, &(clear | event), &d);
    m.assign(&out, &q);
}
