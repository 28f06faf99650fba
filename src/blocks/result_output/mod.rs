// SPDX-License-Identifier: MIT OR Apache-2.0
//! Result output: collects the digits of a word and streams it out as a packet.
//!
//! Contract, port table and packing: `doc/result_output.md`.

mod bank;
mod collector;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::row_store::RowStorage;
use crate::hdl::{Module, ModuleBuilder, Sig};

/// What the result output needs to know of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultOutputShape {
    /// O: outputs side by side.
    pub outputs: usize,
    /// Y: bits of a result.
    pub result_bits: usize,
    /// u: bits of a digit.
    pub digit_bits: usize,
    /// Width of the stream.
    pub stream_bits: usize,
    /// What the banks are made of.
    pub storage: RowStorage,
}

impl ResultOutputShape {
    /// NY: digits of a word.
    pub fn digits(&self) -> usize {
        self.result_bits.div_ceil(self.digit_bits)
    }

    /// B8: bits of an element of the packet, a multiple of 8.
    pub fn element_bits(&self) -> usize {
        self.result_bits.next_multiple_of(8)
    }

    /// Beats of a packet.
    pub fn beats(&self) -> usize {
        (self.outputs * self.element_bits()).div_ceil(self.stream_bits)
    }

    /// Bits of the last digit that belong to the result.
    fn last_digit_bits(&self) -> usize {
        self.result_bits - (self.digits() - 1) * self.digit_bits
    }

    /// Bits of all results.
    fn word_bits(&self) -> usize {
        self.outputs * self.result_bits
    }
}

struct Clock {
    clk: Sig,
    rst_n: Sig,
    clear: Sig,
    test_en: Option<Sig>,
}

/// Builds `<prefix>_result_output`.
pub fn build(prefix: &str, shape: &ResultOutputShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_result_output"));
    m.contract(
        "Collects the digits of a word of results in one of two banks; the other is sent as one packet \
         meanwhile. First beat: two cycles after the last digit if the output is free. clear_i drops what is \
         collected and finishes a packet that has been offered. Reset: nothing held.",
    );
    m.localparam("OUTPUTS", shape.outputs);
    m.localparam("DIGITS", shape.digits());
    m.localparam("ELEMENT_BITS", shape.element_bits());
    m.localparam("BEATS", shape.beats());
    m.group("Clock and reset");
    let clock = Clock {
        clk: m.input("clk_i", 1, "clock"),
        rst_n: m.input("rst_ni", 1, "asynchronous reset, active low"),
        clear: m.input("clear_i", 1, "drop what is collected"),
        test_en: shape
            .storage
            .gated_clocks()
            .then(|| m.input("test_en_i", 1, "scan enable of the clock gates")),
    };
    m.group("Digits of the results, lowest first");
    let digits = collector::Digits {
        valid: m.input("in_valid_i", 1, "a digit of every output is offered"),
        ready: m.output("in_ready_o", 1, "it is taken"),
        first: m.input("in_first_i", 1, "first digit of a word"),
        last: m.input("in_last_i", 1, "last digit of a word"),
        data: m.input("in_data_i", shape.outputs * shape.digit_bits, "the digits"),
    };
    m.group("Stream");
    let master = stream::Master {
        data: m.output("m_axis_tdata", shape.stream_bits, "data"),
        valid: m.output("m_axis_tvalid", 1, "a beat is offered"),
        ready: m.input("m_axis_tready", 1, "it is taken"),
        last: m.output("m_axis_tlast", 1, "last beat of its packet"),
    };
    m.group("State");
    let done = m.output("packet_done_o", 1, "the last beat of a packet is taken");
    let pending = m.output("pending_o", 1, "something is collected or waits to be sent");

    let word = m.wire("word", shape.word_bits());
    let hand_over = m.wire("hand_over", 1);
    let collected = collector::build(&mut m, prefix, shape, &clock, &digits, &hand_over, &word);
    let busy = stream::build(&mut m, shape, &clock, &master, &hand_over, &word, &done);
    m.comment("A word is handed over when nothing is sent, or the last of it goes.");
    m.assign(
        &hand_over,
        &(&(&collected.full & &(!&busy | &done)) & !&clock.clear),
    );
    m.assign(&pending, &(&(&collected.full | &collected.begun) | &busy));
    m.finish()
}
