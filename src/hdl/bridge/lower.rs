// SPDX-License-Identifier: MIT OR Apache-2.0
//! From our items to rust-hdl's syntax tree.
//!
//! The tree has neither concatenation nor conditional expressions, so its own forms stand for
//! them: slice assignments, `If` and `Match` statements, `Cast` for extension. Children are joined
//! in rust-hdl's way too, by assignments from and to names like `u_child$port`.

use crate::hdl::expr::{BinaryOp, Expr, Node, UnaryOp, index_width};
use crate::hdl::module::{Connection, Dir, Instance, Item, Module};
use crate::hdl::value::Value;
use rust_hdl::core::ast::*;

/// Name of the generate variable in the printed text.
pub(crate) const GENVAR: &str = "i";

fn boxed(e: VerilogExpression) -> Box<VerilogExpression> {
    Box::new(e)
}

fn number(n: usize) -> VerilogExpression {
    VerilogExpression::Literal(n.into())
}

/// Lowers the items of a module, seen from inside.
pub(crate) fn module(module: &Module) -> VerilogBlock {
    module
        .items
        .iter()
        .map(|item| statement(module, item))
        .collect()
}

fn statement(module: &Module, item: &Item) -> VerilogStatement {
    let lower = Lower { label: "" };
    match item {
        Item::Comment(text) => VerilogStatement::Comment(text.clone()),
        Item::Assign { target, value } => lower.assign(target, lower.expr(value)),
        Item::Select {
            target,
            arms,
            default,
        } => lower.select(target, arms, default),
        Item::Case {
            target,
            selector,
            arms,
            default,
        } => {
            let case = |condition: String, value: &Expr| VerilogCase {
                condition,
                block: vec![lower.assign(target, lower.expr(value))],
            };
            let mut cases: Vec<VerilogCase> = arms
                .iter()
                .map(|(key, value)| case(super::text::literal(key), value))
                .collect();
            cases.push(case("default".into(), default));
            VerilogStatement::Match(VerilogMatch {
                test: lower.expr(selector),
                cases,
            })
        }
        Item::Register { q, enable, next } => {
            let name = &module.signals[*q].name;
            let port = |p: &str| VerilogExpression::Signal(format!("{name}${p}"));
            let mut links = Vec::new();
            if let Some(info) = &module.signals[*q].register {
                let reset = info.reset.as_ref().map(|(reset, _)| reset);
                for (p, e) in [("clk", info.clock.as_ref()), ("rst", reset)] {
                    links.extend(e.map(|e| VerilogStatement::Assignment(port(p), lower.expr(e))));
                }
            }
            links.extend(
                enable
                    .as_ref()
                    .map(|e| VerilogStatement::Assignment(port("en"), lower.expr(e))),
            );
            links.push(VerilogStatement::Assignment(port("d"), lower.expr(next)));
            let q = VerilogExpression::Signal(name.to_string());
            links.push(VerilogStatement::Assignment(q, port("q")));
            VerilogStatement::Macro(links)
        }
        Item::ForEach { label, count, body } => {
            let lower = Lower { label };
            let block = body
                .iter()
                .map(|(target, value)| lower.assign(target, lower.expr(value)));
            lower.repeat(*count, block.collect())
        }
        Item::Instance(instance) => match &instance.array {
            None => lower.instance(instance),
            Some((label, count)) => {
                let lower = Lower { label };
                lower.repeat(*count, vec![lower.instance(instance)])
            }
        },
    }
}

/// Lowers one expression outside any loop.
pub(crate) fn expression(e: &Expr) -> VerilogExpression {
    Lower { label: "" }.expr(e)
}

/// The name under which a child's scope and ports appear in the tree.
pub(crate) fn scope_name(instance: &Instance) -> String {
    match &instance.array {
        Some((label, _)) => format!("{label}${}", instance.name),
        None => instance.name.clone(),
    }
}

struct Lower<'a> {
    /// Label of the enclosing generate loop; it qualifies the loop index.
    label: &'a str,
}

impl Lower<'_> {
    fn index(&self) -> String {
        format!("{}${GENVAR}", self.label)
    }

    fn repeat(&self, count: usize, block: VerilogBlock) -> VerilogStatement {
        VerilogStatement::Loop(VerilogLoop {
            index: self.index(),
            from: 0usize.into(),
            to: count.into(),
            block,
        })
    }

    fn assign(&self, target: &Expr, value: VerilogExpression) -> VerilogStatement {
        match self.expr(target) {
            VerilogExpression::Slice(base, width, offset) => VerilogStatement::SliceAssignment {
                base: *base,
                width,
                offset: *offset,
                replacement: value,
            },
            whole => VerilogStatement::Assignment(whole, value),
        }
    }

    fn select(&self, target: &Expr, arms: &[(Expr, Expr)], default: &Expr) -> VerilogStatement {
        let value = |v: &Expr| vec![self.assign(target, self.expr(v))];
        let last = VerilogBlockOrConditional::Block(value(default));
        let chain = arms.iter().rev().fold(last, |otherwise, (test, v)| {
            VerilogBlockOrConditional::Conditional(Box::new(VerilogStatement::If(
                VerilogConditional {
                    test: self.expr(test),
                    then: value(v),
                    otherwise,
                },
            )))
        });
        match chain {
            VerilogBlockOrConditional::Conditional(first) => *first,
            // Without arms there is nothing to choose; the builder makes that an assignment.
            _ => self.assign(target, self.expr(default)),
        }
    }

    fn instance(&self, instance: &Instance) -> VerilogStatement {
        let scope = scope_name(instance);
        let link = |c: &Connection| {
            let port = &instance.child.signals[c.port];
            let inner = VerilogExpression::Signal(format!("{scope}${}", port.name));
            match port.dir {
                Dir::Output => self.assign(&c.expr, inner),
                _ => VerilogStatement::Assignment(inner, self.expr(&c.expr)),
            }
        };
        VerilogStatement::Macro(instance.connections.iter().map(link).collect())
    }

    fn affine(&self, stride: usize, offset: usize) -> VerilogExpression {
        let index = VerilogExpression::Signal(self.index());
        let scaled = match stride {
            0 => return number(offset),
            1 => index,
            _ => VerilogExpression::Binary(boxed(index), VerilogOp::Mul, boxed(number(stride))),
        };
        match offset {
            0 => scaled,
            _ => VerilogExpression::Binary(boxed(scaled), VerilogOp::Add, boxed(number(offset))),
        }
    }

    fn slice(&self, base: &Expr, width: usize, offset: VerilogExpression) -> VerilogExpression {
        let base_expr = self.expr(base);
        // A slice of everything is the signal itself; a one-bit signal has no range to slice.
        match base.width == width {
            true => base_expr,
            false => VerilogExpression::Slice(boxed(base_expr), width, boxed(offset)),
        }
    }

    fn expr(&self, e: &Expr) -> VerilogExpression {
        match &*e.node {
            Node::Signal { name, .. } => VerilogExpression::Signal(name.to_string()),
            Node::Slice { base, lo } => self.slice(base, e.width, number(*lo)),
            Node::Affine {
                base,
                stride,
                offset,
            } => self.slice(base, e.width, self.affine(*stride, *offset)),
            Node::DynSlice { base, offset } => {
                // Lint wants exactly the bits that index the signal.
                let offset = self.expr(&offset.zext(index_width(base.width).max(offset.width)));
                self.slice(base, e.width, offset)
            }
            Node::Literal { value, .. } => literal(value),
            Node::Unary(op, a) => VerilogExpression::Unary(unary(*op), boxed(self.expr(a))),
            Node::Binary(op, a, b) => {
                VerilogExpression::Binary(boxed(self.expr(a)), binary(*op), boxed(self.expr(b)))
            }
            Node::Extend { operand, signed } => {
                let inner = self.expr(operand);
                let inner = match signed {
                    true => VerilogExpression::Signed(boxed(inner)),
                    false => inner,
                };
                VerilogExpression::Cast(boxed(inner), e.width)
            }
        }
    }
}

/// A literal of run-time width is a cast. rust-hdl's own literals end at 128 bits of run-time
/// value; beyond that the text of the number stands where a name would.
fn literal(value: &Value) -> VerilogExpression {
    match value.to_u128() {
        Some(v) => {
            VerilogExpression::Cast(boxed(VerilogExpression::Literal(v.into())), value.width())
        }
        None if value.is_ones() => {
            let bit = VerilogExpression::Literal(true.into());
            let bit = VerilogExpression::Cast(boxed(bit), 1);
            VerilogExpression::Cast(boxed(VerilogExpression::Signed(boxed(bit))), value.width())
        }
        None => VerilogExpression::Signal(super::text::literal(value)),
    }
}

fn unary(op: UnaryOp) -> VerilogOpUnary {
    match op {
        UnaryOp::Not => VerilogOpUnary::Not,
        UnaryOp::Neg => VerilogOpUnary::Neg,
        UnaryOp::ReduceAnd => VerilogOpUnary::All,
        UnaryOp::ReduceOr => VerilogOpUnary::Any,
        UnaryOp::ReduceXor => VerilogOpUnary::Xor,
    }
}

fn binary(op: BinaryOp) -> VerilogOp {
    match op {
        BinaryOp::And => VerilogOp::BitAnd,
        BinaryOp::Or => VerilogOp::BitOr,
        BinaryOp::Xor => VerilogOp::BitXor,
        BinaryOp::Add => VerilogOp::Add,
        BinaryOp::Sub => VerilogOp::Sub,
        BinaryOp::Mul => VerilogOp::Mul,
        BinaryOp::Eq => VerilogOp::Eq,
        BinaryOp::Ne => VerilogOp::Ne,
        BinaryOp::Lt => VerilogOp::Lt,
        BinaryOp::Le => VerilogOp::Le,
        BinaryOp::Gt => VerilogOp::Gt,
        BinaryOp::Ge => VerilogOp::Ge,
        BinaryOp::Shl => VerilogOp::Shl,
        BinaryOp::Shr => VerilogOp::Shr,
    }
}
