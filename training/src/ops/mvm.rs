// SPDX-License-Identifier: MIT OR Apache-2.0
//! The layer with quantised partial sums.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use candle_core::{CpuStorage, CustomOp3, Device, Layout, Result, Shape, Tensor};
use hcim_network::PartialSum;

use super::{numbers, vec};
use crate::kernel::{self, Cells, Columns, Geometry, Slopes};

/// How scale factors and thresholds learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Ours: scale factors and thresholds apart, thresholds with gradients of their own.
    Ours,
    /// The published one: a learned step for each column, half of it the threshold, the step the scale.
    Published,
}

/// y = sum of 2^(i+j) q p over segments, planes i and slices j.
///
/// Operands: inputs `[vector, row]` (integers), weights `[row, output]` (integers), and one vector with scale factors
/// (tensor over columns, in units of column sums) and thresholds behind them (`[segment][plane]`, or a tensor over
/// columns, or nothing). The result is in units of x * w.
#[derive(Clone)]
pub struct MvmOp {
    /// Sizes.
    pub geometry: Geometry,
    /// Ternary or binary.
    pub partial_sum: PartialSum,
    /// How scale factors and thresholds learn.
    pub method: Method,
    /// S.
    pub scale_bits: u32,
    /// Column sums up to this many scale factors pass gradients on.
    pub clip: f32,
    /// Whether the inputs get gradients (images do not).
    pub input_gradient: bool,
    /// Counts p = 0.
    pub zeros: Arc<AtomicU64>,
}

/// Scale factors as integers, and the real value of one, by output.
pub fn quantise_scales(g: &Geometry, bits: u32, scales: &[f32]) -> (Vec<u16>, Vec<f32>) {
    let top = ((1u32 << bits) - 1) as f32;
    let mut unit = vec![f32::MIN_POSITIVE; g.outputs];
    for row in scales.chunks_exact(g.outputs) {
        for (unit, scale) in unit.iter_mut().zip(row) {
            *unit = unit.max(scale / top);
        }
    }
    let codes = scales
        .iter()
        .enumerate()
        .map(|(n, scale)| (scale / unit[n % g.outputs] + 0.5).floor().clamp(1.0, top) as u16)
        .collect();
    (codes, unit)
}

impl MvmOp {
    /// Thresholds as integers, tensor over columns; the numbers behind the scale factors are in `rest`.
    pub fn thresholds(&self, scales: &[f32], rest: &[f32]) -> Vec<i32> {
        let g = &self.geometry;
        let top = g.segment_rows as f32;
        let whole = |value: f32| value.floor().clamp(0.0, top) as i32;
        match self.method {
            Method::Published => scales.iter().map(|scale| whole(scale / 2.0)).collect(),
            Method::Ours if rest.len() == g.columns() => rest.iter().map(|&t| whole(t)).collect(),
            Method::Ours => (0..g.columns())
                .map(|n| whole(rest[n / (g.slices * g.outputs)]))
                .collect(),
        }
    }

    /// Scale factor times 2^(i+j) and thresholds; real value of a scale factor's unit by output.
    fn columns(&self, params: &[f32]) -> (Columns, Vec<f32>) {
        let g = &self.geometry;
        let (scales, rest) = params.split_at(g.columns());
        let (codes, unit) = quantise_scales(g, self.scale_bits, scales);
        let weight = codes
            .iter()
            .enumerate()
            .map(|(n, &code)| {
                let (slice, plane) = (
                    n / g.outputs % g.slices,
                    n / (g.outputs * g.slices) % g.planes,
                );
                i32::from(code) << (slice + plane)
            })
            .collect();
        let (upper, lower) = match self.partial_sum {
            PartialSum::Binary => (vec![-1; g.columns()], vec![0; g.columns()]),
            PartialSum::Ternary => {
                let upper = self.thresholds(scales, rest);
                let lower = upper.iter().map(|t| -t).collect();
                (upper, lower)
            }
        };
        (
            Columns {
                upper,
                lower,
                weight,
            },
            unit,
        )
    }

    fn slopes(&self, params: &[f32]) -> Slopes {
        let g = &self.geometry;
        let (scales, rest) = params.split_at(g.columns());
        let learned = self.method == Method::Ours && self.partial_sum == PartialSum::Ternary;
        let threshold: Vec<f32> = match learned {
            true if rest.len() == g.columns() => rest.to_vec(),
            true => (0..g.columns())
                .map(|n| rest[n / (g.slices * g.outputs)])
                .collect(),
            false => Vec::new(),
        };
        let step = self.method == Method::Published && self.partial_sum == PartialSum::Ternary;
        Slopes {
            clip: scales.iter().map(|scale| scale * self.clip).collect(),
            half: threshold.iter().map(|t| 1.0 + 0.25 * t.abs()).collect(),
            threshold,
            inverse_scale: match step {
                true => scales.iter().map(|scale| 1.0 / scale.max(1e-3)).collect(),
                false => Vec::new(),
            },
        }
    }
}

pub(crate) fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().map(|&value| value as u8).collect()
}

impl CustomOp3 for MvmOp {
    fn name(&self) -> &'static str {
        "mvm with quantised partial sums"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        w: &CpuStorage,
        lw: &Layout,
        p: &CpuStorage,
        lp: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let g = &self.geometry;
        let weights = numbers(w, lw)?;
        let cells = Cells::new(g, |n| weights[n] as i32);
        let (columns, unit) = self.columns(numbers(p, lp)?);
        let inputs = bytes(numbers(x, lx)?);
        let (y, zeros) = kernel::forward(g, &cells, &columns, &inputs);
        self.zeros.fetch_add(zeros, Ordering::Relaxed);
        let shape = Shape::from((inputs.len() / g.rows, g.outputs));
        let y = y
            .chunks_exact(g.outputs)
            .flat_map(|row| row.iter().zip(&unit).map(|(&y, unit)| y as f32 * unit));
        Ok((CpuStorage::F32(y.collect()), shape))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        p: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let g = &self.geometry;
        let weights = vec(w)?;
        let params = vec(p)?;
        let cells = Cells::new(g, |n| weights[n] as i32);
        let (columns, _) = self.columns(&params);
        let slopes = self.slopes(&params);
        let inputs = bytes(&vec(x)?);
        let found = kernel::backward(g, &cells, &columns, &slopes, &inputs, &vec(gradient)?);
        let count = inputs.len() / g.rows;

        let mut own = found.scale;
        let mut rest = vec![0.0; params.len() - g.columns()];
        for n in 0..g.columns() {
            let (slice, plane) = (
                n / g.outputs % g.slices,
                n / (g.outputs * g.slices) % g.planes,
            );
            let value = (1u32 << (slice + plane)) as f32;
            own[n] *= value;
            if let Some(&threshold) = found.threshold.get(n) {
                let at = if rest.len() == g.columns() {
                    n
                } else {
                    n / (g.slices * g.outputs)
                };
                rest[at] += threshold * value * params[n];
            }
        }
        if self.method == Method::Published {
            // The published method's scale for gradients of steps: the root of the count, by column.
            let root = (count as f32).sqrt();
            own.iter_mut().for_each(|gradient| *gradient /= root);
        }
        own.extend(rest);
        let own = Tensor::from_vec(own, params.len(), &Device::Cpu)?;

        let passed =
            Tensor::from_vec(found.passed, (g.segments(), count, g.outputs), &Device::Cpu)?;
        let mut dx = Vec::new();
        let mut dw = Vec::new();
        for segment in 0..g.segments() {
            let start = segment * g.segment_rows;
            let length = g.segment_rows.min(g.rows - start);
            let passed = passed.get(segment)?;
            dw.push(x.narrow(1, start, length)?.t()?.matmul(&passed)?);
            if self.input_gradient {
                dx.push(passed.matmul(&w.narrow(0, start, length)?.t()?)?);
            }
        }
        let dx = match self.input_gradient {
            true => Some(Tensor::cat(&dx, 1)?),
            false => None,
        };
        Ok((dx, Some(Tensor::cat(&dw, 0)?), Some(own)))
    }
}
