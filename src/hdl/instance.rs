// SPDX-License-Identifier: MIT OR Apache-2.0
//! Instances of children, single and in arrays with affine connections.

use super::builder::ModuleBuilder;
use super::diag::Code;
use super::expr::{Expr, Sig};
use super::module::{Connection, Dir, Instance, Item, Module};
use std::sync::Arc;

/// An instance under construction; [`done`](InstanceBuilder::done) completes it.
///
/// Every port must be named once: [`connect`](Self::connect) for inputs, [`output`](Self::output)
/// for outputs, [`open`](Self::open) for outputs without a reader.
#[must_use = "an instance is complete only with `done`"]
pub struct InstanceBuilder<'m> {
    builder: &'m mut ModuleBuilder,
    array: Option<(String, usize)>,
    name: String,
    child: Arc<Module>,
    connections: Vec<Connection>,
    opened: Vec<usize>,
}

/// An array of equal children under construction. Port `p` of child `i` meets bits
/// `i * stride + offset ..+ width` of a net.
#[must_use = "an array is complete only with `done`"]
pub struct ArrayBuilder<'m>(InstanceBuilder<'m>);

impl ModuleBuilder {
    /// Instantiates a child.
    pub fn instance(&mut self, name: &str, child: &Arc<Module>) -> InstanceBuilder<'_> {
        InstanceBuilder {
            builder: self,
            array: None,
            name: name.to_string(),
            child: child.clone(),
            connections: Vec::new(),
            opened: Vec::new(),
        }
    }

    /// Instantiates `count` equal children as one generate loop labelled `label`.
    pub fn array(
        &mut self,
        label: &str,
        name: &str,
        count: usize,
        child: &Arc<Module>,
    ) -> ArrayBuilder<'_> {
        let mut inner = self.instance(name, child);
        inner.array = Some((label.to_string(), count));
        ArrayBuilder(inner)
    }
}

impl InstanceBuilder<'_> {
    fn path(&self, port: &str) -> String {
        match &self.array {
            Some((label, _)) => format!("{label}[0].{}.{port}", self.name),
            None => format!("{}.{port}", self.name),
        }
    }

    fn port(&mut self, port: &str, output: bool) -> Option<usize> {
        let path = self.path(port);
        let Some(index) = self.child.port_index(port) else {
            let message = format!("module {} has no port of this name", self.child.name());
            self.builder.error(Code::BadConnection, &path, message);
            return None;
        };
        if output && self.child.signals[index].dir == Dir::Input {
            self.builder.error(
                Code::BadConnection,
                &path,
                "this port is an input, not an output",
            );
            return None;
        }
        let seen = self.connections.iter().any(|c| c.port == index);
        if seen || self.opened.contains(&index) {
            self.builder
                .error(Code::BadConnection, &path, "this port is connected twice");
            return None;
        }
        Some(index)
    }

    fn add(&mut self, port: &str, expr: impl FnOnce(usize) -> Expr, output: bool) {
        if let Some(port) = self.port(port, output) {
            let expr = expr(self.child.signals[port].width);
            self.connections.push(Connection { port, expr });
        }
    }

    /// Connects a port, normally an input, to an expression.
    pub fn connect(mut self, port: &str, value: &Expr) -> Self {
        self.add(port, |_| value.clone(), false);
        self
    }

    /// Connects an output port to a signal or a slice of one.
    pub fn output(mut self, port: &str, signal: &Sig) -> Self {
        self.add(port, |_| signal.clone(), true);
        self
    }

    /// Says that an output is meant to have no reader.
    pub fn open(mut self, port: &str) -> Self {
        if let Some(index) = self.port(port, true) {
            self.opened.push(index);
        }
        self
    }

    /// Completes the instance.
    pub fn done(mut self) {
        for port in std::mem::take(&mut self.opened) {
            // A wire with `unused` in its name: linters object to `.port()`.
            let (width, count) = (
                self.child.signals[port].width,
                self.array.as_ref().map(|a| a.1),
            );
            let name = format!("unused_{}_{}", self.name, self.child.signals[port].name);
            let wire = self
                .builder
                .wire(&name, width.saturating_mul(count.unwrap_or(1).max(1)));
            let expr = if count.is_some() {
                wire.affine(width, 0, width)
            } else {
                wire
            };
            self.connections.push(Connection { port, expr });
        }
        self.connections.sort_by_key(|c| c.port);
        self.builder.push(Item::Instance(Instance {
            array: self.array,
            name: self.name,
            child: self.child,
            connections: self.connections,
        }));
    }
}

impl ArrayBuilder<'_> {
    /// Connects the port of every child to the same expression.
    pub fn all(mut self, port: &str, value: &Expr) -> Self {
        self.0.add(port, |_| value.clone(), false);
        self
    }

    /// Gives each child its own part of `net`, which has exactly `count` times the port's width.
    pub fn each(mut self, port: &str, net: &Expr) -> Self {
        self.packed(port, net, false);
        self
    }

    /// Gives child `i` the bits of `net` from `i * stride + offset` upwards.
    pub fn each_at(mut self, port: &str, net: &Sig, stride: usize, offset: usize) -> Self {
        self.0
            .add(port, |width| net.affine(stride, offset, width), false);
        self
    }

    /// As [`each`](Self::each), for an output.
    pub fn each_out(mut self, port: &str, net: &Sig) -> Self {
        self.packed(port, net, true);
        self
    }

    /// As [`each_at`](Self::each_at), for an output.
    pub fn each_out_at(mut self, port: &str, net: &Sig, stride: usize, offset: usize) -> Self {
        self.0
            .add(port, |width| net.affine(stride, offset, width), true);
        self
    }

    /// Says that an output of every child is meant to have no reader.
    pub fn open(self, port: &str) -> Self {
        ArrayBuilder(self.0.open(port))
    }

    /// Completes the array.
    pub fn done(self) {
        self.0.done();
    }

    fn packed(&mut self, port: &str, net: &Expr, output: bool) {
        let count = self.0.array.as_ref().map_or(1, |a| a.1);
        if let Some(width) = self.0.child.port_width(port)
            && width.saturating_mul(count) != net.width()
        {
            let message = format!(
                "{count} children of {width} bits need {} bits, but {} has {}",
                width.saturating_mul(count),
                net.name(),
                net.width()
            );
            let path = self.0.path(port);
            self.0.builder.error(Code::WidthMismatch, &path, message);
        }
        self.0
            .add(port, |width| net.affine(width, 0, width), output);
    }
}
