// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where things are: the clone, the tools, the build folder. A missing one is an error that says what to run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Paths that everything shares.
#[derive(Debug)]
pub struct Tools {
    /// The clone.
    pub root: PathBuf,
    /// `build/sim` or `build/lint` below it.
    pub build: PathBuf,
    /// The generator.
    pub hcim: PathBuf,
    /// The golden model's static library.
    pub golden: PathBuf,
    /// Folder with the golden model's header.
    pub golden_include: PathBuf,
    /// Folder of Verilator's run-time sources.
    pub verilator_include: PathBuf,
    /// LDFLAGS of the environment: more flags for the linker of simulators.
    pub link_flags: Vec<String>,
}

impl Tools {
    /// Finds everything (`generator` in place of the generator beside this program), or says what is missing and how to get it.
    pub fn find(root: &Path, subfolder: &str, generator: Option<&Path>) -> Result<Tools, String> {
        let setup = Command::new(root.join("scripts/setup.sh"))
            .arg("--check")
            .output();
        match setup {
            Ok(output) if output.status.success() => {}
            Ok(output) => return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(e) => return Err(format!("scripts/setup.sh: {e}")),
        }
        let binaries = std::env::current_exe().map_err(|e| e.to_string())?;
        let binaries = binaries.parent().unwrap_or(Path::new(".")).to_owned();
        let need = |file: &str| {
            let path = binaries.join(file);
            if path.exists() {
                return Ok(path);
            }
            Err(format!(
                "{file} is not built; run: cargo build --release --workspace"
            ))
        };
        let verilator = run(Command::new(root.join("scripts/verilator")).arg("--root"))?;
        let verilator = String::from_utf8_lossy(&verilator.stdout).trim().to_owned();
        let build = root.join("build").join(subfolder);
        std::fs::create_dir_all(&build).map_err(|e| format!("{}: {e}", build.display()))?;
        Ok(Tools {
            root: root.to_owned(),
            build,
            hcim: generator.map_or_else(|| need("hcim"), |path| Ok(path.to_owned()))?,
            golden: need("libhcim_golden.a")?,
            golden_include: root.join("golden/include"),
            verilator_include: Path::new(&verilator).join("include"),
            link_flags: std::env::var("LDFLAGS")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Packages with their versions, as scripts/setup.sh has installed them, and that of this program, for a record: what
    /// programs say of themselves names the folders of the machine that built them, or nothing.
    pub fn versions(&self, packages: &[&str]) -> Result<Vec<String>, String> {
        let path = self.root.join("scripts/requirements.txt");
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let pinned = packages.iter().map(|name| {
            let mut versions = text
                .lines()
                .filter_map(|line| line.strip_prefix(name)?.strip_prefix("=="));
            let version = versions.next();
            let version = version.ok_or_else(|| format!("{} has no {name}", path.display()))?;
            Ok(format!("{name} {version}"))
        });
        let own = format!("hcim {}", env!("CARGO_PKG_VERSION"));
        pinned.chain([Ok(own)]).collect()
    }
}

/// The clone that this program was built from, or the one around the current folder.
pub fn root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|e| e.to_string())?;
    here.ancestors()
        .find(|folder| folder.join("testbenches/matrix.toml").exists())
        .map(Path::to_owned)
        .ok_or_else(|| {
            "run this inside the clone (no testbenches/matrix.toml here or above)".to_owned()
        })
}

/// Runs a command to its end; failure gives its output and its command line.
pub fn run(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", shell(command)))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(format!(
        "{}\n{}\n{}{}",
        output.status,
        shell(command),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The command as one would type it.
pub fn shell(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| quote(&word.to_string_lossy()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Writes a shell script that can be run, by way of another process: a file that this process had open for writing may be
/// held open by a program that another test starts at that moment, and cannot be run then.
#[cfg(test)]
pub(crate) fn write_program(path: &Path, script: &str) {
    let made = Command::new("sh")
        .args([
            "-c",
            "printf '#!/bin/sh\\n%s\\n' \"$2\" > \"$1\" && chmod +x \"$1\"",
            "sh",
        ])
        .arg(path)
        .arg(script)
        .status();
    assert!(made.is_ok_and(|status| status.success()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        let mut command = Command::new("a/b");
        command.args(["--x=1", "two words", "it's"]);
        assert_eq!(shell(&command), "a/b --x=1 'two words' 'it'\\''s'");
    }

    #[test]
    fn failure_shows_output_and_command() {
        let error = run(Command::new("sh").args(["-c", "echo out; exit 3"])).unwrap_err();
        assert!(error.contains("out") && error.contains("sh -c"), "{error}");
    }
}
