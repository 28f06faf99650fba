// SPDX-License-Identifier: MIT OR Apache-2.0
//! Blocks in rust-hdl's simulator against plain arithmetic.

use hcim::hdl::{Diagnostic, Module, ModuleBuilder, SimBlock, Value, lit, zeros};
use rust_hdl::core::prelude::{Block, Simulation, check_all, write_vcd_dump, write_vcd_header};
use std::sync::Arc;

/// A small deterministic generator, so that the tests need no crate for it.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn operators() -> Arc<Module> {
    let mut m = ModuleBuilder::new("operators");
    let (a, b) = (m.input("a_i", 13, ""), m.input("b_i", 13, ""));
    let s = m.input("s_i", 4, "");
    for (name, value) in [
        ("add_o", &a + &b),
        ("sub_o", &a - &b),
        ("and_o", &a & &b),
        ("or_o", &a | &b),
        ("xor_o", &a ^ &b),
        ("not_o", !&a),
        ("neg_o", -&a),
        ("shl_o", a.shl(&s)),
        ("shr_o", a.shr(&s)),
        ("shl3_o", a.shl_by(3)),
        ("carry_o", a.add_carry(&b)),
        ("lt_o", a.lt(&b)),
        ("le_o", a.le(&b)),
        ("gt_o", a.gt(&b)),
        ("ge_o", a.ge(&b)),
        ("eq_o", a.slice(0, 3).eq(&b.slice(0, 3))),
        ("ne_o", a.slice(0, 3).ne(&b.slice(0, 3))),
        ("all_o", a.slice(0, 2).reduce_and()),
        ("any_o", a.slice(0, 4).reduce_or()),
        ("odd_o", a.reduce_xor()),
        ("dyn_o", a.dyn_slice(&s, 3)),
        ("sext_o", a.slice(4, 5).sext(9)),
        ("zext_o", a.slice(4, 5).zext(9)),
        ("gate_o", a.gated_by(&b.msb())),
    ] {
        let y = m.output(name, value.width(), "");
        m.assign(&y, &value);
    }
    m.finish()
}

#[test]
fn operators_agree_with_plain_arithmetic() -> Result<(), Vec<Diagnostic>> {
    let mut sim = SimBlock::new(&operators())?;
    let mut random = Random(42);
    for _ in 0..500 {
        let (a, b, s) = (
            random.next() & 0x1fff,
            random.next() & 0x1fff,
            random.next() & 15,
        );
        sim.set("a_i", a.into()).unwrap();
        sim.set("b_i", b.into()).unwrap();
        sim.set("s_i", s.into()).unwrap();
        sim.settle().unwrap();
        let m = 0x1fff;
        let field = (a >> 4) & 31;
        for (name, wanted) in [
            ("add_o", (a + b) & m),
            ("sub_o", a.wrapping_sub(b) & m),
            ("and_o", a & b),
            ("or_o", a | b),
            ("xor_o", a ^ b),
            ("not_o", !a & m),
            ("neg_o", a.wrapping_neg() & m),
            ("shl_o", (a << s) & m),
            ("shr_o", a >> s),
            ("shl3_o", (a << 3) & m),
            ("carry_o", a + b),
            ("lt_o", (a < b).into()),
            ("le_o", (a <= b).into()),
            ("gt_o", (a > b).into()),
            ("ge_o", (a >= b).into()),
            ("eq_o", (a & 7 == b & 7).into()),
            ("ne_o", (a & 7 != b & 7).into()),
            ("all_o", (a & 3 == 3).into()),
            ("any_o", (a & 15 != 0).into()),
            ("odd_o", (a.count_ones() & 1).into()),
            ("dyn_o", (a >> s) & 7),
            (
                "sext_o",
                if field & 16 != 0 {
                    field | 0x1e0
                } else {
                    field
                },
            ),
            ("zext_o", field),
            ("gate_o", if b >> 12 == 1 { a } else { 0 }),
        ] {
            assert_eq!(
                sim.get(name).unwrap(),
                wanted.into(),
                "{name} of {a:#x}, {b:#x}, {s}"
            );
        }
    }
    Ok(())
}

/// A counter with enable, reset and a load by multiplexer.
fn counter() -> Arc<Module> {
    let mut m = ModuleBuilder::new("counter");
    let clk = m.input("clk_i", 1, "");
    let rst_n = m.input("rst_ni", 1, "");
    let (en, load) = (m.input("en_i", 1, ""), m.input("load_i", 1, ""));
    let value = m.input("value_i", 6, "");
    let count = m.output("count_o", 6, "");
    let last = m.output("last_o", 6, "");
    let q = m
        .register("count_q", 6)
        .clock(&clk)
        .reset(&rst_n, 5)
        .build();
    let d = m.wire("count_d", 6);
    m.select(&d)
        .when(&load, &value)
        .otherwise(&(&q + lit(1, 6)));
    m.next_if(&q, &en, &d);
    // Storage without reset, one cycle behind: it must see the count from before the edge.
    let last_q = m.register("last_q", 6).clock(&clk).build();
    m.next(&last_q, &q);
    m.assign(&count, &q);
    m.assign(&last, &last_q);
    m.finish()
}

/// Three counters in an array, below one more level.
fn counters() -> Arc<Module> {
    let mut m = ModuleBuilder::new("counters");
    let clk = m.input("clk_i", 1, "");
    let rst_n = m.input("rst_ni", 1, "");
    let en = m.input("en_i", 3, "");
    let load = m.input("load_i", 1, "");
    let counts = m.output("count_o", 18, "");
    let value = m.wire_of("value", &lit(0x2a, 6));
    m.array("gen_counter", "u_counter", 3, &counter())
        .all("clk_i", &clk)
        .all("rst_ni", &rst_n)
        .each("en_i", &en)
        .all("load_i", &load)
        .all("value_i", &value)
        .each_out("count_o", &counts)
        .open("last_o")
        .done();
    m.finish()
}

#[test]
fn registers_agree_with_a_model() -> Result<(), Vec<Diagnostic>> {
    let mut sim = SimBlock::new(&counters())?;
    let mut random = Random(7);
    let (mut model, mut last) = ([5u64; 3], [0u64; 3]);
    sim.set("rst_ni", 0).unwrap();
    sim.tick("clk_i").unwrap();
    sim.set("rst_ni", 1).unwrap();
    for cycle in 0..300 {
        let (en, load) = (random.next() & 7, random.next() & 3 == 0);
        sim.set("en_i", en.into()).unwrap();
        sim.set("load_i", load.into()).unwrap();
        sim.tick("clk_i").unwrap();
        last.copy_from_slice(&model);
        for (i, count) in model.iter_mut().enumerate() {
            if (en >> i) & 1 == 1 {
                *count = if load { 0x2a } else { (*count + 1) & 63 };
            }
        }
        let packed = model[0] | (model[1] << 6) | (model[2] << 12);
        assert_eq!(sim.get("count_o").unwrap(), packed.into(), "cycle {cycle}");
        let path = "gen_counter[1].u_counter.last_q";
        assert_eq!(sim.get(path).unwrap(), last[1].into(), "cycle {cycle}");
    }
    // Reset needs no clock.
    sim.set("rst_ni", 0).unwrap();
    sim.settle().unwrap();
    assert_eq!(sim.get("count_o").unwrap(), 5 | (5 << 6) | (5 << 12));
    Ok(())
}

#[test]
fn wide_vectors_and_loops() -> Result<(), Vec<Diagnostic>> {
    let width = 1000;
    let mut m = ModuleBuilder::new("wide");
    let a = m.input("a_i", width, "");
    let y = m.output("y_o", width, "");
    let parity = m.wire("parity", width + 1);
    m.assign_slice(&parity, 0, &zeros(1));
    m.for_each("gen_parity", width, |g| {
        g.assign(
            &parity.affine(1, 1, 1),
            &(parity.affine(1, 0, 1) ^ a.affine(1, 0, 1)),
        );
    });
    m.assign(&y, &parity.slice(1, width));
    let mut sim = SimBlock::new(&m.finish())?;
    let mut a = Value::zero(width);
    for bit in [0, 3, 64, 130, 999] {
        a.set_bit(bit, true);
    }
    sim.set_value("a_i", &a).unwrap();
    sim.settle().unwrap();
    let y = sim.get_value("y_o").unwrap();
    assert_eq!(
        (y.bit(2), y.bit(63), y.bit(64), y.bit(998), y.bit(999)),
        (true, false, true, false, true)
    );
    Ok(())
}

#[test]
fn gated_clocks_and_unknown_names_are_refused() {
    let mut m = ModuleBuilder::new("gated");
    let clk = m.input("clk_i", 1, "");
    let en = m.input("en_i", 1, "");
    let gated = m.clock_gate("u_gate", &clk, &en, &zeros(1));
    let q = m.register("q", 1).clock(&gated).build();
    m.next(&q, &!&q);
    let Err(found) = SimBlock::new(&m.finish()) else {
        panic!("must be refused")
    };
    let found: Vec<String> = found.iter().map(|d| d.to_string()).collect();
    assert_eq!(
        found,
        [
            "E-HDL-017 gated.u_gate: latches, gates and black boxes are not known",
            "E-HDL-017 gated.q: its clock is not an input of the top module",
        ]
    );
    let mut sim = SimBlock::new(&counter()).expect("simulatable");
    assert!(sim.set("count_o", 1).is_err());
    assert!(sim.get("u_none.q").is_err());
}

#[test]
fn rust_hdl_itself_runs_checks_and_traces_the_block() {
    let mut sim = Simulation::<SimBlock>::new();
    sim.add_clock(5, |x| {
        let level = x.get("clk_i").unwrap_or(0);
        let _ = x.set("clk_i", 1 - level);
    });
    sim.add_testbench(|mut endpoint: rust_hdl::core::simulate::Sim<SimBlock>| {
        let mut x = endpoint.init()?;
        let _ = x.set("rst_ni", 0);
        x = endpoint.wait(12, x)?;
        let _ = x.set("rst_ni", 1);
        let _ = x.set("en_i", 1);
        x = endpoint.wait(100, x)?;
        assert_eq!(x.get("count_o"), Ok(15));
        endpoint.done(x)
    });
    let block = SimBlock::new(&counter()).expect("simulatable");
    assert!(check_all(&block).is_ok());
    let mut trace = Vec::new();
    let header = write_vcd_header(&mut trace, &block as &dyn Block);
    drop(write_vcd_dump(header, &block));
    assert!(String::from_utf8_lossy(&trace).contains("$var wire 6 "));
    sim.run(Box::new(block), 1000).expect("runs to its end");
}
