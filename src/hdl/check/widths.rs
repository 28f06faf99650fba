// SPDX-License-Identifier: MIT OR Apache-2.0
//! Widths and shapes of all expressions: what Verilog would silently extend, truncate or reject.

use super::{Report, describe, range_text};
use crate::hdl::diag::Code;
use crate::hdl::expr::{Expr, Node, index_width};
use crate::hdl::module::{Dir, Instance, Item};
use std::collections::BTreeSet;

pub(crate) fn check(report: &mut Report) {
    let module = report.module;
    for item in &module.items {
        match item {
            Item::Comment(_) => {}
            Item::Assign { target, value } => Walk::at(report, target, None).drive(target, value),
            Item::Select {
                target,
                arms,
                default,
            } => {
                let mut walk = Walk::at(report, target, None);
                for (condition, value) in arms {
                    walk.bit("the condition", condition);
                    walk.drive(target, value);
                }
                walk.drive(target, default);
            }
            Item::Case {
                target,
                selector,
                arms,
                default,
            } => {
                let mut walk = Walk::at(report, target, None);
                walk.expr(selector);
                let mut keys = BTreeSet::new();
                for (key, value) in arms {
                    if !keys.insert(key.to_hex()) {
                        let message = format!("the case has two arms for 'h{}", key.to_hex());
                        walk.add(Code::BadDeclaration, message);
                    }
                    walk.drive(target, value);
                }
                walk.drive(target, default);
            }
            Item::ForEach { count, body, .. } => {
                for (target, value) in body {
                    Walk::at(report, target, Some(*count)).drive(target, value);
                }
            }
            Item::Register { q, enable, next } => {
                let signal = &module.signals[*q];
                let local = range_text(&signal.name, signal.width, 0, signal.width);
                let mut walk = Walk {
                    report,
                    local,
                    count: None,
                };
                if let Some(enable) = enable {
                    walk.bit("the enable", enable);
                }
                walk.expr(next);
                walk.equal(next.width, signal.width, next);
                register(&mut walk, *q);
            }
            Item::Instance(instance) => connections(report, instance),
        }
    }
}

fn register(walk: &mut Walk, q: usize) {
    let Some(info) = &walk.report.module.signals[q].register else {
        return;
    };
    let reset = info.reset.as_ref().map(|(reset, _)| reset);
    for (what, signal) in [("the clock", info.clock.as_ref()), ("the reset", reset)] {
        let Some(signal) = signal else { continue };
        walk.bit(what, signal);
        if walk.report.module.place(signal).is_none() {
            walk.add(
                Code::BadRegister,
                format!("{what} must be a signal or a bit of one"),
            );
        }
    }
    if info.clock.is_none() {
        walk.add(Code::BadRegister, "this register has no clock");
    }
    let width = walk.report.module.signals[q].width;
    if info
        .reset
        .as_ref()
        .is_some_and(|(_, value)| value.width() != width)
    {
        walk.add(
            Code::WidthMismatch,
            "the reset value has another width than the register",
        );
    }
}

fn connections(report: &mut Report, instance: &Instance) {
    let count = instance.array.as_ref().map(|(_, count)| *count);
    for connection in &instance.connections {
        let port = &instance.child.signals[connection.port];
        let local = format!("{}.{}", instance.path(), port.name);
        let local = range_text(&local, port.width, 0, port.width);
        let mut walk = Walk {
            report,
            local,
            count,
        };
        walk.expr(&connection.expr);
        walk.equal(connection.expr.width, port.width, &connection.expr);
        if port.dir == Dir::Output && walk.report.module.place(&connection.expr).is_none() {
            walk.add(
                Code::NotASignal,
                "an output drives a signal or a slice of one",
            );
        }
    }
}

struct Walk<'r, 'm> {
    report: &'r mut Report<'m>,
    /// Path of what the expression drives.
    local: String,
    /// Iterations of the loop around the expression, if there is one.
    count: Option<usize>,
}

impl<'r, 'm> Walk<'r, 'm> {
    fn at(report: &'r mut Report<'m>, target: &Expr, count: Option<usize>) -> Self {
        let local = match target.name() {
            "" => "an assignment".to_string(),
            _ => describe(report.module, target),
        };
        Walk {
            report,
            local,
            count,
        }
    }

    fn add(&mut self, code: Code, message: impl Into<String>) {
        let local = self.local.clone();
        self.report.add(code, &local, message);
    }

    fn drive(&mut self, target: &Expr, value: &Expr) {
        self.expr(target);
        if self.report.module.place(target).is_none()
            && !matches!(&*target.node, Node::Signal { .. })
        {
            self.add(
                Code::NotASignal,
                "only signals and their slices can be driven",
            );
        }
        self.expr(value);
        self.equal(value.width, target.width, value);
    }

    fn equal(&mut self, width: usize, wanted: usize, e: &Expr) {
        if width != wanted {
            let what = describe(self.report.module, e);
            let message = format!("{what} has {width} bits where {wanted} are needed");
            self.add(Code::WidthMismatch, message);
        }
    }

    fn bit(&mut self, what: &str, e: &Expr) {
        self.expr(e);
        if e.width != 1 {
            self.add(
                Code::WidthMismatch,
                format!("{what} has {} bits, not one", e.width),
            );
        }
    }

    fn expr(&mut self, e: &Expr) {
        match &*e.node {
            Node::Signal { owner, name, .. } => {
                if !self.report.module.owns(owner) {
                    let message = format!("{name} is a signal of module {owner}, not of this one");
                    self.add(Code::ForeignSignal, message);
                }
            }
            Node::Slice { base, lo } => self.part(e, base, *lo, 0),
            Node::Affine {
                base,
                stride,
                offset,
            } => {
                if self.count.is_none() {
                    let message = format!("an affine slice of {} outside any loop", base.name());
                    self.add(Code::OutOfRange, message);
                }
                self.part(e, base, *offset, *stride);
            }
            Node::DynSlice { base, offset } => {
                self.part(e, base, 0, 0);
                self.expr(offset);
                let bits = index_width(base.width);
                if offset.width > bits {
                    let message = format!(
                        "an offset of {} bits into {}, which {bits} bits index",
                        offset.width,
                        base.name()
                    );
                    self.add(Code::WidthMismatch, message);
                }
            }
            Node::Literal { value, fits } => {
                if !fits {
                    let message = format!("a literal does not fit its {} bits", value.width());
                    self.add(Code::LiteralTooWide, message);
                }
                if value.width() == 0 {
                    self.add(Code::BadDeclaration, "a literal without bits");
                }
            }
            Node::Unary(_, a) => self.expr(a),
            Node::Binary(op, a, b) => {
                self.expr(a);
                self.expr(b);
                if a.width != b.width && !op.is_shift() {
                    let module = self.report.module;
                    let message = format!(
                        "operands of {op:?} differ: {} has {} bits, {} has {}",
                        describe(module, a),
                        a.width,
                        describe(module, b),
                        b.width
                    );
                    self.add(Code::WidthMismatch, message);
                }
            }
            Node::Extend { operand, signed } => {
                self.expr(operand);
                if e.width <= operand.width {
                    let (from, to) = (operand.width, e.width);
                    self.add(Code::WidthMismatch, format!("{from} bits extended to {to}"));
                }
                if *signed && operand.width > 1 && self.report.module.place(operand).is_none() {
                    self.add(
                        Code::NotASignal,
                        "only signals and their slices can be sign-extended: name it first",
                    );
                }
            }
        }
    }

    /// A part of `base` from `offset + i * stride`.
    fn part(&mut self, e: &Expr, base: &Expr, offset: usize, stride: usize) {
        self.expr(base);
        if !matches!(&*base.node, Node::Signal { .. }) {
            // A slice that sticks out of a slice stays nested, so that it ends here too.
            let message = match &*base.node {
                Node::Slice { .. } | Node::Affine { .. } | Node::Literal { .. } => {
                    format!(
                        "{} bits from bit {offset} of a slice of {}",
                        e.width, base.width
                    )
                }
                _ => "only a signal can be sliced: name the expression first".to_string(),
            };
            let sticks_out = message.contains("of a slice of");
            let code = if sticks_out {
                Code::OutOfRange
            } else {
                Code::NotASignal
            };
            self.add(code, message);
            return;
        }
        if e.width == 0 {
            self.add(
                Code::BadDeclaration,
                format!("a slice of {} without bits", base.name()),
            );
        }
        let last = self
            .count
            .map_or(0, |count| count.saturating_sub(1))
            .saturating_mul(stride);
        let end = last.saturating_add(offset).saturating_add(e.width);
        if end > base.width {
            let message = format!(
                "bits up to {} of {}, which has {}",
                end.saturating_sub(1),
                base.name(),
                base.width
            );
            self.add(Code::OutOfRange, message);
        }
    }
}
