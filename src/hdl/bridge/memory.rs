// SPDX-License-Identifier: MIT OR Apache-2.0
//! The memory primitive in rust-hdl's simulator.

use super::atom::SignalAtom;
use crate::hdl::module::Module;
use crate::hdl::primitives::RAM;
use crate::hdl::value::Value;
use std::collections::BTreeMap;

/// The words of a memory that have been written; others read as zero.
pub(super) struct Memory(BTreeMap<usize, Value>);

/// The ports of the primitive, in the order of their declaration; the clock is the first.
mod port {
    pub const WRITE: usize = 1;
    pub const WRITE_ADDRESS: usize = 2;
    pub const WRITE_DATA: usize = 3;
    pub const READ: usize = 4;
    pub const READ_ADDRESS: usize = 5;
    pub const READ_DATA: usize = 6;
}

impl Memory {
    /// Whether a module is the memory primitive.
    pub fn is(module: &Module) -> bool {
        module.name() == RAM
    }

    /// The memory of a module, if it is one.
    pub fn of(module: &Module) -> Option<Memory> {
        Memory::is(module).then(|| Memory(BTreeMap::new()))
    }

    /// A rising edge of the clock. A word that is read while it is written reads as it was.
    pub fn clock(&mut self, signals: &mut [SignalAtom]) {
        let value = |port: usize| signals[port].value.clone();
        let (write, read) = (value(port::WRITE).bit(0), value(port::READ).bit(0));
        let write_at = value(port::WRITE_ADDRESS).to_usize();
        let written = value(port::WRITE_DATA);
        let read_at = value(port::READ_ADDRESS).to_usize();
        if read {
            let empty = Value::zero(written.width());
            signals[port::READ_DATA].next = self.0.get(&read_at).cloned().unwrap_or(empty);
        }
        if write {
            self.0.insert(write_at, written);
        }
    }
}
