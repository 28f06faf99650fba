// SPDX-License-Identifier: MIT OR Apache-2.0
//! One run of the C or C++ compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::digest::{digest, is_fresh, mark_fresh, staged};
use crate::tools::{Tools, run, shell};
use crate::trace::Trace;

/// Flags of every C++ file.
const CXX_FLAGS: &[&str] = &["-std=c++17", "-DVM_SC=0", "-DVM_TIMING=0"];

/// One source file to be compiled.
#[derive(Clone, Copy, Debug)]
pub struct Compilation<'a> {
    /// The source.
    pub source: &'a Path,
    /// The object to be made.
    pub object: &'a Path,
    /// Flags, less include folders.
    pub flags: &'a [&'a str],
    /// Headers that it depends on.
    pub headers: &'a [PathBuf],
    /// A folder of headers beside the usual ones.
    pub include: &'a Path,
    /// What the model records.
    pub trace: Trace,
}

impl Compilation<'_> {
    /// Compiles, unless nothing that the object depends on has changed.
    pub fn run(&self, tools: &Tools) -> Result<(), String> {
        let mut inputs = vec![self.source.to_owned()];
        inputs.extend_from_slice(self.headers);
        let inputs = digest(&[&shell(&self.command(tools, self.object))], &inputs)?;
        if is_fresh(self.object, &inputs) {
            return Ok(());
        }
        staged(self.object, |object| {
            run(&mut self.command(tools, object)).map(|_| ())
        })?;
        mark_fresh(self.object, &inputs)
    }

    fn command(&self, tools: &Tools, object: &Path) -> Command {
        let is_c = self.source.extension().is_some_and(|e| e == "c");
        let mut command = Command::new(if is_c { "gcc" } else { "g++" });
        if !is_c {
            command.args(CXX_FLAGS);
            command.args(self.trace.defines());
        }
        command
            .arg("-pipe")
            .args(self.flags)
            .arg("-c")
            .arg("-o")
            .arg(object);
        for folder in [
            self.include,
            &tools.verilator_include,
            &tools.verilator_include.join("vltstd"),
            &tools.root.join("testbenches/common"),
            &tools.golden_include,
        ] {
            command.arg("-I").arg(folder);
        }
        command.arg(self.source);
        command
    }
}
