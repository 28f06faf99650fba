// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole comparison: arrays first, then what follows from their figures.

use crate::config::{Code, Diagnostic, Report};
use crate::flow::report::Provenance;

use super::cache::Cache;
use super::design::{Design, Workload};
use super::points::{self, Extent, Task};
use super::record::Comparison;
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
    // Which points are smallest and spend least is known only now. The latter is swept like the others; both are measured
    // with gating on and off; and the lanes get the throughput of the points that the targets speak of.
    let chosen = targets::choose(&comparison)
        .map_err(|sentence| Report::from(Diagnostic::new(Code::ComparisonIncomplete, sentence)))?;
    let ends = [points::ZEROS, 100].map(Workload::Zeros).to_vec();
    let sweep = match extent {
        Extent::Full => points::SWEEP.iter().copied().map(Workload::Zeros).collect(),
        Extent::Quick => ends.clone(),
    };
    let mut more: Vec<Task> = Vec::new();
    for (measured, sweep) in [(chosen.lowest_energy, &sweep), (chosen.smallest, &ends)] {
        let twin = targets::twin(measured).map(Design::Array);
        for design in std::iter::once(measured.design.clone()).chain(twin) {
            if more.iter().any(|task| task.design == design) {
                continue;
            }
            let workloads = missing(&comparison, &design, sweep, extent);
            if !workloads.is_empty() {
                more.push(Task { design, workloads });
            }
        }
    }
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

/// Workloads that a design has not seen; one that was not measured has seen none.
fn missing(
    comparison: &Comparison,
    design: &Design,
    sweep: &[Workload],
    extent: Extent,
) -> Vec<Workload> {
    let mut wanted = sweep.to_vec();
    if extent == Extent::Full && design.array().is_some_and(|point| point.gated) {
        wanted.push(Workload::Digits);
    }
    let known = comparison.designs.iter().find(|one| one.design == *design);
    wanted.retain(|workload| known.is_none_or(|known| known.energy(*workload).is_none()));
    wanted
}
