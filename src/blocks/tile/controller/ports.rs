// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ports of the tile controller.

use crate::blocks::tile::TileShape;
use crate::hdl::{ModuleBuilder, Sig, index_width};

/// Enables of the two kinds of skipping.
pub(super) struct Skips {
    pub zero: Sig,
    pub empty: Sig,
}

/// What ternary codes tell besides p.
pub(super) struct CodeState {
    pub empty: Sig,
    pub error: Sig,
}

/// All ports; each field is the port of its name.
pub(super) struct Ports {
    pub clk: Sig,
    pub rst_n: Sig,
    pub start: Sig,
    pub abort: Sig,
    pub clear_counters: Sig,
    pub mvm_count: Sig,
    pub skips: Option<Skips>,
    pub thresholds: Option<Sig>,
    pub weights_valid: Sig,
    pub scales_valid: Sig,
    pub thresholds_valid: Sig,
    pub buffer_valid: Sig,
    pub plane_any: Option<Sig>,
    pub word_lines: Sig,
    pub buffer_plane: Sig,
    pub release: Sig,
    pub start_valid: Sig,
    pub start_ready: Sig,
    pub start_plane: Sig,
    pub array_soon: Sig,
    pub code_valid: Sig,
    pub code_ready: Sig,
    pub code_state: Option<CodeState>,
    pub timeout: Sig,
    pub wl: Sig,
    pub plane: Sig,
    pub threshold: Option<Sig>,
    pub op_valid: Sig,
    pub op_ready: Sig,
    pub op_plane: Sig,
    pub op_skip: Option<Sig>,
    pub op_soon: Sig,
    pub result_done: Sig,
    pub result_pending: Sig,
    pub busy: Sig,
    pub aborting: Sig,
    pub clear: Sig,
    pub done_set: Sig,
    pub aborted_set: Sig,
    pub not_loaded: Sig,
    pub bad_count: Sig,
    pub start_busy: Sig,
    pub code_set: Sig,
    pub timeout_set: Sig,
}

impl Ports {
    /// Declares the ports.
    pub fn declare(m: &mut ModuleBuilder, shape: &TileShape) -> Ports {
        let (a, plane_bits) = (shape.input_bits, index_width(shape.input_bits));
        m.group("Clock and reset");
        let clk = m.input("clk_i", 1, "clock");
        let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
        m.group("Commands and settings, from the registers");
        let start = m.input("start_i", 1, "pulse: begin a run");
        let abort = m.input("abort_i", 1, "pulse: end it");
        let clear_counters = m.input("clear_counters_i", 1, "pulse");
        let mvm_count = m.input("mvm_count_i", shape.count_bits(), "multiplies of the run");
        let skips = shape.plane_skip.then(|| Skips {
            zero: m.input("skip_zero_i", 1, "skip planes without a one"),
            empty: m.input("skip_empty_i", 1, "skip planes whose p are all 0"),
        });
        let thresholds = shape.tile_thresholds().then(|| {
            m.input(
                "threshold_i",
                a * shape.threshold_bits(),
                "threshold codes by plane",
            )
        });
        m.group("What is loaded");
        let weights_valid = m.input("weights_valid_i", 1, "weights");
        let scales_valid = m.input("scales_valid_i", 1, "scale factors");
        let thresholds_valid = m.input("thresholds_valid_i", 1, "thresholds");
        m.group("Input buffer");
        let buffer_valid = m.input("buffer_valid_i", 1, "an input vector is offered");
        let plane_any = shape
            .plane_skip
            .then(|| m.input("plane_any_i", a, "planes of it that hold a one"));
        let word_lines = m.input(
            "word_lines_i",
            shape.rows,
            "the plane that buffer_plane_o names",
        );
        let buffer_plane = m.output("buffer_plane_o", plane_bits, "bit plane to show");
        let release = m.output("release_o", 1, "done with the vector");
        m.group("Sense interface");
        let start_valid = m.output("start_valid_o", 1, "evaluate a plane");
        let start_ready = m.input("start_ready_i", 1, "taken");
        let start_plane = m.output("start_plane_o", plane_bits, "its index");
        let array_soon = m.output(
            "array_soon_o",
            1,
            "codes valid from the next cycle on are taken within 3 cycles",
        );
        let code_valid = m.input("code_valid_i", 1, "codes are shown");
        let code_ready = m.output("code_ready_o", 1, "taken");
        let code_state = shape.ternary.then(|| CodeState {
            empty: m.input("code_empty_i", 1, "every p is 0"),
            error: m.input("code_error_i", 1, "an impossible code"),
        });
        let timeout = m.input("timeout_i", 1, "the crossbar was not ready in time");
        m.group("Crossbar: stable while a plane is evaluated");
        let wl = m.output("wl_o", shape.rows, "word lines");
        let plane = m.output("plane_o", plane_bits, "bit plane");
        let threshold = shape
            .tile_thresholds()
            .then(|| m.output("threshold_o", shape.threshold_bits(), "threshold code"));
        m.group("Array");
        let op_valid = m.output("op_valid_o", 1, "accumulate a plane");
        let op_ready = m.input("op_ready_i", 1, "taken");
        let op_plane = m.output("op_plane_o", plane_bits, "its index");
        let op_skip = shape
            .ternary
            .then(|| m.output("op_skip_o", 1, "every p counts as 0"));
        let op_soon = m.input("op_soon_i", 1, "the array will take an operation soon");
        m.group("Results");
        let result_done = m.input("result_done_i", 1, "a result was handed over");
        let result_pending = m.input("result_pending_i", 1, "a result packet is under way");
        m.group("Status");
        let busy = m.output("busy_o", 1, "a run, or its abort, is under way");
        let aborting = m.output(
            "aborting_o",
            1,
            "an abort waits for a result packet to leave",
        );
        let clear = m.output("clear_o", 1, "to every block: drop what is under way");
        let done_set = m.output("done_set_o", 1, "pulse: the run is complete");
        let aborted_set = m.output("aborted_set_o", 1, "pulse: the abort is complete");
        let not_loaded = m.output(
            "not_loaded_set_o",
            1,
            "pulse: start without weights, scale factors or thresholds",
        );
        let bad_count = m.output("bad_count_set_o", 1, "pulse: start with MVM_COUNT 0");
        let start_busy = m.output("start_busy_set_o", 1, "pulse: start while busy");
        let code_set = m.output("code_set_o", 1, "pulse: an impossible comparator code");
        let timeout_set = m.output("timeout_set_o", 1, "pulse: crossbar timeout");

        Ports {
            clk,
            rst_n,
            start,
            abort,
            clear_counters,
            mvm_count,
            skips,
            thresholds,
            weights_valid,
            scales_valid,
            thresholds_valid,
            buffer_valid,
            plane_any,
            word_lines,
            buffer_plane,
            release,
            start_valid,
            start_ready,
            start_plane,
            array_soon,
            code_valid,
            code_ready,
            code_state,
            timeout,
            wl,
            plane,
            threshold,
            op_valid,
            op_ready,
            op_plane,
            op_skip,
            op_soon,
            result_done,
            result_pending,
            busy,
            aborting,
            clear,
            done_set,
            aborted_set,
            not_loaded,
            bad_count,
            start_busy,
            code_set,
            timeout_set,
        }
    }

    /// A control bit that reset clears.
    pub fn flag(&self, m: &mut ModuleBuilder, name: &str) -> Sig {
        self.control(m, name, 1)
    }

    /// A control register that reset clears.
    pub fn control(&self, m: &mut ModuleBuilder, name: &str, width: usize) -> Sig {
        m.register(name, width)
            .clock(&self.clk)
            .reset(&self.rst_n, 0)
            .build()
    }
}
