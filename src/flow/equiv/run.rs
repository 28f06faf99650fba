// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the comparison.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use askama::Template;
use serde_json::{Value, json};

use crate::config::{Code, Config, Diagnostic, Report, quoted};
use crate::emit::{self, WriteOptions, rendering};
use crate::flow::pdk::{Library, word};
use crate::flow::report::{Provenance, write_text};
use crate::flow::synth::tech;
use crate::flow::tools::{Ended, Yosys, run_limited};
use crate::flow::words::{absolute, plain_folder};

use super::cut::cut;
use super::models::{GATES, models};
use super::result::{EquivResult, ModuleResult, Verdict};

#[derive(Template)]
#[template(path = "flow/equiv_read.ys", escape = "none")]
struct Read {
    top: String,
    liberty: Vec<String>,
    stubs: Vec<String>,
    rtl: Vec<String>,
    modules: Vec<String>,
    netlist: String,
}

#[derive(Template)]
#[template(path = "flow/equiv_prove.ys", escape = "none")]
struct Prove<'a> {
    module: &'a str,
}

/// What is compared.
#[derive(Debug)]
pub struct Equivalence<'a> {
    /// The configuration: the source is generated from it.
    pub config: &'a Config,
    /// The library.
    pub library: &'a Library,
    /// The netlist in Verilog.
    pub netlist: &'a Path,
    /// Folder for scripts and logs.
    pub folder: &'a Path,
    /// Time limit of a module in seconds.
    pub seconds: u64,
}

impl Equivalence<'_> {
    /// Compares every module. `say` hears what is going on.
    ///
    /// # Errors
    /// A tool that is missing or fails, or files that cannot be written.
    pub fn run(
        &self,
        provenance: impl FnOnce(&Yosys) -> Result<Provenance, Report>,
        say: &dyn Fn(&str),
    ) -> Result<EquivResult, Report> {
        plain_folder(self.folder)?;
        let yosys = Yosys::find()?;
        let read = self.prepare()?;
        say("reading source and netlist");
        let (top, modules) = (read.top.clone(), read.modules.clone());
        let script = self.folder.join("read.ys");
        write_text(&script, &read.render().map_err(rendering)?)?;
        yosys.run(
            self.folder,
            Path::new("read.ys"),
            &self.folder.join("read.log"),
        )?;
        let source = self.json("source.json")?;
        let netlist = self.json("netlist.json")?;
        let mut results = Vec::new();
        for module in modules
            .iter()
            .filter(|module| !source["modules"][module.as_str()].is_null())
        {
            say(&format!("comparing {module}"));
            results.push(self.compare(&yosys, module, &source, &netlist, &modules)?);
        }
        Ok(EquivResult {
            provenance: provenance(&yosys)?,
            top,
            modules: results,
        })
    }

    /// Generates the source, and writes it with the models of the cells.
    fn prepare(&self) -> Result<Read, Report> {
        let config = self.config;
        let name = config.name();
        let files = emit::generate(config)?;
        let options = WriteOptions {
            force: true,
            dry_run: false,
        };
        emit::write(&self.folder.join("gen"), config, &files, options)?;
        let cells = &self.library.description.cells;
        write_text(&self.folder.join("models.v"), &models(cells))?;
        write_text(&self.folder.join("gates.v"), GATES)?;
        write_text(&self.folder.join("tech.v"), &tech::clock_gate(cells))?;
        let list = files
            .iter()
            .find(|file| file.path == Path::new(&format!("{name}_synth.f")));
        let list = list.map_or("", |file| file.contents.as_str());
        let (mut rtl, mut stubs, mut modules) = (Vec::new(), Vec::new(), Vec::new());
        for line in list.lines() {
            let path = format!("gen/{name}/{line}");
            let stem = Path::new(line)
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy();
            if line.starts_with("rtl/") {
                rtl.push(path);
                if stem.starts_with(&format!("{name}_")) {
                    modules.push(stem.into_owned());
                }
            } else if line.starts_with("stub/") {
                stubs.push(path);
            }
        }
        Ok(Read {
            top: format!("{name}_{}", config.top()),
            liberty: self.library.liberty_words(self.folder)?,
            stubs,
            rtl,
            modules,
            netlist: word(&absolute(self.netlist), self.folder, "given_netlist.v")?,
        })
    }

    fn compare(
        &self,
        yosys: &Yosys,
        module: &str,
        source: &Value,
        netlist: &Value,
        modules: &[String],
    ) -> Result<ModuleResult, Report> {
        let started = Instant::now();
        let mut result = ModuleResult {
            module: module.to_owned(),
            verdict: Verdict::Refuted,
            points: 0,
            proved: 0,
            storage_bits: 0,
            evidence: Vec::new(),
            seconds: 0.0,
        };
        let (left, right) = (&source["modules"][module], &netlist["modules"][module]);
        if right.is_null() {
            result
                .evidence
                .push("the netlist has no such module".to_owned());
            return Ok(result);
        }
        let cut = cut(left, right, &source["modules"], modules);
        result.storage_bits = cut.matched as u64;
        let common: BTreeSet<String> = cut
            .source
            .ports
            .iter()
            .filter(|(name, (input, _))| {
                cut.netlist
                    .ports
                    .get(*name)
                    .is_some_and(|(other, _)| input == other)
            })
            .map(|(name, _)| name.clone())
            .collect();
        let outputs = cut
            .source
            .ports
            .iter()
            .filter(|(name, (input, _))| !input && common.contains(*name));
        result.points = outputs.count() as u64;
        let both = json!({"modules": {
            "source": cut.source.to_json(&common), "netlist": cut.netlist.to_json(&common),
        }});
        write_text(
            &self.folder.join(format!("{module}.json")),
            &both.to_string(),
        )?;
        write_text(
            &self.folder.join(format!("{module}.ys")),
            &Prove { module }.render().map_err(rendering)?,
        )?;
        let log = self.folder.join(format!("{module}.log"));
        let script = format!("{module}.ys");
        let mut command = yosys.command();
        command.args(["-s", &script]).current_dir(self.folder);
        let what = format!("yosys {script}");
        let ended = run_limited(&what, command, &log, self.seconds)?;
        let text = fs::read_to_string(&log).unwrap_or_default();
        result.seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        let unmatched = cut.unmatched.iter();
        result.evidence = unmatched
            .map(|what| format!("{what} has no counterpart"))
            .collect();
        if ended == Ended::TimedOut {
            if result.evidence.is_empty() {
                result.verdict = Verdict::NotFinished;
                let limit = self.seconds;
                result.evidence.push(format!("stopped after {limit} s"));
            }
            return Ok(result);
        }
        let unproven = unproven(&text);
        result.proved = result.points.saturating_sub(unproven.len() as u64);
        result.verdict = match (unproven.is_empty(), cut.unmatched.is_empty()) {
            (true, true) if text.contains("Equivalence successfully proven!") => Verdict::Proved,
            _ => Verdict::Refuted,
        };
        let differing = unproven.iter().map(|point| format!("{point} differs"));
        result.evidence.extend(differing);
        Ok(result)
    }

    fn json(&self, name: &str) -> Result<Value, Report> {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).map_err(|error| error.to_string());
        let value =
            text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
        value.map_err(|error| {
            let shown = quoted(&path.to_string_lossy());
            Diagnostic::new(Code::NetlistSyntax, format!("{shown} of Yosys: {error}")).into()
        })
    }
}

/// The points that `equiv_status` lists as unproven.
pub(super) fn unproven(log: &str) -> Vec<String> {
    let Some(at) = log.rfind("Executing EQUIV_STATUS pass") else {
        return vec!["(no outcome)".to_owned()];
    };
    log[at..]
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Unproven $equiv "))
        .map(|rest| {
            rest.split(": ")
                .last()
                .unwrap_or(rest)
                .replace("_gold", "")
                .trim_start_matches('\\')
                .to_owned()
        })
        .collect()
}
