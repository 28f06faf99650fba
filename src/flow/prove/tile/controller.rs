// SPDX-License-Identifier: MIT OR Apache-2.0
//! Controller: runs and aborts come to an end, and counters count.

use askama::Template;

use crate::blocks::tile::{self, TileShape};
use crate::config::Report;
use crate::flow::prove::free::{Block, harness, obligation};
use crate::flow::prove::obligation::{Obligation, PREFIX};
use crate::flow::prove::twin::Twin;

harness!(ControllerHarness, "prove/controller.sv", { planes: usize, ternary: bool, skips: bool, long: usize, bits: usize });

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
