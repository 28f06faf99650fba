// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim import`: a network from elsewhere as a checked safetensors file.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use hcim_network::{Kind, MapShape, Mvm, Network, Op, PartialSum, PoolOp, Source, Window};
use serde::Serialize;

use crate::config::Report;

use super::network;
use super::output::Output;

pub(super) const EXAMPLES: &str = "\
Reads a safetensors file as doc/network-format.md describes it (also with tensors of other integer kinds, or of
floating-point numbers that are integers), or the JSON of a fully connected network (psq-mlp-v1). Everything is
checked, and all faults are told at once.

Exit codes: 0 written, 1 the system failed, 2 the network is at fault.

Examples:
  hcim import testbenches/reference/digits_ternary/network.json --out digits.safetensors
  hcim import from_pytorch.safetensors --out net.safetensors --json
  hcim import net.safetensors                  check and show, write nothing";

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Network to read: safetensors or JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File to write; nothing is written without it
    #[arg(long, value_name = "NET.safetensors")]
    out: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
}

/// A network in a few numbers.
#[derive(Serialize)]
struct Summary {
    name: String,
    input: MapShape,
    input_bits: u32,
    layers: Vec<Row>,
    /// Weights of all layers.
    weights: usize,
    /// Scale factors of all layers.
    scale_factors: usize,
    provenance: std::collections::BTreeMap<String, String>,
    /// Where it was written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<PathBuf>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    operation: String,
    input: String,
    /// A, W, S; absent for pooling.
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<[u32; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_sum: Option<PartialSum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<usize>,
    output: MapShape,
    /// Bits of an output element; absent for scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_bits: Option<u32>,
}

pub(super) fn run(args: &ImportArgs) -> Output {
    match import(args) {
        Err(report) => Output::failure(report, args.json),
        Ok(summary) if args.json => Output::json(summary, &Report::default()),
        Ok(summary) => Output::text(text(&summary), Report::default()),
    }
}

fn import(args: &ImportArgs) -> Result<Summary, Report> {
    let read = network::read(&args.file)?;
    if let Some(out) = &args.out {
        hcim_network::file::write(&read, out).map_err(|faults| network::report(out, &faults))?;
    }
    let shapes = read
        .shapes()
        .map_err(|faults| network::report(&args.file, &faults))?;
    Ok(summary(&read, &shapes, args.out.clone()))
}

fn summary(network: &Network, shapes: &[MapShape], written: Option<PathBuf>) -> Summary {
    let mvms = network.layers.iter().filter_map(|layer| match &layer.kind {
        Kind::Mvm(mvm) => Some(mvm),
        Kind::Pool(_) => None,
    });
    let rows = network.layers.iter().zip(shapes).map(|(layer, output)| {
        let input = network.shape_of(layer.input, shapes);
        let mvm = match &layer.kind {
            Kind::Mvm(mvm) => Some(mvm),
            Kind::Pool(_) => None,
        };
        Row {
            name: layer.name.clone(),
            operation: operation(&layer.kind),
            input: match layer.input {
                Source::Image => "image".to_owned(),
                Source::Layer(index) => network.layers[index].name.clone(),
            },
            bits: mvm.map(|mvm| [mvm.input_bits, mvm.weight_slices, mvm.scale_bits]),
            partial_sum: mvm.map(|mvm| mvm.partial_sum),
            rows: mvm.and_then(|mvm| mvm.rows(input)),
            segments: mvm.and_then(|mvm| mvm.segments(input)),
            output: *output,
            output_bits: layer.kind.output_bits(),
        }
    });
    Summary {
        name: network.name.clone(),
        input: network.input,
        input_bits: network.input_bits,
        layers: rows.collect(),
        weights: mvms.clone().map(|mvm| mvm.weights.len()).sum(),
        scale_factors: mvms.map(|mvm| mvm.scales.len()).sum(),
        provenance: network.provenance.clone(),
        written,
    }
}

fn operation(kind: &Kind) -> String {
    let window = |window: &Window| {
        let Window {
            height,
            width,
            stride,
            padding,
        } = window;
        let stride = match stride {
            1 => String::new(),
            stride => format!(" /{stride}"),
        };
        let padding = match padding {
            0 => String::new(),
            padding => format!(" +{padding}"),
        };
        format!("{height} x {width}{stride}{padding}")
    };
    match kind {
        Kind::Mvm(Mvm { op, residual, .. }) => {
            let added = if residual.is_some() {
                " + residual"
            } else {
                ""
            };
            match op {
                Op::Linear => format!("linear{added}"),
                Op::Conv(one) => format!("conv {}{added}", window(one)),
            }
        }
        Kind::Pool(pool) => match pool.op {
            PoolOp::Max => format!("max {}", window(&pool.window)),
            PoolOp::Average => format!("average {}", window(&pool.window)),
        },
    }
}

fn text(summary: &Summary) -> String {
    let mut text = format!(
        "{}: input {} of {} bits, {} weights, {} scale factors\n",
        summary.name, summary.input, summary.input_bits, summary.weights, summary.scale_factors
    );
    let name = summary.layers.iter().map(|row| row.name.len()).max();
    let name = name.unwrap_or(0).max("layer".len());
    let operation = summary.layers.iter().map(|row| row.operation.len()).max();
    let operation = operation.unwrap_or(0).max("operation".len());
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "  {:<name$}  {:<operation$}  {:<name$}  {:>5}  {:>8}  {:>2}  {:>2}  {:>2}  {:<7}  {:>14}  {:>6}",
        "layer", "operation", "reads", "rows", "segments", "A", "W", "S", "p", "output", "bits"
    );
    for row in &summary.layers {
        let shown = |value: Option<usize>| value.map_or(String::new(), |value| value.to_string());
        let bits = |index: usize| {
            row.bits
                .map_or(String::new(), |bits| bits[index].to_string())
        };
        let finish = row
            .output_bits
            .map_or("scores".to_owned(), |bits| bits.to_string());
        let partial_sum = match row.partial_sum {
            None => "",
            Some(PartialSum::Ternary) => "ternary",
            Some(PartialSum::Binary) => "binary",
        };
        let line = format!(
            "  {:<name$}  {:<operation$}  {:<name$}  {:>5}  {:>8}  {:>2}  {:>2}  {:>2}  {partial_sum:<7}  {:>14}  {finish:>6}",
            row.name,
            row.operation,
            row.input,
            shown(row.rows),
            shown(row.segments),
            bits(0),
            bits(1),
            bits(2),
            row.output.to_string(),
        );
        let _ = writeln!(text, "{line}");
    }
    for (key, value) in &summary.provenance {
        let _ = writeln!(text, "  {key}: {}", crate::config::visible(value));
    }
    if let Some(path) = &summary.written {
        let _ = writeln!(text, "{}", network::written(path));
    }
    text
}
