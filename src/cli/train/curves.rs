// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training curves.

use hcim_train::session::EpochLog;
use hcim_train::spec::Model;
use hcim_train::study::{Record, Variant};

use crate::config::{Code, Diagnostic, Report};
use crate::flow::ppa::plot::{Chart, Mark, Series};

/// Marks of a curve at most: lines show the rest.
const MARKS: usize = 60;

/// Loss and wrong answers of a training, epoch by epoch over all phases.
pub(super) fn of_training(log: &[EpochLog]) -> Result<String, Report> {
    let percent = |right: f64| (1.0 - right) * 100.0;
    let series = vec![
        series("wrong answers, training (%)", log, |epoch| {
            percent(epoch.accuracy)
        }),
        series("wrong answers, validation (%)", log, |epoch| {
            percent(epoch.validation.accuracy())
        }),
        series("loss, training (x 10)", log, |epoch| epoch.loss * 10.0),
        series("loss, validation (x 10)", log, |epoch| {
            epoch.validation.loss * 10.0
        }),
    ];
    svg("Training curves", "wrong answers (%), loss (x 10)", series)
}

/// File, title and SVG of a study's plots: for each model the first seed of each line.
pub(super) fn of_study(record: &Record) -> Result<Vec<(String, String, String)>, Report> {
    let mut plots = Vec::new();
    for model in [Model::Mlp, Model::Cnn] {
        let mut all = Vec::new();
        for variant in Variant::all().into_iter().filter(|v| v.model == model) {
            if let Some(run) = record.of(variant).first() {
                all.push(series(&variant.title(), &run.log, |epoch| {
                    (1.0 - epoch.validation.accuracy()) * 100.0
                }));
            }
        }
        let name = model.name().to_uppercase();
        let title = format!("{name}: wrong answers of the validation part");
        let svg = svg(&title, "wrong answers (%)", all)?;
        plots.push((format!("digits_{}.svg", model.name()), title, svg));
    }
    Ok(plots)
}

fn series(name: &str, log: &[EpochLog], value: impl Fn(&EpochLog) -> f64) -> Series {
    let every = log.len().div_ceil(MARKS).max(1);
    let mark = |(n, epoch): (usize, &EpochLog)| {
        let (x, y) = ((n + 1) as f64, value(epoch));
        Mark {
            x,
            y,
            label: String::new(),
            title: format!("{name}, {} {}: {y:.2}", epoch.precision.name(), n + 1),
        }
    };
    Series {
        name: name.to_owned(),
        marks: log.iter().enumerate().step_by(every).map(mark).collect(),
    }
}

fn svg(title: &str, y_label: &str, series: Vec<Series>) -> Result<String, Report> {
    let chart = Chart {
        title: title.to_owned(),
        x_label: "epoch, over all phases".to_owned(),
        y_label: y_label.to_owned(),
        series,
        joined: true,
        front: false,
    };
    chart
        .to_svg()
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()).into())
}
