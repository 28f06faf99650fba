// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim pdk`: the PDK descriptions.

use std::path::PathBuf;

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, Severity};
use crate::flow::pdk::{Description, Library, PdkChoice, SHIPPED, shipped};

use super::args::{PdkCommand, PdkSubcommand};
use super::output::Output;

pub(super) fn run(args: &PdkCommand) -> Output {
    let (outcome, json) = match &args.command {
        PdkSubcommand::List { json, pdk_root } => (list(pdk_root.as_ref(), *json), *json),
        PdkSubcommand::Show { name, json } => (show(name, *json), *json),
        PdkSubcommand::Check { json, pdk } => (check(&pdk.choice(), *json), *json),
    };
    outcome.unwrap_or_else(|report| Output::failure(report, json))
}

#[derive(Serialize)]
struct List {
    pdks: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    node_nm: u32,
    licence: String,
    source: String,
    /// Folder with the files; none if the Liberty is not there.
    folder: Option<PathBuf>,
}

fn list(root: Option<&PathBuf>, json: bool) -> Result<Output, Report> {
    let rows: Result<Vec<Row>, Report> = SHIPPED.iter().map(|(name, _)| row(name, root)).collect();
    let pdks = rows?;
    if json {
        return Ok(Output::json(List { pdks }, &Report::default()));
    }
    let lines = pdks.iter().map(|row| {
        let found = match &row.folder {
            Some(folder) => format!("in {}", folder.display()),
            None => format!("not found; from {}", row.source),
        };
        format!(
            "{:<12} {:>3} nm  {}\n{:21}{found}\n",
            row.name, row.node_nm, row.title, ""
        )
    });
    Ok(Output::text(lines.collect(), Report::default()))
}

fn row(name: &str, root: Option<&PathBuf>) -> Result<Row, Report> {
    let choice = PdkChoice {
        pdk: Some(name.to_owned()),
        root: root.cloned(),
        liberty: None,
    };
    let (description, _) = Library::describe(name)?;
    let folder = Library::find(&choice).ok().map(|library| library.folder);
    let Description {
        name,
        title,
        node_nm,
        licence,
        source,
        ..
    } = description;
    Ok(Row {
        name,
        title,
        node_nm,
        licence,
        source,
        folder,
    })
}

#[derive(Serialize)]
struct Shown {
    description: Description,
}

fn show(name: &str, json: bool) -> Result<Output, Report> {
    let (description, _) = Library::describe(name)?;
    if json {
        return Ok(Output::json(Shown { description }, &Report::default()));
    }
    if let Some(text) = shipped(name) {
        return Ok(Output::text(text.to_owned(), Report::default()));
    }
    let text = toml::to_string(&description)
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
    Ok(Output::text(text, Report::default()))
}

#[derive(Serialize)]
struct Checked {
    name: String,
    folder: PathBuf,
    liberty: Vec<PathBuf>,
    tech_lef: Option<PathBuf>,
    cell_lef: Vec<PathBuf>,
    gds: Vec<PathBuf>,
    cells: usize,
}

/// Finds the files and checks the cells; files that only layout needs are warned of.
fn check(choice: &PdkChoice, json: bool) -> Result<Output, Report> {
    let library = Library::find(choice)?;
    let liberty = library.load()?;
    let mut warnings = Report::default();
    let mut optional = |files: Result<Vec<PathBuf>, Report>| {
        files.unwrap_or_else(|missing| {
            for mut one in missing.diagnostics().iter().cloned() {
                one.severity = Severity::Warning;
                warnings.push(one);
            }
            Vec::new()
        })
    };
    let tech_lef = optional(library.tech_lef().map(|file| vec![file]));
    let checked = Checked {
        name: library.description.name.clone(),
        folder: library.folder.clone(),
        liberty: library.liberty.clone(),
        tech_lef: tech_lef.into_iter().next(),
        cell_lef: optional(library.cell_lefs()),
        gds: optional(library.gds()),
        cells: liberty.cells.len(),
    };
    if json {
        return Ok(Output::json(checked, &warnings));
    }
    let mut text = format!(
        "{}: {} cells, all that synthesis needs are there\n",
        checked.name, checked.cells
    );
    let lists = [
        ("Liberty", &checked.liberty),
        ("cell LEF", &checked.cell_lef),
        ("GDS", &checked.gds),
    ];
    for (what, files) in lists {
        for file in files {
            text += &format!("  {what:<9} {}\n", file.display());
        }
    }
    if let Some(file) = &checked.tech_lef {
        text += &format!("  {:<9} {}\n", "tech LEF", file.display());
    }
    Ok(Output::text(text, warnings))
}
