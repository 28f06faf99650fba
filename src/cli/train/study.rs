// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim train --report`: the study of the digits networks.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hcim_network::data::Kind;
use hcim_train::TrainError;
use hcim_train::study::{Goal, Record};
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, VERSION, quoted};
use crate::flow::report::{write_json, write_text};

use super::super::output::Output;
use super::super::progress::say;
use super::{curves, failure, load};

#[derive(Serialize)]
struct Body {
    event: &'static str,
    folder: PathBuf,
    trainings: usize,
    goals: Vec<Goal>,
}

struct Failure(Report);

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self(failure(&error))
    }
}

pub(super) fn run(folder: &Path, json: bool) -> Result<Output, Report> {
    let dataset = load(Kind::Digits, None)?;
    let mut record = Record::new(VERSION, "hcim train --report reports/training", &dataset);
    let file = folder.join("digits.json");
    if let Some(older) = older(&file)? {
        record.take_over(older);
    }
    let kept = record.complete(&dataset, |record, run, [n, of]| {
        let settings = &run.settings;
        let (model, precision) = (settings.model.name(), settings.precision.name());
        let (bits, seed) = (settings.widths.scale_bits, settings.seed);
        let accuracy = run.validation.accuracy();
        say(&format!(
            "training {n} of {of}: {model}, {precision}, S = {bits}, seed {seed}: validation {accuracy:.4}"
        ));
        write_json(&file, record).map_err(Failure)
    });
    kept.map_err(|Failure(report)| report)?;
    write_json(&file, &record)?;
    let plots = curves::of_study(&record)?;
    for (name, _, svg) in &plots {
        write_text(&folder.join(name), svg)?;
    }
    let named: Vec<(String, String)> = plots
        .into_iter()
        .map(|(name, title, _)| (name, title))
        .collect();
    write_text(&folder.join("digits.md"), &record.to_markdown(&named))?;
    let body = Body {
        event: "result",
        folder: folder.to_owned(),
        trainings: record.runs.len(),
        goals: record.goals(),
    };
    if json {
        return Ok(Output::json(body, &Report::default()));
    }
    let mut text = String::new();
    for goal in &body.goals {
        let verdict = if goal.met { "met    " } else { "NOT MET" };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{verdict} {}: {:.4}, limit {}",
            goal.what, goal.value, goal.limit
        );
    }
    let _ = writeln!(text, "report {}", folder.join("digits.md").display());
    Ok(Output::text(text, Report::default()))
}

/// What an earlier run left; a file that is something else is not overwritten.
fn older(file: &Path) -> Result<Option<Record>, Report> {
    let shown = quoted(&file.to_string_lossy());
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let message = format!("cannot read {shown}: {error}");
            return Err(Diagnostic::new(Code::InputOutput, message).into());
        }
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let message = format!("{shown} is no record of trainings: {error}");
        Diagnostic::new(Code::CheckpointUnusable, message)
            .help("remove it, or name another folder with --report")
            .into()
    })
}
