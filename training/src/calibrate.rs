// SPDX-License-Identifier: MIT OR Apache-2.0
//! First values for steps, scale factors and thresholds, from data.

use candle_core::{Result, Tensor};
use hcim_network::{Op, PartialSum, Source};

use crate::kernel::{self, Cells, Geometry};
use crate::model::TrainModel;
use crate::ops::{Method, Patches, bytes, vec};
use crate::precision::{Precision, ThresholdKind};
use crate::spec::{MvmSpec, NodeKind};

/// Vectors that scale factors are found from.
const VECTORS: usize = 8192;
/// Learning rates of steps, of scale factors and of thresholds, relative to their own size.
const STEP_RATE: f64 = 0.3;
const SCALE_RATE: f64 = 2.0;
const THRESHOLD_RATE: f64 = 2.0;

/// What a layer needs before it is computed.
pub(crate) fn before(
    model: &mut TrainModel,
    n: usize,
    precision: Precision,
    codes: impl Fn(&TrainModel, Source) -> Result<Tensor>,
) -> Result<()> {
    let node = model.spec.nodes[n].clone();
    let (NodeKind::Mvm(mvm), Some(places)) = (&node.kind, model.places[n]) else {
        return Ok(());
    };
    let Some(partial_sum) = precision.partial_sum() else {
        let weights = vec(model.tensor(places.weight))?;
        let steps = weight_steps(&weights, mvm);
        let mean = steps.iter().sum::<f32>() / steps.len() as f32;
        model.parameters[places.weight_step].rate = STEP_RATE * f64::from(mean);
        return model.set(places.weight_step, steps);
    };
    let geometry = model.geometry(&node, mvm);
    let codes = codes(model, node.input)?;
    let vectors = match mvm.op {
        Op::Linear => codes.flatten_from(1)?,
        Op::Conv(window) => {
            let map = model.spec.shape_of(&model.shapes, node.input);
            codes
                .contiguous()?
                .apply_op1_no_bwd(&Patches { map, window })?
        }
    };
    let inputs = spread(bytes(&vec(&vectors)?), geometry.rows);
    let weights = vec(&model.weight_codes(mvm, places)?)?;
    let cells = Cells::new(&geometry, |n| weights[n] as i32);
    let counts = Counts::new(&geometry, &cells, &inputs);
    let (scales, thresholds) = counts.best(
        partial_sum,
        model.quantisation.method,
        model.quantisation.thresholds,
    );
    let mean = scales.iter().sum::<f32>() / scales.len() as f32;
    model.parameters[places.scales].rate = SCALE_RATE * f64::from(mean);
    model.set(places.scales, scales)?;
    if let Some(place) = places.thresholds {
        let mean = thresholds.iter().sum::<f32>() / thresholds.len() as f32;
        model.parameters[place].rate = THRESHOLD_RATE * f64::from(mean.max(1.0));
        model.set(place, thresholds)?;
    }
    Ok(())
}

/// At most [`VECTORS`] vectors, taken evenly.
fn spread(inputs: Vec<u8>, rows: usize) -> Vec<u8> {
    let count = inputs.len() / rows;
    let every = count.div_ceil(VECTORS).max(1);
    inputs
        .chunks_exact(rows)
        .step_by(every)
        .flatten()
        .copied()
        .collect()
}

/// The step of the activation of a layer that gives `before`.
pub(crate) fn output_step(
    model: &mut TrainModel,
    n: usize,
    place: usize,
    before: &Tensor,
) -> Result<()> {
    let bits = match &model.spec.nodes[n].kind {
        NodeKind::Mvm(MvmSpec {
            activation: Some(bits),
            ..
        })
        | NodeKind::Pool { bits, .. } => *bits,
        NodeKind::Mvm(_) => return Ok(()),
    };
    let values = vec(before)?;
    let every = values.len().div_ceil(1 << 16).max(1);
    let values: Vec<f32> = values
        .into_iter()
        .step_by(every)
        .map(|value| value.max(0.0))
        .collect();
    let step = best_step(&values, (1u32 << bits) - 1);
    model.parameters[place].rate = STEP_RATE * f64::from(step);
    model.set(place, vec![step])
}

fn weight_steps(weights: &[f32], mvm: &MvmSpec) -> Vec<f32> {
    (0..mvm.outputs)
        .map(|o| {
            let column: Vec<f32> = weights
                .iter()
                .skip(o)
                .step_by(mvm.outputs)
                .copied()
                .collect();
            best_step(&column, (1 << mvm.weight_slices) - 1)
        })
        .collect()
}

/// The step with the smallest squared error for magnitudes up to `top` steps.
fn best_step(values: &[f32], top: u32) -> f32 {
    let largest = values
        .iter()
        .fold(0.0f32, |all, value| all.max(value.abs()));
    if largest <= 0.0 {
        return 1.0 / top as f32;
    }
    let error = |step: f32| -> f64 {
        let inverse = 1.0 / step;
        let one = |value: &f32| {
            let code = (value.abs() * inverse + 0.5).floor().min(top as f32);
            f64::from((value.abs() - code * step).powi(2))
        };
        values.iter().map(one).sum()
    };
    let candidates = (10..=50).map(|n| largest * n as f32 / 50.0 / top as f32);
    candidates
        .map(|step| (step, error(step)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(1.0, |best| best.0)
}

/// How often each magnitude of a column sum occurs: `[segment][plane][slice][output][magnitude]`.
struct Counts {
    geometry: Geometry,
    sizes: usize,
    counts: Vec<u32>,
}

impl Counts {
    fn new(g: &Geometry, cells: &Cells, inputs: &[u8]) -> Self {
        let sizes = g.segment_rows.min(g.rows) + 1;
        let mut counts = vec![0; g.columns() * sizes];
        kernel::sums(g, cells, inputs, |segment, plane, slice, sums| {
            let at = ((segment * g.planes + plane) * g.slices + slice) * g.outputs;
            for (o, sum) in sums.iter().enumerate() {
                counts[(at + o) * sizes + sum.unsigned_abs() as usize] += 1;
            }
        });
        Self {
            geometry: *g,
            sizes,
            counts,
        }
    }

    /// For a column and every threshold: number and sum of the magnitudes above.
    fn above(&self, column: usize) -> Vec<(f64, f64)> {
        let counts = &self.counts[column * self.sizes..][..self.sizes];
        let mut result = vec![(0.0, 0.0); self.sizes];
        for t in (0..self.sizes - 1).rev() {
            let next = f64::from(counts[t + 1]);
            result[t] = (
                result[t + 1].0 + next,
                result[t + 1].1 + next * (t + 1) as f64,
            );
        }
        result
    }

    fn mean(&self, column: usize) -> f32 {
        let counts = &self.counts[column * self.sizes..][..self.sizes];
        let number: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let sum: f64 = counts
            .iter()
            .enumerate()
            .map(|(size, &count)| size as f64 * f64::from(count))
            .sum();
        (sum / number.max(1.0)) as f32
    }

    /// Scale factors, and thresholds of the asked kind: the least squared error of scale * p against the sums, thresholds
    /// in common weighted with the slices' values.
    fn best(
        &self,
        partial_sum: PartialSum,
        method: Method,
        kind: ThresholdKind,
    ) -> (Vec<f32>, Vec<f32>) {
        let g = &self.geometry;
        let columns = g.columns();
        if method == Method::Published {
            return (
                (0..columns)
                    .map(|c| (2.0 * self.mean(c)).max(0.25))
                    .collect(),
                Vec::new(),
            );
        }
        if partial_sum == PartialSum::Binary {
            return (
                (0..columns).map(|c| self.mean(c).max(0.125)).collect(),
                Vec::new(),
            );
        }
        let group = match kind {
            ThresholdKind::Tile => g.slices * g.outputs,
            ThresholdKind::Column => 1,
        };
        let mut scales = vec![0.0; columns];
        let mut thresholds = Vec::new();
        for first in (0..columns).step_by(group) {
            let above: Vec<Vec<(f64, f64)>> =
                (first..first + group).map(|c| self.above(c)).collect();
            // Error = sum of squares - sum^2 / number: the larger the gain, the better.
            let gain = |t: usize| -> f64 {
                let one = |(n, above): (usize, &Vec<(f64, f64)>)| {
                    let (number, sum) = above[t];
                    let value = 4f64.powi(((first + n) / g.outputs % g.slices) as i32);
                    if number > 0.0 {
                        value * sum * sum / number
                    } else {
                        0.0
                    }
                };
                above.iter().enumerate().map(one).sum()
            };
            let mut best = 0;
            for t in 1..self.sizes {
                if gain(t) > gain(best) {
                    best = t;
                }
            }
            // The middle of the interval that rounds down to it.
            thresholds.push(best as f32 + 0.5);
            for (scale, above) in scales[first..].iter_mut().zip(&above) {
                let (number, sum) = above[best];
                *scale = if number > 0.0 {
                    (sum / number) as f32
                } else {
                    best as f32 + 1.0
                };
            }
        }
        (scales, thresholds)
    }
}
