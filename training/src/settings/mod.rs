// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is trained, and how: every number that a training depends on.

mod check;

use hcim_network::data::Kind;

use crate::ops::Method;
use crate::optimizer::Rule;
use crate::precision::{Precision, Quantisation, ThresholdKind};
use crate::spec::{Model, Widths};

pub use check::SettingFault;

/// What is trained, and how.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Architecture.
    pub model: Model,
    /// Sizes.
    pub widths: Widths,
    /// What comes out in the end.
    pub precision: Precision,
    /// How partial sums learn.
    pub quantisation: Quantisation,
    /// Epochs of floating point, of exact sums, of quantised partial sums. What ends with an earlier kind spends all of
    /// them on what it has.
    pub epochs: [u32; 3],
    /// A phase ends after so many epochs without a better validation.
    pub patience: u32,
    /// Images of a batch.
    pub batch: usize,
    /// Highest learning rate.
    pub rate: f64,
    /// Share of it that quantised partial sums get.
    pub quantised_rate: f64,
    /// The optimiser.
    pub optimizer: Rule,
    /// Seed of weights, order, shifts and flips.
    pub seed: u64,
    /// Pixels that training images are shifted by at most, up to this many.
    pub shift: usize,
    /// Half of the training images are mirrored.
    pub flip: bool,
    /// Share of the targets that is spread over all classes.
    pub smoothing: f32,
}

impl Settings {
    /// The values that are good for a model and a dataset, chosen on validation parts (`doc/training.md`).
    pub fn defaults(model: Model, dataset: Kind, method: Method) -> Self {
        let (epochs, rate) = match model {
            Model::Mlp => ([20, 20, 40], 0.01),
            Model::Cnn => ([15, 15, 50], 0.01),
            Model::Resnet20 => ([60, 20, 40], 0.004),
        };
        let coloured = dataset == Kind::Cifar10;
        Self {
            model,
            widths: Widths {
                rows: if model == Model::Resnet20 { 128 } else { 64 },
                input_bits: 4,
                weight_slices: 4,
                scale_bits: 8,
            },
            precision: Precision::Ternary,
            quantisation: Quantisation::of(method),
            epochs,
            patience: 30,
            batch: if model == Model::Resnet20 { 128 } else { 64 },
            rate,
            quantised_rate: 0.5,
            optimizer: Rule::Adam,
            seed: 1,
            shift: if coloured { 4 } else { 0 },
            flip: coloured,
            smoothing: 0.05,
        }
    }

    /// The phases: what is computed, and for how many epochs at most.
    pub fn phases(&self) -> Vec<(Precision, u32)> {
        let [float, exact, quantised] = self.epochs;
        let phases = match self.precision {
            Precision::Float => vec![(Precision::Float, float + exact + quantised)],
            Precision::Exact => vec![
                (Precision::Float, float),
                (Precision::Exact, exact + quantised),
            ],
            own => vec![
                (Precision::Float, float),
                (Precision::Exact, exact),
                (own, quantised),
            ],
        };
        phases
            .into_iter()
            .filter(|(_, epochs)| *epochs > 0)
            .collect()
    }
}

impl Quantisation {
    /// The usual values of a method.
    pub fn of(method: Method) -> Self {
        match method {
            Method::Ours => Self {
                method,
                thresholds: ThresholdKind::Tile,
                clip: 1.5,
            },
            Method::Published => Self {
                method,
                // Half of a column's scale factor is its threshold.
                thresholds: ThresholdKind::Column,
                clip: 1.0,
            },
        }
    }
}
