// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program: everything that a host gives to an accelerator to run a network, and what comes back.

use serde::Serialize;

use super::pass::Pass;

/// A network as the accelerator of one configuration runs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Program {
    /// Name of the network.
    pub network: String,
    /// First 16 hexadecimal digits of the digest of the configuration: registers DIGEST_HI and DIGEST_LO.
    pub digest: String,
    /// Elements of an image, bits of each, elements of a word.
    pub image: ImagePlace,
    /// One after the other for each image; one alone keeps everything loaded.
    pub phases: Vec<Phase>,
}

/// How an image goes into the activation memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImagePlace {
    /// First word.
    pub base: usize,
    /// Pixels.
    pub pixels: usize,
    /// Elements of a pixel.
    pub channels: usize,
    /// Bits of an element in memory: A of the configuration.
    pub element_bits: u32,
    /// Elements of a word: G.
    pub word_elements: usize,
}

/// Loads and passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// What is loaded into tiles.
    pub loads: Vec<TileLoad>,
    /// Entries of the constant memory from 0: multiplier and bias.
    pub constants: Vec<(i16, i32)>,
    /// Passes of the program memory from 0.
    pub passes: Vec<Pass>,
    /// The layer that each pass belongs to.
    pub layers: Vec<usize>,
    /// What the passes stream, in order.
    pub expected: Vec<Expected>,
    /// Passes of matrix-vector multiplies, in order.
    pub multiplies: Vec<Multiply>,
}

impl Phase {
    /// Adds a pass of a layer.
    pub(super) fn push(&mut self, layer: usize, pass: Pass) {
        self.passes.push(pass);
        self.layers.push(layer);
    }
}

/// A pass of matrix-vector multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Multiply {
    /// The layer.
    pub layer: usize,
    /// Lanes that take part.
    pub lanes: usize,
    /// Tiles of each.
    pub segments: usize,
    /// Places of the window.
    pub positions: usize,
}

/// The contents of a tile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TileLoad {
    /// Tile lane * K + k.
    pub tile: usize,
    /// The layer that it belongs to.
    pub layer: String,
    /// Weights packet, lowest byte first.
    #[serde(skip)]
    pub weights: Vec<u8>,
    /// Scale-factor packet.
    #[serde(skip)]
    pub scales: Vec<u8>,
    /// Registers THRESHOLD, where thresholds are per tile.
    pub thresholds: Vec<u32>,
    /// Threshold packet, where they are per column.
    #[serde(skip)]
    pub column_thresholds: Vec<u8>,
}

/// Beats of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// The layer.
    pub layer: usize,
    /// What the beats are.
    pub content: Content,
    /// First channel of each position.
    pub first_channel: usize,
    /// Channels of each position.
    pub channels: usize,
    /// Positions.
    pub positions: usize,
}

/// What beats are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// y before requantisation.
    Sums,
    /// y * multiplier + bias of the last layer.
    Scores,
    /// Activations, read from memory.
    Activations,
}

impl Expected {
    /// Beats in all.
    pub fn beats(&self) -> usize {
        self.channels * self.positions
    }
}

/// What a program streams for an image, in order, given each layer's values `[position][channel]`.
pub fn expected_beats(program: &Program, values: &dyn Fn(usize, Content) -> Vec<i64>) -> Vec<i64> {
    let mut beats = Vec::new();
    for expected in program.phases.iter().flat_map(|phase| &phase.expected) {
        let all = values(expected.layer, expected.content);
        let channels = all.len() / expected.positions.max(1);
        for position in all.chunks(channels.max(1)) {
            let first = expected.first_channel.min(position.len());
            beats.extend(position[first..].iter().take(expected.channels));
        }
    }
    beats
}
