// SPDX-License-Identifier: MIT OR Apache-2.0
//! The staging folder: a new output folder grows beside its place and is moved there whole.
//!
//! A staging folder is named `.hcim-new-*` and holds `new`, the folder that grows, and on systems
//! that cannot exchange two folders in one step `old-<name>`, the folder that is being replaced.
//! After an interrupted run [`sweep`] puts back the one and removes the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::config::{Code, Diagnostic, Report, quoted};

const PREFIX: &str = ".hcim-new-";
const OLD: &str = "old-";

/// A folder that grows beside its place. Dropped before it is moved, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Stage {
    scratch: TempDir,
    new: PathBuf,
}

impl Stage {
    /// A new, empty staging folder inside `out`.
    pub(super) fn new(out: &Path) -> Result<Self, Report> {
        let scratch = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(out)
            .map_err(|error| io_error("create a folder in", out, &error))?;
        // The scratch folder is private to the user; what is moved into place is not.
        let new = scratch.path().join("new");
        fs::create_dir(&new).map_err(|error| io_error("create", &new, &error))?;
        Ok(Stage { scratch, new })
    }

    /// Writes a file.
    pub(super) fn write(&self, path: &str, contents: &[u8]) -> Result<(), Report> {
        let whole = self.new.join(path);
        create_parent(&whole)?;
        fs::write(&whole, contents).map_err(|error| io_error("write", &whole, &error))
    }

    /// Takes over something from the folder that is replaced; the original stays.
    pub(super) fn carry(&self, from: &Path, path: &Path) -> Result<(), Report> {
        let (source, target) = (from.join(path), self.new.join(path));
        let failed = |error: io::Error| io_error("carry over", &source, &error);
        create_parent(&target)?;
        let kind = fs::symlink_metadata(&source).map_err(failed)?.file_type();
        if kind.is_dir() {
            fs::create_dir_all(&target).map_err(failed)
        } else if kind.is_symlink() {
            copy_link(&source, &target).map_err(failed)
        } else {
            // A second name for the same file is instant and safe; not every file system has it.
            fs::hard_link(&source, &target)
                .or_else(|error| {
                    if kind.is_file() {
                        fs::copy(&source, &target).map(drop)
                    } else {
                        Err(error)
                    }
                })
                .map_err(failed)
        }
    }

    /// Moves the folder into its place; what stood there is removed. Returns a warning if that
    /// removal failed.
    pub(super) fn install(self, target: &Path, name: &str) -> Result<Report, Report> {
        let failed = |error: io::Error| io_error("move the new folder to", target, &error);
        if fs::symlink_metadata(target).is_err() {
            fs::rename(&self.new, target).map_err(failed)?;
        } else if exchange(&self.new, target).is_err() {
            let old = self.scratch.path().join(format!("{OLD}{name}"));
            fs::rename(target, &old).map_err(failed)?;
            if let Err(error) = fs::rename(&self.new, target) {
                // Back to where we were; if even that fails, the next run's sweep does it.
                return match fs::rename(&old, target) {
                    Ok(()) => Err(failed(error)),
                    Err(_) => {
                        let _kept = self.scratch.keep();
                        Err(failed(error))
                    }
                };
            }
        }
        let mut warnings = Report::default();
        let scratch = self.scratch.path().to_owned();
        if let Err(error) = self.scratch.close() {
            warnings.push(leftover(&scratch, &error));
        }
        Ok(warnings)
    }
}

/// Cleans up after interrupted runs. Only for who holds the lock on `out`: then every staging
/// folder in it belongs to a run that is dead.
pub(super) fn sweep(out: &Path) -> Report {
    let mut warnings = Report::default();
    for stale in children(out, PREFIX) {
        for old in children(&stale, OLD) {
            let name = old
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let home = out.join(name.trim_start_matches(OLD));
            if fs::symlink_metadata(&home).is_err()
                && let Err(error) = fs::rename(&old, &home)
            {
                warnings.push(leftover(&stale, &error));
                return warnings;
            }
        }
        if let Err(error) = fs::remove_dir_all(&stale) {
            warnings.push(leftover(&stale, &error));
        }
    }
    warnings
}

/// The folders in a folder whose names begin so, sorted.
fn children(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Exchanges two folders in one step, where the system can.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn copy_link(source: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(source)?, target)
}

#[cfg(not(unix))]
fn copy_link(_source: &Path, _target: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn create_parent(path: &Path) -> Result<(), Report> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(|error| io_error("create", parent, &error))
}

fn leftover(folder: &Path, error: &io::Error) -> Diagnostic {
    let shown = quoted(&folder.to_string_lossy());
    Diagnostic::new(
        Code::LeftoverKept,
        format!("cannot remove the leftover folder {shown}: {error}"),
    )
    .help("it is not needed any more: remove it by hand")
}

/// A failure of the system, with the path and what to do.
pub(super) fn io_error(action: &str, path: &Path, error: &io::Error) -> Report {
    let shown = quoted(&path.to_string_lossy());
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or choose a folder elsewhere with --out"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the folder writable, or choose another with --out"
        }
        _ => "choose another folder with --out if this one cannot be used",
    };
    Diagnostic::new(
        Code::InputOutput,
        format!("cannot {action} {shown}: {error}"),
    )
    .value(path.to_string_lossy())
    .note("nothing was changed")
    .help(help)
    .into()
}
