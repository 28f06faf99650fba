// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole tile, transaction by transaction: packets in, results out, planes skipped, counters and
//! errors.

use crate::bits::{Bits, sign_extend};
use crate::blocks::crossbar::Crossbar;
use crate::blocks::sense::Code;
use crate::blocks::stream::{Dest, Event, Stream};
use crate::config::{Config, Thresholds};
use crate::error::{Error, Kind, Result};
use crate::kernel::slice_inputs;
use crate::network::Layer;
use crate::packing;
use crate::schedule::Plane;

/// An MVM without weights, scale factors or per-column thresholds.
pub const NOT_LOADED: u32 = 1;
/// A used column had both comparators high.
pub const CODE: u32 = 1 << 6;
/// A scale factor that was added has the wrong parity.
pub const PARITY: u32 = 1 << 10;

/// The SKIP register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// Planes of zero input bits are not evaluated.
    pub zero_plane: bool,
    /// Planes in which every p is 0 are offered to the array as skipped.
    pub empty_plane: bool,
}

/// Counters and flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// MVMs computed.
    pub mvms: u64,
    /// Planes not evaluated.
    pub planes_skipped: u64,
    /// Planes offered as skipped because their codes were all 0.
    pub planes_empty: u64,
    /// Sticky error bits.
    pub errors: u32,
    /// Valid flag of the weights.
    pub weights_valid: bool,
    /// Valid flag of the scale factors.
    pub scales_valid: bool,
    /// Valid flag of the per-column thresholds.
    pub thresholds_valid: bool,
}

/// Codes of one plane of an MVM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// What happened to the plane.
    pub kind: Plane,
    /// p is not 0.
    pub nonzero: Bits,
    /// p is negative.
    pub negative: Bits,
}

/// What a packet did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Error bits of this packet.
    pub errors: u32,
    /// An MVM was computed.
    pub ran: bool,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Tile {
    config: Config,
    crossbar: Crossbar,
    stream: Stream,
    /// [plane * U + column], as stored: the parity is bit S.
    scales: Vec<u32>,
    thresholds: Vec<u32>,
    registers: Registers,
    state: State,
    codes: Vec<Codes>,
    accumulators: Vec<i64>,
    results: Vec<i64>,
}

impl Tile {
    /// A tile after reset: nothing loaded, thresholds 0, skipping off.
    pub fn new(config: &Config) -> Self {
        let derived = config.derived();
        let (planes, used) = (config.input_bits as usize, derived.used_columns as usize);
        let zero = Bits::zero(used);
        let codes = Codes {
            kind: Plane::Zero,
            nonzero: zero.clone(),
            negative: zero,
        };
        Self {
            config: config.clone(),
            crossbar: Crossbar::new(config),
            stream: Stream::new(config),
            scales: vec![0; planes * used],
            thresholds: vec![0; planes],
            registers: Registers::default(),
            state: State::default(),
            codes: vec![codes; planes],
            accumulators: vec![0; used],
            results: vec![0; derived.outputs as usize],
        }
    }

    /// Reset: control, registers, counters and valid flags; storage and faults stay.
    pub fn reset(&mut self) {
        self.stream.reset();
        self.state = State::default();
        self.registers = Registers::default();
        self.thresholds.fill(0);
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The crossbar, for its faults.
    pub fn crossbar_mut(&mut self) -> &mut Crossbar {
        &mut self.crossbar
    }

    /// Counters and flags.
    pub fn state(&self) -> State {
        self.state
    }

    /// y of each output of the last MVM.
    pub fn results(&self) -> &[i64] {
        &self.results
    }

    /// The accumulators after the last MVM.
    pub fn accumulators(&self) -> &[i64] {
        &self.accumulators
    }

    /// The codes of a plane of the last MVM.
    pub fn codes(&self, plane: u32) -> Result<&Codes> {
        let codes = self.codes.get(plane as usize);
        codes.ok_or_else(|| Error::range(format!("plane {plane} does not exist")))
    }

    /// What happened to each plane of the last MVM.
    pub fn kinds(&self) -> Vec<Plane> {
        self.codes.iter().map(|codes| codes.kind).collect()
    }

    /// Clears sticky errors.
    pub fn clear_errors(&mut self, errors: u32) {
        self.state.errors &= !errors;
    }

    /// The SKIP register; it stays 0 where nothing can be skipped.
    pub fn set_registers(&mut self, registers: Registers) {
        let can_skip = self.config.plane_skip && self.config.is_ternary();
        self.registers = if can_skip {
            registers
        } else {
            Registers::default()
        };
    }

    /// `THRESHOLD[plane]`.
    pub fn set_threshold(&mut self, plane: u32, value: u32) -> Result<()> {
        if value > self.config.rows {
            return Err(Error::range(format!("threshold {value} exceeds the rows")));
        }
        let place = self.thresholds.get_mut(plane as usize);
        *place.ok_or_else(|| Error::range(format!("plane {plane} does not exist")))? = value;
        Ok(())
    }

    /// Loads R*O weights.
    pub fn load_weights(&mut self, weights: &[i32]) -> Result<()> {
        self.crossbar.load_weights(weights)?;
        self.state.weights_valid = true;
        Ok(())
    }

    /// Loads A*U scale factors.
    pub fn load_scales(&mut self, scales: &[u32]) -> Result<()> {
        packing::check_scales(&self.config, scales)?;
        let stored = |factor: &u32| packing::stored(&self.config, *factor);
        self.scales = scales.iter().map(stored).collect();
        self.state.scales_valid = true;
        Ok(())
    }

    /// Loads A*C per-column thresholds.
    pub fn load_thresholds(&mut self, thresholds: &[u32]) -> Result<()> {
        packing::check_thresholds(&self.config, thresholds)?;
        let columns = self.config.cols;
        for (index, threshold) in (0..).zip(thresholds) {
            self.crossbar
                .set_threshold(index / columns, index % columns, *threshold)?;
        }
        self.state.thresholds_valid = true;
        Ok(())
    }

    /// Loads a layer that may be smaller than the tile.
    pub fn load_layer(&mut self, layer: &Layer) -> Result<()> {
        let padded = layer.padded(&self.config)?;
        self.load_weights(&padded.weights)?;
        self.load_scales(&padded.scales)?;
        for (plane, threshold) in (0..).zip(&layer.thresholds) {
            match self.config.thresholds {
                Thresholds::PerTile => self.set_threshold(plane, *threshold)?,
                Thresholds::PerColumn => {
                    for column in 0..self.config.cols {
                        self.crossbar.set_threshold(plane, column, *threshold)?;
                    }
                    self.state.thresholds_valid = true;
                }
                Thresholds::None => {}
            }
        }
        Ok(())
    }

    /// One packet of the input stream: whole beats, TLAST on the last of them.
    pub fn packet(&mut self, dest: u8, packet: &Bits, busy: bool) -> Result<Outcome> {
        let width = self.config.input_stream_bits as usize;
        let beats = packet.len() / width;
        let mut outcome = Outcome::default();
        for n in 0..beats {
            let beat = Bits::from_fn(width, |bit| packet.get(n * width + bit));
            for event in self.stream.beat(&beat, dest, n + 1 == beats, busy) {
                self.apply(event, &mut outcome)?;
            }
        }
        self.state.errors |= outcome.errors;
        Ok(outcome)
    }

    fn flag(&mut self, dest: Dest, value: bool) {
        match dest {
            Dest::Inputs => {}
            Dest::Weights => self.state.weights_valid = value,
            Dest::Scales => self.state.scales_valid = value,
            Dest::Thresholds => self.state.thresholds_valid = value,
        }
    }

    fn apply(&mut self, event: Event, outcome: &mut Outcome) -> Result<()> {
        match event {
            Event::Begin(dest) => self.flag(dest, false),
            Event::Loaded(dest) => self.flag(dest, true),
            Event::Error(bits) => outcome.errors |= bits,
            Event::WeightRow {
                row,
                positive,
                negative,
            } => {
                self.crossbar.program_row(row, &positive, &negative)?;
            }
            Event::ScaleRow { row, data } => {
                let stored = self.config.derived().stored_scale_bits;
                let (plane, bit) = (row / stored, row % stored);
                let used = data.len();
                let factors = &mut self.scales[plane as usize * used..][..used];
                for (column, factor) in factors.iter_mut().enumerate() {
                    *factor = *factor & !(1 << bit) | u32::from(data.get(column)) << bit;
                }
            }
            Event::Threshold {
                plane,
                column,
                value,
            } => {
                self.crossbar.set_threshold(plane, column, value)?;
            }
            Event::Inputs(inputs) => match self.mvm(&inputs, None) {
                Ok(_) => outcome.ran = true,
                Err(error) if error.kind == Kind::State => outcome.errors |= NOT_LOADED,
                Err(error) => return Err(error),
            },
        }
        Ok(())
    }

    fn loaded(&self) -> bool {
        let per_column = self.config.thresholds == Thresholds::PerColumn;
        let thresholds = !per_column || self.state.thresholds_valid;
        self.state.weights_valid && self.state.scales_valid && thresholds
    }

    /// CTRL.START: whether all that an MVM needs has been loaded; if not, that is an error.
    pub fn start(&mut self) -> bool {
        let loaded = self.loaded();
        self.state.errors |= if loaded { 0 } else { NOT_LOADED };
        loaded
    }

    /// One MVM, with the results of the tile above to add.
    pub fn mvm(&mut self, inputs: &[u16], chain: Option<&[i64]>) -> Result<&[i64]> {
        packing::check_inputs(&self.config, inputs)?;
        if !self.start() {
            return Err(Error::new(
                Kind::State,
                "weights, scale factors or thresholds are missing",
            ));
        }
        if let Some(chain) = chain
            && chain.len() != self.results.len()
        {
            return Err(Error::size("chain", chain.len(), self.results.len()));
        }
        let mut sliced = Vec::new();
        slice_inputs(inputs, self.config.input_bits as usize, &mut sliced);
        let words = inputs.len().div_ceil(64);
        self.accumulators.fill(0);
        for plane in 0..self.config.input_bits as usize {
            let lines = &sliced[plane * words..][..words];
            self.evaluate(plane, lines);
            self.accumulate(plane);
        }
        self.reduce(chain);
        self.state.mvms += 1;
        Ok(&self.results)
    }

    fn evaluate(&mut self, plane: usize, lines: &[u64]) {
        let used = self.accumulators.len();
        let blank = Bits::zero(used);
        let mut code = Code {
            plane: 0,
            nonzero: blank.clone(),
            negative: blank,
            error: false,
        };
        let skipped = self.registers.zero_plane && lines.iter().all(|word| *word == 0);
        if !skipped {
            // A plane that is not evaluated shows no fault of the crossbar either.
            for column in 0..used {
                let register = self.thresholds[plane];
                let (pos, neg) = self.crossbar.column(column, lines, plane as u32, register);
                code.capture(column, self.config.is_ternary(), pos, neg);
            }
        }
        let kind = if skipped {
            self.state.planes_skipped += 1;
            Plane::Zero
        } else if self.registers.empty_plane && code.empty() {
            self.state.planes_empty += 1;
            Plane::Empty
        } else {
            Plane::Full
        };
        self.state.errors |= if code.error { CODE } else { 0 };
        self.codes[plane] = Codes {
            kind,
            nonzero: code.nonzero,
            negative: code.negative,
        };
    }

    fn accumulate(&mut self, plane: usize) {
        let codes = &self.codes[plane];
        let factors = &self.scales[plane * self.accumulators.len()..];
        let mask = (1 << self.config.scale_bits) - 1;
        for (column, (acc, factor)) in self.accumulators.iter_mut().zip(factors).enumerate() {
            let term = i64::from(*factor & mask) << plane;
            if codes.nonzero.get(column) {
                if self.config.parity && factor.count_ones() % 2 == 1 {
                    self.state.errors |= PARITY;
                }
                *acc += if codes.negative.get(column) {
                    -term
                } else {
                    term
                };
            }
        }
    }

    fn reduce(&mut self, chain: Option<&[i64]>) {
        let bits = self.config.derived().result_bits as usize;
        let words = self.accumulators.chunks(self.config.weight_slices as usize);
        for (output, (y, columns)) in self.results.iter_mut().zip(words).enumerate() {
            let own: i64 = columns.iter().enumerate().map(|(j, acc)| acc << j).sum();
            let above = chain.map_or(0, |chain| chain[output]);
            *y = sign_extend(own.wrapping_add(above) as u64, bits);
        }
    }
}
