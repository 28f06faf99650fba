// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the results of one layer to the inputs of the next.

use crate::error::{Error, Result};

/// clamp((y * multiplier + bias + rounding) >> shift, 0, 2^A - 1) with rounding = 2^(shift - 1),
/// 0 for shift 0; the intermediate is exact and the shift arithmetic.
pub fn requantise(y: i64, multiplier: i32, bias: i32, shift: u32, input_bits: u32) -> Result<u32> {
    if shift > 63 || !(1..=31).contains(&input_bits) {
        return Err(Error::range(format!(
            "requantisation: shift {shift}, input_bits {input_bits}"
        )));
    }
    let rounding = if shift == 0 { 0 } else { 1i128 << (shift - 1) };
    let scaled = (wide(y, multiplier, bias) + rounding) >> shift;
    Ok(scaled.clamp(0, (1 << input_bits) - 1) as u32)
}

/// y * multiplier + bias: the entries of a last layer's answer.
pub fn affine(y: i64, multiplier: i32, bias: i32) -> Result<i64> {
    i64::try_from(wide(y, multiplier, bias))
        .map_err(|_| Error::range(format!("{y} * {multiplier} + {bias} exceeds 64 bits")))
}

fn wide(y: i64, multiplier: i32, bias: i32) -> i128 {
    i128::from(y) * i128::from(multiplier) + i128::from(bias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up_and_clamps() {
        let q = |y, m, b, s| requantise(y, m, b, s, 4).unwrap();
        assert_eq!(q(5, 1, 0, 1), 3);
        assert_eq!(q(-1, 1, 0, 1), 0);
        assert_eq!(q(1, 1, 0, 0), 1);
        assert_eq!(q(1 << 40, 32767, 0, 16), 15);
        assert_eq!(q(-(1 << 40), 32767, 0, 16), 0);
        // (-3 + 2) >> 2 is -1 with an arithmetic shift and 0 with a division.
        assert_eq!(requantise(-3, 1, 4, 2, 4).unwrap(), 0);
        assert_eq!(requantise(5, 1, -3, 2, 4).unwrap(), 1);
        assert!(requantise(1, 1, 1, 64, 4).is_err());
        assert_eq!(affine(-7, 3, -1).unwrap(), -22);
        assert!(affine(i64::MAX, 2, 0).is_err());
    }

    #[test]
    fn widths_at_their_limits() {
        // 2^63 and half of it, shifted by 63; 31 bits of ones.
        assert_eq!(requantise(1 << 62, 2, 0, 63, 4).unwrap(), 1);
        assert_eq!(requantise(i64::MAX, 1, 0, 0, 31).unwrap(), 0x7fff_ffff);
        assert_eq!(requantise(1000, 1, 0, 0, 1).unwrap(), 1);
        for (shift, bits) in [(64, 4), (0, 0), (0, 32)] {
            assert!(requantise(1, 1, 0, shift, bits).is_err());
        }
        // Half of a step up: 2.5 is 3, 2.25 is 2.
        assert_eq!(requantise(5, 2, 0, 2, 4).unwrap(), 3);
        assert_eq!(requantise(9, 1, 0, 2, 4).unwrap(), 2);
    }
}
