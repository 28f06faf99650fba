// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim run`: images through a network, on the golden engine or on the generated hardware.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use hcim_golden::engine::{Detail, Engine, Trace, parallel};
use hcim_network::Network;
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};
use crate::emit::replace_folder;

use super::config_args::ConfigArgs;
use super::images::ImageArgs;
use super::network;
use super::output::Output;
use super::run_rtl::{self, Hardware};

pub(super) const EXAMPLES: &str = "\
The golden engine computes on all cores. The engine rtl maps the network, generates the accelerator, builds it with
Verilator, has a host load and run it, and compares every sum, every activation and every score with the golden
engine: the first difference is an error.

Exit codes: 0 done and equal, 1 the engines differ or the system failed, 2 the input is at fault.

Examples:
  hcim run networks/digits_cnn.safetensors
  hcim run networks/digits_cnn.safetensors --engine rtl --images 20
  hcim run net.safetensors --engine rtl --rows 64 --cols 128 --tiles 3 --lanes 4 --stalls
  hcim run net.safetensors --dataset cifar10 --data cifar --json --dump build/values";

/// What runs the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum With {
    /// The golden model's bit-packed arithmetic
    Golden,
    /// The generated accelerator in Verilator, held against the golden model
    Rtl,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Network: a safetensors file, or the JSON of a fully connected network
    #[arg(value_name = "NETWORK")]
    network: PathBuf,
    /// What runs it
    #[arg(long, value_enum, default_value = "golden")]
    engine: With,
    #[command(flatten)]
    images: ImageArgs,
    /// Threads of the golden engine, simulations at a time [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Write every sum, activation and score of the golden engine into this folder, a JSON file an image
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,
    /// rtl: random stalls on every channel
    #[arg(long)]
    stalls: bool,
    /// rtl: seed of power-up values and stalls
    #[arg(long, value_name = "X", default_value_t = 1)]
    seed: u64,
    /// rtl: folder for the design and the simulation
    #[arg(long, value_name = "DIR", default_value = "build/run")]
    build: PathBuf,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Figures over all images.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Counts {
    /// Partial sums of columns.
    partial_sums: u64,
    /// Share of them that are 0.
    zeros: f64,
    /// Bit planes of segments.
    planes: u64,
    /// Those without a one: with ternary partial sums they are skipped.
    planes_empty: u64,
}

impl From<hcim_golden::columns::Counts> for Counts {
    fn from(counts: hcim_golden::columns::Counts) -> Self {
        Counts {
            partial_sums: counts.partial_sums,
            zeros: counts.zeros as f64 / counts.partial_sums.max(1) as f64,
            planes: counts.planes,
            planes_empty: counts.zero_planes,
        }
    }
}

/// Figures of a layer over all images; a pooling has none.
#[derive(Serialize)]
struct LayerRow {
    layer: String,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Body {
    network: String,
    dataset: &'static str,
    images: usize,
    right: usize,
    accuracy: f64,
    /// Of the golden engine.
    images_per_second: f64,
    #[serde(flatten)]
    counts: Counts,
    layers: Vec<LayerRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hardware: Option<Hardware>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dump: Option<PathBuf>,
}

pub(super) fn run(args: &RunArgs) -> Output {
    match run_network(args) {
        Err(report) => Output::failure(report, args.json),
        Ok((body, warnings)) if args.json => Output::json(body, &warnings),
        Ok((body, warnings)) => Output::text(text(&body), warnings),
    }
}

fn run_network(args: &RunArgs) -> Result<(Body, Report), Report> {
    let network = network::read(&args.network)?;
    let images = args.images.load(&network)?;
    let engine = Engine::new(&network).map_err(|error| golden(&error))?;
    let threads = args
        .threads
        .map_or_else(parallel::available, |n| n as usize);
    let detail = match args.engine == With::Rtl || args.dump.is_some() {
        true => Detail::Values,
        false => Detail::Counts,
    };
    let started = Instant::now();
    let traces = engine
        .run_all(&images.images, detail, threads)
        .map_err(|error| golden(&error))?;
    let seconds = started.elapsed().as_secs_f64();
    let mut warnings = Report::default();
    let hardware = match args.engine {
        With::Golden => None,
        With::Rtl => {
            let options = run_rtl::Options {
                config: &args.config,
                build: &args.build,
                seed: args.seed,
                stalls: args.stalls,
                jobs: threads,
            };
            let (hardware, found) = run_rtl::run(&network, &images.images, &traces, &options)?;
            warnings.extend(found);
            Some(hardware)
        }
    };
    // With the engine rtl the values have now been found in the hardware, too.
    if let Some(folder) = &args.dump {
        warnings.extend(dump(folder, &network, &traces)?);
    }
    let right = images.right(traces.iter().map(Trace::predicted));
    let mut all = hcim_golden::columns::Counts::default();
    let layers = network.layers.iter().enumerate().map(|(index, layer)| {
        let mut sum = hcim_golden::columns::Counts::default();
        for trace in &traces {
            sum += trace.layers[index].0.counts;
        }
        all += sum;
        LayerRow {
            layer: layer.name.clone(),
            counts: sum.into(),
        }
    });
    let layers = layers.collect();
    let body = Body {
        network: network.name.clone(),
        dataset: args.images.dataset.name(),
        images: traces.len(),
        right,
        accuracy: right as f64 / traces.len().max(1) as f64,
        images_per_second: traces.len() as f64 / seconds.max(1e-9),
        counts: all.into(),
        layers,
        hardware,
        dump: args.dump.clone(),
    };
    Ok((body, warnings))
}

fn golden(error: &hcim_golden::error::Error) -> Report {
    Diagnostic::new(Code::NetworkInvalid, error.to_string()).into()
}

#[derive(Serialize)]
struct DumpedLayer<'a> {
    layer: &'a str,
    /// `[height, width, channels]` of what follows.
    shape: [usize; 3],
    /// `[position][channel]` before the requantisation.
    y: &'a [i64],
    /// Activations or scores, `[position][channel]`.
    output: Vec<i64>,
}

fn dump(folder: &Path, network: &Network, traces: &[Trace]) -> Result<Report, Report> {
    let shapes = network.shapes().unwrap_or_default();
    let mut files = vec![(
        "README.txt".to_owned(),
        b"One file an image, in the order of the run. Of each layer: y before the requantisation and the output, \
          [position][channel]; of a pooling y is the largest element or the sum.\n"
            .to_vec(),
    )];
    for (number, trace) in traces.iter().enumerate() {
        let layers: Vec<DumpedLayer<'_>> = network
            .layers
            .iter()
            .zip(&shapes)
            .zip(&trace.layers)
            .map(|((layer, shape), (own, output))| DumpedLayer {
                layer: &layer.name,
                shape: [shape.height, shape.width, shape.channels],
                y: &own.y,
                output: output.numbers(),
            })
            .collect();
        let text = serde_json::to_string(&layers)
            .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
        files.push((format!("image_{number}.json"), (text + "\n").into_bytes()));
    }
    let ours =
        |path: &str| path == "README.txt" || path.starts_with("image_") && path.ends_with(".json");
    replace_folder(folder, &files, &ours)
}

fn text(body: &Body) -> String {
    let mut text = format!(
        "{}: {} of {} images of {} right, accuracy {:.4}; golden engine {:.0} images/s\n",
        body.network, body.right, body.images, body.dataset, body.accuracy, body.images_per_second
    );
    let percent = |part: u64, all: u64| part as f64 * 100.0 / all.max(1) as f64;
    let mut row = |name: &str, counts: &Counts| {
        let _ = writeln!(
            text,
            "  {name:<24} {:>5.1} % of partial sums zero, {:>5.1} % of bit planes empty",
            counts.zeros * 100.0,
            percent(counts.planes_empty, counts.planes)
        );
    };
    for layer in body.layers.iter().filter(|layer| layer.counts.planes > 0) {
        row(&layer.layer, &layer.counts);
    }
    row("all", &body.counts);
    if let Some(hardware) = &body.hardware {
        let _ = writeln!(
            text,
            "rtl: {} values compared, all equal; {:.0} cycles an image ({} images timed; {:.0} with every value shown), \
             {} bit planes skipped by the tiles; seed {}{}\n{}",
            hardware.values,
            hardware.cycles_per_image,
            hardware.timed_images,
            hardware.traced_cycles_per_image,
            hardware.planes_skipped,
            hardware.seed,
            if hardware.stalls { ", stalls" } else { "" },
            hardware.command
        );
    }
    if let Some(folder) = &body.dump {
        let _ = writeln!(text, "{}", network::written(folder));
    }
    text
}
