// SPDX-License-Identifier: MIT OR Apache-2.0
//! The manifest of an output folder: what was generated, from what, and the digest of each file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{Config, VERSION, sha256_hex};

/// File name of the manifest.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Version of the manifest's own layout.
const FORMAT: u32 = 1;

/// One file of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Path inside the output folder, `/` between its parts.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
}

/// What an output folder holds. It has no date and no place: the same configuration gives the
/// same manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `hcim`.
    pub generator: String,
    /// Layout of the manifest.
    pub format: u32,
    /// Version of the generator.
    pub version: String,
    /// Name of the configuration.
    pub name: String,
    /// Command that makes the same files.
    pub command: String,
    /// Digest of the configuration, whose first 64 bits the identification register carries.
    pub configuration_sha256: String,
    /// The files, sorted by path; the manifest itself is not among them.
    pub files: Vec<ManifestFile>,
}

impl Manifest {
    /// The manifest of some files.
    pub(super) fn new(config: &Config, files: &BTreeMap<String, &str>) -> Self {
        let file = |(path, contents): (&String, &&str)| ManifestFile {
            path: path.clone(),
            bytes: contents.len() as u64,
            sha256: sha256_hex(contents.as_bytes()),
        };
        Manifest {
            generator: "hcim".to_owned(),
            format: FORMAT,
            version: VERSION.to_owned(),
            name: config.name().to_owned(),
            command: config.command_line(),
            configuration_sha256: config.digest_hex(),
            files: files.iter().map(file).collect(),
        }
    }

    /// The manifest as text.
    ///
    /// # Errors
    /// None in practice: the manifest holds nothing that JSON cannot express.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Reads a manifest; none if the text is no manifest of hcim of a known layout.
    pub fn from_json(text: &str) -> Option<Self> {
        let manifest: Manifest = serde_json::from_str(text).ok()?;
        (manifest.generator == "hcim" && manifest.format == FORMAT).then_some(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_and_refuses_others() {
        let files = BTreeMap::from([("a".to_owned(), "abc")]);
        let manifest = Manifest::new(&Config::default(), &files);
        let text = manifest.to_json().unwrap();
        assert_eq!(Manifest::from_json(&text), Some(manifest));
        assert_eq!(
            Manifest::from_json(&text.replace("\"hcim\"", "\"npm\"")),
            None
        );
        assert_eq!(Manifest::from_json("{}"), None);
    }
}
