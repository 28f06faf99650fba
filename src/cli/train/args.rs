// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options of `hcim train`: here and nowhere else they become settings.

use std::path::PathBuf;

use clap::Args;
use hcim_network::data::Kind;
use hcim_train::ops::Method;
use hcim_train::optimizer::Rule;
use hcim_train::precision::{Precision, ThresholdKind};
use hcim_train::settings::Settings;
use hcim_train::spec::Model;

use super::super::images::dataset;

pub(in super::super) const EXAMPLES: &str = "\
A model learns in floating point first, then with integers and exact partial sums, then with the
partial sums of the hardware. The best epoch by the validation part is kept; the test part is looked
at once, at the end. The same seed gives the same network, also after a kill: --out keeps a
checkpoint beside the network until it is written, and --resume goes on from it. doc/training.md
tells the method.

With --json, standard output carries one JSON document a line: each epoch, and the result (the last
line, also after an error).

Exit codes: 0 trained, 1 the system failed, 2 settings, dataset or checkpoint are at fault, or the
loss is no number.

Examples:
  hcim train --out digits_cnn.safetensors
  hcim train --model mlp --partial-sum binary --seed 7 --out mlp.safetensors --plot mlp.svg
  hcim train --model resnet20 --dataset cifar10 --data ~/cifar --out resnet20.safetensors
  hcim train --resume resnet20.safetensors.checkpoint --data ~/cifar --out resnet20.safetensors
  hcim train --precision exact                 what an ideal converter would give
  hcim train --report reports/training         all kinds of partial sums, three seeds: tables, curves";

#[derive(Debug, Args)]
pub(in super::super) struct TrainArgs {
    #[command(flatten)]
    pub(super) settings: SettingArgs,
    /// Folder with the dataset's files; the digits need none
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// File for the network; it is only shown without
    #[arg(long, value_name = "NET.safetensors")]
    pub(super) out: Option<PathBuf>,
    /// Plot of loss and errors by epoch
    #[arg(long, value_name = "FILE.svg")]
    pub(super) plot: Option<PathBuf>,
    /// File to keep the training in [default: that of --out with .checkpoint behind it]
    #[arg(long, value_name = "FILE")]
    pub(super) checkpoint: Option<PathBuf>,
    /// Seconds between two checkpoints; 0: after each batch
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(super) checkpoint_seconds: u64,
    /// Go on from a checkpoint, with its settings
    #[arg(long, value_name = "FILE")]
    pub(super) resume: Option<PathBuf>,
    /// Train digits networks of every kind and write digits.md, digits.json and curves into this folder; trainings that
    /// its digits.json has from this version are not done again
    #[arg(long, value_name = "DIR", conflicts_with_all = ["settings", "resume", "out", "plot", "checkpoint", "data"])]
    pub(super) report: Option<PathBuf>,
    /// Print JSON, one document a line
    #[arg(long)]
    pub(super) json: bool,
}

/// What becomes of partial sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sums {
    Quantised,
    Exact,
    Float,
}

#[derive(Debug, Args)]
#[group(id = "settings", multiple = true, conflicts_with = "resume")]
pub(super) struct SettingArgs {
    /// mlp (64 hidden neurons), cnn (two convolutions) or resnet20 [default: cnn]
    #[arg(long, value_name = "NAME", value_parser = model)]
    model: Option<Model>,
    /// digits (shipped), mnist, fashion-mnist or cifar10 [default: digits]
    #[arg(long, value_name = "NAME", value_parser = dataset)]
    dataset: Option<Kind>,
    /// ternary or binary [default: ternary]
    #[arg(long, value_name = "KIND", value_parser = partial_sum)]
    partial_sum: Option<Precision>,
    /// quantised (as the hardware), exact (integers, exact partial sums) or float [default: quantised]
    #[arg(long, value_name = "KIND", value_parser = precision)]
    precision: Option<Sums>,
    /// ours, or published (ISLPED 2023, to compare) [default: ours]
    #[arg(long, value_name = "NAME", value_parser = method)]
    method: Option<Method>,
    /// per-tile or per-column [default: per-tile; published: per-column]
    #[arg(long, value_name = "KIND", value_parser = thresholds)]
    thresholds: Option<ThresholdKind>,
    /// R, rows of a segment [default: 64; resnet20: 128]
    #[arg(long, value_name = "N")]
    rows: Option<usize>,
    /// A, bits of activations [default: 4]
    #[arg(long, value_name = "N")]
    input_bits: Option<u32>,
    /// W, magnitude bits of weights [default: 4]
    #[arg(long, value_name = "N")]
    weight_slices: Option<u32>,
    /// S, bits of scale factors [default: 8]
    #[arg(long, value_name = "N")]
    scale_bits: Option<u32>,
    /// Epochs of floating point, of exact and of quantised partial sums [default: by model; mlp 20,20,40, cnn 15,15,50,
    /// resnet20 60,20,40]
    #[arg(long, value_name = "FLOAT,EXACT,QUANTISED", value_parser = epochs)]
    epochs: Option<[u32; 3]>,
    /// Epochs without a better validation that end a phase [default: 30]
    #[arg(long, value_name = "N")]
    patience: Option<u32>,
    /// Images of a batch [default: 64; resnet20: 128]
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// Highest learning rate [default: 0.01; resnet20: 0.004]
    #[arg(long, value_name = "F")]
    rate: Option<f64>,
    /// adam or momentum [default: adam]
    #[arg(long, value_name = "NAME", value_parser = optimizer)]
    optimizer: Option<Rule>,
    /// Pixels by which training images are shifted at most [default: 0; cifar10: 4]
    #[arg(long, value_name = "N")]
    shift: Option<usize>,
    /// Share of the targets that is spread over all classes [default: 0.05]
    #[arg(long, value_name = "F")]
    smoothing: Option<f32>,
    /// Seed of weights, order, shifts and flips [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl SettingArgs {
    pub(super) fn dataset(&self) -> Kind {
        self.dataset.unwrap_or(Kind::Digits)
    }

    /// Defaults of the model, with what was given.
    pub(super) fn settings(&self) -> Settings {
        let model = self.model.unwrap_or(Model::Cnn);
        let method = self.method.unwrap_or(Method::Ours);
        let mut settings = Settings::defaults(model, self.dataset(), method);
        fn set<T: Copy>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut settings.precision, self.partial_sum);
        match self.precision {
            None | Some(Sums::Quantised) => {}
            Some(Sums::Exact) => settings.precision = Precision::Exact,
            Some(Sums::Float) => settings.precision = Precision::Float,
        }
        set(&mut settings.quantisation.thresholds, self.thresholds);
        set(&mut settings.widths.rows, self.rows);
        set(&mut settings.widths.input_bits, self.input_bits);
        set(&mut settings.widths.weight_slices, self.weight_slices);
        set(&mut settings.widths.scale_bits, self.scale_bits);
        set(&mut settings.epochs, self.epochs);
        set(&mut settings.patience, self.patience);
        set(&mut settings.batch, self.batch);
        set(&mut settings.rate, self.rate);
        set(&mut settings.optimizer, self.optimizer);
        set(&mut settings.shift, self.shift);
        set(&mut settings.smoothing, self.smoothing);
        set(&mut settings.seed, self.seed);
        settings
    }
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        format!("it is one of {}", names.join(", "))
    })
}

fn model(text: &str) -> Result<Model, String> {
    choice(
        text,
        &[Model::Mlp, Model::Cnn, Model::Resnet20].map(|model| (model.name(), model)),
    )
}

fn partial_sum(text: &str) -> Result<Precision, String> {
    choice(
        text,
        &[Precision::Ternary, Precision::Binary].map(|kind| (kind.name(), kind)),
    )
}

fn precision(text: &str) -> Result<Sums, String> {
    choice(
        text,
        &[
            ("quantised", Sums::Quantised),
            ("exact", Sums::Exact),
            ("float", Sums::Float),
        ],
    )
}

fn method(text: &str) -> Result<Method, String> {
    choice(
        text,
        &[("ours", Method::Ours), ("published", Method::Published)],
    )
}

fn thresholds(text: &str) -> Result<ThresholdKind, String> {
    choice(
        text,
        &[
            ("per-tile", ThresholdKind::Tile),
            ("per-column", ThresholdKind::Column),
        ],
    )
}

fn optimizer(text: &str) -> Result<Rule, String> {
    choice(text, &[("adam", Rule::Adam), ("momentum", Rule::Momentum)])
}

fn epochs(text: &str) -> Result<[u32; 3], String> {
    let numbers: Vec<u32> = text
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match (numbers.try_into(), text.split(',').count()) {
        (Ok(epochs), 3) => Ok(epochs),
        _ => Err("it has the form FLOAT,EXACT,QUANTISED (10,10,20)".to_owned()),
    }
}
