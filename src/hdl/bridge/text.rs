// SPDX-License-Identifier: MIT OR Apache-2.0
//! Verilog text of expressions and of register blocks, from rust-hdl's syntax tree.
//!
//! Everything is parenthesised: Rust and Verilog disagree about precedence, and readers should
//! not have to remember either.

use super::lower;
use crate::hdl::module::{Item, Module};
use crate::hdl::value::Value;
use rust_hdl::core::ast::*;

/// A literal with its width: `8'd5`, `16'hffff`, `{1000{1'b0}}`.
pub(crate) fn literal(value: &Value) -> String {
    let width = value.width();
    match value.to_u128() {
        Some(v) if width == 1 => format!("1'b{v}"),
        Some(0) if width > 64 => format!("{{{width}{{1'b0}}}}"),
        Some(v) if v < 1000 && !(width >= 8 && value.is_ones()) => format!("{width}'d{v}"),
        _ if width > 64 && value.is_ones() => format!("{{{width}{{1'b1}}}}"),
        _ => format!("{width}'h{}", value.to_hex()),
    }
}

/// The value of one of rust-hdl's literals, which show it only as text.
fn literal_value(literal: &VerilogLiteral) -> u128 {
    let text = format!("{literal:x}");
    let digits = text.split_once("'h").map_or("0", |(_, digits)| digits);
    u128::from_str_radix(digits, 16).unwrap_or(0)
}

/// Prints expressions; asks `width_of` for the widths of signals.
pub(crate) struct Text<'a> {
    module: &'a Module,
}

impl<'a> Text<'a> {
    pub(crate) fn new(module: &'a Module) -> Self {
        Text { module }
    }

    fn signal_width(&self, name: &str) -> usize {
        self.module
            .by_name
            .get(name)
            .map_or(1, |i| self.module.signals[*i].width)
    }

    fn width(&self, e: &VerilogExpression) -> usize {
        use VerilogExpression as E;
        match e {
            E::Signal(name) => self.signal_width(name),
            E::Cast(_, width) | E::Slice(_, width, _) => *width,
            E::Index(..) => 1,
            E::Signed(e) | E::Unsigned(e) | E::Paren(e) => self.width(e),
            E::Unary(VerilogOpUnary::Not | VerilogOpUnary::Neg, e) => self.width(e),
            E::Unary(..) => 1,
            E::Binary(a, op, _) if operator(op).1 => self.width(a),
            E::Binary(..) | E::Literal(_) => 1,
            E::IndexReplace(a, _, _) => self.width(a),
        }
    }

    /// An expression that stands alone: no parentheses around the whole of it.
    pub(crate) fn alone(&self, e: &VerilogExpression) -> String {
        use VerilogExpression as E;
        match e {
            E::Binary(a, op, b) => {
                format!("{} {} {}", self.inner(a), operator(op).0, self.inner(b))
            }
            E::Unary(op, e) => {
                let op = match op {
                    VerilogOpUnary::Not => "~",
                    VerilogOpUnary::Neg => "-",
                    VerilogOpUnary::All => "&",
                    VerilogOpUnary::Any => "|",
                    VerilogOpUnary::Xor => "^",
                };
                format!("{op}{}", self.inner(e))
            }
            _ => self.inner(e),
        }
    }

    fn inner(&self, e: &VerilogExpression) -> String {
        use VerilogExpression as E;
        match e {
            // Loop indices are qualified by their loop.
            E::Signal(name) => name.rsplit('$').next().unwrap_or(name).to_string(),
            E::Literal(value) => literal_value(value).to_string(),
            E::Cast(inner, width) => self.cast(inner, *width),
            E::Signed(e) | E::Unsigned(e) | E::Paren(e) => self.inner(e),
            E::Binary(..) | E::Unary(..) => format!("({})", self.alone(e)),
            E::Slice(base, width, offset) => self.slice(base, *width, offset),
            E::Index(base, index) => format!("{}[{}]", self.inner(base), self.alone(index)),
            // Never made by our lowering; its meaning in rust-hdl is a replaced bit.
            E::IndexReplace(base, index, bit) => {
                let (base, index, bit) = (self.inner(base), self.inner(index), self.inner(bit));
                format!("(({base} & ~(1 << {index})) | ({bit} << {index}))")
            }
        }
    }

    fn slice(&self, base: &VerilogExpression, width: usize, offset: &VerilogExpression) -> String {
        let name = self.inner(base);
        match (offset, width) {
            (VerilogExpression::Literal(lo), 1) => format!("{name}[{}]", literal_value(lo)),
            (VerilogExpression::Literal(lo), _) => {
                let lo = literal_value(lo);
                format!("{name}[{}:{lo}]", lo + width as u128 - 1)
            }
            (_, 1) => format!("{name}[{}]", self.alone(offset)),
            _ => format!("{name}[{} +: {width}]", self.inner(offset)),
        }
    }

    fn cast(&self, inner: &VerilogExpression, width: usize) -> String {
        use VerilogExpression as E;
        match inner {
            E::Literal(value) => literal(&Value::new(literal_value(value), width)),
            E::Signed(e) if self.width(e) == 1 => format!("{{{width}{{{}}}}}", self.alone(e)),
            E::Signed(e) => {
                let more = width.saturating_sub(self.width(e));
                format!("{{{{{more}{{{}}}}}, {}}}", self.sign_bit(e), self.inner(e))
            }
            e => {
                let more = width.saturating_sub(self.width(e));
                format!("{{{}, {}}}", literal(&Value::zero(more)), self.alone(e))
            }
        }
    }

    fn sign_bit(&self, e: &VerilogExpression) -> String {
        let top = self.width(e).saturating_sub(1);
        match e {
            VerilogExpression::Slice(base, _, offset) => {
                let index = match &**offset {
                    VerilogExpression::Literal(lo) => (literal_value(lo) + top as u128).to_string(),
                    offset => format!("{} + {top}", self.inner(offset)),
                };
                format!("{}[{index}]", self.inner(base))
            }
            e => format!("{}[{top}]", self.inner(e)),
        }
    }
}

/// The operator's sign, and whether the result is as wide as its operands.
fn operator(op: &VerilogOp) -> (&'static str, bool) {
    match op {
        VerilogOp::Add => ("+", true),
        VerilogOp::Sub => ("-", true),
        VerilogOp::Mul => ("*", true),
        VerilogOp::BitXor => ("^", true),
        VerilogOp::BitAnd => ("&", true),
        VerilogOp::BitOr => ("|", true),
        VerilogOp::Shl => ("<<", true),
        VerilogOp::Shr => (">>", true),
        VerilogOp::LogicalAnd => ("&&", false),
        VerilogOp::LogicalOr => ("||", false),
        VerilogOp::Eq => ("==", false),
        VerilogOp::Ne => ("!=", false),
        VerilogOp::Lt => ("<", false),
        VerilogOp::Le => ("<=", false),
        VerilogOp::Gt => (">", false),
        VerilogOp::Ge => (">=", false),
    }
}

/// The always block of a register.
pub(crate) fn register(module: &Module, item: &Item) -> String {
    let Item::Register { q, enable, next } = item else {
        return String::new();
    };
    let Some(info) = &module.signals[*q].register else {
        return String::new();
    };
    let text = Text::new(module);
    let show = |e: &crate::hdl::Expr| text.alone(&lower::expression(e));
    let name = &module.signals[*q].name;
    let clock = info.clock.as_ref().map(&show).unwrap_or_default();
    let load = format!("{name} <= {};", show(next));
    let enable = enable.as_ref().map(&show);
    let Some((reset, value)) = &info.reset else {
        return match enable {
            None => format!("always @(posedge {clock}) begin\n  {load}\nend\n"),
            Some(en) => format!(
                "always @(posedge {clock}) begin\n  if ({en}) begin\n    {load}\n  end\nend\n"
            ),
        };
    };
    let reset = show(reset);
    let otherwise = enable.map_or("else".to_string(), |en| format!("else if ({en})"));
    format!(
        "always @(posedge {clock} or negedge {reset}) begin\n  if (!{reset}) begin\n    \
         {name} <= {};\n  end {otherwise} begin\n    {load}\n  end\nend\n",
        literal(value)
    )
}
