// SPDX-License-Identifier: MIT OR Apache-2.0
//! Figures that are kept from run to run, each with a digest of everything that it follows from.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Report;
use crate::flow::report::write_json;

/// A folder of figures.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    fresh: bool,
}

#[derive(Serialize, Deserialize)]
struct Entry<T> {
    key: String,
    value: T,
}

impl Cache {
    /// Figures in a folder; with `fresh` those that are there already do not count.
    pub fn new(folder: &Path, fresh: bool) -> Cache {
        Cache {
            folder: folder.to_owned(),
            fresh,
        }
    }

    /// The figure of a name if it was kept under the same key.
    pub fn get<T: DeserializeOwned>(&self, name: &str, key: &str) -> Option<T> {
        if self.fresh {
            return None;
        }
        // What cannot be read is measured again.
        let text = fs::read_to_string(self.file(name)).ok()?;
        let entry: Entry<T> = serde_json::from_str(&text).ok()?;
        (entry.key == key).then_some(entry.value)
    }

    /// Keeps a figure.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn put<T: Serialize>(&self, name: &str, key: &str, value: &T) -> Result<(), Report> {
        let entry = Entry {
            key: key.to_owned(),
            value,
        };
        write_json(&self.file(name), &entry)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_counts_only_under_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), false);
        assert_eq!(cache.get::<u32>("a", "k1"), None);
        cache.put("a", "k1", &7_u32).unwrap();
        assert_eq!(cache.get::<u32>("a", "k1"), Some(7));
        assert_eq!(cache.get::<u32>("a", "k2"), None);
        assert_eq!(cache.get::<u32>("b", "k1"), None);
        assert_eq!(Cache::new(folder.path(), true).get::<u32>("a", "k1"), None);
        fs::write(folder.path().join("a.json"), "{\"key\": \"k1\"").unwrap();
        assert_eq!(cache.get::<u32>("a", "k1"), None);
    }
}
