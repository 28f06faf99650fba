// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim map`: a network onto an accelerator.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use hcim_network::Network;
use hcim_network::preset::{Resnet20, resnet20};
use serde::Serialize;

use crate::config::{Code, Config, Diagnostic, KeyId, Report, quoted};
use crate::flow::report::{write_json, write_text};
use crate::mapping::{self, MapReport, Mode, Needs, Program};

use super::config_args::ConfigArgs;
use super::load::load;
use super::network;
use super::output::Output;

pub(super) const EXAMPLES: &str = "\
Says which tile holds what, and writes the program: passes, constants, and the packets of every tile. Without flags of
a configuration the smallest accelerator that runs the network is taken; what does not fit onto a given one is told
with the smallest that does. doc/accelerator.md explains programs.

NETWORK is a file, or resnet20: its shapes with made weights.

Exit codes: 0 mapped, 1 the system failed, 2 the network is at fault or does not fit.

Examples:
  hcim map networks/digits_cnn.safetensors
  hcim map net.safetensors --tiles 3 --lanes 4 --rows 64 --out build/map --json
  hcim map resnet20 --rows 128 --cols 256 --tiles 5 --input-bits 8 --weight-slices 8 --activation-words 16384";

#[derive(Debug, Args)]
pub(super) struct MapArgs {
    /// Network: a safetensors file, the JSON of a fully connected network, or resnet20
    #[arg(value_name = "NETWORK")]
    network: PathBuf,
    /// Write program.json and the packets into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// With resnet20: rows of a segment
    #[arg(long, value_name = "N", default_value_t = 128)]
    segment_rows: usize,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Serialize)]
struct Body<'a> {
    report: &'a MapReport,
    /// The smallest configuration that runs the network.
    needs: &'a Needs,
    /// Command that generates the configuration that it was mapped onto.
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a Path>,
}

pub(super) fn run(args: &MapArgs) -> Output {
    map(args).unwrap_or_else(|report| Output::failure(report, args.json))
}

fn map(args: &MapArgs) -> Result<Output, Report> {
    let network = match args.network.to_str() {
        Some("resnet20") => resnet20(&Resnet20 {
            segment_rows: args.segment_rows,
            ..Resnet20::default()
        }),
        _ => network::read(&args.network)?,
    };
    let (config, needs, warnings) = accelerator(&network, &args.config)?;
    let program = mapping::map(&network, &config, Mode::Answer)?;
    let report = MapReport::new(&network, &program, &config);
    if let Some(out) = &args.out {
        write(out, &program)?;
    }
    if args.json {
        let body = Body {
            report: &report,
            needs: &needs,
            command: config.command_line(),
            written: args.out.as_deref(),
        };
        return Ok(Output::json(body, &warnings));
    }
    let mut text = table(&report, &config);
    if let Some(out) = &args.out {
        let _ = writeln!(text, "{}", network::written(&out.join("program.json")));
    }
    Ok(Output::text(text, warnings))
}

/// The accelerator that the flags say, or the smallest that runs the network; and what the network needs.
pub(super) fn accelerator(
    network: &Network,
    args: &ConfigArgs,
) -> Result<(Config, Needs, Report), Report> {
    let shapes = network
        .shapes()
        .map_err(|faults| network::report(Path::new(&network.name), &faults))?;
    let needs = mapping::needs(network, &shapes)?;
    if args.preset.is_none() && args.file.is_none() && args.flags.is_empty() {
        return Ok((needs.config()?, needs, Report::default()));
    }
    let mut args = args.clone();
    if args.file.is_none() && args.flags.iter().all(|(key, _)| *key != KeyId::Top) {
        args.flags.push((KeyId::Top, "accelerator".to_owned()));
    }
    let valid = load(&args)?;
    Ok((valid.config, needs, valid.warnings))
}

/// Program and packets, in a folder beside its place first.
fn write(out: &Path, program: &Program) -> Result<(), Report> {
    let fault = |error: std::io::Error| -> Report {
        let message = format!("cannot write {}: {error}", quoted(&out.to_string_lossy()));
        Diagnostic::new(Code::InputOutput, message).into()
    };
    if out.exists() && !out.join("program.json").is_file() {
        let message = format!(
            "{} is there and holds no program",
            quoted(&out.to_string_lossy())
        );
        return Err(Diagnostic::new(Code::InputOutput, message)
            .help("name another folder")
            .into());
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent).map_err(fault)?;
    let staged = tempfile::Builder::new()
        .prefix(".hcim-map-")
        .tempdir_in(parent)
        .map_err(fault)?;
    write_json(&staged.path().join("program.json"), program)?;
    for (index, phase) in program.phases.iter().enumerate() {
        for load in &phase.loads {
            let stem = format!("phase_{index}/tile_{}", load.tile);
            for (name, bytes) in [
                ("weights", &load.weights),
                ("scales", &load.scales),
                ("thresholds", &load.column_thresholds),
            ] {
                if bytes.is_empty() {
                    continue;
                }
                let path = staged.path().join(format!("{stem}.{name}.bin"));
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(fault)?;
                }
                std::fs::write(&path, bytes).map_err(fault)?;
            }
        }
    }
    let words: Vec<String> = program
        .phases
        .iter()
        .flat_map(|phase| &phase.passes)
        .flat_map(|pass| pass.words())
        .map(|word| format!("{word:08x}"))
        .collect();
    write_text(
        &staged.path().join("passes.hex"),
        &(words.join("\n") + "\n"),
    )?;
    let old = match out.exists() {
        true => {
            let old = tempfile::Builder::new()
                .prefix(".hcim-map-old-")
                .tempdir_in(parent)
                .map_err(fault)?;
            std::fs::rename(out, old.path().join("old")).map_err(fault)?;
            Some(old)
        }
        false => None,
    };
    std::fs::rename(staged.keep(), out).map_err(fault)?;
    drop(old);
    Ok(())
}

fn table(report: &MapReport, config: &Config) -> String {
    let mut text = format!(
        "{:<24} {:>8} {:>5} {:>5} {:>5} {:>9} {:>10} {:>9} {:>11}\n",
        "layer", "rows", "K", "tiles", "used", "positions", "cycles", "factors", "additions"
    );
    for layer in &report.layers {
        let used = match layer.kind {
            "mvm" => format!("{:.0} %", layer.utilisation * 100.0),
            kind => kind.to_owned(),
        };
        let _ = writeln!(
            text,
            "{:<24} {:>8} {:>5} {:>5} {:>5} {:>9} {:>10} {:>9} {:>11}",
            layer.layer,
            layer.rows,
            layer.segments,
            layer.tiles,
            used,
            layer.positions,
            layer.cycles,
            layer.scale_factors,
            layer.additions
        );
    }
    let loads = match report.resident {
        true => format!("{} loads of tiles once", report.loads),
        false => format!("{} loads of tiles for each image", report.loads),
    };
    let _ = writeln!(
        text,
        "\n{} scale factors, {} additions an image; {} tiles, {loads}; at least {} cycles an image; {} words of activations",
        report.scale_factors,
        report.additions,
        report.tiles,
        report.cycles,
        report.activation_words
    );
    let _ = writeln!(text, "accelerator: {}", config.command_line());
    text
}
