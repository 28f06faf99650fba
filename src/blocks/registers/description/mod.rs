// SPDX-License-Identifier: MIT OR Apache-2.0
//! The description of the register map: the only place where an address, a bit position or a
//! reset value is written down.

mod control;
mod crossbar;
mod identification;

use super::model::{Block, RegisterMap};
use super::parameters::RegisterParameters;

pub(crate) use control::cycles_high;
pub(crate) use identification::identity;

/// The register ID reads this: "HCIM", first letter in the lowest byte.
pub const ID: u32 = u32::from_le_bytes(*b"HCIM");

/// Bits of a byte address: the map takes 4 KiB.
pub const ADDRESS_BITS: usize = 12;

/// The register map of a configuration.
pub fn map(p: &RegisterParameters) -> RegisterMap {
    let mut registers = identification::identification(p);
    registers.extend(control::control(p));
    registers.extend(control::errors(p));
    registers.extend(control::run(p));
    registers.extend(control::counters(p));
    registers.extend(crossbar::crossbar(p));
    registers.extend(crossbar::readback(p));
    registers.push(crossbar::thresholds(p));
    RegisterMap {
        parameters: p.clone(),
        block: Block {
            what: "tile",
            lock: None,
            locked_while: "STATUS.BUSY is set",
            sizes: sizes(p),
        },
        registers,
    }
}

/// Sizes of a tile for its C header.
fn sizes(p: &RegisterParameters) -> Vec<(&'static str, u32)> {
    vec![
        ("ROWS", p.rows),
        ("COLS", p.cols),
        ("INPUT_BITS", p.input_bits),
        ("WEIGHT_SLICES", p.weight_slices),
        ("SCALE_BITS", p.scale_bits),
        ("OUTPUTS", p.outputs()),
        ("USED_COLUMNS", p.used_columns()),
        ("ACCUMULATOR_BITS", p.accumulator_bits()),
        ("RESULT_BITS", p.result_bits()),
        ("ARRAY_ROWS", p.array_rows()),
        ("ARRAY_ROW_WORDS", p.array_words()),
        ("COUNTER_BITS", p.counter_bits),
    ]
}
