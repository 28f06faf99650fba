// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix-vector multiplies with quantised partial sums, forward and backward, all planes and slices in one pass.
//!
//! Inputs and weights are bit-packed, 64 rows in a word; a column's sum is popcount(x & positive) -
//! popcount(x & negative). Loops run over the outputs, so that the compiler makes vector code of them.
//! Ternary and binary are one formula: p = (PS > upper) - (PS < lower).

use rayon::prelude::*;

/// Sizes of a layer. Tensors over columns are `[segment][plane][slice][output]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Elements of an input vector.
    pub rows: usize,
    /// Outputs.
    pub outputs: usize,
    /// Bit planes of the input, A.
    pub planes: usize,
    /// Weight slices, W.
    pub slices: usize,
    /// Rows of a segment, R.
    pub segment_rows: usize,
}

impl Geometry {
    /// Number of segments, K.
    pub fn segments(&self) -> usize {
        self.rows.div_ceil(self.segment_rows)
    }

    /// Elements of a tensor over columns.
    pub fn columns(&self) -> usize {
        self.tiles() * self.slices * self.outputs
    }

    /// Elements of a tensor over segments and planes.
    pub fn tiles(&self) -> usize {
        self.segments() * self.planes
    }

    fn words(&self) -> usize {
        self.segment_rows.min(self.rows).div_ceil(64)
    }

    /// Start of `[segment][plane][slice]` in a tensor over columns.
    fn at(&self, segment: usize, plane: usize, slice: usize) -> usize {
        ((segment * self.planes + plane) * self.slices + slice) * self.outputs
    }
}

/// Cells of a layer's crossbars: `[segment][slice][word][output]`.
#[derive(Clone, Debug)]
pub struct Cells {
    positive: Vec<u64>,
    negative: Vec<u64>,
}

impl Cells {
    /// From weights `[row][output]` of magnitudes below 2^slices.
    pub fn new(geometry: &Geometry, weight: impl Fn(usize) -> i32) -> Self {
        let g = geometry;
        let size = g.segments() * g.slices * g.words() * g.outputs;
        let mut cells = Self {
            positive: vec![0; size],
            negative: vec![0; size],
        };
        for row in 0..g.rows {
            let (segment, inside) = (row / g.segment_rows, row % g.segment_rows);
            for output in 0..g.outputs {
                let value = weight(row * g.outputs + output);
                for slice in (0..g.slices).filter(|j| value.unsigned_abs() >> j & 1 == 1) {
                    let word = (segment * g.slices + slice) * g.words() + inside / 64;
                    let side = if value > 0 {
                        &mut cells.positive
                    } else {
                        &mut cells.negative
                    };
                    side[word * g.outputs + output] |= 1 << (inside % 64);
                }
            }
        }
        cells
    }
}

/// What a column does with its sum, tensors over columns.
#[derive(Clone, Debug)]
pub struct Columns {
    /// p = +1 above.
    pub upper: Vec<i32>,
    /// p = -1 below.
    pub lower: Vec<i32>,
    /// Scale factor times 2^(plane + slice).
    pub weight: Vec<i32>,
}

/// For the backward pass: surrogate gradients of a column, tensors over columns.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// Sums up to this magnitude pass gradients on.
    pub clip: Vec<f32>,
    /// Middle and half width of the window in which a threshold gets gradients; empty if there are no thresholds to learn.
    pub threshold: Vec<f32>,
    /// Half width.
    pub half: Vec<f32>,
    /// 1 / scale: the scale's gradient is that of a learned step (p - PS / scale inside the clip); empty: p alone.
    pub inverse_scale: Vec<f32>,
}

/// Gradients of a backward pass.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// `[segment][vector][output]`: gradient of y, times the share of the segment's sums that pass gradients on.
    pub passed: Vec<f32>,
    /// Sum over vectors of gradient * d(scale * p) / d(scale), without 2^(plane + slice); tensor over columns.
    pub scale: Vec<f32>,
    /// Sum over vectors of gradient * dp / d(threshold), without scale and 2^(plane + slice); tensor over columns.
    pub threshold: Vec<f32>,
}

/// Vectors of a piece of work: the same on every machine, so that sums are.
const CHUNK: usize = 64;

/// y `[vector][output]` of input vectors `[vector][row]`, and the number of p that are 0.
pub fn forward(g: &Geometry, cells: &Cells, columns: &Columns, inputs: &[u8]) -> (Vec<i32>, u64) {
    let count = inputs.len() / g.rows;
    let mut y = vec![0; count * g.outputs];
    let zeros = y
        .par_chunks_mut(CHUNK * g.outputs)
        .zip(inputs.par_chunks(CHUNK * g.rows))
        .map(|(y, inputs)| {
            #[cfg(target_arch = "x86_64")]
            if has_avx2() {
                // SAFETY: the machine has these instructions.
                return unsafe { forward_chunk_avx2(g, cells, columns, inputs, y) };
            }
            forward_chunk(g, cells, columns, inputs, y)
        })
        .sum();
    (y, zeros)
}

/// The column sums themselves: calls `visit(segment, plane, slice, sums by output)` for every vector.
pub fn sums(
    g: &Geometry,
    cells: &Cells,
    inputs: &[u8],
    mut visit: impl FnMut(usize, usize, usize, &[i32]),
) {
    let mut scratch = Scratch::new(g);
    for vector in inputs.chunks_exact(g.rows) {
        scratch.pack(g, vector);
        for segment in 0..g.segments() {
            for plane in 0..g.planes {
                for slice in 0..g.slices {
                    scratch.sum(g, cells, segment, plane, slice);
                    visit(segment, plane, slice, &scratch.sums);
                }
            }
        }
    }
}

/// Gradients for `gradient` `[vector][output]`.
pub fn backward(
    g: &Geometry,
    cells: &Cells,
    columns: &Columns,
    slopes: &Slopes,
    inputs: &[u8],
    gradient: &[f32],
) -> Gradients {
    let count = inputs.len() / g.rows;
    let parts: Vec<Gradients> = gradient
        .par_chunks(CHUNK * g.outputs)
        .zip(inputs.par_chunks(CHUNK * g.rows))
        .map(|(gradient, inputs)| {
            #[cfg(target_arch = "x86_64")]
            if has_avx2() {
                // SAFETY: the machine has these instructions.
                return unsafe { backward_chunk_avx2(g, cells, columns, slopes, inputs, gradient) };
            }
            backward_chunk(g, cells, columns, slopes, inputs, gradient)
        })
        .collect();
    let mut all = Gradients {
        passed: vec![0.0; g.segments() * count * g.outputs],
        scale: vec![0.0; g.columns()],
        threshold: vec![
            0.0;
            if slopes.threshold.is_empty() {
                0
            } else {
                g.columns()
            }
        ],
    };
    for (n, part) in parts.iter().enumerate() {
        let length = part.passed.len() / g.segments();
        for (segment, passed) in part.passed.chunks_exact(length).enumerate() {
            let start = (segment * count + n * CHUNK) * g.outputs;
            all.passed[start..][..length].copy_from_slice(passed);
        }
        add(&mut all.scale, &part.scale);
        add(&mut all.threshold, &part.threshold);
    }
    all
}

fn add(sum: &mut [f32], more: &[f32]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")
}

/// A packed vector and the sums of one slice.
struct Scratch {
    /// `[plane][segment][word]`.
    planes: Vec<u64>,
    sums: Vec<i32>,
}

impl Scratch {
    fn new(g: &Geometry) -> Self {
        Self {
            planes: vec![0; g.planes * g.segments() * g.words()],
            sums: vec![0; g.outputs],
        }
    }

    #[inline(always)]
    fn pack(&mut self, g: &Geometry, vector: &[u8]) {
        let per_plane = g.segments() * g.words();
        for (segment, values) in vector.chunks(g.segment_rows).enumerate() {
            for (word, values) in values.chunks(64).enumerate() {
                for plane in 0..g.planes {
                    let mut bits = 0u64;
                    for (n, &value) in values.iter().enumerate() {
                        bits |= u64::from(value >> plane & 1) << n;
                    }
                    self.planes[plane * per_plane + segment * g.words() + word] = bits;
                }
            }
        }
    }

    #[inline(always)]
    fn sum(&mut self, g: &Geometry, cells: &Cells, segment: usize, plane: usize, slice: usize) {
        self.sums.fill(0);
        for word in 0..g.words() {
            let x = self.planes[(plane * g.segments() + segment) * g.words() + word];
            if x == 0 {
                continue;
            }
            let start = ((segment * g.slices + slice) * g.words() + word) * g.outputs;
            let positive = &cells.positive[start..][..g.outputs];
            let negative = &cells.negative[start..][..g.outputs];
            for ((sum, positive), negative) in self.sums.iter_mut().zip(positive).zip(negative) {
                *sum += (x & positive).count_ones() as i32 - (x & negative).count_ones() as i32;
            }
        }
    }
}

#[inline(always)]
fn forward_chunk(
    g: &Geometry,
    cells: &Cells,
    columns: &Columns,
    inputs: &[u8],
    y: &mut [i32],
) -> u64 {
    let mut scratch = Scratch::new(g);
    let mut zeros = 0;
    for (vector, y) in inputs
        .chunks_exact(g.rows)
        .zip(y.chunks_exact_mut(g.outputs))
    {
        scratch.pack(g, vector);
        for segment in 0..g.segments() {
            for plane in 0..g.planes {
                for slice in 0..g.slices {
                    scratch.sum(g, cells, segment, plane, slice);
                    let at = g.at(segment, plane, slice);
                    let upper = &columns.upper[at..][..g.outputs];
                    let lower = &columns.lower[at..][..g.outputs];
                    let weight = &columns.weight[at..][..g.outputs];
                    let mut none = 0i32;
                    for o in 0..g.outputs {
                        let sum = scratch.sums[o];
                        let p = i32::from(sum > upper[o]) - i32::from(sum < lower[o]);
                        y[o] += p * weight[o];
                        none += i32::from(p == 0);
                    }
                    zeros += u64::from(none as u32);
                }
            }
        }
    }
    zeros
}

#[inline(always)]
fn backward_chunk(
    g: &Geometry,
    cells: &Cells,
    columns: &Columns,
    slopes: &Slopes,
    inputs: &[u8],
    gradient: &[f32],
) -> Gradients {
    let count = inputs.len() / g.rows;
    let mut scratch = Scratch::new(g);
    let mut result = Gradients {
        passed: vec![0.0; g.segments() * count * g.outputs],
        scale: vec![0.0; g.columns()],
        threshold: vec![
            0.0;
            if slopes.threshold.is_empty() {
                0
            } else {
                g.columns()
            }
        ],
    };
    let all = ((1u32 << g.planes) - 1) as f32 * ((1u32 << g.slices) - 1) as f32;
    let mut share = vec![0.0f32; g.outputs];
    let mut sums = vec![0.0f32; g.outputs];
    let vectors = inputs
        .chunks_exact(g.rows)
        .zip(gradient.chunks_exact(g.outputs));
    for (n, (vector, gradient)) in vectors.enumerate() {
        scratch.pack(g, vector);
        for segment in 0..g.segments() {
            share.fill(0.0);
            for plane in 0..g.planes {
                for slice in 0..g.slices {
                    scratch.sum(g, cells, segment, plane, slice);
                    let at = g.at(segment, plane, slice);
                    let upper = &columns.upper[at..][..g.outputs];
                    let lower = &columns.lower[at..][..g.outputs];
                    let clip = &slopes.clip[at..][..g.outputs];
                    let scale = &mut result.scale[at..][..g.outputs];
                    let value = (1u32 << (plane + slice)) as f32 / all;
                    for o in 0..g.outputs {
                        let sum = scratch.sums[o];
                        sums[o] = sum as f32;
                        let p = (i32::from(sum > upper[o]) - i32::from(sum < lower[o])) as f32;
                        scale[o] += gradient[o] * p;
                        share[o] += if sums[o].abs() <= clip[o] { value } else { 0.0 };
                    }
                    if !slopes.inverse_scale.is_empty() {
                        let inverse = &slopes.inverse_scale[at..][..g.outputs];
                        for o in 0..g.outputs {
                            let inside = if sums[o].abs() <= clip[o] {
                                inverse[o]
                            } else {
                                0.0
                            };
                            scale[o] -= gradient[o] * sums[o] * inside;
                        }
                    }
                    if !slopes.threshold.is_empty() {
                        let threshold = &slopes.threshold[at..][..g.outputs];
                        let half = &slopes.half[at..][..g.outputs];
                        let result = &mut result.threshold[at..][..g.outputs];
                        for o in 0..g.outputs {
                            let near = (sums[o].abs() - threshold[o]).abs() < half[o];
                            let slope = if near { 0.5 / half[o] } else { 0.0 };
                            let sign = if sums[o] < 0.0 { -1.0 } else { 1.0 };
                            let sign = if sums[o] == 0.0 { 0.0 } else { sign };
                            result[o] -= gradient[o] * sign * slope;
                        }
                    }
                }
            }
            let passed = &mut result.passed[(segment * count + n) * g.outputs..][..g.outputs];
            for o in 0..g.outputs {
                passed[o] = gradient[o] * share[o];
            }
        }
    }
    result
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn forward_chunk_avx2(
    g: &Geometry,
    cells: &Cells,
    columns: &Columns,
    inputs: &[u8],
    y: &mut [i32],
) -> u64 {
    forward_chunk(g, cells, columns, inputs, y)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn backward_chunk_avx2(
    g: &Geometry,
    cells: &Cells,
    columns: &Columns,
    slopes: &Slopes,
    inputs: &[u8],
    gradient: &[f32],
) -> Gradients {
    backward_chunk(g, cells, columns, slopes, inputs, gradient)
}
