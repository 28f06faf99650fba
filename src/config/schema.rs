// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON Schema of a configuration file, from the table of keys. Editors use it for TOML too.

use serde_json::{Map, Value as Json, json};

use super::keys::{DefaultValue, KEYS, Key, Kind, NAME_MAX, TIMING};

/// The JSON Schema (draft 2020-12) of a configuration file. It holds the rules of single keys;
/// rules between keys are in the descriptions, and `hcim check` applies them.
pub fn json_schema() -> Json {
    let mut properties = properties(None);
    properties.insert(
        TIMING.to_owned(),
        json!({
            "type": "object",
            "description": "Reset values of the crossbar's timing registers, in cycles",
            "properties": self::properties(Some(TIMING)),
            "additionalProperties": false,
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hcim configuration",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn properties(table: Option<&str>) -> Map<String, Json> {
    let keys = KEYS.iter().filter(|key| key.table == table);
    keys.map(|key| (key.name.to_owned(), property(key)))
        .collect()
}

fn property(key: &Key) -> Json {
    let mut schema = match key.kind {
        Kind::Identifier => json!({
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
            "maxLength": NAME_MAX,
        }),
        Kind::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::OneOf(values) => json!({"type": "integer", "enum": values}),
        Kind::Words(words) => {
            let words: Vec<_> = words.iter().map(|(word, _)| word).collect();
            json!({"type": "string", "enum": words})
        }
        Kind::Boolean => json!({"type": "boolean"}),
    };
    let default = match key.default {
        DefaultValue::Integer(number) => Some(json!(number)),
        DefaultValue::Word(word) => Some(json!(word)),
        DefaultValue::Boolean(value) => Some(json!(value)),
        DefaultValue::Derived => None,
    };
    if let Some(fields) = schema.as_object_mut() {
        if let Some(default) = default {
            fields.insert("default".to_owned(), default);
        }
        let rule = if key.rule.is_empty() {
            String::new()
        } else {
            format!("; {}", key.rule)
        };
        fields.insert(
            "description".to_owned(),
            json!(format!("{}{rule}", key.summary)),
        );
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described() {
        let schema = json_schema();
        for key in KEYS {
            let place = match key.table {
                Some(table) => &schema["properties"][table]["properties"][key.name],
                None => &schema["properties"][key.name],
            };
            assert!(place["description"].is_string(), "{}", key.path());
        }
        assert_eq!(schema["properties"]["cols"]["maximum"], 4096);
        assert_eq!(
            schema["properties"]["timing"]["properties"]["hold"]["minimum"],
            0
        );
    }
}
