// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes and ends: what blocks promise to neighbours of any behaviour.

use askama::Template;

use crate::blocks::input_buffer::{self, InputBufferShape};
use crate::blocks::result_output::{self, ResultOutputShape};
use crate::blocks::row_store::RowStorage;
use crate::blocks::sense_interface::{self, SenseShape};
use crate::blocks::stream_input::{self, StreamInputShape};
use crate::blocks::tile::{self, TileShape};
use crate::config::Report;
use crate::hdl::{index_width, value_width};

use super::free::{Block, harness, obligation};
use super::obligation::{Obligation, PREFIX};
use super::twin::Twin;

harness!(SenseHarness, "prove/sense.sv", {
    ternary: bool, phases: usize, phase_bits: usize, code_bits: usize,
    codes: bool, used: usize, comparators: usize, plane_bits: usize
});
harness!(ResultHarness, "prove/result_output.sv", {
    stream_bits: usize, beats: usize, beat_bits: usize,
    words: bool, gated: bool, outputs: usize, result_bits: usize, element_bits: usize, digit_bits: usize, digits: usize, digit_index_bits: usize
});
harness!(ControllerHarness, "prove/controller.sv", { planes: usize, ternary: bool, skips: bool, long: usize, bits: usize });

harness!(PacketHarness, "prove/stream_input.sv", {
    stream_bits: usize, beats: Vec<usize>, beat_bits: usize, thresholds: bool, wait: usize,
    row: Gearbox, threshold: Gearbox, row_bits: usize, rows: usize, scale_rows: usize, columns: usize,
    planes: usize, plane_bits: usize, loads: bool, used_columns: usize, threshold_bits: usize
});

harness!(InputBufferHarness, "prove/input_buffer.sv", { rows: usize, planes: usize, bits: usize, beats: usize, stream_bits: usize, gated: bool });

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
    let block = Block::of(&top, &configuration);
    let harness = PacketHarness {
        block,
        stream_bits: shape.stream_bits,
        beat_bits: index_width(beats.iter().copied().max().unwrap_or(1)),
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
    };
    obligation(property, configuration, &top, &harness, twin)
}

/// Every bit of every plane is shown as it was written.
pub(super) fn planes(shape: &InputBufferShape) -> Result<Obligation, Report> {
    let top = input_buffer::build(PREFIX, shape);
    let configuration = format!(
        "input_buffer R={} A={} w_in={} {}",
        shape.rows,
        shape.input_bits,
        shape.stream_bits,
        stored_in(shape.storage),
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
    let storage = format!(" {}", stored_in(shape.storage));
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

/// What a buffer is made of, in a word.
fn stored_in(storage: RowStorage) -> &'static str {
    match storage {
        RowStorage::Enabled => "enabled",
        RowStorage::Gated => "gated",
        RowStorage::Latch => "latch",
    }
}

/// The controller's offers stay, its runs are counted, its aborts end.
pub(super) fn run_ends(shape: &TileShape, configuration: String) -> Result<Obligation, Report> {
    let top = tile::controller_block(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let harness = ControllerHarness {
        block,
        planes: shape.input_bits,
        ternary: shape.ternary,
        skips: shape.plane_skip,
        long: shape.counter_bits,
        bits: shape.count_bits(),
    };
    let twin = Twin {
        name: "abort does not wait for its clear",
        file: "_tile_controller.v",
        line: "assign aborted = ",
        from: "(~clear_q)",
        to: "1'b1",
    };
    obligation("run_ends", configuration, &top, &harness, twin)
}
