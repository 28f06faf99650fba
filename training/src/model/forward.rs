// SPDX-License-Identifier: MIT OR Apache-2.0
//! The forward pass, layer by layer, on candle's tape.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use candle_core::{Device, Result, Tensor};
use hcim_network::{Op, PoolOp, Source};

use super::{MvmPlaces, TrainModel};
use crate::calibrate;
use crate::ops::{BatchNorm, Gather, Patches, PoolMap, Round, Statistics};
use crate::precision::Precision;
use crate::spec::{MvmSpec, NodeKind, NodeSpec};

/// Statistics of a forward pass.
pub struct Trace {
    batches: Vec<Option<Arc<Mutex<Statistics>>>>,
    zeros: Arc<AtomicU64>,
    /// Partial sums in all.
    pub partial_sums: u64,
}

impl Trace {
    /// Partial sums that were 0.
    pub fn zeros(&self) -> u64 {
        self.zeros.load(Ordering::Relaxed)
    }
}

#[derive(Clone)]
struct Value {
    /// `[image, height, width, channel]`; integers in units of the step, or real numbers.
    codes: Tensor,
    /// `None`: an image, or real numbers.
    step: Option<Tensor>,
}

impl Value {
    fn real(&self) -> Result<Tensor> {
        match &self.step {
            Some(step) => self.codes.broadcast_mul(step),
            None => Ok(self.codes.clone()),
        }
    }
}

impl TrainModel {
    /// Scores `[image, class]` of images `[image, height, width, channel]` (integers) with the statistics of the batch.
    pub fn forward(&self, images: &Tensor, precision: Precision) -> Result<(Tensor, Trace)> {
        self.pass(images, precision, true)
    }

    /// Scores with the running statistics: what is exported.
    pub fn infer(&self, images: &Tensor, precision: Precision) -> Result<Tensor> {
        Ok(self.pass(images, precision, false)?.0)
    }

    /// Takes the statistics of a forward pass into the running ones.
    pub fn absorb(&mut self, trace: &Trace) {
        for (running, batch) in self.running.iter_mut().zip(&trace.batches) {
            if let (Some(running), Some(batch)) = (running, batch)
                && let Ok(batch) = batch.lock()
            {
                running.update(&batch);
            }
        }
    }

    /// Finds the numbers that come in with a precision (steps; scale factors and thresholds), layer by layer, from
    /// images; sets the learning rates that go with them, and starts the running statistics anew.
    pub fn enter(&mut self, precision: Precision, images: &Tensor) -> Result<()> {
        let mut values = Vec::new();
        for n in 0..self.spec.nodes.len() {
            if precision != Precision::Float {
                calibrate::before(self, n, precision, |model, source| match source {
                    Source::Image => Ok(images.clone()),
                    Source::Layer(n) => model.codes_of(&values, n),
                })?;
            }
            let mut trace = self.new_trace();
            let before = self.linear(n, &values, images, precision, true, &mut trace)?;
            if precision == Precision::Exact
                && let Some(place) = self.steps[n]
            {
                calibrate::output_step(self, n, place, &before)?;
            }
            let value = self.finish(n, before, &values, precision)?;
            values.push(value.detached());
        }
        for running in self.running.iter_mut().flatten() {
            running.batches = 0;
        }
        Ok(())
    }

    fn codes_of(&self, values: &[Value], n: usize) -> Result<Tensor> {
        Ok(values[n].codes.clone())
    }

    fn new_trace(&self) -> Trace {
        Trace {
            batches: Vec::new(),
            zeros: Arc::new(AtomicU64::new(0)),
            partial_sums: 0,
        }
    }

    fn pass(&self, images: &Tensor, precision: Precision, batch: bool) -> Result<(Tensor, Trace)> {
        let mut values = Vec::new();
        let mut trace = self.new_trace();
        for n in 0..self.spec.nodes.len() {
            let before = self.linear(n, &values, images, precision, batch, &mut trace)?;
            values.push(self.finish(n, before, &values, precision)?);
        }
        let scores = match values.pop() {
            Some(value) => value.codes.flatten_from(1)?,
            None => images.flatten_from(1)?,
        };
        Ok((scores, trace))
    }

    fn value(
        &self,
        values: &[Value],
        images: &Tensor,
        source: Source,
        precision: Precision,
    ) -> Result<Value> {
        match source {
            Source::Layer(n) => Ok(values[n].clone()),
            Source::Image => {
                let top = f64::from((1u32 << self.spec.input_bits) - 1);
                let codes = match precision {
                    Precision::Float => (images / top)?,
                    _ => images.clone(),
                };
                Ok(Value { codes, step: None })
            }
        }
    }

    /// What a layer gives before it is rounded.
    fn linear(
        &self,
        n: usize,
        values: &[Value],
        images: &Tensor,
        precision: Precision,
        batch: bool,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        let node = &self.spec.nodes[n];
        let input = self.value(values, images, node.input, precision)?;
        let shape = self.spec.shape_of(&self.shapes, node.input);
        let count = images.dim(0)?;
        let out = self.shapes[n];
        let NodeKind::Mvm(mvm) = &node.kind else {
            trace.batches.push(None);
            let NodeKind::Pool { op, window, .. } = node.kind else {
                unreachable!("two kinds")
            };
            let pooled = |values: &Tensor| {
                values.contiguous()?.apply_op1(PoolMap {
                    map: shape,
                    window,
                    op,
                })
            };
            return match op {
                PoolOp::Max => pooled(&input.codes),
                PoolOp::Average => pooled(&input.codes)?
                    .affine(1.0 / (window.height * window.width) as f64, 0.0)
                    .and_then(|codes| {
                        Value {
                            codes,
                            step: input.step,
                        }
                        .real()
                    }),
            };
        };
        let Some(places) = self.places[n] else {
            unreachable!("a layer with weights")
        };
        let codes = input.codes.contiguous()?;
        let vectors = match mvm.op {
            Op::Linear => codes.flatten_from(1)?,
            Op::Conv(window) => codes.apply_op1(Patches { map: shape, window })?,
        };
        let y = match precision {
            Precision::Float => vectors.matmul(self.tensor(places.weight))?,
            _ => self.integer_product(node, mvm, places, &vectors, precision, trace)?,
        };
        let normal = self.normalise(n, places, y, precision, batch, trace)?;
        let normal = normal.reshape((count, out.height, out.width, out.channels))?;
        match &mvm.residual {
            None => Ok(normal),
            Some(residual) => {
                let from = self.spec.shape_of(&self.shapes, residual.source);
                let source = self
                    .value(values, images, residual.source, precision)?
                    .real()?;
                normal
                    + source
                        .contiguous()?
                        .apply_op1(Gather::new(residual, from, out))?
            }
        }
    }

    fn integer_product(
        &self,
        node: &NodeSpec,
        mvm: &MvmSpec,
        places: MvmPlaces,
        vectors: &Tensor,
        precision: Precision,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        let weights = self.weight_codes(mvm, places)?;
        let Some(partial_sum) = precision.partial_sum() else {
            return vectors.matmul(&weights);
        };
        let op = self.mvm_op(node, mvm, partial_sum, trace.zeros.clone());
        trace.partial_sums += vectors.dim(0)? as u64 * op.geometry.columns() as u64;
        let params = self.column_parameters(places)?;
        vectors.apply_op3(&weights, &params, op)
    }
    fn normalise(
        &self,
        n: usize,
        places: MvmPlaces,
        y: Tensor,
        precision: Precision,
        batch: bool,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        let (gamma, beta) = (self.tensor(places.gamma), self.tensor(places.beta));
        if batch {
            let statistics = Arc::new(Mutex::new(Statistics::default()));
            trace.batches.push(Some(statistics.clone()));
            let epsilon = precision.epsilon();
            return y.contiguous()?.apply_op3(
                gamma,
                beta,
                BatchNorm {
                    epsilon,
                    statistics,
                },
            );
        }
        let Some(running) = &self.running[n] else {
            unreachable!("a layer with weights")
        };
        let mean = Tensor::from_slice(&running.statistics.mean, gamma.shape(), &Device::Cpu)?;
        let variance =
            Tensor::from_slice(&running.statistics.variance, gamma.shape(), &Device::Cpu)?;
        let factor = (gamma / (variance + f64::from(precision.epsilon()))?.sqrt()?)?;
        y.broadcast_sub(&mean)?
            .broadcast_mul(&factor)?
            .broadcast_add(beta)
    }

    /// Activation of what [`TrainModel::linear`] gives.
    fn finish(
        &self,
        n: usize,
        before: Tensor,
        values: &[Value],
        precision: Precision,
    ) -> Result<Value> {
        let bits = match &self.spec.nodes[n].kind {
            NodeKind::Mvm(MvmSpec {
                activation: None, ..
            }) => {
                return Ok(Value {
                    codes: before,
                    step: None,
                });
            }
            NodeKind::Mvm(MvmSpec {
                activation: Some(bits),
                ..
            })
            | NodeKind::Pool { bits, .. } => *bits,
        };
        if let NodeKind::Pool {
            op: PoolOp::Max, ..
        } = self.spec.nodes[n].kind
        {
            // Integers of the source's step.
            let step = match self.spec.nodes[n].input {
                Source::Layer(source) => values[source].step.clone(),
                Source::Image => None,
            };
            return Ok(Value {
                codes: before,
                step,
            });
        }
        if precision == Precision::Float {
            return Ok(Value {
                codes: before.relu()?,
                step: None,
            });
        }
        let Some(place) = self.steps[n] else {
            unreachable!("activations have a step")
        };
        let step = self.tensor(place).clone();
        let round = Round {
            low: 0.0,
            high: ((1u32 << bits) - 1) as f32,
        };
        Ok(Value {
            codes: before.contiguous()?.apply_op2(&step, round)?,
            step: Some(step),
        })
    }
}

impl Value {
    fn detached(self) -> Self {
        Self {
            codes: self.codes.detach(),
            step: self.step.map(|step| step.detach()),
        }
    }
}
