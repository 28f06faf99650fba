// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a unit of the matrix to a simulator: generate, verilate, compile, link. Each step is skipped when the digest of
//! its inputs is what it was.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compile::Compilation;
use crate::digest::{digest, files, is_fresh, mark_fresh};
use crate::matrix::Unit;
use crate::ports;
use crate::tools::{Tools, run};

/// Optimisation of testbenches.
const OPTIMISE: &str = "-O1";

/// Optimisation of models: most run for a few thousand cycles, where compiling dominates (128 columns: 6 s with `-O0`,
/// 18 s with `-O1`).
const OPTIMISE_MODEL: &str = "-O0";

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
    /// Black boxes in their place.
    pub stub: Vec<PathBuf>,
    /// The replay testbench with its steps.
    pub replay: Vec<PathBuf>,
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
        let _ = std::fs::remove_dir_all(&out);
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
    let (replay, sim) = files(&base.join("sim"), &["v", "steps"])
        .into_iter()
        .partition(|path| {
            let name = path.to_string_lossy();
            name.ends_with("_replay_tb.v") || name.ends_with(".steps")
        });
    Ok(Generated {
        rtl: files(&base.join("rtl"), &["v"]),
        sim,
        stub: files(&base.join("stub"), &["v"]),
        replay,
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
        let (source, object, flags) = (&source, &object, &["-O2", "-w"]);
        Compilation {
            source,
            object,
            flags,
            headers: &[],
            include: &folder,
            wave,
        }
        .run(tools)?;
        runtime.push(object.clone());
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
        let (source, object, flags, headers) = (&source, &object, &flags, &headers);
        let include = &tools.golden_include;
        Compilation {
            source,
            object,
            flags,
            headers,
            include,
            wave: false,
        }
        .run(tools)?;
        objects.push(object.clone());
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
        Compilation {
            source: &unity,
            object: &object,
            flags: &[OPTIMISE_MODEL, "-w"],
            headers: &[],
            include: &model,
            wave: shared.wave,
        }
        .run(tools)?;
        mark_fresh(&object, &model_digest)?;
    }
    let mut parts = vec![object];
    parts.extend(driver(tools, unit, folder, generated)?);
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

/// Compiles the generated C driver and what testbenches reach it by.
fn driver(
    tools: &Tools,
    unit: &Unit,
    folder: &Path,
    generated: &Generated,
) -> Result<Vec<PathBuf>, String> {
    let Some(first) = generated.driver.first() else {
        return Ok(Vec::new());
    };
    let include = first.parent().unwrap_or(folder);
    let headers = files(include, &["h"]);
    let name = unit.config_name();
    let regs = format!("-DHCIM_REGS_HEADER=\"{name}_regs.h\"");
    let identity = format!("-DHCIM_IDENTITY={}_IDENTITY", name.to_uppercase());
    let access = tools.root.join("testbenches/driver/access.cpp");
    let mut objects = Vec::new();
    for source in generated.driver.iter().chain([&access]) {
        let object = folder.join(source.with_extension("o").file_name().unwrap_or_default());
        let mut flags = vec![OPTIMISE, "-Wall", "-Wextra", "-Werror"];
        if *source == access {
            flags.extend([regs.as_str(), identity.as_str()]);
        } else {
            flags.extend(["-std=c99", "-pedantic"]);
        }
        Compilation {
            source,
            object: &object,
            flags: &flags,
            headers: &headers,
            include,
            wave: false,
        }
        .run(tools)?;
        objects.push(object);
    }
    Ok(objects)
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
