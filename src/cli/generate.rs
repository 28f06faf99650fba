// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim gen`: generate a configuration's output folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::config::{Config, Derived, KeyId, Report, Top, Validated};
use crate::emit::{self, Outcome, WriteOptions, Written};
use crate::flow::ppa::{Goal, best_point, shipped_table};
use crate::flow::words::shell;

use super::args::GenArgs;
use super::config_args::ConfigArgs;
use super::load::load;
use super::output::Output;

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    folder: String,
    outcome: Outcome,
    dry_run: bool,
    bytes: u64,
    files: Vec<FileRow<'a>>,
    carried: Vec<String>,
    configuration_sha256: String,
    command: String,
    next_command: String,
    configuration: &'a Config,
    derived: Derived,
}

#[derive(Serialize)]
struct FileRow<'a> {
    path: &'a str,
    bytes: u64,
}

pub(super) fn run(args: &GenArgs) -> Output {
    match generate(args) {
        Ok(output) => output,
        Err(report) => Output::failure(report, args.common.json),
    }
}

fn generate(args: &GenArgs) -> Result<Output, Report> {
    let Validated {
        config,
        mut warnings,
    } = match args.optimize {
        Some(goal) => optimized(&args.common.config, goal)?,
        None => load(&args.common.config)?,
    };
    let files = emit::generate(&config)?;
    let options = WriteOptions {
        force: args.force,
        dry_run: args.dry_run,
    };
    let written = emit::write(&args.out, &config, &files, options)?;
    warnings.extend(written.warnings.clone());
    if args.common.json {
        return Ok(Output::json(
            body(&config, &written, args.dry_run),
            &warnings,
        ));
    }
    Ok(Output::text(
        text(&config, &written, args.dry_run),
        warnings,
    ))
}

/// The configuration with the measured point that serves a goal best, where no flag says otherwise.
fn optimized(args: &ConfigArgs, goal: Goal) -> Result<Validated, Report> {
    let asked = load(args)?.config;
    let advice = best_point(
        &shipped_table()?,
        goal,
        asked.is_ternary(),
        asked.input_bits(),
        asked.scale_bits(),
    )?;
    let point = advice.measured;
    let gating = if point.gated { "on" } else { "off" };
    let choice = [
        (KeyId::RowsPerCycle, advice.rows_per_cycle.to_string()),
        (KeyId::Accumulation, point.accumulation),
        (KeyId::Storage, point.storage),
        (KeyId::Gating, gating.to_owned()),
    ];
    let mut args = args.clone();
    for (key, value) in choice {
        if args.flags.iter().all(|(given, _)| *given != key) {
            args.flags.push((key, value));
        }
    }
    load(&args)
}

fn body<'a>(config: &'a Config, written: &'a Written, dry_run: bool) -> Body<'a> {
    let carried = written
        .carried
        .iter()
        .map(|path| path.to_string_lossy().into_owned());
    Body {
        name: config.name(),
        folder: written.folder.to_string_lossy().into_owned(),
        outcome: written.outcome,
        dry_run,
        bytes: total(written),
        files: written
            .files
            .iter()
            .map(|(path, bytes)| FileRow {
                path,
                bytes: *bytes,
            })
            .collect(),
        carried: carried.collect(),
        configuration_sha256: config.digest_hex(),
        command: config.command_line(),
        next_command: next_command(written),
        configuration: config,
        derived: config.derived(),
    }
}

fn text(config: &Config, written: &Written, dry_run: bool) -> String {
    let folder = crate::config::visible(&written.folder.to_string_lossy());
    let verb = match (written.outcome, dry_run) {
        (Outcome::Created, false) => "created",
        (Outcome::Created, true) => "would create",
        (Outcome::Replaced, false) => "replaced",
        (Outcome::Replaced, true) => "would replace",
        (Outcome::Unchanged, _) => "unchanged:",
    };
    let mut text = format!(
        "{verb} {folder} ({}, {} bytes)\n",
        files_in_words(written.files.len()),
        total(written)
    );
    // Writing to a String cannot fail.
    let places = places(written);
    let width = places.keys().map(String::len).max().unwrap_or(0);
    for (place, (files, bytes)) in places {
        let _ = writeln!(
            text,
            "  {place:<width$} {:>10} {bytes:>9} bytes",
            files_in_words(files)
        );
    }
    if !written.carried.is_empty() {
        let kept = files_in_words(written.carried.len());
        let _ = writeln!(text, "  kept {kept} that hcim did not write");
    }
    let derived = config.derived();
    let rate = derived.rate;
    let _ = writeln!(
        text,
        "{} x {} {}, {} outputs of {} bits, {} accumulator bits, {} memory rows",
        config.rows(),
        config.cols(),
        config.partial_sum(),
        derived.outputs,
        derived.result_bits,
        derived.accumulator_bits,
        derived.memory_rows,
    );
    if let (Some(own), Some(sizes)) = (config.accelerator(), derived.accelerator) {
        let _ = writeln!(
            text,
            "{} tiles: {} lanes of {}; {} words of {} activations, {} constants, {} passes",
            sizes.tiles,
            own.lanes,
            config.segments(),
            own.activation_words,
            sizes.word_elements,
            own.constant_entries,
            own.passes
        );
    }
    if matches!(config.top(), Top::Tile | Top::Accelerator) {
        let _ = writeln!(
            text,
            "{} cycles per matrix-vector multiply, limited by {}",
            rate.cycles_per_mvm, rate.limited_by
        );
    }
    let _ = writeln!(text, "digest {}", config.digest_hex());
    let _ = writeln!(text, "next: {}", next_command(written));
    text
}

fn files_in_words(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

fn total(written: &Written) -> u64 {
    written.files.iter().map(|(_, bytes)| bytes).sum()
}

/// Files and bytes of each folder of the output; files at its top stand for themselves.
fn places(written: &Written) -> BTreeMap<String, (usize, u64)> {
    let mut places = BTreeMap::new();
    for (path, bytes) in &written.files {
        let place = match path.split_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => path.clone(),
        };
        let (files, sum) = places.entry(place).or_insert((0, 0));
        *files += 1;
        *sum += bytes;
    }
    places
}

/// What to do next with the output.
fn next_command(written: &Written) -> String {
    let folder = shell(&written.folder.to_string_lossy());
    if written.files.iter().any(|(path, _)| path == "sim/Makefile") {
        format!("make -C {folder}/sim")
    } else {
        format!("hcim describe --config {folder}/config.toml")
    }
}
