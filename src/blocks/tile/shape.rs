// SPDX-License-Identifier: MIT OR Apache-2.0
//! Shape of a tile, and the shapes of its blocks that follow from it.

use crate::blocks::column_reduction::ReductionShape;
use crate::blocks::crossbar::{CrossbarShape, CrossbarThresholds};
use crate::blocks::dcim_array::ArrayShape;
use crate::blocks::input_buffer::InputBufferShape;
use crate::blocks::registers::RegisterParameters;
use crate::blocks::result_output::ResultOutputShape;
use crate::blocks::row_store::RowStorage;
use crate::blocks::sense_interface::SenseShape;
use crate::blocks::stream_input::StreamInputShape;
use crate::config::{Config, Storage, Thresholds};
use crate::hdl::value_width;

/// A tile in numbers (symbols as in `doc/contracts.md`).
#[derive(Clone, Debug)]
pub struct TileShape {
    /// R
    pub rows: usize,
    /// C
    pub columns: usize,
    /// U
    pub used_columns: usize,
    /// O
    pub outputs: usize,
    /// A
    pub input_bits: usize,
    /// Y
    pub result_bits: usize,
    /// Ternary partial sums.
    pub ternary: bool,
    /// Bit planes can be skipped.
    pub plane_skip: bool,
    /// Where the comparators' thresholds come from.
    pub thresholds: CrossbarThresholds,
    /// The array.
    pub array: ArrayShape,
    /// The sense interface.
    pub sense: SenseShape,
    /// The column reduction.
    pub reduction: ReductionShape,
    /// A chain of tiles is possible (K > 1).
    pub chain: bool,
    /// Bits of the counter of cycles.
    pub counter_bits: usize,
    /// Width of the input stream.
    pub input_stream_bits: usize,
    /// Width of the result stream.
    pub output_stream_bits: usize,
    /// What the registers tell and start from.
    pub registers: RegisterParameters,
}

/// The array of a configuration.
pub fn array_shape(config: &Config) -> ArrayShape {
    let derived = config.derived();
    let rows_per_cycle = match config.is_deferred() {
        // An operation takes one cycle: it takes codes in.
        true => derived.window_rows,
        false => derived.rows_per_cycle,
    };
    ArrayShape {
        columns: derived.used_columns as usize,
        input_bits: config.input_bits() as usize,
        scale_bits: config.scale_bits() as usize,
        rows_per_cycle: rows_per_cycle as usize,
        readout_rows: derived.readout_rows_per_cycle as usize,
        ternary: config.is_ternary(),
        latch: config.storage() == Storage::Latch,
        gating: config.is_gated(),
        parity: config.parity(),
        deferred: config.is_deferred(),
    }
}

/// The sense interface of a configuration.
pub fn sense_shape(config: &Config) -> SenseShape {
    SenseShape {
        columns: config.cols() as usize,
        used_columns: config.derived().used_columns as usize,
        input_bits: config.input_bits() as usize,
        columns_per_comparator: config.columns_per_comparator() as usize,
        ternary: config.is_ternary(),
    }
}

/// The column reduction of a configuration.
pub fn reduction_shape(config: &Config) -> ReductionShape {
    let derived = config.derived();
    ReductionShape {
        outputs: derived.outputs as usize,
        slices: config.weight_slices() as usize,
        digit_bits: derived.readout_rows_per_cycle as usize,
        accumulator_bits: derived.accumulator_bits as usize,
        result_bits: derived.result_bits as usize,
        chain: config.has_chain(),
    }
}

impl TileShape {
    /// The tile of a configuration.
    pub fn of(config: &Config) -> TileShape {
        let derived = config.derived();
        TileShape {
            rows: config.rows() as usize,
            columns: config.cols() as usize,
            used_columns: derived.used_columns as usize,
            outputs: derived.outputs as usize,
            input_bits: config.input_bits() as usize,
            result_bits: derived.result_bits as usize,
            ternary: config.is_ternary(),
            plane_skip: config.plane_skip(),
            thresholds: match config.thresholds() {
                Thresholds::PerTile => CrossbarThresholds::PerTile,
                Thresholds::PerColumn => CrossbarThresholds::PerColumn,
                Thresholds::None => CrossbarThresholds::Binary,
            },
            array: array_shape(config),
            sense: sense_shape(config),
            reduction: reduction_shape(config),
            chain: config.has_chain(),
            counter_bits: config.counter_bits() as usize,
            input_stream_bits: config.input_stream_bits() as usize,
            output_stream_bits: config.output_stream_bits() as usize,
            registers: RegisterParameters::from(config),
        }
    }

    /// T
    pub fn threshold_bits(&self) -> usize {
        value_width(self.rows as u128)
    }

    /// Bits of the other counters.
    pub fn count_bits(&self) -> usize {
        self.counter_bits.min(32)
    }

    /// One threshold a bit plane, from the registers.
    pub fn tile_thresholds(&self) -> bool {
        self.thresholds == CrossbarThresholds::PerTile
    }

    /// Thresholds in the macro, by column and bit plane.
    pub fn column_thresholds(&self) -> bool {
        self.thresholds == CrossbarThresholds::PerColumn
    }

    /// The crossbar macro.
    pub fn crossbar(&self) -> CrossbarShape {
        CrossbarShape {
            rows: self.rows,
            columns: self.columns,
            input_bits: self.input_bits,
            columns_per_comparator: self.sense.columns_per_comparator,
            thresholds: self.thresholds,
        }
    }

    /// The stream input.
    pub fn stream_input(&self) -> StreamInputShape {
        StreamInputShape {
            rows: self.rows,
            columns: self.columns,
            used_columns: self.used_columns,
            input_bits: self.input_bits,
            scale_rows: self.array.scale_rows(),
            threshold_bits: self.threshold_bits(),
            column_thresholds: self.column_thresholds(),
            stream_bits: self.input_stream_bits,
        }
    }

    /// What buffers are made of: what the array's rows are made of.
    fn row_storage(&self) -> RowStorage {
        match (self.array.latch, self.array.gated_clocks()) {
            (true, _) => RowStorage::Latch,
            (false, true) => RowStorage::Gated,
            (false, false) => RowStorage::Enabled,
        }
    }

    /// The input buffer.
    pub fn input_buffer(&self) -> InputBufferShape {
        InputBufferShape {
            rows: self.rows,
            input_bits: self.input_bits,
            stream_bits: self.input_stream_bits,
            storage: self.row_storage(),
        }
    }

    /// The result output.
    pub fn result_output(&self) -> ResultOutputShape {
        ResultOutputShape {
            outputs: self.outputs,
            result_bits: self.result_bits,
            digit_bits: self.array.readout_rows,
            stream_bits: self.output_stream_bits,
            storage: self.row_storage(),
        }
    }
}
