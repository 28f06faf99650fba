// SPDX-License-Identifier: MIT OR Apache-2.0
//! A tile: crossbar macro, sense interface, DCiM array, column reduction, buffers, controller and
//! registers, behind AXI4-Lite and AXI4-Stream. Contract: `doc/contracts.md`.

mod controller;
mod shape;

pub use shape::{TileShape, array_shape, reduction_shape, sense_shape};

use super::dcim_array::any_of;
use super::{
    array, column_reduction, crossbar, input_buffer, registers, result_output, sense_interface,
    stream_input,
};
use crate::blocks::wiring::Wiring;
use crate::hdl::{Dir, Module, ModuleBuilder, Sig, ones, zeros};
use std::sync::Arc;

/// Builds `<prefix>_tile`.
pub fn build(prefix: &str, shape: &TileShape) -> Arc<Module> {
    let registers = registers::build(prefix, &shape.registers);
    let stream_input = stream_input::build(prefix, &shape.stream_input());
    let result_output = result_output::build(prefix, &shape.result_output());
    let mut m = ModuleBuilder::new(&format!("{prefix}_tile"));
    m.contract(&format!(
        "A compute-in-memory tile of {} rows and {} columns, {} output(s). Weights, scale factors and inputs come by \
         s_axis (tdest 2, 1, 0 for scale factors, weights, inputs), results leave by m_axis, commands go through the \
         registers at s_axil.",
        shape.rows, shape.columns, shape.outputs
    ));
    let mut w = Wiring::default();
    m.group("Clock, reset, scan");
    w.name("clk", m.input("clk_i", 1, "clock"));
    w.name(
        "rst_n",
        m.input("rst_ni", 1, "asynchronous reset, active low"),
    );
    w.name(
        "test_en",
        m.input("test_en_i", 1, "scan enable of the clock gates"),
    );
    for (child, prefix, heading) in [
        (&registers, "s_axil_", "Registers: AXI4-Lite"),
        (
            &stream_input,
            "s_axis_",
            "Weights, scale factors, thresholds, inputs: AXI4-Stream",
        ),
        (&result_output, "m_axis_", "Results: AXI4-Stream"),
    ] {
        m.group(heading);
        for port in child
            .ports()
            .into_iter()
            .filter(|port| port.name.starts_with(prefix))
        {
            let signal = match port.dir {
                Dir::Input => m.input(&port.name, port.width, &port.doc),
                _ => m.output(&port.name, port.width, &port.doc),
            };
            w.name(&port.name, signal);
        }
    }
    m.group("Interrupt");
    w.name("irq", m.output("irq_o", 1, "level; see IRQ_STATUS"));
    let chain = shape.chain.then(|| chain_ports(&mut m, &mut w, shape));

    // Child, instance name, and the nets of those ports whose net is not called as the port.
    w.instance(
        &mut m,
        "u_registers",
        &registers,
        &[
            ("ctrl_start_pulse_o", "start"),
            ("ctrl_abort_pulse_o", "abort"),
            ("ctrl_clear_counters_pulse_o", "clear_counters"),
            ("status_weights_valid_i", "weights_valid"),
            ("status_scales_valid_i", "scales_valid"),
            ("status_thresholds_valid_i", "thresholds_valid"),
            ("status_inputs_buffered_i", "inputs_buffered"),
            ("status_aborting_i", "aborting"),
            ("status_result_pending_i", "result_pending"),
            ("irq_status_done_set_i", "done_set"),
            ("irq_status_aborted_set_i", "aborted_set"),
            ("error_not_loaded_set_i", "not_loaded_set"),
            ("error_bad_count_set_i", "bad_count_set"),
            ("error_packet_short_set_i", "error_short"),
            ("error_packet_long_set_i", "error_long"),
            ("error_packet_dest_set_i", "error_dest"),
            ("error_load_busy_set_i", "error_load_busy"),
            ("error_code_set_i", "code_set"),
            ("error_sense_timeout_set_i", "timeout_set"),
            ("error_start_busy_set_i", "start_busy_set"),
            ("error_parity_set_i", "parity_error"),
            ("timing_precharge_o", "precharge_cycles"),
            ("timing_evaluate_o", "evaluate_cycles"),
            ("timing_sense_o", "sense_cycles"),
            ("timing_hold_o", "hold_cycles"),
            ("timeout_o", "timeout_cycles"),
            ("skip_zero_plane_o", "skip_zero"),
            ("skip_empty_plane_o", "skip_empty"),
            ("threshold_o", "thresholds"),
        ],
    );
    w.instance(
        &mut m,
        "u_controller",
        &controller::build(prefix, shape),
        &[
            ("threshold_i", "thresholds"),
            ("threshold_o", "threshold"),
            ("release_o", "buffer_release"),
        ],
    );
    w.instance(
        &mut m,
        "u_stream_input",
        &stream_input,
        &[("input_full_i", "input_full")],
    );
    w.instance(
        &mut m,
        "u_input_buffer",
        &input_buffer::build(prefix, &shape.input_buffer()),
        &[
            ("write_i", "input_write"),
            ("beat_i", "input_beat"),
            ("data_i", "input_data"),
            ("commit_i", "input_commit"),
            ("full_o", "input_full"),
            ("valid_o", "buffer_valid"),
            ("plane_i", "buffer_plane"),
            ("release_i", "buffer_release"),
            ("count_o", "inputs_buffered"),
        ],
    );
    w.instance(
        &mut m,
        "u_sense_interface",
        &sense_interface::build(prefix, &shape.sense),
        &[
            ("abort_i", "clear"),
            ("precharge_o", "precharge"),
            ("ready_i", "crossbar_ready"),
            ("busy_o", "sense_busy"),
            ("timeout_o", "timeout"),
        ],
    );
    w.instance(
        &mut m,
        "u_crossbar",
        &crossbar::build(prefix, &shape.crossbar()),
        &[("ready_o", "crossbar_ready")],
    );
    w.instance(
        &mut m,
        "u_array",
        &array::build(prefix, &shape.array),
        &[
            ("clear_i", "clear"),
            ("op_nonzero_i", "code_nonzero"),
            ("op_negative_i", "code_negative"),
            ("busy_o", "array_busy"),
        ],
    );
    w.instance(
        &mut m,
        "u_reduction",
        &column_reduction::build(prefix, &shape.reduction),
        &[
            ("in_valid_i", "ro_valid"),
            ("in_ready_o", "ro_ready"),
            ("in_first_i", "ro_first"),
            ("in_last_i", "ro_last"),
            ("in_data_i", "ro_data"),
            ("chain_enable_i", "chain_in_enable"),
            ("out_valid_o", "reduced_valid"),
            ("out_ready_i", "reduced_ready"),
            ("out_first_o", "reduced_first"),
            ("out_last_o", "reduced_last"),
            ("out_data_o", "reduced_data"),
        ],
    );
    w.instance(
        &mut m,
        "u_result_output",
        &result_output,
        &[
            ("in_valid_i", "output_valid"),
            ("in_ready_o", "output_ready"),
            ("in_first_i", "reduced_first"),
            ("in_last_i", "reduced_last"),
            ("in_data_i", "reduced_data"),
            ("pending_o", "result_pending"),
        ],
    );
    glue(&mut m, &mut w, shape, chain.as_ref());
    m.finish()
}

/// Builds the controller alone, for proofs.
pub(crate) fn controller_block(prefix: &str, shape: &TileShape) -> Arc<Module> {
    controller::build(prefix, shape)
}

/// The chain's output side.
struct Chain {
    valid: Sig,
    ready: Sig,
    first: Sig,
    last: Sig,
    data: Sig,
}

fn chain_ports(m: &mut ModuleBuilder, w: &mut Wiring, shape: &TileShape) -> Chain {
    let bits = shape.outputs * shape.array.readout_rows;
    m.group("Chain: words of the tile above");
    w.name(
        "chain_valid",
        m.input("s_chain_valid", 1, "a digit of every output is offered"),
    );
    w.name("chain_ready", m.output("s_chain_ready", 1, "it is taken"));
    w.name(
        "chain_first",
        m.input("s_chain_first", 1, "first digit of a word"),
    );
    w.name(
        "chain_last",
        m.input("s_chain_last", 1, "last digit of a word"),
    );
    w.name(
        "chain_data",
        m.input("s_chain_data", bits, "the digits, output 0 lowest"),
    );
    m.group("Chain: words to the tile below");
    Chain {
        valid: m.output("m_chain_valid", 1, "a digit of every output is offered"),
        ready: m.input("m_chain_ready", 1, "it is taken"),
        first: m.output("m_chain_first", 1, "first digit of a word"),
        last: m.output("m_chain_last", 1, "last digit of a word"),
        data: m.output("m_chain_data", bits, "the digits, output 0 lowest"),
    }
}

/// The few gates between the blocks.
fn glue(m: &mut ModuleBuilder, w: &mut Wiring, shape: &TileShape, chain: Option<&Chain>) {
    let net =
        |w: &mut Wiring, m: &mut ModuleBuilder, name: &str, width: usize| w.net(m, name, width);
    if shape.tile_thresholds() || !shape.ternary {
        // The registers know: thresholds written, or none needed.
        let valid = net(w, m, "thresholds_valid", 1);
        match w.find("thresholds_written") {
            Some(written) => m.assign(&valid, &written),
            None => m.assign(&valid, &ones(1)),
        }
    }

    m.comment("Results go to the stream, or to the tile below");
    let reduced_valid = net(w, m, "reduced_valid", 1);
    let reduced_ready = net(w, m, "reduced_ready", 1);
    let output_valid = net(w, m, "output_valid", 1);
    let output_ready = net(w, m, "output_ready", 1);
    let packet_done = net(w, m, "packet_done", 1);
    let result_done = net(w, m, "result_done", 1);
    match chain {
        Some(chain) => {
            let below = net(w, m, "chain_out_enable", 1);
            m.assign(&chain.valid, &(&reduced_valid & &below));
            let first = w.net(m, "reduced_first", 1);
            m.assign(&chain.first, &first);
            let last = w.net(m, "reduced_last", 1);
            m.assign(&chain.last, &last);
            let data = w.net(m, "reduced_data", chain.data.width());
            m.assign(&chain.data, &data);
            m.assign(&output_valid, &(&reduced_valid & !&below));
            m.select(&reduced_ready)
                .when(&below, &chain.ready)
                .otherwise(&output_ready);
            m.assign(
                &result_done,
                &(&packet_done | (&chain.valid & &chain.ready & &last)),
            );
        }
        None => {
            m.assign(&output_valid, &reduced_valid);
            m.assign(&reduced_ready, &output_ready);
            m.assign(&result_done, &packet_done);
        }
    }

    m.comment(
        "Read-back of the array's memory, a word of 32 columns at a time, while the tile is idle",
    );
    let busy = net(w, m, "busy", 1);
    let row = net(w, m, "readback_row", 16);
    let rb_valid = net(w, m, "rb_valid", 1);
    let rb_row_bits =
        crate::hdl::index_width(shape.array.scale_rows() + shape.array.accumulator_bits());
    let rb_row = net(w, m, "rb_row", rb_row_bits);
    m.assign(&rb_row, &row.slice(0, rb_row_bits));
    m.assign(
        &rb_valid,
        &(!&busy & !row.slice(rb_row_bits, 16 - rb_row_bits).reduce_or()),
    );
    let words = shape.used_columns.div_ceil(32);
    let padded = m.wire("readback_columns", words * 32);
    let rb_data = net(w, m, "rb_data", shape.used_columns);
    m.concat(
        &padded,
        &[
            vec![rb_data],
            (shape.used_columns < words * 32)
                .then(|| zeros(words * 32 - shape.used_columns))
                .into_iter()
                .collect(),
        ]
        .concat(),
    );
    let word = net(w, m, "readback_word", 16);
    let offset = m.wire("readback_offset", 21);
    m.concat(&offset, &[zeros(5), word]);
    let shifted = m.wire_of("readback_shifted", &padded.shr(&offset));
    let data = net(w, m, "readback_data", 32);
    m.assign(&data, &shifted.slice(0, 32));
    if words > 1 {
        m.unused(&shifted.slice(32, words * 32 - 32));
    }
    let planes = (!shape.plane_skip).then_some("plane_any");
    for name in ["sense_busy", "array_busy", "code_plane", "loading"]
        .into_iter()
        .chain(planes)
    {
        if let Some(signal) = w.find(name) {
            m.unused(&signal);
        }
    }
}
