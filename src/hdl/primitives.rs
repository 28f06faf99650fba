// SPDX-License-Identifier: MIT OR Apache-2.0
//! The leaf primitives: the only modules printed verbatim, and the only ones with lint waivers.

use super::builder::ModuleBuilder;
use super::module::{Kind, Module};
use std::sync::Arc;

/// Name of the clock-gate module, common to all configurations.
pub const CLOCK_GATE: &str = "hcim_clock_gate";
/// Name of the module between a gated clock and latch rows, common to all configurations.
pub const LATCH_PULSE: &str = "hcim_latch_pulse";
/// Name of the module between a gated clock and latches that hold while it is high, common to all configurations.
pub const LATCH_HOLD: &str = "hcim_latch_hold";
/// Name of the latch module, common to all configurations.
pub const LATCH: &str = "hcim_latch";
/// Name of the latch that opens while its enable is low, common to all configurations.
pub const LATCH_LOW: &str = "hcim_latch_low";

/// Name of the memory module, common to all configurations.
pub const RAM: &str = "hcim_ram";

/// A memory of `2^address_bits` words of `width` bits: ports `clk_i`, `write_i`, `write_address_i`, `write_data_i`,
/// `read_i`, `read_address_i`, `read_data_o`.
pub fn ram(width: usize, address_bits: usize) -> Arc<Module> {
    let body = include_str!("primitives/ram.v").to_string();
    let mut m = ModuleBuilder::of_kind(RAM, Kind::Leaf { body });
    m.contract(
        "Memory with a port for writes and a port for reads. What is read stands from the next cycle on until the \
         next read. Reading a word in the cycle in which it is written gives the old word or the new one. No reset.",
    );
    m.input("clk_i", 1, "clock");
    m.input("write_i", 1, "store a word");
    m.input("write_address_i", address_bits, "where");
    m.input("write_data_i", width, "the word");
    m.input("read_i", 1, "fetch a word");
    m.input("read_address_i", address_bits, "which");
    m.output(
        "read_data_o",
        width,
        "it, from the next cycle until the next fetch",
    );
    let parameters = &mut m.module_mut().parameters;
    parameters.push(("WIDTH".to_string(), width));
    parameters.push(("ADDRESS_BITS".to_string(), address_bits));
    m.finish()
}

/// The integrated clock gate: ports `clk_i`, `en_i`, `test_en_i`, `clk_o`.
pub fn clock_gate() -> Arc<Module> {
    let body = include_str!("primitives/clock_gate.v").to_string();
    let mut m = ModuleBuilder::of_kind(CLOCK_GATE, Kind::Leaf { body });
    m.contract(
        "Clock gate without glitches: the enable is held while the clock is high, so that clk_o \
         carries whole pulses only. test_en_i keeps the clock running during scan.",
    );
    m.input("clk_i", 1, "clock");
    m.input("en_i", 1, "let the next high phase through");
    m.input("test_en_i", 1, "scan: let every high phase through");
    m.output("clk_o", 1, "gated clock");
    m.path("clk_i", "clk_o");
    m.finish()
}

/// A clock for latch rows whose outputs registers sample at the same edge: ports `clk_i`, `clk_o`.
pub fn latch_pulse() -> Arc<Module> {
    let body = include_str!("primitives/latch_pulse.v").to_string();
    let mut m = ModuleBuilder::of_kind(LATCH_PULSE, Kind::Leaf { body });
    m.contract(
        "Clock of a latch row. A wire for synthesis; in simulation it rises after the registers on \
         the same edge have sampled, as the delays of a chip see to.",
    );
    m.input("clk_i", 1, "gated clock");
    m.output("clk_o", 1, "the same, for latches only");
    m.path("clk_i", "clk_o");
    m.finish()
}

/// A clock for latches that hold, while it is high, what gates other clocks of the same edges: ports `clk_i`, `clk_o`.
pub fn latch_hold() -> Arc<Module> {
    let body = include_str!("primitives/latch_hold.v").to_string();
    let mut m = ModuleBuilder::of_kind(LATCH_HOLD, Kind::Leaf { body });
    m.contract(
        "Clock of latches that hold what gates other clocks. A wire for synthesis; in simulation it falls after \
         the gated clocks of the same edge have fallen, as the delays of a chip see to.",
    );
    m.input("clk_i", 1, "gated clock");
    m.output(
        "clk_o",
        1,
        "the same, for latches that hold while it is high",
    );
    m.path("clk_i", "clk_o");
    m.finish()
}

/// A latch row of `width` bits: ports `en_i`, `d_i`, `q_o`.
pub fn latch(width: usize) -> Arc<Module> {
    let body = include_str!("primitives/latch.v").to_string();
    let mut m = ModuleBuilder::of_kind(LATCH, Kind::Leaf { body });
    m.contract("Latch row, transparent while en_i is high. No reset.");
    m.input("en_i", 1, "transparent while high");
    m.input("d_i", width, "data in");
    m.output("q_o", width, "data out");
    m.module_mut().parameters.push(("WIDTH".to_string(), width));
    m.finish()
}

/// A latch row of `width` bits that is open while its enable is low: ports `en_ni`, `d_i`, `q_o`. Its enable is a
/// NAND of clock and select, smaller than the AND before a latch of the other polarity.
pub fn latch_low(width: usize) -> Arc<Module> {
    let body = include_str!("primitives/latch_low.v").to_string();
    let mut m = ModuleBuilder::of_kind(LATCH_LOW, Kind::Leaf { body });
    m.contract("Latch row, transparent while en_ni is low. No reset.");
    m.input("en_ni", 1, "transparent while low");
    m.input("d_i", width, "data in");
    m.output("q_o", width, "data out");
    m.module_mut().parameters.push(("WIDTH".to_string(), width));
    m.finish()
}
