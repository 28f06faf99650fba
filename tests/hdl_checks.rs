// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each diagnostic, with its path: one wrong design per test.

use hcim::hdl::{Expr, Module, ModuleBuilder, check, emit, lit, zeros};
use std::sync::Arc;

/// Builds a module `top` and gives all findings, one per line.
fn findings(build: impl FnOnce(&mut ModuleBuilder)) -> Vec<String> {
    let mut m = ModuleBuilder::new("top");
    build(&mut m);
    report(&m.finish())
}

fn report(module: &Arc<Module>) -> Vec<String> {
    match check(module) {
        Ok(()) => Vec::new(),
        Err(found) => found.iter().map(|d| d.to_string()).collect(),
    }
}

/// A child with one input and one output that follows it.
fn follower(width: usize) -> Arc<Module> {
    let mut m = ModuleBuilder::new("follower");
    let a = m.input("a_i", width, "in");
    let y = m.output("y_o", width, "out");
    m.assign(&y, &a);
    m.finish()
}

#[test]
fn undriven_bits() {
    let found = findings(|m| {
        let y = m.output("y_o", 8, "");
        m.assign_slice(&y, 0, &zeros(1));
        m.assign_slice(&y, 4, &zeros(4));
    });
    assert_eq!(found, ["E-HDL-001 top.y_o[3:1]: nothing drives this"]);
}

#[test]
fn undriven_bits_below_an_array() {
    let mut child = ModuleBuilder::new("child");
    let row_sel = child.output("row_sel", 4, "");
    child.assign_slice(&row_sel, 0, &zeros(1));
    let child = child.finish();
    let found = findings(|m| {
        let y = m.output("y_o", 12, "");
        m.array("gen_array", "u_array", 3, &child)
            .each_out("row_sel", &y)
            .done();
    });
    assert_eq!(
        found,
        ["E-HDL-001 top.gen_array[0].u_array.row_sel[3:1]: nothing drives this"]
    );
}

#[test]
fn undriven_input_of_a_child_and_forgotten_output() {
    let found = findings(|m| m.instance("u_x", &follower(4)).done());
    assert_eq!(
        found,
        [
            "E-HDL-001 top.u_x.a_i[3:0]: this input is not connected",
            "E-HDL-012 top.u_x.y_o[3:0]: this output is not connected: say `open` if it is meant",
        ]
    );
}

#[test]
fn multiply_driven_bits() {
    let found = findings(|m| {
        let y = m.output("y_o", 8, "");
        m.assign(&y, &zeros(8));
        m.assign_slice(&y, 2, &zeros(2));
        m.for_each("gen_y", 2, |g| g.assign(&y.affine(1, 5, 2), &zeros(2)));
    });
    assert_eq!(
        found,
        [
            "E-HDL-002 top.y_o[3:2]: driven more than once",
            "E-HDL-002 top.y_o[7:5]: driven more than once",
        ]
    );
}

#[test]
fn width_mismatches() {
    let found = findings(|m| {
        let a = m.input("a_i", 8, "");
        let b = m.input("b_i", 4, "");
        let y = m.output("y_o", 8, "");
        m.assign_slice(&y, 0, &(a.slice(0, 5) & &b));
        m.assign(&y.slice(5, 3), &b);
        let z = m.output("z_o", 8, "");
        m.select(&z).when(&b, &a).otherwise(&a.zext(4));
        let w = m.output("w_o", 1, "");
        m.assign(&w, &a.dyn_bit(&b));
        let v = m.wire("v", 6);
        m.instance("u_x", &follower(4))
            .connect("a_i", &a)
            .output("y_o", &v)
            .done();
    });
    assert_eq!(
        found,
        [
            "E-HDL-003 top.y_o[4:0]: operands of And differ: a_i[4:0] has 5 bits, b_i[3:0] has 4",
            "E-HDL-003 top.y_o[7:5]: b_i[3:0] has 4 bits where 3 are needed",
            "E-HDL-003 top.z_o[7:0]: the condition has 4 bits, not one",
            "E-HDL-003 top.z_o[7:0]: 8 bits extended to 4",
            "E-HDL-003 top.z_o[7:0]: the expression has 4 bits where 8 are needed",
            "E-HDL-003 top.w_o: an offset of 4 bits into a_i, which 3 bits index",
            "E-HDL-003 top.u_x.a_i[3:0]: a_i[7:0] has 8 bits where 4 are needed",
            "E-HDL-003 top.u_x.y_o[3:0]: v[5:0] has 6 bits where 4 are needed",
        ]
    );
}

#[test]
fn name_collisions() {
    let found = findings(|m| {
        let a = m.input("a_i", 4, "");
        m.output("a_i", 4, "");
        let i = m.wire("i", 4);
        m.for_each("gen_i", 4, |g| {
            g.assign(&i.affine(1, 0, 1), &a.affine(1, 0, 1))
        });
        for _ in 0..2 {
            m.instance("u_x", &follower(4))
                .connect("a_i", &a)
                .open("y_o")
                .done();
        }
        m.instance("i", &follower(4))
            .connect("a_i", &a)
            .open("y_o")
            .done();
    });
    let collisions: Vec<&String> = found
        .iter()
        .filter(|line| line.starts_with("E-HDL-004"))
        .collect();
    assert_eq!(
        collisions,
        [
            "E-HDL-004 top.a_i: this name is declared twice",
            "E-HDL-004 top.unused_u_x_y_o: this name is declared twice",
            "E-HDL-004 top.i: this name is the generate variable of modules with loops",
            "E-HDL-004 top.u_x: this name of an instance is also the name of an instance",
            "E-HDL-004 top.i: this name of an instance is also the name of a signal",
        ]
    );
}

#[test]
fn reserved_words_of_both_languages() {
    let found = findings(|m| {
        for name in ["cell", "logic", "2nd", "tidy"] {
            m.input(name, 1, "");
        }
    });
    assert_eq!(
        found,
        [
            "E-HDL-005 top.cell: cell is a keyword of (System)Verilog",
            "E-HDL-005 top.logic: logic is a keyword of (System)Verilog",
            "E-HDL-014 top.2nd: \"2nd\" is not an identifier",
        ]
    );
}

#[test]
fn a_loop_through_the_hierarchy() {
    let mut middle = ModuleBuilder::new("middle");
    let a = middle.input("a_i", 4, "");
    let y = middle.output("y_o", 4, "");
    middle
        .instance("u_low", &follower(4))
        .connect("a_i", &!&a)
        .output("y_o", &y)
        .done();
    let middle = middle.finish();
    let found = findings(|m| {
        let x = m.input("x_i", 4, "");
        let back = m.wire("back", 4);
        let out = m.wire("out", 4);
        // Only bit 2 closes the loop.
        m.concat(&back, &[x.slice(0, 2), out.bit(2), x.bit(3)]);
        m.instance("u_middle", &middle)
            .connect("a_i", &back)
            .output("y_o", &out)
            .done();
    });
    assert_eq!(
        found,
        ["E-HDL-006 top.back[2]: depends on itself without a clock by way of out[2]"]
    );
}

#[test]
fn a_carry_chain_is_no_loop() {
    let mut cell = ModuleBuilder::new("full_adder");
    let [a, b, c] = ["a_i", "b_i", "c_i"].map(|n| cell.input(n, 1, ""));
    let (s, carry) = (cell.output("s_o", 1, ""), cell.output("c_o", 1, ""));
    cell.assign(&s, &(&a ^ &b ^ &c));
    cell.assign(&carry, &((&a & &b) | (&c & (&a | &b))));
    let cell = cell.finish();
    let ripple = |wrap: bool| {
        findings(|m| {
            let (a, b) = (m.input("a_i", 8, ""), m.input("b_i", 8, ""));
            let (s, c) = (m.output("s_o", 8, ""), m.wire("c", 9));
            let first: Expr = if wrap { c.bit(8) } else { zeros(1) };
            m.assign_slice(&c, 0, &first);
            m.array("gen_bit", "u_bit", 8, &cell)
                .each("a_i", &a)
                .each("b_i", &b)
                .each_at("c_i", &c, 1, 0)
                .each_out("s_o", &s)
                .each_out_at("c_o", &c, 1, 1)
                .done();
        })
    };
    assert!(ripple(false).is_empty());
    assert_eq!(
        ripple(true),
        ["E-HDL-006 top.c[8:0]: depends on itself without a clock"]
    );
}

#[test]
fn loops_of_bits_inside_expressions() {
    let search = |value: fn(&Expr) -> Expr| {
        findings(|m| {
            let y = m.output("y_o", 8, "");
            let next = value(&y);
            m.assign_slice(&y, 0, &zeros(1));
            m.assign_slice(&y, 1, &next);
        })
    };
    assert!(search(|y| y.slice(0, 7)).is_empty());
    assert!(search(|y| y.slice(0, 7) + lit(3, 7)).is_empty());
    let own_bit = "E-HDL-006 top.y_o[7:1]: depends on itself without a clock";
    assert_eq!(search(|y| y.slice(1, 7) + lit(3, 7)), [own_bit]);
    assert_eq!(search(|y| (y.reduce_or()).repeat(7)), [own_bit]);
}

#[test]
fn registers_latches_and_gates_break_loops() {
    let found = findings(|m| {
        let clk = m.input("clk_i", 1, "");
        let q = m.register("q", 4).clock(&clk).build();
        m.next(&q, &!&q);
        let wire = m.wire("d", 4);
        let held = m.latch("held", 4, &clk, &wire);
        m.assign(&wire, &!&held);
        let enable = m.wire("enable", 1);
        let gated = m.clock_gate("u_gate", &clk, &enable, &zeros(1));
        let count = m.register("count_q", 1).clock(&gated).build();
        m.next(&count, &!&count);
        m.assign(&enable, &count);
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn slices_out_of_range_and_of_expressions() {
    let found = findings(|m| {
        let a = m.input("a_i", 8, "");
        let y = m.output("y_o", 4, "");
        m.assign(&y.slice(0, 2), &a.slice(7, 2));
        m.assign(&y.bit(2), &a.slice(4, 2).bit(2));
        m.assign(&y.bit(3), &(&a & &a).bit(0));
        let z = m.output("z_o", 4, "");
        m.for_each("gen_z", 4, |g| {
            g.assign(&z.affine(1, 0, 1), &a.affine(3, 0, 1))
        });
        let w = m.output("w_o", 16, "");
        m.assign(&w, &(&a & &a).sext(16));
        m.assign(&(&a & &a), &a);
    });
    assert_eq!(
        found,
        [
            "E-HDL-007 top.y_o[1:0]: bits up to 8 of a_i, which has 8",
            "E-HDL-007 top.y_o[2]: 1 bits from bit 2 of a slice of 2",
            "E-HDL-008 top.y_o[3]: only a signal can be sliced: name the expression first",
            "E-HDL-007 top.z_o[0]: bits up to 9 of a_i, which has 8",
            "E-HDL-008 top.w_o[15:0]: only signals and their slices can be sign-extended: \
             name it first",
            "E-HDL-008 top.an assignment: only signals and their slices can be driven",
        ]
    );
}

#[test]
fn foreign_signals_and_driven_inputs() {
    let mut other = ModuleBuilder::new("other");
    let foreign = other.input("b_i", 4, "");
    let found = findings(|m| {
        let a = m.input("a_i", 4, "");
        let y = m.output("y_o", 4, "");
        m.assign(&y, &foreign);
        m.assign_slice(&a, 1, &zeros(2));
    });
    assert_eq!(
        found,
        [
            "E-HDL-009 top.y_o[3:0]: b_i is a signal of module other, not of this one",
            "E-HDL-010 top.a_i[2:1]: a module cannot drive its input",
        ]
    );
}

#[test]
fn two_modules_of_one_name() {
    let mut m = ModuleBuilder::new("top");
    let a = m.input("a_i", 4, "");
    for (name, width) in [("u_x", 4), ("u_y", 3), ("u_z", 4)] {
        let child = follower(width);
        m.instance(name, &child)
            .connect("a_i", &a.slice(0, width))
            .open("y_o")
            .done();
    }
    let found = emit(&m.finish(), &|_| String::new()).expect_err("two bodies");
    let found: Vec<String> = found.iter().map(|d| d.to_string()).collect();
    assert_eq!(
        found,
        ["E-HDL-011 follower: two different modules have this name"]
    );
}

#[test]
fn bad_connections() {
    let found = findings(|m| {
        let a = m.input("a_i", 4, "");
        m.instance("u_x", &follower(4))
            .connect("a_i", &a)
            .connect("a_i", &a)
            .connect("nothing", &a)
            .open("y_o")
            .done();
        m.array("gen_y", "u_y", 2, &follower(4))
            .each("a_i", &a)
            .open("y_o")
            .done();
        m.array("gen_z", "u_z", 0, &follower(4))
            .all("a_i", &a)
            .open("y_o")
            .done();
    });
    assert_eq!(
        found,
        [
            "E-HDL-012 top.u_x.a_i: this port is connected twice",
            "E-HDL-012 top.u_x.nothing: module follower has no port of this name",
            "E-HDL-003 top.gen_y[0].u_y.a_i: 2 children of 4 bits need 8 bits, but a_i has 4",
            "E-HDL-014 top.gen_z: a generate loop needs a count of at least one",
            "E-HDL-007 top.gen_y[0].u_y.a_i[3:0]: bits up to 7 of a_i, which has 4",
        ]
    );
}

#[test]
fn literals_and_registers() {
    let found = findings(|m| {
        let clk = m.input("clk_i", 1, "");
        let y = m.output("y_o", 4, "");
        m.assign(&y, &lit(16, 4));
        let q = m.register("q", 2).clock(&clk).reset(&clk, 4).build();
        m.next(&q, &q);
        m.assign(&q, &zeros(2));
        m.next(&y, &q);
        m.register("r", 2).build();
        let s = m.register("s", 2).build();
        m.next(&s, &q);
        m.case(&y, &q)
            .arm(1, &y)
            .arm(1, &y)
            .arm(4, &y)
            .otherwise(&y);
    });
    assert_eq!(
        found,
        [
            "E-HDL-013 top.q: the reset value 4 does not fit 2 bits",
            "E-HDL-016 top.y_o: only a whole register of this module has a next value",
            "E-HDL-013 top.y_o: 4 does not fit the 2 bits here",
            "E-HDL-013 top.y_o[3:0]: a literal does not fit its 4 bits",
            "E-HDL-016 top.s[1:0]: this register has no clock",
            "E-HDL-014 top.y_o[3:0]: the case has two arms for 'h1",
            "E-HDL-015 top.y_o: driven both by assignments and by a multiplexer or register",
            "E-HDL-002 top.y_o[3:0]: driven more than once",
            "E-HDL-015 top.q: driven both by assignments and by a multiplexer or register",
            "E-HDL-002 top.q[1:0]: driven more than once",
            "E-HDL-001 top.r[1:0]: this register has no next value",
        ]
    );
}

#[test]
fn nothing_makes_the_checks_panic() {
    let mut bad = ModuleBuilder::new("bad");
    let a = bad.input("a_i", 4, "");
    let y = bad.output("y_o", 4, "");
    let mut other = ModuleBuilder::new("other");
    (0..9).for_each(|n| {
        other.input(&format!("x{n}"), 70, "");
    });
    let foreign = other.wire("foreign", 4);
    bad.assign(&y, &(&a & &foreign));
    let bad = bad.finish();
    let found = findings(|m| {
        let huge = usize::MAX;
        let a = m.input("a_i", 4, "");
        let none = m.wire("none", 0);
        let y = m.output("y_o", 4, "");
        m.assign(&y.slice(huge, 2), &a.slice(3, huge));
        m.assign(&y.slice(2, huge), &a.affine(huge, huge, 2));
        m.for_each("gen_y", 2, |g| {
            g.assign(&y.affine(huge, huge, huge), &lit(9, 0))
        });
        m.assign(&y, &(&none + &a.zext(0).sext(9).repeat(0)));
        m.assign(&none.dyn_slice(&none, 0), &none.msb());
        m.concat(&y, &[y.shl(&none), a.shl_by(huge), !zeros(0)]);
        m.instance("", &bad)
            .connect("a_i", &y)
            .output("y_o", &y)
            .done();
        m.array("gen_bad", "u_bad", 3, &bad)
            .each_at("a_i", &y, huge, huge)
            .open("y_o")
            .done();
        m.case(&y, &none).arm(3, &a).otherwise(&foreign);
        m.unused(&a.slice(huge, huge));
    });
    assert!(found.len() > 20, "{found:#?}");
}
