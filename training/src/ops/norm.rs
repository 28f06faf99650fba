// SPDX-License-Identifier: MIT OR Apache-2.0
//! Batch norm over the rows of a matrix.

use std::sync::{Arc, Mutex};

use candle_core::{CpuStorage, CustomOp3, Device, Layout, Result, Shape, Tensor, bail};

use super::{numbers, vec};

/// Mean and variance by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// By column.
    pub mean: Vec<f32>,
    /// By column, divided by the count.
    pub variance: Vec<f32>,
}

impl Statistics {
    /// Of a matrix of `columns` columns.
    pub fn of(values: &[f32], columns: usize) -> Self {
        let count = (values.len() / columns) as f64;
        let mut mean = vec![0.0f64; columns];
        for row in values.chunks_exact(columns) {
            for (mean, value) in mean.iter_mut().zip(row) {
                *mean += f64::from(*value) / count;
            }
        }
        let mut variance = vec![0.0f64; columns];
        for row in values.chunks_exact(columns) {
            for (n, value) in row.iter().enumerate() {
                variance[n] += (f64::from(*value) - mean[n]).powi(2) / count;
            }
        }
        let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        Self {
            mean: single(mean),
            variance: single(variance),
        }
    }
}

/// gamma (y - mean) / root(variance + epsilon) + beta with the statistics of the batch, which it leaves behind.
pub struct BatchNorm {
    /// Added to variances.
    pub epsilon: f32,
    /// Where those of the batch are left.
    pub statistics: Arc<Mutex<Statistics>>,
}

impl BatchNorm {
    fn inverse(&self, statistics: &Statistics) -> Vec<f32> {
        let inverse = |variance: &f32| 1.0 / (variance + self.epsilon).sqrt();
        statistics.variance.iter().map(inverse).collect()
    }
}

impl CustomOp3 for BatchNorm {
    fn name(&self) -> &'static str {
        "batch norm"
    }

    fn cpu_fwd(
        &self,
        y: &CpuStorage,
        ly: &Layout,
        gamma: &CpuStorage,
        lg: &Layout,
        beta: &CpuStorage,
        lb: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (y, gamma, beta) = (numbers(y, ly)?, numbers(gamma, lg)?, numbers(beta, lb)?);
        let columns = gamma.len();
        let statistics = Statistics::of(y, columns);
        let inverse = self.inverse(&statistics);
        let mut result = Vec::with_capacity(y.len());
        for row in y.chunks_exact(columns) {
            result.extend(
                (0..columns)
                    .map(|n| gamma[n] * (row[n] - statistics.mean[n]) * inverse[n] + beta[n]),
            );
        }
        match self.statistics.lock() {
            Ok(mut place) => *place = statistics,
            Err(_) => bail!("batch norm: another thread failed"),
        }
        Ok((CpuStorage::F32(result), ly.shape().clone()))
    }

    fn bwd(
        &self,
        y: &Tensor,
        gamma: &Tensor,
        beta: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (values, weights, gradients) = (vec(y)?, vec(gamma)?, vec(gradient)?);
        let columns = weights.len();
        let statistics = match self.statistics.lock() {
            Ok(statistics) => statistics.clone(),
            Err(_) => bail!("batch norm: another thread failed"),
        };
        let inverse = self.inverse(&statistics);
        let count = (values.len() / columns) as f32;
        let mut sum = vec![0.0f32; columns];
        let mut product = vec![0.0f32; columns];
        let rows = || {
            values
                .chunks_exact(columns)
                .zip(gradients.chunks_exact(columns))
        };
        for (row, gradients) in rows() {
            for n in 0..columns {
                sum[n] += gradients[n];
                product[n] += gradients[n] * (row[n] - statistics.mean[n]) * inverse[n];
            }
        }
        let mut result = Vec::with_capacity(values.len());
        for (row, gradients) in rows() {
            result.extend((0..columns).map(|n| {
                let normal = (row[n] - statistics.mean[n]) * inverse[n];
                weights[n] * inverse[n] * (gradients[n] - (sum[n] + normal * product[n]) / count)
            }));
        }
        Ok((
            Some(Tensor::from_vec(result, y.shape(), &Device::Cpu)?),
            Some(Tensor::from_vec(product, gamma.shape(), &Device::Cpu)?),
            Some(Tensor::from_vec(sum, beta.shape(), &Device::Cpu)?),
        ))
    }
}
