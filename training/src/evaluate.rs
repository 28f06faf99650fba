// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exact evaluation of a network in integers: every accuracy that is told comes from here.

use hcim_network::{Finish, Kind, MapShape, Mvm, Network, Op, PartialSum, Source, Thresholds};
use rayon::prelude::*;

use crate::kernel::{self, Cells, Columns, Geometry};
use crate::ops::{Gather, Patches, PoolMap, slid};
use crate::spec::vector_rows;

/// A network made ready.
pub struct Engine<'a> {
    network: &'a Network,
    exact: bool,
    shapes: Vec<MapShape>,
    prepared: Vec<Option<(Geometry, Cells, Columns)>>,
}

/// What a network says to an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The last layer's output.
    pub scores: Vec<i64>,
    /// Output of every layer but the last, if asked for.
    pub maps: Vec<Vec<u8>>,
    /// Partial sums that are 0.
    pub zeros: u64,
    /// Partial sums in all.
    pub partial_sums: u64,
}

impl Answer {
    /// The first class of the highest score.
    pub fn class(&self) -> usize {
        let mut best = 0;
        for (n, score) in self.scores.iter().enumerate() {
            if *score > self.scores[best] {
                best = n;
            }
        }
        best
    }
}

impl<'a> Engine<'a> {
    /// For a valid network; `exact`: sums are not quantised.
    pub fn new(network: &'a Network, exact: bool) -> Self {
        let mut engine = Self {
            network,
            exact,
            shapes: Vec::new(),
            prepared: Vec::new(),
        };
        for layer in &network.layers {
            let input = engine.shape(layer.input);
            match &layer.kind {
                Kind::Pool(pool) => {
                    engine.shapes.push(slid(input, pool.window, input.channels));
                    engine.prepared.push(None);
                }
                Kind::Mvm(mvm) => {
                    engine.shapes.push(match mvm.op {
                        Op::Conv(window) => slid(input, window, mvm.outputs),
                        Op::Linear => MapShape {
                            height: 1,
                            width: 1,
                            channels: mvm.outputs,
                        },
                    });
                    engine.prepared.push(Some(prepare(mvm, input)));
                }
            }
        }
        engine
    }

    fn shape(&self, source: Source) -> MapShape {
        match source {
            Source::Image => self.network.input,
            Source::Layer(n) => self.shapes[n],
        }
    }

    /// Answers to many images, on all cores.
    pub fn all(&self, images: &[Vec<u8>]) -> Vec<Answer> {
        images.par_iter().map(|image| self.answer(image)).collect()
    }

    /// The answer to an image `[height][width][channel]`.
    pub fn answer(&self, image: &[u8]) -> Answer {
        let mut answer = Answer::default();
        for (n, layer) in self.network.layers.iter().enumerate() {
            let input = match layer.input {
                Source::Image => image,
                Source::Layer(n) => &answer.maps[n],
            };
            let map = self.shape(layer.input);
            match &layer.kind {
                Kind::Pool(pool) => {
                    let wide: Vec<i64> = input.iter().map(|&value| i64::from(value)).collect();
                    let out = self.shapes[n];
                    let mut pooled = vec![0i64; out.height * out.width * out.channels];
                    PoolMap {
                        map,
                        window: pool.window,
                        op: pool.op,
                    }
                    .of(&wide, &mut pooled);
                    let finish = |value| {
                        requantise(
                            value * i64::from(pool.multiplier) + i64::from(pool.bias),
                            pool.shift,
                            pool.bits,
                        )
                    };
                    answer.maps.push(pooled.into_iter().map(finish).collect());
                }
                Kind::Mvm(mvm) => {
                    let (y, zeros, count) = self.products(n, mvm, map, input);
                    let added = self.residual(n, mvm, image, &answer.maps);
                    answer.zeros += zeros;
                    answer.partial_sums += count;
                    let before = y.iter().enumerate().map(|(i, &y)| {
                        let o = i % mvm.outputs;
                        i64::from(y) * i64::from(mvm.multiplier[o])
                            + i64::from(mvm.bias[o])
                            + added.as_ref().map_or(0, |added| added[i])
                    });
                    match mvm.finish {
                        Finish::Scores => answer.scores = before.collect(),
                        Finish::Activation { shift, bits } => {
                            answer
                                .maps
                                .push(before.map(|value| requantise(value, shift, bits)).collect());
                        }
                    }
                }
            }
        }
        if answer.scores.is_empty() {
            answer.scores = answer
                .maps
                .last()
                .map(|map| map.iter().map(|&v| i64::from(v)).collect())
                .unwrap_or_default();
        }
        answer
    }

    fn products(&self, n: usize, mvm: &Mvm, map: MapShape, input: &[u8]) -> (Vec<i32>, u64, u64) {
        let Some((geometry, cells, columns)) = &self.prepared[n] else {
            unreachable!("a layer with weights")
        };
        let vectors = match mvm.op {
            Op::Linear => input.to_vec(),
            Op::Conv(window) => {
                let patches = Patches { map, window };
                let mut vectors = vec![0; patches.size()];
                patches.of(input, &mut vectors);
                vectors
            }
        };
        if self.exact {
            let mut y = Vec::with_capacity(vectors.len() / geometry.rows * mvm.outputs);
            for vector in vectors.chunks_exact(geometry.rows) {
                let mut sums = vec![0i32; mvm.outputs];
                for (&x, row) in vector
                    .iter()
                    .zip(mvm.weights.chunks_exact(mvm.outputs))
                    .filter(|(x, _)| **x != 0)
                {
                    sums.iter_mut()
                        .zip(row)
                        .for_each(|(sum, &w)| *sum += i32::from(x) * i32::from(w));
                }
                y.extend(sums);
            }
            return (y, 0, 0);
        }
        let count = vectors.len() / geometry.rows * geometry.columns();
        let (y, zeros) = kernel::forward(geometry, cells, columns, &vectors);
        (y, zeros, count as u64)
    }

    fn residual(&self, n: usize, mvm: &Mvm, image: &[u8], maps: &[Vec<u8>]) -> Option<Vec<i64>> {
        let residual = mvm.residual.as_ref()?;
        let source = match residual.source {
            Source::Image => image,
            Source::Layer(n) => &maps[n],
        };
        let out = self.shapes[n];
        let mut added = vec![0; out.height * out.width * out.channels];
        Gather::new(residual, self.shape(residual.source), out).visit(|to, from| {
            added[to] = i64::from(source[from]) * i64::from(residual.multiplier);
        });
        Some(added)
    }
}

fn requantise(value: i64, shift: u32, bits: u32) -> u8 {
    let rounding = if shift == 0 { 0 } else { 1i64 << (shift - 1) };
    ((value + rounding) >> shift).clamp(0, (1 << bits) - 1) as u8
}

fn prepare(mvm: &Mvm, input: MapShape) -> (Geometry, Cells, Columns) {
    let g = Geometry {
        rows: vector_rows(mvm.op, input),
        outputs: mvm.outputs,
        planes: mvm.input_bits as usize,
        slices: mvm.weight_slices as usize,
        segment_rows: mvm.segment_rows,
    };
    let cells = Cells::new(&g, |n| i32::from(mvm.weights[n]));
    let columns = 0..g.columns();
    let weight = |n: usize| {
        let value = n / g.outputs % g.slices + n / (g.outputs * g.slices) % g.planes;
        i32::from(mvm.scales[n]) << value
    };
    let upper: Vec<i32> = match (&mvm.thresholds, mvm.partial_sum) {
        (_, PartialSum::Binary) | (Thresholds::None, _) => vec![-1; g.columns()],
        (Thresholds::PerColumn(t), _) => t.iter().map(|&t| i32::from(t)).collect(),
        (Thresholds::PerTile(t), _) => columns
            .clone()
            .map(|n| i32::from(t[n / (g.slices * g.outputs)]))
            .collect(),
    };
    let lower = match mvm.partial_sum {
        PartialSum::Binary => vec![0; g.columns()],
        PartialSum::Ternary => upper.iter().map(|t| -t).collect(),
    };
    (
        g,
        cells,
        Columns {
            upper,
            lower,
            weight: columns.map(weight).collect(),
        },
    )
}
