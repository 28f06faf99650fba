// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim map`: a network onto an accelerator.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use hcim_golden::engine::{Detail, Engine, parallel};
use hcim_network::preset::{Resnet20, resnet20};
use hcim_network::{Network, testing};
use serde::Serialize;

use crate::config::{Code, Config, Diagnostic, KeyId, Report};
use crate::emit::replace_folder;
use crate::flow::report::{write_json, write_text};
use crate::mapping::{self, MapReport, Mode, Needs, Program};

use super::config_args::ConfigArgs;
use super::images::ImageArgs;
use super::load::load;
use super::map_report;
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
  hcim map net.safetensors --measure --part validation --report reports/mapping/net
  hcim map resnet20 --segment-rows 64 --report reports/mapping/resnet20_r64";

/// Made images for the made network, and their seed.
const MADE: u32 = 4;
const MADE_SEED: u64 = 1;

#[derive(Debug, Args)]
pub(super) struct MapArgs {
    /// Network: a safetensors file, the JSON of a fully connected network, or resnet20
    #[arg(value_name = "NETWORK")]
    network: PathBuf,
    /// Write program.json and the packets into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// With resnet20: rows of a segment
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=4096))]
    segment_rows: u32,
    /// Run the images (of --part, or made ones for resnet20) on the golden engine: share of partial sums that are 0
    #[arg(long)]
    measure: bool,
    #[command(flatten)]
    images: ImageArgs,
    /// Write the report to PATH.md and PATH.json
    #[arg(long, value_name = "PATH")]
    report: Option<PathBuf>,
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
    command: &'a str,
    /// The command that gives this report; folders of the machine are left out.
    made_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a Path>,
}

pub(super) fn run(args: &MapArgs) -> Output {
    map(args).unwrap_or_else(|report| Output::failure(report, args.json))
}

fn map(args: &MapArgs) -> Result<Output, Report> {
    let made = args.network.as_os_str() == "resnet20";
    let network = match made {
        true => resnet20(&Resnet20 {
            segment_rows: args.segment_rows as usize,
            ..Resnet20::default()
        }),
        false => network::read(&args.network)?,
    };
    let (config, needs, warnings) = accelerator(&network, &args.config)?;
    let program = mapping::map(&network, &config, Mode::Answer)?;
    let mut report = MapReport::new(&network, &program, &config);
    if args.measure {
        let images = match made {
            true => testing::images(
                &network,
                MADE_SEED,
                args.images.images.unwrap_or(MADE) as usize,
            ),
            false => args.images.load(&network)?.images,
        };
        measure(&network, &images, &mut report)?;
    }
    let mut warnings = warnings;
    if let Some(out) = &args.out {
        warnings.extend(write(out, &program, &config)?);
    }
    let command = config.command_line();
    let body = Body {
        report: &report,
        needs: &needs,
        command: &command,
        made_by: made_by(args),
        written: args.out.as_deref(),
    };
    if let Some(path) = &args.report {
        write_json(&with_ending(path, "json"), &body)?;
        let text = map_report::markdown(&report, &command, &body.made_by);
        write_text(&with_ending(path, "md"), &text)?;
    }
    if args.json {
        return Ok(Output::json(body, &warnings));
    }
    let mut text = map_report::text(&report, &command);
    if let Some(out) = &args.out {
        let _ = writeln!(text, "{}", network::written(&out.join("program.json")));
    }
    if let Some(path) = &args.report {
        let _ = writeln!(text, "{}", network::written(&with_ending(path, "md")));
    }
    Ok(Output::text(text, warnings))
}

/// Shares of zeros over images, from the golden engine.
fn measure(network: &Network, images: &[Vec<u8>], report: &mut MapReport) -> Result<(), Report> {
    let golden = |error: hcim_golden::Error| -> Report {
        Diagnostic::new(Code::NetworkInvalid, error.to_string()).into()
    };
    let engine = Engine::new(network).map_err(golden)?;
    let traces = engine
        .run_all(images, Detail::Counts, parallel::available())
        .map_err(golden)?;
    for (index, layer) in report.layers.iter_mut().enumerate() {
        let mut counts = hcim_golden::columns::Counts::default();
        for trace in &traces {
            counts += trace.layers[index].0.counts;
        }
        if counts.planes > 0 {
            layer.zeros = Some(counts.zeros as f64 / counts.partial_sums.max(1) as f64);
            layer.zero_planes = Some(counts.zero_planes as f64 / counts.planes as f64);
        }
    }
    Ok(())
}

/// A path with an ending behind its name, dots and all.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn made_by(args: &MapArgs) -> String {
    let file = args.network.file_name().unwrap_or_default();
    let mut command = format!("hcim map {}", file.to_string_lossy());
    if args.network.as_os_str() == "resnet20" {
        let _ = write!(command, " --segment-rows {}", args.segment_rows);
    }
    if args.measure {
        command += " --measure";
        command += &args.images.words();
    }
    if let Some(preset) = &args.config.preset {
        let _ = write!(command, " --preset {preset}");
    }
    if args.config.file.is_some() {
        command += " --config FILE";
    }
    for (key, value) in &args.config.flags {
        let flag = key.key().flag();
        let _ = write!(command, " --{flag} {value}");
    }
    command
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

/// Program and packets, in a folder that is replaced whole. Gives warnings only.
fn write(out: &Path, program: &Program, config: &Config) -> Result<Report, Report> {
    let json = serde_json::to_string_pretty(program)
        .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
    let mut files = vec![
        ("program.json".to_owned(), (json + "\n").into_bytes()),
        (
            "program.c".to_owned(),
            mapping::c_source(program, config).into_bytes(),
        ),
    ];
    for (index, phase) in program.phases.iter().enumerate() {
        for load in &phase.loads {
            let stem = format!("phase_{index}/tile_{}", load.tile);
            for (name, bytes) in [
                ("weights", &load.weights),
                ("scales", &load.scales),
                ("thresholds", &load.column_thresholds),
            ] {
                if !bytes.is_empty() {
                    files.push((format!("{stem}.{name}.bin"), bytes.clone()));
                }
            }
        }
        let words = phase.passes.iter().flat_map(|pass| pass.words());
        let words: Vec<String> = words.map(|word| format!("{word:08x}\n")).collect();
        files.push((
            format!("phase_{index}/passes.hex"),
            words.concat().into_bytes(),
        ));
    }
    let ours = |path: &str| {
        ["program.json", "program.c"].contains(&path)
            || path.starts_with("phase_") && (path.ends_with(".bin") || path.ends_with(".hex"))
    };
    replace_folder(out, &files, &ours)
}
