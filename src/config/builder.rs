// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one door to a [`Config`]: collects sources, merges them, validates.

use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, Report, quoted};
use super::keys::{KEYS, Key, KeyId};
use super::model::Config;
use super::preset::{PRESETS, Preset};
use super::resolve::resolve;
use super::suggest::nearest;
use super::value::{Entry, Layer, Value};
use super::{json_file, toml_file};

/// A configuration and what is worth knowing about it.
#[derive(Clone, Debug)]
pub struct Validated {
    /// The configuration.
    pub config: Config,
    /// Warnings only.
    pub warnings: Report,
}

/// Collects values from presets, files and flags. Flags win over files, files over presets,
/// presets over defaults, whatever the order of the calls.
#[derive(Debug, Default)]
pub struct ConfigBuilder {
    preset: Layer,
    file: Layer,
    flags: Layer,
    report: Report,
    /// A whole source is missing, so that checks of what is left would mislead.
    incomplete: bool,
}

impl ConfigBuilder {
    /// A builder with nothing but the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the values of a named preset.
    pub fn preset(&mut self, name: &str) -> &mut Self {
        match Preset::find(name) {
            Some(preset) => self.preset = preset.layer(),
            None => {
                self.incomplete = true;
                let names = PRESETS.iter().map(|preset| preset.name);
                let legal = names.clone().collect::<Vec<_>>().join(", ");
                let help = match nearest(name, names) {
                    Some(meant) => format!("did you mean `{meant}`? `hcim presets` lists them all"),
                    None => format!("the presets are {legal}"),
                };
                self.report.push(
                    Diagnostic::new(
                        Code::UnknownPreset,
                        format!("there is no preset {}", quoted(name)),
                    )
                    .value(super::diagnostic::visible(name))
                    .legal(legal)
                    .from(Some(Origin::Flag("--preset".to_owned())))
                    .help(help),
                );
            }
        }
        self
    }

    /// Takes the values of TOML text; `path` is how the user named the file.
    pub fn toml(&mut self, path: &str, text: &str) -> &mut Self {
        let layer = toml_file::read(path, text, &mut self.report);
        self.take_file(layer)
    }

    /// Takes the values of JSON text; `path` is how the user named the file.
    pub fn json(&mut self, path: &str, text: &str) -> &mut Self {
        let layer = json_file::read(path, text, &mut self.report);
        self.take_file(layer)
    }

    fn take_file(&mut self, layer: Option<Layer>) -> &mut Self {
        match layer {
            Some(layer) => self.file.extend(layer),
            None => self.incomplete = true,
        }
        self
    }

    /// Notes a source that could not be read at all.
    pub fn unreadable(&mut self, diagnostic: Diagnostic) -> &mut Self {
        self.report.push(diagnostic);
        self.incomplete = true;
        self
    }

    /// Takes a flag of the command line with its text.
    pub fn flag(&mut self, id: KeyId, text: &str) -> &mut Self {
        let origin = Origin::Flag(format!("--{}", id.key().flag()));
        self.flags.insert(
            id,
            Entry {
                value: Value::Word(text.to_owned()),
                origin,
            },
        );
        self
    }

    /// Sets a key by its name in a file, for callers of the library: `set("rows", 37)`.
    pub fn set(&mut self, name: &str, value: impl ToString) -> &mut Self {
        let found = KEYS
            .iter()
            .find(|key| key.name == name || key.path() == name);
        match found {
            Some(Key { id, .. }) => {
                let entry = Entry {
                    value: Value::Word(value.to_string()),
                    origin: Origin::Call,
                };
                self.flags.insert(*id, entry);
            }
            None => self
                .report
                .push(super::unknown::unknown_key(None, name, Origin::Call)),
        }
        self
    }

    /// Validates. All faults of all sources come back together.
    pub fn build(&self) -> Result<Validated, Report> {
        let mut report = self.report.clone();
        if self.incomplete {
            return Err(report);
        }
        let mut merged = self.preset.clone();
        merged.extend(self.file.clone());
        merged.extend(self.flags.clone());
        match resolve(&merged, &mut report) {
            Some(config) => Ok(Validated {
                config,
                warnings: report,
            }),
            None => Err(report),
        }
    }
}

impl Config {
    /// The configuration of TOML text, all else at its default.
    pub fn from_toml(text: &str) -> Result<Config, Report> {
        ConfigBuilder::new()
            .toml("configuration", text)
            .build()
            .map(|valid| valid.config)
    }

    /// The configuration of JSON text, all else at its default.
    pub fn from_json(text: &str) -> Result<Config, Report> {
        ConfigBuilder::new()
            .json("configuration", text)
            .build()
            .map(|valid| valid.config)
    }

    /// The configuration of a named preset.
    pub fn from_preset(name: &str) -> Result<Config, Report> {
        ConfigBuilder::new()
            .preset(name)
            .build()
            .map(|valid| valid.config)
    }

    /// The default configuration with some keys set, as `[("rows", "37"), ("storage", "latch")]`.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Config, Report>
    where
        K: AsRef<str>,
        V: ToString,
    {
        let mut builder = ConfigBuilder::new();
        for (key, value) in pairs {
            builder.set(key.as_ref(), value);
        }
        builder.build().map(|valid| valid.config)
    }
}
