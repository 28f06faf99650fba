// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling.

use hcim_network::{MapShape, Pool, PoolOp};

use super::Map;
use super::window::inside;

/// The largest element or the sum of each window, `[position][channel]`.
pub(super) fn run(pool: &Pool, input: Map<'_>, output: MapShape) -> Vec<i64> {
    let (window, channels) = (&pool.window, output.channels);
    let mut all = vec![0; output.elements()];
    for (position, values) in all.chunks_exact_mut(channels).enumerate() {
        let (y, x) = (position / output.width, position % output.width);
        for ky in 0..window.height {
            for kx in 0..window.width {
                // What is outside counts 0: it changes neither.
                let Some(row) = inside(window, y, ky, input.shape.height) else {
                    continue;
                };
                let Some(column) = inside(window, x, kx, input.shape.width) else {
                    continue;
                };
                let first = (row * input.shape.width + column) * channels;
                let pixel = &input.elements[first..][..channels];
                for (value, element) in values.iter_mut().zip(pixel) {
                    *value = match pool.op {
                        PoolOp::Max => (*value).max((*element).into()),
                        PoolOp::Average => *value + i64::from(*element),
                    };
                }
            }
        }
    }
    all
}
