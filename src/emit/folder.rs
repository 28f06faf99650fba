// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an existing output folder holds, compared with its manifest. Symbolic links are seen as
//! such and never followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::config::{Report, sha256_hex};

use super::manifest::{MANIFEST_NAME, Manifest};
use super::output_file::{parents, portable};
use super::stage::io_error;

/// Longest manifest that is read, in bytes.
const MANIFEST_LIMIT: u64 = 64 << 20;

/// What an output folder holds.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Whether there is a manifest of ours.
    pub(super) has_manifest: bool,
    /// The manifest's text.
    pub(super) manifest_text: String,
    /// Files of ours whose contents changed.
    pub(super) modified: Vec<String>,
    /// Files of ours that are gone.
    pub(super) missing: Vec<String>,
    /// Everything that is not ours: files, links, special files, and folders that hold nothing.
    pub(super) foreign: BTreeMap<PathBuf, Node>,
}

/// What stands under a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// An ordinary file.
    File,
    /// A folder that holds nothing.
    EmptyFolder,
    /// A link or a special file.
    Other,
}

impl Folder {
    /// Looks at an existing folder.
    pub(super) fn scan(root: &Path) -> Result<Self, Report> {
        let mut nodes = BTreeMap::new();
        walk(root, Path::new(""), &mut nodes)?;
        let mut folder = Folder::default();
        let manifest = match nodes.get(Path::new(MANIFEST_NAME)) {
            Some(Node::File) => folder.read_manifest(&root.join(MANIFEST_NAME))?,
            _ => None,
        };
        let mut ours = BTreeSet::new();
        if let Some(manifest) = manifest {
            ours.insert(PathBuf::from(MANIFEST_NAME));
            for file in &manifest.files {
                // A path that leaves the folder cannot be ours; nothing is done with it.
                let Some(path) = portable(Path::new(&file.path)) else {
                    continue;
                };
                // A folder of ours stays ours when somebody empties it.
                nodes.retain(|node, kind| {
                    *kind != Node::EmptyFolder || !parents(&path).any(|p| Path::new(p) == node)
                });
                match nodes.get(Path::new(&path)) {
                    Some(Node::File) => {
                        let whole = root.join(&path);
                        let same = is_same(&whole, file.bytes, &file.sha256)
                            .map_err(|error| io_error("read", &whole, &error))?;
                        ours.insert(PathBuf::from(&path));
                        if !same {
                            folder.modified.push(path);
                        }
                    }
                    _ => folder.missing.push(path),
                }
            }
        }
        nodes.retain(|path, _| !ours.contains(path));
        folder.foreign = nodes;
        Ok(folder)
    }

    /// Whether the folder holds exactly what its manifest says, foreign files aside.
    pub(super) fn is_intact(&self) -> bool {
        self.has_manifest && self.modified.is_empty() && self.missing.is_empty()
    }

    fn read_manifest(&mut self, path: &Path) -> Result<Option<Manifest>, Report> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MANIFEST_LIMIT).read_to_end(&mut bytes))
            .map_err(|error| io_error("read", path, &error))?;
        self.manifest_text = String::from_utf8_lossy(&bytes).into_owned();
        let manifest = Manifest::from_json(&self.manifest_text);
        self.has_manifest = manifest.is_some();
        Ok(manifest)
    }
}

/// Whether a file has this length and digest.
fn is_same(path: &Path, bytes: u64, sha256: &str) -> io::Result<bool> {
    if fs::symlink_metadata(path)?.len() != bytes {
        return Ok(false);
    }
    Ok(sha256_hex(&fs::read(path)?) == sha256)
}

/// Collects everything under `root/inside` but folders that hold something.
fn walk(root: &Path, inside: &Path, nodes: &mut BTreeMap<PathBuf, Node>) -> Result<(), Report> {
    let folder = root.join(inside);
    let failed = |error: io::Error| io_error("read", &folder, &error);
    let mut empty = true;
    for entry in fs::read_dir(&folder).map_err(failed)? {
        empty = false;
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let path = inside.join(entry.file_name());
        if kind.is_dir() {
            walk(root, &path, nodes)?;
        } else {
            nodes.insert(
                path,
                if kind.is_file() {
                    Node::File
                } else {
                    Node::Other
                },
            );
        }
    }
    if empty && inside != Path::new("") {
        nodes.insert(inside.to_owned(), Node::EmptyFolder);
    }
    Ok(())
}
