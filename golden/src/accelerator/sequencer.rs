// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sequencer: runs of passes, pauses, errors, counters. Passes run whole and at once.

use super::pass::{Kind, PASS_WORDS, Pass};
use super::{Accelerator, mvm, output, overlap, pool};
use crate::error::{Error, Kind as ErrorKind, Result};

/// START with no passes, or with more than there are.
pub const BAD_START: u32 = 1 << 0;
/// START while a run is under way.
pub const START_BUSY: u32 = 1 << 1;
/// A tile interrupted a pass. (The model's tiles never do.)
pub const TILE: u32 = 1 << 2;
/// A tile could not be started: something has not been loaded.
pub const TILE_ACCESS: u32 = 1 << 3;
/// A pass that cannot be.
pub const BAD_PASS: u32 = 1 << 4;
/// A locked register, the program or the constants written during a run. (The host's doing.)
pub const WRITE_BUSY: u32 = 1 << 5;
/// A packet for nobody.
pub const DEST: u32 = 1 << 6;

/// A run has come to its end.
pub const IRQ_DONE: u32 = 1 << 0;
/// An error.
pub const IRQ_ERROR: u32 = 1 << 1;
/// An abort has come to its end.
pub const IRQ_ABORTED: u32 = 1 << 2;
/// A run waits for RESUME.
pub const IRQ_PAUSED: u32 = 1 << 3;

/// Windows of a pass, in words, that the model is willing to walk.
const WALK_LIMIT: u64 = 1 << 32;

/// Status, sticky bits and counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// A run is under way; here that means that it waits in a pause.
    pub paused: bool,
    /// The current or last pass.
    pub pass: u32,
    /// Sticky error bits.
    pub errors: u32,
    /// Sticky interrupt bits.
    pub interrupts: u32,
    /// Passes finished since the counters were cleared.
    pub passes_done: u32,
    /// Output positions finished since the counters were cleared.
    pub positions: u32,
}

/// How a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The last pass is done.
    Done,
    /// A pass asked for a pause, and more passes follow.
    Paused,
    /// An error ended the run.
    Aborted,
    /// The command was refused; nothing has changed but the error bits.
    Refused,
}

/// A pass that reads what it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The pass.
    pub pass: u32,
    /// The lowest such address.
    pub address: u32,
}

impl Accelerator {
    /// CTRL.START with FIRST_PASS and PASS_COUNT: runs until the end, a pause or an error.
    pub fn start(&mut self, first: u32, count: u32) -> Result<Stop> {
        if self.status.paused {
            self.raise(START_BUSY);
            return Ok(Stop::Refused);
        }
        if count == 0 || first.saturating_add(count) > self.shape.passes {
            self.raise(BAD_START);
            return Ok(Stop::Refused);
        }
        self.next = first;
        self.end = first + count;
        self.go()
    }

    /// CTRL.RESUME; it does nothing unless a run is paused.
    pub fn resume(&mut self) -> Result<Stop> {
        if !self.status.paused {
            return Ok(Stop::Refused);
        }
        self.status.paused = false;
        self.go()
    }

    /// CTRL.ABORT in a pause or without a run.
    pub fn abort(&mut self) {
        self.status.paused = false;
        self.status.interrupts |= IRQ_ABORTED;
    }

    fn raise(&mut self, errors: u32) {
        self.status.errors |= errors;
        self.status.interrupts |= IRQ_ERROR;
    }

    fn go(&mut self) -> Result<Stop> {
        while self.next < self.end {
            let index = self.next;
            self.status.pass = index;
            let pass = self.pass(index);
            let fault = self.run_pass(index, &pass)?;
            if fault != 0 {
                self.raise(fault);
                self.abort();
                return Ok(Stop::Aborted);
            }
            self.next += 1;
            self.status.passes_done =
                self.status.passes_done.wrapping_add(1) & self.shape.count_max();
            if pass.pause && self.next < self.end {
                self.status.paused = true;
                self.status.interrupts |= IRQ_PAUSED;
                return Ok(Stop::Paused);
            }
        }
        self.status.interrupts |= IRQ_DONE;
        Ok(Stop::Done)
    }

    /// A pass of the program memory.
    pub fn pass(&self, index: u32) -> Pass {
        let words: [u32; PASS_WORDS] =
            std::array::from_fn(|word| self.program.get(index * PASS_WORDS as u32 + word as u32));
        Pass::decode(&words)
    }

    /// Gives the error bit that ends the run, or 0.
    fn run_pass(&mut self, index: u32, pass: &Pass) -> Result<u32> {
        if pass.fault(&self.shape).is_some() {
            return Ok(BAD_PASS);
        }
        let words = super::walk::Window::len(pass).saturating_mul(pass.positions.into());
        if words > WALK_LIMIT {
            return Err(Error::new(
                ErrorKind::Range,
                format!("pass {index} reads {words} words, the model stops at {WALK_LIMIT}"),
            ));
        }
        let tiles = match pass.kind {
            Kind::Mvm => mvm::tiles(&self.shape, pass),
            _ => Vec::new(),
        };
        for tile in tiles {
            if !self.tiles[tile as usize].start() {
                return Ok(TILE_ACCESS);
            }
        }
        if let Some(address) = overlap::overlap(&self.shape, pass, &self.memory) {
            self.overlaps.push(Overlap {
                pass: index,
                address,
            });
        }
        for at in 0..pass.positions {
            let channels = match pass.kind {
                Kind::Mvm => mvm::position(&self.shape, pass, &self.memory, &mut self.tiles, at)?,
                _ => pool::position(&self.shape, pass, &self.memory, at),
            };
            let (shape, memory, constants) = (&self.shape, &self.memory, &self.constants);
            let finished = output::position(shape, pass, memory, constants, at, &channels);
            for (address, word) in finished.words {
                self.memory.store(address, &word);
            }
            self.beats.extend(finished.beats);
            self.status.positions = self.status.positions.wrapping_add(1) & self.shape.count_max();
        }
        Ok(0)
    }
}
