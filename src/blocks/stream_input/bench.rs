// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests of the tile's periphery share: a module under rust-hdl's simulator, and chance.

use std::sync::Arc;

use crate::hdl::bridge::SimBlock;
use crate::hdl::{Module, Value};

/// A module with a clock `clk_i` and a reset `rst_ni`, out of reset.
pub(crate) struct Bench(SimBlock);

impl Bench {
    pub fn new(module: &Arc<Module>) -> Bench {
        let mut bench = Bench(SimBlock::new(module).expect("a module that can be simulated"));
        bench.set("rst_ni", 0);
        bench.tick();
        bench.set("rst_ni", 1);
        bench.settle();
        bench
    }

    pub fn set(&mut self, input: &str, value: u128) {
        self.0.set(input, value).expect("an input");
    }

    pub fn set_bits(&mut self, input: &str, bits: &[bool]) {
        let mut value = Value::zero(bits.len());
        for (n, bit) in bits.iter().enumerate() {
            value.set_bit(n, *bit);
        }
        self.0.set_value(input, &value).expect("an input");
    }

    pub fn get(&self, signal: &str) -> u128 {
        self.0.get(signal).expect("a signal")
    }

    pub fn is(&self, signal: &str) -> bool {
        self.get(signal) == 1
    }

    pub fn bits(&self, signal: &str) -> Vec<bool> {
        let value = self.0.get_value(signal).expect("a signal");
        (0..value.width()).map(|n| value.bit(n)).collect()
    }

    pub fn settle(&mut self) {
        self.0.settle().expect("settled");
    }

    pub fn tick(&mut self) {
        self.0.tick("clk_i").expect("a cycle");
    }
}

/// A small generator of pseudo-random numbers.
pub(crate) struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True in `share` of a hundred cases.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub fn bits(&mut self, count: usize) -> Vec<bool> {
        (0..count).map(|_| self.percent(50)).collect()
    }
}

/// The low `width` bits of a number, sign-extended as far as need be.
pub(crate) fn to_bits(value: i128, width: usize) -> Vec<bool> {
    (0..width).map(|n| (value >> n.min(127)) & 1 == 1).collect()
}

/// The number that bits mean in two's complement.
pub(crate) fn from_bits(bits: &[bool]) -> i128 {
    let weight = |(n, bit): (usize, &bool)| i128::from(*bit) << n;
    let unsigned: i128 = bits.iter().enumerate().map(weight).sum();
    unsigned
        - if bits.last() == Some(&true) {
            1 << bits.len()
        } else {
            0
        }
}
