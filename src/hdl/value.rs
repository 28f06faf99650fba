// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bit vectors of a width that is only known at run time.
//!
//! Used for literals and for simulation. All arithmetic is unsigned and modulo 2^width.

use std::cmp::Ordering;

/// An unsigned bit vector: a width and little-endian 64-bit words.
///
/// Bits at and above `width` are always zero, so that equality is plain equality.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    width: usize,
    words: Vec<u64>,
}

fn word_count(width: usize) -> usize {
    width.div_ceil(64)
}

impl Value {
    /// All bits zero.
    pub fn zero(width: usize) -> Self {
        Value {
            width,
            words: vec![0; word_count(width)],
        }
    }

    /// All bits one.
    pub fn ones(width: usize) -> Self {
        Self::from_words(&vec![u64::MAX; word_count(width)], width)
    }

    /// The low `width` bits of `value`.
    pub fn new(value: u128, width: usize) -> Self {
        Self::from_words(&[value as u64, (value >> 64) as u64], width)
    }

    /// The low `width` bits of little-endian `words`; missing words are zero.
    pub fn from_words(words: &[u64], width: usize) -> Self {
        let mut words: Vec<u64> = (0..word_count(width))
            .map(|i| words.get(i).copied().unwrap_or(0))
            .collect();
        if let (Some(last), rest @ 1..) = (words.last_mut(), width % 64) {
            *last &= (1u64 << rest) - 1;
        }
        Value { width, words }
    }

    /// Number of bits.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The little-endian words.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Bit `index`; bits beyond the width read as zero.
    pub fn bit(&self, index: usize) -> bool {
        self.words
            .get(index / 64)
            .is_some_and(|w| (w >> (index % 64)) & 1 == 1)
    }

    /// Sets bit `index`; writes beyond the width are ignored.
    pub fn set_bit(&mut self, index: usize, bit: bool) {
        if index < self.width
            && let Some(word) = self.words.get_mut(index / 64)
        {
            let mask = 1u64 << (index % 64);
            *word = if bit { *word | mask } else { *word & !mask };
        }
    }

    /// The value as a `u128` if it fits.
    pub fn to_u128(&self) -> Option<u128> {
        if self.words.iter().skip(2).any(|w| *w != 0) {
            return None;
        }
        let word = |i: usize| u128::from(self.words.get(i).copied().unwrap_or(0));
        Some(word(0) | (word(1) << 64))
    }

    /// The value as a `usize`, saturating: good for offsets and shift amounts.
    pub fn to_usize(&self) -> usize {
        self.to_u128()
            .and_then(|v| usize::try_from(v).ok())
            .unwrap_or(usize::MAX)
    }

    /// True when every bit is zero.
    pub fn is_zero(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// True when every bit is one.
    pub fn is_ones(&self) -> bool {
        *self == Value::ones(self.width)
    }

    /// Number of one bits.
    pub fn count_ones(&self) -> u32 {
        self.words.iter().map(|w| w.count_ones()).sum()
    }

    fn zip(&self, other: &Value, f: impl Fn(u64, u64) -> u64) -> Value {
        let width = self.width.max(other.width);
        let get = |v: &Value, i: usize| v.words.get(i).copied().unwrap_or(0);
        let words: Vec<u64> = (0..word_count(width))
            .map(|i| f(get(self, i), get(other, i)))
            .collect();
        Value::from_words(&words, width)
    }

    /// Bitwise and.
    pub fn and(&self, other: &Value) -> Value {
        self.zip(other, |a, b| a & b)
    }

    /// Bitwise or.
    pub fn or(&self, other: &Value) -> Value {
        self.zip(other, |a, b| a | b)
    }

    /// Bitwise exclusive or.
    pub fn xor(&self, other: &Value) -> Value {
        self.zip(other, |a, b| a ^ b)
    }

    /// Bitwise complement.
    pub fn invert(&self) -> Value {
        self.xor(&Value::ones(self.width))
    }

    /// Sum modulo 2^width.
    pub fn add(&self, other: &Value) -> Value {
        self.add_with_carry(other, false)
    }

    /// Difference modulo 2^width.
    pub fn sub(&self, other: &Value) -> Value {
        let width = self.width.max(other.width);
        self.add_with_carry(&other.resize(width).invert(), true)
    }

    /// Product modulo 2^width.
    pub fn mul(&self, other: &Value) -> Value {
        let width = self.width.max(other.width);
        let wide = self.resize(width);
        (0..other.width)
            .filter(|&bit| other.bit(bit))
            .fold(Value::zero(width), |sum, bit| sum.add(&wide.shl(bit)))
    }

    fn add_with_carry(&self, other: &Value, mut carry: bool) -> Value {
        let width = self.width.max(other.width);
        let mut words = Vec::with_capacity(word_count(width));
        for i in 0..word_count(width) {
            let a = self.words.get(i).copied().unwrap_or(0);
            let b = other.words.get(i).copied().unwrap_or(0);
            let (s, c1) = a.overflowing_add(b);
            let (s, c2) = s.overflowing_add(u64::from(carry));
            carry = c1 || c2;
            words.push(s);
        }
        Value::from_words(&words, width)
    }

    /// Logical shift left within the width.
    pub fn shl(&self, amount: usize) -> Value {
        let mut out = Value::zero(self.width);
        if amount < self.width {
            out.insert(amount, &self.slice(0, self.width - amount));
        }
        out
    }

    /// Logical shift right within the width.
    pub fn shr(&self, amount: usize) -> Value {
        self.slice(amount.min(self.width), self.width)
    }

    /// `width` bits from bit `lo` upwards; bits beyond the end read as zero.
    pub fn slice(&self, lo: usize, width: usize) -> Value {
        let (skip, shift) = (lo / 64, lo % 64);
        let get = |i: usize| self.words.get(skip + i).copied().unwrap_or(0);
        let words: Vec<u64> = (0..word_count(width))
            .map(|i| match shift {
                0 => get(i),
                _ => (get(i) >> shift) | (get(i + 1) << (64 - shift)),
            })
            .collect();
        Value::from_words(&words, width)
    }

    /// Overwrites bits `lo ..` with `part`; what would stick out is dropped.
    pub fn insert(&mut self, lo: usize, part: &Value) {
        let end = (lo + part.width).min(self.width);
        let mut at = lo;
        // Word-sized strides: a part may be thousands of bits wide.
        while at < end {
            let run = (64 - at % 64).min(end - at);
            let bits = part.slice(at - lo, run).words.first().copied().unwrap_or(0);
            let mask = if run == 64 {
                u64::MAX
            } else {
                ((1u64 << run) - 1) << (at % 64)
            };
            if let Some(word) = self.words.get_mut(at / 64) {
                *word = (*word & !mask) | ((bits << (at % 64)) & mask);
            }
            at += run;
        }
    }

    /// Zero-extended or truncated to `width`.
    pub fn resize(&self, width: usize) -> Value {
        Value::from_words(&self.words, width)
    }

    /// Sign-extended (or truncated) to `width`.
    pub fn sign_extend(&self, width: usize) -> Value {
        let negative = self.width > 0 && self.bit(self.width - 1);
        if !negative || width <= self.width {
            return self.resize(width);
        }
        let mut out = Value::ones(width);
        out.insert(0, self);
        out
    }

    /// Unsigned comparison.
    pub fn compare(&self, other: &Value) -> Ordering {
        let n = self.words.len().max(other.words.len());
        let get = |v: &Value, i: usize| v.words.get(i).copied().unwrap_or(0);
        (0..n)
            .rev()
            .map(|i| get(self, i).cmp(&get(other, i)))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The digits in hexadecimal, without leading zeros or prefix.
    pub fn to_hex(&self) -> String {
        let mut text: String = self
            .words
            .iter()
            .rev()
            .map(|w| format!("{w:016x}"))
            .collect();
        let kept = text.trim_start_matches('0').len().max(1);
        text.drain(..text.len().saturating_sub(kept));
        if text.is_empty() { "0".into() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn arithmetic_agrees_with_u128() {
        let (a, b) = (
            0x1234_5678_9abc_def0_1122_u128,
            0xfeed_f00d_dead_beef_0001_u128,
        );
        let mask = (1u128 << 80) - 1;
        let (x, y) = (Value::new(a, 80), Value::new(b, 80));
        assert_eq!(x.add(&y).to_u128(), Some((a + b) & mask));
        assert_eq!(x.sub(&y).to_u128(), Some(a.wrapping_sub(b) & mask));
        assert_eq!(x.mul(&y).to_u128(), Some(a.wrapping_mul(b) & mask));
        assert_eq!(x.shl(13).to_u128(), Some((a << 13) & mask));
        assert_eq!(x.shr(67).to_u128(), Some((a & mask) >> 67));
        assert_eq!(x.invert().to_u128(), Some(!a & mask));
        assert_eq!(x.compare(&y), (a & mask).cmp(&(b & mask)));
        assert_eq!(x.slice(60, 10).to_u128(), Some((a >> 60) & 0x3ff));
    }

    #[test]
    fn insert_crosses_words() {
        let mut v = Value::zero(130);
        v.insert(60, &Value::ones(9));
        assert_eq!(v.slice(58, 13).to_u128(), Some(0b0_0111_1111_1100));
        v.insert(126, &Value::ones(9));
        assert_eq!(v.count_ones(), 13);
        assert_eq!(
            Value::new(0b101, 3).sign_extend(70).to_hex(),
            "3ffffffffffffffffd"
        );
        assert_eq!(Value::zero(70).to_hex(), "0");
    }
}
