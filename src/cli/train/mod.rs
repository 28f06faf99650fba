// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim train`: networks whose partial sums need no ADC.

mod args;
mod curves;
mod study;
mod watch;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hcim_network::data::Dataset;
use hcim_train::TrainError;
use hcim_train::session::{Checkpoint, Event, Outcome, Score, Session};
use hcim_train::settings::Settings;
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::report::write_text;

use super::images::load;
use super::network;
use super::output::Output;
use watch::Watch;

pub(super) use args::{EXAMPLES, TrainArgs};

/// The last line of `--json`.
#[derive(Serialize)]
struct Body<'a> {
    event: &'static str,
    dataset: &'static str,
    settings: &'a Settings,
    epochs: usize,
    validation: Found,
    test: Found,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a Path>,
}

#[derive(Serialize)]
struct Found {
    accuracy: f64,
    #[serde(flatten)]
    score: Score,
}

impl From<Score> for Found {
    fn from(score: Score) -> Self {
        Self {
            accuracy: score.accuracy(),
            score,
        }
    }
}

pub(super) fn run(args: &TrainArgs) -> Output {
    let output = match &args.report {
        Some(folder) => study::run(folder, args.json),
        None => train(args),
    };
    let output = output.unwrap_or_else(|report| Output::failure(report, args.json));
    match args.json {
        true => output.on_one_line(),
        false => output,
    }
}

fn train(args: &TrainArgs) -> Result<Output, Report> {
    let checkpoint = checkpoint_file(args);
    let (session, dataset) = open(args, checkpoint.as_deref())?;
    let settings = session.settings().clone();
    if args.out.is_some() && settings.precision.partial_sum().is_none() {
        let message = "a network of floating point or exact partial sums runs on no tile";
        return Err(Diagnostic::new(Code::TrainingSetting, message)
            .key("precision")
            .value(settings.precision.name())
            .legal("quantised, if a network is to be written")
            .help("leave --out away, or take `--precision quantised`")
            .into());
    }
    let outcome = go_on(args, session, checkpoint.as_deref())?;
    if let Some(file) = &args.plot {
        write_text(file, &curves::of_training(&outcome.log)?)?;
    }
    if let (Some(out), Some(exported)) = (&args.out, &outcome.exported) {
        hcim_network::file::write(&exported.network, out)
            .map_err(|faults| network::report(out, &faults))?;
        if let Some(file) = &checkpoint {
            // The training is in the network now; a file that stays behind does no harm.
            let _ = std::fs::remove_file(file);
        }
    }
    if args.json {
        let body = Body {
            event: "result",
            dataset: dataset.kind.name(),
            settings: &settings,
            epochs: outcome.log.len(),
            validation: outcome.validation.into(),
            test: outcome.test.into(),
            written: args.out.as_deref(),
        };
        return Ok(Output::json(body, &Report::default()));
    }
    Ok(Output::text(
        text(args, &dataset, &settings, &outcome),
        Report::default(),
    ))
}

fn checkpoint_file(args: &TrainArgs) -> Option<PathBuf> {
    let beside = |out: &PathBuf| {
        let mut name = out.clone().into_os_string();
        name.push(".checkpoint");
        PathBuf::from(name)
    };
    let given = args.checkpoint.clone().or_else(|| args.resume.clone());
    given.or_else(|| args.out.as_ref().map(beside))
}

/// The training from its beginning, or from a checkpoint.
fn open(args: &TrainArgs, checkpoint: Option<&Path>) -> Result<(Session, Dataset), Report> {
    if let Some(file) = &args.resume {
        let at_fault = |error| about(file, failure(&error));
        let checkpoint = Checkpoint::read(file).map_err(at_fault)?;
        let kind = checkpoint.dataset().map_err(at_fault)?;
        let dataset = load(kind, args.data.as_deref())?;
        let session = checkpoint.resume(&dataset).map_err(at_fault)?;
        return Ok((session, dataset));
    }
    let dataset = load(args.settings.dataset(), args.data.as_deref())?;
    let session =
        Session::new(args.settings.settings(), &dataset).map_err(|error| failure(&error))?;
    if let Some(file) = checkpoint.filter(|file| file.exists()) {
        let shown = quoted(&file.to_string_lossy());
        let message = format!("{shown} is there: a training that was interrupted");
        return Err(Diagnostic::new(Code::CheckpointInTheWay, message)
            .help(format!(
                "go on with `--resume {}`, or remove it",
                file.display()
            ))
            .into());
    }
    Ok((session, dataset))
}

fn go_on(
    args: &TrainArgs,
    mut session: Session,
    checkpoint: Option<&Path>,
) -> Result<Outcome, Report> {
    let watch = Watch::new(args.json);
    let interval = Duration::from_secs(args.checkpoint_seconds);
    // Before the work: a folder that cannot be written to is told now.
    if let Some(file) = checkpoint {
        session.save(file).map_err(|error| failure(&error))?;
    }
    let mut kept = Instant::now();
    loop {
        let event = session.step().map_err(|error| failure(&error))?;
        watch.see(&event);
        let over = event == Event::Over;
        if let Some(file) = checkpoint
            && (over || kept.elapsed() >= interval)
        {
            session.save(file).map_err(|error| failure(&error))?;
            kept = Instant::now();
        }
        if over {
            return session.finish().map_err(|error| failure(&error));
        }
    }
}

/// What went wrong, as diagnostics.
fn failure(error: &TrainError) -> Report {
    let one = |code, help: &str| Diagnostic::new(code, error.to_string()).help(help).into();
    match error {
        TrainError::Settings(faults) => {
            let mut report = Report::default();
            for fault in faults {
                let message = format!("{} is {}, legal: {}", fault.key, fault.value, fault.legal);
                report.push(
                    Diagnostic::new(Code::TrainingSetting, message)
                        .key(fault.key)
                        .value(fault.value.clone())
                        .legal(fault.legal.clone())
                        .help(fault.help.clone()),
                );
            }
            report
        }
        TrainError::NoImages(_) => one(Code::Dataset, "take more images"),
        TrainError::NotFinite { .. } => one(
            Code::TrainingDiverged,
            "take a smaller --rate; the last checkpoint is from before",
        ),
        TrainError::File { .. } => one(
            Code::InputOutput,
            "check that the file is there, its folder may be written to and has space",
        ),
        TrainError::Damaged(_) => one(
            Code::CheckpointUnusable,
            "take another checkpoint, or start anew without --resume",
        ),
        TrainError::Foreign(_) => one(
            Code::CheckpointUnusable,
            "give the dataset that it began with (--data), or start anew without --resume",
        ),
        TrainError::Tensor(_) => one(Code::Internal, "this is a defect of hcim: please tell it"),
    }
}

/// Names the file in every message.
fn about(file: &Path, report: Report) -> Report {
    let mut named = Report::default();
    for diagnostic in report.diagnostics() {
        let mut diagnostic = diagnostic.clone();
        if diagnostic.code != Code::InputOutput {
            let shown = quoted(&file.to_string_lossy());
            diagnostic.message = format!("{shown}: {}", diagnostic.message);
        }
        named.push(diagnostic);
    }
    named
}

fn text(args: &TrainArgs, dataset: &Dataset, settings: &Settings, outcome: &Outcome) -> String {
    let widths = settings.widths;
    let mut text = format!(
        "{} for {}: {}, R = {}, A = {}, W = {}, S = {}, seed {}\n",
        settings.model.name(),
        dataset.kind.name(),
        settings.precision.name(),
        widths.rows,
        widths.input_bits,
        widths.weight_slices,
        widths.scale_bits,
        settings.seed
    );
    let quantised = settings.precision.partial_sum().is_some();
    for (part, score) in [("validation", outcome.validation), ("test", outcome.test)] {
        let _ = write!(
            text,
            "  {part:10}  {:.4}  ({} of {})",
            score.accuracy(),
            score.right,
            score.images
        );
        let zeros = match quantised {
            true => format!(", {:.1} % of the partial sums are 0\n", score.zeros * 100.0),
            false => "\n".to_owned(),
        };
        text += &zeros;
    }
    let _ = writeln!(text, "  {} epochs", outcome.log.len());
    if let Some(file) = &args.plot {
        let _ = writeln!(text, "{}", network::written(file));
    }
    match (&args.out, quantised) {
        (Some(out), _) => {
            let _ = writeln!(text, "{}", network::written(out));
        }
        (None, true) => text += "nothing is written without --out NET.safetensors\n",
        (None, false) => {}
    }
    text
}
