// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the cut on small modules, and of the reader of outcomes.

use serde_json::{Value, json};

use super::cut::cut;
use super::run::unproven;

fn flop(kind: &str, d: u64, q: u64) -> Value {
    json!({"type": kind, "connections": {"C": [2], "D": [d], "Q": [q], "R": [3]},
        "port_directions": {"C": "input", "D": "input", "Q": "output", "R": "input"}})
}

fn inverter(a: u64, y: u64) -> Value {
    json!({"type": "$_NOT_", "connections": {"A": [a], "Y": [y]},
        "port_directions": {"A": "input", "Y": "output"}})
}

fn module(cells: Value, names: Value) -> Value {
    json!({"ports": {"clk_i": {"direction": "input", "bits": [2]}, "rst_ni": {"direction": "input", "bits": [3]}},
        "cells": cells, "netnames": names})
}

fn source() -> Value {
    let names = json!({"state_q": {"bits": [10, 11]}});
    module(
        json!({"a": flop("$_DFF_PN0_", 20, 10), "b": flop("$_DFF_PN1_", 21, 11)}),
        names,
    )
}

#[test]
fn storage_is_matched_by_name_and_becomes_ports() {
    let names = json!({"state_q[0]": {"bits": [30]}, "state_q_1": {"bits": [31]}});
    let netlist = module(
        json!({"x": flop("$_DFF_PN0_", 40, 30), "y": flop("$_DFF_PN1_", 41, 31)}),
        names,
    );
    let cut = cut(&source(), &netlist, &json!({}), &[]);
    assert_eq!((cut.matched, cut.unmatched.len()), (2, 0));
    let (input, bit) = &cut.netlist.ports["flop.state_q_0.q"];
    assert!(*input && *bit == 30);
    assert!(!cut.source.ports["flop.state_q_1.d"].0);
    assert!(cut.source.ports.contains_key("flop.state_q_0.clock"));
}

#[test]
fn a_flop_that_holds_the_inverse_matches_with_the_other_reset() {
    let names =
        json!({"state_q_0": {"bits": [30]}, "n7": {"bits": [50]}, "state_q_1": {"bits": [31]}});
    let cells = json!({"x": flop("$_DFF_PN0_", 40, 30), "y": flop("$_DFF_PN0_", 41, 50), "z": inverter(50, 31)});
    let cut = cut(&source(), &module(cells, names), &json!({}), &[]);
    assert_eq!((cut.matched, cut.unmatched.len()), (2, 0));
    assert_ne!(cut.netlist.ports["flop.state_q_1.q"].1, json!(50));
}

#[test]
fn another_reset_value_or_a_missing_flop_is_seen() {
    let names = json!({"state_q_0": {"bits": [30]}, "other": {"bits": [31]}});
    let netlist = module(
        json!({"x": flop("$_DFF_PN1_", 40, 30), "y": flop("$_DFF_PN1_", 41, 31)}),
        names,
    );
    let cut = cut(&source(), &netlist, &json!({}), &[]);
    assert_eq!(cut.matched, 0);
    assert_eq!(cut.unmatched.len(), 4, "{:?}", cut.unmatched);
}

#[test]
fn instances_become_ports() {
    let child =
        json!({"leaf": {"ports": {"a_i": {"direction": "input"}, "y_o": {"direction": "output"}}}});
    let side = |name: &str| {
        let cells = json!({name: {"type": "leaf", "connections": {"a_i": [5, 6], "y_o": [7]}}});
        module(cells, json!({}))
    };
    let modules = ["leaf".to_owned()];
    let cut = cut(
        &side("gen_x[0].u_leaf"),
        &side("gen_x_0_u_leaf"),
        &child,
        &modules,
    );
    assert!(cut.unmatched.is_empty(), "{:?}", cut.unmatched);
    assert!(!cut.source.ports["instance.gen_x_0_u_leaf.a_i.1"].0);
    assert!(cut.source.ports["instance.gen_x_0_u_leaf.y_o.0"].0);
}

#[test]
fn outcomes_are_read() {
    let good = "6. Executing EQUIV_STATUS pass.\nFound 3 $equiv cells in both:\n  Of those cells 3 are proven and 0 are unproven.\n  Equivalence successfully proven!\n";
    assert!(unproven(good).is_empty());
    let bad = "6. Executing EQUIV_STATUS pass.\n  Of those cells 2 are proven and 1 are unproven.\n  Unproven $equiv $auto$equiv_make.cc:293:find_same_wires$12: \\port.y_o.0_gold \\port.y_o.0_gate\n";
    assert_eq!(unproven(bad).len(), 1);
    assert!(unproven(bad)[0].contains("port.y_o.0"));
    assert_eq!(unproven("ERROR"), ["(no outcome)"]);
}
