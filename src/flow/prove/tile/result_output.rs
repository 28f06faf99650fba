// SPDX-License-Identifier: MIT OR Apache-2.0
//! Result output: whole packets, and every bit of a result at its place.

use askama::Template;

use crate::blocks::result_output::{self, ResultOutputShape};
use crate::blocks::row_store::RowStorage;
use crate::config::Report;
use crate::hdl::index_width;

use crate::flow::prove::free::{Block, harness, obligation};
use crate::flow::prove::obligation::{Obligation, PREFIX};
use crate::flow::prove::twin::Twin;

harness!(ResultHarness, "prove/result_output.sv", {
    stream_bits: usize, beats: usize, beat_bits: usize,
    words: bool, gated: bool, outputs: usize, result_bits: usize, element_bits: usize, digit_bits: usize, digits: usize, digit_index_bits: usize
});

/// Result packets are whole, and keep the rules of AXI4-Stream.
pub(super) fn axi_stream(shape: &ResultOutputShape) -> Result<Obligation, Report> {
    // On the one clock: the proof is of the handshake, and gates of words would bring a scan enable that is not free.
    let shape = &ResultOutputShape {
        storage: RowStorage::Enabled,
        ..*shape
    };
    let twin = Twin {
        name: "word moves on too early",
        file: "_result_output.v",
        line: "assign hand_over = ",
        from: "(~busy_q)",
        to: "busy_q",
    };
    of_result_output("axi4_stream", String::new(), shape, twin)
}

/// Every bit of a result goes to its place in the packet.
pub(super) fn words(shape: &ResultOutputShape) -> Result<Obligation, Report> {
    let twin = Twin {
        name: "a digit beside the handing over belongs to the word before",
        file: "_result_output.v",
        line: "assign collecting = ",
        from: "hand_over",
        to: "1'b0",
    };
    let storage = format!(" {}", super::stored_in(shape.storage));
    of_result_output("words", storage, shape, twin)
}

fn of_result_output(
    property: &'static str,
    suffix: String,
    shape: &ResultOutputShape,
    twin: Twin,
) -> Result<Obligation, Report> {
    let top = result_output::build(PREFIX, shape);
    let configuration = format!(
        "result_output O={} Y={} u={} w_out={}{suffix}",
        shape.outputs, shape.result_bits, shape.digit_bits, shape.stream_bits
    );
    let block = Block::of(&top, &configuration);
    let harness = ResultHarness {
        block,
        stream_bits: shape.stream_bits,
        beats: shape.beats(),
        beat_bits: index_width(shape.beats()),
        words: property == "words",
        gated: shape.storage.gated_clocks(),
        outputs: shape.outputs,
        result_bits: shape.result_bits,
        element_bits: shape.element_bits(),
        digit_bits: shape.digit_bits,
        digits: shape.digits(),
        digit_index_bits: index_width(shape.digits()),
    };
    obligation(property, configuration, &top, &harness, twin)
}
