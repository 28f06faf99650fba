// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs synthesis and writes netlist, result and report.

use std::fs;
use std::path::{Path, PathBuf};

use askama::Template as _;

use crate::config::{Code, Config, Diagnostic, Report, quoted, sha256_hex};
use crate::emit::{self, OutputFile, WriteOptions, rendering};
use crate::flow::Workspace;
use crate::flow::liberty::Liberty;
use crate::flow::netlist::{self, Netlist, Trees};
use crate::flow::pdk::Library;
use crate::flow::report::{Provenance, write_json, write_text};
use crate::flow::tools::Yosys;

use super::choose::{Variant, choose, delay_ps};
use super::markdown::markdown;
use super::portfolio::{PORTFOLIO, Script};
use super::result::{Resources, SynthesisResult};
use super::script::{Synth, Verify, word};
use super::tech;

/// What to synthesise.
#[derive(Debug)]
pub struct Synthesis<'a> {
    /// The design.
    pub config: &'a Config,
    /// The library.
    pub library: &'a Library,
    /// Where everything goes.
    pub workspace: &'a Workspace,
    /// Clock period in ns.
    pub period_ns: f64,
    /// Buffer trees on clocks, too: for figures before layout.
    pub clock_trees: bool,
}

/// Generates the design, maps it to the library, makes the netlist fit for layout, checks it, and
/// writes `netlist.v`, `netlist.json`, `result.json` and `report.md` into the folder of synthesis.
/// `say` hears what is going on.
///
/// # Errors
/// A library without the cells that are needed, a tool that is missing or fails, or a netlist that
/// fails its checks.
pub fn synthesise(
    synthesis: &Synthesis<'_>,
    say: &dyn Fn(&str),
) -> Result<(SynthesisResult, Report), Report> {
    let Synthesis {
        config,
        library,
        workspace,
        period_ns,
        clock_trees,
    } = synthesis;
    let files = emit::generate(config)?;
    let options = WriteOptions {
        force: true,
        dry_run: false,
    };
    let written = emit::write(&workspace.gen_root(), config, &files, options)?;
    let mut options = vec!["--period-ns".to_owned(), period_ns.to_string()];
    if *clock_trees {
        options.push("--clock-trees".to_owned());
    }
    let provenance = Provenance::new(config, library, "synth", &options)?;
    let origin = format!(
        "Configuration {}, digest {}",
        config.name(),
        config.digest_hex()
    );
    let mapping = Mapping {
        source: Source::of(config, &files)?,
        library,
        folder: workspace.synth(),
        period_ns: *period_ns,
        clock_trees: *clock_trees,
        origin,
        provenance,
    };
    let result = map(mapping, say)?;
    write_json(&workspace.record("synth").with_extension("json"), &result)?;
    write_text(
        &workspace.record("synth").with_extension("md"),
        &markdown(&result),
    )?;
    Ok((result, written.warnings))
}

/// What to map: Verilog from wherever it comes.
#[derive(Debug)]
pub struct Mapping<'a> {
    /// The Verilog.
    pub source: Source,
    /// The library.
    pub library: &'a Library,
    /// Folder for everything.
    pub folder: PathBuf,
    /// Clock period in ns.
    pub period_ns: f64,
    /// Buffer trees on clocks, too.
    pub clock_trees: bool,
    /// Where the Verilog comes from, in a line for the netlist's head.
    pub origin: String,
    /// Where the result comes from; Yosys is added.
    pub provenance: Provenance,
}

/// As [`synthesise`], of Verilog that is there already: writes `netlist.v`, `result.json` and `report.md`.
///
/// # Errors
/// A library without the cells that are needed, a tool that is missing or fails, or a netlist that
/// fails its checks.
pub fn map(mapping: Mapping<'_>, say: &dyn Fn(&str)) -> Result<SynthesisResult, Report> {
    let Mapping {
        source: design,
        library,
        folder,
        period_ns,
        clock_trees,
        origin,
        provenance,
    } = mapping;
    let yosys = Yosys::find()?;
    say("reading the library");
    let liberty = library.load()?;
    Workspace::make(&folder)?;
    let plain = library.plain_liberty(&folder.join("liberty"))?;
    let liberty_words: Vec<String> = plain
        .iter()
        .map(|file| Ok(word(&absolute(file)?)))
        .collect::<Result<_, Report>>()?;

    // Yosys runs in the folder of synthesis, where netlists get no folders of the machine into them.
    let period_ps = (period_ns * 1000.0).round();
    let cells = &library.description.cells;
    let portfolio: Vec<Script> = PORTFOLIO
        .iter()
        .filter(|script| cells.full_adder.is_some() || !script.full_adders)
        .copied()
        .collect();
    if let Some(adder) = &cells.full_adder {
        write_text(&folder.join("adders.v"), &tech::full_adder(adder))?;
    }
    let script = Synth {
        top: &design.top,
        liberty: liberty_words.clone(),
        stubs: design.stubs.clone(),
        rtl: design.rtl.clone(),
        modules: design.modules.clone(),
        liberty_options: liberty_options(library, &liberty, &liberty_words),
        period_ps: period_ps as u64,
        portfolio: &portfolio,
    };
    write_text(&folder.join("tech.v"), &tech::clock_gate(cells))?;
    write_text(&folder.join("latches.v"), &tech::latches(cells))?;
    let constraints = format!(
        "set_driving_cell {}\nset_load {}\n",
        cells.driving.cell, cells.load_ff
    );
    write_text(&folder.join("abc.constr"), &constraints)?;
    write_text(
        &folder.join("synth.ys"),
        &script.render().map_err(rendering)?,
    )?;
    say(&format!(
        "synthesising {} with Yosys {} ({} modules, {} mappings of each)",
        design.top,
        yosys.version,
        design.modules.len(),
        portfolio.len()
    ));
    let mapped = yosys.run(&folder, Path::new("synth.ys"), &folder.join("yosys.log"))?;
    check_latches(&folder)?;

    say("choosing and finishing the netlist");
    let variants = portfolio
        .iter()
        .map(|script| {
            let name = format!("variant_{}.json", script.name);
            let text = read(&folder.join(name))?;
            let netlist = netlist::read_yosys_json(&text, &design.top)?;
            let delay = |module: &String| {
                let log = format!("abc_{}_{module}.log", script.name);
                let delay = delay_ps(&read(&folder.join(log)).ok()?)?;
                Some((module.clone(), delay))
            };
            Ok(Variant {
                script: *script,
                netlist,
                delay_ps: design.modules.iter().filter_map(delay).collect(),
            })
        })
        .collect::<Result<Vec<_>, Report>>()?;
    let Some((mut netlist, mapping)) = choose(variants, &liberty, period_ps) else {
        let message = "synthesis left no modules".to_owned();
        return Err(Diagnostic::new(Code::NetlistSyntax, message).into());
    };
    tidy_up(&folder, &design.modules);
    let (tree_buffers, clock_buffers) = finish(&mut netlist, &liberty, library, clock_trees);
    check_cells(&netlist, &liberty, &design.boxes)?;

    let provenance = provenance.tool("Yosys", &yosys.version);
    let header = format!(
        "// Netlist of {}, made by hcim {} with Yosys {}.\n\
         // {origin}\n\
         // Library: {}\n",
        design.top, provenance.hcim, yosys.version, library.description.title
    );
    let verilog = netlist::to_verilog(&netlist, &header);
    write_text(&folder.join("netlist.v"), &verilog)?;
    say("checking the netlist");
    let verify = Verify {
        top: &design.top,
        liberty: liberty_words,
        stubs: design.stubs.clone(),
    };
    write_text(
        &folder.join("verify.ys"),
        &verify.render().map_err(rendering)?,
    )?;
    let verified = yosys.run(&folder, Path::new("verify.ys"), &folder.join("verify.log"))?;

    let result = SynthesisResult {
        provenance,
        top: design.top,
        period_ns,
        netlist_sha256: sha256_hex(verilog.as_bytes()),
        black_boxes: design.boxes,
        statistics: netlist::statistics(&netlist, &liberty),
        mapping,
        tree_buffers,
        clock_trees,
        clock_buffers,
        resources: Resources {
            seconds: mapped.seconds + verified.seconds,
            peak_kib: mapped.peak_kib.max(verified.peak_kib),
        },
    };
    write_json(&folder.join("result.json"), &result)?;
    write_text(&folder.join("report.md"), &markdown(&result))?;
    Ok(result)
}

/// The files of a design, as Yosys names them from the folder of synthesis.
#[derive(Debug)]
pub struct Source {
    /// Top module.
    pub top: String,
    /// Files to synthesise.
    pub rtl: Vec<String>,
    /// Files of black boxes.
    pub stubs: Vec<String>,
    /// Names of the black boxes.
    pub boxes: Vec<String>,
    /// Modules that stay modules, children before parents.
    pub modules: Vec<String>,
}

impl Source {
    /// The order is that of the file list for synthesis: children before parents.
    fn of(config: &Config, files: &[OutputFile]) -> Result<Source, Report> {
        let name = config.name();
        let list = PathBuf::from(format!("{name}_synth.f"));
        let Some(list) = files.iter().find(|file| file.path == list) else {
            let message = "the design has no file list for synthesis".to_owned();
            return Err(Diagnostic::new(Code::Internal, message).into());
        };
        let mut found = Source {
            top: format!("{name}_{}", config.top()),
            rtl: Vec::new(),
            stubs: Vec::new(),
            boxes: Vec::new(),
            modules: Vec::new(),
        };
        for line in list.contents.lines() {
            let path = format!("../gen/{name}/{line}");
            let Some(module) = Path::new(line).file_stem().and_then(|stem| stem.to_str()) else {
                continue;
            };
            if line.starts_with("rtl/") {
                found.rtl.push(path);
                // The primitives are common to all designs and have no prefix.
                // A bit of storage is optimised with what stands around it.
                if module.starts_with(&format!("{name}_")) && !module.ends_with("_bit") {
                    found.modules.push(module.to_owned());
                }
            } else if line.starts_with("stub/") {
                found.stubs.push(path);
                found.boxes.push(module.to_owned());
            }
        }
        Ok(found)
    }
}

/// Liberty files, and the cells that must not be used, as options of passes.
fn liberty_options(library: &Library, liberty: &Liberty, files: &[String]) -> String {
    let mut words: Vec<String> = files
        .iter()
        .map(|file| format!("-liberty {file}"))
        .collect();
    let cells = &library.description.cells;
    for (name, cell) in &liberty.cells {
        if cell.dont_use || cells.is_dont_use(name) {
            words.push(format!("-dont_use {name}"));
        }
    }
    words.join(" ")
}

/// Ties, buffers and names; gives the number of buffers in trees of signals and of clocks.
fn finish(
    netlist: &mut Netlist,
    liberty: &Liberty,
    library: &Library,
    clock_trees: bool,
) -> (usize, usize) {
    let cells = &library.description.cells;
    for module in netlist.modules.values_mut() {
        netlist::open_unused_outputs(module, liberty);
        netlist::tie_constants(module, cells.tie_high.as_ref(), cells.tie_low.as_ref());
        if let Some(buffer) = cells.buffer.first() {
            netlist::separate_ports(module, buffer);
        }
    }
    let mut trees = |of: Trees| netlist::buffer_trees(netlist, liberty, cells, of).buffers;
    let signals = trees(Trees::Signals);
    let clocks = if clock_trees { trees(Trees::Clocks) } else { 0 };
    for module in netlist.modules.values_mut() {
        netlist::tidy(module, liberty);
    }
    (signals, clocks)
}

fn check_latches(folder: &Path) -> Result<(), Report> {
    let found = read(&folder.join("latches.txt"))?;
    // Yosys warns in the same file of primitives that this design has no use for.
    let is_latch = |line: &&str| !line.trim().is_empty() && !line.starts_with("Warning");
    let latches: Vec<&str> = found.lines().filter(is_latch).collect();
    if latches.is_empty() {
        return Ok(());
    }
    let message = format!("{} latches appear where the design has none", latches.len());
    let mut diagnostic = Diagnostic::new(Code::UnexpectedLatch, message);
    for latch in latches.iter().take(10) {
        diagnostic = diagnostic.note((*latch).to_owned());
    }
    Err(diagnostic
        .help("this is a defect of hcim; please report it with the configuration")
        .into())
}

fn check_cells(netlist: &Netlist, liberty: &Liberty, boxes: &[String]) -> Result<(), Report> {
    let unknown = netlist::unknown_cells(netlist, liberty, boxes);
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the library has no cells for {} kinds of logic",
        unknown.len()
    );
    let mut diagnostic = Diagnostic::new(Code::UnmappedCells, message);
    for (cell, count) in unknown {
        diagnostic = diagnostic.note(format!("{cell}: {count}"));
    }
    Err(diagnostic
        .help("use a Liberty with flip-flops, latches and gates for these, and see that the description's dont_use leaves them")
        .into())
}

/// Removes what only the choice needed.
fn tidy_up(folder: &Path, modules: &[String]) {
    for script in PORTFOLIO {
        // Left behind they are of no harm.
        let _ = fs::remove_file(folder.join(format!("variant_{}.json", script.name)));
        for module in modules {
            let _ = fs::remove_file(folder.join(format!("abc_{}_{module}.log", script.name)));
        }
    }
}

fn absolute(file: &Path) -> Result<PathBuf, Report> {
    std::path::absolute(file).map_err(|error| {
        let shown = quoted(&file.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("{shown}: {error}")).into()
    })
}

fn read(file: &Path) -> Result<String, Report> {
    fs::read_to_string(file).map_err(|error| {
        let shown = quoted(&file.to_string_lossy());
        Diagnostic::new(Code::InputOutput, format!("cannot read {shown}: {error}")).into()
    })
}
