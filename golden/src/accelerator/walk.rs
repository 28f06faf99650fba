// SPDX-License-Identifier: MIT OR Apache-2.0
//! The window walk: which words of the activation memory an output position reads, in their order.

use super::pass::Pass;

/// The words of one position's window.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    pass: &'a Pass,
    y: u32,
    x: u32,
}

impl<'a> Window<'a> {
    /// The window of an output position.
    pub fn new(pass: &'a Pass, position: u32) -> Self {
        let (y, x) = pass.place(position);
        Self { pass, y, x }
    }

    /// T, words of a window.
    pub fn len(pass: &Pass) -> u64 {
        u64::from(pass.kernel_height) * u64::from(pass.kernel_width) * u64::from(pass.in_words)
    }

    /// Word `w` of the pixel at (ky, kx): its address (modulo 2^32), or `None` where the pixel lies
    /// outside the map and counts as zero.
    pub fn address(&self, ky: u32, kx: u32, w: u32) -> Option<u32> {
        let pass = self.pass;
        let inside = |at: u32, kernel: u32, limit: u32| {
            let place = i64::from(at) * i64::from(pass.stride) + i64::from(kernel)
                - i64::from(pass.padding);
            (0..i64::from(limit)).contains(&place)
        };
        let found = inside(self.y, ky, pass.in_height) && inside(self.x, kx, pass.in_width);
        found.then(|| {
            let steps = [
                (self.y, pass.step_y),
                (self.x, pass.step_x),
                (ky, pass.in_row),
                (kx, pass.in_pitch),
                (w, 1),
            ];
            steps.iter().fold(pass.origin as u32, |sum, (count, step)| {
                sum.wrapping_add(count.wrapping_mul(*step))
            })
        })
    }

    /// The same for word `t` of the walk: ky, kx, w, the last fastest.
    pub fn word(&self, t: u64) -> Option<u32> {
        let (words, width) = (
            u64::from(self.pass.in_words),
            u64::from(self.pass.kernel_width),
        );
        let pixel = t / words;
        self.address(
            (pixel / width) as u32,
            (pixel % width) as u32,
            (t % words) as u32,
        )
    }
}
