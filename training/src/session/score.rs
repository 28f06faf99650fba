// SPDX-License-Identifier: MIT OR Apache-2.0
//! How well images are answered.

use candle_core::Result;

use crate::evaluate::Engine;
use crate::export::{Exported, export};
use crate::images::{Images, Move};
use crate::model::TrainModel;
use crate::ops::{softmax, vec};
use crate::precision::Precision;

/// Images that floating point takes at a time.
const AT_A_TIME: usize = 256;

/// How well a part of the images is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
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

    /// Whether it is at least as good as another: more right answers, or as many and no more loss.
    pub fn beats(&self, other: &Self) -> bool {
        (self.right, -self.loss) >= (other.right, -other.loss)
    }

    fn add(&mut self, class: usize, scores: &[f32], label: u8) {
        self.right += usize::from(class == usize::from(label));
        let share = softmax(scores, scores.len())[usize::from(label)];
        self.loss -= f64::from(share.max(1e-12).ln());
        self.images += 1;
    }

    fn mean(mut self) -> Self {
        self.loss /= self.images.max(1) as f64;
        self
    }
}

/// Index of the largest score, the first of equals.
pub(super) fn first_of_largest(scores: &[f32]) -> usize {
    let mut best = 0;
    for (n, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = n;
        }
    }
    best
}

/// A model as it is by a part of the images: in integers, unless it computes in floating point.
pub fn score(model: &TrainModel, precision: Precision, part: &Images) -> Result<Score> {
    match export(model, precision)? {
        Some(exported) => Ok(score_network(&exported, part)),
        None => score_float(model, part),
    }
}

/// A network of integers by a part of the images.
pub fn score_network(exported: &Exported, part: &Images) -> Score {
    let engine = Engine::new(&exported.network, exported.exact);
    let mut score = Score::default();
    let (mut zeros, mut sums) = (0, 0);
    for (answer, &label) in engine.all(&part.images).iter().zip(&part.labels) {
        let real = |&score: &i64| (score as f64 * exported.score_unit) as f32;
        let scores: Vec<f32> = answer.scores.iter().map(real).collect();
        // The integers decide, not what floating point makes of them.
        score.add(answer.class(), &scores, label);
        zeros += answer.zeros;
        sums += answer.partial_sums;
    }
    score.zeros = zeros as f64 / sums.max(1) as f64;
    score.mean()
}

fn score_float(model: &TrainModel, part: &Images) -> Result<Score> {
    let mut score = Score::default();
    let all: Vec<usize> = (0..part.images.len()).collect();
    for numbers in all.chunks(AT_A_TIME) {
        let images = part.tensor(numbers, Move::default)?;
        let scores = vec(&model.infer(&images, Precision::Float)?)?;
        for (scores, &n) in scores.chunks_exact(part.classes).zip(numbers) {
            score.add(first_of_largest(scores), scores, part.labels[n]);
        }
    }
    Ok(score.mean())
}
