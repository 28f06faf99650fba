// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a reference design computes.

use crate::hdl::value_width;

/// A dot product: `rows` products of an unsigned input and a signed weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DotProduct {
    /// Inputs.
    pub rows: usize,
    /// A: bits of an input, unsigned.
    pub input_bits: usize,
    /// Bits of a weight, two's complement; at least 2.
    pub weight_bits: usize,
}

/// Rows whose weights are written together.
pub const GROUP_ROWS: usize = 16;

impl DotProduct {
    /// Bits of the exact signed result.
    pub fn result_bits(&self) -> usize {
        let largest = (self.rows as u128 * ((1 << self.input_bits) - 1)) << (self.weight_bits - 1);
        value_width(largest) + 1
    }

    /// Groups of rows.
    pub fn groups(&self) -> usize {
        self.rows.div_ceil(GROUP_ROWS)
    }

    /// The result, in plain arithmetic.
    pub fn golden(&self, inputs: &[u32], weights: &[i32]) -> i64 {
        let product = |(x, w): (&u32, &i32)| i64::from(*x) * i64::from(*w);
        inputs.iter().zip(weights).map(product).sum()
    }
}
