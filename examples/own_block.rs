// SPDX-License-Identifier: MIT OR Apache-2.0
//! A block of your own: a saturating counter, checked, simulated and printed.
//!
//! Run with `cargo run --example own_block`.

use hcim::hdl::{Diagnostic, Module, ModuleBuilder, SimBlock, check, emit, lit, ones};
use std::sync::Arc;

/// A counter of `width` bits that stops at its greatest value.
fn saturating_counter(width: usize) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("saturating_counter_{width}"));
    m.contract("Counts enabled cycles and stops at the greatest value. Latency: one cycle.");
    m.localparam("WIDTH", width);
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    m.group("Counting");
    let en = m.input("en_i", 1, "count this cycle");
    let count = m.output("count_o", width, "cycles counted");

    let count_q = m
        .register("count_q", width)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let count_d = m.wire("count_d", width);
    m.comment("At the greatest value the counter stays where it is.");
    m.select(&count_d)
        .when(&count_q.eq(&ones(width)), &count_q)
        .otherwise(&(&count_q + lit(1, width)));
    m.next_if(&count_q, &en, &count_d);
    m.assign(&count, &count_q);
    m.finish()
}

fn main() -> Result<(), Vec<Diagnostic>> {
    let counter = saturating_counter(3);

    // Checked: every mistake would be listed here, with the path of the signal.
    check(&counter)?;

    // Simulated, by rust-hdl's simulator: eleven enabled cycles, and it stops at seven.
    let mut sim = SimBlock::new(&counter)?;
    let one = |d| vec![d];
    sim.tick("clk_i").map_err(one)?;
    sim.set("rst_ni", 1).map_err(one)?;
    sim.set("en_i", 1).map_err(one)?;
    for _ in 0..11 {
        sim.tick("clk_i").map_err(one)?;
    }
    assert_eq!(sim.get("count_o"), Ok(7));

    // Emitted: one file per module.
    for (name, text) in emit(&counter, &|m| format!("// Generated: {}", m.name()))? {
        println!("==> {name} <==\n{text}");
    }
    Ok(())
}
