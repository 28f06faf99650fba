// SPDX-License-Identifier: MIT OR Apache-2.0
//! A pass of the program, field by field, and its 32 words.

use serde::Serialize;

/// Words of a pass in the program memory.
pub const WORDS: usize = 32;

/// What a pass computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Matrix-vector multiplies.
    #[default]
    Mvm,
    /// Largest element of a window.
    Max,
    /// Sum over a window.
    Sum,
}

/// What leaves by the stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Nothing.
    #[default]
    Nothing,
    /// y * multiplier + bias.
    Scores,
    /// y.
    Raw,
}

/// A pass. Names, units and meaning of the fields are those of `doc/accelerator.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "fields of the contract")]
pub struct Pass {
    pub kind: Kind,
    pub pause: bool,
    pub write: bool,
    pub stream: Stream,
    pub residual: bool,
    pub uniform: bool,
    pub shift: u32,
    pub output_bits: u32,
    pub origin: i32,
    pub in_height: u32,
    pub in_width: u32,
    pub in_words: u32,
    pub in_pitch: u32,
    pub in_row: u32,
    pub kernel_height: u32,
    pub kernel_width: u32,
    pub stride: u32,
    pub padding: u32,
    pub step_x: u32,
    pub step_y: u32,
    pub out_height: u32,
    pub out_width: u32,
    pub out_base: u32,
    pub out_pitch: u32,
    pub channels: u32,
    pub first_lane: u32,
    pub lanes: u32,
    pub segments: u32,
    pub segment_words: u32,
    pub lane_outputs: u32,
    pub constant_base: u32,
    pub residual_multiplier: i16,
    pub residual_base: u32,
    pub residual_row_step: u32,
    pub residual_step: u32,
    pub residual_words: u32,
    pub residual_offset: i16,
}

impl Pass {
    /// Positions: places of the window.
    pub fn positions(&self) -> u32 {
        self.out_height * self.out_width
    }

    /// Words of a window.
    pub fn window_words(&self) -> u32 {
        self.kernel_height * self.kernel_width * self.in_words
    }

    /// The words, as they stand in the program memory.
    pub fn words(&self) -> [u32; WORDS] {
        let kind = match self.kind {
            Kind::Mvm => 0,
            Kind::Max => 1,
            Kind::Sum => 2,
        };
        let stream = match self.stream {
            Stream::Nothing => 0,
            Stream::Scores => 1,
            Stream::Raw => 2,
        };
        let mut words = [0; WORDS];
        words[..19].copy_from_slice(&[
            kind | u32::from(self.pause) << 4
                | u32::from(self.write) << 5
                | stream << 6
                | u32::from(self.residual) << 8
                | u32::from(self.uniform) << 9
                | self.shift << 16
                | self.output_bits << 24,
            self.origin.cast_unsigned(),
            pair(self.in_height, self.in_width),
            pair(self.in_words, self.in_pitch),
            self.in_row,
            self.kernel_height | self.kernel_width << 8 | self.stride << 16 | self.padding << 24,
            self.step_x,
            self.step_y,
            pair(self.out_height, self.out_width),
            self.positions(),
            self.out_base,
            pair(self.out_pitch, self.channels),
            self.first_lane | self.lanes << 8 | self.segments << 16,
            pair(self.segment_words, self.lane_outputs),
            pair(self.constant_base, half(self.residual_multiplier)),
            self.residual_base,
            self.residual_row_step,
            self.residual_step,
            pair(self.residual_words, half(self.residual_offset)),
        ]);
        words
    }
}

fn pair(low: u32, high: u32) -> u32 {
    low | high << 16
}

fn half(value: i16) -> u32 {
    u32::from(value.cast_unsigned())
}
