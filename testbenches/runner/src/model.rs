// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a unit of the matrix to a simulator: generate, verilate, compile, link. Each step is skipped when the digest of
//! its inputs is what it was.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compile::Compilation;
use crate::digest::{digest, files, forget, is_fresh, mark_fresh, staged};
use crate::netlist::Netlist;
use crate::ports;
use crate::tools::{Tools, run};
use crate::trace::Trace;

/// Optimisation of testbenches.
const OPTIMISE: &str = "-O1";

/// Optimisation of models: most run for a few thousand cycles, where compiling dominates (128 columns: 6 s with `-O0`,
/// 18 s with `-O1`).
const OPTIMISE_MODEL: &str = "-O0";

/// Optimisation of models with mutants, which run for thousands of times that.
const OPTIMISE_MUTANTS: &str = "-O1";

/// Optimisation of accelerators that count what they see, which takes most of their time: they have the longest tests.
const OPTIMISE_COVERAGE: &str = "-O1";

/// Optimisation of models that run whole networks: millions of cycles.
const OPTIMISE_LONG_RUNS: &str = "-O2";

/// C++ that is compiled in one run.
const UNIT_BYTES: u64 = 24 << 20;

/// Verilator's flags, less the paths.
const VERILATOR_FLAGS: &[&str] = &[
    "--cc",
    "-O3",
    "--prefix",
    "Vdut",
    "--assert",
    "--x-assign",
    "unique",
    "--x-initial",
    "unique",
    "+define+HCIM_ASSERT",
];

/// Verilator's flags for netlists, which are not held to the rules of our RTL's style.
/// Synthesis names instances with a leading underscore, which traces leave out unless told otherwise.
const NETLIST_FLAGS: &[&str] = &[
    "-Wno-fatal",
    "-Wno-lint",
    "-Wno-style",
    "-Wno-TIMESCALEMOD",
    "--trace-underscore",
];

/// What is built once and linked into every simulator.
#[derive(Debug)]
pub struct Shared {
    trace: Trace,
    runtime: Vec<PathBuf>,
}

/// A generated configuration.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its name: what the names of modules begin with.
    pub name: String,
    /// The top that was generated.
    pub top: String,
    /// What identifies it.
    pub sha256: String,
    /// Synthesisable files.
    pub rtl: Vec<PathBuf>,
    /// Behavioural models.
    pub sim: Vec<PathBuf>,
    /// Black boxes in their place.
    pub stub: Vec<PathBuf>,
    /// The replay testbench with its steps.
    pub replay: Vec<PathBuf>,
    /// C driver.
    pub driver: Vec<PathBuf>,
    /// The effective configuration in JSON.
    pub config: PathBuf,
}

impl Generated {
    /// A configuration as `hcim gen` has written it into a folder of its own.
    pub fn read(base: &Path) -> Result<Generated, String> {
        let config = base.join("config.json");
        let (name, top) = name_and_top(&config)?;
        let sha256 = text_of(&base.join("manifest.json"), "configuration_sha256")?;
        let (replay, sim) = files(&base.join("sim"), &["v", "steps"])
            .into_iter()
            .partition(|path| {
                let name = path.to_string_lossy();
                name.ends_with("_replay_tb.v") || name.ends_with(".steps")
            });
        Ok(Generated {
            name,
            top,
            sha256,
            rtl: files(&base.join("rtl"), &["v"]),
            sim,
            stub: files(&base.join("stub"), &["v"]),
            replay,
            driver: files(&base.join("driver"), &["c"]),
            config,
        })
    }

    /// Everything that makes a simulator of the RTL.
    pub fn sources(&self) -> Vec<PathBuf> {
        [&self.rtl, &self.sim, &self.driver]
            .map(Vec::as_slice)
            .concat()
    }

    /// Name of the generated top module.
    pub fn module(&self) -> String {
        format!("{}_{}", self.name, self.top)
    }

    /// Name of the testbench of the top.
    pub fn bench(&self) -> String {
        crate::matrix::bench_of(&self.top)
    }
}

/// What is put into the simulator.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// The emitted RTL.
    Rtl,
    /// The same, for host scripts: a tile's code is there once however many tiles there are. `quick` is compiled sooner;
    /// else it is compiled for millions of cycles. Crossbars have no hooks for testbenches.
    LongRun {
        /// Compile without optimisation.
        quick: bool,
    },
    /// A netlist of it and models of its cells.
    Netlist(&'a Netlist),
    /// The RTL with mutants in it, as Yosys wrote it.
    Mutants(&'a [PathBuf]),
}

/// Generates what `args` of `hcim` say into `folder`; files that the arguments name are `inputs`.
pub fn generate(
    tools: &Tools,
    args: &[String],
    inputs: &[PathBuf],
    folder: &Path,
) -> Result<Generated, String> {
    let out = folder.join("gen");
    let inputs = digest(
        &[&args.join(" ")],
        &[std::slice::from_ref(&tools.hcim), inputs].concat(),
    )?;
    if !is_fresh(&out, &inputs) {
        let _ = std::fs::remove_dir_all(&out);
        run(Command::new(&tools.hcim)
            .args(args)
            .arg("--out")
            .arg(&out)
            .arg("--force"))?;
        mark_fresh(&out, &inputs)?;
    }
    let base = std::fs::read_dir(&out)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|base| base.join("rtl").is_dir())
        .ok_or("the generator made no rtl/")?;
    Generated::read(&base)
}

/// A configuration's name and top.
pub fn name_and_top(config: &Path) -> Result<(String, String), String> {
    Ok((text_of(config, "name")?, text_of(config, "top")?))
}

/// A member of a JSON file's object.
fn text_of(path: &Path, member: &str) -> Result<String, String> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    json[member]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| wrong(format!("has no \"{member}\"")))
}

/// Compiles Verilator's run-time library.
pub fn shared(tools: &Tools, trace: Trace) -> Result<Shared, String> {
    let folder = tools.build.join(format!("runtime{}", trace.suffix()));
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut sources = vec![
        "verilated.cpp".to_owned(),
        "verilated_threads.cpp".to_owned(),
    ];
    sources.extend(trace.runtime());
    let mut runtime = Vec::new();
    for source in sources {
        let source = tools.verilator_include.join(source);
        let object = folder.join(source.with_extension("o").file_name().unwrap_or_default());
        let (source, object, flags) = (&source, &object, &["-O2", "-w"]);
        Compilation {
            source,
            object,
            flags,
            headers: &[],
            include: &folder,
            trace,
        }
        .run(tools)?;
        runtime.push(object.clone());
    }
    Ok(Shared { trace, runtime })
}

/// Compiles one testbench (with the harness, which is headers and `common/main.cpp`).
pub fn bench(tools: &Tools, name: &str) -> Result<Vec<PathBuf>, String> {
    let folder = tools.build.join("benches");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let sources = tools.root.join("testbenches");
    let mut headers = files(&sources.join("common"), &["h"]);
    headers.extend(files(&tools.golden_include, &["h"]));
    let mut objects = Vec::new();
    let mut all = files(&sources.join("common"), &["cpp"]);
    let own = sources.join(name);
    if own.is_dir() {
        headers.extend(files(&own, &["h"]));
        all.extend(files(&own, &["cpp"]));
    } else {
        all.push(sources.join(format!("{name}.cpp")));
    }
    for source in all {
        let prefix = if source.starts_with(sources.join("common")) {
            "common"
        } else {
            name
        };
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let object = folder.join(format!("{prefix}-{stem}.o"));
        let flags = [OPTIMISE, "-Wall", "-Wextra", "-Werror"];
        let (source, object, flags, headers) = (&source, &object, &flags, &headers);
        let include = &tools.golden_include;
        Compilation {
            source,
            object,
            flags,
            headers,
            include,
            trace: Trace::Off,
        }
        .run(tools)?;
        objects.push(object.clone());
    }
    Ok(objects)
}

/// Verilates, compiles and links a simulator.
pub fn simulator(
    tools: &Tools,
    folder: &Path,
    generated: &Generated,
    source: Source,
    shared: &Shared,
    bench: &[PathBuf],
) -> Result<PathBuf, String> {
    // Accelerators have the longest tests.
    let counts_long = shared.trace == Trace::Coverage && generated.top == "accelerator";
    let optimise = match source {
        Source::Mutants(_) => OPTIMISE_MUTANTS,
        Source::LongRun { quick: false } => OPTIMISE_LONG_RUNS,
        _ if shared.trace == Trace::Coverage && generated.top == "accelerator" => OPTIMISE_COVERAGE,
        _ => OPTIMISE_MODEL,
    };
    let suffix = shared.trace.suffix();
    let model = folder.join(format!("model{suffix}"));
    let mut flags = VERILATOR_FLAGS.to_vec();
    let mut sources = match source {
        Source::Rtl | Source::LongRun { .. } => generated.rtl.clone(),
        Source::Netlist(netlist) => {
            flags.extend(NETLIST_FLAGS);
            netlist.files()
        }
        Source::Mutants(files) => {
            flags.extend(NETLIST_FLAGS);
            // Yosys writes every multiplexer of many inputs as a case whose matches exclude each other, which before the
            // reset, and with a fault, they need not.
            flags.push("--no-assert-case");
            files.to_vec()
        }
    };
    sources.extend_from_slice(&generated.sim);
    // Verilator would dissolve every instance in the top, with code of its own for each.
    let kept = match source {
        Source::LongRun { .. } => vec![format!("{}_tile", generated.name)],
        _ if counts_long => blocks(generated),
        _ => Vec::new(),
    };
    if !kept.is_empty() {
        let lines = kept
            .iter()
            .map(|module| format!("no_inline -module \"{module}\"\n"));
        let text = format!("`verilator_config\n{}", lines.collect::<String>());
        let path = folder.join("kept.vlt");
        // Whole at any moment: another process may read it for its digest.
        staged(&path, |path| {
            std::fs::write(path, &text).map_err(|e| format!("{}: {e}", path.display()))
        })?;
        sources.insert(0, path);
    }
    flags.extend(shared.trace.flags());
    let module = generated.module();
    let glue_text = ports::glue(&[], &[], shared.trace);
    let texts = [module.as_str(), &glue_text, optimise, &flags.join(" ")];
    let mut inputs = sources.clone();
    // The one header of testbenches that the glue includes.
    inputs.push(tools.root.join("testbenches/common/dut.h"));
    let model_digest = digest(&texts, &inputs)?;
    if !is_fresh(&model, &model_digest) {
        forget(&model);
        let _ = std::fs::remove_dir_all(&model);
        let mut command = Command::new(tools.root.join("scripts/verilator"));
        command
            .args(&flags)
            .arg("--Mdir")
            .arg(&model)
            .args(["--top-module", &module]);
        run(command.args(&sources))?;
        let units = translation_units(&model, shared.trace)?;
        compile_units(tools, &model, &units, shared.trace, optimise)?;
        mark_fresh(&model, &model_digest)?;
    }
    let mut parts = files(&model, &["o"]);
    parts.extend(driver(tools, folder, generated)?);
    parts.extend_from_slice(bench);
    parts.extend_from_slice(&shared.runtime);
    parts.push(tools.golden.clone());
    let simulator = folder.join(format!("sim{suffix}"));
    let links = digest(&[&tools.link_flags.join(" ")], &parts)?;
    if !is_fresh(&simulator, &links) {
        staged(&simulator, |simulator| {
            let mut command = Command::new("g++");
            command
                .arg("-o")
                .arg(simulator)
                .args(&parts)
                .args(["-lpthread", "-ldl", "-lm"])
                .args(&tools.link_flags);
            if shared.trace == Trace::Fst {
                command.args(["-llz4", "-lz"]);
            }
            run(&mut command).map(|_| ())
        })?;
        mark_fresh(&simulator, &links)?;
    }
    Ok(simulator)
}

/// Modules of a configuration that hold no crossbar, whose hooks must be the top's, and are of a size to speak of.
fn blocks(generated: &Generated) -> Vec<String> {
    let around = ["tile", "lane", "accelerator"].map(|part| format!("{}_{part}", generated.name));
    let stems = generated.rtl.iter().filter_map(|path| path.file_stem());
    stems
        .map(|stem| stem.to_string_lossy().into_owned())
        .filter(|module| module.starts_with(&generated.name) && !around.contains(module))
        .filter(|module| *module != generated.module())
        .collect()
}

/// Compiles the generated C driver and what testbenches reach it by.
fn driver(tools: &Tools, folder: &Path, generated: &Generated) -> Result<Vec<PathBuf>, String> {
    let Some(first) = generated.driver.first() else {
        return Ok(Vec::new());
    };
    let include = first.parent().unwrap_or(folder);
    let headers = files(include, &["h"]);
    let name = &generated.name;
    let regs = format!("-DHCIM_REGS_HEADER=\"{name}_regs.h\"");
    let identity = format!("-DHCIM_IDENTITY={}_IDENTITY", name.to_uppercase());
    let accelerator_regs = format!("-DHCIM_ACCELERATOR_REGS_HEADER=\"{name}_accelerator_regs.h\"");
    let accelerator_identity = format!(
        "-DHCIM_ACCELERATOR_IDENTITY={}_ACCELERATOR_IDENTITY",
        name.to_uppercase()
    );
    let folder_of_access = tools.root.join("testbenches/driver");
    let mut access = vec![folder_of_access.join("access.cpp")];
    if generated.top == "accelerator" {
        access.push(folder_of_access.join("accelerator.cpp"));
    }
    let mut objects = Vec::new();
    for source in generated.driver.iter().chain(&access) {
        let object = folder.join(source.with_extension("o").file_name().unwrap_or_default());
        let mut flags = vec![OPTIMISE, "-Wall", "-Wextra", "-Werror"];
        if access.contains(source) {
            flags.extend([regs.as_str(), identity.as_str()]);
            if generated.top == "accelerator" {
                flags.extend([accelerator_regs.as_str(), accelerator_identity.as_str()]);
            }
        } else {
            flags.extend(["-std=c99", "-pedantic"]);
        }
        Compilation {
            source,
            object: &object,
            flags: &flags,
            headers: &headers,
            include,
            trace: Trace::Off,
        }
        .run(tools)?;
        objects.push(object);
    }
    Ok(objects)
}

/// Sources that include the model and its glue: one for a small model, as that is compiled fastest; several of about the
/// same size for a large one, as the compiler's memory grows with them.
fn translation_units(model: &Path, trace: Trace) -> Result<Vec<PathBuf>, String> {
    let read = |name: &str| {
        let path = model.join(name);
        std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
    };
    let mut texts = vec![String::new()];
    let mut size = 0;
    for source in files(model, &["cpp"]) {
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        let bytes = std::fs::metadata(&source).map_or(0, |found| found.len());
        if size > 0 && size + bytes > UNIT_BYTES {
            texts.push(String::new());
            size = 0;
        }
        size += bytes;
        if let Some(text) = texts.last_mut() {
            *text += &format!("#include \"{name}\"\n");
        }
    }
    let ports = ports::parse(&read("Vdut.h")?)?;
    let hooks = ports::hooks(&read("Vdut___024root.h")?)?;
    if let Some(text) = texts.last_mut() {
        *text += &ports::glue(&ports, &hooks, trace);
    }
    let mut units = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        let path = model.join(format!("unit{i}.cc"));
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        units.push(path);
    }
    Ok(units)
}

/// Compiles them, two at a time.
fn compile_units(
    tools: &Tools,
    model: &Path,
    units: &[PathBuf],
    trace: Trace,
    optimise: &str,
) -> Result<(), String> {
    let headers = files(model, &["h", "cpp"]);
    let compile = |unit: &PathBuf| {
        Compilation {
            source: unit,
            object: &unit.with_extension("o"),
            flags: &[optimise, "-w"],
            headers: &headers,
            include: model,
            trace,
        }
        .run(tools)
    };
    for pair in units.chunks(2) {
        std::thread::scope(|scope| {
            let running: Vec<_> = pair
                .iter()
                .map(|unit| scope.spawn(|| compile(unit)))
                .collect();
            running.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err("a compiler run was not waited for".to_owned()))
            })
        })?;
    }
    Ok(())
}
