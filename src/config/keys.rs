// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one table of configuration keys.
//!
//! Flags, file keys, their checks, the JSON Schema, the effective configuration and the help text
//! all come from [`KEYS`]: a key is added here and in [`super::Config`], nowhere else.

use super::choices::{Accumulation, Gating, PartialSum, Storage, Thresholds, Top};

/// Names a configuration key inside the program.
#[allow(missing_docs)] // each variant is documented by its row in `KEYS`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyId {
    Name,
    Top,
    Rows,
    Cols,
    InputBits,
    WeightSlices,
    ScaleBits,
    PartialSum,
    RowsPerCycle,
    Accumulation,
    Storage,
    Gating,
    Parity,
    ColumnsPerComparator,
    Thresholds,
    PlaneSkip,
    Segments,
    CounterBits,
    InputStreamBits,
    OutputStreamBits,
    Lanes,
    ActivationWords,
    ConstantEntries,
    Passes,
    Precharge,
    Evaluate,
    Sense,
    Hold,
    Timeout,
}

/// What values a key takes, before rules that involve other keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Verilog identifier.
    Identifier,
    /// A whole number in `min..=max`.
    Integer {
        /// Smallest legal value.
        min: u32,
        /// Largest legal value.
        max: u32,
    },
    /// One of a few whole numbers.
    OneOf(&'static [u32]),
    /// One of a few words, each with its meaning.
    Words(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Boolean,
}

/// The value of a key that no source gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// A whole number.
    Integer(u32),
    /// A word.
    Word(&'static str),
    /// A truth value.
    Boolean(bool),
    /// Computed from the other keys.
    Derived,
}

/// One configuration key.
#[derive(Debug)]
pub struct Key {
    /// Its name inside the program.
    pub id: KeyId,
    /// Its name in a file, and with `-` for `_` as a flag.
    pub name: &'static str,
    /// The TOML table that it stands in; none for the top level.
    pub table: Option<&'static str>,
    /// The group of the help text that it stands in.
    pub group: &'static str,
    /// Legal values.
    pub kind: Kind,
    /// Value if not given.
    pub default: DefaultValue,
    /// What it is, in one line.
    pub summary: &'static str,
    /// The rule that ties it to other keys, in words; empty if there is none.
    pub rule: &'static str,
}

/// The table of the timing keys in a configuration file.
pub const TIMING: &str = "timing";

/// Legal widths of a stream in bits.
pub const STREAM_WIDTHS: &[u32] = &[8, 16, 32, 64, 128, 256, 512];

/// Legal numbers of columns per comparator.
pub const SHARING: &[u32] = &[1, 2, 4, 8];

/// Legal numbers of words in the activation memory.
pub const ACTIVATION_WORDS: &[u32] = &[
    64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
];

/// Legal numbers of entries in the constant memory.
pub const CONSTANT_ENTRIES: &[u32] = &[16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

/// Legal numbers of passes in the program memory.
pub const PASSES: &[u32] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Longest legal name in characters.
pub const NAME_MAX: usize = 64;

const OUTPUT: &str = "What is generated";
const ARITHMETIC: &str = "Size and arithmetic";
const ARCHITECTURE: &str = "Architecture";
const STREAMS: &str = "Streams";
/// Group of the keys that only the accelerator has.
const ACCELERATOR: &str = "Accelerator (with top accelerator)";
const CROSSBAR: &str = "Crossbar timing (reset values of registers, in cycles)";

const fn key(
    id: KeyId,
    name: &'static str,
    group: &'static str,
    kind: Kind,
    default: DefaultValue,
    summary: &'static str,
    rule: &'static str,
) -> Key {
    Key {
        id,
        name,
        table: None,
        group,
        kind,
        default,
        summary,
        rule,
    }
}

const fn timing(
    id: KeyId,
    name: &'static str,
    min: u32,
    max: u32,
    default: u32,
    summary: &'static str,
) -> Key {
    Key {
        id,
        name,
        table: Some(TIMING),
        group: CROSSBAR,
        kind: Kind::Integer { min, max },
        default: DefaultValue::Integer(default),
        summary,
        rule: "",
    }
}

const fn range(min: u32, max: u32) -> Kind {
    Kind::Integer { min, max }
}

/// Every configuration key, in the order of the effective configuration.
#[rustfmt::skip]
pub static KEYS: &[Key] = &[
    key(KeyId::Name, "name", OUTPUT, Kind::Identifier, DefaultValue::Derived,
        "Name of the configuration: prefix of every module, name of the output folder",
        "derived from the parameters that differ from their defaults"),
    key(KeyId::Top, "top", OUTPUT, Kind::Words(Top::WORDS), DefaultValue::Word("tile"),
        "Module that is generated as the top", ""),
    key(KeyId::Rows, "rows", ARITHMETIC, range(1, 4096), DefaultValue::Integer(128),
        "Word lines of the crossbar: inputs of one segment (R)", ""),
    key(KeyId::Cols, "cols", ARITHMETIC, range(1, 4096), DefaultValue::Integer(128),
        "Columns of the crossbar and of the array (C)", "at least weight_slices"),
    key(KeyId::InputBits, "input_bits", ARITHMETIC, range(1, 8), DefaultValue::Integer(4),
        "Bits of an unsigned input, streamed one bit plane at a time (A)", ""),
    key(KeyId::WeightSlices, "weight_slices", ARITHMETIC, range(1, 8), DefaultValue::Integer(4),
        "Magnitude bits of a weight: columns per output (W)",
        "at most cols; where not given, 4 or the number of columns if that is smaller"),
    key(KeyId::ScaleBits, "scale_bits", ARITHMETIC, range(1, 16), DefaultValue::Integer(8),
        "Bits of an unsigned scale factor (S)", ""),
    key(KeyId::PartialSum, "partial_sum", ARITHMETIC, Kind::Words(PartialSum::WORDS), DefaultValue::Word("ternary"),
        "Quantisation of a column's analog sum", ""),
    key(KeyId::RowsPerCycle, "rows_per_cycle", ARCHITECTURE, range(1, 18), DefaultValue::Integer(1),
        "Array rows that are added per cycle: 1 is bit-serial, scale_bits + 2 bit-parallel (d)",
        "at most scale_bits + 2"),
    key(KeyId::Accumulation, "accumulation", ARCHITECTURE, Kind::Words(Accumulation::WORDS), DefaultValue::Word("in_place"),
        "When the array adds: plane by plane into accumulators, or all planes during the read-out", "in_place with the baseline array"),
    key(KeyId::Storage, "storage", ARCHITECTURE, Kind::Words(Storage::WORDS), DefaultValue::Word("flop"),
        "What the array's storage is made of", ""),
    key(KeyId::Gating, "gating", ARCHITECTURE, Kind::Words(Gating::WORDS), DefaultValue::Word("on"),
        "Clock gating of columns whose partial sum is zero", "off with binary partial sums"),
    key(KeyId::Parity, "parity", ARCHITECTURE, Kind::Boolean, DefaultValue::Boolean(false),
        "A parity bit for each scale factor, checked wherever the factor is added", ""),
    key(KeyId::ColumnsPerComparator, "columns_per_comparator", ARCHITECTURE, Kind::OneOf(SHARING), DefaultValue::Integer(1),
        "Columns that share one pair of comparators (M)", "at most cols"),
    key(KeyId::Thresholds, "thresholds", ARCHITECTURE, Kind::Words(Thresholds::WORDS), DefaultValue::Word("per_tile"),
        "Where the comparator thresholds live", "none with binary partial sums, and only there"),
    key(KeyId::PlaneSkip, "plane_skip", ARCHITECTURE, Kind::Boolean, DefaultValue::Boolean(true),
        "Skip input bit planes that are all zero", "false with binary partial sums"),
    key(KeyId::Segments, "segments", ARCHITECTURE, range(1, 64), DefaultValue::Integer(1),
        "Crossbars stacked for layers with more inputs than rows; more than 1 adds the chain input (K)", ""),
    key(KeyId::CounterBits, "counter_bits", ARCHITECTURE, range(8, 64), DefaultValue::Integer(64),
        "Bits of the counters: cycles, and at most 32 of them of planes, of the multiplies of a run, of the positions of a pass",
        ""),
    key(KeyId::InputStreamBits, "input_stream_bits", STREAMS, Kind::OneOf(STREAM_WIDTHS), DefaultValue::Integer(32),
        "Width of the input stream in bits", "a multiple of input_bits with top accelerator: a word"),
    key(KeyId::OutputStreamBits, "output_stream_bits", STREAMS, Kind::OneOf(STREAM_WIDTHS), DefaultValue::Integer(32),
        "Width of the result stream in bits", "not used by top accelerator"),
    key(KeyId::Lanes, "lanes", ACCELERATOR, range(1, 16), DefaultValue::Integer(1),
        "Chains of tiles side by side (N)", "top accelerator only"),
    key(KeyId::ActivationWords, "activation_words", ACCELERATOR, Kind::OneOf(ACTIVATION_WORDS), DefaultValue::Integer(1024),
        "Words of input_stream_bits in the activation memory", "top accelerator only"),
    key(KeyId::ConstantEntries, "constant_entries", ACCELERATOR, Kind::OneOf(CONSTANT_ENTRIES), DefaultValue::Integer(256),
        "Entries of multiplier and bias in the constant memory", "top accelerator only"),
    key(KeyId::Passes, "passes", ACCELERATOR, Kind::OneOf(PASSES), DefaultValue::Integer(32),
        "Passes that the program memory holds", "top accelerator only"),
    timing(KeyId::Precharge, "precharge", 1, 255, 1, "Cycles of the precharge strobe"),
    timing(KeyId::Evaluate, "evaluate", 1, 255, 2, "Cycles of the evaluate strobe"),
    timing(KeyId::Sense, "sense", 1, 255, 1, "Cycles of the sense strobe"),
    timing(KeyId::Hold, "hold", 0, 255, 0, "Cycles between a sense strobe and the next strobe"),
    timing(KeyId::Timeout, "timeout", 1, 65535, 1024, "Cycles to wait for the crossbar's ready_o before a timeout is reported"),
];

impl KeyId {
    /// The key's row in the table.
    pub fn key(self) -> &'static Key {
        // The table is in declaration order, which a test holds.
        &KEYS[self as usize]
    }
}

impl KeyId {
    /// Whether only top `accelerator` has the key: other configurations do not write it.
    pub fn is_accelerator(self) -> bool {
        matches!(
            self,
            KeyId::Lanes | KeyId::ActivationWords | KeyId::ConstantEntries | KeyId::Passes
        )
    }

    /// Another spelling of the key's flag, without the dashes in front.
    pub fn flag_alias(self) -> Option<&'static str> {
        // A chain of K tiles covers K segments: who builds an accelerator thinks of tiles.
        (self == KeyId::Segments).then_some("tiles")
    }
}

impl Key {
    /// The key's name in a file with its table: `timing.sense`.
    pub fn path(&self) -> String {
        match self.table {
            Some(table) => format!("{table}.{}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// The key's flag without the dashes in front: `rows-per-cycle`.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The key that stands under `name` in `table` of a file.
    pub fn find(table: Option<&str>, name: &str) -> Option<&'static Key> {
        KEYS.iter()
            .find(|key| key.table == table && key.name == name)
    }

    /// The legal values in words: `1..=4096`, `tile, dcim_array, ...`.
    pub fn legal(&self) -> String {
        self.kind.legal()
    }
}

impl Kind {
    /// The legal values in words.
    pub fn legal(&self) -> String {
        match self {
            Kind::Identifier => format!("a Verilog identifier of at most {NAME_MAX} characters"),
            Kind::Integer { min, max } => format!("{min}..={max}"),
            Kind::OneOf(values) => values
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            Kind::Words(words) => words
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join(", "),
            Kind::Boolean => "true, false".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_declaration_order_and_names_are_unique() {
        for (index, key) in KEYS.iter().enumerate() {
            assert_eq!(key.id as usize, index, "{}", key.name);
            assert_eq!(key.id.key().name, key.name);
            assert_eq!(
                KEYS.iter().filter(|other| other.name == key.name).count(),
                1
            );
        }
    }

    #[test]
    fn paths_and_flags() {
        assert_eq!(KeyId::Sense.key().path(), "timing.sense");
        assert_eq!(KeyId::RowsPerCycle.key().flag(), "rows-per-cycle");
        assert!(Key::find(None, "sense").is_none());
    }
}
