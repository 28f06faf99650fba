// SPDX-License-Identifier: MIT OR Apache-2.0
//! Counters of a tile: busy cycles, skipped and empty planes, results, cycles a multiply.

use super::driver::Operations;
use super::ports::Ports;
use super::run::Run;
use crate::blocks::tile::TileShape;
use crate::hdl::{Expr, ModuleBuilder, Sig, lit, ones};

/// Adds the counters and their output ports to the controller.
pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &TileShape,
    ports: &Ports,
    run: &Run,
    operations: &Operations,
) {
    let (long, bits) = (shape.counter_bits, shape.count_bits());
    let clear = &ports.clear_counters;
    // Counted a cycle later: what is accepted is known late in the cycle.
    let mut late = |name: &str, clear: &Expr, event: Expr| {
        let q = ports.flag(m, name);
        m.next(&q, &(event & !clear));
        q
    };
    let (accept, zero, empty) = (
        &operations.accept,
        &operations.zero_plane,
        &operations.empty_plane,
    );
    let skipped = late("plane_skipped_q", clear, accept & zero);
    let empty = late("plane_empty_q", clear, accept & empty);
    let result = late(
        "result_done_q",
        &run.begin,
        &run.running & &ports.result_done,
    );
    m.group("Counters");
    let mut counter = |name: &str, width: usize, doc: &str, clear: &Expr, event: &Expr| {
        let out = m.output(&format!("{name}_o"), width, doc);
        let q = count(m, ports, name, width, (clear, 0), event);
        m.assign(&out, &q);
    };
    counter("cycles", long, "cycles spent busy", clear, &run.busy_q);
    counter(
        "planes_skipped",
        bits,
        "planes without a one that were skipped",
        clear,
        &skipped,
    );
    counter(
        "planes_empty",
        bits,
        "planes skipped because every p was 0",
        clear,
        &empty,
    );
    counter(
        "mvm_done",
        bits,
        "results handed over in this run",
        &run.begin,
        &result,
    );

    let out = m.output(
        "mvm_cycles_o",
        bits,
        "cycles between the last two multiplies",
    );
    let seen_q = ports.flag(m, "mvm_seen_q");
    let period_q = ports.control(m, "mvm_cycles_q", bits);
    let accumulated = &operations.last;
    m.next(
        &seen_q,
        &(!&run.begin & !&run.clear_q & (&seen_q | accumulated)),
    );
    let restart = m.wire_of("mvm_age_restart", &(&run.busy_q & accumulated));
    let age_q = count(m, ports, "mvm_age", bits, (&restart, 1), &run.busy_q);
    m.next_if(&period_q, &(accumulated & &seen_q), &age_q);
    m.assign(&out, &period_q);
}

/// Bits of a counter that count by themselves.
const SECTION: usize = 8;

/// A counter of events: `restart` sets it to a value below 2^8, before any event. It is made of sections, each of which
/// moves when all below it are full: an event that is known late in the cycle meets an AND and not a carry chain, and
/// high sections stand still.
fn count(
    m: &mut ModuleBuilder,
    ports: &Ports,
    name: &str,
    width: usize,
    (restart, value): (&Expr, u128),
    event: &Expr,
) -> Sig {
    let event = m.wire_of(&format!("{name}_event"), event);
    let mut sections = Vec::new();
    let mut full: Option<Sig> = None;
    for low in (0..width).step_by(SECTION) {
        let bits = SECTION.min(width - low);
        let stem = format!("{name}_{low}");
        let q = ports.control(m, &format!("{stem}_q"), bits);
        let d = m.wire(&format!("{stem}_d"), bits);
        m.select(&d)
            .when(restart, &lit(if low == 0 { value } else { 0 }, bits))
            .otherwise(&(&q + ones(1).zext(bits)));
        let moves = match &full {
            Some(full) => &event & full,
            None => event.bit(0),
        };
        m.next_if(&q, &(restart | moves), &d);
        if low + bits < width {
            let all = match &full {
                Some(full) => full & q.reduce_and(),
                None => q.reduce_and(),
            };
            full = Some(m.wire_of(&format!("{stem}_full"), &all));
        }
        sections.push(q.slice(0, bits));
    }
    let whole = m.wire(&format!("{name}_q"), width);
    m.concat(&whole, &sections);
    whole
}
