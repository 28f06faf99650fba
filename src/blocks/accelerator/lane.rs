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

    let beat = shape.beat_bits;
    let results = m.wire("results", k * beat);
    let result_valid = m.wire("results_valid", k);
    let result_last = m.wire("results_last", k);
    let result_ready = m.wire("results_ready", k);
    m.comment("Only the last tile streams; the others are ready, and nothing comes.");
    if k > 1 {
        m.assign(&result_ready.slice(0, k - 1), &crate::hdl::ones(k - 1));
        m.unused(&results.slice(0, (k - 1) * beat));
        m.unused(&result_valid.slice(0, k - 1));
        m.unused(&result_last.slice(0, k - 1));
    }
    m.assign(&result_ready.slice(k - 1, 1), &ready);
    m.assign(&data, &results.slice((k - 1) * beat, beat));
    m.assign(&valid, &result_valid.slice(k - 1, 1));
    m.assign(&last, &result_last.slice(k - 1, 1));
    let chain = shape.tile.chain.then(|| Chain::declare(&mut m, shape));
    let one = crate::hdl::ones(1);
    let zero = zeros(3);
    let mut array = m
        .array("gen_tile", "u_tile", k, &tile)
        .all("clk_i", &clk)
        .all("rst_ni", &rst_n)
        .all("test_en_i", &test_en)
        .all("s_axil_awaddr", &awaddr)
        .all("s_axil_awprot", &zero)
        .each("s_axil_awvalid", &awvalid)
        .each_out("s_axil_awready", &awready)
        .all("s_axil_wdata", &wdata)
        .all("s_axil_wstrb", &wstrb)
        .each("s_axil_wvalid", &wvalid)
        .each_out("s_axil_wready", &wready)
        .each_out("s_axil_bresp", &bresp)
        .each_out("s_axil_bvalid", &bvalid)
        .all("s_axil_bready", &one)
        .all("s_axil_araddr", &araddr)
        .all("s_axil_arprot", &zero)
        .each("s_axil_arvalid", &arvalid)
        .each_out("s_axil_arready", &arready)
        .each_out("s_axil_rdata", &rdata)
        .each_out("s_axil_rresp", &rresp)
        .each_out("s_axil_rvalid", &rvalid)
        .all("s_axil_rready", &one)
        .all("s_axis_tdata", &tdata)
        .all("s_axis_tdest", &tdest)
        .each("s_axis_tvalid", &tvalid)
        .each_out("s_axis_tready", &tready)
        .all("s_axis_tlast", &tlast)
        .each_out("m_axis_tdata", &results)
        .each_out("m_axis_tvalid", &result_valid)
        .each("m_axis_tready", &result_ready)
        .each_out("m_axis_tlast", &result_last)
        .each_out("irq_o", &irq);
    if let Some(chain) = &chain {
        array = array
            .each("s_chain_valid", &chain.above_valid)
            .each_out("s_chain_ready", &chain.above_ready)
            .each("s_chain_first", &chain.above_first)
            .each("s_chain_last", &chain.above_last)
            .each("s_chain_data", &chain.above_data)
            .each_out("m_chain_valid", &chain.valid)
            .each("m_chain_ready", &chain.ready)
            .each_out("m_chain_first", &chain.first)
            .each_out("m_chain_last", &chain.last)
            .each_out("m_chain_data", &chain.data);
    }
    array.done();
    m.finish()
}

/// The chain's nets, tile 0 lowest: what a tile sends, and what it gets from the tile above.
struct Chain {
    above_valid: Sig,
    above_ready: Sig,
    above_first: Sig,
    above_last: Sig,
    above_data: Sig,
    valid: Sig,
    ready: Sig,
    first: Sig,
    last: Sig,
    data: Sig,
}

impl Chain {
    fn declare(m: &mut ModuleBuilder, shape: &AcceleratorShape) -> Chain {
        let k = shape.tiles;
        let bits = shape.outputs * shape.tile.array.readout_rows;
        m.comment(
            "A tile is above the next one; there is none above the first and none below the last.",
        );
        let mut sent = |name: &str, width: usize| {
            let own = m.wire(&format!("chain_{name}"), k * width);
            let above = m.wire_of(&format!("above_{name}"), &own.shl_by(width));
            (own, above)
        };
        let (valid, above_valid) = sent("valid", 1);
        let (first, above_first) = sent("first", 1);
        let (last, above_last) = sent("last", 1);
        let (data, above_data) = sent("data", bits);
        let above_ready = m.wire("above_ready", k);
        let ready = m.wire_of("chain_ready", &above_ready.shr_by(1));
        Chain {
            above_valid,
            above_ready,
            above_first,
            above_last,
            above_data,
            valid,
            ready,
            first,
            last,
            data,
        }
    }
}
