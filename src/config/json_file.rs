// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON configurations: the same keys as in TOML, as the effective configuration is written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, Report, visible};
use super::keys::{Key, TIMING};
use super::unknown::{no_table, unknown_key};
use super::value::{Entry, Layer, Value};

/// Reads JSON text. Returns nothing if the text cannot be understood.
pub(super) fn read(path: &str, text: &str, report: &mut Report) -> Option<Layer> {
    let root = match serde_json::from_str::<Node>(text) {
        Ok(root) => root,
        Err(error) => {
            let message = format!("{} is no valid JSON: {}", visible(path), cause(&error));
            let at = Some((error.line(), error.column()));
            report.push(
                Diagnostic::new(Code::FileSyntax, message)
                    .from(Some(Origin::File {
                        path: path.to_owned(),
                        at,
                    }))
                    .help("`hcim describe --json` shows a configuration as it should be"),
            );
            return None;
        }
    };
    let origin = Origin::File {
        path: path.to_owned(),
        at: None,
    };
    let Node::Object(pairs) = root else {
        report.push(
            Diagnostic::new(
                Code::FileSyntax,
                format!("{} holds no JSON object at its top", visible(path)),
            )
            .from(Some(origin))
            .help("write `{\"rows\": 64, ...}`"),
        );
        return None;
    };
    let mut reader = Reader {
        origin,
        layer: Layer::new(),
        report,
        more: 0,
    };
    for (name, node) in pairs {
        match node {
            Node::Object(inner) if name == TIMING => {
                for (name, node) in inner {
                    reader.key(Some(TIMING), &name, node);
                }
            }
            Node::Leaf(value) if name == TIMING => {
                let origin = reader.origin.clone();
                reader.report.push(no_table(&value, origin));
            }
            node => reader.key(None, &name, node),
        }
    }
    if reader.more > 0 {
        let more = reader.more;
        reader.report.push_more(Code::UnknownKey, path, more);
    }
    Some(reader.layer)
}

/// What the parser found, without the place that it adds to the text.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    visible(text.split(" at line ").next().unwrap_or(&text))
}

struct Reader<'a> {
    origin: Origin,
    layer: Layer,
    report: &'a mut Report,
    /// Faults that are not listed.
    more: usize,
}

impl Reader<'_> {
    fn key(&mut self, table: Option<&str>, name: &str, node: Node) {
        if self.report.is_full() && Key::find(table, name).is_none() {
            self.more += 1;
            return;
        }
        let Some(key) = Key::find(table, name) else {
            self.report
                .push(unknown_key(table, name, self.origin.clone()));
            return;
        };
        let value = match node {
            Node::Leaf(value) => value,
            Node::Object(_) => Value::Other("an object", String::new()),
        };
        let entry = Entry {
            value,
            origin: self.origin.clone(),
        };
        let twice = self.layer.insert(key.id, entry).is_some();
        if twice && self.report.is_full() {
            self.more += 1;
        } else if twice {
            self.report.push(
                Diagnostic::new(Code::DuplicateKey, format!("{} is given twice", key.path()))
                    .key(key.path())
                    .from(Some(self.origin.clone()))
                    .help("keep one of the two"),
            );
        }
    }
}

/// JSON as far as a configuration needs it; repeated keys stay visible.
enum Node {
    Object(Vec<(String, Node)>),
    Leaf(Value),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Leaf(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Leaf(Value::integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Leaf(Value::integer(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Leaf(Value::Other(
            "the decimal number",
            value.to_string(),
        )))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Leaf(Value::Text(value.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf(Value::Other("null", String::new())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        while items.next_element::<Node>()?.is_some() {}
        Ok(Node::Leaf(Value::Other("a list", String::new())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Node::Object(pairs))
    }
}
