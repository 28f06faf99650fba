// SPDX-License-Identifier: MIT OR Apache-2.0
//! A study: the same models with ternary, binary and exact partial sums, in floating point and by the published method,
//! each with several seeds.

mod goals;
mod markdown;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use hcim_network::data::Dataset;
use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::images;
use crate::ops::Method;
use crate::optimizer::Rule;
use crate::precision::Precision;
use crate::session::{EpochLog, Event, Score, Session};
use crate::settings::Settings;
use crate::spec::Model;

pub use goals::Goal;

/// Seeds of a study.
pub const SEEDS: [u64; 3] = [1, 2, 3];
/// Scale factors' bits of a study.
const SCALE_BITS: [u32; 2] = [4, 8];

/// All that a study found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the program.
    pub hcim: String,
    /// The command that makes it again.
    pub command: String,
    /// Name of the dataset.
    pub dataset: String,
    /// SHA-256 over its images and labels.
    pub dataset_sha256: String,
    /// The trainings.
    pub runs: Vec<Run>,
}

/// A training of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// What was trained, and how.
    pub settings: Settings,
    /// By the validation part.
    pub validation: Score,
    /// By the test part.
    pub test: Score,
    /// Wall-clock time on the machine of the study.
    pub seconds: f64,
    /// Its epochs.
    pub log: Vec<EpochLog>,
}

/// One line of a study: settings but for the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Architecture.
    pub model: Model,
    /// What it computes.
    pub precision: Precision,
    /// How its partial sums learn.
    pub method: Method,
    /// S; of no meaning without quantised partial sums.
    pub scale_bits: u32,
}

impl Variant {
    /// The lines of a study, in order.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for model in [Model::Mlp, Model::Cnn] {
            let mut push = |precision, method, scale_bits| {
                all.push(Self {
                    model,
                    precision,
                    method,
                    scale_bits,
                });
            };
            push(Precision::Float, Method::Ours, SCALE_BITS[1]);
            push(Precision::Exact, Method::Ours, SCALE_BITS[1]);
            for (precision, method) in [
                (Precision::Ternary, Method::Ours),
                (Precision::Ternary, Method::Published),
                (Precision::Binary, Method::Ours),
            ] {
                SCALE_BITS
                    .iter()
                    .for_each(|&bits| push(precision, method, bits));
            }
        }
        all
    }

    /// Its settings for a dataset and a seed.
    pub fn settings(&self, dataset: &Dataset, seed: u64) -> Settings {
        let mut settings = Settings::defaults(self.model, dataset.kind, self.method);
        settings.precision = self.precision;
        settings.widths.scale_bits = self.scale_bits;
        settings.seed = seed;
        settings
    }

    /// In words.
    pub fn title(&self) -> String {
        let bits = self.scale_bits;
        match (self.precision, self.method) {
            (Precision::Float, _) => "floating point".to_owned(),
            (Precision::Exact, _) => "exact partial sums".to_owned(),
            (precision, Method::Ours) => format!("{}, S = {bits}", precision.name()),
            (precision, Method::Published) => {
                format!("{}, S = {bits}, published method", precision.name())
            }
        }
    }
}

impl Record {
    /// An empty one.
    pub fn new(hcim: &str, command: &str, dataset: &Dataset) -> Self {
        Self {
            hcim: hcim.to_owned(),
            command: command.to_owned(),
            dataset: dataset.kind.name().to_owned(),
            dataset_sha256: images::digest(dataset),
            runs: Vec::new(),
        }
    }

    /// Runs that an older record has, if it is of the same version and the same images: they need not be done again.
    pub fn take_over(&mut self, older: Self) {
        if (&older.hcim, &older.dataset_sha256) == (&self.hcim, &self.dataset_sha256) {
            self.runs = older.runs;
        }
    }

    /// Trains what is missing; `each` gets the record after every training and may fail to keep it.
    ///
    /// # Errors
    /// A training that failed, or what `each` says.
    pub fn complete<E: From<TrainError>>(
        &mut self,
        dataset: &Dataset,
        mut each: impl FnMut(&Self, &Run, [usize; 2]) -> Result<(), E>,
    ) -> Result<(), E> {
        let wanted: Vec<Settings> = Variant::all()
            .iter()
            .flat_map(|variant| SEEDS.map(|seed| variant.settings(dataset, seed)))
            .collect();
        self.runs.retain(|run| wanted.contains(&run.settings));
        let missing: Vec<&Settings> = wanted
            .iter()
            .filter(|settings| !self.runs.iter().any(|run| run.settings == **settings))
            .collect();
        let next = AtomicUsize::new(0);
        let worker = |sender: Sender<Result<Run, TrainError>>| {
            while let Some(settings) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
                let run = on_one_thread(|| train(settings, dataset));
                if sender.send(run).is_err() {
                    // Nobody wants it any more: another training failed.
                    return;
                }
            }
        };
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            for _ in 0..workers() {
                let (sender, worker) = (sender.clone(), &worker);
                scope.spawn(move || worker(sender));
            }
            drop(sender);
            for run in receiver {
                let run = run?;
                self.runs.push(run.clone());
                each(self, &run, [self.runs.len(), wanted.len()])?;
            }
            Ok::<(), E>(())
        })?;
        // The order of the lines, whatever was there before.
        let place = |run: &Run| wanted.iter().position(|settings| *settings == run.settings);
        self.runs.sort_by_key(place);
        Ok(())
    }

    /// The runs of a line, by seed.
    pub fn of(&self, variant: Variant) -> Vec<&Run> {
        let own = |run: &&Run| {
            let settings = &run.settings;
            let found = Variant {
                model: settings.model,
                precision: settings.precision,
                method: settings.quantisation.method,
                scale_bits: settings.widths.scale_bits,
            };
            found == variant
        };
        self.runs.iter().filter(own).collect()
    }

    /// A mean over the seeds of a line.
    pub fn mean(&self, variant: Variant, value: impl Fn(&Run) -> f64) -> f64 {
        let runs = self.of(variant);
        runs.iter().map(|run| value(run)).sum::<f64>() / runs.len().max(1) as f64
    }
}

/// Trainings at a time: each is too small for several cores.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // Slower, but the same numbers.
        Err(_) => work(),
    }
}

fn train(settings: &Settings, dataset: &Dataset) -> Result<Run, TrainError> {
    let start = Instant::now();
    let mut session = Session::new(settings.clone(), dataset)?;
    session.run(|_: Event| {})?;
    let outcome = session.finish()?;
    Ok(Run {
        settings: settings.clone(),
        validation: outcome.validation,
        test: outcome.test,
        seconds: start.elapsed().as_secs_f64(),
        log: outcome.log,
    })
}

/// What a rule is called.
pub(crate) fn rule_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Adam => "Adam",
        Rule::Momentum => "momentum",
    }
}
