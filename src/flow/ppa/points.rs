// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which designs are measured, under which workloads.

use itertools::Itertools;

use super::design::{ArrayPoint, Design, Family, ReferencePoint, Workload};
use super::record::Measured;

/// Share of zeros of the comparison, in percent.
pub const ZEROS: u32 = 58;

/// Columns of the comparison where nothing else is said.
pub const COLUMNS: u32 = 128;

/// Numbers of columns that are measured beside those of the comparison.
const SIZES: &[u32] = &[16, 32, 64, 128, 256];

/// A of the comparison.
pub const INPUT_BITS: u32 = 4;

/// S of the comparison.
pub const SCALE_BITS: u32 = 8;

/// Inputs of the reference designs.
const REFERENCE_ROWS: usize = 128;

/// Bits of their weights: the sign and W = 4 magnitude bits.
const REFERENCE_WEIGHT_BITS: usize = 5;

/// Shares of zeros of the sweep, in percent.
pub const SWEEP: &[u32] = &[0, 20, 40, ZEROS, 80, 100];

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Full,
    /// What the targets need, at the comparison's size.
    Quick,
}

/// A design with its workloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The design.
    pub design: Design,
    /// Workloads, without repetition.
    pub workloads: Vec<Workload>,
}

/// The array of the usual size with these choices.
pub fn dcim(rows_per_cycle: u32, storage: &str, gated: bool) -> ArrayPoint {
    ArrayPoint {
        family: Family::Dcim,
        columns: COLUMNS,
        input_bits: INPUT_BITS,
        scale_bits: SCALE_BITS,
        rows_per_cycle,
        storage: storage.to_owned(),
        gated,
        ternary: true,
    }
}

/// The same with deferred accumulation.
pub fn deferred(rows_per_cycle: u32, storage: &str, gated: bool) -> ArrayPoint {
    ArrayPoint {
        family: Family::Deferred,
        ..dcim(rows_per_cycle, storage, gated)
    }
}

/// The baseline of the comparison's size; `storage` is that of the scale factors.
pub fn baseline(storage: &str) -> ArrayPoint {
    ArrayPoint {
        family: Family::Baseline,
        ..dcim(SCALE_BITS + 2, storage, true)
    }
}

/// The values of d that are measured for a window of S + 2 rows: 1, the whole window, and those
/// between that save a cycle over the next smaller one.
pub fn digit_sizes(scale_bits: u32) -> Vec<u32> {
    let window = scale_bits + 2;
    let digits = |d: u32| window.div_ceil(d);
    (1..=window)
        .filter(|&d| d == 1 || digits(d) < digits(d - 1))
        .collect()
}

/// The points of arrays, in a comparison of so many columns.
pub fn arrays(extent: Extent, columns: u32) -> Vec<Task> {
    let mut tasks = Tasks::default();
    let dcim = |d, storage, gated| dcim(d, storage, gated).with_columns(columns);
    let deferred = |d, storage, gated| deferred(d, storage, gated).with_columns(columns);
    let baseline = |storage| baseline(storage).with_columns(columns);
    let usual = [Workload::Zeros(ZEROS)];
    let binary = [Workload::Zeros(0)];
    for storage in ["flop", "latch"] {
        let baseline = baseline(storage);
        if storage == "flop" || extent == Extent::Full {
            tasks.add(baseline.clone(), &usual);
        }
        if extent == Extent::Full {
            tasks.add(ungated(&baseline), &usual);
            tasks.add(with_binary(&baseline), &binary);
        }
    }
    let window = SCALE_BITS + 2;
    match extent {
        Extent::Full => {
            for (d, storage) in digit_sizes(SCALE_BITS)
                .into_iter()
                .cartesian_product(["flop", "latch"])
            {
                for point in [dcim(d, storage, true), deferred(d, storage, true)] {
                    tasks.add(point.clone(), &usual);
                    tasks.add(ungated(&point), &usual);
                    tasks.add(with_binary(&point), &binary);
                }
            }
        }
        Extent::Quick => {
            // Of the points that turn out smallest and lowest in energy, the twins follow.
            tasks.add(dcim(1, "latch", true), &usual);
            tasks.add(dcim(1, "latch", false), &usual);
            tasks.add(deferred(1, "latch", false), &usual);
            for d in [1, 2, 3, 4, 5] {
                tasks.add(deferred(d, "latch", true), &usual);
            }
            for d in [1, 5] {
                tasks.add(with_binary(&deferred(d, "latch", true)), &binary);
            }
            return tasks.0;
        }
    }
    // Energy against the share of zeros. What gating must save is judged at 100 %.
    let sweep: Vec<Workload> = SWEEP.iter().map(|&zeros| Workload::Zeros(zeros)).collect();
    for d in [1, window] {
        for gated in [true, false] {
            tasks.add(dcim(d, "latch", gated), &sweep);
            tasks.add(deferred(d, "latch", gated), &sweep);
        }
    }
    tasks.add(baseline("flop"), &sweep);
    let compared = [
        dcim(1, "latch", true),
        dcim(window, "latch", true),
        deferred(1, "latch", true),
        deferred(window, "latch", true),
        baseline("flop"),
    ];
    for point in &compared {
        tasks.add(point.clone(), &[Workload::Digits]);
    }
    let scaled = [
        dcim(1, "latch", true),
        deferred(1, "latch", false),
        deferred(3, "latch", true),
        baseline("flop"),
    ];
    for (&columns, point) in SIZES.iter().cartesian_product(scaled) {
        tasks.add(point.with_columns(columns), &usual);
    }
    for scale_bits in [4, 12] {
        let window = scale_bits + 2;
        for (d, family) in [
            (1, Family::Dcim),
            (window, Family::Dcim),
            (1, Family::Deferred),
            (window, Family::Deferred),
            (window, Family::Baseline),
        ] {
            let storage = match family {
                Family::Dcim | Family::Deferred => "latch",
                Family::Baseline => "flop",
            };
            let point = ArrayPoint {
                family,
                scale_bits,
                rows_per_cycle: d,
                ..dcim(d, storage, true)
            };
            tasks.add(point, &usual);
        }
    }
    tasks.0
}

/// The reference designs: the adder-tree column, and a lane with the throughput of each of `beside`.
pub fn references(beside: &[&Measured]) -> Vec<Task> {
    let point = |lane: bool, cycles: usize| {
        let design = Design::Reference(ReferencePoint {
            lane,
            rows: REFERENCE_ROWS,
            input_bits: INPUT_BITS as usize,
            weight_bits: REFERENCE_WEIGHT_BITS,
            cycles,
        });
        Task {
            design,
            workloads: vec![Workload::Digits],
        }
    };
    let mut cycles: Vec<usize> = beside
        .iter()
        .filter_map(|measured| {
            Some(
                measured
                    .energy(Workload::Zeros(ZEROS))?
                    .cycles_per_mvm()
                    .floor() as usize,
            )
        })
        .filter(|&cycles| cycles > 0)
        .collect();
    cycles.sort_unstable();
    cycles.dedup();
    let mut tasks = vec![point(false, INPUT_BITS as usize)];
    tasks.extend(cycles.into_iter().map(|cycles| point(true, cycles)));
    tasks
}

fn ungated(point: &ArrayPoint) -> ArrayPoint {
    ArrayPoint {
        gated: false,
        ..point.clone()
    }
}

fn with_binary(point: &ArrayPoint) -> ArrayPoint {
    ArrayPoint {
        gated: false,
        ternary: false,
        ..point.clone()
    }
}

/// Tasks in which no design stands twice.
#[derive(Default)]
struct Tasks(Vec<Task>);

impl Tasks {
    fn add(&mut self, point: ArrayPoint, workloads: &[Workload]) {
        let design = Design::Array(point);
        let at = self.0.iter().position(|task| task.design == design);
        let task = match at {
            Some(at) => &mut self.0[at],
            None => {
                self.0.push(Task {
                    design,
                    workloads: Vec::new(),
                });
                let last = self.0.len() - 1;
                &mut self.0[last]
            }
        };
        for workload in workloads {
            if !task.workloads.contains(workload) {
                task.workloads.push(*workload);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digit_sizes_save_a_cycle_each() {
        assert_eq!(digit_sizes(8), [1, 2, 3, 4, 5, 10]);
        assert_eq!(digit_sizes(1), [1, 2, 3]);
    }

    #[test]
    fn all_points_are_legal_and_differ() {
        for extent in [Extent::Full, Extent::Quick] {
            let tasks = arrays(extent, COLUMNS);
            let mut names = std::collections::BTreeSet::new();
            for task in &tasks {
                let point = task.design.array().expect("an array");
                let config = point.config().unwrap_or_else(|report| panic!("{report}"));
                assert!(names.insert(config.name().to_owned()), "{}", config.name());
                assert!(names.insert(task.design.id()), "{}", task.design.id());
                assert!(!task.workloads.is_empty());
                // A baseline's d is that of its configuration.
                let derived = config.derived().rows_per_cycle;
                assert_eq!(derived, point.rows_per_cycle, "{}", task.design.id());
            }
        }
    }

    #[test]
    fn the_quick_subset_is_a_subset() {
        let full = arrays(Extent::Full, 32);
        for task in arrays(Extent::Quick, 32) {
            let whole = full.iter().find(|one| one.design == task.design);
            let whole = whole.unwrap_or_else(|| panic!("{} is not in it", task.design.id()));
            let missing = |workload: &&Workload| !whole.workloads.contains(workload);
            assert_eq!(task.workloads.iter().find(missing), None);
        }
    }
}
