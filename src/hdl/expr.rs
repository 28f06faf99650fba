// SPDX-License-Identifier: MIT OR Apache-2.0
//! Typed expressions: every expression knows its width when it is built.
//!
//! Nothing here panics or fails. A wrong width, a slice that sticks out, a slice of something that
//! Verilog cannot slice: all of it is kept in the tree and reported by [`check`](super::check()),
//! where the path of the signal is known.

use super::value::Value;
use std::sync::Arc;

/// An expression; a signal is an expression too, and cloning is cheap.
#[derive(Clone, Debug)]
pub struct Expr {
    pub(crate) node: Arc<Node>,
    pub(crate) width: usize,
}

/// A signal (port, wire, register). The same type as [`Expr`]: where a signal is driven, the
/// elaboration check demands that the expression is a signal or a slice of one.
pub type Sig = Expr;

#[derive(Debug)]
pub(crate) enum Node {
    Signal {
        owner: Arc<str>,
        index: usize,
        name: Arc<str>,
    },
    Slice {
        base: Expr,
        lo: usize,
    },
    DynSlice {
        base: Expr,
        offset: Expr,
    },
    Affine {
        base: Expr,
        stride: usize,
        offset: usize,
    },
    Literal {
        value: Value,
        fits: bool,
    },
    Unary(UnaryOp, Expr),
    Binary(BinaryOp, Expr, Expr),
    Extend {
        operand: Expr,
        signed: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Not,
    Neg,
    ReduceAnd,
    ReduceOr,
    ReduceXor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    And,
    Or,
    Xor,
    Add,
    Sub,
    Mul,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Shl,
    Shr,
}

impl BinaryOp {
    pub(crate) fn is_compare(self) -> bool {
        use BinaryOp::*;
        matches!(self, Eq | Ne | Lt | Le | Gt | Ge)
    }

    pub(crate) fn is_shift(self) -> bool {
        matches!(self, BinaryOp::Shl | BinaryOp::Shr)
    }
}

/// A literal of `width` bits. A value that does not fit is reported by the check.
pub fn lit(value: u128, width: usize) -> Expr {
    let fits = width >= 128 || value >> width == 0;
    Expr::new(
        Node::Literal {
            value: Value::new(value, width),
            fits,
        },
        width,
    )
}

/// A literal from a [`Value`], for constants beyond 128 bits.
pub fn lit_value(value: &Value) -> Expr {
    Expr::new(
        Node::Literal {
            value: value.clone(),
            fits: true,
        },
        value.width(),
    )
}

/// `width` zero bits.
pub fn zeros(width: usize) -> Expr {
    lit_value(&Value::zero(width))
}

/// `width` one bits.
pub fn ones(width: usize) -> Expr {
    lit_value(&Value::ones(width))
}

/// The number of bits that can count `0 .. n` exclusive, at least 1 (an index into `n` things).
pub fn index_width(n: usize) -> usize {
    (usize::BITS - n.saturating_sub(1).leading_zeros()).max(1) as usize
}

/// The number of bits that hold the number `n` itself, at least 1.
pub fn value_width(n: u128) -> usize {
    (u128::BITS - n.leading_zeros()).max(1) as usize
}

impl Expr {
    pub(crate) fn new(node: Node, width: usize) -> Self {
        Expr {
            node: Arc::new(node),
            width,
        }
    }

    pub(crate) fn binary(op: BinaryOp, a: &Expr, b: &Expr) -> Expr {
        let width = if op.is_compare() { 1 } else { a.width };
        Expr::new(Node::Binary(op, a.clone(), b.clone()), width)
    }

    pub(crate) fn unary(op: UnaryOp, a: &Expr) -> Expr {
        let width = if matches!(op, UnaryOp::Not | UnaryOp::Neg) {
            a.width
        } else {
            1
        };
        Expr::new(Node::Unary(op, a.clone()), width)
    }

    /// Width in bits.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The name of the signal, or of the signal that a slice is taken from; empty otherwise.
    pub fn name(&self) -> &str {
        match &*self.node {
            Node::Signal { name, .. } => name,
            Node::Slice { base, .. } | Node::DynSlice { base, .. } | Node::Affine { base, .. } => {
                base.name()
            }
            _ => "",
        }
    }

    /// Equal (1 bit). Operands must have equal widths, as for all binary operators.
    pub fn eq(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Eq, self, other)
    }

    /// Equal to a constant (1 bit).
    pub fn eq_lit(&self, value: u128) -> Expr {
        self.eq(&lit(value, self.width))
    }

    /// Not equal (1 bit).
    pub fn ne(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Ne, self, other)
    }

    /// Unsigned less than (1 bit).
    pub fn lt(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Lt, self, other)
    }

    /// Unsigned less than or equal (1 bit).
    pub fn le(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Le, self, other)
    }

    /// Unsigned greater than (1 bit).
    pub fn gt(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Gt, self, other)
    }

    /// Unsigned greater than or equal (1 bit).
    pub fn ge(&self, other: &Expr) -> Expr {
        Expr::binary(BinaryOp::Ge, self, other)
    }

    /// Logical shift left by an expression of any width; the result keeps this width.
    pub fn shl(&self, amount: &Expr) -> Expr {
        Expr::binary(BinaryOp::Shl, self, amount)
    }

    /// Logical shift right by an expression of any width; the result keeps this width.
    pub fn shr(&self, amount: &Expr) -> Expr {
        Expr::binary(BinaryOp::Shr, self, amount)
    }

    /// Logical shift left by a constant.
    pub fn shl_by(&self, amount: usize) -> Expr {
        if amount == 0 {
            self.clone()
        } else if amount >= self.width {
            zeros(self.width)
        } else {
            self.shl(&amount_lit(amount))
        }
    }

    /// Logical shift right by a constant.
    pub fn shr_by(&self, amount: usize) -> Expr {
        if amount == 0 {
            self.clone()
        } else if amount >= self.width {
            zeros(self.width)
        } else {
            self.shr(&amount_lit(amount))
        }
    }

    /// Sum with its carry: both operands are extended by one bit first.
    pub fn add_carry(&self, other: &Expr) -> Expr {
        let width = self.width.max(other.width) + 1;
        Expr::binary(BinaryOp::Add, &self.zext(width), &other.zext(width))
    }

    /// And of all bits (1 bit).
    pub fn reduce_and(&self) -> Expr {
        Expr::unary(UnaryOp::ReduceAnd, self)
    }

    /// Or of all bits (1 bit).
    pub fn reduce_or(&self) -> Expr {
        Expr::unary(UnaryOp::ReduceOr, self)
    }

    /// Exclusive or of all bits (1 bit): the parity.
    pub fn reduce_xor(&self) -> Expr {
        Expr::unary(UnaryOp::ReduceXor, self)
    }

    /// Bit `index` of a signal.
    pub fn bit(&self, index: usize) -> Expr {
        self.slice(index, 1)
    }

    /// The most significant bit of a signal.
    pub fn msb(&self) -> Expr {
        self.bit(self.width.saturating_sub(1))
    }

    /// `width` bits of a signal from bit `lo` upwards.
    pub fn slice(&self, lo: usize, width: usize) -> Expr {
        if lo == 0 && width == self.width {
            return self.clone();
        }
        // Slices of slices are folded so that Verilog sees one part select; what sticks out is
        // left unfolded for the check to report.
        let inside = lo.checked_add(width).is_some_and(|end| end <= self.width);
        match &*self.node {
            Node::Slice { base, lo: below } if inside => {
                base.slice(below.saturating_add(lo), width)
            }
            Node::Affine {
                base,
                stride,
                offset,
            } if inside => base.affine(*stride, offset.saturating_add(lo), width),
            Node::Literal { value, fits } if inside => Expr::new(
                Node::Literal {
                    value: value.slice(lo, width),
                    fits: *fits,
                },
                width,
            ),
            _ => Expr::new(
                Node::Slice {
                    base: self.clone(),
                    lo,
                },
                width,
            ),
        }
    }

    /// `width` bits of a signal from a computed bit upwards: `x[offset +: width]`.
    ///
    /// The offset needs at most the bits that index the signal; a narrower one is extended.
    pub fn dyn_slice(&self, offset: &Expr, width: usize) -> Expr {
        Expr::new(
            Node::DynSlice {
                base: self.clone(),
                offset: offset.clone(),
            },
            width,
        )
    }

    /// The bit of a signal that a computed index selects.
    pub fn dyn_bit(&self, index: &Expr) -> Expr {
        self.dyn_slice(index, 1)
    }

    /// Inside `for_each`: `width` bits from bit `i * stride + offset` upwards, `i` being the loop
    /// index.
    pub fn affine(&self, stride: usize, offset: usize, width: usize) -> Expr {
        Expr::new(
            Node::Affine {
                base: self.clone(),
                stride,
                offset,
            },
            width,
        )
    }

    /// Zero-extended to `width`.
    pub fn zext(&self, width: usize) -> Expr {
        self.extend(width, false)
    }

    /// Sign-extended to `width`; only signals and their slices can be sign-extended.
    pub fn sext(&self, width: usize) -> Expr {
        self.extend(width, true)
    }

    fn extend(&self, width: usize, signed: bool) -> Expr {
        match &*self.node {
            _ if width == self.width => self.clone(),
            Node::Literal { value, fits } if width > self.width => {
                let value = if signed {
                    value.sign_extend(width)
                } else {
                    value.resize(width)
                };
                Expr::new(Node::Literal { value, fits: *fits }, width)
            }
            _ => Expr::new(
                Node::Extend {
                    operand: self.clone(),
                    signed,
                },
                width,
            ),
        }
    }

    /// A single bit, `times` times over.
    pub fn repeat(&self, times: usize) -> Expr {
        if self.width == 1 {
            return self.sext(times);
        }
        // Kept as an extension whose operand is too wide: the check explains.
        Expr::new(
            Node::Extend {
                operand: self.clone(),
                signed: true,
            },
            times,
        )
    }

    /// This value where the single bit `enable` is one, zero elsewhere.
    pub fn gated_by(&self, enable: &Expr) -> Expr {
        Expr::binary(BinaryOp::And, self, &enable.repeat(self.width))
    }

    /// The constant value, if this is a literal.
    pub fn as_literal(&self) -> Option<&Value> {
        match &*self.node {
            Node::Literal { value, .. } => Some(value),
            _ => None,
        }
    }
}

fn amount_lit(amount: usize) -> Expr {
    lit(amount as u128, value_width(amount as u128))
}
