// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing a file whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::config::{Code, Diagnostic, Report, quoted};

/// Writes a text file, and the folders above it.
///
/// # Errors
/// If the system refuses; an older file is then as it was.
pub fn write_text(path: &Path, text: &str) -> Result<(), Report> {
    write_bytes(path, text.as_bytes())
}

/// Writes a file, and the folders above it. A symbolic link in its place is replaced, not followed.
///
/// # Errors
/// If the system refuses; an older file is then as it was.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Report> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        readable(&file)?;
        file.persist(path)?;
        Ok(())
    });
    written.map_err(|error| {
        let shown = quoted(&path.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot write {shown}: {error}")).into()
    })
}

/// Writes a value as JSON, and the folders above the file.
///
/// # Errors
/// If the system refuses; an older file is then as it was.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Report> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
    write_text(path, &(text + "\n"))
}

/// Temporary files are private; a report is for everybody.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file()
        .set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (link, precious) = (
            folder.path().join("report.md"),
            folder.path().join("precious"),
        );
        fs::write(&precious, "precious").unwrap();
        std::os::unix::fs::symlink(&precious, &link).unwrap();
        write_text(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
