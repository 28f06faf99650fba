// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functional cover points of `testbenches/coverage/`, bound to the modules that a configuration has.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::Generated;

/// Modules that share the cover points of another.
const ALIKE: &[(&str, &str)] = &[("dcim_array", "baseline_array")];

/// Writes the cover points of a configuration into `folder`; gives the files.
pub fn points(root: &Path, generated: &Generated, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut made = Vec::new();
    for template in crate::digest::files(&root.join("testbenches/coverage"), &["sv"]) {
        let wrong = |e: std::io::Error| format!("{}: {e}", template.display());
        let text = std::fs::read_to_string(&template).map_err(wrong)?;
        let stem = template.file_stem().unwrap_or_default().to_string_lossy();
        let alike = ALIKE.iter().filter(|(own, _)| *own == stem);
        for block in [&*stem].into_iter().chain(alike.map(|(_, other)| *other)) {
            let module = format!("{}_{block}", generated.name);
            let is_it = |path: &&PathBuf| path.file_stem().is_some_and(|s| *s == *module);
            let Some(rtl) = generated.rtl.iter().find(is_it) else {
                continue;
            };
            let rtl = std::fs::read_to_string(rtl).map_err(wrong)?;
            // A deferred array of one plane never waits.
            let advance = match rtl.contains(" advance;") {
                true => "advance",
                false => "1'b0",
            };
            let path = folder.join(format!("{block}_cover.sv"));
            let defines = defines(&generated.config, block == "baseline_array")?;
            let text = defines
                + &text
                    .replace("@MODULE@", &module)
                    .replace("@ADVANCE@", advance);
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
            made.push(path);
        }
    }
    Ok(made)
}

/// What the cover points ask of the configuration, as macros.
fn defines(config: &Path, baseline: bool) -> Result<String, String> {
    let wrong = |what: String| format!("{}: {what}", config.display());
    let text = std::fs::read_to_string(config).map_err(|e| wrong(e.to_string()))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    let number = |key: &str| {
        let value = json[key].as_u64();
        value.ok_or_else(|| wrong(format!("has no number \"{key}\"")))
    };
    let (planes, scale_bits) = (number("input_bits")?, number("scale_bits")?);
    let deferred = json["accumulation"] == "deferred" && !baseline;
    let digits = match baseline || deferred {
        true => 1,
        false => (scale_bits + 2).div_ceil(number("rows_per_cycle")?),
    };
    let mut text = String::new();
    let flags = [
        ("HCIM_TERNARY", json["partial_sum"] == "ternary"),
        ("HCIM_SKIP", json["plane_skip"] == true),
        ("HCIM_IN_PLACE", !deferred),
        ("HCIM_PARITY", json["parity"] == true),
        ("HCIM_CHAIN", number("segments")? > 1),
    ];
    for (name, _) in flags.iter().filter(|(_, holds)| *holds) {
        let _ = writeln!(text, "`define {name}");
    }
    for (name, value) in [
        ("HCIM_PLANES", planes),
        ("HCIM_DIGITS", digits),
        (
            "HCIM_SCALE_ROWS",
            planes * (scale_bits + u64::from(json["parity"] == true)),
        ),
    ] {
        let _ = writeln!(text, "`define {name} {value}");
    }
    Ok(text)
}
