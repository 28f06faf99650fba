// SPDX-License-Identifier: MIT OR Apache-2.0
//! The effective configuration, read from its JSON text, and everything that follows from it.

use serde::Deserialize;

use crate::error::{Error, Kind, Result};
use crate::schedule::{self, Shape};

/// Kind of a column's digitised sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartialSum {
    /// p in {-1, 0, +1}.
    Ternary,
    /// p in {-1, +1}.
    Binary,
}

/// Where comparator thresholds live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thresholds {
    /// One code per tile and bit plane.
    PerTile,
    /// One code per column and bit plane.
    PerColumn,
    /// Binary partial sums compare with zero.
    None,
}

/// Cycle counts of the crossbar's strobes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// Cycles of precharge.
    pub precharge: u32,
    /// Cycles of evaluate.
    pub evaluate: u32,
    /// Cycles of sense.
    pub sense: u32,
    /// Cycles between a sense strobe and the next strobe.
    pub hold: u32,
    /// Cycles that a sense phase may be stretched.
    pub timeout: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            precharge: 1,
            evaluate: 1,
            sense: 1,
            hold: 0,
            timeout: 255,
        }
    }
}

/// The keys that matter for behaviour; unknown keys are the generator's business.
/// A missing key takes the value that is written here, so that tests may be short.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Name of the configuration.
    pub name: String,
    /// Generated top; `baseline_array` forces d = S + 2.
    pub top: String,
    /// R.
    pub rows: u32,
    /// C.
    pub cols: u32,
    /// A.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// Ternary or binary.
    pub partial_sum: PartialSum,
    /// d.
    pub rows_per_cycle: u32,
    /// `in_place` or `deferred`: when the array adds.
    pub accumulation: String,
    /// `flop` or `latch`: no influence on behaviour.
    pub storage: String,
    /// `on` or `off`: no influence on results.
    pub gating: String,
    /// Whether each scale factor has a parity bit.
    pub parity: bool,
    /// M.
    pub columns_per_comparator: u32,
    /// Where thresholds live.
    pub thresholds: Thresholds,
    /// Whether the skipping of planes exists.
    pub plane_skip: bool,
    /// K.
    pub segments: u32,
    /// N, lanes of an accelerator.
    pub lanes: u32,
    /// Words of an accelerator's activation memory.
    pub activation_words: u32,
    /// Entries of an accelerator's constant memory.
    pub constant_entries: u32,
    /// Passes of an accelerator's program memory.
    pub passes: u32,
    /// Bits of a tile's counter of cycles; the others have at most 32.
    pub counter_bits: u32,
    /// w_in.
    pub input_stream_bits: u32,
    /// w_out.
    pub output_stream_bits: u32,
    /// Reset values of the timing registers.
    pub timing: Timing,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "hcim".to_owned(),
            top: "tile".to_owned(),
            rows: 128,
            cols: 128,
            input_bits: 4,
            weight_slices: 4,
            scale_bits: 8,
            partial_sum: PartialSum::Ternary,
            rows_per_cycle: 1,
            accumulation: "in_place".to_owned(),
            storage: "flop".to_owned(),
            gating: "on".to_owned(),
            parity: false,
            columns_per_comparator: 1,
            thresholds: Thresholds::PerTile,
            plane_skip: true,
            segments: 1,
            lanes: 1,
            activation_words: 1024,
            constant_entries: 256,
            passes: 32,
            counter_bits: 64,
            input_stream_bits: 64,
            output_stream_bits: 64,
            timing: Timing::default(),
        }
    }
}

/// Everything that follows from a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// O, outputs of a tile.
    pub outputs: u32,
    /// U, columns with hardware behind their comparators.
    pub used_columns: u32,
    /// CC, comparators (pairs, if ternary).
    pub comparators: u32,
    /// P, accumulator bits of a column.
    pub accumulator_bits: u32,
    /// Bits that are stored of a scale factor: S, and its parity where there is one.
    pub stored_scale_bits: u32,
    /// Rows of the scale-factor memory: A times the stored bits.
    pub scale_rows: u32,
    /// T, bits of a threshold code.
    pub threshold_bits: u32,
    /// Width of a port that carries a plane index.
    pub plane_bits: u32,
    /// d, with the baseline's S + 2 where the top is the baseline.
    pub rows_per_cycle: u32,
    /// D, digits of a plane.
    pub window_cycles: u32,
    /// u, rows per cycle of read-out.
    pub read_rate: u32,
    /// Nr, digits of a read-out.
    pub read_digits: u32,
    /// Read-out digits that plane 0 of the next MVM has to wait for.
    pub lead: u32,
    /// The same for a skipped plane 0.
    pub lead_skip: u32,
    /// Y, bits of a result.
    pub result_bits: u32,
    /// NY, digits of a result word.
    pub result_digits: u32,
    /// Bits of one element of a result packet.
    pub result_element_bits: u32,
    /// E, cycles of an evaluation with the configured timing.
    pub evaluation_cycles: u32,
    /// Payload bits of a packet of inputs.
    pub input_packet_bits: u64,
    /// Payload bits of a packet of weights.
    pub weight_packet_bits: u64,
    /// Payload bits of a packet of scale factors.
    pub scale_packet_bits: u64,
    /// Payload bits of a packet of per-column thresholds; 0 where there are none.
    pub threshold_packet_bits: u64,
    /// Payload bits of a packet of results.
    pub result_packet_bits: u64,
    /// Cycles of an MVM in a steady stream that never stalls, no plane skipped.
    pub steady_period: u64,
}

/// Bits that count `values` values, at least 1.
pub fn clog2(values: u64) -> u32 {
    values.max(2).next_power_of_two().trailing_zeros()
}

impl Config {
    /// Reads the effective configuration from JSON text.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut config: Self = serde_json::from_str(text)
            .map_err(|error| Error::new(Kind::Config, format!("configuration: {error}")))?;
        if config.partial_sum == PartialSum::Binary {
            // Binary has neither thresholds nor skipping, whatever a short text left at default.
            config.thresholds = Thresholds::None;
            config.plane_skip = false;
        }
        config.validate()?;
        Ok(config)
    }

    /// Refuses what the models cannot represent.
    pub fn validate(&self) -> Result<()> {
        let d_limit = self.scale_bits.saturating_add(2);
        let checks = [
            ("rows", self.rows, 1, 4096),
            ("cols", self.cols, 1, 4096),
            ("input_bits", self.input_bits, 1, 8),
            ("weight_slices", self.weight_slices, 1, self.cols.min(8)),
            ("scale_bits", self.scale_bits, 1, 16),
            ("rows_per_cycle", self.rows_per_cycle, 1, d_limit),
            (
                "columns_per_comparator",
                self.columns_per_comparator,
                1,
                self.cols,
            ),
            ("segments", self.segments, 1, 64),
            ("counter_bits", self.counter_bits, 8, 64),
            ("lanes", self.lanes, 1, 16),
            ("activation_words", self.activation_words, 64, 65536),
            ("constant_entries", self.constant_entries, 16, 4096),
            ("passes", self.passes, 1, 256),
            ("input_stream_bits", self.input_stream_bits, 1, 4096),
            ("output_stream_bits", self.output_stream_bits, 1, 4096),
            ("timing.precharge", self.timing.precharge, 1, 255),
            ("timing.evaluate", self.timing.evaluate, 1, 255),
            ("timing.sense", self.timing.sense, 1, 255),
            ("timing.hold", self.timing.hold, 0, 255),
            ("timing.timeout", self.timing.timeout, 1, 65535),
        ];
        for (key, value, low, high) in checks {
            if !(low..=high).contains(&value) {
                let text = format!("configuration: {key} is {value}, legal: {low}..={high}");
                return Err(Error::new(Kind::Config, text));
            }
        }
        let memories = [
            ("activation_words", self.activation_words),
            ("constant_entries", self.constant_entries),
            ("passes", self.passes),
        ];
        if let Some((key, value)) = memories.iter().find(|(_, size)| !size.is_power_of_two()) {
            let text = format!("configuration: {key} is {value}, no power of two");
            return Err(Error::new(Kind::Config, text));
        }
        if (self.thresholds == Thresholds::None) == self.is_ternary() {
            let text = "configuration: thresholds is \"none\" exactly with binary partial sums";
            return Err(Error::new(Kind::Config, text));
        }
        Ok(())
    }

    /// Whether partial sums are ternary.
    pub fn is_ternary(&self) -> bool {
        self.partial_sum == PartialSum::Ternary
    }

    /// Whether storage is written by clocks of its own, which scan keeps running: latches, or columns that are gated.
    pub fn has_gated_clocks(&self) -> bool {
        self.storage == "latch" || (self.gating == "on" && self.is_ternary())
    }

    /// Whether all planes are added during the read-out.
    pub fn is_deferred(&self) -> bool {
        self.accumulation == "deferred"
    }

    /// Whether the chain input exists.
    pub fn has_chain(&self) -> bool {
        self.segments > 1
    }

    /// The shape of the schedule with E and h cycles.
    pub fn shape(&self, evaluation_cycles: u32, hold: u32) -> Shape {
        let derived = self.derived();
        derived.shape(self.input_bits, evaluation_cycles, hold)
    }

    /// Everything that follows from a legal configuration.
    pub fn derived(&self) -> Derived {
        let (a, w, s) = (self.input_bits, self.weight_slices, self.scale_bits);
        let baseline = self.top == "baseline_array";
        let deferred = self.is_deferred();
        let d = if baseline { s + 2 } else { self.rows_per_cycle };
        // An array that adds later takes a plane in one cycle.
        let window_cycles = if deferred { 1 } else { (s + 2).div_ceil(d) };
        let timing = &self.timing;
        let outputs = self.cols / w;
        let used_columns = outputs * w;
        let accumulator_bits = s + a + 1;
        let stored_scale_bits = if self.parity { s + 1 } else { s };
        let scale_rows = a * stored_scale_bits;
        let threshold_bits = clog2(u64::from(self.rows) + 1);
        let read_rate = match deferred {
            true => self.rows_per_cycle,
            false => schedule::read_rate(a, s, d),
        };
        let chain_bits = if self.segments > 1 {
            clog2(self.segments.into())
        } else {
            0
        };
        let result_bits = s + a + w + 1 + chain_bits;
        let result_element_bits = 8 * result_bits.div_ceil(8);
        let result_digits = result_bits.div_ceil(read_rate);
        let read_digits = accumulator_bits.div_ceil(read_rate);
        // The baseline's plane 0 overwrites the whole accumulator.
        // Deferred accumulation needs the codes of all planes until the last digit has left.
        let (lead, lead_skip) = if deferred {
            (read_digits, read_digits)
        } else if baseline {
            (read_digits - 1, read_digits - 1)
        } else {
            (schedule::lead(s, d, read_rate), (s + 1) / read_rate)
        };
        let phase = timing.sense + timing.hold;
        let evaluation_cycles =
            timing.precharge + timing.evaluate + self.columns_per_comparator * phase;
        let wide = u64::from;
        let per_column = self.thresholds == Thresholds::PerColumn;
        let threshold_packet_bits = if per_column {
            wide(a) * wide(self.cols) * wide(threshold_bits)
        } else {
            0
        };
        let mut derived = Derived {
            outputs,
            used_columns,
            comparators: self.cols.div_ceil(self.columns_per_comparator),
            accumulator_bits,
            stored_scale_bits,
            scale_rows,
            threshold_bits,
            plane_bits: clog2(a.into()),
            rows_per_cycle: d,
            window_cycles,
            read_rate,
            read_digits,
            lead,
            lead_skip,
            result_bits,
            result_digits,
            result_element_bits,
            evaluation_cycles,
            input_packet_bits: wide(self.rows) * wide(a),
            weight_packet_bits: 2 * wide(self.rows) * wide(self.cols),
            scale_packet_bits: wide(scale_rows) * wide(self.cols),
            threshold_packet_bits,
            result_packet_bits: wide(outputs) * wide(result_element_bits),
            steady_period: 0,
        };
        let shape = derived.shape(a, evaluation_cycles, timing.hold);
        derived.steady_period = schedule::period(&shape);
        derived
    }
}

impl Derived {
    /// The shape of the schedule of A planes with E and h cycles.
    fn shape(&self, planes: u32, evaluation_cycles: u32, hold: u32) -> Shape {
        Shape {
            planes,
            window_cycles: self.window_cycles.into(),
            read_digits: self.read_digits.into(),
            result_digits: self.result_digits.into(),
            lead: self.lead.into(),
            lead_skip: self.lead_skip.into(),
            evaluation_cycles: evaluation_cycles.into(),
            hold: hold.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_derived_values() {
        let config = Config::from_json("{}").unwrap();
        let derived = config.derived();
        assert_eq!(config, Config::default());
        assert_eq!((derived.outputs, derived.used_columns), (32, 128));
        assert_eq!((derived.accumulator_bits, derived.result_bits), (13, 17));
        assert_eq!(
            (
                derived.window_cycles,
                derived.read_rate,
                derived.read_digits
            ),
            (10, 1, 13)
        );
        assert_eq!(
            (derived.threshold_bits, derived.result_element_bits),
            (8, 24)
        );
    }

    #[test]
    fn bad_values_are_named() {
        let error = Config::from_json(r#"{"rows": 0}"#).unwrap_err();
        assert_eq!(error.message, "configuration: rows is 0, legal: 1..=4096");
        assert!(Config::from_json(r#"{"cols": 3, "weight_slices": 4}"#).is_err());
        assert!(Config::from_json(r#"{"thresholds": "none"}"#).is_err());
        assert!(Config::from_json("[").is_err());
    }

    #[test]
    fn unused_columns_and_binary() {
        let text = r#"{"cols": 37, "rows": 1, "partial_sum": "binary", "segments": 5}"#;
        let config = Config::from_json(text).unwrap();
        let derived = config.derived();
        assert_eq!((derived.outputs, derived.used_columns), (9, 36));
        assert_eq!((derived.threshold_bits, derived.result_bits), (1, 20));
        assert!(!config.plane_skip && config.thresholds == Thresholds::None);
    }

    /// A configuration in which no two numbers are the same, with these keys besides.
    fn uneven(keys: &str) -> Config {
        let text = r#"{"rows": 200, "cols": 37, "input_bits": 3, "weight_slices": 4, "scale_bits": 6,
            "rows_per_cycle": 2, "segments": 5, "columns_per_comparator": 4, "thresholds": "per_column",
            "parity": true, "input_stream_bits": 8, "output_stream_bits": 16,
            "timing": {"precharge": 3, "evaluate": 5, "sense": 2, "hold": 7, "timeout": 9}"#;
        Config::from_json(&format!("{text}{keys}}}")).unwrap()
    }

    #[test]
    fn derived_values_of_an_array_in_place() {
        let derived = uneven("").derived();
        // O = 37 / 4, U = 4 O; ten groups of four columns share their comparators.
        let columns = (derived.outputs, derived.used_columns, derived.comparators);
        assert_eq!(columns, (9, 36, 10));
        // P = 6 + 3 + 1, Y = 6 + 3 + 4 + 1 and three bits for five segments.
        assert_eq!((derived.accumulator_bits, derived.result_bits), (10, 17));
        assert_eq!((derived.stored_scale_bits, derived.scale_rows), (7, 21));
        assert_eq!((derived.threshold_bits, derived.plane_bits), (8, 2));
        // Eight rows a plane, two a cycle. An evaluation takes 3 + 5 + 4 * (2 + 7) cycles, more than all else.
        assert_eq!((derived.rows_per_cycle, derived.window_cycles), (2, 4));
        assert_eq!(
            (derived.evaluation_cycles, derived.steady_period),
            (44, 132)
        );
        // At E = 3 three planes have 3 * 4 + 3 cycles. Ten rows one a cycle hold the second plane up to cycle 14 after the
        // last, the next last one to 18; two a cycle to 9 and 13. A row is read as soon as it is written.
        let digits = (
            derived.read_rate,
            derived.read_digits,
            derived.result_digits,
        );
        assert_eq!(digits, (2, 5, 9));
        assert_eq!((derived.lead, derived.lead_skip), (0, 3));
        assert_eq!(derived.result_element_bits, 24);
        let packets = [
            derived.input_packet_bits,
            derived.weight_packet_bits,
            derived.scale_packet_bits,
            derived.threshold_packet_bits,
            derived.result_packet_bits,
        ];
        // 200 inputs of 3 bits; 200 rows of 2 * 37 cells; 21 rows of 37 bits; 3 * 37 thresholds of 8 bits; 9 results of 24.
        assert_eq!(packets, [600, 14800, 777, 888, 216]);
    }

    #[test]
    fn derived_values_of_a_deferred_array() {
        let derived = uneven(r#", "accumulation": "deferred""#).derived();
        // A plane in one cycle; ten rows, two a cycle, and no new plane before they are gone.
        assert_eq!((derived.rows_per_cycle, derived.window_cycles), (2, 1));
        let digits = (
            derived.read_rate,
            derived.read_digits,
            derived.result_digits,
        );
        assert_eq!(digits, (2, 5, 9));
        assert_eq!((derived.lead, derived.lead_skip), (5, 5));
    }

    #[test]
    fn derived_values_of_the_baseline() {
        let keys = r#", "top": "baseline_array""#;
        let derived = uneven(keys).derived();
        // All S + 2 rows of a plane in a cycle; a read-out may overlap its last digit alone.
        assert_eq!((derived.rows_per_cycle, derived.window_cycles), (8, 1));
        let gone = derived.read_digits - 1;
        assert_eq!((derived.lead, derived.lead_skip), (gone, gone));
        assert_eq!(derived.read_digits, 10u32.div_ceil(derived.read_rate));
    }

    #[test]
    fn no_parity_no_thresholds_no_chain() {
        let keys = r#"{"cols": 12, "input_bits": 3, "scale_bits": 6, "segments": 1}"#;
        let config = Config::from_json(keys).unwrap();
        let derived = config.derived();
        assert_eq!((derived.stored_scale_bits, derived.scale_rows), (6, 18));
        assert_eq!(
            (derived.result_bits, derived.threshold_packet_bits),
            (14, 0)
        );
        assert!(!config.has_chain() && uneven("").has_chain());
        assert_eq!([1, 2, 3, 4, 5, 64, 65].map(clog2), [1, 1, 2, 2, 3, 6, 7]);
    }

    #[test]
    fn clocks_of_storage() {
        let gated = |keys: &str| Config::from_json(keys).unwrap().has_gated_clocks();
        assert!(gated("{}"));
        assert!(!gated(r#"{"gating": "off"}"#));
        assert!(gated(r#"{"gating": "off", "storage": "latch"}"#));
        // Binary columns are never at rest, so none of them is gated.
        assert!(!gated(r#"{"partial_sum": "binary"}"#));
        assert!(gated(r#"{"partial_sum": "binary", "storage": "latch"}"#));
    }

    #[test]
    fn what_the_models_cannot_represent_is_refused() {
        let refused = |keys: &str| Config::from_json(keys).is_err();
        for key in ["activation_words", "constant_entries", "passes"] {
            assert!(!refused(&format!(r#"{{"{key}": 128}}"#)), "{key}");
            assert!(refused(&format!(r#"{{"{key}": 96}}"#)), "{key}");
        }
        let binary = |thresholds| Config {
            partial_sum: PartialSum::Binary,
            thresholds,
            ..Config::default()
        };
        assert!(binary(Thresholds::None).validate().is_ok());
        assert!(binary(Thresholds::PerTile).validate().is_err());
    }
}
