// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks as plain loops that read like the formulas. Slow and obvious: what the engine is tested and measured against.

use hcim_network::{
    Finish, Kind, MapShape, Mvm, Network, Op, PartialSum, Pool, PoolOp, Source, Window,
};

use super::{LayerTrace, Map, Output, Trace, check_image, invalid, map};
use crate::columns::Counts;
use crate::error::Result;
use crate::plain::quantise;
use crate::requant;

/// Runs an image `[height][width][channel]`.
///
/// # Errors
/// An invalid network; an image of another size, or elements of too many bits.
pub fn run(network: &Network, image: &[u8]) -> Result<Trace> {
    let shapes = network.shapes().map_err(|faults| invalid(&faults))?;
    check_image(network, image)?;
    let mut trace = Trace { layers: Vec::new() };
    for (index, layer) in network.layers.iter().enumerate() {
        let read = |source: Source| map(network, source, image, &shapes, &trace);
        let (input, output) = (read(layer.input)?, shapes[index]);
        let done = match &layer.kind {
            Kind::Pool(pool) => run_pool(pool, input, output)?,
            Kind::Mvm(mvm) => {
                let residual = mvm.residual.map(|residual| read(residual.source));
                run_mvm(mvm, input, residual.transpose()?, output)?
            }
        };
        trace.layers.push(done);
    }
    Ok(trace)
}

/// The element (ky, kx, c) of the window at (y, x); 0 outside the map.
fn element(window: &Window, input: Map<'_>, at: [usize; 2], k: [usize; 2], c: usize) -> u8 {
    let place = |axis: usize| (at[axis] * window.stride + k[axis]) as i64 - window.padding as i64;
    match (usize::try_from(place(0)), usize::try_from(place(1))) {
        (Ok(row), Ok(column)) => input.get(row, column, c).unwrap_or(0),
        _ => 0,
    }
}

fn vector(op: &Op, input: Map<'_>, y: usize, x: usize) -> Vec<u8> {
    let mut vector = Vec::new();
    match op {
        Op::Linear => vector.extend(input.elements),
        Op::Conv(window) => {
            for ky in 0..window.height {
                for kx in 0..window.width {
                    for c in 0..input.shape.channels {
                        vector.push(element(window, input, [y, x], [ky, kx], c));
                    }
                }
            }
        }
    }
    vector
}

fn run_mvm(
    mvm: &Mvm,
    input: Map<'_>,
    residual: Option<Map<'_>>,
    output: MapShape,
) -> Result<(LayerTrace, Output)> {
    let mut trace = LayerTrace::default();
    let (mut activations, mut scores) = (Vec::new(), Vec::new());
    for row in 0..output.height {
        for column in 0..output.width {
            let vector = vector(&mvm.op, input, row, column);
            count_planes(mvm, &vector, &mut trace.counts);
            for o in 0..mvm.outputs {
                let y = multiply(mvm, &vector, o, &mut trace.counts);
                trace.y.push(y);
                let (multiplier, bias) = (mvm.multiplier[o].into(), mvm.bias[o]);
                match mvm.finish {
                    Finish::Scores => scores.push(requant::affine(y, multiplier, bias)?),
                    Finish::Activation { shift, bits } => {
                        let added = match (&mvm.residual, residual) {
                            (Some(how), Some(source)) => {
                                let channel = o.checked_sub(how.channel_offset);
                                let place = (row * how.stride, column * how.stride);
                                let found = channel.and_then(|c| source.get(place.0, place.1, c));
                                i64::from(found.unwrap_or(0)) * i64::from(how.multiplier)
                            }
                            _ => 0,
                        };
                        let sum = requant::affine(y, multiplier, bias)? + added;
                        let out = requant::requantise(sum, 1, 0, shift, bits)?;
                        activations.push(out as u8);
                    }
                }
            }
        }
    }
    let output = match mvm.finish {
        Finish::Scores => Output::Scores(scores),
        Finish::Activation { .. } => Output::Activations(activations),
    };
    Ok((trace, output))
}

fn count_planes(mvm: &Mvm, vector: &[u8], counts: &mut Counts) {
    for segment in vector.chunks(mvm.segment_rows) {
        for i in 0..mvm.input_bits {
            counts.planes += 1;
            counts.zero_planes += u64::from(segment.iter().all(|x| x >> i & 1 == 0));
        }
    }
}

/// `y[o]`: segments, planes and slices one after another.
fn multiply(mvm: &Mvm, vector: &[u8], o: usize, counts: &mut Counts) -> i64 {
    let mut y = 0;
    for (k, segment) in vector.chunks(mvm.segment_rows).enumerate() {
        for i in 0..mvm.input_bits as usize {
            for j in 0..mvm.weight_slices as usize {
                let mut sum = 0;
                for (r, x) in segment.iter().enumerate() {
                    let weight =
                        i32::from(mvm.weights[(k * mvm.segment_rows + r) * mvm.outputs + o]);
                    let slice = weight.signum() * (weight.abs() >> j & 1);
                    sum += i32::from(x >> i & 1) * slice;
                }
                let ternary = mvm.partial_sum == PartialSum::Ternary;
                let p = quantise(ternary, sum, mvm.threshold(k, i, j, o).into());
                counts.partial_sums += 1;
                counts.zeros += u64::from(p == 0);
                y += (i64::from(p) * i64::from(mvm.scale(k, i, j, o))) << (i + j);
            }
        }
    }
    y
}

fn run_pool(pool: &Pool, input: Map<'_>, output: MapShape) -> Result<(LayerTrace, Output)> {
    let mut trace = LayerTrace::default();
    let mut activations = Vec::new();
    for row in 0..output.height {
        for column in 0..output.width {
            for c in 0..output.channels {
                let mut v = 0;
                for ky in 0..pool.window.height {
                    for kx in 0..pool.window.width {
                        let x = element(&pool.window, input, [row, column], [ky, kx], c);
                        v = match pool.op {
                            PoolOp::Max => v.max(x.into()),
                            PoolOp::Average => v + i64::from(x),
                        };
                    }
                }
                trace.y.push(v);
                let (multiplier, bias) = (pool.multiplier.into(), pool.bias);
                let out = requant::requantise(v, multiplier, bias, pool.shift, pool.bits)?;
                activations.push(out as u8);
            }
        }
    }
    Ok((trace, Output::Activations(activations)))
}
