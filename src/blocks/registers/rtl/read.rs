// SPDX-License-Identifier: MIT OR Apache-2.0
//! The multiplexer of reads, and which accesses are refused.

use super::super::model::{Access, Field, Hardware, RegisterMap};
use super::events::{Events, pack};
use super::storage::Signals;
use super::{Instance, Read, Rtl, Write, instances};
use crate::hdl::{Expr, lit, zeros};

impl Rtl {
    /// Refused: writes to what is not there or cannot be written, and those of each register.
    pub(super) fn write_response(&mut self, map: &RegisterMap, write: &Write, signals: &Signals) {
        let arms: Vec<(u128, Expr)> = instances(map)
            .iter()
            .filter(|instance| instance.register.writable())
            .map(|instance| {
                let refused = signals.refused.get(&instance.stem).cloned();
                (instance.word_address(), refused.unwrap_or_else(|| zeros(1)))
            })
            .collect();
        self.m.comment(
            "A write is refused where nothing can be written, and where a register refuses it.",
        );
        let case = self.m.case(&write.error, &write.address);
        let case = arms
            .iter()
            .fold(case, |case, (word, refused)| case.arm(*word, refused));
        case.otherwise(&lit(1, 1));
    }

    pub(super) fn read_data(
        &mut self,
        map: &RegisterMap,
        read: &Read,
        signals: &Signals,
        events: &Events,
    ) {
        let all = instances(map);
        let mut words = Vec::new();
        for instance in &all {
            let word = self.word(instance, signals, events);
            words.push((instance.word_address(), word, refusal(instance, signals)));
        }
        self.m.comment("What is read; zero where there is nothing.");
        let case = self.m.case(&read.data, &read.address);
        words
            .iter()
            .fold(case, |case, (word, data, _)| case.arm(*word, data))
            .otherwise(&zeros(32));
        self.m
            .comment("A read is refused where there is nothing, and where a register refuses it.");
        let case = self.m.case(&read.error, &read.address);
        words
            .iter()
            .fold(case, |case, (word, _, refused)| case.arm(*word, refused))
            .otherwise(&lit(1, 1));
    }

    /// A register as 32 bits.
    fn word(&mut self, instance: &Instance, signals: &Signals, events: &Events) -> Expr {
        let register = instance.register;
        let constant =
            |field: &Field| field.hardware == Hardware::Constant || field.access == Access::Pulse;
        if register.fields.iter().all(constant) {
            return lit(u128::from(register.reset()), 32);
        }
        if let Some(q) = events.get(&instance.stem) {
            return q.zext(32);
        }
        let parts = pack(&register.fields, 32, |field| {
            self.field(instance, field, signals)
        });
        match parts.as_slice() {
            [only] => return only.clone(),
            [low, high] if high.as_literal().is_some_and(|v| v.is_zero()) => return low.zext(32),
            _ => {}
        }
        let word = self.m.wire(&format!("{}_word", instance.stem), 32);
        self.m.concat(&word, &parts);
        word
    }

    fn field(&mut self, instance: &Instance, field: &Field, signals: &Signals) -> Expr {
        let width = field.width as usize;
        let stem = instance.field_stem(field);
        match &field.hardware {
            Hardware::Constant => lit(u128::from(field.reset), width),
            Hardware::Input { port, lo } => self.port(port).slice(*lo as usize, width),
            Hardware::Window { port, .. } => {
                let data = self.port(port);
                match &signals.window_refused {
                    Some(refused) => data.gated_by(&!refused),
                    None => data,
                }
            }
            Hardware::Output { .. }
            | Hardware::Counted { .. }
            | Hardware::Mask { .. }
            | Hardware::Captured { .. } => signals
                .stored
                .get(&stem)
                .cloned()
                .unwrap_or_else(|| zeros(width)),
            Hardware::Pulse { .. }
            | Hardware::Event { .. }
            | Hardware::AnyEvent { .. }
            | Hardware::RefusedWrite
            | Hardware::RefusedWriteOr { .. } => zeros(width),
            Hardware::AllWritten => signals.all_written.clone().unwrap_or_else(|| zeros(1)),
        }
    }
}

/// What makes a read of a register refused.
fn refusal(instance: &Instance, signals: &Signals) -> Expr {
    let window = |field: &Field| matches!(field.hardware, Hardware::Window { .. });
    match &signals.window_refused {
        Some(refused) if instance.register.fields.iter().any(window) => refused.clone(),
        _ => zeros(1),
    }
}
