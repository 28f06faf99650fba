// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rust's operators on expressions, in all four combinations of owned and borrowed operands.

use super::expr::{BinaryOp, Expr, UnaryOp};
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Not, Sub};

macro_rules! binary {
    ($trait:ident, $method:ident, $op:expr) => {
        impl $trait<&Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                Expr::binary($op, self, other)
            }
        }
        impl $trait<Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                Expr::binary($op, self, &other)
            }
        }
        impl $trait<&Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                Expr::binary($op, &self, other)
            }
        }
        impl $trait<Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                Expr::binary($op, &self, &other)
            }
        }
    };
}

binary!(BitAnd, bitand, BinaryOp::And);
binary!(BitOr, bitor, BinaryOp::Or);
binary!(BitXor, bitxor, BinaryOp::Xor);
binary!(Add, add, BinaryOp::Add);
binary!(Sub, sub, BinaryOp::Sub);
binary!(Mul, mul, BinaryOp::Mul);

macro_rules! unary {
    ($trait:ident, $method:ident, $op:expr) => {
        impl $trait for &Expr {
            type Output = Expr;
            fn $method(self) -> Expr {
                Expr::unary($op, self)
            }
        }
        impl $trait for Expr {
            type Output = Expr;
            fn $method(self) -> Expr {
                Expr::unary($op, &self)
            }
        }
    };
}

unary!(Not, not, UnaryOp::Not);
unary!(Neg, neg, UnaryOp::Neg);
