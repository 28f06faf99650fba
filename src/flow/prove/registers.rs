// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registers: the rules of AXI4-Lite, and what the register map promises of every field.
//!
//! The map is the specification here: addresses, fields, masks and ports as `doc/registers.md` shows them. How they are stored,
//! decoded and multiplexed is not looked at.

use std::sync::Arc;

use askama::Template;

use crate::blocks::registers::{
    Access, Field, Hardware, Instance, Refusal, Register, RegisterMap, instances, written_port,
};
use crate::config::Report;
use crate::hdl::Module;

use super::free::{Block, harness, obligation};
use super::obligation::Obligation;
use super::twin::Twin;

harness!(RegistersHarness, "prove/registers.sv", { map: Option<Map> });

/// The registers of a map, each in expressions of the harness.
struct Map {
    words: Vec<Word>,
    /// What keeps locked registers from being written.
    lock: String,
    /// When a read of the window is refused, if there is one.
    window_refused: Option<String>,
    /// Whether a locked register is hit.
    locked_hit: String,
    interrupt: String,
    all_written: Option<Written>,
}

/// A register by its address.
struct Word {
    /// `threshold_1`.
    name: String,
    /// Address in words.
    address: u32,
    reset: String,
    /// Bits that there are.
    mask: String,
    /// What is stored after the next edge, as an expression.
    next: Option<String>,
    /// What is read, 32 bits.
    read: String,
    read_refused: String,
    /// Why a write is refused; none where nothing can be written.
    write_refused: Option<String>,
    /// The register keeps a flag that says that it has been written.
    written: bool,
    /// Pulses: port and bit.
    pulses: Vec<(String, u32)>,
    /// Outputs and the expressions that they equal.
    outputs: Vec<(String, String)>,
    /// Registers of the block: name, width and the expression that they equal.
    storage: Vec<(String, u32, String)>,
}

/// That every register of an array has been written.
struct Written {
    port: String,
    /// The register of the block that holds a flag for each.
    flags: String,
    /// The registers of the array, the first first.
    names: Vec<String>,
}

/// Registers keep the rules of AXI4-Lite.
pub(super) fn axi_lite(top: &Arc<Module>, configuration: String) -> Result<Obligation, Report> {
    let block = Block::of(top, &configuration);
    let harness = RegistersHarness { block, map: None };
    let twin = Twin {
        name: "response not held",
        file: "registers.v",
        line: "b_valid_q <= write_valid",
        from: "(b_valid_q & (~s_axil_bready))",
        to: "1'b0",
    };
    obligation("axi4_lite", configuration, top, &harness, twin)
}

/// Registers do what their map says.
pub(super) fn register_map(
    top: &Arc<Module>,
    map: &RegisterMap,
    configuration: String,
) -> Result<Obligation, Report> {
    let block = Block::of(top, &configuration);
    let harness = RegistersHarness {
        block,
        map: Some(Map::of(map)),
    };
    let twin = Twin {
        name: "bytes without a strobe are written",
        file: "registers.v",
        line: "assign write_bits = ",
        from: "write_mask",
        to: "32'hffffffff",
    };
    obligation("register_map", configuration, top, &harness, twin)
}

impl Map {
    fn of(map: &RegisterMap) -> Self {
        let all = instances(map);
        let locked = all.iter().filter(|each| each.register.busy_locked);
        let hits = locked.map(|each| format!("hit_{}", each.stem));
        Map {
            words: all.iter().map(|each| Word::of(map, each)).collect(),
            lock: map.block.lock.map_or("busy_i", |(name, _)| name).to_owned(),
            window_refused: window(map),
            locked_hit: any(hits),
            interrupt: interrupt(map),
            all_written: all_written(&all),
        }
    }
}

impl Word {
    fn of(map: &RegisterMap, instance: &Instance<'_>) -> Self {
        let (register, name) = (instance.register, instance.stem.clone());
        let fields = &register.fields;
        let stored = || fields.iter().filter(|field| is_stored(field));
        let mask = stored().fold(0, |mask, field| mask | field.mask());
        let reset = stored().fold(0, |word, field| word | field.reset << field.lsb);
        let read: Vec<String> = fields.iter().map(|field| read(&name, field)).collect();
        let window = |field: &Field| matches!(field.hardware, Hardware::Window { .. });
        let mut word = Word {
            address: register.address / 4 + instance.index,
            reset: format!("32'h{reset:x}"),
            mask: format!("32'h{mask:x}"),
            next: (mask != 0).then(|| next(map, register, &name, mask)),
            read: read.join(" | "),
            read_refused: match fields.iter().any(window) {
                true => "window_refused".to_owned(),
                false => "1'b0".to_owned(),
            },
            write_refused: register.writable().then(|| refusal(register, &name)),
            written: register.written_flag,
            pulses: Vec::new(),
            outputs: Vec::new(),
            storage: Vec::new(),
            name,
        };
        for field in fields {
            word.field(instance, field);
        }
        word
    }

    /// What of a field is seen outside, and what of the block holds it.
    fn field(&mut self, instance: &Instance<'_>, field: &Field) {
        let ones = u32::MAX >> (32 - field.width);
        let value = format!("((m_{} >> {}) & 32'h{ones:x})", self.name, field.lsb);
        match &field.hardware {
            Hardware::Output { port, lo } => {
                let lo = lo + instance.index * field.width;
                let shown = format!("(({port} >> {lo}) & 32'h{ones:x})");
                self.outputs.push((shown, value.clone()));
            }
            Hardware::Counted { port, .. } => self.outputs.push((port.clone(), value.clone())),
            Hardware::Pulse { port } => self.pulses.push((port.clone(), field.lsb)),
            _ => {}
        }
        match field.access {
            Access::WriteOneToClear => {
                let width = instance
                    .register
                    .fields
                    .last()
                    .map_or(1, |field| field.msb() + 1);
                let whole = (format!("{}_q", self.name), width);
                self.hold(whole, format!("m_{}", self.name));
            }
            _ if is_stored(field) => {
                self.hold(
                    (format!("{}_q", instance.field_stem(field)), field.width),
                    value,
                );
            }
            _ => {}
        }
    }

    /// A register of the block, once.
    fn hold(&mut self, (register, width): (String, u32), value: String) {
        if self.storage.iter().all(|(known, ..)| *known != register) {
            self.storage.push((register, width, value));
        }
    }
}

fn any(terms: impl Iterator<Item = String>) -> String {
    let terms: Vec<String> = terms.collect();
    match terms.is_empty() {
        true => "1'b0".to_owned(),
        false => terms.join(" || "),
    }
}

/// The field is a part of what the register keeps.
fn is_stored(field: &Field) -> bool {
    let kept = [Access::ReadWrite, Access::WriteOneToClear].contains(&field.access);
    kept || matches!(field.hardware, Hardware::Captured { .. })
}

/// Bits of a port at the place of a field.
fn shown(port: &str, lo: u32, field: &Field) -> String {
    let ones = u32::MAX >> (32 - field.width);
    format!("((({port} >> {lo}) & 32'h{ones:x}) << {})", field.lsb)
}

/// What a field shows to a read.
fn read(name: &str, field: &Field) -> String {
    match &field.hardware {
        _ if field.access == Access::Pulse => "32'd0".to_owned(),
        _ if is_stored(field) => format!("(m_{name} & 32'h{:x})", field.mask()),
        Hardware::Constant => format!("32'h{:x}", field.reset << field.lsb),
        Hardware::Input { port, lo } => shown(port, *lo, field),
        Hardware::Window { port, .. } => {
            format!("(window_refused ? 32'd0 : {})", shown(port, 0, field))
        }
        Hardware::AllWritten => format!("(all_written << {})", field.lsb),
        _ => "32'd0".to_owned(),
    }
}

fn all_written(all: &[Instance<'_>]) -> Option<Written> {
    let flagged = all.iter().filter(|each| each.register.written_flag);
    let register = flagged.clone().next()?.register;
    Some(Written {
        port: written_port(register),
        flags: format!("{}_written_q", register.name.to_lowercase()),
        names: flagged.map(|each| each.stem.clone()).collect(),
    })
}

/// What a register keeps after the next edge.
fn next(map: &RegisterMap, register: &Register, name: &str, mask: u32) -> String {
    let held = format!("m_{name}");
    let captured = register
        .fields
        .iter()
        .find_map(|field| match &field.hardware {
            Hardware::Captured { port, lo, by } => Some((shown(port, *lo, field), *by)),
            _ => None,
        });
    if let Some((value, by)) = captured {
        return format!("read_{} ? {value} : {held}", by.to_lowercase());
    }
    if register.access() == Access::WriteOneToClear {
        let sets: Vec<String> = register
            .fields
            .iter()
            .map(|field| event(map, field))
            .collect();
        let clear = format!("(hit_{name} ? w_bits : 32'd0)");
        return format!(
            "(({held} & ~{clear}) | {}) & 32'h{mask:x}",
            sets.join(" | ")
        );
    }
    let steps = map.present().find_map(|other| {
        let field = other.fields.first()?;
        match &field.hardware {
            Hardware::Window { steps, .. } if *steps == register.name => Some(format!(
                "read_{} && !window_refused",
                other.name.to_lowercase()
            )),
            _ => None,
        }
    });
    let counted = register
        .fields
        .iter()
        .find_map(|field| match &field.hardware {
            Hardware::Counted { step, .. } => Some(step.clone()),
            _ => None,
        });
    let otherwise = match steps.or(counted) {
        Some(step) => format!("{step} ? ({held} + 1) & 32'h{mask:x} : {held}"),
        None => held,
    };
    format!("hit_{name} && !refused_{name} ? merged_{name} & 32'h{mask:x} : {otherwise}")
}

/// What sets a bit, at its place.
fn event(map: &RegisterMap, field: &Field) -> String {
    let when = match &field.hardware {
        Hardware::Event { port } => port.clone(),
        Hardware::RefusedWrite => "(locked_hit && lock)".to_owned(),
        Hardware::RefusedWriteOr { port } => format!("({port} || (locked_hit && lock))"),
        Hardware::AnyEvent { of } => {
            let fields = map
                .register(of)
                .map_or(&[][..], |register| &register.fields);
            let events: Vec<String> = fields.iter().map(|field| event(map, field)).collect();
            format!("(({}) != 0)", events.join(" | "))
        }
        _ => "1'b0".to_owned(),
    };
    format!("({when} ? 32'h{:x} : 32'd0)", field.mask())
}

/// Why a write to a register is refused.
fn refusal(register: &Register, name: &str) -> String {
    let mut reasons = Vec::new();
    if register.busy_locked {
        reasons.push("lock".to_owned());
    }
    match register.refusal {
        Refusal::Never => {}
        Refusal::Zero(names) => {
            let named = register.fields.iter();
            let named = named.filter(|field| names.contains(&field.name));
            reasons.extend(
                named.map(|field| format!("(merged_{name} & 32'h{:x}) == 0", field.mask())),
            );
        }
        Refusal::Above(limit) => reasons.push(format!("merged_{name} > 32'h{limit:x}")),
    }
    any(reasons.into_iter())
}

/// When the window cannot be read: two cycles from the tile's being busy on, or beyond its rows and words.
fn window(map: &RegisterMap) -> Option<String> {
    map.present().find_map(|register| {
        let Hardware::Window {
            row,
            rows,
            steps,
            words,
            ..
        } = &register.fields.first()?.hardware
        else {
            return None;
        };
        let (row, steps) = (row.to_lowercase(), steps.to_lowercase());
        Some(format!(
            "busy_i || busy_recent != 0 || m_{row} >= {rows} || m_{steps} >= {words}"
        ))
    })
}

fn interrupt(map: &RegisterMap) -> String {
    let terms = map.present().flat_map(|register| {
        register.fields.iter().filter_map(move |field| {
            let Hardware::Mask { of } = &field.hardware else {
                return None;
            };
            let events = map.register(of)?;
            let event = events
                .fields
                .iter()
                .find(|event| event.name == field.name)?;
            Some(format!(
                "((m_{} >> {}) & (m_{} >> {}) & 1)",
                events.name.to_lowercase(),
                event.lsb,
                register.name.to_lowercase(),
                field.lsb
            ))
        })
    });
    let terms: Vec<String> = terms.collect();
    terms.join(" | ")
}
