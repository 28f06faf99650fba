// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vector of a place: what a window sees of a map.

use hcim_network::{Op, Window};

use super::Map;

/// Writes the vector of output position (y, x) to `vector`: rows (ky, kx, channel), zeros outside the map.
pub(super) fn gather(op: &Op, input: Map<'_>, y: usize, x: usize, vector: &mut Vec<u8>) {
    vector.clear();
    let Op::Conv(window) = op else {
        vector.extend_from_slice(input.elements);
        return;
    };
    let channels = input.shape.channels;
    for ky in 0..window.height {
        let Some(row) = inside(window, y, ky, input.shape.height) else {
            vector.resize(vector.len() + window.width * channels, 0);
            continue;
        };
        for kx in 0..window.width {
            match inside(window, x, kx, input.shape.width) {
                Some(column) => {
                    let first = (row * input.shape.width + column) * channels;
                    vector.extend_from_slice(&input.elements[first..][..channels]);
                }
                None => vector.resize(vector.len() + channels, 0),
            }
        }
    }
}

/// The coordinate of element `k` of the window at place `at`; `None` outside a side of `length`.
pub(super) fn inside(window: &Window, at: usize, k: usize, length: usize) -> Option<usize> {
    let coordinate = (at * window.stride + k).checked_sub(window.padding)?;
    (coordinate < length).then_some(coordinate)
}
