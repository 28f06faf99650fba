// SPDX-License-Identifier: MIT OR Apache-2.0
//! The effective configuration: every key that it has given, in a canonical text. Reading it back gives the
//! same configuration.

use std::fmt::Write as _;

use super::digest::VERSION;
use super::keys::{KEYS, Key, Kind};
use super::model::Config;
use super::value::Value;

impl Config {
    /// Canonical JSON: two-space indentation, keys in the order of the table of keys, a newline
    /// at the end.
    pub fn to_json(&self) -> String {
        let mut fields = Vec::new();
        for key in KEYS
            .iter()
            .filter(|key| key.table.is_none() && self.has(key.id))
        {
            fields.push(format!("  \"{}\": {}", key.name, self.literal(key)));
        }
        let timing: Vec<_> = KEYS
            .iter()
            .filter(|key| key.table.is_some())
            .map(|key| format!("    \"{}\": {}", key.name, self.literal(key)))
            .collect();
        fields.push(format!(
            "  \"{}\": {{\n{}\n  }}",
            super::keys::TIMING,
            timing.join(",\n")
        ));
        format!("{{\n{}\n}}\n", fields.join(",\n"))
    }

    /// Canonical TOML, each key with its meaning and its legal values.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# Effective configuration of `{}`, written by hcim {VERSION}: every key is given.\n\
             # Read it back with: hcim gen --config config.toml\n",
            self.name
        );
        let mut table = None;
        for key in KEYS.iter().filter(|key| self.has(key.id)) {
            text.push('\n');
            if key.table != table {
                if let Some(name) = key.table {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "[{name}]");
                }
                table = key.table;
            }
            let _ = writeln!(text, "# {}.", key.summary);
            let rule = if key.rule.is_empty() {
                String::new()
            } else {
                format!("; {}", key.rule)
            };
            let _ = writeln!(text, "# Legal: {}{rule}.", key.legal());
            let _ = writeln!(text, "{} = {}", key.name, self.literal(key));
        }
        text
    }

    /// The shortest command line that makes this configuration: a flag for every key that is not
    /// at its default.
    pub fn command_line(&self) -> String {
        let mut command = "hcim gen".to_owned();
        for key in KEYS.iter().filter(|key| !self.is_default(key.id)) {
            let _ = write!(
                command,
                " --{} {}",
                key.flag(),
                self.literal(key).trim_matches('"')
            );
        }
        command
    }

    /// The value of a key as TOML and JSON both write it: words are identifiers, so that no
    /// character needs an escape.
    fn literal(&self, key: &Key) -> String {
        match (self.value(key.id), key.kind) {
            (Value::Text(text) | Value::Word(text), Kind::Identifier | Kind::Words(_)) => {
                format!("\"{text}\"")
            }
            (Value::Boolean(value), _) => value.to_string(),
            (Value::Integer(_, text) | Value::Text(text) | Value::Word(text), _) => text,
            (Value::Other(..), _) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_is_what_serde_writes() {
        let config = Config::default();
        let serde = serde_json::to_string_pretty(&config).unwrap() + "\n";
        assert_eq!(config.to_json(), serde);
        let config = Config::from_pairs([("top", "accelerator"), ("lanes", "3")]).unwrap();
        let serde = serde_json::to_string_pretty(&config).unwrap() + "\n";
        assert_eq!(config.to_json(), serde);
    }

    #[test]
    fn reads_back() {
        let config = Config::from_pairs([("cols", "37"), ("partial_sum", "binary")]).unwrap();
        assert_eq!(Config::from_json(&config.to_json()).unwrap(), config);
        assert_eq!(Config::from_toml(&config.to_toml()).unwrap(), config);
        let config = Config::from_pairs([("top", "accelerator"), ("passes", "8")]).unwrap();
        assert_eq!(Config::from_json(&config.to_json()).unwrap(), config);
        assert_eq!(Config::from_toml(&config.to_toml()).unwrap(), config);
    }

    #[test]
    fn command_lines_are_minimal() {
        assert_eq!(Config::default().command_line(), "hcim gen");
        assert_eq!(
            Config::from_preset("tiny").unwrap().command_line(),
            "hcim gen --rows 8 --cols 8 --input-bits 2 --weight-slices 2 --scale-bits 3 \
             --rows-per-cycle 2 --storage latch"
        );
    }
}
