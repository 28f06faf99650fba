// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a point need not be covered: `testbenches/coverage/reasons.toml`. A reason that fits no uncovered point is an
//! error, so that the list does not outlive its causes.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::points::{Key, Kind};

/// One reason.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Module without the configuration's name.
    pub module: String,
    /// Lines, branches, toggles or cover points; lines and branches if not given.
    pub kind: Option<String>,
    /// What the point's text contains.
    pub text: String,
    /// Why it is not covered.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    reason: Vec<Reason>,
}

impl Reason {
    /// Whether it is about this point.
    pub fn fits(&self, key: &Key) -> bool {
        let kind = match &self.kind {
            Some(name) => name == key.kind.plural(),
            None => matches!(key.kind, Kind::Line | Kind::Branch),
        };
        kind && self.module == key.module && key.text.contains(&self.text)
    }
}

/// Reads the list.
pub fn read(path: &Path) -> Result<Vec<Reason>, String> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let file: File = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.plural()).collect();
    for reason in &file.reason {
        if let Some(kind) = reason.kind.as_deref().filter(|kind| !names.contains(kind)) {
            return Err(wrong(format!(
                "kind {kind:?} is none of {}",
                names.join(", ")
            )));
        }
        if reason.reason.trim().is_empty() {
            return Err(wrong(format!("{:?} gives no reason", reason.text)));
        }
    }
    Ok(file.reason)
}
