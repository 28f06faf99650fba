// SPDX-License-Identifier: MIT OR Apache-2.0
//! The memories: activations, constants, program. Addresses count modulo the depth; nothing resets
//! the contents, and what was never written reads as zero here (the hardware's is unknown).

use super::shape::Shape;
use crate::bits::Bits;

/// The activation memory: words of G elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activations {
    elements: usize,
    element_bits: usize,
    mask: u32,
    /// [word * G + element].
    values: Vec<u8>,
}

impl Activations {
    /// All zero.
    pub fn new(shape: &Shape) -> Self {
        let elements = shape.elements as usize;
        Self {
            elements,
            element_bits: shape.element_bits as usize,
            mask: shape.activation_words - 1,
            values: vec![0; shape.activation_words as usize * elements],
        }
    }

    /// The place of an address.
    pub fn wrap(&self, address: u32) -> u32 {
        address & self.mask
    }

    /// G elements.
    pub fn word(&self, address: u32) -> &[u8] {
        &self.values[self.wrap(address) as usize * self.elements..][..self.elements]
    }

    /// Stores a word; missing elements are zero, surplus ones and bits beyond A are dropped.
    pub fn store(&mut self, address: u32, word: &[u8]) {
        let first = self.wrap(address) as usize * self.elements;
        let mask = ((1u16 << self.element_bits) - 1) as u8;
        for (index, place) in self.values[first..][..self.elements].iter_mut().enumerate() {
            *place = word.get(index).copied().unwrap_or(0) & mask;
        }
    }

    /// A word as it travels: element g at bits g * A.
    pub fn bits(&self, address: u32) -> Bits {
        let mut bits = Bits::zero(self.elements * self.element_bits);
        for (index, value) in self.word(address).iter().enumerate() {
            bits.set_field(
                index * self.element_bits,
                self.element_bits,
                (*value).into(),
            );
        }
        bits
    }

    /// Stores word `at` of packed words.
    pub fn store_bits(&mut self, address: u32, packed: &Bits, at: usize) {
        let (count, bits) = (self.elements, self.element_bits);
        let element = |index: usize| packed.field((at * count + index) * bits, bits) as u8;
        let word: Vec<u8> = (0..count).map(element).collect();
        self.store(address, &word);
    }
}

/// An entry of the constant memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Constant {
    /// m.
    pub multiplier: i16,
    /// b.
    pub bias: i32,
}

/// A memory of numbers whose size is a power of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<T> {
    values: Vec<T>,
}

impl<T: Copy + Default> Table<T> {
    /// All zero.
    pub fn new(size: u32) -> Self {
        Self {
            values: vec![T::default(); size as usize],
        }
    }

    /// The value at an address.
    pub fn get(&self, address: u32) -> T {
        self.values[address as usize % self.values.len()]
    }

    /// Changes the value at an address that exists; gives whether it does.
    pub fn set(&mut self, address: u32, value: T) -> bool {
        let place = self.values.get_mut(address as usize);
        place.map(|place| *place = value).is_some()
    }
}
