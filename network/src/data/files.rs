// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading files of datasets, compressed or not, never more than they may hold.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::{DataError, DataErrorCode, Kind};

/// The bytes of `folder/name`, or of `folder/name.gz` decompressed; at most `limit` of them.
pub(super) fn read(
    kind: Kind,
    folder: &Path,
    name: &str,
    limit: u64,
) -> Result<Vec<u8>, DataError> {
    let plain = folder.join(name);
    let packed = folder.join(format!("{name}.gz"));
    match open(&plain)? {
        Some(file) => all(file, &plain, limit),
        None => match open(&packed)? {
            Some(file) => all(MultiGzDecoder::new(file), &packed, limit),
            None => Err(missing(kind, folder, name)),
        },
    }
}

pub(super) fn missing(kind: Kind, folder: &Path, name: &str) -> DataError {
    let message = format!("there is no {name} in {}", folder.display());
    DataError::new(DataErrorCode::Missing, message).help(format!(
        "the dataset {} needs a folder with {}",
        kind.name(),
        kind.files()
    ))
}

/// `None` if there is no such file.
fn open(path: &Path) -> Result<Option<File>, DataError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn all(reader: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let mut reader = reader.take(limit + 1);
    let read = reader.read_to_end(&mut bytes);
    let read = read.map_err(|error| unreadable(path, &error))?;
    if read as u64 > limit {
        let message = format!("{} holds more than {limit} bytes", path.display());
        return Err(DataError::new(DataErrorCode::WrongSize, message)
            .help("this is not the dataset's file: fetch it again"));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> DataError {
    let message = format!("cannot read {}: {error}", path.display());
    DataError::new(DataErrorCode::Unreadable, message)
        .help("check that the file is whole and may be read; fetch it again if it is damaged")
}

/// The first of `folders` that holds `name`; else the first one.
pub(super) fn folder_with(folders: [PathBuf; 2], name: &str) -> PathBuf {
    let [first, second] = folders;
    match !first.join(name).exists() && second.join(name).exists() {
        true => second,
        false => first,
    }
}
