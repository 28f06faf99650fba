// SPDX-License-Identifier: MIT OR Apache-2.0
//! A model: its parameters and the forward pass.

mod forward;
mod snapshot;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use candle_core::{Device, Result, Tensor, Var};
use hcim_network::{MapShape, PartialSum, PoolOp, Source};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use crate::kernel::Geometry;
use crate::ops::{Method, MvmOp, Round, Statistics};
use crate::precision::{Quantisation, ThresholdKind};
use crate::spec::{ModelSpec, MvmSpec, NodeKind, NodeSpec, vector_rows};

pub use forward::Trace;
pub use snapshot::Snapshot;

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
#[derive(Clone, Debug, PartialEq)]
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
        let Quantisation {
            method, thresholds, ..
        } = self.quantisation;
        let thresholds = match (partial_sum, method, thresholds) {
            (PartialSum::Binary, ..) | (_, Method::Published, _) => None,
            (_, _, ThresholdKind::Tile) => Some(geometry.tiles()),
            (_, _, ThresholdKind::Column) => Some(geometry.columns()),
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
}
