// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random numbers whose whole state is one number.

/// SplitMix64.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// least ..= most.
    pub(crate) fn pick(&mut self, least: usize, most: usize) -> usize {
        least + (self.next() % (most.max(least) - least + 1) as u64) as usize
    }

    pub(crate) fn bits(&mut self, most: u32) -> u32 {
        self.pick(1, most as usize) as u32
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}
