// SPDX-License-Identifier: MIT OR Apache-2.0
//! What software writes: storage, commands, refusals and written flags.

use super::super::model::{Access, Field, Hardware, Refusal, Register, RegisterMap};
use super::super::ports::written_port;
use super::{Instance, Read, Rtl, Write, any, instances};
use crate::hdl::{Expr, Sig, lit, zeros};
use std::collections::BTreeMap;

/// The signals of the registers that later steps need.
#[derive(Default)]
pub(super) struct Signals {
    /// Stored fields by the stem of the field.
    pub(super) stored: BTreeMap<String, Sig>,
    /// Whether a write to the register is refused, by its stem; missing where it never is.
    pub(super) refused: BTreeMap<String, Sig>,
    /// High when all written flags are set.
    pub(super) all_written: Option<Sig>,
    /// High when a read of the window is refused.
    pub(super) window_refused: Option<Sig>,
    /// High when a locked register is written while busy.
    pub(super) locked_write: Option<Sig>,
}

/// What the writes to the registers add up to.
#[derive(Default)]
struct Writes<'r> {
    /// Writes to locked registers.
    locked: Vec<Expr>,
    /// What sets each written flag, and the register that keeps them.
    written: Vec<(&'r Register, Expr)>,
}

impl Rtl {
    pub(super) fn storage(&mut self, map: &RegisterMap, write: &Write, read: &Read) -> Signals {
        let mut signals = Signals::default();
        let all = instances(map);
        for instance in &all {
            for field in &instance.register.fields {
                self.declare(map, instance, field, read, &mut signals);
            }
        }
        let step = self.window(map, read, &mut signals);
        let mut writes = Writes::default();
        for instance in &all {
            match instance.register.access() {
                Access::ReadWrite => {
                    self.writes(map, instance, write, &step, &mut signals, &mut writes);
                }
                Access::Pulse => self.commands(instance, write),
                Access::ReadOnly | Access::WriteOneToClear => {}
            }
        }
        signals.all_written = self.written_flags(writes.written);
        let busy = self.lock(map);
        signals.locked_write = Some(
            self.m
                .wire_of("locked_write", &(&busy & any(writes.locked))),
        );
        signals
    }

    /// Declares the storage of a field, if it has any.
    fn declare(
        &mut self,
        map: &RegisterMap,
        instance: &Instance,
        field: &Field,
        read: &Read,
        signals: &mut Signals,
    ) {
        let captured = matches!(field.hardware, Hardware::Captured { .. });
        if field.access != Access::ReadWrite && !captured {
            return;
        }
        let stem = instance.field_stem(field);
        let q = self.flop(
            &format!("{stem}_q"),
            field.width as usize,
            u128::from(field.reset),
        );
        self.drive_output(instance, field, &q);
        if let Hardware::Captured { port, lo, by } = &field.hardware {
            let value = self.port(port).slice(*lo as usize, field.width as usize);
            let word = map.register(by).map_or(0, |register| register.address / 4);
            self.m.next_if(&q, &read.hits(u128::from(word)), &value);
        }
        signals.stored.insert(stem, q);
    }

    /// High while locked registers refuse writes.
    fn lock(&self, map: &RegisterMap) -> Sig {
        self.port(map.block.lock.map_or("busy_i", |(name, _)| name))
    }

    /// Everything that a write to one register does.
    fn writes<'r>(
        &mut self,
        map: &RegisterMap,
        instance: &Instance<'r>,
        write: &Write,
        step: &Option<(&'static str, Expr)>,
        signals: &mut Signals,
        writes: &mut Writes<'r>,
    ) {
        let (register, stem) = (instance.register, &instance.stem);
        self.m.comment(&instance.title());
        let hit = self
            .m
            .wire_of(&format!("{stem}_hit"), &write.hits(instance.word_address()));
        let merged = self.merge(instance, write, signals);
        let enable = match self.refusal(map, instance, write, &merged) {
            Some(refused) => {
                let enable = self
                    .m
                    .wire_of(&format!("{stem}_write"), &(&hit & !&refused));
                signals.refused.insert(stem.clone(), refused);
                enable
            }
            None => hit.clone(),
        };
        if register.busy_locked {
            writes.locked.push(hit);
        }
        for (field, value) in register.fields.iter().zip(&merged) {
            let Some(q) = signals.stored.get(&instance.field_stem(field)).cloned() else {
                continue;
            };
            if register.written_flag {
                let touched = write.mask.slice(field.lsb as usize, q.width()).reduce_or();
                writes.written.push((register, &enable & &touched));
            }
            let counted = match &field.hardware {
                Hardware::Counted { step, .. } => Some(self.port(step)),
                _ => None,
            };
            let stepped = match step {
                Some((name, step)) if *name == register.name => Some(step.clone()),
                _ => counted,
            };
            match stepped {
                Some(step) => {
                    let next = self.m.wire(&format!("{stem}_d"), q.width());
                    let stepped = &q + lit(1, q.width());
                    self.m
                        .select(&next)
                        .when(&enable, value)
                        .otherwise(&stepped);
                    self.m.next_if(&q, &(&enable | step), &next);
                }
                None => self.m.next_if(&q, &enable, value),
            }
        }
    }

    fn drive_output(&mut self, instance: &Instance, field: &Field, q: &Sig) {
        if let Hardware::Counted { port, .. } = &field.hardware {
            let port = self.port(port);
            self.m.assign(&port, q);
        }
        if let Hardware::Output { port, lo } = &field.hardware {
            let lo = lo + instance.index * field.width;
            let port = self.port(port);
            self.m.assign_slice(&port, lo as usize, q);
        }
    }

    /// The fields as the write would leave them.
    fn merge(&mut self, instance: &Instance, write: &Write, signals: &Signals) -> Vec<Sig> {
        let mut merged = Vec::new();
        for field in &instance.register.fields {
            let (lsb, width) = (field.lsb as usize, field.width as usize);
            let stem = instance.field_stem(field);
            let written = write.bits.slice(lsb, width);
            let value = match signals.stored.get(&stem) {
                Some(q) => written | (q & !write.mask.slice(lsb, width)),
                None => written,
            };
            merged.push(self.m.wire_of(&format!("{stem}_merged"), &value));
        }
        merged
    }

    /// The condition that makes a write to a register refused.
    fn refusal(
        &mut self,
        map: &RegisterMap,
        instance: &Instance,
        write: &Write,
        merged: &[Sig],
    ) -> Option<Sig> {
        let register = instance.register;
        let mut reasons = Vec::new();
        if register.busy_locked {
            reasons.push(self.lock(map));
        }
        match register.refusal {
            Refusal::Never => {}
            Refusal::Zero(names) => {
                let zero = register.fields.iter().zip(merged);
                let named = zero.filter(|(field, _)| names.contains(&field.name));
                reasons.extend(named.map(|(_, value)| !value.reduce_or()));
            }
            Refusal::Above(limit) => {
                for (field, value) in register.fields.iter().zip(merged) {
                    let width = field.width as usize;
                    if field.mask() > limit {
                        reasons.push(value.gt(&lit(u128::from(limit), width)));
                    }
                    if width < 32 {
                        reasons.push(write.bits.slice(width, 32 - width).reduce_or());
                    }
                }
            }
        }
        let refused = reasons.into_iter().reduce(|a, b| a | b)?;
        Some(
            self.m
                .wire_of(&format!("{}_refused", instance.stem), &refused),
        )
    }

    /// Pulses of one cycle, in the cycle after the write.
    fn commands(&mut self, instance: &Instance, write: &Write) {
        self.m.comment(&instance.title());
        let hit = write.hits(instance.word_address());
        let hit = self.m.wire_of(&format!("{}_hit", instance.stem), &hit);
        for field in &instance.register.fields {
            if let Hardware::Pulse { port } = &field.hardware {
                let q = self.flop(&format!("{}_q", instance.field_stem(field)), 1, 0);
                self.m
                    .next(&q, &(&hit & write.bits.bit(field.lsb as usize)));
                let port = self.port(port);
                self.m.assign(&port, &q);
            }
        }
    }

    /// One flag for each register of an array; gives the signal that is high when all are set.
    fn written_flags(&mut self, written: Vec<(&Register, Expr)>) -> Option<Sig> {
        let register = written.first()?.0;
        let lower = register.name.to_lowercase();
        let q = self.flop(&format!("{lower}_written_q"), written.len(), 0);
        let set = self.m.wire(&format!("{lower}_written_set"), written.len());
        let sets: Vec<Expr> = written.into_iter().map(|(_, set)| set).collect();
        self.m.concat(&set, &sets);
        self.m.next(&q, &(&q | &set));
        let all = self
            .m
            .wire_of(&format!("{lower}s_written"), &q.reduce_and());
        let port = self.port(&written_port(register));
        self.m.assign(&port, &all);
        Some(all)
    }

    /// When the window may be read, and the step that a read makes in another register.
    fn window(
        &mut self,
        map: &RegisterMap,
        read: &Read,
        signals: &mut Signals,
    ) -> Option<(&'static str, Expr)> {
        let (register, field) = map.present().find_map(|register| {
            let field = register.fields.first()?;
            matches!(field.hardware, Hardware::Window { .. }).then_some((register, field))
        })?;
        let Hardware::Window {
            row,
            rows,
            steps,
            words,
            ..
        } = &field.hardware
        else {
            return None;
        };
        let busy = self.port("busy_i");
        let recent_q = self.flop("busy_recent_q", 2, 0);
        let recent_d = self.m.wire("busy_recent_d", 2);
        self.m
            .comment("The array needs two cycles after being busy before it can be read back.");
        self.m.concat(&recent_d, &[busy.clone(), recent_q.bit(0)]);
        self.m.next(&recent_q, &recent_d);
        let too_large = |name: &str, limit: u32| match signals.stored.get(&name.to_lowercase()) {
            Some(q) => q.ge(&lit(u128::from(limit), q.width())),
            None => zeros(1),
        };
        let refused =
            busy | recent_q.reduce_or() | too_large(row, *rows) | too_large(steps, *words);
        let stem = register.name.to_lowercase();
        let refused = self.m.wire_of(&format!("{stem}_refused"), &refused);
        let taken = read.hits(u128::from(register.address / 4)) & !&refused;
        let taken = self.m.wire_of(&format!("{stem}_taken"), &taken);
        signals.window_refused = Some(refused);
        Some((*steps, taken))
    }
}
