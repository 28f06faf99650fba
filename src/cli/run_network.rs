// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim run`: images through a network, on the golden engine or on the generated hardware.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use hcim_golden::engine::{Detail, Engine, Output as LayerOutput, Trace, parallel};
use hcim_network::Network;
use hcim_network::data::{Kind as DatasetKind, Part};
use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};
use crate::flow::report::{write_json, write_text};

use super::config_args::ConfigArgs;
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

/// Images that are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Which {
    /// What networks learn from
    Train,
    /// What choices look at
    Validation,
    /// What is looked at once
    Test,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Network: a safetensors file, or the JSON of a fully connected network
    #[arg(value_name = "NETWORK")]
    network: PathBuf,
    /// What runs it
    #[arg(long, value_enum, default_value = "golden")]
    engine: With,
    /// Images: digits, mnist, fashion-mnist or cifar10
    #[arg(long, value_name = "NAME", default_value = "digits", value_parser = dataset)]
    dataset: DatasetKind,
    /// Folder with the dataset's files; the digits need none
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Part of the dataset
    #[arg(long, value_enum, default_value = "test")]
    part: Which,
    /// Run the first N images of the part only
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    images: Option<u32>,
    /// Threads of the golden engine [default: the number of cores]
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

fn dataset(name: &str) -> Result<DatasetKind, String> {
    let found = DatasetKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = DatasetKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// Figures of a layer over all images.
#[derive(Serialize)]
struct LayerRow {
    layer: String,
    /// Share of partial sums that are 0.
    zeros: f64,
    /// Share of bit planes without a one: they are skipped.
    zero_planes: f64,
}

#[derive(Serialize)]
struct Body {
    network: String,
    dataset: &'static str,
    images: usize,
    right: usize,
    accuracy: f64,
    images_per_second: f64,
    layers: Vec<LayerRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hardware: Option<Hardware>,
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
    let (images, labels) = images(args, &network)?;
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
        .run_all(&images, detail, threads)
        .map_err(|error| golden(&error))?;
    let seconds = started.elapsed().as_secs_f64();
    if let Some(folder) = &args.dump {
        dump(folder, &network, &traces)?;
    }
    let (hardware, warnings) = match args.engine {
        With::Golden => (None, Report::default()),
        With::Rtl => {
            let options = run_rtl::Options {
                config: &args.config,
                build: &args.build,
                seed: args.seed,
                stalls: args.stalls,
            };
            let (hardware, warnings) = run_rtl::run(&network, &images, &traces, &options)?;
            (Some(hardware), warnings)
        }
    };
    let right = traces
        .iter()
        .zip(&labels)
        .filter(|(trace, label)| trace.predicted() == usize::from(**label))
        .count();
    let layers = network.layers.iter().enumerate().map(|(index, layer)| {
        let mut sum = hcim_golden::columns::Counts::default();
        for trace in &traces {
            sum += trace.layers[index].0.counts;
        }
        let share = |part: u64, all: u64| part as f64 / all.max(1) as f64;
        LayerRow {
            layer: layer.name.clone(),
            zeros: share(sum.zeros, sum.partial_sums),
            zero_planes: share(sum.zero_planes, sum.planes),
        }
    });
    let body = Body {
        network: network.name.clone(),
        dataset: args.dataset.name(),
        images: images.len(),
        right,
        accuracy: right as f64 / images.len().max(1) as f64,
        images_per_second: images.len() as f64 / seconds.max(1e-9),
        layers: layers.collect(),
        hardware,
    };
    Ok((body, warnings))
}

/// Images as the network takes them, with their labels.
fn images(args: &RunArgs, network: &Network) -> Result<(Vec<Vec<u8>>, Vec<u8>), Report> {
    let data = args.dataset.load(args.data.as_deref()).map_err(|error| {
        let mut diagnostic = Diagnostic::new(Code::Dataset, error.to_string());
        diagnostic.help.clone_from(&error.help);
        Report::from(diagnostic)
    })?;
    if data.shape.elements() != network.input.elements() {
        let message = format!(
            "images of {} are {}, the network takes {}",
            args.dataset.name(),
            data.shape,
            network.input
        );
        return Err(Diagnostic::new(Code::Dataset, message)
            .help("name the dataset that the network was trained for: --dataset NAME")
            .into());
    }
    let part = match args.part {
        Which::Train => Part::Train,
        Which::Validation => Part::Validation,
        Which::Test => Part::Test,
    };
    let mut numbers = data.part(part);
    numbers.truncate(args.images.map_or(usize::MAX, |n| n as usize));
    let codes = |n: &usize| data.codes(*n, network.input_bits).collect();
    Ok((
        numbers.iter().map(codes).collect(),
        numbers.iter().map(|n| data.label(*n)).collect(),
    ))
}

fn golden(error: &hcim_golden::error::Error) -> Report {
    Diagnostic::new(Code::NetworkInvalid, error.to_string()).into()
}

#[derive(Serialize)]
struct DumpedLayer<'a> {
    layer: &'a str,
    /// `[position][channel]` before the requantisation.
    y: &'a [i64],
    /// Activations or scores, `[position][channel]`.
    output: Vec<i64>,
}

fn dump(folder: &Path, network: &Network, traces: &[Trace]) -> Result<(), Report> {
    for (number, trace) in traces.iter().enumerate() {
        let layers: Vec<DumpedLayer<'_>> = network
            .layers
            .iter()
            .zip(&trace.layers)
            .map(
                |(layer, (own, output)): (_, &(_, LayerOutput))| DumpedLayer {
                    layer: &layer.name,
                    y: &own.y,
                    output: output.numbers(),
                },
            )
            .collect();
        write_json(&folder.join(format!("image_{number}.json")), &layers)?;
    }
    write_text(
        &folder.join("README.txt"),
        "One file an image, in the order of the run. Of each layer: y before the requantisation and the output, [position][channel].\n",
    )
}

fn text(body: &Body) -> String {
    let mut text = format!(
        "{}: {} of {} images of {} right, accuracy {:.4}; golden engine {:.0} images/s\n",
        body.network, body.right, body.images, body.dataset, body.accuracy, body.images_per_second
    );
    for layer in &body.layers {
        let _ = writeln!(
            text,
            "  {:<24} {:>5.1} % of partial sums zero, {:>5.1} % of bit planes empty",
            layer.layer,
            layer.zeros * 100.0,
            layer.zero_planes * 100.0
        );
    }
    if let Some(hardware) = &body.hardware {
        let _ = writeln!(
            text,
            "rtl: {} values compared, all equal; {} cycles an image, {} bit planes skipped by the tiles\n{}",
            hardware.values, hardware.cycles_per_image, hardware.planes_skipped, hardware.command
        );
    }
    text
}
