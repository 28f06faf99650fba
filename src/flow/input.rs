// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading files of the user: never more of one than makes sense, whatever it is (a device, a pipe,
//! a file of zeros, an archive that unpacks for ever).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Longest description that people write, in bytes.
pub const DESCRIPTION: u64 = 1 << 20;

/// Longest library, netlist or report, in bytes, unpacked.
pub const LIBRARY: u64 = 1 << 30;

/// The bytes of a file.
///
/// # Errors
/// What the system says, or that the file is longer than `limit`.
pub fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    all(File::open(path)?, limit)
}

/// The text of a file.
///
/// # Errors
/// As [`bytes`]; text that is no UTF-8.
pub fn text(path: &Path, limit: u64) -> io::Result<String> {
    let invalid = |_| io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8 text");
    String::from_utf8(bytes(path, limit)?).map_err(invalid)
}

/// All that a reader gives.
///
/// # Errors
/// As [`bytes`].
pub fn all(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut found = Vec::new();
    reader.take(limit + 1).read_to_end(&mut found)?;
    if found.len() as u64 > limit {
        let message = format!("it is longer than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_refused() {
        let error = all(io::repeat(0), 1000).unwrap_err();
        assert_eq!(error.to_string(), "it is longer than 1000 bytes");
        assert_eq!(all(io::repeat(7).take(1000), 1000).unwrap().len(), 1000);
    }
}
