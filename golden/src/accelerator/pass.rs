// SPDX-License-Identifier: MIT OR Apache-2.0
//! A pass of a program: its 32 words, and what makes it illegal.

use super::shape::Shape;

/// Words of a pass.
pub const PASS_WORDS: usize = 32;

/// What a pass computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// 0: matrix-vector multiplies.
    #[default]
    Mvm,
    /// 1: largest element of a window.
    Max,
    /// 2: sum over a window.
    Sum,
    /// 3.
    Illegal,
}

/// What leaves by m_axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stream {
    /// 0: nothing.
    #[default]
    Nothing,
    /// 1: s = y * multiplier + bias.
    Scores,
    /// 2: y.
    Raw,
    /// 3.
    Illegal,
}

/// A pass, field by field; names and units are those of the program's description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of the program's description")]
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
    pub positions: u32,
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

fn field(word: u32, at: u32, width: u32) -> u32 {
    word >> at & ((1 << width) - 1)
}

impl Pass {
    /// Reads the fields; bits that belong to none are ignored.
    pub fn decode(w: &[u32; PASS_WORDS]) -> Self {
        let half = |word: usize, upper: u32| field(w[word], 16 * upper, 16);
        let byte = |word: usize, at: u32| field(w[word], 8 * at, 8);
        let flag = |at: u32| field(w[0], at, 1) == 1;
        Self {
            kind: match field(w[0], 0, 2) {
                0 => Kind::Mvm,
                1 => Kind::Max,
                2 => Kind::Sum,
                _ => Kind::Illegal,
            },
            pause: flag(4),
            write: flag(5),
            stream: match field(w[0], 6, 2) {
                0 => Stream::Nothing,
                1 => Stream::Scores,
                2 => Stream::Raw,
                _ => Stream::Illegal,
            },
            residual: flag(8),
            uniform: flag(9),
            shift: field(w[0], 16, 5),
            output_bits: field(w[0], 24, 4),
            origin: w[1] as i32,
            in_height: half(2, 0),
            in_width: half(2, 1),
            in_words: half(3, 0),
            in_pitch: half(3, 1),
            in_row: w[4],
            kernel_height: byte(5, 0),
            kernel_width: byte(5, 1),
            stride: byte(5, 2),
            padding: byte(5, 3),
            step_x: w[6],
            step_y: w[7],
            out_height: half(8, 0),
            out_width: half(8, 1),
            positions: w[9],
            out_base: w[10],
            out_pitch: half(11, 0),
            channels: half(11, 1),
            first_lane: byte(12, 0),
            lanes: byte(12, 1),
            segments: byte(12, 2),
            segment_words: half(13, 0),
            lane_outputs: half(13, 1),
            constant_base: half(14, 0),
            residual_multiplier: half(14, 1) as i16,
            residual_base: w[15],
            residual_row_step: w[16],
            residual_step: w[17],
            residual_words: half(18, 0),
            residual_offset: half(18, 1) as i16,
        }
    }

    /// The words of the fields, which must fit their widths.
    pub fn encode(&self) -> [u32; PASS_WORDS] {
        let flag = |value: bool, at: u32| u32::from(value) << at;
        let mut w = [0; PASS_WORDS];
        w[0] = self.kind as u32
            | flag(self.pause, 4)
            | flag(self.write, 5)
            | (self.stream as u32) << 6
            | flag(self.residual, 8)
            | flag(self.uniform, 9)
            | self.shift << 16
            | self.output_bits << 24;
        w[1] = self.origin as u32;
        w[2] = self.in_height | self.in_width << 16;
        w[3] = self.in_words | self.in_pitch << 16;
        w[4] = self.in_row;
        w[5] = self.kernel_height | self.kernel_width << 8 | self.stride << 16 | self.padding << 24;
        w[6] = self.step_x;
        w[7] = self.step_y;
        w[8] = self.out_height | self.out_width << 16;
        w[9] = self.positions;
        w[10] = self.out_base;
        w[11] = self.out_pitch | self.channels << 16;
        w[12] = self.first_lane | self.lanes << 8 | self.segments << 16;
        w[13] = self.segment_words | self.lane_outputs << 16;
        w[14] = self.constant_base | u32::from(self.residual_multiplier as u16) << 16;
        w[15] = self.residual_base;
        w[16] = self.residual_row_step;
        w[17] = self.residual_step;
        w[18] = self.residual_words | u32::from(self.residual_offset as u16) << 16;
        w
    }

    /// What makes the pass one that ends a run with BAD_PASS; `None` if nothing does.
    pub fn fault(&self, shape: &Shape) -> Option<&'static str> {
        let always = [
            (self.kind == Kind::Illegal, "kind is 3"),
            (self.stream == Stream::Illegal, "stream is 3"),
            (self.positions == 0, "positions is 0"),
            (self.channels == 0, "channels is 0"),
            (self.output_bits == 0, "output_bits is 0"),
            (
                self.output_bits > shape.element_bits,
                "output_bits exceeds A",
            ),
            (self.kernel_height == 0, "kernel_height is 0"),
            (self.kernel_width == 0, "kernel_width is 0"),
            (self.in_words == 0, "in_words is 0"),
            (
                self.in_words > shape.activation_words,
                "in_words exceeds the activation memory",
            ),
            (self.out_width == 0, "out_width is 0"),
            (
                self.positions > shape.count_max(),
                "positions exceeds what counter_bits count",
            ),
            (
                self.out_width > shape.count_max(),
                "out_width exceeds what counter_bits count",
            ),
        ];
        let outputs = self.lanes * self.lane_outputs;
        let mvm = [
            (self.lanes == 0, "lanes is 0"),
            (
                self.first_lane + self.lanes > shape.lanes,
                "first_lane + lanes exceeds the lanes",
            ),
            (self.segments == 0, "segments is 0"),
            (
                self.segments > shape.segments,
                "segments exceeds the tiles of a lane",
            ),
            (self.segment_words == 0, "segment_words is 0"),
            (
                self.segment_words > shape.tile_words(),
                "segment_words exceeds floor(R / G)",
            ),
            (self.lane_outputs == 0, "lane_outputs is 0"),
            (
                self.lane_outputs > shape.outputs,
                "lane_outputs exceeds the outputs",
            ),
            (
                self.channels > outputs,
                "channels exceeds lanes * lane_outputs",
            ),
        ];
        let elements = self.in_words.saturating_mul(shape.elements);
        let pixels = self.kernel_height * self.kernel_width;
        let pool = [
            (self.channels > elements, "channels exceeds in_words * G"),
            (
                self.kind == Kind::Sum && pixels > 255,
                "a sum over more than 255 pixels",
            ),
        ];
        let own: &[(bool, &'static str)] = match self.kind {
            Kind::Mvm => &mvm,
            _ => &pool,
        };
        let mut faults = always.iter().chain(own);
        faults.find(|(found, _)| *found).map(|(_, what)| *what)
    }

    /// Row and column of an output position; `out_width` is not 0.
    pub fn place(&self, position: u32) -> (u32, u32) {
        (position / self.out_width, position % self.out_width)
    }

    /// Address (modulo 2^32) of word `w` of an output position.
    pub fn out_address(&self, position: u32, w: u32) -> u32 {
        let first = self
            .out_base
            .wrapping_add(position.wrapping_mul(self.out_pitch));
        first.wrapping_add(w)
    }
}
