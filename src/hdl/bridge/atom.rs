// SPDX-License-Identifier: MIT OR Apache-2.0
//! A signal of run-time width as rust-hdl sees it: an `Atom`.

use crate::hdl::module::Dir;
use crate::hdl::value::Value;
use rust_hdl::core::prelude::*;

/// A signal whose width is a number and not a type parameter.
#[derive(Clone, Debug)]
pub struct SignalAtom {
    pub(crate) name: String,
    pub(crate) kind: AtomKind,
    pub(crate) value: Value,
    /// What `update_all` makes the value: rust-hdl's signals are double-buffered.
    pub(crate) next: Value,
    pub(crate) changed: bool,
    id: usize,
}

impl SignalAtom {
    /// A signal that holds zero.
    pub(crate) fn new(name: &str, dir: Dir, width: usize) -> Self {
        let kind = match dir {
            Dir::Input => AtomKind::InputParameter,
            Dir::Output => AtomKind::OutputParameter,
            Dir::Net => AtomKind::LocalSignal,
        };
        SignalAtom {
            name: name.to_string(),
            kind,
            value: Value::zero(width),
            next: Value::zero(width),
            changed: false,
            id: rust_hdl::core::signal::get_signal_id(),
        }
    }
}

impl Atom for SignalAtom {
    fn bits(&self) -> usize {
        self.value.width()
    }

    /// Always true: our own checks have found every open bit long before.
    fn connected(&self) -> bool {
        true
    }

    fn changed(&self) -> bool {
        self.changed
    }

    fn kind(&self) -> AtomKind {
        self.kind
    }

    fn descriptor(&self) -> TypeDescriptor {
        TypeDescriptor {
            name: format!("Bits::<{}>", self.bits()),
            kind: TypeKind::Bits(self.bits()),
        }
    }

    fn vcd(&self) -> VCDValue {
        if self.bits() == 1 {
            return self.value.bit(0).vcd();
        }
        let one_bit = |i: usize| match bits::<1>(u64::from(self.value.bit(i)) as LiteralType).vcd()
        {
            VCDValue::Single(bit) => vec![bit],
            VCDValue::Vector(bits) => bits,
            _ => Vec::new(),
        };
        VCDValue::Vector((0..self.bits()).rev().flat_map(one_bit).collect())
    }

    fn id(&self) -> usize {
        self.id
    }

    /// The low 128 bits: rust-hdl's literals have no run-time width.
    fn verilog(&self) -> VerilogLiteral {
        self.value.resize(128).to_u128().unwrap_or(0).into()
    }

    fn constraints(&self) -> Vec<PinConstraint> {
        Vec::new()
    }
}

impl Logic for SignalAtom {
    fn update(&mut self) {}
}

impl Block for SignalAtom {
    fn connect_all(&mut self) {}

    fn update_all(&mut self) {
        self.changed = self.value != self.next;
        if self.changed {
            self.value.clone_from(&self.next);
        }
    }

    fn has_changed(&self) -> bool {
        self.changed
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_atom(name, self);
    }
}
