// SPDX-License-Identifier: MIT OR Apache-2.0
//! The numbers that an accelerator's behaviour depends on, and the configurations that cannot be one.

use crate::config::{Config, clog2};
use crate::error::{Error, Kind, Result};

/// What the model needs to know of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// K, tiles of a lane.
    pub segments: u32,
    /// N, lanes.
    pub lanes: u32,
    /// A, bits of an element.
    pub element_bits: u32,
    /// G, elements of a word.
    pub elements: u32,
    /// R, inputs of a tile.
    pub rows: u32,
    /// O, outputs of a tile.
    pub outputs: u32,
    /// Words of the activation memory.
    pub activation_words: u32,
    /// Entries of the constant memory.
    pub constant_entries: u32,
    /// Passes of the program memory.
    pub passes: u32,
    /// Y, bits of a tile's result.
    pub result_bits: u32,
    /// E, bits of an element in the output stage.
    pub stage_bits: u32,
    /// V, bits of the output stage's sums.
    pub sum_bits: u32,
    /// Bits of the counters of passes and positions, and of the positions of a pass.
    pub count_bits: u32,
}

impl Shape {
    /// The shape of a configuration whose top is `accelerator`.
    pub fn new(config: &Config) -> Result<Self> {
        let refuse = |text: String| Err(Error::new(Kind::Config, format!("accelerator: {text}")));
        let bits = config.input_bits;
        if config.top != "accelerator" {
            return refuse(format!("the top is \"{}\"", config.top));
        }
        if !bits.is_power_of_two() || bits > 8 {
            return refuse(format!("input_bits is {bits}, legal: 1, 2, 4, 8"));
        }
        let width = config.input_stream_bits;
        if !width.is_multiple_of(bits) {
            return refuse(format!(
                "input_stream_bits is {width}, no multiple of {bits}"
            ));
        }
        let elements = width / bits;
        if elements > config.rows {
            return refuse(format!(
                "a word has {elements} elements, more than {} rows",
                config.rows
            ));
        }
        let derived = config.derived();
        let stage_bits = derived.result_bits.max(bits + 9);
        Ok(Self {
            segments: config.segments,
            lanes: config.lanes,
            element_bits: bits,
            elements,
            rows: config.rows,
            outputs: derived.outputs,
            activation_words: config.activation_words,
            constant_entries: config.constant_entries,
            passes: config.passes,
            result_bits: derived.result_bits,
            stage_bits,
            sum_bits: (stage_bits + 16).max(32) + 2,
            count_bits: config.counter_bits.min(32),
        })
    }

    /// Words that fit into the rows of a tile: floor(R / G).
    pub fn tile_words(&self) -> u32 {
        self.rows / self.elements
    }

    /// What a counter of passes or positions holds at most.
    pub fn count_max(&self) -> u32 {
        u32::MAX >> (32 - self.count_bits)
    }

    /// N * K.
    pub fn tiles(&self) -> u32 {
        self.lanes * self.segments
    }

    /// log2 of the memories' sizes, as register MEMORY shows them: activations, constants, passes.
    pub fn memory_bits(&self) -> [u32; 3] {
        [self.activation_words, self.constant_entries, self.passes].map(|size| match size {
            1 => 0,
            size => clog2(size.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Result<Shape> {
        Shape::new(&Config::from_json(text)?)
    }

    #[test]
    fn figures_of_a_small_one() {
        let shape = shape(
            r#"{"top": "accelerator", "rows": 20, "cols": 12, "input_bits": 2, "weight_slices": 3,
                "scale_bits": 4, "segments": 3, "lanes": 2, "input_stream_bits": 8}"#,
        )
        .unwrap();
        assert_eq!(
            (shape.elements, shape.tile_words(), shape.tiles()),
            (4, 5, 6)
        );
        // Y = 4 + 2 + 3 + 1 + 2, E = max(12, 11), V = max(28, 32) + 2.
        let bits = (shape.result_bits, shape.stage_bits, shape.sum_bits);
        assert_eq!(bits, (12, 12, 34));
        assert_eq!(shape.memory_bits(), [10, 8, 5]);
    }

    #[test]
    fn what_cannot_be_an_accelerator() {
        let with = |key: &str| shape(&format!(r#"{{"top": "accelerator", {key}}}"#)).unwrap_err();
        assert!(with(r#""input_bits": 3"#).message.contains("1, 2, 4, 8"));
        let odd = r#""input_bits": 8, "input_stream_bits": 12"#;
        assert!(with(odd).message.contains("no multiple"));
        assert!(with(r#""rows": 15"#).message.contains("more than 15 rows"));
        assert!(shape("{}").unwrap_err().message.contains("\"tile\""));
        assert!(with(r#""lanes": 17"#).message.contains("lanes is 17"));
        assert!(with(r#""activation_words": 100"#).message.contains("power"));
    }
}
