// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the synthesised netlist to the files and figures of a layout.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::config::{Code, Config, Diagnostic, Report, quoted};
use crate::flow::Workspace;
use crate::flow::input;
use crate::flow::lef::{self, Lef};
use crate::flow::pdk::Library;
use crate::flow::pnr::flat::Flat;
use crate::flow::pnr::result::LayoutResult;
use crate::flow::pnr::{flatten, parasitics, timing, view};
use crate::flow::report::{Provenance, write_json, write_text};

use super::{Layout, QflowTechnology, StepTime, run, versions};

/// Folder of this flow in the workspace.
const FOLDER: &str = "pnr/qflow";

/// Places and routes the netlist of `hcim synth`; leaves `layout.{def,gds,png}`, `routed.{v,spef}`,
/// `setup.rpt`, `hold.rpt`, `result.json` and `report.md` in `pnr/qflow/`, and the report of record.
///
/// # Errors
/// A missing tool or netlist, a step that fails. Violations are part of the result.
pub fn layout(
    config: &Config,
    library: &Library,
    workspace: &Workspace,
    period_ns: f64,
    density: Option<f64>,
    mut progress: impl FnMut(&str),
) -> Result<LayoutResult, Report> {
    let technology = QflowTechnology::of(library, density)?;
    super::find()?;
    let (sta, sta_version) = timing::find()?;
    let folder = workspace.folder(FOLDER);
    let started = Instant::now();
    progress("flatten");
    let (flat, yosys) = flatten::flatten(config, library, workspace, &folder)?;
    let mut times = vec![step_time("flatten", started)];
    let made = run(&flat, &technology, &folder.join("project"), &mut progress)?;
    times.extend(made.times.iter().cloned());
    let cells = cell_lef(library)?;
    let copy = folder.join("layout.def");
    fs::copy(&made.def_file, &copy).map_err(|error| {
        let shown = quoted(&copy.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot write {shown}: {error}"))
    })?;
    let wires = &made.def.nets;
    let spef = parasitics::spef(&flat, &made.trees, wires, &cells)
        .map_err(|why| Diagnostic::new(Code::ToolFailed, format!("parasitics: {why}")))?;
    write_text(&folder.join("routed.spef"), &spef)?;
    write_text(&folder.join("routed.v"), &flat.to_verilog())?;
    progress("timing");
    let started = Instant::now();
    let liberty = library.plain_liberty(&folder)?;
    let liberty: Result<Vec<_>, _> = liberty.iter().map(fs::canonicalize).collect();
    let liberty = liberty.map_err(|error| {
        Diagnostic::new(
            Code::PdkFileMissing,
            format!("a Liberty file is gone: {error}"),
        )
    })?;
    let description = &library.description;
    let routed = timing::run(&sta, description, &liberty, &flat.name, period_ns, &folder)?;
    times.push(step_time("timing", started));
    progress("picture");
    let started = Instant::now();
    let lefs = lef_files(library)?;
    let klayout = view::view(
        &lefs,
        &copy,
        &folder.join("layout"),
        &folder.join("view.log"),
    )?;
    times.push(step_time("picture", started));
    let mut options = vec!["--flow".to_owned(), "qflow".to_owned(), "--run".to_owned()];
    options.push(format!("--period-ns {period_ns}"));
    options.extend(density.map(|density| format!("--density {density}")));
    let mut provenance = Provenance::new(config, library, "pnr", &options)?;
    for (name, version) in versions() {
        provenance = provenance.tool(&name, &version);
    }
    provenance = provenance
        .tool("yosys", &yosys)
        .tool("sta", &sta_version)
        .tool("klayout", &klayout)
        .input(&workspace.netlist_json())?;
    let result = figures(config, &flat, &made, &cells, provenance, routed, times)?;
    write_json(&folder.join("result.json"), &result)?;
    let markdown = result.to_markdown();
    write_text(&folder.join("report.md"), &markdown)?;
    let record = workspace.record("pnr");
    write_json(&record.with_extension("json"), &result)?;
    write_text(&record.with_extension("md"), &markdown)?;
    Ok(result)
}

fn step_time(step: &str, started: Instant) -> StepTime {
    StepTime {
        step: step.to_owned(),
        seconds: started.elapsed().as_secs_f64(),
    }
}

/// The LEF files, each once.
fn lef_files(library: &Library) -> Result<Vec<std::path::PathBuf>, Report> {
    let mut files = vec![library.tech_lef()?];
    for file in library.cell_lefs()? {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Ok(files)
}

/// Layers and cells of the PDK.
///
/// # Errors
/// A LEF that is missing or not understood.
pub fn cell_lef(library: &Library) -> Result<Lef, Report> {
    let mut whole = Lef::default();
    for file in lef_files(library)? {
        whole.merge(read_lef(&file)?);
    }
    Ok(whole)
}

fn read_lef(file: &Path) -> Result<Lef, Report> {
    let shown = quoted(&file.to_string_lossy());
    let text = input::text(file, input::LIBRARY).map_err(|error| {
        Diagnostic::new(
            Code::PdkFileMissing,
            format!("cannot read {shown}: {error}"),
        )
    })?;
    lef::parse(&text).map_err(|error| {
        Diagnostic::new(Code::PdkFileMissing, format!("{shown} is no LEF: {error}")).into()
    })
}

#[allow(clippy::too_many_arguments)] // the parts of one result
fn figures(
    config: &Config,
    flat: &Flat,
    made: &Layout,
    cells: &Lef,
    provenance: Provenance,
    timing: timing::RoutedTiming,
    seconds: Vec<StepTime>,
) -> Result<LayoutResult, Report> {
    let def = &made.def;
    let ours: BTreeMap<&str, &str> = flat
        .cells
        .iter()
        .map(|cell| (cell.name.as_str(), cell.kind.as_str()))
        .collect();
    let mut placed = 0;
    let mut cell_um2 = 0.0;
    for component in &def.components {
        let Some(kind) = ours.get(component.name.as_str()) else {
            continue;
        };
        let known = cells
            .cell(&component.kind)
            .filter(|cell| cell.name == **kind);
        let Some(cell) = known.filter(|_| component.placed) else {
            let message = format!("{} is not placed as the {kind} that it is", component.name);
            return Err(super::violation(message).into());
        };
        placed += 1;
        cell_um2 += cell.area_um2();
    }
    if placed != flat.cells.len() {
        let message = format!(
            "the layout has {placed} of the netlist's {} cells",
            flat.cells.len()
        );
        return Err(super::violation(message).into());
    }
    let wires = def.wires();
    let wire_pf = parasitics::capacitance(&wires, cells)
        .map_err(|why| Diagnostic::new(Code::ToolFailed, format!("parasitics: {why}")))?;
    let [left, bottom, right, top] = def.die;
    Ok(LayoutResult {
        provenance,
        flow: "qflow".to_owned(),
        top: flat.name.clone(),
        columns: config.cols(),
        die_um: [(right - left) as f64 / 1e3, (top - bottom) as f64 / 1e3],
        die_um2: def.die_um2(),
        cell_um2,
        utilisation: cell_um2 / def.die_um2(),
        cells: placed,
        fillers: def.components.len() - placed,
        nets: flat.nets.len(),
        pins: def.pins,
        wire_um: wires
            .length
            .iter()
            .map(|(layer, nm)| (layer.clone(), *nm as f64 / 1e3))
            .collect(),
        vias: wires.vias,
        drc_violations: made.drc_violations,
        lvs_matches: made.lvs_matches,
        wire_pf,
        timing,
        seconds,
    })
}
