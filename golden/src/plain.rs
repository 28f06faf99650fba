// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of a tile as plain loops that read like the formulas. Slow and obvious: what the
//! bit-packed [`crate::kernel`] is measured and tested against.

use crate::config::Config;

/// What an MVM needs besides its inputs.
#[derive(Clone, Debug)]
pub struct Layer {
    /// weights[r * O + o].
    pub weights: Vec<i32>,
    /// scales[i * U + o * W + j].
    pub scales: Vec<u32>,
    /// thresholds[i * U + c]; ignored in binary.
    pub thresholds: Vec<u32>,
}

/// PS[i, o, j]: the analog sum of one column for one bit plane.
pub fn partial_sum(
    config: &Config,
    layer: &Layer,
    inputs: &[u16],
    i: usize,
    o: usize,
    j: usize,
) -> i32 {
    let outputs = layer.weights.len() / inputs.len();
    let mut sum = 0;
    for (r, x) in inputs.iter().enumerate() {
        let w = layer.weights[r * outputs + o];
        let slice = w.signum() * (w.abs() >> j & 1);
        sum += i32::from(x >> i & 1) * slice;
    }
    debug_assert!(sum.unsigned_abs() <= config.rows);
    sum
}

/// p for a sum and its threshold.
pub fn quantise(ternary: bool, sum: i32, threshold: u32) -> i32 {
    let threshold = threshold as i32;
    match ternary {
        true if sum > threshold => 1,
        true if sum < -threshold => -1,
        true => 0,
        false if sum >= 0 => 1,
        false => -1,
    }
}

/// `y[o]` of one matrix-vector multiply.
pub fn mvm(config: &Config, layer: &Layer, inputs: &[u16]) -> Vec<i64> {
    let (a, w) = (config.input_bits as usize, config.weight_slices as usize);
    let outputs = layer.weights.len() / inputs.len();
    let used = outputs * w;
    let mut y = vec![0; outputs];
    for (o, y) in y.iter_mut().enumerate() {
        for j in 0..w {
            let column = o * w + j;
            let mut acc = 0i64;
            for i in 0..a {
                let sum = partial_sum(config, layer, inputs, i, o, j);
                let p = quantise(
                    config.is_ternary(),
                    sum,
                    layer.thresholds[i * used + column],
                );
                acc += i64::from(p) * (i64::from(layer.scales[i * used + column]) << i);
            }
            *y += acc << j;
        }
    }
    y
}
