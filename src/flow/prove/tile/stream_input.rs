// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stream input: packets of the right length count, and every bit of a load goes to its place.

use askama::Template;

use crate::blocks::stream_input::{self, StreamInputShape};
use crate::config::Report;
use crate::hdl::{index_width, value_width};

use crate::flow::prove::free::{Block, harness, obligation};
use crate::flow::prove::obligation::{Obligation, PREFIX};
use crate::flow::prove::twin::Twin;

harness!(PacketHarness, "prove/stream_input.sv", {
    stream_bits: usize, beats: Vec<usize>, beat_bits: usize, thresholds: bool, wait: usize,
    row: Gearbox, threshold: Gearbox, row_bits: usize, rows: usize, scale_rows: usize, columns: usize,
    planes: usize, plane_bits: usize, loads: bool, used_columns: usize, threshold_bits: usize,
    most_beats: usize, most_elements: usize
});

/// A gearbox in its steps.
struct Gearbox {
    beat: usize,
    element: usize,
    level_bits: usize,
    most: usize,
    /// Bits of a step, and those that it holds at most.
    step: usize,
    held: usize,
}

impl Gearbox {
    fn of(beat_bits: usize, element_bits: usize) -> Self {
        let step = 1
            << beat_bits
                .trailing_zeros()
                .min(element_bits.trailing_zeros());
        let (beat, element) = (beat_bits / step, element_bits / step);
        let most = beat + element - 1;
        Gearbox {
            beat,
            element,
            level_bits: value_width(most as u128),
            most,
            step,
            held: most * step,
        }
    }

    /// Elements that it holds at most.
    fn elements(&self) -> usize {
        self.most / self.element
    }
}

/// Packets of the right length count, wrong ones are named, and none waits for ever.
pub(super) fn packets(shape: &StreamInputShape) -> Result<Obligation, Report> {
    let twin = Twin {
        name: "long packets count",
        file: "_stream_input.v",
        line: "assign input_commit_o = ",
        from: "s_axis_tlast",
        to: "1'b1",
    };
    of_stream_input("packets", shape, twin)
}

/// Every bit of a load goes to its place, and a load counts with its last.
pub(super) fn loads(shape: &StreamInputShape) -> Result<Obligation, Report> {
    let twin = Twin {
        name: "negative cells are the positive ones",
        file: "_stream_input.v",
        line: "assign prog_neg_o = ",
        from: "row_bits",
        to: "positive_q",
    };
    of_stream_input("loads", shape, twin)
}

fn of_stream_input(
    property: &'static str,
    shape: &StreamInputShape,
    twin: Twin,
) -> Result<Obligation, Report> {
    let top = stream_input::build(PREFIX, shape);
    let configuration = format!(
        "stream_input R={} C={} A={} scale_rows={} w_in={}{}",
        shape.rows,
        shape.columns,
        shape.input_bits,
        shape.scale_rows,
        shape.stream_bits,
        if shape.column_thresholds {
            " thresholds"
        } else {
            ""
        },
    );
    let mut beats = vec![
        shape.input_beats(),
        shape.weight_beats(),
        shape.scale_beats(),
    ];
    beats.extend(shape.threshold_beats());
    let row = Gearbox::of(shape.stream_bits, shape.columns);
    let threshold = Gearbox::of(shape.stream_bits, shape.threshold_bits);
    let columns = if shape.column_thresholds {
        shape.columns
    } else {
        1
    };
    // An element of scale factors takes two cycles, a threshold one.
    let thresholds = usize::from(shape.column_thresholds) * threshold.elements();
    let wait = (2 * row.elements()).max(thresholds);
    let most_beats = beats.iter().copied().max().unwrap_or(1);
    let block = Block::of(&top, &configuration);
    let harness = PacketHarness {
        block,
        stream_bits: shape.stream_bits,
        beat_bits: index_width(most_beats),
        beats,
        thresholds: shape.column_thresholds,
        wait,
        row,
        threshold,
        row_bits: index_width(shape.rows.max(shape.scale_rows).max(columns)),
        rows: shape.rows,
        scale_rows: shape.scale_rows,
        columns: shape.columns,
        planes: shape.input_bits,
        plane_bits: index_width(shape.input_bits),
        loads: property == "loads",
        used_columns: shape.used_columns,
        threshold_bits: shape.threshold_bits,
        most_beats,
        // Halves of rows of weights, rows of scale factors, thresholds.
        most_elements: (2 * shape.rows)
            .max(shape.scale_rows)
            .max(shape.input_bits * shape.columns),
    };
    obligation(property, configuration, &top, &harness, twin)
}
