// SPDX-License-Identifier: MIT OR Apache-2.0
//! The flags of a configuration, one for each row of the table of keys. Any text is accepted here:
//! the configuration checks it, so that all faults come together, each with its way out.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::config::{DefaultValue, KEYS, Key, KeyId, Kind, PRESETS};

const SOURCES: &str = "Configuration (flags win over the file, the file over the preset)";

/// Where a configuration comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct ConfigArgs {
    /// Name of a preset.
    pub(super) preset: Option<String>,
    /// Configuration file, `-` for standard input.
    pub(super) file: Option<PathBuf>,
    /// Flags with their text.
    pub(super) flags: Vec<(KeyId, String)>,
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = ConfigArgs::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.preset = matches.get_one::<String>("preset").cloned();
        self.file = matches.get_one::<PathBuf>("config").cloned();
        let given = |key: &Key| Some((key.id, matches.get_one::<String>(key.name)?.clone()));
        self.flags = KEYS.iter().filter_map(given).collect();
        Ok(())
    }
}

impl Args for ConfigArgs {
    fn augment_args(command: Command) -> Command {
        let presets = PRESETS
            .iter()
            .map(|preset| preset.name.to_owned())
            .collect();
        let command = command
            .arg(
                Arg::new("preset")
                    .long("preset")
                    .value_name("NAME")
                    .value_parser(AnyText(presets))
                    .hide_possible_values(true)
                    .help("Begin with a named preset (see `hcim presets`)")
                    .help_heading(SOURCES),
            )
            .arg(
                Arg::new("config")
                    .long("config")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .value_hint(clap::ValueHint::FilePath)
                    .help("Read a TOML file, or JSON if it ends in .json; - is standard input")
                    .help_heading(SOURCES),
            );
        KEYS.iter()
            .fold(command, |command, key| command.arg(flag(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The flag of a key.
fn flag(key: &'static Key) -> Arg {
    let mut arg = Arg::new(key.name);
    if let Some(alias) = key.id.flag_alias() {
        arg = arg.visible_alias(alias);
    }
    if key.kind == Kind::Boolean {
        // `--parity` alone says yes.
        arg = arg.num_args(0..=1).default_missing_value("true");
    }
    arg.long(key.flag())
        .value_name(value_name(key))
        .value_parser(AnyText(choices(key)))
        .hide_possible_values(true)
        .allow_negative_numbers(true)
        .action(ArgAction::Set)
        .help(help(key))
        .help_heading(key.group)
}

fn value_name(key: &Key) -> &'static str {
    match key.kind {
        Kind::Identifier => "NAME",
        Kind::Integer { .. } | Kind::OneOf(_) => "N",
        Kind::Words(_) => "WORD",
        Kind::Boolean => "BOOL",
    }
}

fn help(key: &Key) -> String {
    let rule = if key.rule.is_empty() {
        String::new()
    } else {
        format!("; {}", key.rule)
    };
    let default = match key.default {
        DefaultValue::Integer(number) => format!(" [default: {number}]"),
        DefaultValue::Word(word) => format!(" [default: {word}]"),
        DefaultValue::Boolean(value) => format!(" [default: {value}]"),
        DefaultValue::Derived => String::new(),
    };
    match key.kind {
        Kind::Identifier => format!("{}{rule}", key.summary),
        _ => format!("{}{rule} [{}]{default}", key.summary, key.legal()),
    }
}

fn choices(key: &Key) -> Vec<String> {
    match key.kind {
        Kind::Identifier | Kind::Integer { .. } => Vec::new(),
        Kind::OneOf(values) => values.iter().map(u32::to_string).collect(),
        Kind::Words(words) => words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        Kind::Boolean => vec!["true".to_owned(), "false".to_owned()],
    }
}

/// Takes any text; the words are only offered by shell completions.
#[derive(Clone, Debug)]
struct AnyText(Vec<String>);

impl TypedValueParser for AnyText {
    type Value = String;

    fn parse_ref(
        &self,
        _command: &Command,
        _arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        if self.0.is_empty() {
            return None;
        }
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}
