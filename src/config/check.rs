// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of single values: kind, range, choice, name.

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, quoted, visible};
use super::keys::{Key, KeyId, Kind, NAME_MAX};
use super::name::{NameFault, check_name, repaired};
use super::suggest::nearest;
use super::value::{Entry, Value};

/// The outcome of a check. Boxed, for a diagnostic is large and the good way is the common one.
pub(super) type Checked<T> = Result<T, Box<Diagnostic>>;

/// Reads a whole number; the range is the caller's to check, against the text of the entry.
pub(super) fn number(key: &Key, entry: &Entry) -> Checked<i128> {
    match &entry.value {
        Value::Integer(Some(number), _) => Ok(*number),
        Value::Integer(None, text) => Ok(saturated(text)),
        Value::Word(word) => match word.trim().parse() {
            Ok(number) => Ok(number),
            Err(_) if is_long_number(word) => Ok(saturated(word)),
            Err(_) => Err(Box::new(wrong_kind(key, entry))),
        },
        _ => Err(Box::new(wrong_kind(key, entry))),
    }
}

/// Stands for a number with too many digits for any integer type.
fn saturated(text: &str) -> i128 {
    if text.trim_start().starts_with('-') {
        i128::MIN
    } else {
        i128::MAX
    }
}

/// Reads a number of the key's fixed range or list.
pub(super) fn fixed_number(key: &Key, entry: &Entry) -> Checked<u32> {
    let number = number(key, entry)?;
    let fitting = u32::try_from(number).ok().filter(|number| match key.kind {
        Kind::Integer { min, max } => (min..=max).contains(number),
        Kind::OneOf(values) => values.contains(number),
        _ => false,
    });
    fitting.ok_or_else(|| {
        Box::new(match key.kind {
            Kind::OneOf(values) => not_a_number_of(key, entry, number, values),
            _ => out_of_range(key, entry),
        })
    })
}

/// Reads one of the key's words.
pub(super) fn word(key: &Key, entry: &Entry) -> Checked<String> {
    let Kind::Words(words) = key.kind else {
        return Err(Box::new(wrong_kind(key, entry)));
    };
    let (Value::Word(given) | Value::Text(given)) = &entry.value else {
        return Err(Box::new(wrong_kind(key, entry)));
    };
    if words.iter().any(|(word, _)| word == given) {
        return Ok(given.clone());
    }
    let help = match nearest(given, words.iter().map(|(word, _)| word)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => words
            .iter()
            .map(|(word, meaning)| format!("`{word}`: {}", meaning.trim()))
            .collect::<Vec<_>>()
            .join("; "),
    };
    let message = format!(
        "{} is {}, which is none of {}",
        key.path(),
        quoted(given),
        key.legal()
    );
    Err(Box::new(
        about(Code::NotAChoice, message, key, entry).help(help),
    ))
}

/// Reads a truth value.
pub(super) fn boolean(key: &Key, entry: &Entry) -> Checked<bool> {
    match &entry.value {
        Value::Boolean(value) => Ok(*value),
        Value::Word(word) if word == "true" => Ok(true),
        Value::Word(word) if word == "false" => Ok(false),
        Value::Word(word) => {
            let message = format!(
                "{} is {}, which is none of {}",
                key.path(),
                quoted(word),
                key.legal()
            );
            let help = format!("give {}", assignments(key, &["true", "false"], entry));
            Err(Box::new(
                about(Code::NotAChoice, message, key, entry).help(help),
            ))
        }
        _ => Err(Box::new(wrong_kind(key, entry))),
    }
}

/// Reads a name.
pub(super) fn name(key: &Key, entry: &Entry) -> Checked<String> {
    let (Value::Word(given) | Value::Text(given)) = &entry.value else {
        return Err(Box::new(wrong_kind(key, entry)));
    };
    let fault = match check_name(given) {
        Ok(()) => return Ok(given.clone()),
        Err(fault) => fault,
    };
    let shown = quoted(given);
    let (code, message) = match fault {
        NameFault::NotAnIdentifier(None) => (
            Code::NotAnIdentifier,
            "name is empty, which is no Verilog identifier".to_owned(),
        ),
        NameFault::NotAnIdentifier(Some((character, position))) => (
            Code::NotAnIdentifier,
            format!(
                "name is {shown}, which is no Verilog identifier: character {position} is `{}`",
                visible(&character.to_string())
            ),
        ),
        NameFault::TooLong(length) => (
            Code::NameTooLong,
            format!("name is {shown}, which has {length} characters; at most {NAME_MAX} are legal"),
        ),
        NameFault::Keyword => (
            Code::NameIsKeyword,
            format!("name is {shown}, which is a keyword of Verilog or SystemVerilog"),
        ),
    };
    let help = format!(
        "for example {}; without a name, one is derived from the parameters",
        assignment(key, &repaired(given), &entry.origin)
    );
    Err(Box::new(
        about(code, message, key, entry)
            .legal("letters, digits and `_`, not beginning with a digit, at most 64, no keyword")
            .help(help),
    ))
}

/// How to give a value by the means that the user took: `--rows 8` or `rows = 8`.
pub(super) fn assignment(key: &Key, value: &str, origin: &Origin) -> String {
    match origin {
        Origin::Flag(_) => format!("`--{} {value}`", key.flag()),
        _ => match key.kind {
            Kind::Identifier | Kind::Words(_) => format!("`{} = \"{value}\"`", key.path()),
            _ => format!("`{} = {value}`", key.path()),
        },
    }
}

fn assignments(key: &Key, values: &[&str], entry: &Entry) -> String {
    let all: Vec<_> = values
        .iter()
        .map(|value| assignment(key, value, &entry.origin))
        .collect();
    all.join(" or ")
}

/// A diagnostic with everything that the entry itself tells.
pub(super) fn about(code: Code, message: String, key: &Key, entry: &Entry) -> Diagnostic {
    Diagnostic::new(code, message)
        .key(key.path())
        .value(entry.value.plain())
        .legal(key.legal())
        .from(Some(entry.origin.clone()))
}

fn out_of_range(key: &Key, entry: &Entry) -> Diagnostic {
    let (Kind::Integer { min, max }, Value::Integer(_, text) | Value::Word(text)) =
        (key.kind, &entry.value)
    else {
        return not_a_choice(key, entry);
    };
    let message = format!(
        "{} is {}, which is outside {}",
        key.path(),
        visible(text),
        key.legal()
    );
    let limit = if text.trim_start().starts_with('-') || text.trim() == "0" {
        min
    } else {
        max
    };
    let side = if limit == min { "smallest" } else { "largest" };
    let way = assignment(key, &limit.to_string(), &entry.origin);
    about(Code::OutOfRange, message, key, entry)
        .help(format!("the {side} legal value is {limit}: {way}"))
}

fn not_a_choice(key: &Key, entry: &Entry) -> Diagnostic {
    let message = format!(
        "{} is {}, which is none of {}",
        key.path(),
        entry.value.plain(),
        key.legal()
    );
    about(Code::NotAChoice, message, key, entry).help(format!("legal values: {}", key.legal()))
}

fn not_a_number_of(key: &Key, entry: &Entry, number: i128, values: &[u32]) -> Diagnostic {
    // The nearest legal value: what a user who thought of another unit would most likely take.
    let nearest = values
        .iter()
        .min_by_key(|&&value| (i128::from(value)).abs_diff(number));
    let diagnostic = not_a_choice(key, entry);
    match nearest {
        Some(value) => diagnostic.help(format!(
            "the nearest legal value is {value}: {}",
            assignment(key, &value.to_string(), &entry.origin)
        )),
        None => diagnostic,
    }
}

fn wrong_kind(key: &Key, entry: &Entry) -> Diagnostic {
    let expected = match key.kind {
        Kind::Identifier => "a name in quotes",
        Kind::Integer { .. } | Kind::OneOf(_) => "a whole number",
        Kind::Words(_) => "a word in quotes",
        Kind::Boolean => "true or false",
    };
    let message = format!(
        "{} is {}, where {expected} is expected",
        key.path(),
        described(&entry.value)
    );
    about(Code::WrongKind, message, key, entry).help(format!(
        "legal values: {}; for example {}",
        key.legal(),
        assignment(key, &example(key), &entry.origin)
    ))
}

fn described(value: &Value) -> String {
    match value {
        Value::Word(_) | Value::Other(..) => value.shown(),
        Value::Text(_) => format!("the text {}", value.shown()),
        Value::Integer(..) => format!("the number {}", value.shown()),
        Value::Boolean(_) => format!("the truth value {}", value.shown()),
    }
}

/// A legal value to show in an example: the default.
fn example(key: &Key) -> String {
    use super::keys::DefaultValue;
    match key.default {
        DefaultValue::Integer(number) => number.to_string(),
        DefaultValue::Word(word) => word.to_owned(),
        DefaultValue::Boolean(value) => value.to_string(),
        DefaultValue::Derived if key.id == KeyId::Name => "my_tile".to_owned(),
        DefaultValue::Derived => String::new(),
    }
}

/// Whether a word is a number that merely has too many digits.
fn is_long_number(word: &str) -> bool {
    let digits = word.trim().trim_start_matches(['-', '+']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigBuilder, KeyId, Report};

    fn refused(report: Result<impl Sized, Report>) -> String {
        match report {
            Ok(_) => panic!("this is no configuration"),
            Err(report) => report.to_string(),
        }
    }

    fn flag(id: KeyId, text: &str) -> String {
        refused(ConfigBuilder::new().flag(id, text).build())
    }

    #[test]
    fn numbers_that_no_integer_holds_are_out_of_range() {
        // More digits than 128 bits have.
        let digits = "9".repeat(60);
        for (sign, limit) in [("", "largest"), ("+", "largest"), ("-", "smallest")] {
            let shown = flag(KeyId::Rows, &format!("{sign}{digits}"));
            assert!(shown.contains("which is outside 1..=4096"), "{shown}");
            assert!(
                shown.contains(&format!("the {limit} legal value")),
                "{shown}"
            );
            let shown = flag(KeyId::RowsPerCycle, &format!("{sign}{digits}"));
            assert!(shown.contains("which is outside 1..=10"), "{shown}");
        }
        for text in [format!("rows = {digits}"), format!("rows = -{digits}")] {
            let shown = refused(ConfigBuilder::new().toml("tile.toml", &text).build());
            assert!(shown.contains("which is outside 1..=4096"), "{shown}");
        }
        // The nearest of a list.
        let shown = flag(KeyId::InputStreamBits, &digits);
        assert!(shown.contains("the nearest legal value is 512"), "{shown}");
        let shown = flag(KeyId::InputStreamBits, &format!("-{digits}"));
        assert!(shown.contains("the nearest legal value is 8"), "{shown}");
    }

    #[test]
    fn words_that_are_no_numbers_are_of_the_wrong_kind() {
        for text in ["", "-", "+", "9x", "x9", "9 9"] {
            let shown = flag(KeyId::Rows, text);
            assert!(
                shown.contains("where a whole number is expected"),
                "{shown}"
            );
        }
    }
}
