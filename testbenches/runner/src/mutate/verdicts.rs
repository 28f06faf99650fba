// SPDX-License-Identifier: MIT OR Apache-2.0
//! Verdicts on mutants as they come, in a file: a run that was ended goes on where it stopped.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::staged;

/// Verdicts of one kind on the mutants of a model. The first line of the file is the digest of all that they depend on.
#[derive(Debug)]
pub struct Verdicts<T> {
    known: BTreeMap<u32, T>,
    file: Mutex<File>,
}

impl<T: Serialize + DeserializeOwned + Clone> Verdicts<T> {
    /// Verdicts of earlier runs with this digest; those of another one are thrown away.
    pub fn open(path: &Path, digest: &str) -> Result<Self, String> {
        let wrong = |e: std::io::Error| format!("{}: {e}", path.display());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let (head, rest) = text.split_once('\n').unwrap_or_default();
        let same = head == digest;
        // A line that was not written to its end says nothing.
        let lines = rest.lines().filter(|_| same);
        let known: BTreeMap<u32, T> = lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let mut text = format!("{digest}\n");
        for (number, verdict) in &known {
            text += &line(*number, verdict)?;
        }
        staged(path, |part| std::fs::write(part, text).map_err(wrong))?;
        let file = OpenOptions::new().append(true).open(path).map_err(wrong)?;
        Ok(Verdicts {
            known,
            file: Mutex::new(file),
        })
    }

    /// The verdict on this mutant, of an earlier run or of `judge`.
    pub fn of(&self, number: u32, judge: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        if let Some(verdict) = self.known.get(&number) {
            return Ok(verdict.clone());
        }
        let verdict = judge()?;
        let line = line(number, &verdict)?;
        let mut file = self.file.lock().map_err(|e| e.to_string())?;
        file.write_all(line.as_bytes()).map_err(|e| e.to_string())?;
        Ok(verdict)
    }

    /// How many verdicts earlier runs left.
    pub fn earlier(&self) -> usize {
        self.known.len()
    }
}

fn line(number: u32, verdict: &impl Serialize) -> Result<String, String> {
    let line = serde_json::to_string(&(number, verdict)).map_err(|e| e.to_string())?;
    Ok(line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_kept_while_the_digest_is_the_same() {
        let folder = std::env::temp_dir().join(format!("hcim-verdicts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("verdicts");
        let open = |digest: &str| Verdicts::<bool>::open(&path, digest).unwrap();
        assert_eq!(open("a").of(3, || Ok(true)), Ok(true));
        // As a run that is killed leaves it.
        let mut text = std::fs::read_to_string(&path).unwrap();
        text += "[4,fal";
        std::fs::write(&path, text).unwrap();
        let again = open("a");
        assert_eq!(again.earlier(), 1);
        assert_eq!(again.of(3, || Err("asked again".to_owned())), Ok(true));
        assert_eq!(again.of(4, || Ok(false)), Ok(false));
        assert_eq!(open("a").earlier(), 2);
        assert_eq!(open("b").earlier(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
