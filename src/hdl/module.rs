// SPDX-License-Identifier: MIT OR Apache-2.0
//! The finished module: pure data, no behaviour beyond look-ups.

use super::diag::Diagnostic;
use super::expr::{Expr, Node};
use super::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Direction of a signal as seen from inside its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dir {
    /// An input port.
    Input,
    /// An output port.
    Output,
    /// An internal signal.
    Net,
}

/// A port as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name of the port.
    pub name: String,
    /// Direction (never [`Dir::Net`]).
    pub dir: Dir,
    /// Width in bits.
    pub width: usize,
    /// One line of description.
    pub doc: String,
}

#[derive(Debug)]
pub(crate) struct SignalInfo {
    pub name: Arc<str>,
    pub width: usize,
    pub dir: Dir,
    pub doc: String,
    /// Heading printed above this port.
    pub group: Option<String>,
    pub register: Option<RegisterInfo>,
}

#[derive(Debug)]
pub(crate) struct RegisterInfo {
    pub clock: Option<Expr>,
    /// Active-low reset and the value that it loads.
    pub reset: Option<(Expr, Value)>,
}

#[derive(Debug)]
pub(crate) enum Item {
    Comment(String),
    Assign {
        target: Expr,
        value: Expr,
    },
    Select {
        target: Expr,
        arms: Vec<(Expr, Expr)>,
        default: Expr,
    },
    Case {
        target: Expr,
        selector: Expr,
        arms: Vec<(Value, Expr)>,
        default: Expr,
    },
    Register {
        q: usize,
        enable: Option<Expr>,
        next: Expr,
    },
    ForEach {
        label: String,
        count: usize,
        body: Vec<(Expr, Expr)>,
    },
    Instance(Instance),
}

#[derive(Debug)]
pub(crate) struct Instance {
    /// Label of the generate block and count, for an array of children.
    pub array: Option<(String, usize)>,
    pub name: String,
    pub child: Arc<Module>,
    pub connections: Vec<Connection>,
}

impl Instance {
    pub(crate) fn count(&self) -> usize {
        self.array.as_ref().map_or(1, |(_, count)| *count)
    }

    /// Path of one of the instances below its parent.
    pub(crate) fn path(&self) -> String {
        match &self.array {
            Some((label, _)) => format!("{label}[0].{}", self.name),
            None => self.name.clone(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Connection {
    /// Index of the port in the child's signals.
    pub port: usize,
    pub expr: Expr,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// Printed from its items.
    Rtl,
    /// Printed verbatim: a primitive that the expression language cannot say.
    Leaf { body: String },
    /// Ports only; the file comes from elsewhere.
    BlackBox,
}

/// A finished hardware module, made by [`ModuleBuilder`](super::ModuleBuilder).
#[derive(Debug)]
pub struct Module {
    pub(crate) name: Arc<str>,
    /// Parameters given at each instance; only leaf primitives have any.
    pub(crate) parameters: Vec<(String, usize)>,
    pub(crate) contract: String,
    pub(crate) localparams: Vec<(String, String)>,
    pub(crate) signals: Vec<SignalInfo>,
    pub(crate) by_name: BTreeMap<Arc<str>, usize>,
    pub(crate) items: Vec<Item>,
    pub(crate) kind: Kind,
    /// For leaves and black boxes: which output follows which input without a clock.
    pub(crate) paths: Vec<(usize, usize)>,
    /// What the builder noticed, with paths below this module.
    pub(crate) errors: Vec<Diagnostic>,
}

impl Module {
    /// Name of the module.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The paragraph that says what the module promises.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// Configuration values documented in the header, in order, as printed.
    pub fn localparams(&self) -> &[(String, String)] {
        &self.localparams
    }

    /// All ports in order.
    pub fn ports(&self) -> Vec<Port> {
        self.signals
            .iter()
            .filter(|s| s.dir != Dir::Net)
            .map(|s| Port {
                name: s.name.to_string(),
                dir: s.dir,
                width: s.width,
                doc: s.doc.clone(),
            })
            .collect()
    }

    /// Width of a port, if there is one of that name.
    pub fn port_width(&self, name: &str) -> Option<usize> {
        self.port_index(name).map(|i| self.signals[i].width)
    }

    /// True if the module's file comes from elsewhere.
    pub fn is_black_box(&self) -> bool {
        matches!(self.kind, Kind::BlackBox)
    }

    /// The modules instantiated here, in order of first use, each once.
    pub fn children(&self) -> Vec<Arc<Module>> {
        let mut found: Vec<Arc<Module>> = Vec::new();
        for instance in self.instances() {
            if !found.iter().any(|m| Arc::ptr_eq(m, &instance.child)) {
                found.push(instance.child.clone());
            }
        }
        found
    }

    pub(crate) fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.items.iter().filter_map(|item| match item {
            Item::Instance(instance) => Some(instance),
            _ => None,
        })
    }

    pub(crate) fn port_index(&self, name: &str) -> Option<usize> {
        let index = *self.by_name.get(name)?;
        (self.signals[index].dir != Dir::Net).then_some(index)
    }

    /// True if a signal expression was made by this module's builder.
    pub(crate) fn owns(&self, owner: &Arc<str>) -> bool {
        Arc::ptr_eq(owner, &self.name)
    }

    /// The place that an expression names, if it names one of ours.
    pub(crate) fn place(&self, expr: &Expr) -> Option<Place> {
        let whole = |base: &Expr| match &*base.node {
            Node::Signal { owner, index, .. } if self.owns(owner) => Some(*index),
            _ => None,
        };
        let (signal, start, stride) = match &*expr.node {
            Node::Signal { .. } => (whole(expr)?, 0, 0),
            Node::Slice { base, lo } => (whole(base)?, *lo, 0),
            Node::Affine {
                base,
                stride,
                offset,
            } => (whole(base)?, *offset, *stride),
            _ => return None,
        };
        Some(Place {
            signal,
            start,
            stride,
            width: expr.width,
        })
    }
}

/// Where a signal, a slice or an affine slice lies: bits `start + i * stride ..+ width`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub signal: usize,
    pub start: usize,
    pub stride: usize,
    pub width: usize,
}

/// All modules below and including `top`, children first, each once by identity.
pub fn hierarchy(top: &Arc<Module>) -> Vec<Arc<Module>> {
    fn walk(module: &Arc<Module>, seen: &mut Vec<*const Module>, out: &mut Vec<Arc<Module>>) {
        if seen.contains(&Arc::as_ptr(module)) {
            return;
        }
        seen.push(Arc::as_ptr(module));
        for child in module.children() {
            walk(&child, seen, out);
        }
        out.push(module.clone());
    }
    let (mut seen, mut out) = (Vec::new(), Vec::new());
    walk(top, &mut seen, &mut out);
    out
}
