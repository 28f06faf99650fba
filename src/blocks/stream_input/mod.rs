// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stream input: packets of inputs, weights, scale factors and thresholds.
//!
//! Contract, port table and packing: `doc/stream_input.md`.

#[cfg(test)]
pub(crate) mod bench;
mod gearbox;
mod loader;
mod packet;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::hdl::{Module, ModuleBuilder, Sig, index_width};

/// What the stream input needs to know of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamInputShape {
    /// R: rows of the crossbar.
    pub rows: usize,
    /// C: columns of the crossbar.
    pub columns: usize,
    /// U: columns that have hardware behind the comparators.
    pub used_columns: usize,
    /// A: bits of an input.
    pub input_bits: usize,
    /// Rows of the scale-factor memory.
    pub scale_rows: usize,
    /// T: bits of a threshold.
    pub threshold_bits: usize,
    /// Whether thresholds are loaded per column (packets of destination 3).
    pub column_thresholds: bool,
    /// Width of the stream, a power of two.
    pub stream_bits: usize,
}

/// Destinations of packets.
mod dest {
    pub const INPUTS: usize = 0;
    pub const WEIGHTS: usize = 1;
    pub const SCALES: usize = 2;
    pub const THRESHOLDS: usize = 3;
}

impl StreamInputShape {
    /// Beats of a packet of inputs.
    pub fn input_beats(&self) -> usize {
        (self.rows * self.input_bits).div_ceil(self.stream_bits)
    }

    /// Beats of a packet of weights.
    pub fn weight_beats(&self) -> usize {
        (2 * self.rows * self.columns).div_ceil(self.stream_bits)
    }

    /// Beats of a packet of scale factors.
    pub fn scale_beats(&self) -> usize {
        (self.scale_rows * self.columns).div_ceil(self.stream_bits)
    }

    /// Beats of a packet of thresholds, where there is one.
    pub fn threshold_beats(&self) -> Option<usize> {
        let bits = self.input_bits * self.columns * self.threshold_bits;
        self.column_thresholds
            .then(|| bits.div_ceil(self.stream_bits))
    }

    /// Beats by destination.
    fn beats(&self) -> Vec<usize> {
        let mut beats = vec![self.input_beats(), self.weight_beats(), self.scale_beats()];
        beats.extend(self.threshold_beats());
        beats
    }
}

/// What every part of the block is clocked and reset by.
struct Clock {
    clk: Sig,
    rst_n: Sig,
    clear: Sig,
}

/// Builds `<prefix>_stream_input`.
pub fn build(prefix: &str, shape: &StreamInputShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_stream_input"));
    m.contract(CONTRACT);
    m.localparam("STREAM_BITS", shape.stream_bits);
    for (name, beats) in ["INPUT", "WEIGHT", "SCALE", "THRESHOLD"]
        .iter()
        .zip(shape.beats())
    {
        m.localparam(&format!("{name}_BEATS"), beats);
    }
    m.group("Clock and reset");
    let clock = Clock {
        clk: m.input("clk_i", 1, "clock"),
        rst_n: m.input("rst_ni", 1, "asynchronous reset, active low"),
        clear: m.input(
            "clear_i",
            1,
            "abort: a packet or load in progress is dropped",
        ),
    };
    let busy = m.input("busy_i", 1, "the tile is running: no loads");
    m.group("Stream");
    let stream = packet::Stream {
        data: m.input("s_axis_tdata", shape.stream_bits, "data"),
        dest: m.input(
            "s_axis_tdest",
            2,
            "0 inputs, 1 weights, 2 scale factors, 3 thresholds",
        ),
        valid: m.input("s_axis_tvalid", 1, "a beat is offered"),
        ready: m.output("s_axis_tready", 1, "it is taken"),
        last: m.input("s_axis_tlast", 1, "last beat of its packet"),
    };
    m.group("Input buffer");
    let input = packet::InputPort {
        full: m.input("input_full_i", 1, "both banks are taken"),
        write: m.output("input_write_o", 1, "store a beat"),
        beat: m.output(
            "input_beat_o",
            index_width(shape.input_beats()),
            "its index",
        ),
        data: m.output("input_data_o", shape.stream_bits, "the beat"),
        commit: m.output("input_commit_o", 1, "with the last beat of a good packet"),
    };
    let loads = loader::Ports::declare(&mut m, shape);
    m.group("State and errors");
    let errors = packet::Errors {
        short: m.output("error_short_o", 1, "pulse: packet too short"),
        long: m.output("error_long_o", 1, "pulse: packet too long"),
        dest: m.output("error_dest_o", 1, "pulse: no such destination"),
        load_busy: m.output(
            "error_load_busy_o",
            1,
            "pulse: load while the tile is running",
        ),
    };

    let link = loader::Link::declare(&mut m, &clock);
    packet::build(
        &mut m, shape, &clock, &busy, &stream, &input, &errors, &link,
    );
    loader::build(&mut m, prefix, shape, &clock, &stream.data, &loads, &link);
    m.finish()
}

const CONTRACT: &str = "Takes packets from the stream. The destination of a packet is that of its first beat. Inputs \
     go beat by beat to the input buffer, weights, scale factors and thresholds row by row to the \
     crossbar and the array. A packet of wrong length, for no destination, or a load while the \
     tile runs raises an error pulse with the offending beat and is dropped whole. clear_i drops \
     what is in progress, to the end of its packet, and keeps the flags of finished loads. Reset: \
     nothing in progress, no load valid.";
