// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole accelerator, transaction by transaction: lanes of chained tiles, memories for
//! activations, constants and a program, an output stage, and a sequencer of passes.
//!
//! A reading of its own of the contract of the accelerator, like everything in this crate:
//! - [`shape`]: the figures; [`memory`]: the memories; [`pass`]: the 32 words of a pass;
//! - [`walk`]: which words a position reads; [`mvm`], [`pool`]: what is computed of them;
//! - [`output`]: constants, residual, requantisation; [`sequencer`]: runs, pauses, errors;
//! - [`overlap`]: finds passes that read what they write, whose result would depend on cycles.

pub mod memory;
pub mod mvm;
pub mod output;
pub mod overlap;
pub mod pass;
pub mod pool;
pub mod sequencer;
pub mod shape;
#[cfg(test)]
mod tests;
pub mod walk;

pub use memory::{Activations, Constant, Table};
pub use output::Beat;
pub use pass::{PASS_WORDS, Pass};
pub use sequencer::{Overlap, Status, Stop};
pub use shape::Shape;

use crate::bits::Bits;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::tile::{Outcome, Tile};

/// The model. A run takes no time in it: [`Accelerator::start`] returns when the run is over, is
/// paused, or has failed.
#[derive(Clone, Debug)]
pub struct Accelerator {
    shape: Shape,
    tiles: Vec<Tile>,
    memory: Activations,
    constants: Table<Constant>,
    program: Table<u32>,
    status: Status,
    /// The pass that comes next, and the one after the last.
    next: u32,
    end: u32,
    beats: Vec<Beat>,
    overlaps: Vec<Overlap>,
    /// ACT_ADDR.
    address: u32,
}

impl Accelerator {
    /// An accelerator after reset: tiles with nothing loaded, memories zero.
    pub fn new(config: &Config) -> Result<Self> {
        let shape = Shape::new(config)?;
        // A tile inside gives one result a beat; nothing else of its configuration differs.
        let mut own = config.clone();
        own.top = "tile".to_owned();
        own.output_stream_bits = config.derived().result_element_bits;
        Ok(Self {
            tiles: vec![Tile::new(&own); shape.tiles() as usize],
            memory: Activations::new(&shape),
            constants: Table::new(shape.constant_entries),
            program: Table::new(shape.passes * PASS_WORDS as u32),
            status: Status::default(),
            next: 0,
            end: 0,
            beats: Vec::new(),
            overlaps: Vec::new(),
            address: 0,
            shape,
        })
    }

    /// Reset: control, counters and what the tiles lose; memories stay.
    pub fn reset(&mut self) {
        self.tiles.iter_mut().for_each(Tile::reset);
        self.status = Status::default();
        self.beats.clear();
        self.address = 0;
    }

    /// The figures of the configuration.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Status, sticky bits, counters.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Clears sticky error and interrupt bits (write 1 to clear).
    pub fn clear(&mut self, errors: u32, interrupts: u32) {
        self.status.errors &= !errors;
        self.status.interrupts &= !interrupts;
    }

    /// CTRL.CLEAR_COUNTERS.
    pub fn clear_counters(&mut self) {
        self.status.passes_done = 0;
        self.status.positions = 0;
    }

    /// Tile t = lane * K + k: its registers, loads and faults.
    pub fn tile_mut(&mut self, tile: u32) -> Result<&mut Tile> {
        let found = self.tiles.get_mut(tile as usize);
        found.ok_or_else(|| Error::range(format!("there is no tile {tile}")))
    }

    /// A tile.
    pub fn tile(&self, tile: u32) -> Result<&Tile> {
        let found = self.tiles.get(tile as usize);
        found.ok_or_else(|| Error::range(format!("there is no tile {tile}")))
    }

    /// Word i of pass p is word p * 32 + i of the program memory.
    pub fn write_program(&mut self, word: u32, data: u32) -> Result<()> {
        let found = self.program.set(word, data);
        let outside = || Error::range(format!("program word {word} does not exist"));
        found.then_some(()).ok_or_else(outside)
    }

    /// A whole pass.
    pub fn set_pass(&mut self, index: u32, words: &[u32; PASS_WORDS]) -> Result<()> {
        let first = index.saturating_mul(PASS_WORDS as u32);
        (first..)
            .zip(words)
            .try_for_each(|(word, data)| self.write_program(word, *data))
    }

    /// An entry of the constant memory.
    pub fn set_constant(&mut self, entry: u32, constant: Constant) -> Result<()> {
        let found = self.constants.set(entry, constant);
        let outside = || Error::range(format!("constant {entry} does not exist"));
        found.then_some(()).ok_or_else(outside)
    }

    /// The activation memory.
    pub fn memory(&self) -> &Activations {
        &self.memory
    }

    /// The activation memory, to be changed from outside.
    pub fn memory_mut(&mut self) -> &mut Activations {
        &mut self.memory
    }

    /// ACT_ADDR.
    pub fn address(&self) -> u32 {
        self.address
    }

    /// Writes ACT_ADDR.
    pub fn set_address(&mut self, address: u32) {
        self.address = address;
    }

    /// One packet of s_axis, whole beats: activations to ACT_ADDR and on, the rest to tile
    /// `load_tile` (register LOAD_TILE).
    pub fn packet(&mut self, dest: u8, load_tile: u32, packet: &Bits) -> Result<Outcome> {
        let beat = (self.shape.elements * self.shape.element_bits) as usize;
        match dest {
            0 => {
                for at in 0..packet.len() / beat {
                    self.memory.store_bits(self.address, packet, at);
                    self.address = self.memory.wrap(self.address.wrapping_add(1));
                }
                Ok(Outcome::default())
            }
            1..=3 => self.tile_mut(load_tile)?.packet(dest, packet, false),
            _ => {
                self.status.errors |= sequencer::DEST;
                self.status.interrupts |= sequencer::IRQ_ERROR;
                Ok(Outcome::default())
            }
        }
    }

    /// The beats of m_axis since they were last taken.
    pub fn beats(&self) -> &[Beat] {
        &self.beats
    }

    /// Takes them.
    pub fn take_beats(&mut self) -> Vec<Beat> {
        std::mem::take(&mut self.beats)
    }

    /// Passes run so far that read what they write: the hardware may give something else there.
    pub fn overlaps(&self) -> &[Overlap] {
        &self.overlaps
    }

    /// Whether a pass would read what it writes.
    pub fn would_overlap(&self, pass: &Pass) -> Option<u32> {
        overlap::overlap(&self.shape, pass, &self.memory)
    }
}
