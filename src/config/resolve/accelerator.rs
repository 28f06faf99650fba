// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keys and rules of top `accelerator`.

use super::{Config, Diagnostic, Field, KeyId, Resolver, Top, check, default_number};
use crate::config::codes::Code;
use crate::config::diagnostic::Origin;
use crate::config::model::Accelerator;

const KEYS: [KeyId; 4] = [
    KeyId::Lanes,
    KeyId::ActivationWords,
    KeyId::ConstantEntries,
    KeyId::Passes,
];

impl Resolver<'_> {
    /// Lanes and memories, with top accelerator only.
    pub(super) fn accelerator(&mut self, top: &Field<Top>) -> Option<Accelerator> {
        let [lanes, activation_words, constant_entries, passes] =
            KEYS.map(|id| self.accelerator_key(id, top));
        (top.or(Top::Tile) == Top::Accelerator).then_some(Accelerator {
            lanes,
            activation_words,
            constant_entries,
            passes,
        })
    }

    fn accelerator_key(&mut self, id: KeyId, top: &Field<Top>) -> u32 {
        let field = self.field(id, check::fixed_number);
        let default = default_number(id);
        if let Field::Given(given, entry) = &field
            && *given != default
            && !top.is_faulty()
            && top.or(Top::Tile) != Top::Accelerator
        {
            let key = id.key();
            let message = format!(
                "{} is {given}, but top is {}: only an accelerator has it",
                key.name,
                top.or(Top::Tile)
            );
            self.report.push(
                check::about(Code::AcceleratorOnly, message, key, entry)
                    .legal(default.to_string())
                    .help(format!(
                        "leave {} out, or give {}",
                        key.name,
                        check::assignment(KeyId::Top.key(), "accelerator", &entry.origin)
                    )),
            );
        }
        field.or(default)
    }

    /// A word of the accelerator, which is a beat of its input stream, holds whole elements, and a
    /// tile takes at least one word.
    pub(super) fn word(&mut self, config: &Config) {
        let (stream, bits) = (config.input_stream_bits, config.input_bits);
        if config.top != Top::Accelerator {
            return;
        }
        let origin = |id| self.layer.get(&id).map(|entry| entry.origin.clone());
        let flags = Origin::Flag(String::new());
        if !stream.is_multiple_of(bits) {
            let given = origin(KeyId::InputBits);
            let message = format!(
                "input_stream_bits is {stream}, which is no multiple of input_bits, which is {bits}: \
                 a word of the accelerator holds whole elements"
            );
            let diagnostic = Diagnostic::new(Code::WordNotWhole, message)
                .key(KeyId::InputBits.key().name)
                .value(bits.to_string())
                .legal("input_bits 1, 2, 4, 8")
                .help(format!(
                    "give {}: inputs of fewer bits are legal in it",
                    check::assignment(
                        KeyId::InputBits.key(),
                        &bits.next_power_of_two().to_string(),
                        given.as_ref().unwrap_or(&flags)
                    )
                ))
                .from(given);
            self.report.push(diagnostic);
        } else if config.rows < stream / bits {
            let given = origin(KeyId::Rows).or_else(|| origin(KeyId::InputStreamBits));
            let elements = stream / bits;
            let way = given.clone().unwrap_or(flags);
            let message = format!(
                "rows is {}, which is fewer than the elements of a word: {elements} \
                 (input_stream_bits / input_bits)",
                config.rows
            );
            let narrower = super::super::keys::STREAM_WIDTHS
                .iter()
                .rev()
                .find(|&&width| width % bits == 0 && width / bits <= config.rows)
                .map(|width| {
                    check::assignment(KeyId::InputStreamBits.key(), &width.to_string(), &way)
                });
            let rows = check::assignment(KeyId::Rows.key(), &elements.to_string(), &way);
            let help = match narrower {
                Some(narrower) => format!("give {rows}, or {narrower}"),
                None => format!("give {rows}"),
            };
            let diagnostic = Diagnostic::new(Code::FewerRowsThanWord, message)
                .key(KeyId::Rows.key().name)
                .value(config.rows.to_string())
                .legal(format!("{elements}..=4096"))
                .help(help)
                .from(given);
            self.report.push(diagnostic);
        }
    }
}
