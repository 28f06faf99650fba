// SPDX-License-Identifier: MIT OR Apache-2.0
//! Shape of an accelerator: numbers that its blocks are built from.

use crate::blocks::tile::TileShape;
use crate::config::{Accelerator, Config};

/// An accelerator in numbers (symbols as in `doc/accelerator.md`).
#[derive(Clone, Debug)]
pub struct AcceleratorShape {
    /// The tile; its result stream is an element wide.
    pub tile: TileShape,
    /// K
    pub tiles: usize,
    /// N
    pub lanes: usize,
    /// A
    pub input_bits: usize,
    /// Bits of a word of activations.
    pub word_bits: usize,
    /// B: words of an input packet.
    pub packet_words: usize,
    /// Most words of a segment.
    pub segment_words: usize,
    /// O
    pub outputs: usize,
    /// Y
    pub result_bits: usize,
    /// B8: bits of a beat of a tile's results.
    pub beat_bits: usize,
    /// E: bits of an element that enters the output stage.
    pub element_bits: usize,
    /// V: bits of the output stage's sums.
    pub sum_bits: usize,
    /// Bits of an address of the activation memory.
    pub address_bits: usize,
    /// Bits of an address of the constant memory.
    pub constant_bits: usize,
    /// Bits of the index of a pass.
    pub pass_bits: usize,
}

impl AcceleratorShape {
    /// The accelerator of a configuration, if its top is one.
    pub fn of(config: &Config) -> Option<AcceleratorShape> {
        let (own, derived) = (config.accelerator()?, config.derived());
        let sizes = derived.accelerator?;
        let Accelerator {
            lanes,
            activation_words,
            constant_entries,
            passes,
        } = own;
        let beat_bits = derived.result_element_bits as usize;
        let mut tile = TileShape::of(config);
        tile.output_stream_bits = beat_bits;
        tile.registers.output_stream_bits = derived.result_element_bits;
        Some(AcceleratorShape {
            tile,
            tiles: config.segments() as usize,
            lanes: lanes as usize,
            input_bits: config.input_bits() as usize,
            word_bits: config.input_stream_bits() as usize,
            packet_words: sizes.packet_words as usize,
            segment_words: sizes.segment_words_max as usize,
            outputs: derived.outputs as usize,
            result_bits: derived.result_bits as usize,
            beat_bits,
            element_bits: sizes.element_bits as usize,
            sum_bits: sizes.sum_bits as usize,
            address_bits: activation_words.trailing_zeros() as usize,
            constant_bits: constant_entries.trailing_zeros() as usize,
            pass_bits: passes.trailing_zeros() as usize,
        })
    }

    /// G: elements of a word, a power of two.
    pub fn word_elements(&self) -> usize {
        self.word_bits / self.input_bits
    }

    /// log2 of G.
    pub fn word_log(&self) -> usize {
        self.word_elements().trailing_zeros() as usize
    }

    /// The same with the largest activation memory: its registers have every bit that those of any configuration have.
    pub fn largest_memory(&self) -> AcceleratorShape {
        AcceleratorShape {
            address_bits: 16,
            ..self.clone()
        }
    }

    /// Bits of CYCLES.
    pub fn counter_bits(&self) -> usize {
        self.tile.counter_bits
    }

    /// Bits of the other counters, and of the positions of a pass, which its tiles count too.
    pub fn count_bits(&self) -> usize {
        self.tile.count_bits()
    }

    /// Tiles in all.
    pub fn all_tiles(&self) -> usize {
        self.lanes * self.tiles
    }

    /// Bits of a pooled element.
    pub fn pool_bits(&self) -> usize {
        self.input_bits + 8
    }
}
