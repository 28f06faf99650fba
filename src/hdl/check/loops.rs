// SPDX-License-Identifier: MIT OR Apache-2.0
//! Combinational loops, through the hierarchy and down to single bits.
//!
//! First whole signals: that is quick, and most modules are done with it. Only where whole signals
//! form a loop are their bits followed ([`bits`](super::bits)), because a carry chain inside one
//! vector is a loop of signals but not of bits.

use super::bits::{BitGraph, BitPaths};
use super::drivers::merge;
use super::graph::{Edges, Marks};
use super::{Report, range_text};
use crate::hdl::diag::Code;
use crate::hdl::expr::{Expr, Node};
use crate::hdl::module::{Dir, Item, Kind, Module};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What earlier modules have shown: which outputs follow which inputs without a clock.
#[derive(Default)]
pub(crate) struct LoopSearch {
    paths: BTreeMap<*const Module, Vec<(usize, usize)>>,
    bit_paths: BitPaths,
}

impl LoopSearch {
    pub(crate) fn check(&mut self, report: &mut Report) {
        let module = report.module;
        // Below a child that is wrong in itself the expressions cannot be trusted.
        let trusted = |m: &Arc<Module>| self.paths.contains_key(&Arc::as_ptr(m));
        if !module.instances().all(|instance| trusted(&instance.child)) {
            return;
        }
        if !matches!(module.kind, Kind::Rtl) {
            self.paths.insert(module, module.paths.clone());
            return;
        }
        let mut edges = Edges::with_nodes(module.signals.len());
        for item in &module.items {
            self.signal_edges(module, item, &mut edges);
        }
        let graph = edges.finish();
        let cycles = graph.cycles();
        if !cycles.is_empty() {
            let suspects: BTreeSet<usize> =
                cycles.iter().flatten().map(|node| *node as usize).collect();
            let bits = BitGraph::new(module, Some(&suspects), &mut self.bit_paths);
            // Equal loops in neighbouring bits are one mistake.
            let mut by_signals: BTreeMap<BTreeSet<usize>, Vec<(usize, usize)>> = BTreeMap::new();
            for cycle in bits.cycles() {
                let signals = cycle.iter().map(|(signal, _)| *signal).collect();
                by_signals.entry(signals).or_default().extend(cycle);
            }
            by_signals
                .into_values()
                .for_each(|cycle| describe(report, cycle));
        }
        let is = |node: usize, dir: Dir| module.signals[node].dir == dir;
        let (mut paths, mut marks) = (Vec::new(), Marks::default());
        for output in (0..module.signals.len()).filter(|i| is(*i, Dir::Output)) {
            let inputs = graph
                .reach(output as u32, &mut marks)
                .into_iter()
                .map(|node| node as usize);
            paths.extend(
                inputs
                    .filter(|i| is(*i, Dir::Input))
                    .map(|input| (output, input)),
            );
        }
        self.paths.insert(module, paths);
    }

    fn signal_edges(&self, module: &Module, item: &Item, graph: &mut Edges) {
        let mut drive = |target: &Expr, sources: &[&Expr]| {
            let Some(place) = module.place(target) else {
                return;
            };
            let mut signals = BTreeSet::new();
            sources.iter().for_each(|e| reads(e, &mut signals));
            signals
                .iter()
                .for_each(|s| graph.edge(place.signal as u32, *s as u32));
        };
        match item {
            Item::Comment(_) => {}
            Item::Assign { target, value } => drive(target, &[value]),
            Item::Select {
                target,
                arms,
                default,
            } => {
                let sources: Vec<&Expr> = arms
                    .iter()
                    .flat_map(|(c, v)| [c, v])
                    .chain([default])
                    .collect();
                drive(target, &sources);
            }
            Item::Case {
                target,
                selector,
                arms,
                default,
            } => {
                let sources: Vec<&Expr> = arms
                    .iter()
                    .map(|(_, v)| v)
                    .chain([selector, default])
                    .collect();
                drive(target, &sources);
            }
            Item::ForEach { body, .. } => {
                body.iter()
                    .for_each(|(target, value)| drive(target, &[value]));
            }
            // A register follows its reset without a clock.
            Item::Register { q, .. } => {
                let info = module.signals[*q].register.as_ref();
                if let Some((reset, _)) = info.and_then(|info| info.reset.as_ref()) {
                    let mut signals = BTreeSet::new();
                    reads(reset, &mut signals);
                    signals
                        .iter()
                        .for_each(|s| graph.edge(*q as u32, *s as u32));
                }
            }
            Item::Instance(instance) => {
                let paths = self.paths.get(&Arc::as_ptr(&instance.child));
                let at = |port: &usize| instance.connections.iter().find(|c| c.port == *port);
                for (output, input) in paths.into_iter().flatten() {
                    if let (Some(output), Some(input)) = (at(output), at(input)) {
                        drive(&output.expr, &[&input.expr]);
                    }
                }
            }
        }
    }
}

/// The signals that an expression reads.
fn reads(e: &Expr, out: &mut BTreeSet<usize>) {
    match &*e.node {
        Node::Signal { index, .. } => {
            out.insert(*index);
        }
        Node::Slice { base, .. } | Node::Affine { base, .. } => reads(base, out),
        Node::DynSlice { base, offset } => {
            reads(base, out);
            reads(offset, out);
        }
        Node::Literal { .. } => {}
        Node::Unary(_, a) | Node::Extend { operand: a, .. } => reads(a, out),
        Node::Binary(_, a, b) => {
            reads(a, out);
            reads(b, out);
        }
    }
}

/// One finding for a loop: at its first signal, naming the others.
fn describe(report: &mut Report, cycle: Vec<(usize, usize)>) {
    let mut by_signal: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (signal, bit) in cycle {
        by_signal.entry(signal).or_default().push((bit, bit + 1));
    }
    let mut places = Vec::new();
    for (signal, bits) in by_signal {
        let info = &report.module.signals[signal];
        for (lo, hi) in merge(bits) {
            places.push(range_text(&info.name, info.width, lo, hi - lo));
        }
    }
    let Some((first, others)) = places.split_first() else {
        return;
    };
    let mut message = "depends on itself without a clock".to_string();
    if !others.is_empty() {
        const SHOWN: usize = 6;
        message += &format!(
            " by way of {}",
            others[..others.len().min(SHOWN)].join(", ")
        );
        if others.len() > SHOWN {
            message += &format!(" and {} more", others.len() - SHOWN);
        }
    }
    report.add(Code::CombinationalLoop, first, message);
}
