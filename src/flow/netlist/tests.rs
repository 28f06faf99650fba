// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the passes on a small netlist of Yosys.

use super::*;
use crate::flow::liberty::{self, Liberty};
use crate::flow::pdk::{Cells, Description, Gate1, OutputPin};

/// A child with a flip-flop whose clock comes through a clock gate, and a parent with two of them,
/// a constant, and an output that is an input.
const JSON: &str = r#"{ "modules": {
  "box": { "attributes": { "blackbox": "1" }, "ports": {}, "cells": {}, "netnames": {} },
  "child": {
    "ports": {
      "clk": { "direction": "input", "bits": [2] },
      "en": { "direction": "input", "bits": [3] },
      "d": { "direction": "input", "bits": [4] },
      "rn": { "direction": "input", "bits": [5] },
      "q": { "direction": "output", "bits": [6] },
      "one": { "direction": "output", "bits": ["1"] }
    },
    "cells": {
      "u_gate.cell": { "hide_name": 0, "type": "ICG", "connections":
        { "CK": [2], "E": [3], "SE": ["0"], "GCK": [7] } },
      "$auto$1": { "hide_name": 1, "type": "DFFR", "connections":
        { "CK": [7], "D": [8], "RN": [5], "Q": [6], "QN": [9] } },
      "$abc$2": { "hide_name": 1, "type": "INV", "connections": { "A": [4], "Y": [8] } }
    },
    "netnames": {
      "gated": { "hide_name": 0, "bits": [7] },
      "q": { "hide_name": 0, "bits": [6] },
      "u_gate.clk_o": { "hide_name": 0, "bits": [7] },
      "$abc$n8": { "hide_name": 1, "bits": [8] }
    }
  },
  "parent": {
    "ports": {
      "clk": { "direction": "input", "bits": [2] },
      "en": { "direction": "input", "bits": [3, 4] },
      "rn": { "direction": "input", "bits": [5] },
      "q": { "direction": "output", "bits": [6, 7] },
      "same": { "direction": "output", "bits": [3] }
    },
    "cells": {
      "gen[0].u_child": { "hide_name": 0, "type": "child", "connections":
        { "clk": [2], "en": [3], "d": [4], "rn": [5], "q": [6], "one": [8] } },
      "gen[1].u_child": { "hide_name": 0, "type": "child", "connections":
        { "clk": [2], "en": [4], "d": [3], "rn": [5], "q": [7], "one": [9] } }
    },
    "netnames": {}
  }
} }"#;

fn library() -> Liberty {
    let bytes = include_bytes!("../liberty/tiny.lib").to_vec();
    liberty::read(&[("tiny.lib".to_owned(), bytes)]).unwrap()
}

fn buffer() -> Gate1 {
    Gate1 {
        cell: "BUF".to_owned(),
        input: "A".to_owned(),
        out: "Y".to_owned(),
    }
}

/// Cells of a description, with the buffers and the fan-out of these tests.
fn cells(max_fanout: usize) -> Cells {
    let text = crate::flow::pdk::shipped("nangate45").unwrap();
    let description: Description = toml::from_str(text).unwrap();
    Cells {
        buffer: vec![buffer()],
        max_fanout,
        ..description.cells
    }
}

#[test]
fn a_finished_netlist_has_plain_names_and_no_aliases() {
    let library = library();
    let mut netlist = read_yosys_json(JSON, "parent").unwrap();
    let high = OutputPin {
        cell: "ONE".to_owned(),
        out: "Y".to_owned(),
    };
    for module in netlist.modules.values_mut() {
        open_unused_outputs(module, &library);
        tie_constants(module, Some(&high), None);
        separate_ports(module, &buffer());
        tidy(module, &library);
    }
    insta::assert_snapshot!(to_verilog(&netlist, "// Netlist\n"));
}

#[test]
fn areas_and_counts_follow_the_hierarchy() {
    let netlist = read_yosys_json(JSON, "parent").unwrap();
    let found = statistics(&netlist, &library());
    // A clock gate of 6, a flip-flop of 8 and an inverter of 1.5, twice.
    assert_eq!(found.total.area_um2, 31.0);
    assert_eq!(found.total.cells, 6);
    let modules: Vec<_> = found
        .modules
        .iter()
        .map(|row| (row.module.as_str(), row.instances, row.own.area_um2))
        .collect();
    assert_eq!(modules, [("child", 2, 15.5), ("parent", 1, 0.0)]);
    let uses: Vec<_> = found
        .uses
        .iter()
        .map(|row| (row.of.name(), row.total.cells))
        .collect();
    assert_eq!(
        uses,
        [("flip-flops", 2), ("clock gates", 2), ("other logic", 2)]
    );
    assert_eq!(found.hierarchy.last().unwrap().path, "parent/child[2]");
}

#[test]
fn unknown_cells_are_named_and_boxes_are_not() {
    let text = JSON.replace("\"INV\"", "\"$_NOT_\"");
    let netlist = read_yosys_json(&text, "parent").unwrap();
    let unknown = unknown_cells(&netlist, &library(), &[]);
    assert_eq!(
        unknown.into_iter().collect::<Vec<_>>(),
        [("$_NOT_".to_owned(), 1)]
    );
    let boxes = ["$_NOT_".to_owned()];
    assert!(unknown_cells(&netlist, &library(), &boxes).is_empty());
}

#[test]
fn many_sinks_get_a_tree_and_clocks_get_none() {
    let mut netlist = read_yosys_json(JSON, "parent").unwrap();
    let parent = netlist.modules.get_mut("parent").unwrap();
    let child = parent.instances[0].clone();
    for number in 2..23 {
        let mut more = child.clone();
        more.name = format!("more_{number}");
        for (pin, bits) in &mut more.pins {
            if pin == "q" || pin == "one" {
                let net = parent.next_net;
                parent.next_net += 1;
                bits[0] = Bit::Net(net);
            }
        }
        parent.instances.push(more);
    }
    let library = library();
    let trees = buffer_trees(&mut netlist, &library, &cells(4), Trees::Signals);
    // 23 pins of the reset: 6 leaves and 2 above them. The enable and the data of the first
    // child have 23 pins each, too, in two nets. The clock has as many, and no buffer.
    assert_eq!(trees.nets, 3);
    assert_eq!(trees.buffers, 24);
    let parent = &netlist.modules["parent"];
    let sinks = |net: Bit| {
        let pins = parent.instances.iter().flat_map(|i| i.pins.iter());
        pins.filter(|(pin, bits)| pin.as_str() != "Y" && bits.contains(&net))
            .count()
    };
    assert_eq!(sinks(Bit::Net(2)), 23, "the clock is as it was");
    let nets = 0..parent.next_net;
    let widest = nets.filter(|net| *net != 2).map(|net| sinks(Bit::Net(net)));
    assert!(widest.max().unwrap() <= 4);
    // Where no layout follows, the clock gets a tree of its own, and nothing else does.
    let trees = buffer_trees(&mut netlist, &library, &cells(4), Trees::Clocks);
    assert_eq!((trees.nets, trees.buffers), (1, 8));
    let parent = &netlist.modules["parent"];
    let pins = parent.instances.iter().flat_map(|i| i.pins.iter());
    let at_clock = pins.filter(|(pin, bits)| pin.as_str() != "Y" && bits.contains(&Bit::Net(2)));
    assert!(at_clock.count() <= 4);
}

#[test]
fn a_foreign_netlist_is_refused() {
    let report = read_yosys_json("{ \"modules\": {} }", "parent").unwrap_err();
    assert!(report.to_string().contains("HC0423"), "{report}");
    assert!(read_yosys_json("no JSON", "parent").is_err());
}
