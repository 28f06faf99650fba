// SPDX-License-Identifier: MIT OR Apache-2.0
//! The output stage: constants, residual, rounding, shift, clamp; words back to memory, beats out.

use super::memory::{Activations, Constant, Table};
use super::pass::{Pass, Stream};
use super::shape::Shape;

/// A beat of m_axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// The number, as 64 bits of two's complement.
    pub data: i64,
    /// TLAST.
    pub last: bool,
}

/// What one position gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// Address (modulo the depth) and elements of each word that is written.
    pub words: Vec<(u32, Vec<u8>)>,
    /// Beats in order.
    pub beats: Vec<Beat>,
}

/// The sum before residual and shift.
pub fn score(y: i64, constant: Constant) -> i64 {
    y * i64::from(constant.multiplier) + i64::from(constant.bias)
}

/// Residual, rounding, arithmetic shift, clamp to `output_bits`.
pub fn requantise(pass: &Pass, score: i64, residual: u8) -> u8 {
    let rounding = match pass.shift {
        0 => 0,
        shift => 1i64 << (shift - 1),
    };
    let sum = score + i64::from(residual) * i64::from(pass.residual_multiplier) + rounding;
    (sum >> pass.shift).clamp(0, (1 << pass.output_bits) - 1) as u8
}

/// Address (modulo 2^32) of the word that holds the residual of output word `w`, if there is one.
pub fn residual_address(pass: &Pass, at: u32, w: u32) -> Option<u32> {
    let own = i64::from(w) - i64::from(pass.residual_offset);
    let found = pass.residual && (0..i64::from(pass.residual_words)).contains(&own);
    found.then(|| {
        let (y, x) = pass.place(at);
        pass.residual_base
            .wrapping_add(y.wrapping_mul(pass.residual_row_step))
            .wrapping_add(x.wrapping_mul(pass.residual_step))
            .wrapping_add(own as u32)
    })
}

/// The channels of position `at` through the output stage.
pub fn position(
    shape: &Shape,
    pass: &Pass,
    memory: &Activations,
    constants: &Table<Constant>,
    at: u32,
    channels: &[i64],
) -> Finished {
    let mut finished = Finished::default();
    for (w, values) in (0..).zip(channels.chunks(shape.elements as usize)) {
        let residual = residual_address(pass, at, w).map(|address| memory.word(address));
        let mut word = Vec::with_capacity(values.len());
        for (g, y) in values.iter().enumerate() {
            let channel = w * shape.elements + g as u32;
            let entry = pass.constant_base + if pass.uniform { 0 } else { channel };
            let score = score(*y, constants.get(entry));
            word.push(requantise(pass, score, residual.map_or(0, |r| r[g])));
            let data = match pass.stream {
                Stream::Scores => score,
                Stream::Raw => *y,
                _ => continue,
            };
            let last = channel + 1 == pass.channels;
            finished.beats.push(Beat { data, last });
        }
        if pass.write {
            let address = pass.out_address(at, w);
            finished.words.push((memory.wrap(address), word));
        }
    }
    finished
}
