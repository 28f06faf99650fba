// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole comparison: arrays first, then what follows from their figures.

use crate::config::{Code, Diagnostic, Report};
use crate::flow::report::Provenance;

use super::cache::Cache;
use super::design::{Design, Workload};
use super::points::{self, Extent, Task};
use super::record::{Comparison, Measured};
use super::run::{Measure, run};
use super::targets;

/// Measures everything at a number of columns, `jobs` designs at a time. `provenance` is told the designs that
/// were measured.
///
/// # Errors
/// If a design cannot be measured; see [`run`].
pub fn compare(
    measure: &dyn Measure,
    cache: &Cache,
    (extent, columns): (Extent, u32),
    jobs: usize,
    period_ns: f64,
    provenance: impl Fn(&[Design]) -> Provenance,
) -> Result<Comparison, Report> {
    let tasks = points::arrays(extent, columns);
    let mut comparison = Comparison {
        provenance: provenance(&[]),
        quick: extent == Extent::Quick,
        columns,
        period_ns,
        designs: run(measure, cache, &tasks, jobs)?,
    };
    // Which point spends least is known only now: it is swept like the others, beside its ungated twin,
    // and the lanes get the throughput of the points that the targets speak of.
    let incomplete = |sentence: String| -> Report {
        Diagnostic::new(Code::ComparisonIncomplete, sentence).into()
    };
    let chosen = targets::choose(&comparison).map_err(incomplete)?;
    let twin = targets::ungated(&comparison, chosen.lowest_energy).map_err(incomplete)?;
    let sweep: Vec<Workload> = match extent {
        Extent::Full => points::SWEEP.iter().copied().map(Workload::Zeros).collect(),
        Extent::Quick => [points::ZEROS, 100].map(Workload::Zeros).to_vec(),
    };
    let mut more: Vec<Task> = [chosen.lowest_energy, twin]
        .into_iter()
        .map(|measured| Task {
            design: measured.design.clone(),
            workloads: missing(measured, &sweep, extent),
        })
        .filter(|task| !task.workloads.is_empty())
        .collect();
    more.extend(points::references(&[chosen.smallest, chosen.lowest_energy]));
    for measured in run(measure, cache, &more, jobs)? {
        match comparison
            .designs
            .iter_mut()
            .find(|one| one.design == measured.design)
        {
            Some(known) => known.energies.extend(measured.energies),
            None => comparison.designs.push(measured),
        }
    }
    let designs: Vec<Design> = comparison
        .designs
        .iter()
        .map(|one| one.design.clone())
        .collect();
    comparison.provenance = provenance(&designs);
    Ok(comparison)
}

/// Workloads that a design has not seen.
fn missing(measured: &Measured, sweep: &[Workload], extent: Extent) -> Vec<Workload> {
    let mut wanted = sweep.to_vec();
    if extent == Extent::Full && measured.design.array().is_some_and(|point| point.gated) {
        wanted.push(Workload::Digits);
    }
    wanted.retain(|workload| measured.energy(*workload).is_none());
    wanted
}
