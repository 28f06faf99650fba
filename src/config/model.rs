// SPDX-License-Identifier: MIT OR Apache-2.0
//! The validated configuration.

use serde::Serialize;

use super::choices::{Accumulation, Gating, PartialSum, Storage, Thresholds, Top};
use super::keys::KeyId;
use super::value::Value;

/// Reset values of the crossbar's timing registers, in clock cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Timing {
    /// Length of the precharge strobe.
    pub precharge: u32,
    /// Length of the evaluate strobe.
    pub evaluate: u32,
    /// Length of the sense strobe.
    pub sense: u32,
    /// Cycles between a sense strobe and the next strobe.
    pub hold: u32,
    /// Cycles that the tile waits for the crossbar's `ready_o`.
    pub timeout: u32,
}

/// Keys that only the accelerator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Accelerator {
    /// N: chains of tiles side by side.
    pub lanes: u32,
    /// Words of the activation memory, a power of two.
    pub activation_words: u32,
    /// Entries of the constant memory, a power of two.
    pub constant_entries: u32,
    /// Passes of the program memory, a power of two.
    pub passes: u32,
}

/// A validated configuration. It cannot be changed and cannot be made but by validation
/// ([`super::ConfigBuilder`]), so whoever holds one may rely on every rule of the table of keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Config {
    pub(super) name: String,
    pub(super) top: Top,
    pub(super) rows: u32,
    pub(super) cols: u32,
    pub(super) input_bits: u32,
    pub(super) weight_slices: u32,
    pub(super) scale_bits: u32,
    pub(super) partial_sum: PartialSum,
    pub(super) rows_per_cycle: u32,
    pub(super) accumulation: Accumulation,
    pub(super) storage: Storage,
    pub(super) gating: Gating,
    pub(super) parity: bool,
    pub(super) columns_per_comparator: u32,
    pub(super) thresholds: Thresholds,
    pub(super) plane_skip: bool,
    pub(super) segments: u32,
    pub(super) counter_bits: u32,
    pub(super) input_stream_bits: u32,
    pub(super) output_stream_bits: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) accelerator: Option<Accelerator>,
    pub(super) timing: Timing,
}

impl Config {
    /// Name of the configuration: prefix of every module and name of the output folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Module that is generated as the top.
    pub fn top(&self) -> Top {
        self.top
    }

    /// R: word lines of the crossbar.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// C: columns of the crossbar and of the array.
    pub fn cols(&self) -> u32 {
        self.cols
    }

    /// A: bits of an unsigned input.
    pub fn input_bits(&self) -> u32 {
        self.input_bits
    }

    /// W: magnitude bits of a weight, columns per output.
    pub fn weight_slices(&self) -> u32 {
        self.weight_slices
    }

    /// S: bits of an unsigned scale factor.
    pub fn scale_bits(&self) -> u32 {
        self.scale_bits
    }

    /// Quantisation of a column's analog sum.
    pub fn partial_sum(&self) -> PartialSum {
        self.partial_sum
    }

    /// Whether partial sums are ternary.
    pub fn is_ternary(&self) -> bool {
        self.partial_sum == PartialSum::Ternary
    }

    /// d: array rows that are added per cycle.
    pub fn rows_per_cycle(&self) -> u32 {
        self.rows_per_cycle
    }

    /// When the array adds the scale factors of a bit plane.
    pub fn accumulation(&self) -> Accumulation {
        self.accumulation
    }

    /// Whether the array adds all planes at once, during the read-out.
    pub fn is_deferred(&self) -> bool {
        self.accumulation == Accumulation::Deferred
    }

    /// What the array's storage is made of.
    pub fn storage(&self) -> Storage {
        self.storage
    }

    /// Clock gating of columns with p = 0; always off with binary partial sums.
    pub fn gating(&self) -> Gating {
        self.gating
    }

    /// Whether columns with p = 0 are clock-gated.
    pub fn is_gated(&self) -> bool {
        self.gating == Gating::On
    }

    /// Whether each scale factor has a parity bit.
    pub fn parity(&self) -> bool {
        self.parity
    }

    /// M: columns that share one pair of comparators.
    pub fn columns_per_comparator(&self) -> u32 {
        self.columns_per_comparator
    }

    /// Where the thresholds live; [`Thresholds::None`] exactly with binary partial sums.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Whether all-zero input bit planes are skipped; never with binary partial sums.
    pub fn plane_skip(&self) -> bool {
        self.plane_skip
    }

    /// K: crossbars stacked for one layer; more than 1 adds the chain input.
    pub fn segments(&self) -> u32 {
        self.segments
    }

    /// Whether the chain input exists.
    pub fn has_chain(&self) -> bool {
        self.segments > 1
    }

    /// Bits of the counter of cycles; other counters of a tile have as many, but at most 32.
    pub fn counter_bits(&self) -> u32 {
        self.counter_bits
    }

    /// Width of the input stream in bits.
    pub fn input_stream_bits(&self) -> u32 {
        self.input_stream_bits
    }

    /// Width of the result stream in bits.
    pub fn output_stream_bits(&self) -> u32 {
        self.output_stream_bits
    }

    /// Lanes and memories of the accelerator; none with any other top.
    pub fn accelerator(&self) -> Option<Accelerator> {
        self.accelerator
    }

    /// Whether the configuration has a key at all: those of the accelerator are absent with other
    /// tops, so that a configuration's text and digest do not depend on what it does not have.
    pub fn has(&self, id: KeyId) -> bool {
        self.accelerator.is_some() || !id.is_accelerator()
    }

    /// Reset values of the crossbar's timing registers.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// The value of a key in the form that sources give it, for whoever walks the table of keys.
    pub fn value(&self, id: KeyId) -> Value {
        match id {
            KeyId::Name => Value::Text(self.name.clone()),
            KeyId::Top => Value::Text(self.top.as_str().to_owned()),
            KeyId::Rows => Value::integer(self.rows),
            KeyId::Cols => Value::integer(self.cols),
            KeyId::InputBits => Value::integer(self.input_bits),
            KeyId::WeightSlices => Value::integer(self.weight_slices),
            KeyId::ScaleBits => Value::integer(self.scale_bits),
            KeyId::PartialSum => Value::Text(self.partial_sum.as_str().to_owned()),
            KeyId::RowsPerCycle => Value::integer(self.rows_per_cycle),
            KeyId::Accumulation => Value::Text(self.accumulation.as_str().to_owned()),
            KeyId::Storage => Value::Text(self.storage.as_str().to_owned()),
            KeyId::Gating => Value::Text(self.gating.as_str().to_owned()),
            KeyId::Parity => Value::Boolean(self.parity),
            KeyId::ColumnsPerComparator => Value::integer(self.columns_per_comparator),
            KeyId::Thresholds => Value::Text(self.thresholds.as_str().to_owned()),
            KeyId::PlaneSkip => Value::Boolean(self.plane_skip),
            KeyId::Segments => Value::integer(self.segments),
            KeyId::CounterBits => Value::integer(self.counter_bits),
            KeyId::InputStreamBits => Value::integer(self.input_stream_bits),
            KeyId::OutputStreamBits => Value::integer(self.output_stream_bits),
            KeyId::Lanes => self.memory(id, |own| own.lanes),
            KeyId::ActivationWords => self.memory(id, |own| own.activation_words),
            KeyId::ConstantEntries => self.memory(id, |own| own.constant_entries),
            KeyId::Passes => self.memory(id, |own| own.passes),
            KeyId::Precharge => Value::integer(self.timing.precharge),
            KeyId::Evaluate => Value::integer(self.timing.evaluate),
            KeyId::Sense => Value::integer(self.timing.sense),
            KeyId::Hold => Value::integer(self.timing.hold),
            KeyId::Timeout => Value::integer(self.timing.timeout),
        }
    }

    /// A key of the accelerator; the default where there is none.
    fn memory(&self, id: KeyId, pick: impl Fn(Accelerator) -> u32) -> Value {
        match self.accelerator {
            Some(own) => Value::integer(pick(own)),
            None => self.default_value(id),
        }
    }

    /// The value that a key takes if no source gives it, the other keys being as they are here.
    pub fn default_value(&self, id: KeyId) -> Value {
        use super::keys::DefaultValue;
        match id {
            KeyId::Name => Value::Text(super::name::default_name(self)),
            KeyId::WeightSlices => Value::integer(default_slices(self.cols)),
            KeyId::Gating if !self.is_ternary() => Value::Text(Gating::Off.as_str().to_owned()),
            KeyId::Thresholds if !self.is_ternary() => {
                Value::Text(Thresholds::None.as_str().to_owned())
            }
            KeyId::PlaneSkip if !self.is_ternary() => Value::Boolean(false),
            _ => match id.key().default {
                DefaultValue::Integer(number) => Value::integer(number),
                DefaultValue::Word(word) => Value::Text(word.to_owned()),
                DefaultValue::Boolean(value) => Value::Boolean(value),
                DefaultValue::Derived => Value::Text(String::new()),
            },
        }
    }

    /// Whether a key has the value that it takes if no source gives it.
    pub fn is_default(&self, id: KeyId) -> bool {
        self.value(id) == self.default_value(id)
    }
}

impl Default for Config {
    /// The configuration of a run without flags, file or preset.
    fn default() -> Self {
        super::preset::default_config()
    }
}

/// W where it is not given: 4, or the number of columns if there are fewer.
pub(super) fn default_slices(cols: u32) -> u32 {
    cols.min(4)
}
