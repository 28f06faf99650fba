// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything that follows from a configuration by formula: widths, counts, packets, storage.

use serde::Serialize;

use super::choices::{Thresholds, Top};
use super::model::Config;
use super::rate::{Limiter, Rate};
use super::schedule::Schedule;

/// One kind of packet of a stream: elements packed without gaps, padded to a whole beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Packet {
    /// Bits before padding.
    pub bits: u64,
    /// Beats: `ceil(bits / stream width)`.
    pub beats: u64,
}

impl Packet {
    fn new(bits: u64, stream_bits: u32) -> Self {
        Packet {
            bits,
            beats: bits.div_ceil(u64::from(stream_bits)),
        }
    }
}

/// Storage bits by kind. Control registers are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StorageBits {
    /// Scale factors in the array: `A * S * C`.
    pub scale_factors: u64,
    /// Parity bits of the scale factors: `A * C` with parity, else 0.
    pub parity: u64,
    /// Accumulators in the array: `P * C`.
    pub accumulators: u64,
    /// Double-buffered inputs: `2 * R * A`.
    pub input_buffers: u64,
    /// Threshold registers of the tile (thresholds per tile): `A * threshold_bits`, else 0.
    pub threshold_registers: u64,
    /// Cells of the crossbar macro, positive and negative: `2 * R * C`.
    pub crossbar_cells: u64,
    /// Threshold codes in the crossbar macro (thresholds per column): `A * C * threshold_bits`,
    /// else 0.
    pub crossbar_thresholds: u64,
}

/// What follows from the keys of an accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AcceleratorDerived {
    /// Tiles in all: `N * K`.
    pub tiles: u32,
    /// G: elements of A bits in a word of `input_stream_bits`.
    pub word_elements: u32,
    /// B: words of an input packet of a tile, `ceil(R / G)`.
    pub packet_words: u32,
    /// Most words of a segment that a pass may send: `floor(R / G)`.
    pub segment_words_max: u32,
    /// E: bits of an element that enters the output stage, `max(Y, A + 9)`.
    pub element_bits: u32,
    /// V: bits of the sums in the output stage, `max(E + 16, 32) + 2`.
    pub sum_bits: u32,
    /// Bits of the activation memory.
    pub activation_bits: u64,
    /// Bits of the constant memory: 48 an entry.
    pub constant_bits: u64,
    /// Bits of the program memory: 32 words of 32 bits a pass.
    pub program_bits: u64,
}

impl AcceleratorDerived {
    fn of(config: &Config, result_bits: u32) -> Option<Self> {
        let own = config.accelerator?;
        let word_elements = config.input_stream_bits / config.input_bits;
        let element_bits = result_bits.max(config.input_bits + 9);
        Some(AcceleratorDerived {
            tiles: own.lanes * config.segments,
            word_elements,
            packet_words: config.rows.div_ceil(word_elements),
            segment_words_max: config.rows / word_elements,
            element_bits,
            sum_bits: (element_bits + 16).max(32) + 2,
            activation_bits: product(&[own.activation_words, config.input_stream_bits]),
            constant_bits: product(&[own.constant_entries, 48]),
            program_bits: product(&[own.passes, 32, 32]),
        })
    }
}

/// What follows from a configuration. The letters are those of the table of keys: R rows,
/// C columns, A input bits, W weight slices, S scale bits, d rows per cycle, M columns per
/// comparator, K segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Derived {
    /// O: outputs of a tile, `floor(C / W)`.
    pub outputs: u32,
    /// Columns that belong to an output: `O * W`.
    pub used_columns: u32,
    /// P: accumulator bits of a column, `S + A + 1`; exact for one matrix-vector multiply.
    pub accumulator_bits: u32,
    /// Array rows that a bit plane touches: `S + 2`.
    pub window_rows: u32,
    /// d: rows per cycle of the array; S + 2 for the baseline.
    pub rows_per_cycle: u32,
    /// D: cycles in which the array adds one bit plane, `ceil((S + 2) / d)`; 1 where accumulation is deferred.
    pub digits_per_plane: u32,
    /// Y: bits of a signed result, `S + A + W + 1 + ceil(log2 K)`.
    pub result_bits: u32,
    /// Bits of a result on the output stream: Y rounded up to a multiple of 8.
    pub result_element_bits: u32,
    /// Bits of a threshold code 0 ..= R: `ceil(log2(R + 1))`.
    pub threshold_bits: u32,
    /// Comparator positions of the crossbar macro: `ceil(C / M)`.
    pub comparators: u32,
    /// Bits that are stored of a scale factor: S, and one more with parity.
    pub stored_scale_bits: u32,
    /// Memory rows of scale factors: `A * S`, or `A * (S + 1)` with parity. Row `i * S + b`, or
    /// `i * (S + 1) + b`, holds bit b of plane i; bit S is the parity.
    pub scale_rows: u32,
    /// Memory rows: those of scale factors and P of the accumulators, bit 0 first.
    pub memory_rows: u32,
    /// u: array rows that read-out moves per cycle, a divisor of d (see
    /// [`schedule`](super::schedule)); d where accumulation is deferred.
    pub readout_rows_per_cycle: u32,
    /// Cycles in which read-out empties the accumulators: `ceil(P / u)`.
    pub readout_cycles: u32,
    /// NY: digits of a result word in the column reduction, `ceil(Y / u)`.
    pub result_digits: u32,
    /// E: cycles of one crossbar evaluation, `precharge + evaluate + M * (sense + hold)`, at the
    /// reset values of the timing registers.
    pub evaluation_cycles: u32,
    /// Bound of the cycles per matrix-vector multiply in a steady stream, if no stream limits it:
    /// `A * max(D, E) + A`, and the read-out on top where accumulation is deferred.
    pub cycles_per_mvm_bound: u32,
    /// Input packet: `R * A` bits.
    pub input_packet: Packet,
    /// Weights packet: `R * 2 * C` bits.
    pub weight_packet: Packet,
    /// Scale-factor packet: `A * S * C` bits, or `A * (S + 1) * C` with parity.
    pub scale_packet: Packet,
    /// Threshold packet, with thresholds per column only: `A * C * threshold_bits` bits.
    pub threshold_packet: Option<Packet>,
    /// Result packet: `O * result_element_bits` bits.
    pub result_packet: Packet,
    /// Storage bits by kind.
    pub storage_bits: StorageBits,
    /// The sustained rate and what limits it.
    pub rate: Rate,
    /// What follows from the keys of an accelerator; none with any other top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<AcceleratorDerived>,
}

impl Config {
    /// Everything that follows from the configuration.
    pub fn derived(&self) -> Derived {
        Derived::of(self)
    }
}

impl Derived {
    fn of(config: &Config) -> Self {
        let (r, c) = (config.rows, config.cols);
        let (a, w, s) = (config.input_bits, config.weight_slices, config.scale_bits);
        let m = config.columns_per_comparator;
        // The baseline computes a plane in one cycle, whatever the key says.
        let d = match config.top {
            Top::BaselineArray => s + 2,
            _ => config.rows_per_cycle,
        };
        let timing = config.timing;

        let outputs = c / w;
        let accumulator_bits = s + a + 1;
        let window_rows = s + 2;
        let digits_per_plane = match config.is_deferred() {
            true => 1,
            false => window_rows.div_ceil(d),
        };
        let result_bits = s + a + w + 1 + ceil_log2(config.segments);
        let result_element_bits = result_bits.next_multiple_of(8);
        let threshold_bits = ceil_log2(r + 1);
        let stored_scale_bits = s + u32::from(config.parity);
        let scale_rows = a * stored_scale_bits;
        let readout_rows_per_cycle = match config.is_deferred() {
            true => d,
            false => super::schedule::readout_rows(a, s, d),
        };
        let evaluation_cycles =
            timing.precharge + timing.evaluate + m * (timing.sense + timing.hold);
        let schedule = Schedule {
            input_bits: a,
            scale_bits: s,
            rows_per_cycle: d,
            readout_rows: readout_rows_per_cycle,
            deferred: config.is_deferred(),
            evaluation: evaluation_cycles,
            hold: timing.hold,
        };
        let period = schedule.steady_period();
        let core = if digits_per_plane > evaluation_cycles
            || (config.is_deferred() && period > a * evaluation_cycles)
        {
            Limiter::Array
        } else {
            Limiter::Crossbar
        };
        let result_digits = result_bits.div_ceil(readout_rows_per_cycle);
        let cycles_per_mvm_bound = schedule.target();

        let per_column = config.thresholds == Thresholds::PerColumn;
        let per_tile = config.thresholds == Thresholds::PerTile;
        let column_codes = product(&[a, c, threshold_bits]);
        let input = |bits| Packet::new(bits, config.input_stream_bits);
        let input_packet = input(product(&[r, a]));
        // Inside an accelerator a result is a beat.
        let result_beat = match config.accelerator {
            Some(_) => result_element_bits,
            None => config.output_stream_bits,
        };
        let result_packet = Packet::new(product(&[outputs, result_element_bits]), result_beat);
        Derived {
            outputs,
            used_columns: outputs * w,
            accumulator_bits,
            window_rows,
            rows_per_cycle: d,
            digits_per_plane,
            result_bits,
            result_element_bits,
            threshold_bits,
            comparators: c.div_ceil(m),
            stored_scale_bits,
            scale_rows,
            memory_rows: scale_rows + accumulator_bits,
            readout_rows_per_cycle,
            readout_cycles: accumulator_bits.div_ceil(readout_rows_per_cycle),
            result_digits,
            evaluation_cycles,
            cycles_per_mvm_bound,
            input_packet,
            weight_packet: input(product(&[2, r, c])),
            scale_packet: input(product(&[scale_rows, c])),
            threshold_packet: per_column.then(|| input(column_codes)),
            result_packet,
            storage_bits: StorageBits {
                scale_factors: product(&[a, s, c]),
                parity: if config.parity { product(&[a, c]) } else { 0 },
                accumulators: match config.is_deferred() {
                    true => 0,
                    false => product(&[accumulator_bits, c]),
                },
                input_buffers: product(&[2, r, a]),
                threshold_registers: if per_tile {
                    product(&[a, threshold_bits])
                } else {
                    0
                },
                crossbar_cells: product(&[2, r, c]),
                crossbar_thresholds: if per_column { column_codes } else { 0 },
            },
            rate: Rate::new(
                (u64::from(period), core),
                u64::from(result_digits),
                input_packet.beats,
                result_packet.beats,
            ),
            accelerator: AcceleratorDerived::of(config, result_bits),
        }
    }
}

fn product(factors: &[u32]) -> u64 {
    factors.iter().map(|&factor| u64::from(factor)).product()
}

/// Bits that tell `count` things apart: 0 for one thing.
fn ceil_log2(count: u32) -> u32 {
    count.max(1).next_power_of_two().trailing_zeros()
}

#[cfg(test)]
mod tests;
