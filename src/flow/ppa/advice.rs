// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which point of the design space serves a goal best, from figures that were measured once.
//!
//! Only one size (32 columns, A = 4, S = 8) is measured at every point. For another
//! size the same *kind* of point is taken: storage and gating as they are, d = 1 if that is d, else the d
//! that gives a bit plane as many cycles as the measured point has. That ranking is not measured again.

use serde::{Deserialize, Serialize};

use crate::config::{Code, Diagnostic, Report};

use super::design::{ArrayPoint, Family, Workload};
use super::points::{INPUT_BITS, SCALE_BITS, ZEROS};
use super::record::Comparison;

/// What is to be small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Area of the array.
    Area,
    /// Energy of a matrix-vector multiply.
    Energy,
    /// Time of a matrix-vector multiply.
    Latency,
}

/// A measured point of the comparison's size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredPoint {
    /// d.
    pub rows_per_cycle: u32,
    /// `in_place` or `deferred`.
    #[serde(default = "in_place")]
    pub accumulation: String,
    /// `flop` or `latch`.
    pub storage: String,
    /// Columns with p = 0 are clock-gated.
    pub gated: bool,
    /// Ternary partial sums; binary otherwise.
    pub ternary: bool,
    /// Area of the array in um2.
    pub area_um2: f64,
    /// Energy of a matrix-vector multiply in pJ, at 58 % zeros (binary: none).
    pub energy_pj: f64,
    /// Time of a matrix-vector multiply in ns.
    pub time_ns: f64,
}

/// Accumulation of the points of a table that says nothing of it.
fn in_place() -> String {
    "in_place".to_owned()
}

/// The measured points, as they are committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredTable {
    /// Name of the PDK.
    pub pdk: String,
    /// Command that measured them.
    pub command: String,
    /// The points.
    pub points: Vec<MeasuredPoint>,
}

/// A choice for a configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// d for the configuration.
    pub rows_per_cycle: u32,
    /// The measured point that it follows: accumulation, storage and gating are its own.
    pub measured: MeasuredPoint,
    /// Whether A and S are those that were measured.
    pub exact: bool,
}

/// The table that was committed.
///
/// # Errors
/// A file that is no such table: a defect.
pub fn shipped_table() -> Result<MeasuredTable, Report> {
    serde_json::from_str(include_str!("measured/nangate45.json")).map_err(|error| {
        let message = format!("the table of measured points is no table: {error}");
        Diagnostic::new(Code::Internal, message).into()
    })
}

/// The point that serves a goal best; of equal points that with less energy, then area.
///
/// # Errors
/// If nothing was measured for this kind of partial sum.
pub fn best_point(
    table: &MeasuredTable,
    goal: Goal,
    ternary: bool,
    input_bits: u32,
    scale_bits: u32,
) -> Result<Advice, Report> {
    let cost = |point: &MeasuredPoint| {
        let (area, energy, time) = (point.area_um2, point.energy_pj, point.time_ns);
        match goal {
            Goal::Area => [area, energy, time],
            Goal::Energy => [energy, area, time],
            Goal::Latency => [time, energy, area],
        }
    };
    let best = table
        .points
        .iter()
        .filter(|point| point.ternary == ternary)
        .min_by(|one, other| {
            let pairs = cost(one).into_iter().zip(cost(other));
            pairs.fold(std::cmp::Ordering::Equal, |order, (a, b)| {
                order.then(a.total_cmp(&b))
            })
        });
    let Some(best) = best else {
        let kind = if ternary { "ternary" } else { "binary" };
        let message = format!("no measured points with {kind} partial sums");
        return Err(Diagnostic::new(Code::NothingMeasured, message)
            .help("`make ppa` measures them; or choose --rows-per-cycle and --storage yourself")
            .into());
    };
    let digits = (SCALE_BITS + 2).div_ceil(best.rows_per_cycle);
    let rows_per_cycle = match best.rows_per_cycle {
        // Bit-serial is a kind of its own: the smallest, whatever S is.
        1 => 1,
        _ => (scale_bits + 2).div_ceil(digits),
    };
    Ok(Advice {
        rows_per_cycle,
        measured: best.clone(),
        exact: input_bits == INPUT_BITS && scale_bits == SCALE_BITS,
    })
}

impl MeasuredTable {
    /// The points of the comparison's size.
    pub fn of(comparison: &Comparison) -> MeasuredTable {
        let point = |(point, measured): (&ArrayPoint, &super::record::Measured)| {
            let at_size = point.family != Family::Baseline && comparison.is_main(point);
            let workload = Workload::Zeros(if point.ternary { ZEROS } else { 0 });
            let energy = measured.energy(workload).filter(|_| at_size)?;
            Some(MeasuredPoint {
                rows_per_cycle: point.rows_per_cycle,
                accumulation: point.accumulation().to_owned(),
                storage: point.storage.clone(),
                gated: point.gated,
                ternary: point.ternary,
                area_um2: round(measured.implementation.area_um2),
                energy_pj: round(energy.per_mvm_pj),
                time_ns: round(measured.time_per_mvm_ns(workload)?),
            })
        };
        MeasuredTable {
            pdk: comparison.provenance.pdk.name.clone(),
            command: comparison.provenance.command.clone(),
            points: comparison.arrays().filter_map(point).collect(),
        }
    }
}

/// Four digits after the point are enough for a choice, and make a readable file.
fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    fn best(goal: Goal, scale_bits: u32) -> Advice {
        let table = MeasuredTable::of(&made_up::comparison());
        best_point(&table, goal, true, 4, scale_bits).unwrap()
    }

    #[test]
    fn each_goal_has_its_point() {
        assert_eq!(best(Goal::Area, 8).rows_per_cycle, 1);
        assert_eq!(best(Goal::Energy, 8).rows_per_cycle, 10);
        assert_eq!(best(Goal::Latency, 8).measured.time_ns, 11.1111);
        assert!(best(Goal::Area, 8).exact && !best(Goal::Area, 4).exact);
    }

    #[test]
    fn other_sizes_keep_the_cycles_of_a_plane() {
        let advice = best(Goal::Energy, 12);
        assert_eq!((advice.rows_per_cycle, advice.exact), (14, false));
        assert_eq!(best(Goal::Area, 12).rows_per_cycle, 1);
        let mut table = MeasuredTable::of(&made_up::comparison());
        table.points.retain(|point| point.rows_per_cycle == 5);
        let advice = best_point(&table, Goal::Energy, true, 4, 11).unwrap();
        assert_eq!(advice.rows_per_cycle, 7);
    }

    #[test]
    fn what_was_not_measured_is_refused() {
        let table = MeasuredTable::of(&made_up::comparison());
        let text = best_point(&table, Goal::Area, false, 4, 8)
            .unwrap_err()
            .to_string();
        assert!(text.contains("binary"), "{text}");
    }

    #[test]
    fn the_shipped_table_is_one() {
        assert_eq!(shipped_table().unwrap().pdk, "nangate45");
    }
}
