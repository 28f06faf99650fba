// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bits that hardware sets and software clears, and the interrupt that they make.

use super::super::model::{Access, Field, Hardware, RegisterMap};
use super::storage::Signals;
use super::{Instance, Rtl, Write, instances};
use crate::hdl::{Expr, Sig, lit, zeros};
use std::collections::BTreeMap;

/// The stored bits of the registers that hardware sets, by the stem of the register.
pub(super) type Events = BTreeMap<String, Sig>;

impl Rtl {
    pub(super) fn events(&mut self, map: &RegisterMap, write: &Write, signals: &Signals) -> Events {
        let all = instances(map);
        let sticky: Vec<&Instance> = all
            .iter()
            .filter(|instance| instance.register.access() == Access::WriteOneToClear)
            .collect();
        let width = |instance: &Instance| {
            instance
                .register
                .fields
                .last()
                .map_or(1, |field| field.msb() as usize + 1)
        };
        let mut sets = BTreeMap::new();
        for instance in &sticky {
            let set = self
                .m
                .wire(&format!("{}_set", instance.stem), width(instance));
            sets.insert(instance.register.name, set);
        }
        let mut events = Events::new();
        for instance in &sticky {
            let Some(set) = sets.get(instance.register.name) else {
                continue;
            };
            self.m.comment(&format!(
                "{} Being set wins over being cleared.",
                instance.title()
            ));
            let parts = pack(&instance.register.fields, set.width(), |field| {
                self.event(field, &sets, signals)
            });
            self.m.concat(set, &parts);
            let q = self.flop(&format!("{}_q", instance.stem), set.width(), 0);
            let hit = write.hits(instance.word_address());
            let hit = self.m.wire_of(&format!("{}_hit", instance.stem), &hit);
            let clear = write.bits.slice(0, set.width()).gated_by(&hit);
            let clear = self.m.wire_of(&format!("{}_clear", instance.stem), &clear);
            self.m.next(&q, &((&q & !&clear) | set));
            events.insert(instance.stem.clone(), q);
        }
        self.interrupt(&all, signals, &events);
        events
    }

    /// What sets a bit.
    fn event(&self, field: &Field, sets: &BTreeMap<&str, Sig>, signals: &Signals) -> Expr {
        match &field.hardware {
            Hardware::Event { port } => self.port(port),
            Hardware::AnyEvent { of } => {
                sets.get(of).map_or_else(|| zeros(1), |set| set.reduce_or())
            }
            Hardware::RefusedWriteOr { port } => match &signals.locked_write {
                Some(refused) => self.port(port) | refused,
                None => self.port(port),
            },
            Hardware::RefusedWrite => signals.locked_write.clone().unwrap_or_else(|| zeros(1)),
            _ => zeros(1),
        }
    }

    fn interrupt(&mut self, all: &[Instance], signals: &Signals, events: &Events) {
        let masked = all.iter().flat_map(|instance| {
            instance
                .register
                .fields
                .iter()
                .filter_map(move |field| match &field.hardware {
                    Hardware::Mask { of } => Some((instance.field_stem(field), field.lsb, of)),
                    _ => None,
                })
        });
        let bits = masked.filter_map(|(stem, lsb, of)| {
            let enable = signals.stored.get(&stem)?;
            Some(events.get(&of.to_lowercase())?.bit(lsb as usize) & enable)
        });
        let irq = super::any(bits);
        let port = self.port("irq_o");
        self.m.comment("The interrupt is a level.");
        self.m.assign(&port, &irq);
    }
}

/// Fields in their places, with zeros between and above them, `width` bits in all.
pub(super) fn pack(
    fields: &[Field],
    width: usize,
    mut value: impl FnMut(&Field) -> Expr,
) -> Vec<Expr> {
    let mut parts = Vec::new();
    let mut at = 0;
    for field in fields {
        let lsb = field.lsb as usize;
        if lsb > at {
            parts.push(lit(0, lsb - at));
        }
        parts.push(value(field));
        at = lsb + field.width as usize;
    }
    if width > at {
        parts.push(lit(0, width - at));
    }
    parts
}
