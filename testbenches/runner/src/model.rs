// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a unit of the matrix to a simulator: generate, verilate, compile, link. Each step is skipped when the digest of
//! its inputs is what it was.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::digest::{digest, files, is_fresh, mark_fresh};
use crate::matrix::Unit;
use crate::ports;
use crate::tools::{Tools, run};

/// Optimisation of testbenches.
const OPTIMISE: &str = "-O1";

/// Optimisation of models: most run for a few thousand cycles, where compiling dominates (128 columns: 6 s with `-O0`,
/// 18 s with `-O1`).
const OPTIMISE_MODEL: &str = "-O0";

/// Flags of every C++ file.
const CXX_FLAGS: &[&str] = &[
    "-std=c++17",
    "-pipe",
    "-DVM_SC=0",
    "-DVM_COVERAGE=0",
    "-DVM_TIMING=0",
];

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

/// What is built once and linked into every simulator.
#[derive(Debug)]
pub struct Shared {
    wave: bool,
    runtime: Vec<PathBuf>,
}

/// A generated configuration.
#[derive(Debug)]
pub struct Generated {
    /// Synthesisable files.
    pub rtl: Vec<PathBuf>,
    /// Behavioural models.
    pub sim: Vec<PathBuf>,
    /// C driver.
    pub driver: Vec<PathBuf>,
    /// The effective configuration in JSON.
    pub config: PathBuf,
}

/// Generates a unit into `folder`.
pub fn generate(tools: &Tools, unit: &Unit, folder: &Path) -> Result<Generated, String> {
    let out = folder.join("gen");
    let flags = unit.gen_args().join(" ");
    let inputs = digest(&[&flags], std::slice::from_ref(&tools.hcim))?;
    if !is_fresh(&out, &inputs) {
        run(Command::new(&tools.hcim)
            .args(unit.gen_args())
            .arg("--out")
            .arg(&out)
            .arg("--force"))?;
        mark_fresh(&out, &inputs)?;
    }
    let top = [out.clone(), out.join(unit.config_name())];
    let base = top
        .iter()
        .rfind(|base| base.join("rtl").is_dir())
        .ok_or("the generator made no rtl/")?;
    Ok(Generated {
        rtl: files(&base.join("rtl"), &["v"]),
        sim: files(&base.join("sim"), &["v"]),
        driver: files(&base.join("driver"), &["c"]),
        config: base.join("config.json"),
    })
}

/// Compiles Verilator's run-time library.
pub fn shared(tools: &Tools, wave: bool) -> Result<Shared, String> {
    let folder = tools
        .build
        .join(if wave { "runtime-wave" } else { "runtime" });
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut sources = vec!["verilated.cpp", "verilated_threads.cpp"];
    if wave {
        sources.push("verilated_fst_c.cpp");
    }
    let mut runtime = Vec::new();
    for source in sources {
        let source = tools.verilator_include.join(source);
        let object = folder.join(source.with_extension("o").file_name().unwrap_or_default());
        compile(tools, &[&source], &object, &["-O2", "-w"], &[], wave)?;
        runtime.push(object);
    }
    Ok(Shared { wave, runtime })
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
        compile(tools, &[&source], &object, &flags, &headers, false)?;
        objects.push(object);
    }
    Ok(objects)
}

/// Verilates, compiles and links a simulator.
pub fn simulator(
    tools: &Tools,
    unit: &Unit,
    folder: &Path,
    generated: &Generated,
    shared: &Shared,
    bench: &[PathBuf],
) -> Result<PathBuf, String> {
    let suffix = if shared.wave { "-wave" } else { "" };
    let model = folder.join(format!("model{suffix}"));
    let sources = [generated.rtl.as_slice(), generated.sim.as_slice()].concat();
    let module = unit.module();
    let glue_text = ports::glue(&[], &[], shared.wave);
    let texts = [
        module.as_str(),
        &glue_text,
        OPTIMISE_MODEL,
        &VERILATOR_FLAGS.join(" "),
    ];
    let object = folder.join(format!("model{suffix}.o"));
    let mut inputs = sources.clone();
    inputs.extend(files(&tools.root.join("testbenches/common"), &["h"]));
    let model_digest = digest(&texts, &inputs)?;
    if !is_fresh(&object, &model_digest) {
        let _ = std::fs::remove_dir_all(&model);
        let mut command = Command::new(tools.root.join("scripts/verilator"));
        command
            .args(VERILATOR_FLAGS)
            .arg("--Mdir")
            .arg(&model)
            .args(["--top-module", &module]);
        if shared.wave {
            command.arg("--trace-fst");
        }
        run(command.args(&sources))?;
        let unity = unity(&model, shared.wave)?;
        compile(
            tools,
            &[&unity],
            &object,
            &[OPTIMISE_MODEL, "-w"],
            &[],
            shared.wave,
        )?;
        mark_fresh(&object, &model_digest)?;
    }
    let mut parts = vec![object];
    for source in &generated.driver {
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let driver = folder.join(format!("{stem}.o"));
        compile(
            tools,
            &[source],
            &driver,
            &[OPTIMISE, "-Wall", "-Wextra", "-Werror"],
            &[],
            false,
        )?;
        parts.push(driver);
    }
    parts.extend_from_slice(bench);
    parts.extend_from_slice(&shared.runtime);
    parts.push(tools.golden.clone());
    let simulator = folder.join(format!("sim{suffix}"));
    let links = digest(&[], &parts)?;
    if !is_fresh(&simulator, &links) {
        let mut command = Command::new("g++");
        command
            .arg("-o")
            .arg(&simulator)
            .args(&parts)
            .args(["-lpthread", "-ldl", "-lm"]);
        if shared.wave {
            command.args(["-llz4", "-lz"]);
        }
        run(&mut command)?;
        mark_fresh(&simulator, &links)?;
    }
    Ok(simulator)
}

/// One source file that includes the whole model and its glue: one compiler run.
fn unity(model: &Path, wave: bool) -> Result<PathBuf, String> {
    let header = model.join("Vdut.h");
    let header =
        std::fs::read_to_string(&header).map_err(|e| format!("{}: {e}", header.display()))?;
    let root = model.join("Vdut___024root.h");
    let root = std::fs::read_to_string(&root).map_err(|e| format!("{}: {e}", root.display()))?;
    let mut text = String::new();
    for source in files(model, &["cpp"]) {
        let name = source
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name != "unity.cpp" {
            text += &format!("#include \"{name}\"\n");
        }
    }
    text += &ports::glue(&ports::parse(&header)?, &ports::hooks(&root)?, wave);
    let path = model.join("unity.cpp");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// Compiles one file, unless nothing that it depends on has changed.
fn compile(
    tools: &Tools,
    sources: &[&Path],
    object: &Path,
    flags: &[&str],
    headers: &[PathBuf],
    wave: bool,
) -> Result<(), String> {
    let trace = if wave { "-DVM_TRACE=1" } else { "-DVM_TRACE=0" };
    let c_only = sources
        .iter()
        .all(|s| s.extension().is_some_and(|e| e == "c"));
    let mut command = Command::new(if c_only { "gcc" } else { "g++" });
    if !c_only {
        command.args(CXX_FLAGS).args([
            trace,
            if wave {
                "-DVM_TRACE_FST=1"
            } else {
                "-DVM_TRACE_FST=0"
            },
        ]);
    }
    command.args(flags).arg("-c").arg("-o").arg(object);
    for folder in [
        tools.verilator_include.clone(),
        tools.verilator_include.join("vltstd"),
        tools.root.join("testbenches/common"),
        tools.golden_include.clone(),
    ] {
        command.arg("-I").arg(folder);
    }
    command.args(sources);
    let mut inputs: Vec<PathBuf> = sources.iter().map(|s| s.to_path_buf()).collect();
    inputs.extend_from_slice(headers);
    let inputs = digest(&[&crate::tools::shell(&command)], &inputs)?;
    if is_fresh(object, &inputs) {
        return Ok(());
    }
    run(&mut command)?;
    mark_fresh(object, &inputs)
}
