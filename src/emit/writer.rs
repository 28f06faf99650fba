// SPDX-License-Identifier: MIT OR Apache-2.0
//! Puts generated files into an output folder, whole or not at all, and never at the cost of
//! somebody else's files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::config::{Code, Config, Diagnostic, Report, quoted, visible};

use super::folder::{Folder, Node};
use super::lock::Lock;
use super::manifest::{MANIFEST_NAME, Manifest};
use super::output_file::{OutputFile, by_path, parents};
use super::stage::{Stage, io_error, sweep};

/// How long to wait for another run that writes to the same place.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Paths that an error lists before it only counts.
const LISTED: usize = 10;

/// How to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions {
    /// Replace generated files that were modified, and carry foreign files over.
    pub force: bool,
    /// Check and count, but write nothing.
    pub dry_run: bool,
}

/// What became of the output folder (in a dry run: what would become of it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is new.
    Created,
    /// It took the place of an older one.
    Replaced,
    /// It held the same files already; nothing was touched.
    Unchanged,
}

/// The result of writing.
#[derive(Clone, Debug)]
pub struct Written {
    /// The output folder.
    pub folder: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
    /// The files with their lengths in bytes, sorted by path, the manifest among them.
    pub files: Vec<(String, u64)>,
    /// Foreign files that stayed.
    pub carried: Vec<PathBuf>,
    /// Warnings only.
    pub warnings: Report,
}

/// Writes the files of a configuration, and their manifest, to `<out>/<name>/`.
///
/// # Errors
/// If something stands there that is not ours to replace, or the system refuses. The folder is
/// then as it was before.
pub fn write(
    out: &Path,
    config: &Config,
    files: &[OutputFile],
    options: WriteOptions,
) -> Result<Written, Report> {
    let out = if out.as_os_str().is_empty() {
        Path::new(".")
    } else {
        out
    };
    let mut contents = by_path(files)?;
    let manifest = Manifest::new(config, &contents)
        .to_json()
        .map_err(|error| {
            Report::from(Diagnostic::new(
                Code::Internal,
                format!("manifest: {error}"),
            ))
        })?;
    contents.insert(MANIFEST_NAME.to_owned(), &manifest);

    let target = out.join(config.name());
    let listed = contents
        .iter()
        .map(|(path, text)| (path.clone(), text.len() as u64))
        .collect();
    let mut written = Written {
        folder: target.clone(),
        outcome: Outcome::Created,
        files: listed,
        carried: Vec::new(),
        warnings: Report::default(),
    };
    if options.dry_run {
        plan(&target, &contents, options, &mut written)?;
        return Ok(written);
    }
    let created = CreatedFolders::create(out)?;
    let lock = Lock::wait(out, PATIENCE)?;
    if lock.is_held() {
        written.warnings.extend(sweep(out));
    }
    plan(&target, &contents, options, &mut written)?;
    if written.outcome != Outcome::Unchanged {
        let stage = Stage::new(out)?;
        for (path, text) in &contents {
            stage.write(path, text.as_bytes())?;
        }
        for path in &written.carried {
            stage.carry(&target, path)?;
        }
        written
            .warnings
            .extend(stage.install(&target, config.name())?);
    }
    created.keep();
    Ok(written)
}

/// Decides what is to be done with what stands at the target.
fn plan(
    target: &Path,
    contents: &BTreeMap<String, &str>,
    options: WriteOptions,
    written: &mut Written,
) -> Result<(), Report> {
    let Some(folder) = existing(target)? else {
        return Ok(());
    };
    if !folder.has_manifest && folder.foreign.is_empty() {
        return Ok(()); // an empty folder is as good as none
    }
    let mut report = Report::default();
    let conflicts: Vec<_> = folder
        .foreign
        .iter()
        .filter(|(path, node)| is_in_the_way(path, **node, contents))
        .map(|(path, _)| path.clone())
        .collect();
    if !options.force {
        refuse(target, &folder, &mut report);
    } else if !conflicts.is_empty() {
        report.push(in_the_way(target, &conflicts));
    }
    if report.has_errors() {
        return Err(report);
    }
    let same = folder.is_intact() && contents.get(MANIFEST_NAME) == Some(&&*folder.manifest_text);
    written.outcome = if same {
        Outcome::Unchanged
    } else {
        Outcome::Replaced
    };
    written.carried = folder.foreign.into_keys().collect();
    Ok(())
}

/// The folder at the target, if there is one. Links and files there are refused.
fn existing(target: &Path) -> Result<Option<Folder>, Report> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => Folder::scan(target).map(Some),
        Ok(metadata) => {
            let what = if metadata.is_symlink() {
                "a symbolic link"
            } else {
                "a file, not a folder"
            };
            let shown = quoted(&target.to_string_lossy());
            Err(Diagnostic::new(
                Code::NotAFolder,
                format!("the output folder {shown} is {what}"),
            )
            .value(target.to_string_lossy())
            .help("remove it, or choose another folder with --out or another --name")
            .into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("look at", target, &error)),
    }
}

/// Everything that forbids replacing the folder without force.
fn refuse(target: &Path, folder: &Folder, report: &mut Report) {
    let shown = quoted(&target.to_string_lossy());
    let foreign: Vec<_> = folder.foreign.keys().cloned().collect();
    if !folder.has_manifest {
        let message = format!("the output folder {shown} exists and was not made by hcim");
        let message = format!("{message} (it has no manifest.json of hcim)");
        report.push(listing(Code::NoManifest, message, &foreign).help(
            "choose another folder with --out or another --name; \
             --force keeps every file that is there and adds the generated ones",
        ));
        return;
    }
    if !folder.foreign.is_empty() {
        let message = format!("the output folder {shown} holds files that hcim did not write");
        report.push(listing(Code::ForeignFiles, message, &foreign).help(
            "move them elsewhere, or keep them in the new folder with --force, \
             which never deletes them",
        ));
    }
    if !folder.modified.is_empty() {
        let message = format!("generated files in {shown} were modified since");
        let modified: Vec<_> = folder.modified.iter().map(PathBuf::from).collect();
        report.push(listing(Code::ModifiedFiles, message, &modified).help(
            "copy them elsewhere if the changes matter, then replace them with --force; \
             or choose another folder with --out or another --name",
        ));
    }
}

/// Whether a foreign path stands where a generated file, or a folder of one, must go.
fn is_in_the_way(path: &Path, node: Node, contents: &BTreeMap<String, &str>) -> bool {
    let Some(path) = super::output_file::portable(path) else {
        return false;
    };
    contents.contains_key(&path)
        || parents(&path).any(|parent| contents.contains_key(parent))
        || (node != Node::EmptyFolder
            && contents
                .keys()
                .any(|generated| parents(generated).any(|parent| parent == path)))
}

fn in_the_way(target: &Path, conflicts: &[PathBuf]) -> Diagnostic {
    let shown = quoted(&target.to_string_lossy());
    let message =
        format!("files in {shown} that hcim did not write stand where generated ones must go");
    listing(Code::ForeignInTheWay, message, conflicts)
        .help("move or rename them: hcim deletes nothing that it did not write")
}

fn listing(code: Code, message: String, paths: &[PathBuf]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(code, message);
    for path in paths.iter().take(LISTED) {
        diagnostic = diagnostic.note(visible(&path.to_string_lossy()));
    }
    match paths.len().saturating_sub(LISTED) {
        0 => diagnostic,
        more => diagnostic.note(format!("and {more} more")),
    }
}

/// The folders that had to be made for `--out`; removed again unless kept.
#[derive(Debug)]
pub(super) struct CreatedFolders(Vec<PathBuf>);

impl CreatedFolders {
    pub(super) fn create(out: &Path) -> Result<Self, Report> {
        let mut created = CreatedFolders(Vec::new());
        let missing: Vec<_> = out
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .collect();
        for path in missing.into_iter().rev() {
            match fs::create_dir(path) {
                Ok(()) => created.0.push(path.to_owned()),
                // Another run may have made it in the meantime.
                Err(_) if path.is_dir() => {}
                Err(error) => return Err(io_error("create", path, &error)),
            }
        }
        if out.is_dir() {
            return Ok(created);
        }
        let shown = quoted(&out.to_string_lossy());
        Err(
            Diagnostic::new(Code::NotAFolder, format!("--out {shown} is no folder"))
                .value(out.to_string_lossy())
                .help("choose another folder with --out")
                .into(),
        )
    }

    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for CreatedFolders {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // Fails, rightly, if somebody put something there.
            let _ = fs::remove_dir(path);
        }
    }
}
