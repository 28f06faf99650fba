// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plots of a comparison.

use crate::config::{Code, Diagnostic, Report};

use super::super::design::{ArrayPoint, Design, Family, Workload};
use super::super::plot::{Bar, BarChart, Chart, Mark, Series};
use super::super::points;
use super::super::record::{Comparison, Measured};
use super::super::targets::{self, USUAL};

/// A plot.
pub(super) struct Plot {
    pub file: &'static str,
    pub title: String,
    pub svg: String,
}

/// All plots that the figures allow: a quick run has no sweep and no sizes.
pub(super) fn all(comparison: &Comparison) -> Result<Vec<Plot>, Report> {
    let mut plots = vec![
        chart(
            "area_energy.svg",
            fronts(
                comparison,
                "Area and energy (58 % zeros)",
                ("area of a column (um2)", |measured| {
                    Some(measured.area_per_column_um2())
                }),
                ("energy per MVM and column (pJ)", energy_per_column),
            ),
        )?,
        chart(
            "area_latency.svg",
            fronts(
                comparison,
                "Area and time",
                ("area of a column (um2)", |measured| {
                    Some(measured.area_per_column_um2())
                }),
                ("time per MVM (ns)", |measured| {
                    measured.time_per_mvm_ns(USUAL)
                }),
            ),
        )?,
        bars("area_blocks.svg", blocks(comparison)?)?,
    ];
    let sweep = sweep(comparison)?;
    if sweep.series.iter().any(|series| series.marks.len() > 2) {
        plots.push(chart("energy_zeros.svg", sweep)?);
    }
    let sizes = sizes(comparison);
    if sizes.series.iter().any(|series| series.marks.len() > 2) {
        plots.push(chart("area_columns.svg", sizes)?);
    }
    Ok(plots)
}

fn energy_per_column(measured: &Measured) -> Option<f64> {
    Some(measured.energy(USUAL)?.per_mvm_pj / f64::from(measured.design.columns()))
}

type Value = fn(&Measured) -> Option<f64>;

/// A Pareto front over two values of the ternary points of the comparison's size.
fn fronts(
    comparison: &Comparison,
    title: &str,
    (x_label, x): (&str, Value),
    (y_label, y): (&str, Value),
) -> Chart {
    let kinds: [(&str, Family, &str, bool); 8] = [
        ("deferred, latches, gated", Family::Deferred, "latch", true),
        (
            "deferred, latches, not gated",
            Family::Deferred,
            "latch",
            false,
        ),
        ("latches, gated", Family::Dcim, "latch", true),
        ("flip-flops, gated", Family::Dcim, "flop", true),
        ("latches, not gated", Family::Dcim, "latch", false),
        ("flip-flops, not gated", Family::Dcim, "flop", false),
        ("baseline", Family::Baseline, "flop", true),
        (
            "baseline, latch scale factors",
            Family::Baseline,
            "latch",
            true,
        ),
    ];
    let series = kinds.iter().map(|&(name, family, storage, gated)| {
        let marks = comparison
            .arrays()
            .filter(|(point, _)| comparison.is_main(point) && point.ternary)
            .filter(|(point, _)| {
                (point.family, point.storage.as_str(), point.gated) == (family, storage, gated)
            })
            .filter_map(|(point, measured)| {
                let (x, y) = (x(measured)?, y(measured)?);
                let label = match family {
                    Family::Dcim | Family::Deferred => format!("d={}", point.rows_per_cycle),
                    Family::Baseline => String::new(),
                };
                Some(Mark {
                    x,
                    y,
                    label,
                    title: format!("{}: {x:.1}, {y:.3}", point.title()),
                })
            });
        Series {
            name: name.to_owned(),
            marks: marks.collect(),
        }
    });
    let mut series: Vec<Series> = series.collect();
    series.retain(|series| !series.marks.is_empty());
    Chart {
        title: title.to_owned(),
        x_label: x_label.to_owned(),
        y_label: y_label.to_owned(),
        series,
        joined: false,
        front: true,
    }
}

/// Energy against the share of zeros of every design that was swept.
fn sweep(comparison: &Comparison) -> Result<Chart, Report> {
    let of = |measured: &Measured| {
        let mut marks: Vec<Mark> = measured
            .energies
            .iter()
            .filter(|energy| matches!(energy.workload, Workload::Zeros(_)))
            .map(|energy| Mark {
                x: energy.share_of_zeros * 100.0,
                y: energy.per_mvm_pj,
                label: String::new(),
                title: format!(
                    "{:.1} % zeros: {:.1} pJ",
                    energy.share_of_zeros * 100.0,
                    energy.per_mvm_pj
                ),
            })
            .collect();
        marks.sort_by(|a, b| a.x.total_cmp(&b.x));
        marks
    };
    let series = comparison
        .arrays()
        .filter(|(point, _)| comparison.is_main(point) && point.ternary)
        .map(|(point, measured)| Series {
            name: point.title(),
            marks: of(measured),
        })
        .filter(|series| series.marks.len() > 2);
    Ok(Chart {
        title: "Energy against the share of zeros".to_owned(),
        x_label: "partial sums that are 0 (%)".to_owned(),
        y_label: format!("energy per MVM of {} columns (pJ)", comparison.columns),
        series: series.collect(),
        joined: true,
        front: false,
    })
}

/// Area of a column against the number of columns.
fn sizes(comparison: &Comparison) -> Chart {
    let kinds = [
        points::baseline("flop"),
        points::dcim(1, "latch", true),
        points::deferred(1, "latch", false),
        points::deferred(3, "latch", true),
    ];
    let series = kinds.into_iter().map(|kind| {
        let same = |point: &ArrayPoint| point.with_columns(kind.columns) == kind;
        let mut marks: Vec<Mark> = comparison
            .arrays()
            .filter(|(point, _)| same(point))
            .map(|(point, measured)| Mark {
                x: f64::from(point.columns),
                y: measured.area_per_column_um2(),
                label: String::new(),
                title: format!(
                    "{} columns: {:.1} um2",
                    point.columns,
                    measured.area_per_column_um2()
                ),
            })
            .collect();
        marks.sort_by(|a, b| a.x.total_cmp(&b.x));
        Series {
            name: kind.title(),
            marks,
        }
    });
    Chart {
        title: "Area of a column against the number of columns".to_owned(),
        x_label: "columns".to_owned(),
        y_label: "area of a column (um2)".to_owned(),
        series: series.collect(),
        joined: true,
        front: false,
    }
}

/// Area by block of the arrays that the targets speak of.
fn blocks(comparison: &Comparison) -> Result<BarChart, Report> {
    let chosen = targets::choose(comparison).map_err(super::incomplete)?;
    let mut designs: Vec<&Measured> = vec![chosen.baseline];
    let latch = Design::Array(points::baseline("latch").with_columns(comparison.columns));
    designs.extend(comparison.designs.iter().find(|one| one.design == latch));
    for measured in [chosen.lowest_energy, chosen.smallest] {
        if designs.iter().all(|one| one.design != measured.design) {
            designs.push(measured);
        }
    }
    let kinds = super::markdown::block_names(&designs);
    let bars = designs.iter().map(|measured| {
        let columns = f64::from(measured.design.columns());
        let part = |kind: &String| {
            let blocks = &measured.implementation.blocks_um2;
            blocks.get(kind).copied().unwrap_or(0.0) / columns
        };
        Bar {
            name: measured.design.title(),
            parts: kinds.iter().map(part).collect(),
        }
    });
    Ok(BarChart {
        title: "Area by block".to_owned(),
        x_label: "area of a column with its share of everything (um2)".to_owned(),
        bars: bars.collect(),
        kinds,
    })
}

fn chart(file: &'static str, chart: Chart) -> Result<Plot, Report> {
    let svg = chart.to_svg().map_err(defect)?;
    Ok(Plot {
        file,
        title: chart.title,
        svg,
    })
}

fn bars(file: &'static str, chart: BarChart) -> Result<Plot, Report> {
    let svg = chart.to_svg().map_err(defect)?;
    Ok(Plot {
        file,
        title: chart.title,
        svg,
    })
}

fn defect(error: askama::Error) -> Report {
    let message = format!("a plot cannot be rendered: {error}");
    Diagnostic::new(Code::Internal, message).into()
}
