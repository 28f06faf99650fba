// SPDX-License-Identifier: MIT OR Apache-2.0
//! The host's reads.

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose};
use super::{ADDRESS, Answer, PAGE, in_page, target};
use crate::hdl::{ModuleBuilder, Sig, index_width, zeros};

pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    (locked, answer): (&Sig, &Answer),
) {
    m.group("AXI4-Lite of the host, reads");
    let araddr = m.input(
        "s_axil_araddr",
        ADDRESS,
        "byte address; bits 1 .. 0 are ignored",
    );
    let arprot = m.input("s_axil_arprot", 3, "ignored");
    let arvalid = m.input("s_axil_arvalid", 1, "");
    let arready = m.output("s_axil_arready", 1, "");
    let rdata = m.output("s_axil_rdata", 32, "");
    let rresp = m.output(
        "s_axil_rresp",
        2,
        "0 OKAY, 2 SLVERR: nothing to read, data 0",
    );
    let rvalid = m.output("s_axil_rvalid", 1, "");
    let rready = m.input("s_axil_rready", 1, "");
    m.group("Registers, reads");
    let reg_araddr = m.output("reg_araddr_o", PAGE, "");
    let reg_arvalid = m.output("reg_arvalid_o", 1, "");
    let reg_arready = m.input("reg_arready_i", 1, "");
    let reg_rdata = m.input("reg_rdata_i", 32, "");
    let reg_rresp = m.input("reg_rresp_i", 2, "");
    let reg_rvalid = m.input("reg_rvalid_i", 1, "");
    m.group("Tiles, reads");
    let bits = index_width(shape.all_tiles());
    let tile_read = m.output("host_read_o", 1, "a read is wanted");
    let tile_number = m.output("host_read_tile_o", bits, "the tile");
    let tile_address = m.output("host_read_address_o", PAGE, "the register");
    let tile_done = m.input("host_read_done_i", 1, "pulse: it is done");
    m.unused(&arprot);
    m.unused(&araddr.slice(0, 2));

    m.comment("An address is taken, then its data are fetched, then they are answered.");
    let ar_full_q = clock.flag(m, "ar_full_q");
    let sent_q = clock.flag(m, "read_sent_q");
    let r_valid_q = clock.flag(m, "r_valid_q");
    let r_error_q = clock.data(m, "r_error_q", 1);
    let address_q = clock.data(m, "read_address_q", ADDRESS - 2);
    let data_q = clock.data(m, "read_data_q", 32);
    m.assign(&arready, &(!&ar_full_q & !&r_valid_q));
    let take = m.wire_of("ar_take", &(&arvalid & &arready));
    m.next_if(&address_q, &take, &araddr.slice(2, ADDRESS - 2));
    let now = m.wire_of("read_now", &(&ar_full_q & !&sent_q));
    let to = target(m, shape, "read", &address_q);
    let to_tile = m.wire_of("read_to_tile", &(&to.tile & !locked));
    let forward = m.wire_of("read_forwarded", &(&to.registers | &to_tile));
    let ar_q = clock.flag(m, "register_ar_q");
    let tile_q = clock.flag(m, "tile_read_q");
    m.next(&ar_q, &((&now & &to.registers) | (&ar_q & !&reg_arready)));
    m.next(&tile_q, &((&now & &to_tile) | (&tile_q & !&tile_done)));
    m.assign(&reg_arvalid, &ar_q);
    let address = in_page(m, "register_read_address", &address_q);
    m.assign(&reg_araddr, &address);
    m.assign(&tile_read, &tile_q);
    m.assign(&tile_number, &to.number);
    m.assign(&tile_address, &address);

    m.comment("The answer.");
    let local = m.wire_of("read_local", &(&now & !&forward));
    let done = m.wire_of("read_done", &(&local | &reg_rvalid | &tile_done));
    m.next(&sent_q, &((&now & &forward) | (&sent_q & !&done)));
    m.next(&ar_full_q, &(&take | (&ar_full_q & !&done)));
    m.next(&r_valid_q, &(&done | (&r_valid_q & !&rready)));
    let data_d = choose(
        m,
        "read_data_d",
        &[(&local, &zeros(32)), (&tile_q, &answer.data)],
        &reg_rdata,
    );
    let error_d = choose(
        m,
        "read_error_d",
        &[(&local, &local), (&tile_q, &answer.error)],
        &reg_rresp.bit(1),
    );
    m.unused(&reg_rresp.bit(0));
    m.next_if(&data_q, &done, &data_d);
    m.next_if(&r_error_q, &done, &error_d);
    m.assign(&rvalid, &r_valid_q);
    m.assign(&rdata, &data_q);
    m.concat(&rresp, &[zeros(1), r_error_q]);
}
