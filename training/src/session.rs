// SPDX-License-Identifier: MIT OR Apache-2.0
//! A training: phases, epochs, batches; the best network by the validation part.

use std::time::Instant;

use candle_core::{Device, Tensor};
use hcim_network::MapShape;
use hcim_network::data::{Dataset, Part};
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::evaluate::Engine;
use crate::export::{Exported, export};
use crate::model::{Precision, Quantisation, TrainModel};
use crate::ops::{CrossEntropy, Method, softmax, vec};
use crate::optimizer::{Optimizer, Rule};
use crate::spec::{Model, Widths};

/// What is trained, and how.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// Architecture.
    pub model: Model,
    /// Sizes.
    pub widths: Widths,
    /// What comes out in the end.
    pub precision: Precision,
    /// How partial sums learn.
    pub quantisation: Quantisation,
    /// Epochs of floating point, of exact sums, of quantised partial sums.
    pub epochs: [u32; 3],
    /// Images of a batch.
    pub batch: usize,
    /// Highest learning rate.
    pub rate: f64,
    /// Seed of weights, order and shifts.
    pub seed: u64,
    /// Pixels that training images are shifted by at most, up to this many.
    pub shift: usize,
    /// Share of the targets that is spread over all classes.
    pub smoothing: f32,
}

/// How well a part of the images is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    /// Images answered rightly.
    pub right: usize,
    /// Images in all.
    pub images: usize,
    /// Mean cross entropy.
    pub loss: f64,
    /// Share of partial sums that are 0.
    pub zeros: f64,
}

impl Score {
    /// Share of the images answered rightly.
    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.images.max(1) as f64
    }
}

/// Images of a part, ready.
pub struct Images {
    shape: MapShape,
    classes: usize,
    images: Vec<Vec<u8>>,
    labels: Vec<u8>,
}

impl Images {
    /// A part of a dataset with elements of `bits` bits.
    pub fn new(dataset: &Dataset, part: Part, bits: u32) -> Self {
        let numbers = dataset.part(part);
        Self {
            shape: dataset.shape,
            classes: dataset.classes,
            images: numbers
                .iter()
                .map(|&n| dataset.codes(n, bits).collect())
                .collect(),
            labels: numbers.iter().map(|&n| dataset.label(n)).collect(),
        }
    }

    fn tensor(
        &self,
        numbers: &[usize],
        mut shift: impl FnMut() -> (isize, isize),
    ) -> candle_core::Result<Tensor> {
        let MapShape {
            height,
            width,
            channels,
        } = self.shape;
        let mut values = Vec::with_capacity(numbers.len() * height * width * channels);
        for &n in numbers {
            let (dy, dx) = shift();
            for y in 0..height as isize {
                for x in 0..width as isize {
                    let (y, x) = (y + dy, x + dx);
                    let inside =
                        (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
                    for c in 0..channels {
                        let at = (y * width as isize + x) * channels as isize + c as isize;
                        values.push(if inside {
                            f32::from(self.images[n][at as usize])
                        } else {
                            0.0
                        });
                    }
                }
            }
        }
        Tensor::from_vec(
            values,
            (numbers.len(), height, width, channels),
            &Device::Cpu,
        )
    }
}

/// Accuracy of a network in integers.
pub fn score(exported: &Exported, part: &Images) -> Score {
    let engine = Engine::new(&exported.network, exported.exact);
    let answers = engine.all(&part.images);
    let mut score = Score {
        images: answers.len(),
        ..Score::default()
    };
    let (mut zeros, mut sums) = (0, 0);
    for (answer, &label) in answers.iter().zip(&part.labels) {
        score.right += usize::from(answer.class() == usize::from(label));
        let scores: Vec<f32> = answer
            .scores
            .iter()
            .map(|&score| (score as f64 * exported.score_unit) as f32)
            .collect();
        score.loss -= f64::from(
            softmax(&scores, part.classes)[usize::from(label)]
                .max(1e-12)
                .ln(),
        ) / answers.len() as f64;
        zeros += answer.zeros;
        sums += answer.partial_sums;
    }
    score.zeros = zeros as f64 / sums.max(1) as f64;
    score
}

/// A quick trial, all in one: for experiments.
pub fn trial(
    settings: &Settings,
    dataset: &Dataset,
    mut say: impl FnMut(String),
) -> candle_core::Result<(Score, Score, Exported)> {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    let spec = settings
        .model
        .spec(dataset.shape, dataset.classes, settings.widths);
    let bits = spec.input_bits;
    let partial_sum = settings
        .precision
        .partial_sum()
        .unwrap_or(hcim_network::PartialSum::Ternary);
    let mut model = TrainModel::new(spec, settings.quantisation, partial_sum, &mut rng)?;
    let train = Images::new(dataset, Part::Train, bits);
    let validation = Images::new(dataset, Part::Validation, bits);
    let test = Images::new(dataset, Part::Test, bits);
    let mut best: Option<(Score, Exported)> = None;
    let phases = [Precision::Float, Precision::Exact, settings.precision];
    for (phase, (&precision, &epochs)) in phases.iter().zip(&settings.epochs).enumerate() {
        if epochs == 0 {
            continue;
        }
        let some: Vec<usize> = (0..train.images.len().min(512)).collect();
        model.enter(precision, &train.tensor(&some, || (0, 0))?)?;
        let rule = if settings.quantisation.method == Method::Published {
            Rule::Momentum
        } else {
            Rule::Adam
        };
        let mut optimizer = Optimizer::new(rule, &model.parameters);
        let batches = train.images.len().div_ceil(settings.batch) as f64;
        let total = f64::from(epochs) * batches;
        let mut step = 0.0;
        for epoch in 0..epochs {
            let start = Instant::now();
            let mut order: Vec<usize> = (0..train.images.len()).collect();
            order.shuffle(&mut rng);
            let mut loss_sum = 0.0;
            for numbers in order.chunks(settings.batch) {
                if numbers.len() < 8 {
                    continue;
                }
                let far = settings.shift as i32;
                let images = train.tensor(numbers, || {
                    (
                        rng.random_range(-far..=far) as isize,
                        rng.random_range(-far..=far) as isize,
                    )
                })?;
                let mut targets =
                    vec![settings.smoothing / train.classes as f32; numbers.len() * train.classes];
                for (row, &n) in numbers.iter().enumerate() {
                    targets[row * train.classes + usize::from(train.labels[n])] +=
                        1.0 - settings.smoothing;
                }
                let (scores, trace) = model.forward(&images, precision)?;
                let loss = scores.contiguous()?.apply_op1(CrossEntropy {
                    targets,
                    classes: train.classes,
                })?;
                loss_sum += f64::from(loss.to_scalar::<f32>()?) / batches;
                let gradients = loss.backward()?;
                model.absorb(&trace);
                let rate = settings.rate * if phase == 2 { 0.5 } else { 1.0 };
                let rate =
                    rate * (0.5 + 0.5 * (std::f64::consts::PI * step / total).cos()) + 0.01 * rate;
                optimizer.step(&model.parameters, &gradients, rate)?;
                step += 1.0;
            }
            let report = match export(&model, precision)? {
                Some(exported) => {
                    let found = score(&exported, &validation);
                    let better = best.as_ref().is_none_or(|(old, _)| {
                        (found.right, -found.loss) >= (old.right, -old.loss)
                    });
                    if better && precision == settings.precision {
                        best = Some((found, exported));
                    }
                    format!(
                        "val {:.4} loss {:.3} zeros {:.3}",
                        found.accuracy(),
                        found.loss,
                        found.zeros
                    )
                }
                None => {
                    let all: Vec<usize> = (0..validation.images.len()).collect();
                    let scores =
                        vec(&model.infer(&validation.tensor(&all, || (0, 0))?, precision)?)?;
                    let right = scores
                        .chunks_exact(10)
                        .zip(&validation.labels)
                        .filter(|(row, label)| {
                            row.iter()
                                .enumerate()
                                .max_by(|a, b| a.1.total_cmp(b.1))
                                .is_some_and(|(n, _)| n == usize::from(**label))
                        })
                        .count();
                    format!("val {:.4}", right as f64 / all.len() as f64)
                }
            };
            say(format!(
                "phase {phase} epoch {epoch} train {loss_sum:.4} {report} {:.2}s",
                start.elapsed().as_secs_f64()
            ));
        }
    }
    let (found, exported) = best.ok_or_else(|| candle_core::Error::Msg("no epoch".into()))?;
    let tested = score(&exported, &test);
    Ok((found, tested, exported))
}
