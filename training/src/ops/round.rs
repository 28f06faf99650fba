// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rounding to integers of a learned step.

use candle_core::{CpuStorage, CustomOp2, Device, Layout, Result, Shape, Tensor};

use super::{numbers, vec};

/// clamp(round(v / step), low, high), half upwards. `v` is `[.., n]`, the steps one or n (one for each of the last
/// dimension). Gradients pass where nothing is clamped; the step's follow from them (learned step size quantisation).
pub struct Round {
    /// Least code.
    pub low: f32,
    /// Greatest code.
    pub high: f32,
}

impl CustomOp2 for Round {
    fn name(&self) -> &'static str {
        "round"
    }

    fn cpu_fwd(
        &self,
        v: &CpuStorage,
        lv: &Layout,
        s: &CpuStorage,
        ls: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (values, steps) = (numbers(v, lv)?, numbers(s, ls)?);
        let inverse: Vec<f32> = steps.iter().map(|step| 1.0 / step).collect();
        let mut codes = Vec::with_capacity(values.len());
        for row in values.chunks_exact(inverse.len()) {
            codes.extend(
                row.iter()
                    .zip(&inverse)
                    .map(|(v, i)| (v * i + 0.5).floor().clamp(self.low, self.high)),
            );
        }
        Ok((CpuStorage::F32(codes), lv.shape().clone()))
    }

    fn bwd(
        &self,
        v: &Tensor,
        s: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (values, steps, gradients) = (vec(v)?, vec(s)?, vec(gradient)?);
        let inverse: Vec<f32> = steps.iter().map(|step| 1.0 / step).collect();
        let mut step_gradient = vec![0.0f32; steps.len()];
        let mut result = Vec::with_capacity(values.len());
        let rows = values
            .chunks_exact(steps.len())
            .zip(gradients.chunks_exact(steps.len()));
        for (row, gradients) in rows {
            for (n, (v, g)) in row.iter().zip(gradients).enumerate() {
                let scaled = v * inverse[n];
                let inside = scaled > self.low && scaled < self.high;
                let passed = if inside { g * inverse[n] } else { 0.0 };
                step_gradient[n] -= passed * scaled;
                result.push(passed);
            }
        }
        Ok((
            Some(Tensor::from_vec(result, v.shape(), &Device::Cpu)?),
            Some(Tensor::from_vec(step_gradient, s.shape(), &Device::Cpu)?),
        ))
    }
}
