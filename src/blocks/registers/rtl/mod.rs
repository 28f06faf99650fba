// SPDX-License-Identifier: MIT OR Apache-2.0
//! The register block as hardware: an AXI4-Lite slave, storage, and the hardware side.

mod bus;
mod events;
mod read;
mod storage;

use super::model::{Field, Refusal, Register, RegisterMap};
use super::parameters::RegisterParameters;
use crate::hdl::{Dir, Expr, Module, ModuleBuilder, Sig, zeros};
use std::collections::BTreeMap;
use std::sync::Arc;

const CONTRACT: &str = "AXI4-Lite slave that holds the registers of a tile. One write and one \
read may be under way at a time. A write takes effect in the cycle after its address and its \
data have both been accepted (in any order), and its response is valid from the next cycle on; \
outputs and pulses follow in that same cycle. A read samples in the cycle after its address has \
been accepted, and its data are valid from the next cycle on. VALID outputs stay, with a stable \
payload, until accepted. Refused accesses answer SLVERR and change nothing. readback_data_i is \
expected to show the word that readback_row_o and readback_word_o name within two cycles after \
they change, and within two cycles after busy_i falls. Reset is asynchronous, active low.";

/// Builds the module `<prefix>_registers` of a tile.
pub fn build(prefix: &str, parameters: &RegisterParameters) -> Arc<Module> {
    build_map(
        &format!("{prefix}_registers"),
        CONTRACT,
        &super::map(parameters),
    )
}

/// Builds the registers of a description as the module `name`.
pub fn build_map(name: &str, contract: &str, map: &RegisterMap) -> Arc<Module> {
    let mut rtl = Rtl::new(name, contract, map);
    let write = rtl.write_channels();
    let read = rtl.read_channels();
    let registers = rtl.storage(map, &write, &read);
    let events = rtl.events(map, &write, &registers);
    rtl.write_response(map, &write, &registers);
    rtl.read_data(map, &read, &registers, &events);
    let used = written_bits(map);
    if used < 32 {
        let unused = write.bits.slice(used, 32 - used);
        rtl.m.unused(&unused);
    }
    rtl.m.finish()
}

/// The module under construction and its ports.
struct Rtl {
    m: ModuleBuilder,
    ports: BTreeMap<String, Sig>,
}

/// The write that is carried out.
struct Write {
    /// High in the cycle of the write.
    valid: Sig,
    /// Word address.
    address: Sig,
    /// One for each bit of a strobed byte.
    mask: Sig,
    /// Data, zero in bytes that are not strobed.
    bits: Sig,
    /// Written in the cycle of the write: whether it is refused.
    error: Sig,
}

/// The read that is carried out.
struct Read {
    /// High in the cycle in which the data are sampled.
    valid: Sig,
    /// Word address.
    address: Sig,
    /// What is read, 32 bits.
    data: Sig,
    /// Whether the read is refused.
    error: Sig,
}

/// Bits of a written word that any register looks at, from bit 0 upwards.
fn written_bits(map: &RegisterMap) -> usize {
    let bits = map.present().filter(|register| register.writable());
    bits.map(|register| match register.refusal {
        Refusal::Above(_) => 32,
        _ => register
            .fields
            .last()
            .map_or(0, |field| field.msb() as usize + 1),
    })
    .max()
    .unwrap_or(0)
}

/// One register of an array, or a register that is none.
pub(crate) struct Instance<'r> {
    pub(crate) register: &'r Register,
    pub(crate) index: u32,
    /// Stem of its signals.
    pub(crate) stem: String,
}

impl Instance<'_> {
    fn word_address(&self) -> u128 {
        u128::from(self.register.address / 4 + self.index)
    }

    /// Name and address, for a comment.
    fn title(&self) -> String {
        let address = self.register.address + 4 * self.index;
        match self.register.array {
            true => format!("{}[{}] at {address:#05x}.", self.register.name, self.index),
            false => format!("{} at {address:#05x}.", self.register.name),
        }
    }

    /// Stem of a field's signals: that of the register where it is the only field.
    pub(crate) fn field_stem(&self, field: &Field) -> String {
        match field.name == self.register.name {
            true => self.stem.clone(),
            false => format!("{}_{}", self.stem, field.name.to_lowercase()),
        }
    }
}

/// The registers of the configuration one by one, arrays unrolled.
pub(crate) fn instances(map: &RegisterMap) -> Vec<Instance<'_>> {
    let each = |register: &'_ Register| {
        let lower = register.name.to_lowercase();
        let array = register.array;
        (0..register.count).map(move |index| {
            (
                index,
                if array {
                    format!("{lower}_{index}")
                } else {
                    lower.clone()
                },
            )
        })
    };
    map.present()
        .flat_map(|register| {
            each(register).map(move |(index, stem)| Instance {
                register,
                index,
                stem,
            })
        })
        .collect()
}

impl Rtl {
    fn new(name: &str, contract: &str, map: &RegisterMap) -> Self {
        let mut m = ModuleBuilder::new(name);
        m.contract(contract);
        m.localparam("REGISTERS", instances(map).len());
        m.localparam("DIGEST", format!("64'h{:016x}", map.parameters.digest));
        let mut ports = BTreeMap::new();
        for (heading, group) in map.ports() {
            m.group(heading);
            for port in group {
                let width = port.width as usize;
                let sig = match port.dir {
                    Dir::Output => m.output(&port.name, width, &port.doc),
                    _ => m.input(&port.name, width, &port.doc),
                };
                ports.insert(port.name, sig);
            }
        }
        Rtl { m, ports }
    }

    /// A port by its name. A port that the description does not have shows in the checks as an
    /// undriven or unknown signal rather than as a panic.
    fn port(&self, name: &str) -> Sig {
        self.ports.get(name).cloned().unwrap_or_else(|| zeros(1))
    }

    /// A register with the block's clock and reset.
    fn flop(&mut self, name: &str, width: usize, reset: u128) -> Sig {
        let (clk, rst_n) = (self.port("clk_i"), self.port("rst_ni"));
        self.m
            .register(name, width)
            .clock(&clk)
            .reset(&rst_n, reset)
            .build()
    }

    /// Storage with the block's clock and without reset.
    fn storage_flop(&mut self, name: &str, width: usize) -> Sig {
        let clk = self.port("clk_i");
        self.m.register(name, width).clock(&clk).build()
    }
}

/// Or of some bits; zero of none.
fn any(bits: impl IntoIterator<Item = Expr>) -> Expr {
    bits.into_iter()
        .reduce(|a, b| a | b)
        .unwrap_or_else(|| zeros(1))
}
