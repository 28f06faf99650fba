// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long elaboration takes: build, check and print a hierarchy with wide vectors.
//!
//! Run with `cargo bench --bench hdl`. Plain timing: the figure wanted is milliseconds, not
//! nanoseconds.

use hcim::hdl::{Module, ModuleBuilder, check, emit, lit, primitives};
use std::sync::Arc;
use std::time::Instant;

const WIDE: usize = 10_000;

fn level(n: usize, below: Option<&Arc<Module>>, chained: bool) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("level_{n}"));
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "reset");
    let en = m.input("en_i", 1, "enable");
    let data = m.input("data_i", WIDE, "data");
    let out = m.output("data_o", WIDE, "data");
    let masked = m.wire("masked", WIDE);
    m.for_each("gen_mask", WIDE / 2, |g| {
        g.assign(&masked.affine(2, 0, 1), &(data.affine(2, 0, 1) & &en));
        g.assign(&masked.affine(2, 1, 1), &data.affine(2, 1, 1));
    });
    let q = m
        .register("data_q", WIDE)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    m.next_if(&q, &en, &masked);
    let cells = m.wire("cells", WIDE);
    m.array("gen_cell", "u_cell", WIDE / 8, &primitives::latch(8))
        .all("en_i", &en)
        .each("d_i", &q)
        .each_out("q_o", &cells)
        .done();
    let chain = m.wire("chain", WIDE + 1);
    m.assign_slice(&chain, 0, &lit(1, 1));
    if chained {
        // A chain of bits through the module: the search for loops must go down to bits.
        m.for_each("gen_chain", WIDE, |g| {
            g.assign(
                &chain.affine(1, 1, 1),
                &(chain.affine(1, 0, 1) ^ cells.affine(1, 0, 1)),
            );
        });
    } else {
        m.assign_slice(&chain, 1, &cells);
    }
    match below {
        None => m.assign(&out, &chain.slice(1, WIDE)),
        Some(below) => m
            .instance("u_below", below)
            .connect("clk_i", &clk)
            .connect("rst_ni", &rst_n)
            .connect("en_i", &en)
            .connect("data_i", &chain.slice(1, WIDE))
            .output("data_o", &out)
            .done(),
    }
    m.finish()
}

fn main() {
    for chained in [false, false, true, true] {
        let start = Instant::now();
        let first = level(0, None, chained);
        let top = (1..15).fold(first, |below, n| level(n, Some(&below), chained));
        let built = start.elapsed();
        let clean = check(&top).is_ok();
        let checked = start.elapsed() - built;
        let files = emit(&top, &|_| String::new()).map_or(0, |files| files.len());
        let emitted = start.elapsed() - built - checked;
        println!(
            "chains of bits: {chained}; build {built:.2?}, check {checked:.2?} ({clean}), check \
             and print {emitted:.2?} ({files} files)"
        );
    }
}
