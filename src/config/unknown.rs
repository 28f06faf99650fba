// SPDX-License-Identifier: MIT OR Apache-2.0
//! The diagnostic for keys that do not exist.

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, quoted};
use super::keys::{KEYS, Key, TIMING};
use super::suggest::nearest;

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
