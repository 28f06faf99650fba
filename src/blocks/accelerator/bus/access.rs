// SPDX-License-Identifier: MIT OR Apache-2.0
//! Access to the registers of the tiles: one at a time, for the sequencer and the host.

use std::sync::Arc;

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, ones};

/// Who asks.
struct Asker {
    request: Sig,
    done: Sig,
    write: Expr,
    tile: Sig,
    address: Sig,
}

/// Builds `<prefix>_tile_access`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let tiles = shape.all_tiles();
    let bits = index_width(tiles);
    let mut m = ModuleBuilder::new(&format!("{prefix}_tile_access"));
    m.contract(
        "AXI4-Lite master of the tiles, one access at a time: the sequencer's first, then the host's writes, then its \
         reads. A request stays, unchanged, until its done pulse, which carries access_data_o and access_error_o.",
    );
    m.localparam("TILES", tiles);
    let clock = Clock::declare(&mut m);
    m.group("The sequencer");
    let seq = Asker {
        request: m.input("seq_request_i", 1, "an access is wanted"),
        write: m.input("seq_write_i", 1, "a write"),
        tile: m.input("seq_tile_i", bits, "the tile"),
        address: m.input("seq_address_i", 12, "the register"),
        done: m.output("seq_done_o", 1, "pulse: it is done"),
    };
    let seq_data = m.input("seq_data_i", 32, "what is written");
    m.group("The host");
    let writer = Asker {
        request: m.input("host_write_i", 1, "a write is wanted"),
        write: ones(1),
        tile: m.input("host_write_tile_i", bits, "the tile"),
        address: m.input("host_write_address_i", 12, "the register"),
        done: m.output("host_write_done_o", 1, "pulse: it is done"),
    };
    let host_data = m.input("host_write_data_i", 32, "what is written");
    let host_strobe = m.input("host_write_strobe_i", 4, "bytes that are written");
    let reader = Asker {
        request: m.input("host_read_i", 1, "a read is wanted"),
        write: lit(0, 1),
        tile: m.input("host_read_tile_i", bits, "the tile"),
        address: m.input("host_read_address_i", 12, "the register"),
        done: m.output("host_read_done_o", 1, "pulse: it is done"),
    };
    m.group("The answer");
    let answer = m.output("access_data_o", 32, "what was read");
    let error = m.output("access_error_o", 1, "it was refused");
    m.group("AXI4-Lite of the tiles: shared, but for valid and ready, tile 0 lowest");
    let awaddr = m.output("tile_awaddr_o", 12, "");
    let awvalid = m.output("tile_awvalid_o", tiles, "");
    let awready = m.input("tile_awready_i", tiles, "");
    let wdata = m.output("tile_wdata_o", 32, "");
    let wstrb = m.output("tile_wstrb_o", 4, "");
    let wvalid = m.output("tile_wvalid_o", tiles, "");
    let wready = m.input("tile_wready_i", tiles, "");
    let bresp = m.input("tile_bresp_i", 2 * tiles, "");
    let bvalid = m.input("tile_bvalid_i", tiles, "");
    let araddr = m.output("tile_araddr_o", 12, "");
    let arvalid = m.output("tile_arvalid_o", tiles, "");
    let arready = m.input("tile_arready_i", tiles, "");
    let rdata = m.input("tile_rdata_i", 32 * tiles, "");
    let rresp = m.input("tile_rresp_i", 2 * tiles, "");
    let rvalid = m.input("tile_rvalid_i", tiles, "");

    m.comment("Whose turn it is is decided while nothing is under way.");
    let busy_q = clock.flag(&mut m, "busy_q");
    let is_seq_q = clock.data(&mut m, "is_seq_q", 1);
    let write_q = clock.data(&mut m, "write_q", 1);
    let tile_q = clock.data(&mut m, "tile_q", bits);
    let address_q = clock.data(&mut m, "address_q", 12);
    let data_q = clock.data(&mut m, "data_q", 32);
    let strobe_q = clock.data(&mut m, "strobe_q", 4);
    let any = &seq.request | &writer.request | &reader.request;
    let begin = m.wire_of("begin_access", &(!&busy_q & any));
    let pick = |m: &mut ModuleBuilder, name: &str, of: &dyn Fn(&Asker) -> Expr| {
        let arms = [(&seq.request, &of(&seq)), (&writer.request, &of(&writer))];
        choose(m, name, &arms, &of(&reader))
    };
    let write_d = pick(&mut m, "write_d", &|asker| asker.write.clone());
    let tile_d = pick(&mut m, "tile_d", &|asker| asker.tile.clone());
    let address_d = pick(&mut m, "address_d", &|asker| asker.address.clone());
    m.next_if(&is_seq_q, &begin, &seq.request);
    m.next_if(&write_q, &begin, &write_d);
    m.next_if(&tile_q, &begin, &tile_d);
    m.next_if(&address_q, &begin, &address_d);
    let data_d = choose(&mut m, "data_d", &[(&seq.request, &seq_data)], &host_data);
    let strobe_d = choose(
        &mut m,
        "strobe_d",
        &[(&seq.request, &ones(4))],
        &host_strobe,
    );
    m.next_if(&data_q, &begin, &data_d);
    m.next_if(&strobe_q, &begin, &strobe_d);

    m.comment("The tile that is accessed, and its side of the channels.");
    let one_hot = m.wire_of("selected", &lit(1, tiles).shl(&tile_q));
    let of = |m: &mut ModuleBuilder, name: &str, signal: &Sig| {
        m.wire_of(name, &(signal & &one_hot).reduce_or())
    };
    let aw_taken = of(&mut m, "aw_taken", &awready);
    let w_taken = of(&mut m, "w_taken", &wready);
    let ar_taken = of(&mut m, "ar_taken", &arready);
    let b_valid = of(&mut m, "b_valid", &bvalid);
    let r_valid = of(&mut m, "r_valid", &rvalid);
    let aw_q = clock.flag(&mut m, "aw_q");
    let w_q = clock.flag(&mut m, "w_q");
    let ar_q = clock.flag(&mut m, "ar_q");
    m.next(&aw_q, &((&begin & &write_d) | (&aw_q & !&aw_taken)));
    m.next(&w_q, &((&begin & &write_d) | (&w_q & !&w_taken)));
    m.next(&ar_q, &((&begin & !&write_d) | (&ar_q & !&ar_taken)));
    m.assign(&awaddr, &address_q);
    m.assign(&araddr, &address_q);
    m.assign(&wdata, &data_q);
    m.assign(&wstrb, &strobe_q);
    for (port, on) in [(&awvalid, &aw_q), (&wvalid, &w_q), (&arvalid, &ar_q)] {
        m.assign(port, &one_hot.gated_by(on));
    }

    m.comment("The answer ends the access.");
    let answered = choose(&mut m, "answered", &[(&write_q, &b_valid)], &r_valid);
    let done = m.wire_of("access_done", &(&busy_q & answered));
    m.next(&busy_q, &(&begin | (&busy_q & !&done)));
    let (data, refused) = match tiles {
        1 => {
            m.unused(&bresp.bit(0));
            m.unused(&rresp.bit(0));
            let refused = choose(
                &mut m,
                "refused",
                &[(&write_q, &bresp.bit(1))],
                &rresp.bit(1),
            );
            (rdata.clone(), refused)
        }
        _ => {
            let offset = index_width(32 * tiles);
            let word = m.wire_of("word_offset", &tile_q.zext(offset).shl_by(5));
            let pair = index_width(2 * tiles);
            let pair = m.wire_of("response_offset", &tile_q.zext(pair).shl_by(1));
            let b = m.wire_of("b_response", &bresp.dyn_slice(&pair, 2));
            let r = m.wire_of("r_response", &rresp.dyn_slice(&pair, 2));
            m.unused(&b.bit(0));
            m.unused(&r.bit(0));
            let refused = choose(&mut m, "refused", &[(&write_q, &b.bit(1))], &r.bit(1));
            (rdata.dyn_slice(&word, 32), refused)
        }
    };
    m.assign(&answer, &data);
    m.assign(&error, &refused);
    m.assign(&seq.done, &(&done & &is_seq_q));
    m.assign(&writer.done, &(&done & !&is_seq_q & &write_q));
    m.assign(&reader.done, &(&done & !&is_seq_q & !&write_q));
    m.finish()
}
