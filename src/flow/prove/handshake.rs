// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes and ends: what blocks promise to neighbours of any behaviour.

use askama::Template;

use crate::blocks::registers;
use crate::blocks::result_output::{self, ResultOutputShape};
use crate::blocks::row_store::RowStorage;
use crate::blocks::sense_interface::{self, SenseShape};
use crate::blocks::tile::{self, TileShape};
use crate::config::Report;
use crate::emit::rendering;
use crate::hdl::{Dir, Module, index_width};

use super::obligation::{Obligation, PREFIX, files};
use super::twin::Twin;

/// A port that is free, or watched.
struct Port {
    name: String,
    width: usize,
    /// Its place among the free bits.
    offset: usize,
}

/// Free inputs and watched outputs of a block, less clock and reset.
struct Ports {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    total: usize,
}

impl Ports {
    fn of(module: &Module) -> Self {
        let mut ports = Ports {
            inputs: Vec::new(),
            outputs: Vec::new(),
            total: 0,
        };
        for port in module.ports() {
            if ["clk_i", "rst_ni"].contains(&port.name.as_str()) {
                continue;
            }
            let offset = ports.total;
            let (name, width) = (port.name, port.width);
            let found = Port {
                name,
                width,
                offset,
            };
            match port.dir {
                Dir::Input => {
                    ports.total += width;
                    ports.inputs.push(found);
                }
                _ => ports.outputs.push(found),
            }
        }
        ports
    }
}

macro_rules! harness {
    ($name:ident, $path:literal, { $($field:ident : $kind:ty),* }) => {
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $name {
            title: String,
            module: String,
            inputs: Vec<Port>,
            outputs: Vec<Port>,
            total: usize,
            $($field: $kind,)*
        }
    };
}

harness!(RegistersHarness, "prove/registers.sv", {});
harness!(SenseHarness, "prove/sense.sv", { ternary: bool, phases: usize, phase_bits: usize, code_bits: usize });
harness!(ResultHarness, "prove/result_output.sv", { stream_bits: usize, beats: usize, beat_bits: usize });
harness!(ControllerHarness, "prove/controller.sv", { planes: usize, ternary: bool, skips: bool });

/// The registers keep the rules of AXI4-Lite.
pub(super) fn axi_lite(shape: &TileShape, configuration: String) -> Result<Obligation, Report> {
    let top = registers::build(PREFIX, &shape.registers);
    let ports = Ports::of(&top);
    let harness = RegistersHarness {
        title: configuration.clone(),
        module: top.name().to_owned(),
        inputs: ports.inputs,
        outputs: ports.outputs,
        total: ports.total,
    };
    Ok(Obligation {
        property: "axi4_lite",
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin: Twin {
            name: "response not held",
            file: "_registers.v",
            line: "b_valid_q <= write_valid",
            from: "(b_valid_q & (~s_axil_bready))",
            to: "1'b0",
        },
    })
}

/// Evaluations come to an end, and their codes stay.
pub(super) fn evaluation(shape: &SenseShape) -> Result<Obligation, Report> {
    let top = sense_interface::build(PREFIX, shape);
    let configuration = format!(
        "sense C={} A={} M={} {}",
        shape.columns,
        shape.input_bits,
        shape.columns_per_comparator,
        if shape.ternary { "ternary" } else { "binary" },
    );
    let ports = Ports::of(&top);
    let width = |name: &str| {
        let found = ports.outputs.iter().find(|port| port.name == name);
        found.map_or(0, |port| port.width)
    };
    let names = [
        "code_nonzero_o",
        "code_error_o",
        "code_empty_o",
        "code_negative_o",
        "code_plane_o",
    ];
    let harness = SenseHarness {
        title: configuration.clone(),
        module: top.name().to_owned(),
        code_bits: names.map(width).iter().sum(),
        inputs: ports.inputs,
        outputs: ports.outputs,
        total: ports.total,
        ternary: shape.ternary,
        phases: shape.columns_per_comparator,
        phase_bits: index_width(shape.columns_per_comparator),
    };
    Ok(Obligation {
        property: "evaluation_ends",
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin: Twin {
            name: "never too late",
            file: "_sense_interface.v",
            line: "assign timed_out = ",
            from: "late &",
            to: "1'b0 &",
        },
    })
}

/// Result packets are whole, and keep the rules of AXI4-Stream.
pub(super) fn axi_stream(shape: &ResultOutputShape) -> Result<Obligation, Report> {
    // On the one clock: the proof is of the handshake, and gates of words would bring a scan enable that is not free.
    let shape = &ResultOutputShape {
        storage: RowStorage::Enabled,
        ..*shape
    };
    let top = result_output::build(PREFIX, shape);
    let configuration = format!(
        "result_output O={} Y={} u={} w_out={}",
        shape.outputs, shape.result_bits, shape.digit_bits, shape.stream_bits
    );
    let ports = Ports::of(&top);
    let harness = ResultHarness {
        title: configuration.clone(),
        module: top.name().to_owned(),
        inputs: ports.inputs,
        outputs: ports.outputs,
        total: ports.total,
        stream_bits: shape.stream_bits,
        beats: shape.beats(),
        beat_bits: index_width(shape.beats()),
    };
    Ok(Obligation {
        property: "axi4_stream",
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin: Twin {
            name: "word moves on too early",
            file: "_result_output.v",
            line: "assign hand_over = ",
            from: "(~busy_q)",
            to: "busy_q",
        },
    })
}

/// The controller's offers stay, its runs are counted, its aborts end.
pub(super) fn run_ends(shape: &TileShape, configuration: String) -> Result<Obligation, Report> {
    let top = tile::controller_block(PREFIX, shape);
    let ports = Ports::of(&top);
    let harness = ControllerHarness {
        title: configuration.clone(),
        module: top.name().to_owned(),
        inputs: ports.inputs,
        outputs: ports.outputs,
        total: ports.total,
        planes: shape.input_bits,
        ternary: shape.ternary,
        skips: shape.plane_skip,
    };
    Ok(Obligation {
        property: "run_ends",
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin: Twin {
            name: "abort does not wait for its clear",
            file: "_tile_controller.v",
            line: "assign aborted = ",
            from: "(~clear_q)",
            to: "1'b1",
        },
    })
}
