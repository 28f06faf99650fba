// SPDX-License-Identifier: MIT OR Apache-2.0
//! A module as rust-hdl sees it: a `Block` with `Logic`, walked by a `Probe`.
//!
//! This is the static view, for printing and for rust-hdl's structural tools; simulation has its
//! own ([`SimBlock`](super::SimBlock)).

use super::atom::SignalAtom;
use super::lower;
use super::text;
use crate::hdl::module::{Dir, Item, Kind, Module};
use rust_hdl::core::prelude::*;
use std::sync::Arc;

/// The marker that says "this scope is a register".
pub(crate) const REGISTER_MARKER: &str = "$register";

/// A module as a rust-hdl block.
pub struct ModuleBlock {
    module: Arc<Module>,
    atoms: Vec<SignalAtom>,
    children: Vec<(String, Child)>,
}

enum Child {
    Register(RegisterBlock),
    Module(ModuleBlock),
}

impl ModuleBlock {
    /// The whole hierarchy below a module.
    pub fn deep(module: &Arc<Module>) -> Self {
        Self::with_depth(module, usize::MAX)
    }

    /// A module and the ports of its children: all that printing needs.
    pub fn shallow(module: &Arc<Module>) -> Self {
        Self::with_depth(module, 1)
    }

    fn with_depth(module: &Arc<Module>, depth: usize) -> Self {
        let atoms = module
            .signals
            .iter()
            .filter(|s| depth > 0 || s.dir != Dir::Net)
            .map(|s| SignalAtom::new(&s.name, s.dir, s.width))
            .collect();
        let child = |item: &Item| match item {
            Item::Instance(instance) => {
                let block = ModuleBlock::with_depth(&instance.child, depth.saturating_sub(1));
                Some((lower::scope_name(instance), Child::Module(block)))
            }
            Item::Register { q, .. } => {
                let name = module.signals[*q].name.to_string();
                let body = text::register(module, item);
                Some((name, Child::Register(RegisterBlock { body })))
            }
            _ => None,
        };
        let children = match depth {
            0 => Vec::new(),
            _ => module.items.iter().filter_map(child).collect(),
        };
        ModuleBlock {
            module: module.clone(),
            atoms,
            children,
        }
    }

    /// The type as it stands in an instance: the name and, for a primitive, its parameters.
    fn marker(&self) -> String {
        let parameters: Vec<String> = self
            .module
            .parameters
            .iter()
            .map(|(name, v)| format!(".{name}({v})"))
            .collect();
        match parameters.is_empty() {
            true => self.module.name.to_string(),
            false => format!("{} #({})", self.module.name, parameters.join(", ")),
        }
    }
}

impl Logic for ModuleBlock {
    fn update(&mut self) {}

    fn hdl(&self) -> Verilog {
        match &self.module.kind {
            Kind::Rtl => Verilog::Combinatorial(lower::module(&self.module)),
            Kind::Leaf { body } => Verilog::Custom(body.clone()),
            Kind::BlackBox => Verilog::Blackbox(BlackBox {
                code: String::new(),
                name: self.module.name.to_string(),
            }),
        }
    }
}

impl Block for ModuleBlock {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {}

    fn has_changed(&self) -> bool {
        false
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        // rust-hdl has no place for a type name; an empty namespace carries it.
        let marker = self.marker();
        probe.visit_start_namespace(&marker, self);
        probe.visit_end_namespace(&marker, self);
        for atom in &self.atoms {
            atom.accept(&atom.name, probe);
        }
        for (name, child) in &self.children {
            match child {
                Child::Register(block) => block.accept(name, probe),
                Child::Module(block) => block.accept(name, probe),
            }
        }
        probe.visit_end_scope(name, self);
    }
}

/// A register: a leaf block whose text is the always block around it.
struct RegisterBlock {
    body: String,
}

impl Logic for RegisterBlock {
    fn update(&mut self) {}

    fn hdl(&self) -> Verilog {
        Verilog::Custom(self.body.clone())
    }
}

impl Block for RegisterBlock {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {}

    fn has_changed(&self) -> bool {
        false
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        probe.visit_start_namespace(REGISTER_MARKER, self);
        probe.visit_end_namespace(REGISTER_MARKER, self);
        probe.visit_end_scope(name, self);
    }
}
