// SPDX-License-Identifier: MIT OR Apache-2.0
//! Designs become figures: synthesis, timing, simulation of the netlist, power. With the same library,
//! constraints, seed and tools for every design.

mod array;
mod power;
mod reference;
mod simulator;
mod sources;
mod tile;
mod vcd;
mod workload;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::config::{Code, Diagnostic, Report, VERSION, quoted, sha256_hex};
use crate::flow::Workspace;
use crate::flow::cells;
use crate::flow::pdk::Library;
use crate::flow::report::{FileDigest, PdkName, Provenance, write_text};
use crate::flow::sdc::{Environment, Units};
use crate::flow::sta::OpenSta;
use crate::flow::tools::Yosys;

use super::design::{Design, Workload};
use super::record::{Energy, Implementation};
use super::run::Measure;
pub(crate) use simulator::Simulator;

/// Matrix-vector multiplies in a window.
const MVMS: u64 = 50;

/// Seed of random numbers.
const SEED: u64 = 1;

/// What figures are made with.
#[derive(Debug)]
pub struct Bench {
    library: Library,
    folder: PathBuf,
    period_ns: f64,
    units: Units,
    liberty: Vec<PathBuf>,
    sta: OpenSta,
    yosys_version: String,
    simulator: Simulator,
    /// Digest of library, constraints, tools and sources.
    common: String,
    liberty_digests: Vec<FileDigest>,
    /// Held by the first simulation, which builds what all of them share.
    first: Mutex<bool>,
}

impl Bench {
    /// Finds the tools; everything that is made goes to `folder`.
    ///
    /// # Errors
    /// A tool that is missing or too old, or a Liberty that cannot be read.
    pub fn new(
        library: Library,
        folder: &Path,
        period_ns: f64,
        sta: Option<&str>,
    ) -> Result<Bench, Report> {
        let sta = OpenSta::find(sta)?;
        sta.needs_activity()?;
        let simulator = Simulator::find()?;
        let yosys_version = Yosys::find()?.version;
        Workspace::make(folder)?;
        let liberty = library.plain_liberty(&folder.join("liberty"))?;
        let text = liberty.first().map(|file| read(file)).transpose()?;
        let units = Units::of_liberty(text.as_deref().unwrap_or(""))?;
        let models = cells::write(&library.load()?, None);
        write_text(&folder.join("cells.v"), &models.text)?;
        let liberty_digests: Vec<FileDigest> = library
            .liberty
            .iter()
            .map(|file| FileDigest::of(file))
            .collect::<Result<_, _>>()?;
        let description = serde_json::to_string(&library.description)
            .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
        let mut common = format!(
            "hcim {VERSION}\nsources {}\n{description}\nperiod {period_ns}\nYosys {yosys_version}\nOpenSTA {}\n",
            sources::digest(),
            sta.version
        );
        for digest in &liberty_digests {
            common += &format!("{}\n", digest.sha256);
        }
        Ok(Bench {
            folder: folder.to_owned(),
            period_ns,
            units,
            liberty,
            sta,
            yosys_version,
            simulator,
            common: sha256_hex(common.as_bytes()),
            liberty_digests,
            first: Mutex::new(true),
            library,
        })
    }

    /// Where the figures of some designs come from.
    pub fn provenance(&self, command: &str, designs: &[Design]) -> Provenance {
        let names: Vec<String> = designs.iter().map(Design::id).collect();
        let title = format!("{} designs", designs.len());
        self.provenance_of(command, &title, &sha256_hex(names.join("\n").as_bytes()))
    }

    /// The same, of configurations with a title and a digest.
    pub fn provenance_of(&self, command: &str, title: &str, digest: &str) -> Provenance {
        let description = &self.library.description;
        Provenance {
            hcim: VERSION.to_owned(),
            command: command.to_owned(),
            configuration: title.to_owned(),
            configuration_sha256: digest.to_owned(),
            pdk: PdkName {
                name: description.name.clone(),
                title: description.title.clone(),
                node_nm: description.node_nm,
            },
            tools: Vec::new(),
            inputs: self.liberty_digests.clone(),
        }
        .tool("Yosys", &self.yosys_version)
        .tool("OpenSTA", &self.sta.version)
    }

    fn period_ps(&self) -> u64 {
        // The simulator wants an even number.
        ((self.period_ns * 500.0).round() as u64).max(1) * 2
    }

    fn cells(&self) -> PathBuf {
        self.folder.join("cells.v")
    }

    fn environment(&self) -> Environment {
        let description = &self.library.description;
        Environment {
            period_ns: self.period_ns,
            timing: description.timing.clone(),
            driving: description.cells.driving.clone(),
            load_ff: description.cells.load_ff,
            units: self.units,
        }
    }

    /// Runs the first simulation alone: it builds what all share.
    fn in_turn<T>(&self, work: impl FnOnce() -> Result<T, Report>) -> Result<T, Report> {
        let mut first = self
            .first
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if *first {
            let done = work();
            *first = done.is_err();
            return done;
        }
        drop(first);
        work()
    }
}

impl Measure for Bench {
    fn implementation_key(&self, design: &Design) -> Result<String, Report> {
        let rtl = match design {
            Design::Array(point) => array::rtl_digest(&point.config()?)?,
            Design::Reference(point) => reference::rtl_digest(point)?,
        };
        Ok(sha256_hex(format!("{} {rtl}", self.common).as_bytes()))
    }

    fn implement(&self, design: &Design) -> Result<Implementation, Report> {
        match design {
            Design::Array(point) => self.implement_array(point),
            Design::Reference(point) => self.implement_reference(point),
        }
    }

    fn energy_key(&self, _: &Design, workload: Workload) -> String {
        format!("{} {MVMS} {SEED}", workload.word())
    }

    fn energy(
        &self,
        design: &Design,
        implementation: &Implementation,
        workload: Workload,
    ) -> Result<Energy, Report> {
        match design {
            Design::Array(point) => self.energy_of_array(point, implementation, workload),
            Design::Reference(point) => self.energy_of_reference(point, implementation, workload),
        }
    }
}

fn read(file: &Path) -> Result<String, Report> {
    fs::read_to_string(file).map_err(|error| {
        let shown = quoted(&file.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot read {shown}: {error}")).into()
    })
}
