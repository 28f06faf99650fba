// SPDX-License-Identifier: MIT OR Apache-2.0
//! An accelerator: lanes of chained tiles with memories, address generator, output stage and sequencer.
//! Contract: `doc/accelerator.md`.

pub(crate) mod bus;
mod collector;
mod feeder;
mod lane;
mod output_stage;
mod packer;
mod parts;
pub(crate) mod pass;
mod pool;
pub(crate) mod registers;
mod residual;
pub(crate) mod sequencer;
mod shape;
pub(crate) mod stream_in;
pub(crate) mod stream_out;
pub(crate) mod switch;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use registers::{ID, map};
pub use shape::AcceleratorShape;

use super::wiring::Wiring;
use crate::hdl::{Dir, Module, ModuleBuilder, primitives};

/// Builds `<prefix>_accelerator`.
pub fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let bus = bus::build(prefix, shape);
    let stream_in = stream_in::build(prefix, shape);
    let stream_out = stream_out::build(prefix);
    let mut m = ModuleBuilder::new(&format!("{prefix}_accelerator"));
    m.contract(&format!(
        "{} lane(s) of {} chained tile(s). A program of passes runs from memory: windows of the activation memory go \
         to the tiles or the pool, results are requantised and go back to memory or leave by m_axis. Activations and \
         loads of the tiles come by s_axis (tdest 0, and 1 .. 3 as the tile's), everything else goes through s_axil.",
        shape.lanes, shape.tiles
    ));
    m.localparam("ROWS", shape.tile.rows);
    m.localparam("COLUMNS", shape.tile.columns);
    m.localparam("TILES", shape.tiles);
    m.localparam("LANES", shape.lanes);
    m.localparam("WORD_BITS", shape.word_bits);
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
        (
            &bus,
            "s_axil_",
            "Registers, tiles, program, constants: AXI4-Lite",
        ),
        (&stream_in, "s_axis_", "Activations and loads: AXI4-Stream"),
        (&stream_out, "m_axis_", "Scores: AXI4-Stream"),
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

    control(&mut m, &mut w, prefix, shape, &bus);
    w.instance(&mut m, "u_stream_in", &stream_in, &[]);
    datapath(&mut m, &mut w, prefix, shape);
    w.instance(&mut m, "u_stream_out", &stream_out, &[]);
    memories(&mut m, &mut w, shape);
    lanes(&mut m, &mut w, prefix, shape);
    m.finish()
}

/// Bus, registers, sequencer and the pass under way.
fn control(
    m: &mut ModuleBuilder,
    w: &mut Wiring,
    prefix: &str,
    shape: &AcceleratorShape,
    bus: &Arc<Module>,
) {
    w.instance(m, "u_bus", bus, &[]);
    let registers = registers::build(prefix, shape);
    let channels: Vec<(String, String)> = registers
        .ports()
        .into_iter()
        .filter_map(|port| {
            let channel = port.name.strip_prefix("s_axil_")?;
            Some((port.name.clone(), format!("reg_{channel}")))
        })
        .collect();
    let renamed: Vec<(&str, &str)> = channels
        .iter()
        .map(|(port, net)| (port.as_str(), net.as_str()))
        .collect();
    w.instance(m, "u_registers", &registers, &renamed);
    m.comment("The bus takes every answer at once.");
    for (net, width) in [("reg_awprot", 3), ("reg_arprot", 3)] {
        let net = w.net(m, net, width);
        m.assign(&net, &crate::hdl::zeros(width));
    }
    for net in ["reg_bready", "reg_rready"] {
        let net = w.net(m, net, 1);
        m.assign(&net, &crate::hdl::ones(1));
    }
    w.instance(m, "u_sequencer", &sequencer::build(prefix, shape), &[]);
    w.instance(m, "u_pass", &pass::build(prefix, shape), &[]);
    w.instance(m, "u_tile_access", &bus::tile_access(prefix, shape), &[]);
}

/// What words and elements go through.
fn datapath(m: &mut ModuleBuilder, w: &mut Wiring, prefix: &str, shape: &AcceleratorShape) {
    w.instance(m, "u_feeder", &feeder::build(prefix, shape), &[]);
    w.instance(m, "u_switch", &switch::build(prefix, shape), &[]);
    w.instance(m, "u_pool", &pool::build(prefix, shape), &[]);
    w.instance(m, "u_collector", &collector::build(prefix, shape), &[]);
    w.instance(m, "u_residual_reader", &residual::build(prefix, shape), &[]);
    w.instance(
        m,
        "u_output_stage",
        &output_stage::build(prefix, shape),
        &[],
    );
    w.instance(m, "u_packer", &packer::build(prefix, shape), &[]);
}

/// The three memories and the shared ports of the activations.
fn memories(m: &mut ModuleBuilder, w: &mut Wiring, shape: &AcceleratorShape) {
    let (bits, word) = (shape.address_bits, shape.word_bits);
    m.comment("One reads at a time, residual words first; one writes at a time, results first.");
    let residual = w.net(m, "residual_read", 1);
    let feed = w.net(m, "feed_read", 1);
    let residual_grant = w.net(m, "residual_grant", 1);
    m.assign(&residual_grant, &residual);
    let feed_grant = w.net(m, "feed_grant", 1);
    m.assign(&feed_grant, &(&feed & !&residual));
    let read = m.wire_of("activation_read", &(&residual | &feed));
    w.name("activation_read", read);
    let pack = w.net(m, "pack_write", 1);
    let load = w.net(m, "load_write", 1);
    let write = m.wire_of("activation_write", &(&pack | &load));
    w.name("activation_write", write);
    for (net, when, first, second, width) in [
        (
            "activation_read_address",
            &residual,
            "residual_address",
            "feed_address",
            bits,
        ),
        (
            "activation_write_address",
            &pack,
            "pack_address",
            "load_address",
            bits,
        ),
        (
            "activation_write_data",
            &pack,
            "pack_data",
            "load_data",
            word,
        ),
    ] {
        let first = w.net(m, first, width);
        let second = w.net(m, second, width);
        let net = w.net(m, net, width);
        m.select(&net).when(when, &first).otherwise(&second);
    }
    let program_bits = shape.pass_bits + pass::STRIDE_LOG;
    for (name, width, address, renamed) in [
        (
            "u_activations",
            word,
            bits,
            [
                "activation_write",
                "activation_write_address",
                "activation_write_data",
                "activation_read",
                "activation_read_address",
                "activation",
            ],
        ),
        (
            "u_constants",
            48,
            shape.constant_bits,
            [
                "constant_write",
                "constant_write_address",
                "constant_write_data",
                "constant_read",
                "constant_address",
                "constant",
            ],
        ),
        (
            "u_program",
            32,
            program_bits,
            [
                "program_write",
                "program_write_address",
                "program_write_data",
                "program_read",
                "program_address",
                "pass_data",
            ],
        ),
    ] {
        let ports = [
            "write_i",
            "write_address_i",
            "write_data_i",
            "read_i",
            "read_address_i",
            "read_data_o",
        ];
        let renamed: Vec<(&str, &str)> = ports.into_iter().zip(renamed).collect();
        w.instance(m, name, &primitives::ram(width, address), &renamed);
    }
}

/// The lanes side by side.
fn lanes(m: &mut ModuleBuilder, w: &mut Wiring, prefix: &str, shape: &AcceleratorShape) {
    let lane = lane::build(prefix, shape);
    let shared = [
        "clk_i",
        "rst_ni",
        "test_en_i",
        "tile_awaddr_i",
        "tile_wdata_i",
        "tile_wstrb_i",
        "tile_araddr_i",
        "tile_tdata_i",
        "tile_tdest_i",
        "tile_tlast_i",
    ];
    let connections: Vec<(String, Dir, bool, crate::hdl::Sig)> = lane
        .ports()
        .into_iter()
        .map(|port| {
            let all = shared.contains(&&*port.name);
            let width = if all {
                port.width
            } else {
                port.width * shape.lanes
            };
            let net = w.net(m, super::wiring::stem(&port.name), width);
            (port.name, port.dir, all, net)
        })
        .collect();
    let mut array = m.array("gen_lane", "u_lane", shape.lanes, &lane);
    for (port, dir, all, net) in &connections {
        array = match (dir, all) {
            (Dir::Input, true) => array.all(port, net),
            (Dir::Input, false) => array.each(port, net),
            _ => array.each_out(port, net),
        };
    }
    array.done();
}
