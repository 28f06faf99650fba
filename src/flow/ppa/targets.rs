// SPDX-License-Identifier: MIT OR Apache-2.0
//! The targets of the hardware, and whether the figures meet them.

use serde::Serialize;

use super::design::{ArrayPoint, Workload};
use super::points::{self, ZEROS};
use super::record::{Comparison, Measured};

/// Which side of the limit is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At most the limit.
    AtMost,
    /// At least the limit.
    AtLeast,
}

/// A target with what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// What is judged.
    pub what: String,
    /// Which side of the limit is wanted.
    pub side: Side,
    /// The limit.
    pub limit: f64,
    /// Its unit; `x` for ratios.
    pub unit: &'static str,
    /// The figure.
    pub value: f64,
    /// Whether the figure is on the wanted side.
    pub met: bool,
}

/// The points that the targets speak of.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The baseline.
    pub baseline: &'a Measured,
    /// The array of least area.
    pub smallest: &'a Measured,
    /// The point of least energy per matrix-vector multiply.
    pub lowest_energy: &'a Measured,
}

/// The workload at which energies are compared.
pub const USUAL: Workload = Workload::Zeros(ZEROS);

/// Finds the points that the targets speak of. The lowest-energy point is chosen among the ternary arrays of the
/// comparison's size that are no larger than the baseline and take at most twice its cycles; where
/// there is none, among all of that size.
///
/// # Errors
/// A sentence that names what was not measured.
pub fn choose(comparison: &Comparison) -> Result<Chosen<'_>, String> {
    let find = |point: ArrayPoint| {
        comparison
            .array(&point)
            .ok_or_else(|| format!("{} was not measured", point.title()))
    };
    let baseline = find(points::baseline("flop").with_columns(comparison.columns))?;
    let cycles = usual(baseline)?.cycles_per_mvm();
    let candidates: Vec<&Measured> = same_size(comparison)
        .filter(|measured| measured.energy(USUAL).is_some())
        .collect();
    let fair = |measured: &&&Measured| {
        let energy = measured.energy(USUAL);
        measured.implementation.area_um2 <= baseline.implementation.area_um2
            && energy.is_some_and(|energy| energy.cycles_per_mvm() <= 2.0 * cycles)
    };
    let least = |one: &&&Measured, other: &&&Measured| {
        let energy =
            |measured: &Measured| measured.energy(USUAL).map_or(f64::MAX, |e| e.per_mvm_pj);
        energy(one).total_cmp(&energy(other))
    };
    let lowest = candidates.iter().filter(fair).min_by(least);
    let lowest = lowest.or_else(|| candidates.iter().min_by(least));
    Ok(Chosen {
        baseline,
        smallest: candidates
            .iter()
            .min_by(|one, other| {
                let area = |measured: &Measured| measured.implementation.area_um2;
                area(one).total_cmp(&area(other))
            })
            .ok_or("no DCiM array of the comparison's size was measured")?,
        lowest_energy: lowest.ok_or("no DCiM array of the comparison's size was measured")?,
    })
}

/// The ternary DCiM arrays of the comparison's size, gated or not.
fn same_size(comparison: &Comparison) -> impl Iterator<Item = &Measured> {
    comparison.arrays().filter_map(|(point, measured)| {
        let twins = [points::dcim, points::deferred]
            .map(|twin| twin(point.rows_per_cycle, &point.storage, point.gated))
            .map(|twin| twin.with_columns(comparison.columns));
        twins.contains(point).then_some(measured)
    })
}

/// Judges the figures. `absolute` says whether the targets in units hold: they are made for
/// Nangate45; ratios hold everywhere.
///
/// # Errors
/// A sentence that names what was not measured.
pub fn evaluate(comparison: &Comparison, absolute: bool) -> Result<Vec<Target>, String> {
    let chosen = choose(comparison)?;
    let Chosen {
        baseline,
        smallest,
        lowest_energy,
    } = chosen;
    let mut list = List(Vec::new());
    let energy = |measured: &Measured| usual(measured).map(|energy| energy.per_mvm_pj);
    let area = |measured: &Measured| measured.implementation.area_um2;
    let accumulate = |measured: &Measured| {
        measured
            .per_accumulate_pj(USUAL)
            .ok_or_else(|| missing(measured, USUAL))
    };
    let lowest_name = format!("lowest-energy point ({})", lowest_energy.design.title());
    let smallest_name = format!("smallest point ({})", smallest.design.title());
    if absolute {
        let value = baseline.area_per_column_um2();
        list.at_most("baseline: area of a column", 370.0, "um2", value);
        let what = "baseline: energy per accumulate";
        list.at_most(what, 0.38, "pJ", accumulate(baseline)?);
    }
    let ratio = area(smallest) / area(baseline);
    list.at_most(
        &format!("{smallest_name}: area against the baseline"),
        0.60,
        "x",
        ratio,
    );
    let ratio = energy(smallest)? / energy(baseline)?;
    list.at_most(
        &format!("{smallest_name}: energy against the baseline"),
        1.3,
        "x",
        ratio,
    );
    let ratio = energy(lowest_energy)? / energy(baseline)?;
    list.at_most(
        &format!("{lowest_name}: energy against the baseline"),
        0.60,
        "x",
        ratio,
    );
    let ratio = area(lowest_energy) / area(baseline);
    list.at_most(
        &format!("{lowest_name}: area against the baseline"),
        1.0,
        "x",
        ratio,
    );
    let ratio = usual(lowest_energy)?.cycles_per_mvm() / usual(baseline)?.cycles_per_mvm();
    list.at_most(
        &format!("{lowest_name}: cycles against the baseline"),
        2.0,
        "x",
        ratio,
    );
    if absolute {
        let what = format!("{lowest_name}: energy per accumulate (moonshot)");
        list.at_most(&what, 0.12, "pJ", accumulate(lowest_energy)?);
    }
    for (name, measured) in distinct(&smallest_name, smallest, &lowest_name, lowest_energy) {
        let (gated, ungated) = gating_pair(comparison, measured)?;
        for (zeros, limit) in [(ZEROS, 0.55), (100, 0.15)] {
            let workload = Workload::Zeros(zeros);
            let at = |measured: &Measured| {
                let energy = measured.energy(workload);
                energy
                    .map(|energy| energy.per_mvm_pj)
                    .ok_or_else(|| missing(measured, workload))
            };
            let what = format!("{name}: energy at {zeros} % zeros, gating on against off");
            list.at_most(&what, limit, "x", at(gated)? / at(ungated)?);
        }
    }
    if absolute {
        for (name, measured) in distinct(&smallest_name, smallest, &lowest_name, lowest_energy) {
            let value = measured.implementation.fmax_mhz;
            list.at_least(&format!("{name}: clock"), 1000.0, "MHz", value);
        }
    }
    Ok(list.0)
}

/// The same array with gating on instead of off, or off instead of on; none of a reference design.
pub fn twin(measured: &Measured) -> Option<ArrayPoint> {
    let point = measured.design.array()?;
    Some(ArrayPoint {
        gated: !point.gated,
        ..point.clone()
    })
}

/// An array with gating on and with gating off, one of which is `measured`.
///
/// # Errors
/// A sentence, if the other was not measured.
fn gating_pair<'a>(
    comparison: &'a Comparison,
    measured: &'a Measured,
) -> Result<(&'a Measured, &'a Measured), String> {
    let twin = twin(measured).ok_or("a reference design has no gating")?;
    let other = comparison
        .array(&twin)
        .ok_or_else(|| format!("{} was not measured", twin.title()))?;
    Ok(match twin.gated {
        true => (other, measured),
        false => (measured, other),
    })
}

/// The two points, or one if they are the same.
fn distinct<'a>(
    smallest_name: &'a str,
    smallest: &'a Measured,
    lowest_name: &'a str,
    lowest: &'a Measured,
) -> Vec<(&'a str, &'a Measured)> {
    let mut list = vec![(smallest_name, smallest)];
    if smallest.design != lowest.design {
        list.push((lowest_name, lowest));
    }
    list
}

fn usual(measured: &Measured) -> Result<&super::record::Energy, String> {
    measured
        .energy(USUAL)
        .ok_or_else(|| missing(measured, USUAL))
}

fn missing(measured: &Measured, workload: Workload) -> String {
    let title = measured.design.title();
    format!("{title} was not measured at {}", workload.title())
}

struct List(Vec<Target>);

impl List {
    fn at_most(&mut self, what: &str, limit: f64, unit: &'static str, value: f64) {
        self.add(what, Side::AtMost, limit, unit, value);
    }

    fn at_least(&mut self, what: &str, limit: f64, unit: &'static str, value: f64) {
        self.add(what, Side::AtLeast, limit, unit, value);
    }

    fn add(&mut self, what: &str, side: Side, limit: f64, unit: &'static str, value: f64) {
        self.0.push(Target {
            what: what.to_owned(),
            side,
            limit,
            unit,
            value,
            // A value that is no number meets nothing.
            met: match side {
                Side::AtMost => value <= limit,
                Side::AtLeast => value >= limit,
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    fn find<'a>(targets: &'a [Target], words: &str) -> &'a Target {
        let found = targets.iter().find(|target| target.what.contains(words));
        found.unwrap_or_else(|| panic!("no target about {words}"))
    }

    #[test]
    fn figures_decide() {
        let comparison = made_up::comparison();
        let targets = evaluate(&comparison, true).unwrap();
        assert_eq!(targets.len(), 14);
        // Made-up figures: baseline 40000 um2 and 150 pJ, d = 1 24000 um2 and 300 pJ.
        let area = find(&targets, "smallest point (d = 1, latch, gated): area");
        assert!(area.met && (area.value - 0.6).abs() < 1e-9);
        let energy = find(
            &targets,
            "smallest point (d = 1, latch, gated): energy against the baseline",
        );
        assert!(!energy.met && (energy.value - 2.0).abs() < 1e-9);
        let clock = find(
            &targets,
            "lowest-energy point (d = 10, latch, gated): clock",
        );
        assert!(!clock.met && clock.value == 900.0);
    }

    #[test]
    fn only_ratios_are_judged_on_other_libraries() {
        let targets = evaluate(&made_up::comparison(), false).unwrap();
        assert!(targets.iter().all(|target| target.unit == "x"));
        assert_eq!(targets.len(), 9);
    }

    #[test]
    fn a_larger_array_is_not_the_lowest_energy_point() {
        let mut comparison = made_up::comparison();
        let cheap = comparison
            .designs
            .iter_mut()
            .find(|measured| measured.design.array() == Some(&points::dcim(10, "latch", true)));
        cheap
            .expect("in the made-up figures")
            .implementation
            .area_um2 = 1e6;
        let chosen = choose(&comparison).unwrap();
        assert_eq!(chosen.lowest_energy.design.title(), "d = 5, latch, gated");
    }

    #[test]
    fn a_hole_is_named() {
        let mut comparison = made_up::comparison();
        let twin = ArrayPoint {
            gated: false,
            ..points::dcim(1, "latch", true)
        };
        comparison
            .designs
            .retain(|measured| measured.design.array() != Some(&twin));
        let text = evaluate(&comparison, true).unwrap_err();
        assert_eq!(text, "d = 1, latch, ungated was not measured");
    }
}
