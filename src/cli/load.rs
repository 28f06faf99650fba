// SPDX-License-Identifier: MIT OR Apache-2.0
//! From arguments to a validated configuration.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::config::{Code, ConfigBuilder, Diagnostic, Origin, Report, Validated, quoted};

use super::config_args::ConfigArgs;

/// Longest configuration file in bytes.
const LIMIT: u64 = 1 << 16;

/// Reads and validates everything that the arguments name.
pub(super) fn load(args: &ConfigArgs) -> Result<Validated, Report> {
    let mut builder = ConfigBuilder::new();
    if let Some(preset) = &args.preset {
        builder.preset(preset);
    }
    if let Some(path) = &args.file {
        let is_json = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let shown = path.to_string_lossy();
        match read(path) {
            Ok(text) if is_json => builder.json(&shown, &text),
            Ok(text) => builder.toml(&shown, &text),
            Err(diagnostic) => builder.unreadable(*diagnostic),
        };
    }
    for (id, text) in &args.flags {
        builder.flag(*id, text);
    }
    builder.build()
}

/// Reads a file, or standard input for `-`.
fn read(path: &Path) -> Result<String, Box<Diagnostic>> {
    let shown = quoted(&path.to_string_lossy());
    let unreadable = |why: String, help: &str| {
        let message = format!("cannot read the configuration file {shown}: {why}");
        let diagnostic = Diagnostic::new(Code::FileUnreadable, message)
            .from(Some(Origin::Flag("--config".to_owned())))
            .help(help);
        Box::new(diagnostic)
    };
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let help = match error.kind() {
                io::ErrorKind::NotFound => {
                    "check the path; `hcim describe --json` or a generated \
                                            config.toml shows what such a file holds"
                }
                io::ErrorKind::IsADirectory => "name a file in that folder",
                _ => "check that the file is there and may be read",
            };
            return Err(unreadable(error.to_string(), help));
        }
    };
    if bytes.len() as u64 > LIMIT {
        let help = "name a TOML or JSON file with the keys of `hcim schema`";
        return Err(unreadable(format!("it is longer than {LIMIT} bytes"), help));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let why = format!("it is no UTF-8 text (byte {offset})");
        unreadable(why, "save it as UTF-8")
    })
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path)?)
    };
    reader.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
