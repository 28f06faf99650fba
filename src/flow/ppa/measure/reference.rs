// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reference designs: synthesised by the same scripts; their netlists are simulated in Icarus Verilog with a testbench that
//! compares every result with plain arithmetic.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::{Code, Diagnostic, Report, VERSION, sha256_hex};
use crate::emit::rendering;
use crate::flow::Workspace;
use crate::flow::power::Account;
use crate::flow::report::write_text;
use crate::flow::sdc::Constraints;
use crate::flow::synth::{Mapping, Source, map};
use crate::flow::tools::{Run, on_path};
use crate::flow::words::absolute;
use crate::hdl;
use crate::references::Reference;
use crate::references::bench;

use super::super::design::{Design, ReferencePoint, Workload};
use super::super::record::{Energy, Implementation};
use super::{Bench, MVMS, array, read, sources, workload};

/// Digest of the Verilog of a point.
pub(super) fn rtl_digest(point: &ReferencePoint) -> Result<String, Report> {
    let emission = point.reference().emit().map_err(defects)?;
    let text: String = emission.files.into_values().collect();
    Ok(sha256_hex(text.as_bytes()))
}

impl Bench {
    pub(super) fn implement_reference(
        &self,
        point: &ReferencePoint,
    ) -> Result<Implementation, Report> {
        let reference = point.reference();
        let workspace = self.reference_workspace(&reference);
        let emission = reference.emit().map_err(defects)?;
        let rtl = workspace.folder("rtl");
        for (name, text) in &emission.files {
            write_text(&rtl.join(name), text)?;
        }
        let own = |file: &&String| file.starts_with(&reference.name());
        let modules = emission.order.iter().filter(own);
        let source = Source {
            top: reference.top(),
            rtl: emission
                .order
                .iter()
                .map(|file| format!("../rtl/{file}"))
                .collect(),
            stubs: Vec::new(),
            boxes: Vec::new(),
            modules: modules
                .map(|file| file.trim_end_matches(".v").to_owned())
                .collect(),
        };
        let provenance = self.provenance("hcim ppa", &[Design::Reference(point.clone())]);
        let result = map(
            Mapping {
                source,
                library: &self.library,
                folder: workspace.synth(),
                period_ns: self.period_ns,
                clock_trees: true,
                origin: format!("Reference design of hcim {VERSION}"),
                provenance: provenance.clone(),
            },
            &|_| {},
        )?;
        let constraints = Constraints::of_module(&reference.build(), &self.environment());
        let timing = self.time(&workspace, constraints, provenance)?;
        Ok(array::implementation(&result, &timing))
    }

    pub(super) fn energy_of_reference(
        &self,
        point: &ReferencePoint,
        implementation: &Implementation,
        workload: Workload,
    ) -> Result<Energy, Report> {
        let reference = point.reference();
        let workspace = self.reference_workspace(&reference);
        if !super::power::is_netlist(&workspace.netlist(), &implementation.netlist_sha256) {
            self.implement_reference(point)?;
        }
        let Some(clone) = sources::clone() else {
            let message = "the reference designs compute images of the clone's testbenches, and there is no clone around";
            return Err(Diagnostic::new(Code::SimulatorMissing, message).into());
        };
        let shape = reference.dot_product();
        let numbers = workload::digits(&clone, &shape, MVMS as usize)?;
        let folder = workspace.folder("activity");
        let testbench = bench::render(&reference, &numbers, self.period_ps()).map_err(rendering)?;
        write_text(&folder.join("bench.v"), &testbench)?;
        let cycles = reference.cycles() as u64;
        simulate(
            &folder,
            &workspace.netlist(),
            &self.cells(),
            MVMS * cycles * self.period_ps(),
        )?;
        let saif = folder.join("digits.saif");
        let window_ps = MVMS * cycles * self.period_ps();
        super::vcd::to_saif(
            &folder.join("bench.vcd"),
            &saif,
            &reference.top(),
            window_ps,
        )?;
        let accumulates = MVMS * shape.rows as u64;
        let account = Account {
            workload: workload.word(),
            seed: super::SEED,
            mvms: MVMS,
            cycles: MVMS * cycles,
            period_ps: self.period_ps(),
            share_of_zeros: workload::share_of_zero_bits(&numbers, shape.input_bits),
            skipped_planes: 0,
            // Products, those with 0 included: nothing is skipped.
            accumulates,
            nonzero_accumulates: accumulates,
            scope: None,
            configuration_sha256: sha256_hex(reference.name().as_bytes()),
            netlist_sha256: Some(implementation.netlist_sha256.clone()),
            saif_sha256: Some(sha256_hex(read(&saif)?.as_bytes())),
        };
        let constraints = Constraints::of_module(&reference.build(), &self.environment());
        self.spend(
            &workspace,
            constraints,
            &saif,
            workload,
            &account,
            implementation.cells,
        )
    }

    fn reference_workspace(&self, reference: &Reference) -> Workspace {
        let pdk = &self.library.description.name;
        Workspace::named(
            &self.folder,
            &self.folder.join("reports"),
            pdk,
            &reference.name(),
        )
    }
}

/// Compiles and runs the testbench, which must pass with a window of this length.
fn simulate(folder: &Path, netlist: &Path, cells: &Path, window_ps: u64) -> Result<(), Report> {
    let tool = |name: &str| -> Result<PathBuf, Report> {
        on_path(name).ok_or_else(|| {
            Diagnostic::new(Code::ToolMissing, format!("{name} is not installed"))
                .help("run scripts/setup.sh, or install Icarus Verilog (Debian: apt-get install iverilog)")
                .into()
        })
    };
    let mut compile = Command::new(tool("iverilog")?);
    compile
        .args(["-g2005", "-s", "bench", "-o", "bench.vvp", "bench.v"])
        .args([absolute(netlist), absolute(cells)])
        .current_dir(folder);
    let log = folder.join("iverilog.log");
    Run {
        tool: "iverilog",
        command: compile,
        log: &log,
    }
    .finish()?;
    let mut run = Command::new(tool("vvp")?);
    run.args(["-n", "bench.vvp", "+vcd=bench.vcd"])
        .current_dir(folder);
    let log = folder.join("bench.log");
    Run {
        tool: "vvp",
        command: run,
        log: &log,
    }
    .finish()?;
    let said = read(&log)?;
    let passed = format!("PASS mvms={MVMS} window_ps={window_ps} ");
    if said.lines().any(|line| line.starts_with(&passed)) {
        return Ok(());
    }
    let message = "the netlist of a reference design does not compute what plain arithmetic gives";
    let mut diagnostic = Diagnostic::new(Code::ToolFailed, message);
    for line in said.lines().rev().take(3) {
        diagnostic = diagnostic.note(line.to_owned());
    }
    Err(diagnostic
        .help(format!("testbench and log are in {}", folder.display()))
        .into())
}

fn defects(found: Vec<hdl::Diagnostic>) -> Report {
    let listed: Vec<String> = found.iter().map(ToString::to_string).collect();
    let message = format!(
        "a reference design fails its own checks: {}",
        listed.join("; ")
    );
    Diagnostic::new(Code::Internal, message).into()
}
