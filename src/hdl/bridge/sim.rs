// SPDX-License-Identifier: MIT OR Apache-2.0
//! A module elaborated for rust-hdl's simulator.
//!
//! One scope per instance, arrays unrolled. rust-hdl iterates `update_all` until nothing changes;
//! each round first commits all signals and then evaluates all scopes on the committed values.
//!
//! rust-hdl has no phase in which all registers sample before any of them changes, and a clock that
//! passes through logic arrives rounds later than the data. So every register is tied to the input
//! of the top module that clocks it, all sample in the round in which that input rises, and gated
//! clocks and latches are refused rather than simulated wrongly. The memory primitive is known.

use super::atom::SignalAtom;
use super::eval::eval;
use super::memory::Memory;
use crate::hdl::check::check;
use crate::hdl::diag::{Code, Diagnostic};
use crate::hdl::expr::{Expr, Node};
use crate::hdl::module::{Dir, Instance, Item, Kind, Module};
use crate::hdl::value::Value;
use rust_hdl::core::prelude::*;
use std::sync::Arc;

/// Rounds after which a simulation counts as one that does not settle.
const MAX_ROUNDS: usize = 10_000;

/// A module and all below it, ready to simulate: a rust-hdl `Block`.
///
/// Works with `rust_hdl::core::simulate::simulate` and with rust-hdl's `Simulation`; for plain
/// tests [`set`](Self::set), [`tick`](Self::tick) and [`get`](Self::get) are enough.
pub struct SimBlock {
    top: Scope,
}

struct Scope {
    name: String,
    module: Arc<Module>,
    signals: Vec<SignalAtom>,
    /// For each signal, the input of the top module that it is, if it is one: the clocks.
    roots: Vec<Option<usize>>,
    /// The words, where the module is the memory primitive.
    memory: Option<Memory>,
    /// Index of the instance among the module's items, iteration, child.
    children: Vec<(usize, usize, Scope)>,
}

impl SimBlock {
    /// Checks and elaborates. Fails on gated clocks, latches and black boxes.
    pub fn new(top: &Arc<Module>) -> Result<Self, Vec<Diagnostic>> {
        check(top)?;
        let roots = top
            .signals
            .iter()
            .enumerate()
            .map(|(i, s)| (s.dir == Dir::Input).then_some(i));
        let (roots, name) = (roots.collect(), top.name().to_string());
        let mut errors = Vec::new();
        let top = Scope::new(top, name.clone(), roots, &name, &mut errors);
        if errors.is_empty() {
            Ok(SimBlock { top })
        } else {
            Err(errors)
        }
    }

    /// Sets an input of the top module; [`settle`](Self::settle) makes it felt.
    pub fn set(&mut self, input: &str, value: u128) -> Result<(), Diagnostic> {
        let width = self.input(input)?.value.width();
        self.set_value(input, &Value::new(value, width))
    }

    /// As [`set`](Self::set), for values beyond 128 bits.
    pub fn set_value(&mut self, input: &str, value: &Value) -> Result<(), Diagnostic> {
        let signal = self.input(input)?;
        signal.next = value.resize(signal.value.width());
        Ok(())
    }

    fn input(&mut self, input: &str) -> Result<&mut SignalAtom, Diagnostic> {
        let index = self.top.module.port_index(input);
        let index = index.filter(|i| self.top.module.signals[*i].dir == Dir::Input);
        index
            .and_then(|i| self.top.signals.get_mut(i))
            .ok_or_else(|| {
                Diagnostic::new(
                    Code::NotSimulatable,
                    input,
                    "the top module has no such input",
                )
            })
    }

    /// The value of a signal of the top module, or of one below it by its path
    /// (`gen_x[2].u_x.count_q`); the low 128 bits.
    pub fn get(&self, path: &str) -> Result<u128, Diagnostic> {
        self.get_value(path)
            .map(|v| v.resize(128).to_u128().unwrap_or(0))
    }

    /// As [`get`](Self::get), for values beyond 128 bits.
    pub fn get_value(&self, path: &str) -> Result<Value, Diagnostic> {
        let mut scope = &self.top;
        let mut rest = path;
        while let Some((child, below)) = scope.children.iter().find_map(|(_, _, child)| {
            rest.strip_prefix(&*child.name)?
                .strip_prefix('.')
                .map(|below| (child, below))
        }) {
            (scope, rest) = (child, below);
        }
        let index = scope.module.by_name.get(rest);
        let signal = index.and_then(|i| scope.signals.get(*i));
        signal.map(|s| s.value.clone()).ok_or_else(|| {
            Diagnostic::new(
                Code::NotSimulatable,
                path,
                "there is no signal of this path",
            )
        })
    }

    /// Lets rust-hdl's simulator run until nothing changes.
    pub fn settle(&mut self) -> Result<(), Diagnostic> {
        if rust_hdl::core::simulate::simulate(self, MAX_ROUNDS) {
            return Ok(());
        }
        Err(Diagnostic::new(
            Code::NotSimulatable,
            &*self.top.name,
            "the signals do not settle",
        ))
    }

    /// One cycle of a clock: settles the inputs, raises the clock, lowers it.
    pub fn tick(&mut self, clock: &str) -> Result<(), Diagnostic> {
        self.settle()?;
        for level in [1, 0] {
            self.set(clock, level)?;
            self.settle()?;
        }
        Ok(())
    }
}

impl Logic for SimBlock {
    fn update(&mut self) {
        let rising: Vec<bool> = self
            .top
            .signals
            .iter()
            .map(|s| s.changed && s.value.bit(0))
            .collect();
        self.top.evaluate(&rising);
    }
}

impl Block for SimBlock {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {
        self.top.commit();
        self.update();
    }

    fn has_changed(&self) -> bool {
        self.top.has_changed()
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        self.top.accept(name, self, probe);
    }
}

impl Scope {
    fn new(
        module: &Arc<Module>,
        name: String,
        roots: Vec<Option<usize>>,
        path: &str,
        errors: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut refuse = |local: &str, message: &str| {
            let path = format!("{path}.{local}");
            errors.push(Diagnostic::new(Code::NotSimulatable, path, message));
        };
        let mut found = Vec::new();
        for (at, item) in module.items.iter().enumerate() {
            match item {
                Item::Register { q, .. } => {
                    let signal = &module.signals[*q];
                    let clock = signal.register.as_ref().and_then(|r| r.clock.as_ref());
                    if clock.and_then(|clock| root(clock, &roots)).is_none() {
                        refuse(&signal.name, "its clock is not an input of the top module");
                    }
                }
                Item::Instance(instance) => match instance.child.kind {
                    Kind::Leaf { .. } if Memory::is(&instance.child) => {
                        found.push((at, instance, 0))
                    }
                    Kind::Rtl => found.extend((0..instance.count()).map(|i| (at, instance, i))),
                    _ => refuse(
                        &instance.path(),
                        "latches, gates and black boxes are not known",
                    ),
                },
                _ => {}
            }
        }
        let mut children = Vec::new();
        for (at, instance, i) in found {
            let name = match &instance.array {
                Some((label, _)) => format!("{label}[{i}].{}", instance.name),
                None => instance.name.clone(),
            };
            let below = format!("{path}.{name}");
            let mut inner = vec![None; instance.child.signals.len()];
            for connection in &instance.connections {
                if instance.child.signals[connection.port].dir == Dir::Input {
                    inner[connection.port] = root(&connection.expr, &roots);
                }
            }
            children.push((
                at,
                i,
                Scope::new(&instance.child, name, inner, &below, errors),
            ));
        }
        let signals = module.signals.iter();
        let signals = signals
            .map(|s| SignalAtom::new(&s.name, s.dir, s.width))
            .collect();
        Scope {
            name,
            module: module.clone(),
            signals,
            roots,
            memory: Memory::of(module),
            children,
        }
    }

    fn commit(&mut self) {
        self.signals.iter_mut().for_each(|s| s.update_all());
        self.children
            .iter_mut()
            .for_each(|(_, _, child)| child.commit());
    }

    fn has_changed(&self) -> bool {
        self.signals.iter().any(|s| s.changed)
            || self
                .children
                .iter()
                .any(|(_, _, child)| child.has_changed())
    }

    fn evaluate(&mut self, rising: &[bool]) {
        let module = self.module.clone();
        if let Some(memory) = &mut self.memory {
            let clock = self.roots.first().copied().flatten();
            let rises = clock.and_then(|root| rising.get(root)).copied();
            if rises.unwrap_or(false) {
                memory.clock(&mut self.signals);
            }
        }
        for item in &module.items {
            match item {
                Item::Comment(_) | Item::Instance(_) => {}
                Item::Assign { target, value } => self.drive(target, value, 0),
                Item::Select {
                    target,
                    arms,
                    default,
                } => {
                    let chosen = arms.iter().find(|(c, _)| eval(c, &self.signals, 0).bit(0));
                    self.drive(target, chosen.map_or(default, |(_, value)| value), 0);
                }
                Item::Case {
                    target,
                    selector,
                    arms,
                    default,
                } => {
                    let key = eval(selector, &self.signals, 0);
                    let chosen = arms.iter().find(|(k, _)| *k == key);
                    self.drive(target, chosen.map_or(default, |(_, value)| value), 0);
                }
                Item::ForEach { count, body, .. } => {
                    for i in 0..*count {
                        body.iter()
                            .for_each(|(target, value)| self.drive(target, value, i));
                    }
                }
                Item::Register { q, enable, next } => {
                    self.register(*q, enable.as_ref(), next, rising);
                }
            }
        }
        for at in 0..self.children.len() {
            self.link(&module, at);
            self.children[at].2.evaluate(rising);
        }
    }

    fn register(&mut self, q: usize, enable: Option<&Expr>, next: &Expr, rising: &[bool]) {
        let module = self.module.clone();
        let Some(info) = &module.signals[q].register else {
            return;
        };
        if let Some((reset, value)) = &info.reset
            && !eval(reset, &self.signals, 0).bit(0)
        {
            self.signals[q].next = value.clone();
            return;
        }
        let clock = info
            .clock
            .as_ref()
            .and_then(|clock| root(clock, &self.roots));
        let rises = clock
            .and_then(|root| rising.get(root))
            .copied()
            .unwrap_or(false);
        if rises && enable.is_none_or(|enable| eval(enable, &self.signals, 0).bit(0)) {
            self.signals[q].next = eval(next, &self.signals, 0);
        }
    }

    /// Carries values between this scope and a child.
    fn link(&mut self, module: &Module, at: usize) {
        let (item, i, child) = &mut self.children[at];
        let Some(Item::Instance(Instance { connections, .. })) = module.items.get(*item) else {
            return;
        };
        for connection in connections {
            let port = &mut child.signals[connection.port];
            if port.kind == AtomKind::InputParameter {
                port.next = eval(&connection.expr, &self.signals, *i);
            } else if let Some(place) = module.place(&connection.expr) {
                self.signals[place.signal]
                    .next
                    .insert(place.start + *i * place.stride, &port.value);
            }
        }
    }

    fn drive(&mut self, target: &Expr, value: &Expr, i: usize) {
        let value = eval(value, &self.signals, i);
        if let Some(place) = self.module.place(target) {
            self.signals[place.signal]
                .next
                .insert(place.start + i * place.stride, &value);
        }
    }

    fn accept(&self, name: &str, node: &dyn Block, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, node);
        self.signals.iter().for_each(|s| s.accept(&s.name, probe));
        for (_, _, child) in &self.children {
            child.accept(&child.name, node, probe);
        }
        probe.visit_end_scope(name, node);
    }
}

/// The input of the top module that a whole signal is.
fn root(e: &Expr, roots: &[Option<usize>]) -> Option<usize> {
    match &*e.node {
        Node::Signal { index, .. } => roots.get(*index).copied().flatten(),
        _ => None,
    }
}
