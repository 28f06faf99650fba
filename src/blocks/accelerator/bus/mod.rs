// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bus: the host's AXI4-Lite, taken apart by address.

mod access;
mod read;
mod write;

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::Clock;
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit};

pub(crate) use access::build as tile_access;

/// Bits of the host's byte addresses.
pub(super) const ADDRESS: usize = 24;

/// Bits of a byte address within the registers or a tile.
const PAGE: usize = 12;

/// Builds `<prefix>_bus`.
pub(crate) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_bus"));
    m.contract(
        "AXI4-Lite slave of the host: one write and one read at a time. Registers and tiles answer for themselves; \
         writes to program and constants happen here. While locked_i is high, tiles, program and constants are \
         refused. What is refused, and every address that there is not, answers SLVERR and changes nothing.",
    );
    let clock = Clock::declare(&mut m);
    let locked = m.input("locked_i", 1, "a run is under way and does not pause");
    m.group("Tiles, answers");
    let answer = Answer {
        data: m.input("access_data_i", 32, "what was read"),
        error: m.input("access_error_i", 1, "the access was refused"),
    };
    write::build(&mut m, shape, &clock, (&locked, &answer.error));
    read::build(&mut m, shape, &clock, (&locked, &answer));
    m.finish()
}

/// What a tile answers.
struct Answer {
    data: Sig,
    error: Sig,
}

/// Where an address leads.
struct Target {
    registers: Sig,
    tile: Sig,
    /// Number of the tile.
    number: Sig,
    page: Sig,
}

/// Decodes the word address `address` (byte address without its two lowest bits).
fn target(m: &mut ModuleBuilder, shape: &AcceleratorShape, name: &str, address: &Sig) -> Target {
    let tiles = shape.all_tiles();
    let page = address.slice(PAGE - 2, ADDRESS - PAGE);
    let registers = m.wire_of(&format!("{name}_registers"), &!page.reduce_or());
    let last = lit(tiles as u128, ADDRESS - PAGE);
    let tile = m.wire_of(
        &format!("{name}_tile"),
        &(page.reduce_or() & page.le(&last)),
    );
    let number = &page - lit(1, ADDRESS - PAGE);
    let number = m.wire_of(&format!("{name}_page_number"), &number);
    let bits = index_width(tiles);
    m.unused(&number.slice(bits, ADDRESS - PAGE - bits));
    Target {
        registers,
        tile,
        number: number.slice(0, bits),
        page,
    }
}

/// The byte address within a page.
fn in_page(m: &mut ModuleBuilder, name: &str, address: &Sig) -> Expr {
    super::parts::join(m, name, &[lit(0, 2), address.slice(0, PAGE - 2)])
}
