// SPDX-License-Identifier: MIT OR Apache-2.0
//! TOML configuration files: to a layer of values that know their line and column.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, Report, visible};
use super::keys::{Key, TIMING};
use super::unknown::{no_table, unknown_key};
use super::value::{Entry, Layer, Value};

/// Reads TOML text. Returns nothing if the text cannot be understood; unknown keys are reported
/// and left out.
pub(super) fn read(path: &str, text: &str, report: &mut Report) -> Option<Layer> {
    let source = Source { path, text };
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    if !errors.is_empty() {
        for (index, error) in errors.iter().enumerate() {
            if report.is_full() {
                report.push_more(Code::FileSyntax, path, errors.len() - index);
                break;
            }
            let message = format!(
                "{} is no valid TOML: {}",
                visible(path),
                visible(error.message())
            );
            report.push(
                Diagnostic::new(Code::FileSyntax, message)
                    .from(Some(source.at(error.span().map_or(0, |span| span.start))))
                    .help("one `key = value` a line; words in quotes, numbers without: `storage = \"latch\"`, `rows = 64`"),
            );
        }
        return None;
    }
    let mut layer = Layer::new();
    let mut more = 0;
    for (name, value) in in_file_order(table.get_ref()) {
        match value.get_ref() {
            DeValue::Table(inner) if name.get_ref() == TIMING => {
                for (name, value) in in_file_order(inner) {
                    more += source.key(Some(TIMING), name, value, &mut layer, report);
                }
            }
            other if name.get_ref() == TIMING => {
                report.push(no_table(&convert(other), source.at(value.span().start)));
            }
            _ => more += source.key(None, name, value, &mut layer, report),
        }
    }
    if more > 0 {
        report.push_more(Code::UnknownKey, path, more);
    }
    Some(layer)
}

type Pair<'a, 'i> = (
    &'a Spanned<std::borrow::Cow<'i, str>>,
    &'a Spanned<DeValue<'i>>,
);

/// The pairs of a table as the user wrote them, so that findings come in that order.
fn in_file_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<Pair<'a, 'i>> {
    let mut pairs: Vec<_> = table.iter().collect();
    pairs.sort_by_key(|(name, _)| name.span().start);
    pairs
}

struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// Takes one key; 1 if it is unknown and not listed.
    fn key(
        &self,
        table: Option<&str>,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        layer: &mut Layer,
        report: &mut Report,
    ) -> usize {
        match Key::find(table, name.get_ref()) {
            Some(key) => {
                let origin = self.at(value.span().start);
                layer.insert(
                    key.id,
                    Entry {
                        value: convert(value.get_ref()),
                        origin,
                    },
                );
            }
            None if report.is_full() => return 1,
            None => report.push(unknown_key(
                table,
                name.get_ref(),
                self.at(name.span().start),
            )),
        }
        0
    }

    /// The place of a byte in the file.
    fn at(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Origin::File {
            path: self.path.to_owned(),
            at: Some((line, column)),
        }
    }
}

fn convert(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Integer(
            i128::from_str_radix(number.as_str(), number.radix()).ok(),
            number.to_string(),
        ),
        DeValue::Float(number) => Value::Other("the decimal number", number.to_string()),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(date) => Value::Other("the date", date.to_string()),
        DeValue::Array(_) => Value::Other("a list", String::new()),
        DeValue::Table(_) => Value::Other("a table", String::new()),
    }
}
