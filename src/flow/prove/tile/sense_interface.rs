// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sense interface: an end to every evaluation, and codes that are what the comparators showed.

use askama::Template;

use crate::blocks::sense_interface::{self, SenseShape};
use crate::config::Report;
use crate::hdl::index_width;

use crate::flow::prove::free::{Block, harness, obligation};
use crate::flow::prove::obligation::{Obligation, PREFIX};
use crate::flow::prove::twin::Twin;

harness!(SenseHarness, "prove/sense.sv", {
    ternary: bool, phases: usize, phase_bits: usize, code_bits: usize,
    codes: bool, used: usize, comparators: usize, plane_bits: usize
});

/// Evaluations come to an end, and their codes stay.
pub(super) fn evaluation(shape: &SenseShape) -> Result<Obligation, Report> {
    let twin = Twin {
        name: "never too late",
        file: "_sense_interface.v",
        line: "assign timed_out = ",
        from: "late &",
        to: "1'b0 &",
    };
    of_sense("evaluation_ends", shape, twin)
}

/// The codes of a plane are what the comparators showed.
pub(super) fn codes(shape: &SenseShape) -> Result<Obligation, Report> {
    let twin = Twin {
        name: "sampled before the crossbar is ready",
        file: "_sense_interface.v",
        line: "assign capture = ",
        from: "ready_i",
        to: "1'b1",
    };
    of_sense("codes", shape, twin)
}

fn of_sense(property: &'static str, shape: &SenseShape, twin: Twin) -> Result<Obligation, Report> {
    let top = sense_interface::build(PREFIX, shape);
    let configuration = format!(
        "sense C={} A={} M={} {}",
        shape.columns,
        shape.input_bits,
        shape.columns_per_comparator,
        if shape.ternary { "ternary" } else { "binary" },
    );
    let block = Block::of(&top, &configuration);
    let names = [
        "code_nonzero_o",
        "code_error_o",
        "code_empty_o",
        "code_negative_o",
        "code_plane_o",
    ];
    let phases = shape.columns_per_comparator;
    let harness = SenseHarness {
        code_bits: names.map(|name| block.width(name)).iter().sum(),
        block,
        ternary: shape.ternary,
        phases,
        phase_bits: index_width(phases),
        codes: property == "codes",
        used: shape.used_columns,
        comparators: shape.used_columns.div_ceil(phases),
        plane_bits: index_width(shape.input_bits),
    };
    obligation(property, configuration, &top, &harness, twin)
}
