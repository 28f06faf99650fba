// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vectors for the replay testbench.

use std::ffi::c_char;

use super::config::parse;
use super::{HCIM_OK, guard_with, text};
use crate::vectors::{Vectors, write_files};

/// Writes vectors of a random tile run (see the module `vectors`) to an existing folder.
///
/// # Safety
/// `json` and `folder` are text; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_vectors_write(
    json: *const c_char,
    seed: u64,
    mvms: u32,
    folder: *const c_char,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let vectors = Vectors::random(&parse(json)?, seed, mvms)?;
            write_files(&vectors, text(folder, "folder")?.as_ref())?;
            Ok(HCIM_OK)
        })
    }
}
