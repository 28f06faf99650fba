// SPDX-License-Identifier: MIT OR Apache-2.0
//! Optimisers whose state can be saved.

use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor};

use crate::model::Parameter;
use crate::ops::vec;

/// Which optimiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Adam with decoupled weight decay.
    Adam,
    /// Momentum of 0.9.
    Momentum,
}

const DECAY: f32 = 1e-4;

/// Moments of every parameter.
pub struct Optimizer {
    rule: Rule,
    /// Steps since the start.
    pub steps: u64,
    /// Mean gradients.
    pub first: Vec<Vec<f32>>,
    /// Mean squares of gradients; of momentum: unused.
    pub second: Vec<Vec<f32>>,
}

impl Optimizer {
    /// With all moments 0.
    pub fn new(rule: Rule, parameters: &[Parameter]) -> Self {
        let zeros = || {
            parameters
                .iter()
                .map(|p| vec![0.0; p.var.elem_count()])
                .collect()
        };
        Self {
            rule,
            steps: 0,
            first: zeros(),
            second: zeros(),
        }
    }

    /// One step against the gradients.
    pub fn step(
        &mut self,
        parameters: &[Parameter],
        gradients: &GradStore,
        rate: f64,
    ) -> Result<()> {
        self.steps += 1;
        let steps = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let correct = (1.0 - 0.999f64.powi(steps)).sqrt() / (1.0 - 0.9f64.powi(steps));
        for (n, parameter) in parameters.iter().enumerate() {
            let Some(gradient) = gradients.get(parameter.var.as_tensor()) else {
                continue;
            };
            let gradient = vec(gradient)?;
            let mut values = vec(parameter.var.as_tensor())?;
            let rate = rate * parameter.rate;
            let decay = if parameter.decay { DECAY } else { 0.0 };
            let (first, second) = (&mut self.first[n], &mut self.second[n]);
            match self.rule {
                Rule::Adam => {
                    let step = (rate * correct) as f32;
                    for (i, gradient) in gradient.into_iter().enumerate() {
                        first[i] = 0.9 * first[i] + 0.1 * gradient;
                        second[i] = 0.999 * second[i] + 0.001 * gradient * gradient;
                        values[i] -= step * first[i] / (second[i].sqrt() + 1e-8)
                            + rate as f32 * decay * 10.0 * values[i];
                    }
                }
                Rule::Momentum => {
                    for (i, gradient) in gradient.into_iter().enumerate() {
                        first[i] = 0.9 * first[i] + gradient + decay * values[i];
                        values[i] -= rate as f32 * first[i];
                    }
                }
            }
            if parameter.name.ends_with("step") {
                // A step that vanishes or changes its sign rounds nothing any more.
                values.iter_mut().for_each(|value| *value = value.max(1e-6));
            }
            let var = &parameter.var;
            var.set(&Tensor::from_vec(values, var.shape(), &Device::Cpu)?)?;
        }
        Ok(())
    }
}
