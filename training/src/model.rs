// SPDX-License-Identifier: MIT OR Apache-2.0
//! A model: parameters, and the forward pass on candle's tape.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use candle_core::{Device, Result, Tensor, Var};
use hcim_network::{MapShape, Op, PartialSum, PoolOp, Source};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use crate::calibrate;
use crate::kernel::Geometry;
use crate::ops::{BatchNorm, Gather, Method, MvmOp, Patches, PoolMap, Round, Statistics};
use crate::spec::{ModelSpec, MvmSpec, NodeKind, NodeSpec, vector_rows};

/// How the forward pass computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Floating point.
    Float,
    /// Integers, exact sums: what an ideal converter gives.
    Exact,
    /// Integers, ternary partial sums.
    Ternary,
    /// Integers, binary partial sums.
    Binary,
}

impl Precision {
    /// How partial sums are quantised, if they are.
    pub fn partial_sum(self) -> Option<PartialSum> {
        match self {
            Precision::Float | Precision::Exact => None,
            Precision::Ternary => Some(PartialSum::Ternary),
            Precision::Binary => Some(PartialSum::Binary),
        }
    }

    /// What batch norm adds to variances: sums of floating point are small, those of integers are not.
    pub(crate) fn epsilon(self) -> f32 {
        if self == Precision::Float { 1e-5 } else { 0.25 }
    }
}

/// Where thresholds are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdKind {
    /// One for a crossbar and bit plane.
    Tile,
    /// One for a column and bit plane.
    Column,
}

/// How partial sums learn.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quantisation {
    /// Whose method.
    pub method: Method,
    /// Where thresholds are apart.
    pub thresholds: ThresholdKind,
    /// Column sums up to this many scale factors pass gradients on.
    pub clip: f32,
}

/// Numbers that learn.
pub struct Parameter {
    /// `<layer>.<what>`.
    pub name: String,
    /// The numbers.
    pub var: Var,
    /// Their learning rate in units of the common one.
    pub rate: f64,
    /// Whether they decay.
    pub decay: bool,
}

/// Places of a layer's parameters in the list of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MvmPlaces {
    pub weight: usize,
    pub weight_step: usize,
    pub gamma: usize,
    pub beta: usize,
    pub scales: usize,
    pub thresholds: Option<usize>,
}

/// Running statistics of a batch norm.
#[derive(Clone, Debug)]
pub struct Running {
    /// The estimate.
    pub statistics: Statistics,
    /// Batches seen since the last start.
    pub batches: u32,
}

impl Running {
    fn update(&mut self, batch: &Statistics) {
        // An average of all at first, then of the last ones.
        let share = (1.0 / (self.batches + 1) as f32).max(0.05);
        self.batches += 1;
        let mix = |old: &mut [f32], new: &[f32]| {
            old.iter_mut()
                .zip(new)
                .for_each(|(old, new)| *old += share * (new - *old));
        };
        mix(&mut self.statistics.mean, &batch.mean);
        mix(&mut self.statistics.variance, &batch.variance);
    }
}

/// A model with its numbers.
pub struct TrainModel {
    pub(crate) spec: ModelSpec,
    pub(crate) shapes: Vec<MapShape>,
    pub(crate) quantisation: Quantisation,
    /// All that learns.
    pub parameters: Vec<Parameter>,
    pub(crate) places: Vec<Option<MvmPlaces>>,
    pub(crate) steps: Vec<Option<usize>>,
    /// By layer.
    pub running: Vec<Option<Running>>,
}

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
    /// A model with random weights.
    pub fn new(
        spec: ModelSpec,
        quantisation: Quantisation,
        partial_sum: PartialSum,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self> {
        let shapes = spec.shapes();
        let mut model = Self {
            shapes,
            quantisation,
            parameters: Vec::new(),
            places: Vec::new(),
            steps: Vec::new(),
            running: Vec::new(),
            spec,
        };
        for n in 0..model.spec.nodes.len() {
            let node = model.spec.nodes[n].clone();
            let mut step = matches!(
                &node.kind,
                NodeKind::Pool {
                    op: PoolOp::Average,
                    ..
                }
            );
            let mut places = None;
            let mut running = None;
            if let NodeKind::Mvm(mvm) = &node.kind {
                step = mvm.activation.is_some();
                places = Some(model.new_mvm(&node, mvm, partial_sum, rng)?);
                running = Some(Running {
                    statistics: Statistics {
                        mean: vec![0.0; mvm.outputs],
                        variance: vec![1.0; mvm.outputs],
                    },
                    batches: 0,
                });
            }
            let step = match step {
                true => Some(model.add(&node.name, "step", vec![1.0], (1,), false)?),
                false => None,
            };
            model.places.push(places);
            model.steps.push(step);
            model.running.push(running);
        }
        Ok(model)
    }

    fn new_mvm(
        &mut self,
        node: &NodeSpec,
        mvm: &MvmSpec,
        partial_sum: PartialSum,
        rng: &mut ChaCha8Rng,
    ) -> Result<MvmPlaces> {
        let geometry = self.geometry(node, mvm);
        let (rows, outputs) = (geometry.rows, geometry.outputs);
        let bound = (6.0 / rows as f32).sqrt();
        let weights = (0..rows * outputs)
            .map(|_| rng.random_range(-bound..bound))
            .collect();
        let thresholds = match (self.quantisation, partial_sum) {
            (_, PartialSum::Binary) => None,
            (
                Quantisation {
                    method: Method::Published,
                    ..
                },
                _,
            ) => None,
            (
                Quantisation {
                    thresholds: ThresholdKind::Tile,
                    ..
                },
                _,
            ) => Some(geometry.tiles()),
            (
                Quantisation {
                    thresholds: ThresholdKind::Column,
                    ..
                },
                _,
            ) => Some(geometry.columns()),
        };
        Ok(MvmPlaces {
            weight: self.add(&node.name, "weight", weights, (rows, outputs), true)?,
            weight_step: self.add(
                &node.name,
                "weight_step",
                vec![1.0; outputs],
                (outputs,),
                false,
            )?,
            gamma: self.add(&node.name, "gamma", vec![1.0; outputs], (outputs,), false)?,
            beta: self.add(&node.name, "beta", vec![0.0; outputs], (outputs,), false)?,
            scales: self.add(
                &node.name,
                "scales",
                vec![1.0; geometry.columns()],
                (geometry.columns(),),
                false,
            )?,
            thresholds: match thresholds {
                Some(size) => {
                    Some(self.add(&node.name, "thresholds", vec![0.0; size], (size,), false)?)
                }
                None => None,
            },
        })
    }

    fn add(
        &mut self,
        layer: &str,
        what: &str,
        values: Vec<f32>,
        shape: impl Into<candle_core::Shape>,
        decay: bool,
    ) -> Result<usize> {
        self.parameters.push(Parameter {
            name: format!("{layer}.{what}"),
            var: Var::from_tensor(&Tensor::from_vec(values, shape.into(), &Device::Cpu)?)?,
            rate: 1.0,
            decay,
        });
        Ok(self.parameters.len() - 1)
    }

    pub(crate) fn geometry(&self, node: &NodeSpec, mvm: &MvmSpec) -> Geometry {
        Geometry {
            rows: vector_rows(mvm.op, self.spec.shape_of(&self.shapes, node.input)),
            outputs: mvm.outputs,
            planes: mvm.input_bits as usize,
            slices: mvm.weight_slices as usize,
            segment_rows: mvm.segment_rows,
        }
    }

    pub(crate) fn tensor(&self, place: usize) -> &Tensor {
        self.parameters[place].var.as_tensor()
    }

    pub(crate) fn set(&self, place: usize, values: Vec<f32>) -> Result<()> {
        let var = &self.parameters[place].var;
        var.set(&Tensor::from_vec(values, var.shape(), &Device::Cpu)?)
    }

    /// The operation of a layer with quantised partial sums.
    pub(crate) fn mvm_op(
        &self,
        node: &NodeSpec,
        mvm: &MvmSpec,
        partial_sum: PartialSum,
        zeros: Arc<AtomicU64>,
    ) -> MvmOp {
        MvmOp {
            geometry: self.geometry(node, mvm),
            partial_sum,
            method: self.quantisation.method,
            scale_bits: mvm.scale_bits,
            clip: self.quantisation.clip,
            input_gradient: node.input != Source::Image,
            zeros,
        }
    }

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

    pub(crate) fn column_parameters(&self, places: MvmPlaces) -> Result<Tensor> {
        match places.thresholds {
            Some(thresholds) => {
                Tensor::cat(&[self.tensor(places.scales), self.tensor(thresholds)], 0)
            }
            None => Ok(self.tensor(places.scales).clone()),
        }
    }

    pub(crate) fn weight_codes(&self, mvm: &MvmSpec, places: MvmPlaces) -> Result<Tensor> {
        let top = ((1u32 << mvm.weight_slices) - 1) as f32;
        let round = Round {
            low: -top,
            high: top,
        };
        self.tensor(places.weight)
            .apply_op2(self.tensor(places.weight_step), round)
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
