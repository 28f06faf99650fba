// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pooling: the largest element of a window, or the sum over it, channel by channel.

use super::memory::Activations;
use super::pass::{Kind, Pass};
use super::shape::Shape;
use super::walk::Window;

/// The channels of one position. Places outside the map count as zero.
pub fn position(shape: &Shape, pass: &Pass, memory: &Activations, at: u32) -> Vec<i64> {
    let window = Window::new(pass, at);
    let mut channels = Vec::new();
    for w in 0..pass.in_words {
        let mut values = vec![0; shape.elements as usize];
        for ky in 0..pass.kernel_height {
            for kx in 0..pass.kernel_width {
                let word = window.address(ky, kx, w).map(|at| memory.word(at));
                for (value, element) in values.iter_mut().zip(word.unwrap_or_default()) {
                    *value = match pass.kind {
                        Kind::Max => i64::from(*element).max(*value),
                        _ => *value + i64::from(*element),
                    };
                }
            }
        }
        channels.extend(values);
    }
    channels.truncate(pass.channels as usize);
    channels
}
