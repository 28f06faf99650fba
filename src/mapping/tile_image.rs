// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is loaded into a tile: packets as bytes, elements without gaps, lowest bit first (`doc/tile.md`).

use hcim_network::{MapShape, Mvm, Thresholds};

use crate::config::{Config, Thresholds as Kind};

use super::layout::place_of_row;
use super::program::TileLoad;

/// The part of a layer that a tile holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub layer: &'a str,
    pub mvm: &'a Mvm,
    pub input: MapShape,
    /// G.
    pub elements: usize,
    /// Words of a whole segment.
    pub segment_words: usize,
    /// The segment.
    pub segment: usize,
    /// First output, and how many.
    pub first_output: usize,
    pub outputs: usize,
}

/// Bits one behind the other.
#[derive(Default)]
struct Packer {
    bytes: Vec<u8>,
    bits: usize,
}

impl Packer {
    fn push(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> bit & 1) as u8) << (self.bits % 8);
            }
            self.bits += 1;
        }
    }
}

/// The contents of tile number `tile`.
pub(super) fn load(config: &Config, tile: usize, part: &Part<'_>) -> TileLoad {
    let per_column = config.thresholds() == Kind::PerColumn;
    let per_tile = config.thresholds() == Kind::PerTile;
    TileLoad {
        tile,
        layer: part.layer.to_owned(),
        weights: weights(config, part),
        scales: scales(config, part),
        thresholds: match per_tile {
            true => tile_thresholds(config, part),
            false => Vec::new(),
        },
        column_thresholds: match per_column {
            true => column_thresholds(config, part),
            false => Vec::new(),
        },
    }
}

/// Rows of C positive cells, then C negative cells.
fn weights(config: &Config, part: &Part<'_>) -> Vec<u8> {
    let (rows, columns) = (config.rows() as usize, config.cols() as usize);
    let slices = config.weight_slices() as usize;
    let mut positive = vec![false; rows * columns];
    let mut negative = vec![false; rows * columns];
    let mvm = part.mvm;
    let first = part.segment * mvm.segment_rows;
    let all = mvm.weights.len() / mvm.outputs;
    for r in first..all.min(first + mvm.segment_rows) {
        let (word, element) = place_of_row(r, part.input, part.elements);
        let row = (word - part.segment * part.segment_words) * part.elements + element;
        for output in 0..part.outputs {
            let weight = mvm.weights[r * mvm.outputs + part.first_output + output];
            for slice in 0..mvm.weight_slices as usize {
                if weight.unsigned_abs() >> slice & 1 == 1 {
                    let cell = row * columns + output * slices + slice;
                    match weight > 0 {
                        true => positive[cell] = true,
                        false => negative[cell] = true,
                    }
                }
            }
        }
    }
    let mut packer = Packer::default();
    for row in 0..rows {
        for cells in [&positive, &negative] {
            for cell in &cells[row * columns..][..columns] {
                packer.push(u32::from(*cell), 1);
            }
        }
    }
    packer.bytes
}

/// The scale factor of a column and plane; 0 for columns and planes that the layer does not have.
fn factor(config: &Config, part: &Part<'_>, plane: usize, column: usize) -> u32 {
    let (output, slice) = (
        column / config.weight_slices() as usize,
        column % config.weight_slices() as usize,
    );
    let mvm = part.mvm;
    let there = output < part.outputs
        && plane < mvm.input_bits as usize
        && slice < mvm.weight_slices as usize;
    match there {
        true => u32::from(mvm.scale(part.segment, plane, slice, part.first_output + output)),
        false => 0,
    }
}

/// Memory rows: plane by plane, in each bit by bit, and the parity if there is one, C columns.
fn scales(config: &Config, part: &Part<'_>) -> Vec<u8> {
    let mut packer = Packer::default();
    for plane in 0..config.input_bits() as usize {
        for bit in 0..config.derived().stored_scale_bits {
            for column in 0..config.cols() as usize {
                let factor = factor(config, part, plane, column);
                packer.push(
                    match bit == config.scale_bits() {
                        true => factor.count_ones() & 1,
                        false => factor >> bit & 1,
                    },
                    1,
                );
            }
        }
    }
    packer.bytes
}

/// A threshold as the tile takes it: no sum exceeds R, so one above R says no more than R does.
fn code(config: &Config, threshold: u16) -> u32 {
    u32::from(threshold).min(config.rows())
}

/// THRESHOLD of each plane; 0 for planes that the layer does not have: their sums are 0, and so is p.
fn tile_thresholds(config: &Config, part: &Part<'_>) -> Vec<u32> {
    let mvm = part.mvm;
    let of = |plane: usize| match plane < mvm.input_bits as usize {
        true => code(config, mvm.threshold(part.segment, plane, 0, 0)),
        false => 0,
    };
    (0..config.input_bits() as usize).map(of).collect()
}

/// T bits of each column of each plane.
fn column_thresholds(config: &Config, part: &Part<'_>) -> Vec<u8> {
    let (mvm, slices) = (part.mvm, config.weight_slices() as usize);
    let bits = config.derived().threshold_bits;
    let mut packer = Packer::default();
    for plane in 0..config.input_bits() as usize {
        for column in 0..config.cols() as usize {
            let (output, slice) = (column / slices, column % slices);
            let there = output < part.outputs
                && plane < mvm.input_bits as usize
                && slice < mvm.weight_slices as usize
                && mvm.thresholds != Thresholds::None;
            let output = part.first_output + output;
            let threshold = match there {
                true => code(config, mvm.threshold(part.segment, plane, slice, output)),
                false => 0,
            };
            packer.push(threshold, bits);
        }
    }
    packer.bytes
}
