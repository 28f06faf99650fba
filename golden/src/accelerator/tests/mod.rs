// SPDX-License-Identifier: MIT OR Apache-2.0
//! Small configurations with random contents, for the tests.

mod arithmetic;
mod runs;

use super::pass::{Kind, Stream};
use super::*;
use crate::rng::Rng;

fn config(text: &str) -> Config {
    Config::from_json(text).unwrap()
}

fn small(lanes: u32, segments: u32) -> Config {
    config(&format!(
        r#"{{"top": "accelerator", "rows": 9, "cols": 6, "input_bits": 4, "weight_slices": 2,
            "scale_bits": 3, "input_stream_bits": 8, "segments": {segments}, "lanes": {lanes},
            "activation_words": 256, "constant_entries": 16, "passes": 4}}"#
    ))
}

/// Every tile with random weights, scale factors and thresholds.
fn load(model: &mut Accelerator, config: &Config, random: &mut Rng) {
    let derived = config.derived();
    for t in 0..model.shape().tiles() {
        let count = (config.rows * derived.outputs) as usize;
        let weights: Vec<i32> = (0..count).map(|_| random.below(7) as i32 - 3).collect();
        let count = (config.input_bits * derived.used_columns) as usize;
        let scales: Vec<u32> = (0..count).map(|_| random.below(8) as u32).collect();
        let tile = model.tile_mut(t).unwrap();
        tile.load_weights(&weights).unwrap();
        tile.load_scales(&scales).unwrap();
        for plane in 0..config.input_bits {
            tile.set_threshold(plane, random.below(3) as u32).unwrap();
        }
    }
}

/// A map of whole words at an address.
struct Map {
    base: u32,
    height: i64,
    width: i64,
    words: u32,
    elements: usize,
    values: Vec<u8>,
}

impl Map {
    fn random(model: &mut Accelerator, random: &mut Rng, base: u32, size: (i64, i64, u32)) -> Self {
        let (height, width, words) = size;
        let elements = model.shape().elements as usize;
        let count = (height * width) as usize * words as usize * elements;
        let values: Vec<u8> = (0..count).map(|_| random.below(16) as u8).collect();
        for (address, word) in (base..).zip(values.chunks(elements)) {
            model.memory_mut().store(address, word);
        }
        Self {
            base,
            height,
            width,
            words,
            elements,
            values,
        }
    }

    fn channels(&self) -> usize {
        self.words as usize * self.elements
    }

    /// The element at (y, x), zero outside.
    fn at(&self, y: i64, x: i64, channel: usize) -> i64 {
        if !(0..self.height).contains(&y) || !(0..self.width).contains(&x) {
            return 0;
        }
        self.values[(y * self.width + x) as usize * self.channels() + channel].into()
    }

    /// A pass that reads this map with a square window.
    fn pass(&self, kind: Kind, kernel: u32, stride: u32, padding: u32) -> Pass {
        let (height, width) = (self.height as u32, self.width as u32);
        let size = |n: u32| (n + 2 * padding - kernel) / stride + 1;
        let row = width * self.words;
        Pass {
            kind,
            in_height: height,
            in_width: width,
            in_words: self.words,
            in_pitch: self.words,
            in_row: row,
            origin: self.base as i32 - (padding * (row + self.words)) as i32,
            kernel_height: kernel,
            kernel_width: kernel,
            stride,
            padding,
            step_x: stride * self.words,
            step_y: stride * row,
            out_height: size(height),
            out_width: size(width),
            positions: size(height) * size(width),
            output_bits: 4,
            stream: Stream::Raw,
            ..Pass::default()
        }
    }
}

fn run_one(model: &mut Accelerator, pass: &Pass) -> Vec<Beat> {
    model.set_pass(0, &pass.encode()).unwrap();
    assert_eq!(model.start(0, 1).unwrap(), Stop::Done);
    model.take_beats()
}
