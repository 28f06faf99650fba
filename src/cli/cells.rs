// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim cells`: models of the cells for simulation.

use std::path::PathBuf;

use serde::Serialize;

use crate::config::Report;
use crate::flow::pdk::Library;
use crate::flow::{cells, report};

use super::args::CellsArgs;
use super::output::Output;

#[derive(Serialize)]
struct Body {
    file: PathBuf,
    pdk: String,
    modelled: usize,
    skipped: Vec<String>,
}

pub(super) fn run(args: &CellsArgs) -> Output {
    models(args).unwrap_or_else(|report| Output::failure(report, args.json))
}

fn models(args: &CellsArgs) -> Result<Output, Report> {
    let library = Library::find(&args.pdk.choice())?;
    let models = cells::write(&library.load()?, None);
    report::write_text(&args.out, &models.text)?;
    let body = Body {
        file: args.out.clone(),
        pdk: library.description.name,
        modelled: models.modelled,
        skipped: models.skipped,
    };
    if args.json {
        return Ok(Output::json(body, &Report::default()));
    }
    let text = format!(
        "{}: models of {} cells of {}; {} have none\n",
        body.file.display(),
        body.modelled,
        body.pdk,
        body.skipped.len()
    );
    Ok(Output::text(text, Report::default()))
}
