// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the flow keeps what it makes.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::report::{write_json, write_text};
use crate::config::{Code, Config, Diagnostic, Report, quoted};

/// The folders of one configuration and PDK.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    records: PathBuf,
    name: String,
}

impl Workspace {
    /// Folders `<build>/<pdk>/<name>/...`, and `<reports>/<name>/<pdk>/` for the reports of record.
    pub fn new(build: &Path, reports: &Path, pdk: &str, config: &Config) -> Self {
        Self::named(build, reports, pdk, config.name())
    }

    /// The same for a design that is no configuration.
    pub fn named(build: &Path, reports: &Path, pdk: &str, name: &str) -> Self {
        Workspace {
            root: build.join(pdk).join(name),
            records: reports.join(name).join(pdk),
            name: name.to_owned(),
        }
    }

    /// The whole folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Folder that the generator writes `<name>/` into.
    pub fn gen_root(&self) -> PathBuf {
        self.root.join("gen")
    }

    /// The generated design.
    pub fn design(&self) -> PathBuf {
        self.gen_root().join(&self.name)
    }

    /// Folder of synthesis: `netlist.v`, `netlist.json`, `result.json`, `report.md`, `yosys.log`.
    pub fn synth(&self) -> PathBuf {
        self.root.join("synth")
    }

    /// The netlist in Verilog.
    pub fn netlist(&self) -> PathBuf {
        self.synth().join("netlist.v")
    }

    /// The netlist as JSON of Yosys.
    pub fn netlist_json(&self) -> PathBuf {
        self.synth().join("netlist.json")
    }

    /// The result of synthesis.
    pub fn synth_result(&self) -> PathBuf {
        self.synth().join("result.json")
    }

    /// Cell models for simulation.
    pub fn cells(&self) -> PathBuf {
        self.root.join("cells").join("cells.v")
    }

    /// Another folder of this configuration and PDK (`sta`, `power`, `pnr/orfs`, ...).
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A report of record, without its ending: `<reports>/<name>/<pdk>/<kind>`.
    pub fn record(&self, kind: &str) -> PathBuf {
        self.records.join(kind)
    }

    /// Writes the outcome of a command as JSON and Markdown: into its folder as `result`, and as the report of record.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn publish(
        &self,
        kind: &str,
        result: &impl Serialize,
        markdown: &str,
    ) -> Result<(), Report> {
        for place in [self.folder(kind).join("result"), self.record(kind)] {
            write_json(&place.with_extension("json"), result)?;
            write_text(&place.with_extension("md"), markdown)?;
        }
        Ok(())
    }

    /// Makes a folder, with those above it.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn make(folder: &Path) -> Result<(), Report> {
        fs::create_dir_all(folder).map_err(|error| {
            let shown = quoted(&folder.to_string_lossy());
            Diagnostic::new(
                Code::InputOutput,
                format!("cannot make the folder {shown}: {error}"),
            )
            .into()
        })
    }
}
