// SPDX-License-Identifier: MIT OR Apache-2.0
//! The host's writes.

use super::super::AcceleratorShape;
use super::super::parts::{Clock, choose, join};
use super::super::pass::STRIDE_LOG;
use super::{ADDRESS, PAGE, in_page, target};
use crate::hdl::{Expr, ModuleBuilder, Sig, index_width, zeros};

/// Pages of the program and of the constants, in MiB.
const PROGRAM: u128 = 6;
const CONSTANTS: u128 = 7;

/// Bits of an address within a MiB.
const AREA: usize = 20;

/// The write that is carried out.
struct Write {
    /// Word address.
    address: Sig,
    data: Sig,
    strobe: Sig,
    /// High in its first cycle.
    now: Sig,
}

pub(super) fn build(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    (locked, tile_error): (&Sig, &Sig),
) {
    m.group("AXI4-Lite of the host, writes");
    let awaddr = m.input(
        "s_axil_awaddr",
        ADDRESS,
        "byte address; bits 1 .. 0 are ignored",
    );
    let awprot = m.input("s_axil_awprot", 3, "ignored");
    let awvalid = m.input("s_axil_awvalid", 1, "");
    let awready = m.output("s_axil_awready", 1, "");
    let wdata = m.input("s_axil_wdata", 32, "");
    let wstrb = m.input("s_axil_wstrb", 4, "bytes that are written");
    let wvalid = m.input("s_axil_wvalid", 1, "");
    let wready = m.output("s_axil_wready", 1, "");
    let bresp = m.output(
        "s_axil_bresp",
        2,
        "0 OKAY, 2 SLVERR: refused, nothing changed",
    );
    let bvalid = m.output("s_axil_bvalid", 1, "");
    let bready = m.input("s_axil_bready", 1, "");
    m.unused(&awprot);
    m.unused(&awaddr.slice(0, 2));
    let ports = Ports::declare(m, shape);

    m.comment("Address and data are taken in any order; the write begins when both are there.");
    let aw_full_q = clock.flag(m, "aw_full_q");
    let w_full_q = clock.flag(m, "w_full_q");
    let sent_q = clock.flag(m, "write_sent_q");
    let b_valid_q = clock.flag(m, "b_valid_q");
    let b_error_q = clock.data(m, "b_error_q", 1);
    let address_q = clock.data(m, "write_address_q", ADDRESS - 2);
    let data_q = clock.data(m, "write_data_q", 32);
    let strobe_q = clock.data(m, "write_strobe_q", 4);
    m.assign(&awready, &(!&aw_full_q & !&b_valid_q));
    m.assign(&wready, &(!&w_full_q & !&b_valid_q));
    let aw_take = m.wire_of("aw_take", &(&awvalid & &awready));
    let w_take = m.wire_of("w_take", &(&wvalid & &wready));
    m.next_if(&address_q, &aw_take, &awaddr.slice(2, ADDRESS - 2));
    m.next_if(&data_q, &w_take, &wdata);
    m.next_if(&strobe_q, &w_take, &wstrb);
    let now = m.wire_of("write_now", &(&aw_full_q & &w_full_q & !&sent_q));
    let write = Write {
        address: address_q,
        data: data_q,
        strobe: strobe_q,
        now,
    };

    let to = target(m, shape, "write", &write.address);
    let local_ok = memories(m, shape, clock, locked, &write, &to.page, &ports);
    m.comment("Registers and tiles answer for themselves.");
    let to_tile = m.wire_of("write_to_tile", &(&to.tile & !locked));
    let forward = m.wire_of("write_forwarded", &(&to.registers | &to_tile));
    let tile_q = clock.flag(m, "tile_write_q");
    let aw_q = clock.flag(m, "register_aw_q");
    let w_q = clock.flag(m, "register_w_q");
    let register = m.wire_of("register_write", &(&write.now & &to.registers));
    m.next(&aw_q, &(&register | (&aw_q & !&ports.reg_awready)));
    m.next(&w_q, &(&register | (&w_q & !&ports.reg_wready)));
    m.next(
        &tile_q,
        &((&write.now & &to_tile) | (&tile_q & !&ports.tile_done)),
    );
    m.assign(&ports.reg_awvalid, &aw_q);
    m.assign(&ports.reg_wvalid, &w_q);
    let address = in_page(m, "register_write_address", &write.address);
    m.assign(&ports.reg_awaddr, &address);
    m.assign(&ports.reg_wdata, &write.data);
    m.assign(&ports.reg_wstrb, &write.strobe);
    m.assign(&ports.tile_write, &tile_q);
    m.assign(&ports.tile_number, &to.number);
    m.assign(&ports.tile_address, &address);
    m.assign(&ports.tile_data, &write.data);
    m.assign(&ports.tile_strobe, &write.strobe);

    m.comment("The response.");
    let local = m.wire_of("write_local", &(&write.now & !&forward));
    let done = m.wire_of(
        "write_done",
        &(&local | &ports.reg_bvalid | &ports.tile_done),
    );
    m.next(&sent_q, &((&write.now & &forward) | (&sent_q & !&done)));
    m.next(&aw_full_q, &(&aw_take | (&aw_full_q & !&done)));
    m.next(&w_full_q, &(&w_take | (&w_full_q & !&done)));
    m.next(&b_valid_q, &(&done | (&b_valid_q & !&bready)));
    let error = choose(
        m,
        "write_error",
        &[(&local, &!&local_ok), (&tile_q, tile_error)],
        &ports.reg_bresp.bit(1),
    );
    m.unused(&ports.reg_bresp.bit(0));
    m.next_if(&b_error_q, &done, &error);
    m.assign(&bvalid, &b_valid_q);
    m.concat(&bresp, &[zeros(1), b_error_q]);
}

/// Writes to program and constants; gives whether such a write is carried out.
fn memories(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    locked: &Sig,
    write: &Write,
    page: &Sig,
    ports: &Ports,
) -> Expr {
    m.comment("Program and constants: whole words only.");
    let area = page.slice(AREA - PAGE, ADDRESS - AREA);
    let within = |bits: usize| {
        // The word address is two bits shorter than the byte address.
        !write.address.slice(bits, AREA - 2 - bits).reduce_or()
    };
    let program_bits = shape.pass_bits + STRIDE_LOG;
    let program = area.eq_lit(PROGRAM) & within(program_bits);
    let program = m.wire_of("is_program", &program);
    let constant_bits = shape.constant_bits + 1;
    let constants = area.eq_lit(CONSTANTS) & within(constant_bits);
    let constants = m.wire_of("is_constants", &constants);
    let memory = m.wire_of("is_memory", &(&program | &constants));
    m.assign(&ports.refused, &(&write.now & &memory & locked));
    let whole = m.wire_of("may_write", &(write.strobe.reduce_and() & !locked));
    let happens = m.wire_of("memory_write", &(&write.now & &whole));
    m.assign(&ports.program_write, &(&happens & &program));
    m.assign(
        &ports.program_address,
        &write.address.slice(0, program_bits),
    );
    m.assign(&ports.program_data, &write.data);

    m.comment("A bias is held until its multiplier comes.");
    let bias_q = clock.data(m, "bias_q", 32);
    let is_multiplier = write.address.bit(0);
    m.next_if(
        &bias_q,
        &(&happens & &constants & !&is_multiplier),
        &write.data,
    );
    m.assign(
        &ports.constant_write,
        &(&happens & &constants & &is_multiplier),
    );
    m.assign(
        &ports.constant_address,
        &write.address.slice(1, shape.constant_bits),
    );
    let entry = join(m, "entry", &[bias_q, write.data.slice(0, 16)]);
    m.assign(&ports.constant_data, &entry);
    memory & whole
}

/// Everything behind the bus.
struct Ports {
    reg_awaddr: Sig,
    reg_awvalid: Sig,
    reg_awready: Sig,
    reg_wdata: Sig,
    reg_wstrb: Sig,
    reg_wvalid: Sig,
    reg_wready: Sig,
    reg_bresp: Sig,
    reg_bvalid: Sig,
    tile_write: Sig,
    tile_number: Sig,
    tile_address: Sig,
    tile_data: Sig,
    tile_strobe: Sig,
    tile_done: Sig,
    program_write: Sig,
    program_address: Sig,
    program_data: Sig,
    constant_write: Sig,
    constant_address: Sig,
    constant_data: Sig,
    refused: Sig,
}

impl Ports {
    fn declare(m: &mut ModuleBuilder, shape: &AcceleratorShape) -> Ports {
        let tile_bits = index_width(shape.all_tiles());
        m.group("Registers, writes");
        let reg_awaddr = m.output("reg_awaddr_o", PAGE, "");
        let reg_awvalid = m.output("reg_awvalid_o", 1, "");
        let reg_awready = m.input("reg_awready_i", 1, "");
        let reg_wdata = m.output("reg_wdata_o", 32, "");
        let reg_wstrb = m.output("reg_wstrb_o", 4, "");
        let reg_wvalid = m.output("reg_wvalid_o", 1, "");
        let reg_wready = m.input("reg_wready_i", 1, "");
        let reg_bresp = m.input("reg_bresp_i", 2, "");
        let reg_bvalid = m.input("reg_bvalid_i", 1, "");
        m.group("Tiles, writes");
        let tile_write = m.output("host_write_o", 1, "a write is wanted");
        let tile_number = m.output("host_write_tile_o", tile_bits, "the tile");
        let tile_address = m.output("host_write_address_o", PAGE, "the register");
        let tile_data = m.output("host_write_data_o", 32, "what is written");
        let tile_strobe = m.output("host_write_strobe_o", 4, "bytes that are written");
        let tile_done = m.input("host_write_done_i", 1, "pulse: it is done");
        m.group("Program and constants");
        let program_bits = shape.pass_bits + STRIDE_LOG;
        Ports {
            reg_awaddr,
            reg_awvalid,
            reg_awready,
            reg_wdata,
            reg_wstrb,
            reg_wvalid,
            reg_wready,
            reg_bresp,
            reg_bvalid,
            tile_write,
            tile_number,
            tile_address,
            tile_data,
            tile_strobe,
            tile_done,
            program_write: m.output("program_write_o", 1, "write a word"),
            program_address: m.output("program_write_address_o", program_bits, "which"),
            program_data: m.output("program_write_data_o", 32, "the word"),
            constant_write: m.output("constant_write_o", 1, "write an entry"),
            constant_address: m.output("constant_write_address_o", shape.constant_bits, "which"),
            constant_data: m.output("constant_write_data_o", 48, "multiplier above bias"),
            refused: m.output("write_refused_o", 1, "pulse: refused because locked"),
        }
    }
}
