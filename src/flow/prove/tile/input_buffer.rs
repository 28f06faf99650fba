// SPDX-License-Identifier: MIT OR Apache-2.0
//! Input buffer: every bit of every plane is shown as it was written.

use askama::Template;

use crate::blocks::input_buffer::{self, InputBufferShape};
use crate::config::Report;
use crate::flow::prove::free::{Block, harness, obligation};
use crate::flow::prove::obligation::{Obligation, PREFIX};
use crate::flow::prove::twin::Twin;

harness!(InputBufferHarness, "prove/input_buffer.sv", { rows: usize, planes: usize, bits: usize, beats: usize, stream_bits: usize, gated: bool });

/// Every bit of every plane is shown as it was written.
pub(super) fn planes(shape: &InputBufferShape) -> Result<Obligation, Report> {
    let top = input_buffer::build(PREFIX, shape);
    let configuration = format!(
        "input_buffer R={} A={} w_in={} {}",
        shape.rows,
        shape.input_bits,
        shape.stream_bits,
        super::stored_in(shape.storage),
    );
    let block = Block::of(&top, &configuration);
    let harness = InputBufferHarness {
        block,
        rows: shape.rows,
        planes: shape.input_bits,
        bits: shape.bits(),
        beats: shape.beats(),
        stream_bits: shape.stream_bits,
        gated: shape.storage.gated_clocks(),
    };
    let twin = Twin {
        name: "the second bank is never shown",
        file: "_input_buffer.v",
        line: "assign word_lines_o = ",
        from: "word_lines_1",
        to: "word_lines_0",
    };
    obligation("planes", configuration, &top, &harness, twin)
}
