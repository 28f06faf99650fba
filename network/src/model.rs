// SPDX-License-Identifier: MIT OR Apache-2.0
//! The types of a quantised network.
//!
//! Activations are maps `[height][width][channels]`, channel fastest, unsigned. A vector is a map of 1 x 1. A linear
//! layer on a map takes it flattened in that order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A quantised network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// Shape of the image.
    pub input: MapShape,
    /// Bits of the image's elements, 1 ..= 8.
    pub input_bits: u32,
    /// The layers in the order in which they are computed. The last one's output is the answer.
    pub layers: Vec<Layer>,
    /// Where it comes from: dataset, seeds, accuracies; free text.
    #[serde(default)]
    pub provenance: BTreeMap<String, String>,
}

/// Shape of a map of activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapShape {
    /// Rows of pixels.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
    /// Elements of a pixel.
    pub channels: usize,
}

/// A layer: where its input comes from, and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name, unique in the network: letters, digits, `_`, `-`, `.`.
    pub name: String,
    /// What it reads.
    pub input: Source,
    /// What it does.
    pub kind: Kind,
}

/// A map of activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The image.
    Image,
    /// The output of an earlier layer.
    Layer(usize),
}

/// What a layer does.
#[allow(
    clippy::large_enum_variant,
    reason = "a network has few layers; a box would be in everybody's way"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Matrix-vector multiplies with quantised partial sums.
    Mvm(Mvm),
    /// Pooling.
    Pool(Pool),
}

/// Quantisation of a column's analog sum PS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartialSum {
    /// p = +1 where PS > T, -1 where PS < -T, else 0.
    Ternary,
    /// p = +1 where PS >= 0, else -1.
    Binary,
}

/// A window that slides over a map: symmetric zero padding, the same stride both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Rows of pixels.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
    /// Pixels from window to window.
    pub stride: usize,
    /// Rows and columns of zeros around the map.
    pub padding: usize,
}

/// How a layer's input becomes vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// One vector: the whole map.
    Linear,
    /// A vector for each place of the window: its elements in the order (ky, kx, channel), channel fastest.
    Conv(Window),
}

/// A layer of matrix-vector multiplies. R, A, W, S are those of `doc/contracts.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mvm {
    /// Linear or convolution.
    pub op: Op,
    /// Ternary or binary.
    pub partial_sum: PartialSum,
    /// A: bit planes of the input, 1 ..= 8.
    pub input_bits: u32,
    /// W: magnitude bits of a weight, 1 ..= 8.
    pub weight_slices: u32,
    /// S: bits of a scale factor, 1 ..= 16.
    pub scale_bits: u32,
    /// Outputs of a vector.
    pub outputs: usize,
    /// Rows of a segment: segment k holds rows `k * segment_rows ..` of the vector; the last may be shorter.
    pub segment_rows: usize,
    /// `[row][output]`, magnitude at most 2^W - 1.
    #[serde(skip)]
    pub weights: Vec<i16>,
    /// `[segment][plane][slice][output]`, at most 2^S - 1.
    #[serde(skip)]
    pub scales: Vec<u16>,
    /// Comparator thresholds in unit cells.
    pub thresholds: Thresholds,
    /// `[output]`.
    #[serde(skip)]
    pub multiplier: Vec<i16>,
    /// `[output]`.
    #[serde(skip)]
    pub bias: Vec<i32>,
    /// What becomes of y.
    pub finish: Finish,
    /// What is added before the shift; with [`Finish::Activation`] only.
    #[serde(default)]
    pub residual: Option<Residual>,
}

/// Thresholds T, 0 ..= segment_rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thresholds {
    /// Binary partial sums have none.
    None,
    /// `[segment][plane]`, shared by all columns of a crossbar.
    PerTile(#[serde(skip)] Vec<u16>),
    /// `[segment][plane][slice][output]`.
    PerColumn(#[serde(skip)] Vec<u16>),
}

/// What becomes of y.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// clamp((y * multiplier + bias + residual + rounding) >> shift, 0, 2^bits - 1), rounding = 2^(shift - 1), 0 for
    /// shift 0; the shift is arithmetic.
    Activation {
        /// 0 ..= 31.
        shift: u32,
        /// Bits of an output element, 1 ..= 8.
        bits: u32,
    },
    /// y * multiplier + bias, signed: the answer.
    Scores,
}

/// What a layer adds before its shift: multiplier * source\[y * stride\]\[x * stride\]\[c - channel_offset\], 0 where the
/// source has no such channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residual {
    /// The image or an earlier layer.
    pub source: Source,
    /// 16 bits, signed.
    pub multiplier: i16,
    /// Pixels of the source from pixel to pixel.
    pub stride: usize,
    /// First channel that gets something.
    pub channel_offset: usize,
}

/// Pooling, channel by channel: clamp((v * multiplier + bias + rounding) >> shift, 0, 2^bits - 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// What v is.
    pub op: PoolOp,
    /// The window; pixels outside the map count as 0.
    pub window: Window,
    /// Of all channels.
    pub multiplier: i16,
    /// Of all channels.
    pub bias: i32,
    /// 0 ..= 31.
    pub shift: u32,
    /// Bits of an output element, 1 ..= 8.
    pub bits: u32,
}

/// What v of a pooling is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolOp {
    /// The largest element of the window.
    Max,
    /// The sum of the window's elements; an average with a multiplier.
    Average,
}
