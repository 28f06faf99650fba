// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registers, latches and clock gates.

use super::builder::ModuleBuilder;
use super::diag::Code;
use super::expr::{Expr, Node, Sig};
use super::module::{Item, Module, RegisterInfo};
use super::primitives;
use super::value::Value;
use std::sync::Arc;

/// A register under construction; [`build`](Register::build) completes it.
#[must_use = "a register is declared only by `build`"]
pub struct Register<'m> {
    builder: &'m mut ModuleBuilder,
    name: String,
    width: usize,
    clock: Option<Expr>,
    reset: Option<(Expr, Value)>,
    problem: Option<String>,
}

impl ModuleBuilder {
    /// Declares a register:
    /// `m.register("state_q", 3).clock(&clk).reset(&rst_n, 0).build()`.
    ///
    /// Without `reset` it is storage that holds nothing defined until it is written. What it
    /// loads is said once, by [`next`](Self::next) or [`next_if`](Self::next_if).
    pub fn register(&mut self, name: &str, width: usize) -> Register<'_> {
        Register {
            builder: self,
            name: name.to_string(),
            width,
            clock: None,
            reset: None,
            problem: None,
        }
    }

    /// The register loads `next` at every clock edge.
    pub fn next(&mut self, register: &Sig, next: &Expr) {
        self.drive_register(register, None, next);
    }

    /// The register loads `next` at the clock edges at which the single bit `enable` is one.
    pub fn next_if(&mut self, register: &Sig, enable: &Expr, next: &Expr) {
        self.drive_register(register, Some(enable.clone()), next);
    }

    fn drive_register(&mut self, register: &Sig, enable: Option<Expr>, next: &Expr) {
        let module = self.module_mut();
        let q = match &*register.node {
            Node::Signal { owner, index, .. } if module.owns(owner) => Some(*index),
            _ => None,
        };
        match q.filter(|q| module.signals[*q].register.is_some()) {
            Some(q) => self.push(Item::Register {
                q,
                enable,
                next: next.clone(),
            }),
            None => self.error(
                Code::BadRegister,
                register.name(),
                "only a whole register of this module has a next value",
            ),
        }
    }

    /// A latch, transparent while `enable` is one: declares the wire `name` and an instance
    /// `u_<name>` of the latch primitive.
    pub fn latch(&mut self, name: &str, width: usize, enable: &Expr, d: &Expr) -> Sig {
        self.latch_of(
            &primitives::latch(width),
            (name, width),
            ("en_i", enable),
            d,
        )
    }

    /// A latch, transparent while `hold` is zero: declares the wire `name` and an instance
    /// `u_<name>` of the latch primitive that opens low.
    pub fn latch_low(&mut self, name: &str, width: usize, hold: &Expr, d: &Expr) -> Sig {
        self.latch_of(
            &primitives::latch_low(width),
            (name, width),
            ("en_ni", hold),
            d,
        )
    }

    fn latch_of(
        &mut self,
        primitive: &Arc<Module>,
        (name, width): (&str, usize),
        (port, enable): (&str, &Expr),
        d: &Expr,
    ) -> Sig {
        let q = self.wire(name, width);
        self.instance(&format!("u_{name}"), primitive)
            .connect(port, enable)
            .connect("d_i", d)
            .output("q_o", &q)
            .done();
        q
    }

    /// A clock gate: an instance `name` of the clock-gate primitive and a wire for its clock,
    /// named after the instance (`u_row_gate` gives `row_gate_clk`).
    pub fn clock_gate(&mut self, name: &str, clock: &Expr, enable: &Expr, test: &Expr) -> Sig {
        let stem = name.strip_prefix("u_").unwrap_or(name);
        let gated = self.wire(&format!("{stem}_clk"), 1);
        self.instance(name, &primitives::clock_gate())
            .connect("clk_i", clock)
            .connect("en_i", enable)
            .connect("test_en_i", test)
            .output("clk_o", &gated)
            .done();
        gated
    }
}

impl Register<'_> {
    /// The clock; its rising edge loads.
    pub fn clock(mut self, clock: &Sig) -> Self {
        self.clock = Some(clock.clone());
        self
    }

    /// Asynchronous reset, active low, and the value that it loads.
    pub fn reset(self, reset_n: &Sig, value: u128) -> Self {
        let width = self.width;
        let mut this = self.reset_value(reset_n, &Value::new(value, width));
        if width < 128 && value >> width != 0 {
            this.problem = Some(format!("the reset value {value} does not fit {width} bits"));
        }
        this
    }

    /// Asynchronous reset, active low, to a value that may be wider than 128 bits.
    pub fn reset_value(mut self, reset_n: &Sig, value: &Value) -> Self {
        self.reset = Some((reset_n.clone(), value.clone()));
        self
    }

    /// Declares the register and gives its output.
    pub fn build(self) -> Sig {
        let q = self.builder.wire(&self.name, self.width);
        if let Some(message) = self.problem {
            self.builder
                .error(Code::LiteralTooWide, &self.name, message);
        }
        if let Some(signal) = self.builder.module_mut().signals.last_mut() {
            signal.register = Some(RegisterInfo {
                clock: self.clock,
                reset: self.reset,
            });
        }
        q
    }
}
