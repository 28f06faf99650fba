// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the figures of a report come from: programs, inputs, configuration, command.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::{Code, Config, Diagnostic, Report, VERSION, quoted, sha256_hex};
use crate::flow::pdk::Library;

/// Where the figures of a report come from. It names no folder of the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of hcim.
    pub hcim: String,
    /// Command that makes the report again.
    pub command: String,
    /// Name of the configuration.
    pub configuration: String,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// The PDK.
    pub pdk: PdkName,
    /// Programs with their versions.
    pub tools: Vec<ToolVersion>,
    /// Input files with their digests.
    pub inputs: Vec<FileDigest>,
}

/// A PDK by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PdkName {
    /// Short name.
    pub name: String,
    /// Name for reports.
    pub title: String,
    /// Feature size in nm.
    pub node_nm: u32,
}

/// A program with its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolVersion {
    /// Name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A file with its digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileDigest {
    /// File name without folders.
    pub name: String,
    /// SHA-256 of its bytes as they lie on disk.
    pub sha256: String,
}

impl Provenance {
    /// The provenance of a step named `subcommand` (`synth`, `sta`, ...) with the Liberty files as
    /// inputs; `options` are further words of the command.
    ///
    /// # Errors
    /// If a Liberty file cannot be read.
    pub fn new(
        config: &Config,
        library: &Library,
        subcommand: &str,
        options: &[String],
    ) -> Result<Self, Report> {
        let description = &library.description;
        let configuration = config.command_line();
        let configuration = configuration
            .strip_prefix("hcim gen")
            .unwrap_or(&configuration)
            .trim();
        let mut words = vec![
            "hcim".to_owned(),
            subcommand.to_owned(),
            "--pdk".to_owned(),
            description.name.clone(),
        ];
        words.extend(options.iter().cloned());
        if !configuration.is_empty() {
            words.push(configuration.to_owned());
        }
        let inputs = library.liberty.iter().map(|file| FileDigest::of(file));
        Ok(Provenance {
            hcim: VERSION.to_owned(),
            command: words.join(" "),
            configuration: config.name().to_owned(),
            configuration_sha256: config.digest_hex(),
            pdk: PdkName {
                name: description.name.clone(),
                title: description.title.clone(),
                node_nm: description.node_nm,
            },
            tools: Vec::new(),
            inputs: inputs.collect::<Result<_, _>>()?,
        })
    }

    /// Adds a program.
    #[must_use]
    pub fn tool(mut self, name: &str, version: &str) -> Self {
        self.tools.push(ToolVersion {
            name: name.to_owned(),
            version: version.to_owned(),
        });
        self
    }

    /// Adds an input file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn input(mut self, file: &Path) -> Result<Self, Report> {
        self.inputs.push(FileDigest::of(file)?);
        Ok(self)
    }

    /// Lines of a Markdown list.
    pub fn to_markdown(&self) -> String {
        let mut text = format!(
            "- Command: `{}`\n- hcim {}, configuration `{}`, digest `{}`\n- PDK: {} ({} nm)\n",
            self.command,
            self.hcim,
            self.configuration,
            self.configuration_sha256,
            self.pdk.title,
            self.pdk.node_nm
        );
        for tool in &self.tools {
            text += &format!("- {} {}\n", tool.name, tool.version);
        }
        for input in &self.inputs {
            text += &format!("- Input `{}`, SHA-256 `{}`\n", input.name, input.sha256);
        }
        text
    }
}

impl FileDigest {
    /// The digest of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(file: &Path) -> Result<Self, Report> {
        let bytes = fs::read(file).map_err(|error| {
            let shown = quoted(&file.to_string_lossy());
            Diagnostic::new(Code::InputOutput, format!("cannot read {shown}: {error}"))
        })?;
        Ok(FileDigest {
            name: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            sha256: sha256_hex(&bytes),
        })
    }
}
