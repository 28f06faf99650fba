// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks as safetensors files: `doc/network-format.md`.
//!
//! A file that was written by somebody else is hostile until it is read: nothing is allocated that the file does not
//! hold, and everything that is wrong is told.

mod decode;
mod encode;
mod tensor;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::fault::{Fault, FaultCode, visible};
use crate::model::Network;

pub use decode::decode;
pub use encode::encode;

/// Key of the metadata that holds the description.
pub const METADATA_KEY: &str = "hcim.network";

/// Version of the description.
pub const VERSION: u32 = 1;

/// Longest file in bytes.
pub const MAX_BYTES: u64 = 1 << 31;

/// Reads and validates a network.
///
/// # Errors
/// Every fault of the file and of the network in it.
pub fn read(path: &Path) -> Result<Network, Vec<Fault>> {
    decode(&read_bytes(path)?)
}

/// Writes a network: beside its place first, then moved there, so that a killed run or a full disk leaves what was
/// there before.
///
/// # Errors
/// Faults of the network (an invalid one is not written), or of the system.
pub fn write(network: &Network, path: &Path) -> Result<(), Vec<Fault>> {
    network.validate()?;
    let bytes = encode(network)?;
    write_whole(path, &bytes).map_err(|error| {
        let message = format!("cannot write it: {error}");
        vec![
            Fault::new(FaultCode::Unwritable, shown(path), message)
                .help("check that the folder is there, may be written to and has space"),
        ]
    })
}

/// Writes a file beside its place, then moves it there: what was there before stays until the new one is whole.
///
/// # Errors
/// Those of the system; a folder in the way.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".hcim-network-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any other file: the process's mask takes away what is not wanted.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// How faults name a file.
pub(crate) fn shown(path: &Path) -> String {
    format!("file `{}`", visible(&path.to_string_lossy()))
}

/// The bytes of a file, if there are not absurdly many.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Vec<Fault>> {
    let read = || {
        let mut bytes = Vec::new();
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error: io::Error| {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::IsADirectory => "name a file in that folder",
            _ => "check that it is a file that may be read",
        };
        let message = format!("cannot read it: {error}");
        vec![Fault::new(FaultCode::Unreadable, shown(path), message).help(help)]
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("it is longer than {MAX_BYTES} bytes");
        return Err(vec![Fault::new(
            FaultCode::FileTooLong,
            shown(path),
            message,
        )]);
    }
    Ok(bytes)
}
