// SPDX-License-Identifier: MIT OR Apache-2.0
//! A digest of the flow's own sources: figures that were kept are measured again where the way of measuring
//! has changed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::sha256_hex;
use crate::flow::tools::scripts_folder;

/// Folders and files that figures depend on, from the clone's top.
const SOURCES: &[&str] = &[
    "src/flow/cells",
    "src/flow/crossbar_macro",
    "src/flow/liberty",
    "src/flow/netlist",
    "src/flow/power",
    "src/flow/ppa/measure",
    "src/flow/sdc",
    "src/flow/sta",
    "src/flow/synth",
    "templates/flow",
    "templates/references",
    "testbenches/common",
    "testbenches/runner/src",
    "testbenches/tb_dcim_array",
    "testbenches/tb_tile",
];

/// The clone that the program is in, if it is in one.
pub(super) fn clone() -> Option<PathBuf> {
    scripts_folder()?.parent().map(Path::to_owned)
}

/// Digest of the clone's sources; outside of a clone, of the program.
pub(super) fn digest() -> String {
    let mut text = String::new();
    match clone() {
        Some(clone) => {
            for source in SOURCES {
                add(&clone.join(source), source, &mut text);
            }
        }
        None => {
            let program = std::env::current_exe().and_then(fs::read);
            text = program.map(|bytes| sha256_hex(&bytes)).unwrap_or_default();
        }
    }
    sha256_hex(text.as_bytes())
}

/// Adds name and digest of every source below a folder, in the order of their names.
fn add(path: &Path, name: &str, text: &mut String) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        for inner in names {
            add(&path.join(&inner), &format!("{name}/{inner}"), text);
        }
    } else if !name.ends_with("plot.svg")
        && let Ok(bytes) = fs::read(path)
    {
        *text += &format!("{name} {}\n", sha256_hex(&bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_and_names_count() {
        let folder = tempfile::tempdir().unwrap();
        let of = || {
            let mut text = String::new();
            add(folder.path(), "x", &mut text);
            text
        };
        fs::create_dir(folder.path().join("inner")).unwrap();
        fs::write(folder.path().join("inner/a.rs"), "1").unwrap();
        let first = of();
        assert_eq!(first.lines().count(), 1);
        fs::write(folder.path().join("inner/a.rs"), "2").unwrap();
        let second = of();
        assert_ne!(first, second);
        fs::rename(
            folder.path().join("inner/a.rs"),
            folder.path().join("inner/b.rs"),
        )
        .unwrap();
        assert_ne!(second, of());
        assert!(clone().is_some_and(|clone| clone.join("Cargo.toml").is_file()));
    }
}
