// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parasitics of routed nets: the resistance tree of qrouter's `.rc` file, and SPEF for timing.
//!
//! qrouter counts the capacitance of one edge of each wire. The capacitances of a net's tree are
//! therefore scaled to the sum over its wires in the DEF of area and both edges with the LEF's
//! figures. There is no coupling between nets and no resistance of vias.

use std::collections::BTreeMap;

use crate::flow::lef::Lef;

use super::def::Wires;
use super::flat::{Flat, Net, NetName};

/// A node of a net: the driver, a junction, or a sink.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Node towards the driver; the driver is node 0 and its own parent.
    pub parent: usize,
    /// Resistance to the parent in ohm.
    pub ohm: f64,
    /// Capacitance in pF.
    pub pf: f64,
    /// `instance/pin` or `PIN/port`, for a driver or a sink.
    pub pins: Vec<String>,
}

/// The tree of a net.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Net name.
    pub net: String,
    /// Nodes; parents come before their children.
    pub nodes: Vec<Node>,
}

/// Reads a `.rc` file: one net a line,
/// `net drivers driver sinks ( ohm pF sink , ( ohm pF sink ) )`.
///
/// # Errors
/// A line that is none of this form.
pub fn parse(text: &str) -> Result<Vec<Tree>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            tree(line).ok_or_else(|| format!("line {}: no tree of resistances", number + 1))
        })
        .collect()
}

fn tree(line: &str) -> Option<Tree> {
    let mut words = line.split_ascii_whitespace();
    let net = words.next()?.to_owned();
    let drivers: usize = words.next()?.parse().ok()?;
    let mut nodes = vec![Node {
        parent: 0,
        ohm: 0.0,
        pf: 0.0,
        pins: Vec::new(),
    }];
    for _ in 0..drivers {
        nodes[0].pins.push(words.next()?.to_owned());
    }
    let _sinks: usize = words.next()?.parse().ok()?;
    let mut path = vec![0];
    while let Some(word) = words.next() {
        let here = *path.last()?;
        match word {
            "," => {}
            "(" => {
                let ohm = words.next()?.parse().ok()?;
                let pf = words.next()?.parse().ok()?;
                path.push(nodes.len());
                nodes.push(Node {
                    parent: here,
                    ohm,
                    pf,
                    pins: Vec::new(),
                });
            }
            ")" => {
                path.pop();
            }
            pin => nodes[here].pins.push(pin.to_owned()),
        }
    }
    (path == [0]).then_some(Tree { net, nodes })
}

/// Capacitance of wires in pF with the figures of a LEF, and what it lacks.
pub fn capacitance(wires: &Wires, lef: &Lef) -> Result<f64, String> {
    let mut sum = 0.0;
    for (name, length) in &wires.length {
        let layer = lef
            .layer(name)
            .ok_or_else(|| format!("the LEF has no layer {name}"))?;
        let (Some(area), Some(edge)) = (layer.pf_per_um2, layer.pf_per_um_edge) else {
            return Err(format!("the LEF has no capacitance for layer {name}"));
        };
        let um = *length as f64 * 1e-3;
        sum += um * (layer.width as f64 * 1e-3 * area + 2.0 * edge);
    }
    Ok(sum)
}

/// SPEF of the netlist: the nets that have a tree, named as in [`Flat::to_verilog`].
///
/// # Errors
/// A tree of a net or a pin that the netlist does not have, or a LEF without capacitances.
pub fn spef(
    flat: &Flat,
    trees: &[Tree],
    wires: &BTreeMap<String, Wires>,
    lef: &Lef,
) -> Result<String, String> {
    let nets: BTreeMap<String, &NetName> = flat
        .nets
        .iter()
        .map(|net| (net.text('<', '>'), net))
        .collect();
    let cells: BTreeMap<&str, usize> = flat
        .cells
        .iter()
        .enumerate()
        .map(|(index, cell)| (cell.name.as_str(), index))
        .collect();
    let mut text = "*SPEF \"IEEE 1481-1998\"\n\
        *DESIGN \"NAME\"\n\
        *DATE \"\"\n\
        *VENDOR \"\"\n\
        *PROGRAM \"hcim\"\n\
        *VERSION \"1\"\n\
        *DESIGN_FLOW \"\"\n\
        *DIVIDER /\n\
        *DELIMITER :\n\
        *BUS_DELIMITER []\n\
        *T_UNIT 1 NS\n\
        *C_UNIT 1 PF\n\
        *R_UNIT 1 OHM\n\
        *L_UNIT 1 HENRY\n\n"
        .replace("NAME", &flat.name);
    for tree in trees {
        let Some(name) = nets.get(&tree.net) else {
            // The supply nets are none of the netlist's.
            continue;
        };
        let name = name.text('[', ']');
        let router: f64 = tree.nodes.iter().map(|node| node.pf).sum();
        let drawn = match wires.get(&tree.net) {
            Some(wires) => capacitance(wires, lef)?,
            None => 0.0,
        };
        let scale = if router > 0.0 { drawn / router } else { 0.0 };
        let total: f64 = router * scale;
        text += &format!("*D_NET {name} {total:.6}\n*CONN\n");
        let mut ends: Vec<(usize, String)> = Vec::new();
        for (index, node) in tree.nodes.iter().enumerate() {
            for pin in &node.pins {
                let (line, end) = connection(flat, &cells, pin, index == 0)?;
                text += &line;
                ends.push((index, end));
            }
        }
        text += "*CAP\n";
        let node = |index: usize| format!("{name}:{index}");
        let mut count = 0;
        for (index, one) in tree.nodes.iter().enumerate() {
            if one.pf > 0.0 {
                count += 1;
                text += &format!("{count} {} {:.7}\n", node(index), one.pf * scale);
            }
        }
        text += "*RES\n";
        let mut count = 0;
        for (index, one) in tree.nodes.iter().enumerate().skip(1) {
            count += 1;
            text += &format!(
                "{count} {} {} {:.4}\n",
                node(one.parent),
                node(index),
                one.ohm
            );
        }
        for (index, end) in ends {
            count += 1;
            text += &format!("{count} {} {end} 0.001\n", node(index));
        }
        text += "*END\n\n";
    }
    Ok(text)
}

/// The connection line of a pin, and its name as a node.
fn connection(
    flat: &Flat,
    cells: &BTreeMap<&str, usize>,
    pin: &str,
    drives: bool,
) -> Result<(String, String), String> {
    let (instance, port) = pin
        .split_once('/')
        .ok_or_else(|| format!("{pin} is no pin"))?;
    if instance == "PIN" {
        let name = port.replace('<', "[").replace('>', "]");
        // A port that drives a net is an input of the design.
        let way = if drives { "I" } else { "O" };
        return Ok((format!("*P {name} {way}\n"), name));
    }
    let cell = cells.get(instance).map(|index| &flat.cells[*index]);
    let Some(cell) = cell.filter(|cell| cell.pins.iter().any(|(name, _)| name == port)) else {
        return Err(format!("the netlist has no pin {pin}"));
    };
    let way = if drives { "O" } else { "I" };
    Ok((
        format!("*I {instance}:{port} {way} *D {}\n", cell.kind),
        format!("{instance}:{port}"),
    ))
}

/// Sinks of each net of the netlist: pins of cells and outputs.
pub fn is_routed(flat: &Flat, trees: &[Tree]) -> Result<(), String> {
    let known: BTreeMap<&str, &Tree> = trees.iter().map(|tree| (tree.net.as_str(), tree)).collect();
    let mut pins = vec![0usize; flat.nets.len()];
    for (_, net) in flat.cells.iter().flat_map(|cell| &cell.pins) {
        if let Net::Wire(index) = net {
            pins[*index] += 1;
        }
    }
    for port in &flat.ports {
        for bit in &port.bits {
            pins[*bit] += 1;
        }
    }
    for (index, net) in flat.nets.iter().enumerate() {
        let name = net.text('<', '>');
        let found: usize = known.get(name.as_str()).map_or(0, |tree| {
            tree.nodes.iter().map(|node| node.pins.len()).sum()
        });
        // A net of one pin goes nowhere.
        if pins[index] > 1 && found != pins[index] {
            return Err(format!(
                "net {name} connects {found} of its {} pins",
                pins[index]
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::lef;

    #[test]
    fn a_line_is_a_tree() {
        let line =
            "n<1> 1 A_1/Y 3 ( 1.5 0.002 ( 0.5 0.001 B_1/A , ( 2 0.003 B_2/A ) , PIN/y<1> ) ) ";
        let trees = parse(line).expect("a tree");
        let nodes = &trees[0].nodes;
        assert_eq!((trees[0].net.as_str(), nodes.len()), ("n<1>", 4));
        assert_eq!(nodes[0].pins, ["A_1/Y"]);
        assert_eq!((nodes[2].parent, nodes[2].pins.len()), (1, 2));
        assert_eq!((nodes[3].parent, nodes[3].ohm), (2, 2.0));
        assert!(parse("n 1 A_1/Y 1 ( 1.5 0.002 B_1/A").is_err());
        assert!(parse("n 1 A_1/Y 1 ( x 0.002 B_1/A )").is_err());
    }

    #[test]
    fn both_edges_of_a_wire_count() {
        let text = "LAYER m
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 1 ; WIDTH 0.5 ;
  CAPACITANCE CPERSQDIST 4e-5 ; EDGECAPACITANCE 1e-5 ;
END m";
        let lef = lef::parse(text).expect("valid LEF");
        let mut wires = Wires::default();
        wires.length.insert("m".to_owned(), 10_000);
        let pf = capacitance(&wires, &lef).expect("known");
        assert!((pf - 10.0 * (0.5 * 4e-5 + 2e-5)).abs() < 1e-12);
        wires.length.insert("n".to_owned(), 1);
        assert!(capacitance(&wires, &lef).is_err());
    }
}
