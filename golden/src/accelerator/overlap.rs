// SPDX-License-Identifier: MIT OR Apache-2.0
//! Words that a pass both reads and writes. What it reads there depends on how far the feeder runs
//! ahead of the output stage, so that a program must not do it; the model finds it. One thing is
//! well defined: an output word may take the place of its own residual word.

use super::memory::Activations;
use super::output::residual_address;
use super::pass::{Kind, Pass};
use super::shape::Shape;
use super::walk::Window;

/// The lowest address (modulo the depth) that a legal pass reads and writes.
pub fn overlap(shape: &Shape, pass: &Pass, memory: &Activations) -> Option<u32> {
    if !pass.write {
        return None;
    }
    let depth = shape.activation_words as usize;
    let (mut read, mut own) = (vec![false; depth], vec![false; depth]);
    let mut writes = vec![0u32; depth];
    let words = pass.channels.div_ceil(shape.elements);
    let window = match pass.kind {
        Kind::Mvm => {
            Window::len(pass).min(u64::from(pass.segments) * u64::from(pass.segment_words))
        }
        _ => Window::len(pass),
    };
    for at in 0..pass.positions {
        let walk = Window::new(pass, at);
        for address in (0..window).filter_map(|t| walk.word(t)) {
            read[memory.wrap(address) as usize] = true;
        }
        for w in 0..words {
            let target = memory.wrap(pass.out_address(at, w));
            writes[target as usize] += 1;
            if let Some(address) = residual_address(pass, at, w) {
                let address = memory.wrap(address);
                let place = if address == target {
                    &mut own
                } else {
                    &mut read
                };
                place[address as usize] = true;
            }
        }
    }
    let bad = |at: usize| writes[at] > 0 && read[at] || writes[at] > 1 && own[at];
    (0..depth).find(|at| bad(*at)).map(|at| at as u32)
}
