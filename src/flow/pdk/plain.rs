// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether the words of a description are what they stand for. They go into scripts of Tcl, Yosys,
//! make and shells, where a word with a meaning of its own would be a command.

use toml::Value;

use crate::flow::words::{is_cell_name, is_folder_name, is_plain_name};

use super::description::Description;

/// Longest line for people.
const LINE: usize = 300;

/// Every value that cannot be, with its key. Every text that this does not know counts as a name,
/// so that a new field is checked before somebody thinks of it.
pub(super) fn faults(description: &Description) -> Vec<String> {
    let mut faults = Vec::new();
    match Value::try_from(description) {
        Ok(whole) => walk("", &whole, &mut faults),
        Err(error) => faults.push(error.to_string()),
    }
    if description.cells.max_fanout < 2 {
        faults.push("cells.max_fanout is less than 2: a buffer must have sinks".to_owned());
    }
    if !(description.default_period_ns > 0.0 && description.default_period_ns <= 1e6) {
        faults.push("default_period_ns must be above 0 and at most 1000000".to_owned());
    }
    let density = description.physical.place_density;
    if !(density > 0.0 && density <= 1.0) {
        faults.push("physical.place_density must be above 0 and at most 1".to_owned());
    }
    faults
}

fn walk(key: &str, value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            if let Some(wanted) = refused(key, text) {
                faults.push(format!("{key} is {text:?}, which is no {wanted}"));
            }
        }
        Value::Float(number) if !(number.is_finite() && (0.0..1e9).contains(number)) => {
            faults.push(format!("{key} is {number}; it must be 0 or above"));
        }
        Value::Integer(number) if key.contains(".tied.") && !(0..=1).contains(number) => {
            faults.push(format!("{key} is {number}; it must be 0 or 1"));
        }
        Value::Array(values) => values.iter().for_each(|value| walk(key, value, faults)),
        Value::Table(table) => {
            for (name, value) in table {
                if !is_plain_name(name) {
                    faults.push(format!("{key} has the key {name:?}, which is no name"));
                }
                let dot = if key.is_empty() { "" } else { "." };
                walk(&format!("{key}{dot}{name}"), value, faults);
            }
        }
        _ => {}
    }
}

/// What the text of a key should be and is not.
fn refused(key: &str, text: &str) -> Option<&'static str> {
    let one_line = text.len() <= LINE && !text.contains(char::is_control);
    let last = key.rsplit('.').next().unwrap_or(key);
    let (fits, wanted) = match key {
        "name" => (is_folder_name(text), "name of a folder"),
        "title" | "licence" | "source" => (one_line, "single line"),
        "default_folder" => (one_line && !text.is_empty(), "path"),
        _ if key.starts_with("files.") => (one_line && !text.is_empty(), "path"),
        "cells.dont_use" => (
            is_cell_name(&text.replace('*', "_")),
            "pattern of cell names",
        ),
        _ if matches!(last, "cell" | "tap_cell" | "endcap_cell" | "fill_cells") => {
            (is_cell_name(text), "name of a cell")
        }
        _ => (is_plain_name(text), "name"),
    };
    (!fits).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pdk::SHIPPED;

    #[test]
    fn shipped_descriptions_are_plain() {
        for (name, text) in SHIPPED {
            let description: Description = toml::from_str(text).unwrap();
            assert_eq!(faults(&description), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn every_text_of_a_description_is_looked_at() {
        let (_, text) = SHIPPED[1];
        // Each string of the file in turn becomes one that would be a command somewhere.
        let mut tried = 0;
        for (at, _) in text.match_indices('"').step_by(2) {
            let end = at + 1 + text[at + 1..].find('"').unwrap();
            for hostile in ["x\\n[exec touch pwned]", "x; !touch pwned\\n"] {
                let changed = format!("{}{hostile}{}", &text[..=at], &text[end..]);
                let description: Description = toml::from_str(&changed).unwrap();
                assert_eq!(faults(&description).len(), 1, "{}", &text[at..end]);
                tried += 1;
            }
        }
        assert!(tried > 100, "{tried}");
    }
}
