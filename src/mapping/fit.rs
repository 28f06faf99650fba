// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a network needs of an accelerator.

use hcim_network::{Kind, MapShape, Mvm, Network, PartialSum, Source, Thresholds};
use serde::Serialize;

use crate::config::{Code, Config, Diagnostic, Report};

use super::activations::{Life, place};
use super::layout::{WordMap, segment_words};

/// Most outputs of a tile that is proposed.
const OUTPUTS: usize = 32;

/// Most lanes that a configuration has.
const LANES: usize = 16;

/// The smallest configuration that runs a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// A: 1, 2, 4 or 8.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// R.
    pub rows: usize,
    /// C.
    pub cols: usize,
    /// K: tiles of a lane.
    pub segments: usize,
    /// N, with each layer in lanes of its own where there are so many.
    pub lanes: usize,
    /// Width of the input stream: A * G.
    pub input_stream_bits: u32,
    /// Words of the activation memory.
    pub activation_words: usize,
    /// Entries of the constant memory.
    pub constant_entries: usize,
    /// Passes of the program memory, with those that show every intermediate value.
    pub passes: usize,
    /// `ternary` or `binary`.
    pub partial_sum: &'static str,
    /// `per_tile`, `per_column` or `none`.
    pub thresholds: &'static str,
}

impl Needs {
    /// The configuration as keys and values.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("top", "accelerator".to_owned()),
            ("rows", self.rows.to_string()),
            ("cols", self.cols.to_string()),
            ("input_bits", self.input_bits.to_string()),
            ("weight_slices", self.weight_slices.to_string()),
            ("scale_bits", self.scale_bits.to_string()),
            ("segments", self.segments.to_string()),
            ("lanes", self.lanes.to_string()),
            ("input_stream_bits", self.input_stream_bits.to_string()),
            ("activation_words", self.activation_words.to_string()),
            ("constant_entries", self.constant_entries.to_string()),
            ("passes", self.passes.to_string()),
        ];
        if self.partial_sum == "binary" {
            pairs.push(("partial_sum", "binary".to_owned()));
        } else if self.thresholds == "per_column" {
            pairs.push(("thresholds", "per_column".to_owned()));
        }
        pairs
    }

    /// The configuration.
    ///
    /// # Errors
    /// Where no configuration is so large.
    pub fn config(&self) -> Result<Config, Report> {
        Config::from_pairs(self.pairs())
    }

    /// The command that generates it.
    pub fn command(&self) -> String {
        let flags = self
            .pairs()
            .into_iter()
            .map(|(key, value)| format!(" --{} {value}", key.replace('_', "-")));
        format!("hcim gen{}", flags.collect::<String>())
    }
}

/// Layers of matrix-vector multiplies with their input's shape.
pub(super) fn mvms<'a>(
    network: &'a Network,
    shapes: &'a [MapShape],
) -> impl Iterator<Item = (usize, &'a Mvm, MapShape)> {
    let layers = network.layers.iter().enumerate();
    layers.filter_map(move |(index, layer)| match &layer.kind {
        Kind::Mvm(mvm) => Some((index, mvm, network.shape_of(layer.input, shapes))),
        Kind::Pool(_) => None,
    })
}

/// Whether every layer's segments are whole words of `elements` elements.
fn aligned(network: &Network, shapes: &[MapShape], elements: usize) -> bool {
    mvms(network, shapes).all(|(_, mvm, input)| segment_words(mvm, input, elements).is_some())
}

/// Life of the image and of each layer's output, if that stands in memory.
pub(super) fn lives(network: &Network, shapes: &[MapShape], elements: usize) -> Vec<Life> {
    let words = |shape| WordMap { shape, elements }.words();
    let reads = |index: usize, source: Source| -> bool {
        let layer = &network.layers[index];
        let residual = match &layer.kind {
            Kind::Mvm(mvm) => mvm.residual.as_ref().map(|own| own.source),
            Kind::Pool(_) => None,
        };
        layer.input == source || residual == Some(source)
    };
    let last_read = |source: Source, born: usize| {
        let readers = (0..network.layers.len()).filter(|index| reads(*index, source));
        readers.max().unwrap_or(born)
    };
    let image = Life {
        words: words(network.input),
        first: 0,
        last: last_read(Source::Image, 0),
    };
    let outputs = network
        .layers
        .iter()
        .enumerate()
        .map(|(index, layer)| Life {
            words: match layer.kind.output_bits() {
                Some(_) => words(shapes[index]),
                None => 0,
            },
            first: index,
            last: last_read(Source::Layer(index), index),
        });
    std::iter::once(image).chain(outputs).collect()
}

/// The smallest configuration that runs a network, each layer in lanes of its own where that many exist.
///
/// # Errors
/// What no configuration can do: mixed partial sums, segments of broken words.
pub fn needs(network: &Network, shapes: &[MapShape]) -> Result<Needs, Report> {
    let layers: Vec<_> = mvms(network, shapes).collect();
    let most = |of: &dyn Fn(&Mvm) -> u32| layers.iter().map(|(_, mvm, _)| of(mvm)).max();
    let unfit = |message: &str, help: &str| -> Report {
        Diagnostic::new(Code::NetworkUnfit, message)
            .help(help)
            .into()
    };
    let binary = layers
        .iter()
        .filter(|(_, mvm, _)| mvm.partial_sum == PartialSum::Binary)
        .count();
    if binary != 0 && binary != layers.len() {
        return Err(unfit(
            "the network has layers with ternary and layers with binary partial sums",
            "an accelerator has comparators of one kind: train all layers alike",
        ));
    }
    let bits = most(&|mvm| mvm.input_bits).unwrap_or(1);
    let outputs = network
        .layers
        .iter()
        .filter_map(|layer| layer.kind.output_bits());
    let bits = outputs.max().unwrap_or(1).max(bits).max(network.input_bits);
    let input_bits = bits.next_power_of_two();
    let Some(stream) = [32, 16, 8].into_iter().find(|stream| {
        input_bits <= *stream && aligned(network, shapes, (*stream / input_bits) as usize)
    }) else {
        return Err(unfit(
            "segments of a layer do not begin with a pixel's element: they cannot be made of whole words",
            "train with a number of rows that is a multiple of the layers' channels",
        ));
    };
    let elements = (stream / input_bits) as usize;
    let words = |(_, mvm, input): &(usize, &Mvm, MapShape)| {
        segment_words(mvm, *input, elements).unwrap_or(1)
    };
    let rows = layers.iter().map(words).max().unwrap_or(1) * elements;
    let segments = |(_, mvm, input): &(usize, &Mvm, MapShape)| mvm.segments(*input).unwrap_or(1);
    let widest = layers
        .iter()
        .map(|(_, mvm, _)| mvm.outputs)
        .max()
        .unwrap_or(1);
    let per_tile = widest.min(OUTPUTS);
    let lanes: usize = layers
        .iter()
        .map(|(_, mvm, _)| mvm.outputs.div_ceil(per_tile))
        .sum();
    let weight_slices = most(&|mvm| mvm.weight_slices).unwrap_or(1);
    let (_, activation_words) = place(&lives(network, shapes, elements));
    let entries: usize = layers.iter().map(|(_, mvm, _)| mvm.outputs).sum();
    let pools = network.layers.len() - layers.len();
    let per_column = layers
        .iter()
        .any(|(_, mvm, _)| matches!(mvm.thresholds, Thresholds::PerColumn(_)));
    Ok(Needs {
        input_bits,
        weight_slices,
        scale_bits: most(&|mvm| mvm.scale_bits).unwrap_or(1),
        rows,
        cols: per_tile * weight_slices as usize,
        segments: layers.iter().map(segments).max().unwrap_or(1),
        lanes: if lanes <= LANES { lanes.max(1) } else { 1 },
        input_stream_bits: stream,
        activation_words: activation_words.next_power_of_two().max(64),
        constant_entries: (entries + pools).next_power_of_two().max(16),
        // Each layer, and with it the sums and the activations that a traced run shows.
        passes: (3 * network.layers.len()).next_power_of_two(),
        partial_sum: if binary != 0 { "binary" } else { "ternary" },
        thresholds: match (binary != 0, per_column) {
            (true, _) => "none",
            (_, true) => "per_column",
            _ => "per_tile",
        },
    })
}
