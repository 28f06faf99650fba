// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim presets`: the named presets.

use serde::Serialize;

use crate::config::{Config, PRESETS, Preset, Report};

use super::args::PresetsArgs;
use super::output::Output;

#[derive(Serialize)]
struct Body {
    presets: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    summary: &'static str,
    configuration: Config,
}

pub(super) fn run(args: &PresetsArgs) -> Output {
    let rows: Result<Vec<Row>, Report> = PRESETS.iter().map(row).collect();
    match rows {
        Err(report) => Output::failure(report, args.json),
        Ok(presets) if args.json => Output::json(Body { presets }, &Report::default()),
        Ok(presets) => Output::text(presets.iter().map(text).collect(), Report::default()),
    }
}

fn row(preset: &Preset) -> Result<Row, Report> {
    let configuration = Config::from_preset(preset.name)?;
    Ok(Row {
        name: preset.name,
        summary: preset.summary,
        configuration,
    })
}

fn text(row: &Row) -> String {
    let config = &row.configuration;
    let size = format!("{} x {}", config.rows(), config.cols());
    format!(
        "{:<22} {size:>9}  A={} W={} S={} d={:<2} {:<7} {:<5}  {}\n",
        row.name,
        config.input_bits(),
        config.weight_slices(),
        config.scale_bits(),
        config.rows_per_cycle(),
        config.partial_sum(),
        config.storage(),
        row.summary,
    )
}
