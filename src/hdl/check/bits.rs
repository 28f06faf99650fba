// SPDX-License-Identifier: MIT OR Apache-2.0
//! Dependencies between single bits.

use super::graph::{Edges, Marks};
use crate::hdl::expr::{BinaryOp, Expr, Node, UnaryOp};
use crate::hdl::module::{Dir, Instance, Item, Kind, Module};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// For each bit of each output port, the bits of the input ports that it follows.
type PortBits = Vec<((usize, usize), Vec<(usize, usize)>)>;

/// Bit-level paths through modules, found when first asked for.
#[derive(Default)]
pub(crate) struct BitPaths(BTreeMap<*const Module, Arc<PortBits>>);

impl BitPaths {
    fn of(&mut self, module: &Arc<Module>) -> Arc<PortBits> {
        if let Some(known) = self.0.get(&Arc::as_ptr(module)) {
            return known.clone();
        }
        let mut paths = PortBits::new();
        if matches!(module.kind, Kind::Rtl) {
            let graph = BitGraph::new(module, None, self);
            let finished = graph.graph.finish();
            let mut marks = Marks::default();
            for (signal, info) in module.signals.iter().enumerate() {
                if info.dir != Dir::Output {
                    continue;
                }
                for bit in 0..info.width {
                    let reached = finished.reach(graph.first[signal] + bit as u32, &mut marks);
                    let inputs = reached.into_iter().filter_map(|node| graph.place(node));
                    let inputs = inputs.filter(|(s, _)| module.signals[*s].dir == Dir::Input);
                    paths.push(((signal, bit), inputs.collect()));
                }
            }
        } else {
            // A declared path of a primitive: every bit of the output may follow every bit.
            for (output, input) in &module.paths {
                let inputs = (0..module.signals[*input].width).map(|bit| (*input, bit));
                let inputs: Vec<_> = inputs.collect();
                let width = module.signals[*output].width;
                paths.extend((0..width).map(|bit| ((*output, bit), inputs.clone())));
            }
        }
        let paths = Arc::new(paths);
        self.0.insert(Arc::as_ptr(module), paths.clone());
        paths
    }
}

/// The bits of a module's signals, and inner nodes for expressions so that the graph stays linear
/// in the text.
pub(crate) struct BitGraph<'m> {
    module: &'m Module,
    graph: Edges,
    /// Node of bit 0 of each signal; the other bits follow.
    first: Vec<u32>,
    total: u32,
}

impl<'m> BitGraph<'m> {
    /// `only` restricts the graph to drivers of the signals that may lie on a loop.
    pub(crate) fn new(
        module: &'m Module,
        only: Option<&BTreeSet<usize>>,
        paths: &mut BitPaths,
    ) -> Self {
        let mut total = 0u32;
        let first = module.signals.iter().map(|signal| {
            let at = total;
            total += signal.width as u32;
            at
        });
        let first: Vec<u32> = first.collect();
        let graph = Edges::with_nodes(total as usize);
        let mut this = BitGraph {
            module,
            graph,
            first,
            total,
        };
        for item in &module.items {
            this.item(item, only, paths);
        }
        this
    }

    /// The loops, each as the signal bits on it.
    pub(crate) fn cycles(&self) -> Vec<Vec<(usize, usize)>> {
        let cycles = self.graph.finish().cycles().into_iter();
        cycles
            .map(|c| c.into_iter().filter_map(|node| self.place(node)).collect())
            .collect()
    }

    fn place(&self, node: u32) -> Option<(usize, usize)> {
        if node >= self.total {
            return None;
        }
        let signal = self.first.partition_point(|first| *first <= node) - 1;
        Some((signal, (node - self.first[signal]) as usize))
    }

    fn item(&mut self, item: &Item, only: Option<&BTreeSet<usize>>, paths: &mut BitPaths) {
        let module = self.module;
        let wanted = |target: &Expr| {
            let place = module.place(target);
            place.is_some_and(|p| only.is_none_or(|set| set.contains(&p.signal)))
        };
        match item {
            Item::Comment(_) => {}
            Item::Assign { target, value } if wanted(target) => self.drive(target, value, 0, &[]),
            Item::Select {
                target,
                arms,
                default,
            } if wanted(target) => {
                let conditions: Vec<&Expr> = arms.iter().map(|(c, _)| c).collect();
                let choice = self.all(&conditions, 0);
                for value in arms.iter().map(|(_, v)| v).chain([default]) {
                    self.drive(target, value, 0, &[choice]);
                }
            }
            Item::Case {
                target,
                selector,
                arms,
                default,
            } if wanted(target) => {
                let choice = self.all(&[selector], 0);
                for value in arms.iter().map(|(_, v)| v).chain([default]) {
                    self.drive(target, value, 0, &[choice]);
                }
            }
            Item::ForEach { count, body, .. } => {
                for (target, value) in body.iter().filter(|(target, _)| wanted(target)) {
                    (0..*count).for_each(|i| self.drive(target, value, i, &[]));
                }
            }
            Item::Register { q, .. } if only.is_none_or(|set| set.contains(q)) => {
                let info = module.signals[*q].register.as_ref();
                if let Some((reset, _)) = info.and_then(|info| info.reset.as_ref()) {
                    let reset = self.all(&[reset], 0);
                    for bit in 0..module.signals[*q].width {
                        self.graph.edge(self.first[*q] + bit as u32, reset);
                    }
                }
            }
            Item::Instance(instance) => self.instance(instance, only, paths),
            _ => {}
        }
    }

    fn instance(
        &mut self,
        instance: &Instance,
        only: Option<&BTreeSet<usize>>,
        paths: &mut BitPaths,
    ) {
        let module = self.module;
        let drives_any = instance.connections.iter().any(|c| {
            instance.child.signals[c.port].dir == Dir::Output
                && module
                    .place(&c.expr)
                    .is_some_and(|p| only.is_none_or(|s| s.contains(&p.signal)))
        });
        if !drives_any {
            return;
        }
        let child_paths = paths.of(&instance.child);
        for i in 0..instance.count() {
            let mut ports: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
            for connection in &instance.connections {
                ports.insert(connection.port, self.expr(&connection.expr, i));
            }
            for ((output, bit), inputs) in child_paths.iter() {
                let Some(from) = ports.get(output).and_then(|p| p.get(*bit)).copied() else {
                    continue;
                };
                for (input, bit) in inputs {
                    if let Some(to) = ports.get(input).and_then(|p| p.get(*bit)) {
                        self.graph.edge(from, *to);
                    }
                }
            }
        }
    }

    fn drive(&mut self, target: &Expr, value: &Expr, i: usize, also: &[u32]) {
        let values = self.expr(value, i);
        let targets = self.expr(target, i);
        for (target, value) in targets.into_iter().zip(values) {
            self.graph.edge(target, value);
            also.iter()
                .for_each(|other| self.graph.edge(target, *other));
        }
    }

    /// One node that depends on all bits of all the expressions.
    fn all(&mut self, es: &[&Expr], i: usize) -> u32 {
        let bits: Vec<u32> = es.iter().flat_map(|e| self.expr(e, i)).collect();
        self.graph.node(&bits)
    }

    /// The node of each bit of an expression in iteration `i`.
    fn expr(&mut self, e: &Expr, i: usize) -> Vec<u32> {
        let signal_bits = |this: &Self, base: &Expr, lo: usize| match &*base.node {
            Node::Signal { index, .. } => {
                let first = this.first[*index] + lo as u32;
                (first..first + e.width as u32).collect()
            }
            _ => Vec::new(),
        };
        match &*e.node {
            Node::Signal { .. } => signal_bits(self, e, 0),
            Node::Slice { base, lo } => signal_bits(self, base, *lo),
            Node::Affine {
                base,
                stride,
                offset,
            } => signal_bits(self, base, offset + i * stride),
            Node::Literal { .. } => vec![self.graph.node(&[]); e.width],
            Node::DynSlice { base, offset } => vec![self.all(&[base, offset], i); e.width],
            Node::Unary(UnaryOp::Not, a) => self.expr(a, i),
            Node::Unary(UnaryOp::Neg, a) => {
                let bits = self.expr(a, i);
                self.chain(bits.into_iter().map(|bit| vec![bit]))
            }
            Node::Unary(_, a) => vec![self.all(&[a], i)],
            Node::Extend { operand, signed } => {
                let mut bits = self.expr(operand, i);
                let fill = match (signed, bits.last()) {
                    (true, Some(sign)) => *sign,
                    _ => self.graph.node(&[]),
                };
                bits.resize(e.width, fill);
                bits
            }
            Node::Binary(op, a, b) => self.binary(*op, a, b, i),
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr, i: usize) -> Vec<u32> {
        use BinaryOp::{Add, And, Mul, Or, Shl, Shr, Sub, Xor};
        match op {
            And | Or | Xor => {
                let pairs = self.expr(a, i).into_iter().zip(self.expr(b, i));
                pairs.map(|(a, b)| self.graph.node(&[a, b])).collect()
            }
            // Bit k of a sum or a product follows the bits up to k.
            Add | Sub | Mul => {
                let pairs: Vec<_> = self.expr(a, i).into_iter().zip(self.expr(b, i)).collect();
                self.chain(pairs.into_iter().map(|(a, b)| vec![a, b]))
            }
            Shl | Shr => match b.as_literal() {
                Some(amount) => {
                    let (bits, amount) = (self.expr(a, i), amount.to_usize());
                    let zero = self.graph.node(&[]);
                    let from = |k: usize| match op {
                        Shl => k.checked_sub(amount),
                        _ => k.checked_add(amount),
                    };
                    let bit = |k| from(k).and_then(|k| bits.get(k)).copied().unwrap_or(zero);
                    (0..a.width).map(bit).collect()
                }
                None => vec![self.all(&[a, b], i); a.width],
            },
            _ => vec![self.all(&[a, b], i)],
        }
    }

    /// Nodes of which each also depends on the one before.
    fn chain(&mut self, bits: impl Iterator<Item = Vec<u32>>) -> Vec<u32> {
        let mut out: Vec<u32> = Vec::new();
        for mut depends_on in bits {
            depends_on.extend(out.last());
            out.push(self.graph.node(&depends_on));
        }
        out
    }
}
