// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a trained model to integers: batch norm, steps and scales folded into the requantisation.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::Result;
use hcim_network::{
    Finish, Kind, Layer, Mvm, Network, PartialSum, Pool, PoolOp, Residual, Source, Thresholds,
};

use crate::model::TrainModel;
use crate::ops::{Method, quantise_scales, vec};
use crate::precision::{Precision, ThresholdKind};
use crate::spec::{MvmSpec, NodeKind, NodeSpec};

/// A network of integers.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The network.
    pub network: Network,
    /// Sums are exact, not quantised: no hardware of ours does that.
    pub exact: bool,
    /// What one unit of a score is worth in the model.
    pub score_unit: f64,
}

/// The integers of a model; `None` for floating point.
pub fn export(model: &TrainModel, precision: Precision) -> Result<Option<Exported>> {
    let (partial_sum, exact) = match precision {
        Precision::Float => return Ok(None),
        Precision::Exact => (PartialSum::Ternary, true),
        Precision::Ternary => (PartialSum::Ternary, false),
        Precision::Binary => (PartialSum::Binary, false),
    };
    let mut exporter = Exporter {
        model,
        precision,
        partial_sum,
        exact,
        steps: Vec::new(),
        score_unit: 1.0,
    };
    let mut layers = Vec::new();
    for (n, node) in model.spec.nodes.iter().enumerate() {
        let kind = match &node.kind {
            NodeKind::Mvm(mvm) => Kind::Mvm(exporter.mvm(n, node, mvm)?),
            NodeKind::Pool { .. } => Kind::Pool(exporter.pool(n, node)?),
        };
        layers.push(Layer {
            name: node.name.clone(),
            input: node.input,
            kind,
        });
    }
    Ok(Some(Exported {
        network: Network {
            name: model.spec.name.clone(),
            input: model.spec.input,
            input_bits: model.spec.input_bits,
            layers,
            provenance: BTreeMap::new(),
        },
        exact,
        score_unit: exporter.score_unit,
    }))
}

struct Exporter<'a> {
    model: &'a TrainModel,
    precision: Precision,
    partial_sum: PartialSum,
    exact: bool,
    /// Real value of a unit of each layer's output.
    steps: Vec<f64>,
    score_unit: f64,
}

/// Integers for y * factor + offset, all times 2^shift.
struct Folded {
    multiplier: Vec<i16>,
    bias: Vec<i32>,
    residual: i16,
    shift: u32,
}

fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values
        .into_iter()
        .fold(0.0, |all, value| f64::max(all, value.abs()))
}

/// As many fractional bits as 16-bit multipliers, 32-bit biases and a shift of 31 allow.
fn fold(factor: &[f64], offset: &[f64], residual: f64) -> Folded {
    let (most, most_offset) = (
        largest(factor.iter().copied().chain([residual])),
        largest(offset.iter().copied()),
    );
    let fits = |shift: u32| {
        let unit = f64::from(shift).exp2();
        most * unit <= f64::from(i16::MAX) && most_offset * unit <= f64::from(i32::MAX)
    };
    let shift = (0..=31).rev().find(|&shift| fits(shift)).unwrap_or(0);
    let unit = f64::from(shift).exp2();
    Folded {
        // `as` saturates: beyond the range even at shift 0, which no trained network reaches.
        multiplier: factor
            .iter()
            .map(|value| (value * unit).round() as i16)
            .collect(),
        bias: offset
            .iter()
            .map(|value| (value * unit).round() as i32)
            .collect(),
        residual: (residual * unit).round() as i16,
        shift,
    }
}

impl Exporter<'_> {
    fn step_of(&self, source: Source) -> f64 {
        match source {
            Source::Layer(n) => self.steps[n],
            // As the training has it: images are integers.
            Source::Image => 1.0,
        }
    }

    fn own_step(&self, n: usize) -> Result<f64> {
        match self.model.steps[n] {
            Some(place) => Ok(f64::from(vec(self.model.tensor(place))?[0])),
            None => Ok(1.0),
        }
    }

    fn pool(&mut self, n: usize, node: &NodeSpec) -> Result<Pool> {
        let NodeKind::Pool { op, window, bits } = node.kind else {
            unreachable!("a pool")
        };
        let source = self.step_of(node.input);
        let (multiplier, shift) = match op {
            PoolOp::Max => {
                self.steps.push(source);
                (1, 0)
            }
            PoolOp::Average => {
                let step = self.own_step(n)?;
                self.steps.push(step);
                let folded = fold(
                    &[source / (window.height * window.width) as f64 / step],
                    &[],
                    0.0,
                );
                (folded.multiplier[0], folded.shift)
            }
        };
        Ok(Pool {
            op,
            window,
            multiplier,
            bias: 0,
            shift,
            bits,
        })
    }

    fn mvm(&mut self, n: usize, node: &NodeSpec, mvm: &MvmSpec) -> Result<Mvm> {
        let model = self.model;
        let (Some(places), Some(running)) = (model.places[n], &model.running[n]) else {
            unreachable!("a layer with weights")
        };
        let geometry = model.geometry(node, mvm);
        let weights = vec(&model.weight_codes(mvm, places)?)?;
        let (mut scales, mut unit) = (vec![1; geometry.columns()], vec![1.0; mvm.outputs]);
        let mut thresholds = Thresholds::PerTile(vec![0; geometry.tiles()]);
        if !self.exact {
            let real = vec(model.tensor(places.scales))?;
            (scales, unit) = quantise_scales(&geometry, mvm.scale_bits, &real);
            let rest = vec(&model.column_parameters(places)?)?.split_off(real.len());
            thresholds = self.thresholds(node, mvm, &real, &rest);
        }
        let (gamma, beta) = (
            vec(model.tensor(places.gamma))?,
            vec(model.tensor(places.beta))?,
        );
        let mut factor = Vec::new();
        let mut offset = Vec::new();
        for o in 0..mvm.outputs {
            let variance = running.statistics.variance[o] + self.precision.epsilon();
            let slope = f64::from(gamma[o]) / f64::from(variance).sqrt();
            factor.push(slope * f64::from(unit[o]));
            offset.push(f64::from(beta[o]) - slope * f64::from(running.statistics.mean[o]));
        }
        let (folded, finish, residual) = match mvm.activation {
            None => {
                let (a, b) = (
                    largest(factor.iter().copied()),
                    largest(offset.iter().copied()),
                );
                let times =
                    (f64::from(i16::MAX) / a.max(1e-30)).min(f64::from(i32::MAX) / b.max(1e-30));
                self.score_unit = 1.0 / times;
                self.steps.push(1.0);
                let scaled =
                    |values: &[f64]| values.iter().map(|value| value * times).collect::<Vec<_>>();
                let folded = Folded {
                    multiplier: scaled(&factor)
                        .into_iter()
                        .map(|value| value.round() as i16)
                        .collect(),
                    bias: scaled(&offset)
                        .into_iter()
                        .map(|value| value.round() as i32)
                        .collect(),
                    residual: 0,
                    shift: 0,
                };
                (folded, Finish::Scores, None)
            }
            Some(bits) => {
                let step = self.own_step(n)?;
                self.steps.push(step);
                let relative = |values: Vec<f64>| {
                    values
                        .into_iter()
                        .map(|value| value / step)
                        .collect::<Vec<_>>()
                };
                let added = mvm
                    .residual
                    .map_or(0.0, |residual| self.step_of(residual.source) / step);
                let folded = fold(&relative(factor), &relative(offset), added);
                let finish = Finish::Activation {
                    shift: folded.shift,
                    bits,
                };
                let residual = mvm.residual.map(|residual| Residual {
                    multiplier: folded.residual,
                    ..residual
                });
                (folded, finish, residual)
            }
        };
        Ok(Mvm {
            op: mvm.op,
            partial_sum: self.partial_sum,
            input_bits: mvm.input_bits,
            weight_slices: mvm.weight_slices,
            scale_bits: mvm.scale_bits,
            outputs: mvm.outputs,
            segment_rows: mvm.segment_rows,
            weights: weights.into_iter().map(|weight| weight as i16).collect(),
            scales,
            thresholds,
            multiplier: folded.multiplier,
            bias: folded.bias,
            finish,
            residual,
        })
    }

    fn thresholds(
        &self,
        node: &NodeSpec,
        mvm: &MvmSpec,
        scales: &[f32],
        rest: &[f32],
    ) -> Thresholds {
        if self.partial_sum == PartialSum::Binary {
            return Thresholds::None;
        }
        let op = self
            .model
            .mvm_op(node, mvm, self.partial_sum, Arc::default());
        let g = op.geometry;
        let all: Vec<u16> = op
            .thresholds(scales, rest)
            .into_iter()
            .map(|t| t as u16)
            .collect();
        let quantisation = self.model.quantisation;
        if quantisation.method == Method::Ours && quantisation.thresholds == ThresholdKind::Tile {
            return Thresholds::PerTile(all.into_iter().step_by(g.slices * g.outputs).collect());
        }
        Thresholds::PerColumn(all)
    }
}
