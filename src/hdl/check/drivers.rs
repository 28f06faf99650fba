// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every bit that is not an input has exactly one driver.
//!
//! Drivers are intervals, not bits: a ten-thousand-bit vector driven by one assignment is one
//! interval.

use super::{Report, range_text};
use crate::hdl::diag::Code;
use crate::hdl::expr::Expr;
use crate::hdl::module::{Dir, Instance, Item, Module};

#[derive(Default, Clone)]
struct Drivers {
    intervals: Vec<(usize, usize)>,
    continuous: bool,
    procedural: bool,
}

pub(crate) fn check(report: &mut Report) {
    let module = report.module;
    let mut drivers = vec![Drivers::default(); module.signals.len()];
    for item in &module.items {
        match item {
            Item::Comment(_) => {}
            Item::Assign { target, .. } => drive(module, &mut drivers, target, 1, false),
            Item::Select { target, .. } | Item::Case { target, .. } => {
                drive(module, &mut drivers, target, 1, true);
            }
            Item::ForEach { count, body, .. } => {
                for (target, _) in body {
                    drive(module, &mut drivers, target, *count, false);
                }
            }
            Item::Register { q, .. } => {
                drivers[*q].intervals.push((0, module.signals[*q].width));
                drivers[*q].procedural = true;
            }
            Item::Instance(instance) => {
                for connection in &instance.connections {
                    if instance.child.signals[connection.port].dir == Dir::Output {
                        let count = instance.count();
                        drive(module, &mut drivers, &connection.expr, count, false);
                    }
                }
                connected(report, instance);
            }
        }
    }
    for (signal, mut drivers) in module.signals.iter().zip(drivers) {
        let at = |(lo, hi): &(usize, usize)| range_text(&signal.name, signal.width, *lo, hi - lo);
        if signal.dir == Dir::Input {
            for interval in merge(drivers.intervals) {
                report.add(
                    Code::DrivesInput,
                    &at(&interval),
                    "a module cannot drive its input",
                );
            }
            continue;
        }
        if drivers.continuous && drivers.procedural {
            report.add(
                Code::MixedDrivers,
                &signal.name,
                "driven both by assignments and by a multiplexer or register",
            );
        }
        drivers.intervals.sort_unstable();
        let (mut covered, mut gaps, mut overlaps) = (0, Vec::new(), Vec::new());
        for (lo, hi) in drivers.intervals {
            if lo > covered {
                gaps.push((covered, lo));
            } else if lo < covered {
                overlaps.push((lo, hi.min(covered)));
            }
            covered = covered.max(hi);
        }
        if covered < signal.width {
            gaps.push((covered, signal.width));
        }
        for gap in &gaps {
            let message = match signal.register {
                Some(_) => "this register has no next value",
                None => "nothing drives this",
            };
            report.add(Code::Undriven, &at(gap), message);
        }
        for overlap in merge(overlaps) {
            report.add(Code::MultiplyDriven, &at(&overlap), "driven more than once");
        }
    }
}

fn drive(module: &Module, all: &mut [Drivers], target: &Expr, count: usize, procedural: bool) {
    let Some(place) = module.place(target) else {
        return;
    };
    let drivers = &mut all[place.signal];
    drivers.procedural |= procedural;
    drivers.continuous |= !procedural;
    // A count of zero is its own finding; here it would only add one about missing drivers.
    let count = count.max(1);
    // Saturating: what sticks out of the signal was reported with the expressions.
    let end = |start: usize, width: usize| start.saturating_add(width);
    if place.stride == place.width {
        let all = place.width.saturating_mul(count);
        drivers.intervals.push((place.start, end(place.start, all)));
    } else {
        let starts = (0..count).map(|i| place.start.saturating_add(i.saturating_mul(place.stride)));
        drivers
            .intervals
            .extend(starts.map(|start| (start, end(start, place.width))));
    }
}

/// Every port of a child is connected or said to be open.
fn connected(report: &mut Report, instance: &Instance) {
    for (index, port) in instance.child.signals.iter().enumerate() {
        if port.dir == Dir::Net || instance.connections.iter().any(|c| c.port == index) {
            continue;
        }
        let local = format!("{}.{}", instance.path(), port.name);
        let local = range_text(&local, port.width, 0, port.width);
        match port.dir {
            Dir::Input => report.add(Code::Undriven, &local, "this input is not connected"),
            _ => report.add(
                Code::BadConnection,
                &local,
                "this output is not connected: say `open` if it is meant",
            ),
        }
    }
    if instance.child.signals.iter().all(|s| s.dir == Dir::Net) {
        report.add(
            Code::BadConnection,
            &instance.path(),
            "a child without ports",
        );
    }
}

/// Sorted, with touching and overlapping intervals made one.
pub(crate) fn merge(mut intervals: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    intervals.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (lo, hi) in intervals {
        match merged.last_mut() {
            Some(last) if lo <= last.1 => last.1 = last.1.max(hi),
            _ => merged.push((lo, hi)),
        }
    }
    merged
}
