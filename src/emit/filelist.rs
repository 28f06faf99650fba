// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lists of files for tools: a plain file list and a FuseSoC core description.

use super::header;
use crate::config::{Config, VERSION};
use askama::Template;

/// File names of a design by role, children before parents, relative to the output folder.
#[derive(Default)]
pub(super) struct Files {
    /// Synthesizable.
    pub rtl: Vec<String>,
    /// Behavioural models for simulation.
    pub models: Vec<String>,
    /// Black boxes for synthesis.
    pub stubs: Vec<String>,
}

#[derive(Template)]
#[template(path = "output/files.f", escape = "none")]
struct FileList<'a> {
    header: String,
    files: Vec<&'a String>,
}

#[derive(Template)]
#[template(path = "output/fusesoc.core", escape = "none")]
struct Core<'a> {
    header: String,
    name: &'a str,
    version: &'a str,
    top: &'a str,
    files: &'a Files,
}

/// A file list for `-f`: RTL and the models beside it, or RTL and stubs.
pub(super) fn file_list(
    config: &Config,
    files: &Files,
    simulation: bool,
) -> Result<String, askama::Error> {
    let title = if simulation {
        "File list for simulation"
    } else {
        "File list for synthesis"
    };
    let extra = if simulation {
        &files.models
    } else {
        &files.stubs
    };
    let header = header::verilog(
        config,
        &format!("{title}; paths are relative to this file's folder"),
    );
    FileList {
        header,
        files: files.rtl.iter().chain(extra).collect(),
    }
    .render()
}

/// A FuseSoC (CAPI 2) description.
pub(super) fn core(config: &Config, files: &Files, top: &str) -> Result<String, askama::Error> {
    let header = header::comment(&header::lines(config, "FuseSoC core description"), "# ");
    Core {
        header,
        name: config.name(),
        version: VERSION,
        top,
        files,
    }
    .render()
}
