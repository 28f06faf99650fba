// SPDX-License-Identifier: MIT OR Apache-2.0
//! The diagnostics for keys that do not exist and for tables that are none.

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, quoted};
use super::keys::{KEYS, Key, TIMING};
use super::suggest::nearest;
use super::value::Value;

/// A key of a file that does not exist, with the key that was probably meant.
pub(super) fn unknown_key(table: Option<&str>, name: &str, origin: Origin) -> Diagnostic {
    let path = match table {
        Some(table) => format!("{table}.{name}"),
        None => name.to_owned(),
    };
    let meant = nearest(name, KEYS.iter().map(|key| key.name))
        .and_then(|name| KEYS.iter().find(|key| key.name == name));
    let help = match meant {
        Some(key) => format!("did you mean `{}`?{}", key.path(), place(table, key)),
        None => format!("legal keys: {}", legal_keys(table)),
    };
    Diagnostic::new(
        Code::UnknownKey,
        format!("there is no key {}", quoted(&path)),
    )
    .key(super::diagnostic::visible(&path))
    .legal(legal_keys(table))
    .from(Some(origin))
    .help(help)
}

/// The timing table given as something else.
pub(super) fn no_table(value: &Value, origin: Origin) -> Diagnostic {
    let message = format!("{TIMING} is {}, where a table is expected", value.shown());
    Diagnostic::new(Code::WrongKind, message)
        .key(TIMING)
        .value(value.plain())
        .legal(format!(
            "a table with the keys {}",
            legal_keys(Some(TIMING))
        ))
        .from(Some(origin))
        .help("in TOML: `[timing]`, then `sense = 1`; in JSON: `\"timing\": {\"sense\": 1}`")
}

/// Where the meant key stands, if that is what is wrong.
fn place(table: Option<&str>, key: &Key) -> String {
    match (table, key.table) {
        (None, Some(table)) => format!(" It stands in the table `[{table}]`."),
        (Some(_), None) => " It stands at the top, before any `[table]`.".to_owned(),
        _ => String::new(),
    }
}

fn legal_keys(table: Option<&str>) -> String {
    let mut names: Vec<_> = KEYS
        .iter()
        .filter(|key| key.table == table)
        .map(|key| key.name)
        .collect();
    if table.is_none() {
        names.push(TIMING);
    }
    names.join(", ")
}
