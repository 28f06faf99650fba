// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Liberty files as scripts of Yosys name them.

use std::path::Path;

use crate::config::{Code, Diagnostic, Report, quoted};
use crate::flow::input;
use crate::flow::report::write_bytes;
use crate::flow::words::is_plain_path;

use super::library::Library;

impl Library {
    /// The Liberty files as words of a script that Yosys runs in `folder`, whose path is plain. Those ending in
    /// `.gz` are unpacked there; those whose paths no script can carry are copied there.
    ///
    /// # Errors
    /// If one cannot be read or `folder` cannot be written.
    pub fn liberty_words(&self, folder: &Path) -> Result<Vec<String>, Report> {
        let mut words = Vec::new();
        for (index, file) in self
            .plain_liberty(&folder.join("liberty"))?
            .iter()
            .enumerate()
        {
            let file = std::path::absolute(file).map_err(|error| failed("find", file, &error))?;
            words.push(word(&file, folder, &format!("liberty/safe/{index}.lib"))?);
        }
        Ok(words)
    }
}

/// A file as a word of a script that runs in `folder`; copied to `safe` there if its path is not plain.
///
/// # Errors
/// If it cannot be copied.
pub(in crate::flow) fn word(file: &Path, folder: &Path, safe: &str) -> Result<String, Report> {
    if is_plain_path(file) {
        return Ok(file.to_string_lossy().into_owned());
    }
    let bytes = input::bytes(file, input::LIBRARY).map_err(|error| failed("read", file, &error))?;
    write_bytes(&folder.join(safe), &bytes)?;
    Ok(safe.to_owned())
}

fn failed(action: &str, file: &Path, error: &std::io::Error) -> Report {
    let shown = quoted(&file.to_string_lossy());
    Diagnostic::new(
        Code::InputOutput,
        format!("cannot {action} {shown}: {error}"),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_path_that_no_script_can_carry_is_replaced_by_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        for (name, copied) in [
            ("plain.lib", false),
            ("a b;!touch pwned;.lib", true),
            ("a\nb", true),
        ] {
            let file = folder.path().join(name);
            fs::write(&file, name).unwrap();
            let word = word(&file, folder.path(), "liberty/0.lib").unwrap();
            assert_eq!(word == "liberty/0.lib", copied, "{word}");
            assert_eq!(fs::read_to_string(folder.path().join(word)).unwrap(), name);
        }
    }
}
