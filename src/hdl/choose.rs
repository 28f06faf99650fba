// SPDX-License-Identifier: MIT OR Apache-2.0
//! Multiplexers and generate loops: the statements that choose and repeat.

use super::builder::ModuleBuilder;
use super::expr::{Expr, Sig};
use super::module::Item;
use super::value::Value;

/// A priority multiplexer under construction; [`otherwise`](Select::otherwise) completes it.
#[must_use = "a multiplexer is complete only with `otherwise`"]
pub struct Select<'m> {
    builder: &'m mut ModuleBuilder,
    target: Sig,
    arms: Vec<(Expr, Expr)>,
}

/// A multiplexer by value under construction; [`otherwise`](Case::otherwise) completes it.
#[must_use = "a multiplexer is complete only with `otherwise`"]
pub struct Case<'m> {
    builder: &'m mut ModuleBuilder,
    target: Sig,
    selector: Expr,
    arms: Vec<(Value, Expr)>,
    too_wide: Vec<u128>,
}

/// The body of a generate loop; its signals are sliced with [`Expr::affine`].
pub struct LoopBody {
    body: Vec<(Expr, Expr)>,
}

impl ModuleBuilder {
    /// Drives `target` with the value of the first condition that holds:
    /// `m.select(&t).when(&c, &a).otherwise(&b)`.
    pub fn select(&mut self, target: &Sig) -> Select<'_> {
        Select {
            builder: self,
            target: target.clone(),
            arms: Vec::new(),
        }
    }

    /// Drives `target` by the value of `selector`:
    /// `m.case(&t, &s).arm(0, &a).arm(1, &b).otherwise(&c)`.
    pub fn case(&mut self, target: &Sig, selector: &Expr) -> Case<'_> {
        Case {
            builder: self,
            target: target.clone(),
            selector: selector.clone(),
            arms: Vec::new(),
            too_wide: Vec::new(),
        }
    }

    /// Assignments repeated `count` times as one generate loop labelled `label`.
    pub fn for_each(&mut self, label: &str, count: usize, body: impl FnOnce(&mut LoopBody)) {
        let mut inner = LoopBody { body: Vec::new() };
        body(&mut inner);
        self.push(Item::ForEach {
            label: label.to_string(),
            count,
            body: inner.body,
        });
    }
}

impl Select<'_> {
    /// `value` if the single bit `condition` is one and no earlier condition was.
    pub fn when(mut self, condition: &Expr, value: &Expr) -> Self {
        self.arms.push((condition.clone(), value.clone()));
        self
    }

    /// The value if no condition holds.
    pub fn otherwise(self, value: &Expr) {
        let item = match self.arms.is_empty() {
            true => Item::Assign {
                target: self.target,
                value: value.clone(),
            },
            false => Item::Select {
                target: self.target,
                arms: self.arms,
                default: value.clone(),
            },
        };
        self.builder.push(item);
    }
}

impl Case<'_> {
    /// `value` if the selector equals `key`.
    pub fn arm(mut self, key: u128, value: &Expr) -> Self {
        let width = self.selector.width();
        if width < 128 && key >> width != 0 {
            self.too_wide.push(key);
        }
        self.arms.push((Value::new(key, width), value.clone()));
        self
    }

    /// The value for all other values of the selector.
    pub fn otherwise(self, value: &Expr) {
        for key in self.too_wide {
            let message = format!("{key} does not fit the {} bits here", self.selector.width());
            self.builder
                .error(super::Code::LiteralTooWide, self.target.name(), message);
        }
        let item = match self.arms.is_empty() {
            true => Item::Assign {
                target: self.target,
                value: value.clone(),
            },
            false => Item::Case {
                target: self.target,
                selector: self.selector,
                arms: self.arms,
                default: value.clone(),
            },
        };
        self.builder.push(item);
    }
}

impl LoopBody {
    /// Drives an affine slice in each iteration.
    pub fn assign(&mut self, target: &Sig, value: &Expr) {
        self.body.push((target.clone(), value.clone()));
    }
}
