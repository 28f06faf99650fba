// SPDX-License-Identifier: MIT OR Apache-2.0
//! One design as the command line names it: a configuration, as RTL or as a netlist.

use std::path::PathBuf;

use crate::digest::digest;
use crate::model::{self, Generated, Source};
use crate::netlist::Netlist;
use crate::tools::Tools;

/// The command line's words for a design.
#[derive(clap::Args, Debug)]
pub struct DesignArgs {
    /// Configuration: TOML, or JSON as `hcim gen` writes it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Begin with a named preset
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Top module: tile, dcim_array or baseline_array
    #[arg(long, value_name = "WORD")]
    pub top: Option<String>,
    /// Gate-level netlist (Verilog) in place of the RTL
    #[arg(long, value_name = "FILE", requires = "cells")]
    pub netlist: Option<PathBuf>,
    /// Models of the netlist's cells; may be given more than once
    #[arg(long, value_name = "FILE", requires = "netlist")]
    pub cells: Vec<PathBuf>,
    /// Another generator than the one of this build
    #[arg(long, value_name = "FILE")]
    pub generator: Option<PathBuf>,
    /// More flags of `hcim gen`: the configuration
    #[arg(last = true, value_name = "GEN FLAGS")]
    pub flags: Vec<String>,
}

impl DesignArgs {
    /// Whether a design is named at all.
    pub fn given(&self) -> bool {
        self.config.is_some()
            || self.preset.is_some()
            || self.top.is_some()
            || self.netlist.is_some()
            || !self.flags.is_empty()
    }

    /// Arguments of `hcim`, and the files that they name.
    fn gen_args(&self) -> (Vec<String>, Vec<PathBuf>) {
        let mut args = vec!["gen".to_owned()];
        let mut inputs = Vec::new();
        if let Some(config) = &self.config {
            args.extend(["--config".to_owned(), config.display().to_string()]);
            inputs.push(config.clone());
        }
        if let Some(preset) = &self.preset {
            args.extend(["--preset".to_owned(), preset.clone()]);
        }
        if let Some(top) = &self.top {
            args.extend(["--top".to_owned(), top.clone()]);
        }
        args.extend(self.flags.iter().cloned());
        (args, inputs)
    }

    /// The words again, for a command that repeats something.
    pub fn words(&self) -> String {
        let (args, _) = self.gen_args();
        let mut words: Vec<String> = args[1..args.len() - self.flags.len()].to_vec();
        if let Some(netlist) = &self.netlist {
            words.extend(["--netlist".to_owned(), netlist.display().to_string()]);
        }
        for cells in &self.cells {
            words.extend(["--cells".to_owned(), cells.display().to_string()]);
        }
        words.join(" ")
    }
}

/// A design that is ready to be put into a simulator.
#[derive(Debug)]
pub struct Design {
    /// Its configuration; the RTL too.
    pub generated: Generated,
    /// The netlist in the RTL's place.
    pub netlist: Option<Netlist>,
    /// A folder of its own.
    pub folder: PathBuf,
    /// The arguments of `hcim` that generate it.
    pub generate: String,
}

impl Design {
    /// Generates the configuration into a folder that is named by everything that makes the design.
    pub fn resolve(words: &DesignArgs, tools: &Tools) -> Result<Design, String> {
        let (args, inputs) = words.gen_args();
        let generate = args.join(" ");
        let netlist = words
            .netlist
            .as_ref()
            .map(|path| path.display().to_string());
        let key = digest(&[&generate, netlist.as_deref().unwrap_or("rtl")], &inputs)?;
        let folder = tools.build.join(key);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let generated = model::generate(tools, &args, &inputs, &folder)?;
        let netlist = match &words.netlist {
            None => None,
            Some(file) => Some(Netlist::prepare(file, &words.cells, &generated, &folder)?),
        };
        Ok(Design {
            generated,
            netlist,
            folder,
            generate,
        })
    }

    /// What is simulated.
    pub fn source(&self) -> Source<'_> {
        self.netlist.as_ref().map_or(Source::Rtl, Source::Netlist)
    }
}
