// SPDX-License-Identifier: MIT OR Apache-2.0
//! The loss.

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};

use super::{numbers, vec};

/// Mean over the images of -sum target * log(softmax(scores)); scores are `[image, class]`.
pub struct CrossEntropy {
    /// `[image][class]`, 1 in sum for every image.
    pub targets: Vec<f32>,
    /// Number of classes.
    pub classes: usize,
}

/// Softmax of every row.
pub fn softmax(scores: &[f32], classes: usize) -> Vec<f32> {
    let mut result = Vec::with_capacity(scores.len());
    for row in scores.chunks_exact(classes) {
        let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let start = result.len();
        result.extend(row.iter().map(|score| (score - top).exp()));
        let sum: f32 = result[start..].iter().sum();
        result[start..].iter_mut().for_each(|value| *value /= sum);
    }
    result
}

impl CustomOp1 for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross entropy"
    }

    fn cpu_fwd(&self, scores: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let scores = numbers(scores, layout)?;
        let mut loss = 0.0f64;
        let rows = scores
            .chunks_exact(self.classes)
            .zip(self.targets.chunks_exact(self.classes));
        for (row, targets) in rows {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let log_sum = row
                .iter()
                .map(|score| (score - top).exp())
                .sum::<f32>()
                .ln()
                + top;
            loss += row
                .iter()
                .zip(targets)
                .map(|(score, target)| f64::from(target * (log_sum - score)))
                .sum::<f64>();
        }
        let count = (scores.len() / self.classes) as f64;
        Ok((
            CpuStorage::F32(vec![(loss / count) as f32]),
            Shape::from(()),
        ))
    }

    fn bwd(&self, scores: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let values = vec(scores)?;
        let factor = gradient.to_scalar::<f32>()? * self.classes as f32 / values.len() as f32;
        let shares = softmax(&values, self.classes);
        let result = shares
            .iter()
            .zip(&self.targets)
            .map(|(share, target)| factor * (share - target));
        Ok(Some(Tensor::from_vec(
            result.collect(),
            scores.shape(),
            &Device::Cpu,
        )?))
    }
}
