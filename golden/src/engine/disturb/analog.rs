// SPDX-License-Identifier: MIT OR Apache-2.0
//! A crossbar whose sums are no integers, or whose decisions are noisy.

use hcim_network::{Mvm, PartialSum};

use super::{Crossbar, Disturbance};
use crate::columns::Counts;
use crate::rng::Rng;

/// No drawn number is further out: Box and Muller's of a uniform number of 53 bits ends at 8.57.
const FURTHEST: f64 = 8.6;

/// Cells and limits of a segment.
#[derive(Clone, Debug)]
pub(in super::super) struct Analog {
    ternary: bool,
    planes: usize,
    slices: usize,
    columns: usize,
    /// `[row][column]`: positive less negative conductance.
    weights: Vec<f32>,
    /// `[plane][column]`: p = +1 above the first, -1 below the second; binary has the first alone.
    limits: Vec<[f64; 2]>,
    /// `[plane][column]`: scale factors, shifted to their plane.
    scales: Vec<i64>,
    noise: f64,
}

impl Analog {
    pub fn new(mvm: &Mvm, segment: usize, crossbar: &Crossbar, disturbance: &Disturbance) -> Self {
        let (planes, slices) = (mvm.input_bits as usize, mvm.weight_slices as usize);
        let columns = mvm.outputs * slices;
        let ternary = mvm.partial_sum == PartialSum::Ternary;
        let (mut limits, mut scales) = (Vec::new(), Vec::new());
        for plane in 0..planes {
            for column in 0..columns {
                let (output, slice) = (column / slices, column % slices);
                let threshold = f64::from(mvm.threshold(segment, plane, slice, output));
                let [positive, negative] = crossbar.offsets[column];
                let reference = disturbance.reference;
                limits.push(match ternary {
                    true => [
                        threshold + reference - positive,
                        -threshold - reference - negative,
                    ],
                    false => [-reference - positive, 0.0],
                });
                scales.push(i64::from(mvm.scale(segment, plane, slice, output)) << plane);
            }
        }
        let weight = |[positive, negative]: &[f32; 2]| positive - negative;
        Self {
            ternary,
            planes,
            slices,
            columns,
            weights: crossbar.cells.iter().map(weight).collect(),
            limits,
            scales,
            noise: disturbance.noise,
        }
    }

    /// Adds the segment's part to y; `sums` is scratch.
    pub fn add(
        &self,
        sliced: &[u64],
        sums: &mut Vec<f32>,
        rng: &mut Rng,
        counts: &mut Counts,
        y: &mut [i64],
    ) {
        counts.planes += self.planes as u64;
        counts.partial_sums += (self.planes * self.columns) as u64;
        for (plane, lines) in sliced.chunks(sliced.len() / self.planes).enumerate() {
            if lines.iter().all(|line| *line == 0) {
                counts.zero_planes += 1;
                if self.ternary {
                    counts.zeros += self.columns as u64;
                    continue;
                }
            }
            self.sum(lines, sums);
            let at = plane * self.columns..(plane + 1) * self.columns;
            let columns = sums.iter().zip(&self.limits[at.clone()]);
            for (column, ((sum, limits), scale)) in columns.zip(&self.scales[at]).enumerate() {
                let p = self.decide(f64::from(*sum), limits, rng);
                counts.zeros += u64::from(p == 0);
                y[column / self.slices] += (p * scale) << (column % self.slices);
            }
        }
    }

    /// Sums of all columns for the word lines of a plane.
    fn sum(&self, lines: &[u64], sums: &mut Vec<f32>) {
        sums.clear();
        sums.resize(self.columns, 0.0);
        for (word, lines) in lines.iter().enumerate() {
            let mut left = *lines;
            while left != 0 {
                let row = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let weights = &self.weights[row * self.columns..][..self.columns];
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight;
                }
            }
        }
    }

    /// p. Both comparators high is no code of a healthy macro; the column counts as 0.
    fn decide(&self, sum: f64, limits: &[f64; 2], rng: &mut Rng) -> i64 {
        let mut noisy = |limit: f64| {
            // Noise that cannot reach the limit is not drawn.
            match self.noise > 0.0 && (sum - limit).abs() <= FURTHEST * self.noise {
                true => sum + self.noise * rng.gaussian(),
                false => sum,
            }
        };
        match self.ternary {
            true => {
                let above = noisy(limits[0]) > limits[0];
                let below = noisy(limits[1]) < limits[1];
                i64::from(above) - i64::from(below)
            }
            false if noisy(limits[0]) >= limits[0] => 1,
            false => -1,
        }
    }
}
