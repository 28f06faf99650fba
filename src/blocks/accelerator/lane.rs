// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lane: tiles chained through their column reductions.

use std::sync::Arc;

use super::AcceleratorShape;
use crate::blocks::tile;
use crate::hdl::{Module, ModuleBuilder, Sig, zeros};

/// Builds `<prefix>_lane`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let k = shape.tiles;
    let tile = tile::build(prefix, &shape.tile);
    let mut m = ModuleBuilder::new(&format!("{prefix}_lane"));
    m.contract(
        "A chain of tiles: the words of a tile go to the next one, the results of the last leave. Each tile has its \
         own valid and ready of the register bus and of the input stream; data are shared.",
    );
    m.localparam("TILES", k);
    m.group("Clock, reset, scan");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let test_en = m.input("test_en_i", 1, "scan enable of the clock gates");
    m.group("AXI4-Lite of the tiles, tile 0 lowest");
    let awaddr = m.input("tile_awaddr_i", 12, "");
    let awvalid = m.input("tile_awvalid_i", k, "");
    let awready = m.output("tile_awready_o", k, "");
    let wdata = m.input("tile_wdata_i", 32, "");
    let wstrb = m.input("tile_wstrb_i", 4, "");
    let wvalid = m.input("tile_wvalid_i", k, "");
    let wready = m.output("tile_wready_o", k, "");
    let bresp = m.output("tile_bresp_o", 2 * k, "");
    let bvalid = m.output("tile_bvalid_o", k, "");
    let araddr = m.input("tile_araddr_i", 12, "");
    let arvalid = m.input("tile_arvalid_i", k, "");
    let arready = m.output("tile_arready_o", k, "");
    let rdata = m.output("tile_rdata_o", 32 * k, "");
    let rresp = m.output("tile_rresp_o", 2 * k, "");
    let rvalid = m.output("tile_rvalid_o", k, "");
    m.group("Inputs and loads, tile 0 lowest");
    let tdata = m.input("tile_tdata_i", shape.word_bits, "the beat");
    let tdest = m.input("tile_tdest_i", 2, "its destination");
    let tvalid = m.input("tile_tvalid_i", k, "a beat is offered");
    let tready = m.output("tile_tready_o", k, "it is taken");
    let tlast = m.input("tile_tlast_i", 1, "last beat of its packet");
    m.group("Results of the last tile");
    let data = m.output("result_data_o", shape.beat_bits, "the result");
    let valid = m.output("result_valid_o", 1, "it is offered");
    let ready = m.input("result_ready_i", 1, "it is taken");
    let last = m.output("result_last_o", 1, "last of its packet");
    m.group("Interrupts");
    let irq = m.output("tile_irq_o", k, "levels, tile 0 lowest");

    // One by one: in an array the ready of a tile and that of the next one would be bits of one signal, which some
    // tools take for a loop.
    let links = chain(&mut m, shape);
    let one = crate::hdl::ones(1);
    let zero = zeros(3);
    for k in 0..k {
        let mut instance = m
            .instance(&format!("u_tile_{k}"), &tile)
            .connect("clk_i", &clk)
            .connect("rst_ni", &rst_n)
            .connect("test_en_i", &test_en)
            .connect("s_axil_awaddr", &awaddr)
            .connect("s_axil_awprot", &zero)
            .connect("s_axil_awvalid", &awvalid.bit(k))
            .output("s_axil_awready", &awready.bit(k))
            .connect("s_axil_wdata", &wdata)
            .connect("s_axil_wstrb", &wstrb)
            .connect("s_axil_wvalid", &wvalid.bit(k))
            .output("s_axil_wready", &wready.bit(k))
            .output("s_axil_bresp", &bresp.slice(2 * k, 2))
            .output("s_axil_bvalid", &bvalid.bit(k))
            .connect("s_axil_bready", &one)
            .connect("s_axil_araddr", &araddr)
            .connect("s_axil_arprot", &zero)
            .connect("s_axil_arvalid", &arvalid.bit(k))
            .output("s_axil_arready", &arready.bit(k))
            .output("s_axil_rdata", &rdata.slice(32 * k, 32))
            .output("s_axil_rresp", &rresp.slice(2 * k, 2))
            .output("s_axil_rvalid", &rvalid.bit(k))
            .connect("s_axil_rready", &one)
            .connect("s_axis_tdata", &tdata)
            .connect("s_axis_tdest", &tdest)
            .connect("s_axis_tvalid", &tvalid.bit(k))
            .output("s_axis_tready", &tready.bit(k))
            .connect("s_axis_tlast", &tlast)
            .output("irq_o", &irq.bit(k));
        instance = match k + 1 == shape.tiles {
            true => instance
                .output("m_axis_tdata", &data)
                .output("m_axis_tvalid", &valid)
                .connect("m_axis_tready", &ready)
                .output("m_axis_tlast", &last),
            // Only the last tile streams; the others are ready, and nothing comes.
            false => instance
                .open("m_axis_tdata")
                .open("m_axis_tvalid")
                .connect("m_axis_tready", &one)
                .open("m_axis_tlast"),
        };
        if let [above, below] = links.get(k..k + 2).unwrap_or_default() {
            instance = instance
                .connect("s_chain_valid", &above.valid)
                .connect("s_chain_first", &above.first)
                .connect("s_chain_last", &above.last)
                .connect("s_chain_data", &above.data)
                .output("s_chain_ready", &above.ready)
                .output("m_chain_valid", &below.valid)
                .output("m_chain_first", &below.first)
                .output("m_chain_last", &below.last)
                .output("m_chain_data", &below.data)
                .connect("m_chain_ready", &below.ready);
        }
        instance.done();
    }
    m.finish()
}

/// What goes from a tile to the next one.
struct Link {
    valid: Sig,
    ready: Sig,
    first: Sig,
    last: Sig,
    data: Sig,
}

/// The links above the first tile, between tiles, and below the last; none where there is no chain.
fn chain(m: &mut ModuleBuilder, shape: &AcceleratorShape) -> Vec<Link> {
    let k = shape.tiles;
    if !shape.tile.chain {
        return Vec::new();
    }
    let bits = shape.outputs * shape.tile.array.readout_rows;
    m.comment("There is no tile above the first and none below the last.");
    (0..=k)
        .map(|n| {
            let stem = match n {
                0 => "above".to_string(),
                n if n == k => "unused_below".to_string(),
                n => format!("link_{n}"),
            };
            let mut wire = |name: &str, width: usize| m.wire(&format!("{stem}_{name}"), width);
            let link = Link {
                valid: wire("valid", 1),
                first: wire("first", 1),
                last: wire("last", 1),
                data: wire("data", bits),
                ready: wire("ready", 1),
            };
            if n == 0 {
                for signal in [&link.valid, &link.first, &link.last, &link.data] {
                    m.assign(signal, &zeros(signal.width()));
                }
                m.unused(&link.ready);
            }
            if n == k {
                m.assign(&link.ready, &zeros(1));
            }
            link
        })
        .collect()
}
