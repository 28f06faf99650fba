// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the register map depends on: a plain structure, so that the map is a pure function of it.

use crate::config::{Config, Storage, Thresholds, VERSION};

/// Reset values of the registers TIMING and TIMEOUT, in clock cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimingParameters {
    /// Length of the precharge strobe, 1 .. 255.
    pub precharge: u32,
    /// Length of the evaluate strobe, 1 .. 255.
    pub evaluate: u32,
    /// Length of the sense strobe, 1 .. 255.
    pub sense: u32,
    /// Cycles between a sense strobe and the next strobe, 0 .. 255.
    pub hold: u32,
    /// Cycles to wait for the crossbar's `ready_o`, 1 .. 65535.
    pub timeout: u32,
}

/// Everything that the register map depends on. The values are taken as valid: a configuration
/// has been checked before it is converted to this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterParameters {
    /// Name of the configuration, a Verilog identifier.
    pub name: String,
    /// Major, minor and patch number of the generator.
    pub version: [u16; 3],
    /// First 64 bits of the configuration digest; printed in hexadecimal, its first 16 digits.
    pub digest: u64,
    /// R: word lines of the crossbar.
    pub rows: u32,
    /// C: columns of the crossbar.
    pub cols: u32,
    /// A: bits of an input.
    pub input_bits: u32,
    /// W: columns per output.
    pub weight_slices: u32,
    /// S: bits of a scale factor.
    pub scale_bits: u32,
    /// d: array rows per cycle.
    pub rows_per_cycle: u32,
    /// u: array rows per cycle of read-out.
    pub readout_rows: u32,
    /// Whether partial sums are ternary.
    pub ternary: bool,
    /// Whether the array stores in latches.
    pub latch: bool,
    /// Whether columns with p = 0 are gated.
    pub gating: bool,
    /// Whether each scale factor has a parity bit.
    pub parity: bool,
    /// Whether each column has thresholds of its own.
    pub thresholds_per_column: bool,
    /// Whether bit planes can be skipped.
    pub plane_skip: bool,
    /// M: columns per comparator.
    pub columns_per_comparator: u32,
    /// K: segments that a chain may stack.
    pub segments: u32,
    /// Bits of the counter of cycles; of the others at most 32.
    pub counter_bits: u32,
    /// Width of the input stream in bits.
    pub input_stream_bits: u32,
    /// Width of the result stream in bits.
    pub output_stream_bits: u32,
    /// Reset values of the timing registers.
    pub timing: TimingParameters,
}

impl Default for RegisterParameters {
    /// A ternary tile of 128 rows and 128 columns, for examples and tests.
    fn default() -> Self {
        RegisterParameters {
            name: "hcim_128x128".to_string(),
            version: [0, 1, 0],
            digest: 0x0123_4567_89ab_cdef,
            rows: 128,
            cols: 128,
            input_bits: 4,
            weight_slices: 4,
            scale_bits: 8,
            rows_per_cycle: 1,
            readout_rows: 1,
            ternary: true,
            latch: false,
            gating: true,
            parity: false,
            thresholds_per_column: false,
            plane_skip: true,
            columns_per_comparator: 1,
            segments: 1,
            counter_bits: 64,
            input_stream_bits: 32,
            output_stream_bits: 32,
            timing: TimingParameters {
                precharge: 1,
                evaluate: 2,
                sense: 1,
                hold: 0,
                timeout: 1024,
            },
        }
    }
}

impl RegisterParameters {
    /// O: outputs of the tile.
    pub fn outputs(&self) -> u32 {
        self.cols / self.weight_slices
    }

    /// U: columns that belong to an output.
    pub fn used_columns(&self) -> u32 {
        self.outputs() * self.weight_slices
    }

    /// P: accumulator bits of a column.
    pub fn accumulator_bits(&self) -> u32 {
        self.scale_bits + self.input_bits + 1
    }

    /// Y: bits of a result.
    pub fn result_bits(&self) -> u32 {
        self.accumulator_bits() + self.weight_slices + ceil_log2(self.segments)
    }

    /// Bits of a result in the result stream: whole bytes.
    pub fn element_bits(&self) -> u32 {
        self.result_bits().div_ceil(8) * 8
    }

    /// T: bits of a threshold code.
    pub fn threshold_bits(&self) -> u32 {
        ceil_log2(self.rows + 1).max(1)
    }

    /// Rows of the array that read-back reaches: scale factors with their parity, then accumulators.
    pub fn array_rows(&self) -> u32 {
        self.input_bits * (self.scale_bits + u32::from(self.parity)) + self.accumulator_bits()
    }

    /// Words of 32 columns in an array row.
    pub fn array_words(&self) -> u32 {
        self.used_columns().div_ceil(32)
    }

    /// Bits of the counters of planes and multiplies.
    pub fn count_bits(&self) -> u32 {
        self.counter_bits.min(32)
    }

    /// Whether the registers THRESHOLD exist.
    pub fn has_threshold_registers(&self) -> bool {
        self.ternary && !self.thresholds_per_column
    }

    /// Whether the register CHAIN exists.
    pub fn has_chain(&self) -> bool {
        self.segments > 1
    }

    /// Whether the register SKIP exists.
    pub fn has_skip(&self) -> bool {
        self.ternary && self.plane_skip
    }
}

impl From<&Config> for RegisterParameters {
    fn from(config: &Config) -> Self {
        let timing = config.timing();
        RegisterParameters {
            name: config.name().to_string(),
            version: version_numbers(VERSION),
            digest: config.digest64(),
            rows: config.rows(),
            cols: config.cols(),
            input_bits: config.input_bits(),
            weight_slices: config.weight_slices(),
            scale_bits: config.scale_bits(),
            rows_per_cycle: config.rows_per_cycle(),
            readout_rows: config.derived().readout_rows_per_cycle,
            ternary: config.is_ternary(),
            latch: config.storage() == Storage::Latch,
            gating: config.is_gated(),
            parity: config.parity(),
            thresholds_per_column: config.thresholds() == Thresholds::PerColumn,
            plane_skip: config.plane_skip(),
            columns_per_comparator: config.columns_per_comparator(),
            segments: config.segments(),
            counter_bits: config.counter_bits(),
            input_stream_bits: config.input_stream_bits(),
            output_stream_bits: config.output_stream_bits(),
            timing: TimingParameters {
                precharge: timing.precharge,
                evaluate: timing.evaluate,
                sense: timing.sense,
                hold: timing.hold,
                timeout: timing.timeout,
            },
        }
    }
}

/// The three numbers of `1.2.3`; what follows a `-` or `+` is left out.
fn version_numbers(version: &str) -> [u16; 3] {
    let release = version.split(['-', '+']).next().unwrap_or_default();
    let mut numbers = release.split('.').map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// Bits that count `n` values; 0 for one value.
fn ceil_log2(n: u32) -> u32 {
    u32::BITS - n.saturating_sub(1).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_widths_of_the_default() {
        let p = RegisterParameters::default();
        assert_eq!(
            (p.outputs(), p.used_columns(), p.accumulator_bits()),
            (32, 128, 13)
        );
        assert_eq!(
            (p.result_bits(), p.element_bits(), p.threshold_bits()),
            (17, 24, 8)
        );
        assert_eq!((p.array_rows(), p.array_words()), (45, 4));
    }

    #[test]
    fn a_configuration_converts() {
        let p = RegisterParameters::from(&Config::default());
        let derived = Config::default().derived();
        assert_eq!((p.rows, p.cols), (128, 128));
        assert_eq!(
            (p.outputs(), p.result_bits()),
            (derived.outputs, derived.result_bits)
        );
        assert_eq!(
            (p.array_rows(), p.threshold_bits()),
            (derived.memory_rows, derived.threshold_bits)
        );
        assert_eq!(version_numbers("12.3.4-rc1"), [12, 3, 4]);
    }

    #[test]
    fn parity_adds_rows() {
        let config = Config::from_pairs([("parity", "true"), ("input_bits", "3")]).unwrap();
        let p = RegisterParameters::from(&config);
        assert!(p.parity);
        assert_eq!(p.array_rows(), config.derived().memory_rows);
    }

    #[test]
    fn derived_widths_of_odd_sizes() {
        let p = RegisterParameters {
            rows: 1,
            cols: 37,
            segments: 3,
            ..Default::default()
        };
        assert_eq!(
            (p.threshold_bits(), p.used_columns(), p.array_words()),
            (1, 36, 2)
        );
        assert_eq!(p.result_bits(), 19);
    }
}
