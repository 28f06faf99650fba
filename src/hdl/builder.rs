// SPDX-License-Identifier: MIT OR Apache-2.0
//! The builder of modules: declarations and plain assignments.
//!
//! The builder never fails: mistakes are kept and reported by [`check`](super::check()), all
//! together and with their paths.

use super::diag::{Code, Diagnostic};
use super::expr::{Expr, Node, Sig};
use super::module::{Dir, Item, Kind, Module, SignalInfo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Builds one [`Module`].
///
/// ```
/// use hcim::hdl::{ModuleBuilder, emit};
///
/// let mut m = ModuleBuilder::new("demo_counter");
/// m.contract("Counts enabled cycles modulo 16. Latency: one cycle.");
/// m.group("Clock and reset");
/// let clk = m.input("clk_i", 1, "clock");
/// let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
/// m.group("Counter");
/// let en = m.input("en_i", 1, "count this cycle");
/// let count = m.output("count_o", 4, "the count");
/// let count_q = m.register("count_q", 4).clock(&clk).reset(&rst_n, 0).build();
/// m.next_if(&count_q, &en, &(&count_q + hcim::hdl::lit(1, 4)));
/// m.assign(&count, &count_q);
/// let files = emit(&m.finish(), &|_| String::new()).expect("a clean module");
/// assert!(files["demo_counter.v"].contains("always @(posedge clk_i or negedge rst_ni)"));
/// ```
pub struct ModuleBuilder {
    module: Module,
    group: Option<String>,
}

impl ModuleBuilder {
    /// Starts a module with its full name.
    pub fn new(name: &str) -> Self {
        Self::of_kind(name, Kind::Rtl)
    }

    /// Starts a module that is instantiated but whose file comes from elsewhere: ports only.
    pub fn blackbox(name: &str) -> Self {
        Self::of_kind(name, Kind::BlackBox)
    }

    pub(crate) fn of_kind(name: &str, kind: Kind) -> Self {
        let module = Module {
            name: name.into(),
            parameters: Vec::new(),
            contract: String::new(),
            localparams: Vec::new(),
            signals: Vec::new(),
            by_name: BTreeMap::new(),
            items: Vec::new(),
            kind,
            paths: Vec::new(),
            errors: Vec::new(),
        };
        ModuleBuilder {
            module,
            group: None,
        }
    }

    /// The paragraph printed above the module: what it does, latency, reset, handshake.
    pub fn contract(&mut self, text: &str) {
        self.module.contract = text.to_string();
    }

    /// A configuration value, printed in the header comment. (As a comment because a `localparam`
    /// that nothing reads is a lint warning.)
    pub fn localparam(&mut self, name: &str, value: impl std::fmt::Display) {
        self.module
            .localparams
            .push((name.to_string(), value.to_string()));
    }

    /// Heading for the ports that follow.
    pub fn group(&mut self, heading: &str) {
        self.group = Some(heading.to_string());
    }

    /// Declares an input port.
    pub fn input(&mut self, name: &str, width: usize, doc: &str) -> Sig {
        self.declare(name, width, Dir::Input, doc)
    }

    /// Declares an output port; it may be read inside the module as well.
    pub fn output(&mut self, name: &str, width: usize, doc: &str) -> Sig {
        self.declare(name, width, Dir::Output, doc)
    }

    /// Declares an internal signal.
    pub fn wire(&mut self, name: &str, width: usize) -> Sig {
        self.declare(name, width, Dir::Net, "")
    }

    pub(crate) fn declare(&mut self, name: &str, width: usize, dir: Dir, doc: &str) -> Sig {
        let group = if dir == Dir::Net {
            None
        } else {
            self.group.take()
        };
        let index = self.module.signals.len();
        let name: Arc<str> = name.into();
        if self.module.by_name.insert(name.clone(), index).is_some() {
            self.error(Code::NameCollision, &name, "this name is declared twice");
        }
        self.module.signals.push(SignalInfo {
            name: name.clone(),
            width,
            dir,
            doc: doc.to_string(),
            group,
            register: None,
        });
        Expr::new(
            Node::Signal {
                owner: self.module.name.clone(),
                index,
                name,
            },
            width,
        )
    }

    /// Drives a signal, or a slice of one, with an expression of the same width.
    pub fn assign(&mut self, target: &Sig, value: &Expr) {
        self.push(Item::Assign {
            target: target.clone(),
            value: value.clone(),
        });
    }

    /// Drives the bits of `target` from bit `lo` upwards.
    pub fn assign_slice(&mut self, target: &Sig, lo: usize, value: &Expr) {
        self.assign(&target.slice(lo, value.width()), value);
    }

    /// Drives `target` with the concatenation of `parts`, least significant first. The widths must
    /// add up to the target's.
    pub fn concat(&mut self, target: &Sig, parts: &[Expr]) {
        let mut lo = 0;
        for part in parts {
            self.assign_slice(target, lo, part);
            lo = lo.saturating_add(part.width());
        }
    }

    /// A wire with a value: declaration and assignment in one.
    pub fn wire_of(&mut self, name: &str, value: &Expr) -> Sig {
        let wire = self.wire(name, value.width());
        self.assign(&wire, value);
        wire
    }

    /// Says that a signal (or a slice of one) is meant to have no reader.
    ///
    /// Declares a wire whose name begins with `unused_`, which linters know to leave alone.
    pub fn unused(&mut self, signal: &Sig) {
        let suffix = match self.module.place(signal) {
            Some(place) if matches!(&*signal.node, Node::Slice { .. }) => {
                format!(
                    "_{}_{}",
                    place.start.saturating_add(place.width.saturating_sub(1)),
                    place.start
                )
            }
            _ => String::new(),
        };
        let name = format!("unused_{}{suffix}", signal.name());
        self.wire_of(&name, signal);
    }

    /// A comment line before the next statement.
    pub fn comment(&mut self, text: &str) {
        self.push(Item::Comment(text.to_string()));
    }

    /// For black boxes: says that `output` follows `input` without a clock, so that the search for
    /// combinational loops passes through.
    pub fn path(&mut self, input: &str, output: &str) {
        match (
            self.module.port_index(input),
            self.module.port_index(output),
        ) {
            (Some(i), Some(o)) => self.module.paths.push((o, i)),
            _ => self.error(Code::BadConnection, input, "no such pair of ports"),
        }
    }

    /// The name of the module under construction.
    pub fn name(&self) -> &str {
        &self.module.name
    }

    /// Finishes the module. Mistakes are reported by [`check`](super::check()) and by
    /// [`emit`](super::emit()).
    pub fn finish(self) -> Arc<Module> {
        Arc::new(self.module)
    }

    pub(crate) fn push(&mut self, item: Item) {
        self.module.items.push(item);
    }

    pub(crate) fn module_mut(&mut self) -> &mut Module {
        &mut self.module
    }

    pub(crate) fn error(&mut self, code: Code, path: &str, message: impl Into<String>) {
        self.module
            .errors
            .push(Diagnostic::new(code, path, message));
    }
}
