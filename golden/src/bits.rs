// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bit vectors as little-endian 32-bit words: the layout of wide ports in C++ simulators.

/// A bit vector of fixed length; bits above the length are zero.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bits {
    len: usize,
    words: Vec<u32>,
}

impl Bits {
    /// All zero.
    pub fn zero(len: usize) -> Self {
        Self {
            len,
            words: vec![0; words_for(len)],
        }
    }

    /// The lowest `len` bits of `words`; missing words count as zero.
    pub fn from_words(len: usize, words: &[u32]) -> Self {
        let mut bits = Self::zero(len);
        for (to, from) in bits.words.iter_mut().zip(words) {
            *to = *from;
        }
        if let (Some(last), used @ 1..) = (bits.words.last_mut(), len % 32) {
            *last &= (1 << used) - 1;
        }
        bits
    }

    /// One bit for each element.
    pub fn from_fn(len: usize, mut bit: impl FnMut(usize) -> bool) -> Self {
        let mut bits = Self::zero(len);
        for index in 0..len {
            if bit(index) {
                bits.words[index / 32] |= 1 << (index % 32);
            }
        }
        bits
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The words.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// Bit `index`; bits beyond the end are zero.
    pub fn get(&self, index: usize) -> bool {
        index < self.len && self.words[index / 32] >> (index % 32) & 1 == 1
    }

    /// Changes bit `index`; beyond the end nothing happens.
    pub fn set(&mut self, index: usize, value: bool) {
        if index < self.len {
            let mask = 1 << (index % 32);
            if value {
                self.words[index / 32] |= mask;
            } else {
                self.words[index / 32] &= !mask;
            }
        }
    }

    /// The unsigned number at bits `at .. at + width`, width at most 64.
    pub fn field(&self, at: usize, width: usize) -> u64 {
        (0..width).fold(0, |value, bit| value | u64::from(self.get(at + bit)) << bit)
    }

    /// Stores the lowest `width` bits of `value` at `at`.
    pub fn set_field(&mut self, at: usize, width: usize, value: u64) {
        for bit in 0..width {
            self.set(at + bit, value >> bit & 1 == 1);
        }
    }

    /// Whether any bit is set.
    pub fn any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// Hexadecimal digits, highest first, as `$readmemh` reads them.
    pub fn hex(&self) -> String {
        let digits = self.len.div_ceil(4).max(1);
        let digit = |at: usize| char::from_digit(self.field(4 * at, 4) as u32, 16).unwrap_or('0');
        (0..digits).rev().map(digit).collect()
    }
}

/// Number of 32-bit words for `len` bits.
pub fn words_for(len: usize) -> usize {
    len.div_ceil(32)
}

/// Value of the lowest `width` bits as two's complement, width 1 to 64.
pub fn sign_extend(value: u64, width: usize) -> i64 {
    let unused = 64 - width.clamp(1, 64);
    ((value << unused) as i64) >> unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cross_words() {
        let mut bits = Bits::zero(70);
        bits.set_field(28, 40, 0xab_cdef_0123);
        assert_eq!(bits.field(28, 40), 0xab_cdef_0123);
        assert_eq!(bits.words().len(), 3);
        assert_eq!(bits.hex(), "0abcdef01230000000");
    }

    #[test]
    fn surplus_bits_are_dropped() {
        assert_eq!(Bits::from_words(3, &[0xff]).words(), &[7]);
        assert_eq!(Bits::from_words(32, &[u32::MAX, 1]).words(), &[u32::MAX]);
        assert_eq!(Bits::from_words(33, &[1]).words(), &[1, 0]);
    }

    #[test]
    fn signs() {
        assert_eq!(sign_extend(0b101, 3), -3);
        assert_eq!(sign_extend(0b101, 4), 5);
        assert_eq!(sign_extend(u64::MAX, 64), -1);
    }

    #[test]
    fn the_end_is_the_end() {
        let mut bits = Bits::zero(32);
        assert!(!bits.is_empty() && Bits::zero(0).is_empty());
        assert_eq!([0, 1, 32, 33].map(words_for), [0, 1, 1, 2]);
        // Neither a word beyond the last nor a bit above the length.
        bits.set(32, true);
        assert!(!bits.get(32) && !bits.any());
        let mut bits = Bits::zero(33);
        bits.set(33, true);
        assert_eq!(bits.words(), &[0, 0]);
        bits.set(32, true);
        assert!(bits.any() && bits.get(32) && !bits.get(33));
        assert_eq!((bits.len(), bits.words()), (33, &[0, 1][..]));
        bits.set(32, false);
        assert!(!bits.any());
        assert_eq!(Bits::zero(0).hex(), "0");
    }

    #[test]
    fn fields_replace_what_was_there() {
        let mut bits = Bits::from_fn(40, |_| true);
        bits.set_field(30, 4, 0b0101);
        assert_eq!(bits.words(), &[0x7fff_ffff, 0xfd]);
        assert_eq!(bits.field(29, 6), 0b101011);
        assert_eq!(Bits::from_fn(34, |bit| bit == 33).words(), &[0, 2]);
    }
}
