// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder of results, replaced whole: what `hcim gen` does with a configuration's folder, for folders without a manifest.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Code, Diagnostic, Report, quoted};

use super::lock::Lock;
use super::stage::{Stage, io_error, sweep};
use super::writer::{CreatedFolders, PATIENCE};

/// A file of such a folder: its path within, with `/`, and its bytes.
pub type Contents = (String, Vec<u8>);

/// Puts files into the folder `target`, whole or not at all. A folder that stands there is replaced if every file in it
/// has a path that `ours` takes for one of an earlier run. Gives warnings only.
///
/// # Errors
/// Something else stands there, another run is at it, or the system refuses; the folder is then as it was before.
pub fn replace_folder(
    target: &Path,
    files: &[Contents],
    ours: &dyn Fn(&str) -> bool,
) -> Result<Report, Report> {
    let name = target
        .file_name()
        .ok_or_else(|| no_folder(target, "it has no name of its own"))?;
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let created = CreatedFolders::create(parent)?;
    let lock = Lock::wait(parent, PATIENCE)?;
    let mut warnings = Report::default();
    if lock.is_held() {
        warnings.extend(sweep(parent));
    }
    check(target, ours)?;
    let stage = Stage::new(parent)?;
    for (path, bytes) in files {
        stage.write(path, bytes)?;
    }
    warnings.extend(stage.install(target, &name.to_string_lossy())?);
    created.keep();
    Ok(warnings)
}

/// Refuses a target that is no folder, or that holds what is not ours.
fn check(target: &Path, ours: &dyn Fn(&str) -> bool) -> Result<(), Report> {
    match fs::symlink_metadata(target) {
        Err(_) => return Ok(()),
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(no_folder(target, "a file or a link stands there")),
    }
    let mut foreign = Vec::new();
    scan(target, Path::new(""), ours, &mut foreign)?;
    let Some(first) = foreign.first() else {
        return Ok(());
    };
    let message = format!(
        "{} holds {} that hcim did not write there: {}",
        quoted(&target.to_string_lossy()),
        if foreign.len() == 1 {
            "a file"
        } else {
            "files"
        },
        quoted(&first.to_string_lossy())
    );
    Err(Diagnostic::new(Code::ForeignFiles, message)
        .value(target.to_string_lossy())
        .help("name another folder, or move the files away")
        .into())
}

fn scan(
    base: &Path,
    inside: &Path,
    ours: &dyn Fn(&str) -> bool,
    foreign: &mut Vec<PathBuf>,
) -> Result<(), Report> {
    let folder = base.join(inside);
    let failed = |error: std::io::Error| io_error("read", &folder, &error);
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = inside.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            scan(base, &path, ours, foreign)?;
        } else if !ours(&path.to_string_lossy().replace('\\', "/")) {
            foreign.push(path);
        }
    }
    foreign.sort();
    Ok(())
}

fn no_folder(target: &Path, why: &str) -> Report {
    let shown = quoted(&target.to_string_lossy());
    let message = format!("{shown} cannot be an output folder: {why}");
    Diagnostic::new(Code::NotAFolder, message)
        .value(target.to_string_lossy())
        .help("name another folder")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_replaced_whole_and_foreign_files_are_kept() {
        let scratch = tempfile::tempdir().unwrap();
        let target = scratch.path().join("a/b");
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let ours = |path: &str| path.ends_with(".bin");
        let write = |files: &[Contents]| replace_folder(&target, files, &ours);
        write(&[file("x/1.bin", "one"), file("2.bin", "two")]).unwrap();
        write(&[file("2.bin", "three")]).unwrap();
        assert_eq!(fs::read_to_string(target.join("2.bin")).unwrap(), "three");
        assert!(!target.join("x").exists());
        fs::write(target.join("mine.txt"), "precious").unwrap();
        let report = write(&[file("2.bin", "four")]).unwrap_err();
        assert!(report.to_string().contains("HC0301"), "{report}");
        assert_eq!(fs::read_to_string(target.join("2.bin")).unwrap(), "three");
        let left = fs::read_dir(target.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "a staging folder is left");
        // A file in the place of the folder.
        let target = scratch.path().join("file");
        fs::write(&target, "precious").unwrap();
        let report = replace_folder(&target, &[file("2.bin", "")], &ours).unwrap_err();
        assert!(report.to_string().contains("HC0304"), "{report}");
    }
}
