// SPDX-License-Identifier: MIT OR Apache-2.0
//! A generated file before it is written.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::config::{Code, Diagnostic, Report};

use super::manifest::MANIFEST_NAME;

/// A generated file: its path inside the output folder and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path relative to the output folder.
    pub path: PathBuf,
    /// The whole text.
    pub contents: String,
}

impl OutputFile {
    /// A file of some text.
    pub fn new(path: impl Into<PathBuf>, contents: impl Into<String>) -> Self {
        OutputFile {
            path: path.into(),
            contents: contents.into(),
        }
    }
}

/// The files by their path with `/` between its parts, in the order of the paths. A path that
/// leaves the folder, stands twice or names both a file and a folder is a defect of the generator.
pub(super) fn by_path(files: &[OutputFile]) -> Result<BTreeMap<String, &str>, Report> {
    let mut sorted = BTreeMap::new();
    for file in files {
        let path = portable(&file.path).ok_or_else(|| defect(&file.path, "is no plain path"))?;
        if path == MANIFEST_NAME {
            return Err(defect(&file.path, "is reserved"));
        }
        if sorted.insert(path, file.contents.as_str()).is_some() {
            return Err(defect(&file.path, "is generated twice"));
        }
    }
    for path in sorted.keys() {
        if parents(path).any(|parent| sorted.contains_key(parent)) {
            return Err(defect(Path::new(path), "lies inside a generated file"));
        }
    }
    Ok(sorted)
}

/// The folders that a path lies in, from the innermost: `a/b`, `a` for `a/b/c`.
pub(super) fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}

/// A relative path of ordinary parts with `/` between them.
pub(super) fn portable(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            _ => return None,
        }
    }
    if parts.is_empty() {
        None
    } else {
        Some(parts.join("/"))
    }
}

fn defect(path: &Path, what: &str) -> Report {
    Diagnostic::new(
        Code::Internal,
        format!("generated path {} {what}", path.display()),
    )
    .help("this is a defect of hcim; please report it with the configuration")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_only() {
        let bad = ["../x", "/x", "", "manifest.json"];
        for path in bad {
            assert!(by_path(&[OutputFile::new(path, "")]).is_err(), "{path}");
        }
        let twice = [OutputFile::new("a", ""), OutputFile::new("./a", "")];
        assert!(by_path(&twice).is_err());
        let inside = [OutputFile::new("a", ""), OutputFile::new("a/b/c", "")];
        assert!(by_path(&inside).is_err());
        let good = [OutputFile::new("rtl/b.v", "b"), OutputFile::new("a", "")];
        assert_eq!(
            by_path(&good).unwrap().keys().collect::<Vec<_>>(),
            ["a", "rtl/b.v"]
        );
    }
}
