// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report of a comparison: JSON, Markdown and plots. The same figures give the same bytes.

mod markdown;
mod plots;
pub(super) mod table;

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};

use super::record::Comparison;
use super::targets::{self, Target};

/// A file of the report: name and text.
pub type File = (String, String);

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    targets: &'a [Target],
}

/// The PDK for which the targets in units are made.
const TARGET_PDK: &str = "nangate45";

/// The targets with what was found.
///
/// # Errors
/// If something that they need was not measured.
pub fn judge(comparison: &Comparison) -> Result<Vec<Target>, Report> {
    let absolute = comparison.provenance.pdk.name == TARGET_PDK;
    targets::evaluate(comparison, absolute).map_err(incomplete)
}

/// Every file of the report.
///
/// # Errors
/// If something that a table or plot needs was not measured.
pub fn files(comparison: &Comparison) -> Result<Vec<File>, Report> {
    let targets = judge(comparison)?;
    let document = Document {
        comparison,
        targets: &targets,
    };
    let json = serde_json::to_string_pretty(&document)
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
    let plots = plots::all(comparison)?;
    let names: Vec<(&str, &str)> = plots
        .iter()
        .map(|plot| (plot.file, plot.title.as_str()))
        .collect();
    let text = markdown::render(comparison, &targets, &names).map_err(incomplete)?;
    let mut files = vec![
        ("ppa.json".to_owned(), json + "\n"),
        ("ppa.md".to_owned(), text),
    ];
    files.extend(
        plots
            .into_iter()
            .map(|plot| (plot.file.to_owned(), plot.svg)),
    );
    Ok(files)
}

fn incomplete(sentence: String) -> Report {
    Diagnostic::new(Code::ComparisonIncomplete, sentence)
        .help("no report is written with holes")
        .into()
}
