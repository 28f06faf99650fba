// SPDX-License-Identifier: MIT OR Apache-2.0
//! The meaning of expressions, on values.

use super::atom::SignalAtom;
use crate::hdl::expr::{BinaryOp, Expr, Node, UnaryOp};
use crate::hdl::value::Value;

/// The value of an expression in iteration `i` of the loop around it, if there is one.
pub(crate) fn eval(e: &Expr, signals: &[SignalAtom], i: usize) -> Value {
    let part = |base: &Expr, lo: usize| match &*base.node {
        Node::Signal { index, .. } => signals[*index].value.slice(lo, e.width()),
        _ => eval(base, signals, i).slice(lo, e.width()),
    };
    match &*e.node {
        Node::Signal { index, .. } => signals[*index].value.clone(),
        Node::Slice { base, lo } => part(base, *lo),
        Node::Affine {
            base,
            stride,
            offset,
        } => part(base, offset + i * stride),
        Node::DynSlice { base, offset } => part(base, eval(offset, signals, i).to_usize()),
        Node::Literal { value, .. } => value.clone(),
        Node::Extend {
            operand,
            signed: false,
        } => eval(operand, signals, i).resize(e.width()),
        Node::Extend {
            operand,
            signed: true,
        } => eval(operand, signals, i).sign_extend(e.width()),
        Node::Unary(op, a) => {
            let a = eval(a, signals, i);
            match op {
                UnaryOp::Not => a.invert(),
                UnaryOp::Neg => Value::zero(a.width()).sub(&a),
                UnaryOp::ReduceAnd => bit(a.is_ones()),
                UnaryOp::ReduceOr => bit(!a.is_zero()),
                UnaryOp::ReduceXor => bit(a.count_ones() % 2 == 1),
            }
        }
        Node::Binary(op, a, b) => binary(*op, &eval(a, signals, i), &eval(b, signals, i)),
    }
}

fn bit(value: bool) -> Value {
    Value::new(u128::from(value), 1)
}

fn binary(op: BinaryOp, a: &Value, b: &Value) -> Value {
    match op {
        BinaryOp::And => a.and(b),
        BinaryOp::Or => a.or(b),
        BinaryOp::Xor => a.xor(b),
        BinaryOp::Add => a.add(b),
        BinaryOp::Sub => a.sub(b),
        BinaryOp::Mul => a.mul(b),
        BinaryOp::Eq => bit(a.compare(b).is_eq()),
        BinaryOp::Ne => bit(a.compare(b).is_ne()),
        BinaryOp::Lt => bit(a.compare(b).is_lt()),
        BinaryOp::Le => bit(a.compare(b).is_le()),
        BinaryOp::Gt => bit(a.compare(b).is_gt()),
        BinaryOp::Ge => bit(a.compare(b).is_ge()),
        BinaryOp::Shl => a.shl(b.to_usize()),
        BinaryOp::Shr => a.shr(b.to_usize()),
    }
}
