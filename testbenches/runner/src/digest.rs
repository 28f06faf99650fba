// SPDX-License-Identifier: MIT OR Apache-2.0
//! Digests of inputs, so that what has not changed is not built again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Files of a folder with one of these extensions, sorted; folders inside are not entered.
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
            extensions.contains(&extension)
        })
        .collect();
    found.sort();
    found
}

/// Digest of texts and of the contents of files (names included, folders not).
pub fn digest(texts: &[&str], files: &[PathBuf]) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    for path in files {
        path.file_name().hash(&mut hasher);
        let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether `product` was made from inputs of this digest.
pub fn is_fresh(product: &Path, digest: &str) -> bool {
    product.exists() && std::fs::read_to_string(stamp(product)).is_ok_and(|found| found == digest)
}

/// Notes that `product` was made from inputs of this digest.
pub fn mark_fresh(product: &Path, digest: &str) -> Result<(), String> {
    let path = stamp(product);
    std::fs::write(&path, digest).map_err(|e| format!("{}: {e}", path.display()))
}

/// Takes that note back, before a product that is made in place is made again: it may not come to its end.
pub fn forget(product: &Path) {
    let _ = std::fs::remove_file(stamp(product));
}

/// Has `make` write a product under a name of this process, then moves it into place whole: two processes may make it at
/// the same time, and a simulator that runs is not overwritten.
pub fn staged(
    product: &Path,
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let mut name = product.as_os_str().to_owned();
    name.push(format!(".{}.part", unique()));
    let staged = PathBuf::from(name);
    let made = make(&staged).and_then(|()| {
        std::fs::rename(&staged, product).map_err(|e| format!("{}: {e}", product.display()))
    });
    if made.is_err() {
        let _ = std::fs::remove_file(&staged);
    }
    made
}

/// A word that no other thread or process uses at the same time.
fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}", std::process::id())
}

fn stamp(product: &Path) -> PathBuf {
    let mut name = product.as_os_str().to_owned();
    name.push(".digest");
    PathBuf::from(name)
}
