// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks that come from elsewhere: the JSON of small fully connected networks (`psq-mlp-v1`), or a safetensors file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::fault::{Fault, FaultCode, visible};
use crate::file;
use crate::model::{
    Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Source, Thresholds,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mlp {
    format: String,
    partial_sum: PartialSum,
    input_bits: u32,
    weight_slices: u32,
    scale_bits: u32,
    requant_shift: u32,
    layers: Vec<MlpLayer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MlpLayer {
    /// `[input][output]`.
    weights: Vec<Vec<i16>>,
    /// `[plane][slice][output]`.
    scales: Vec<Vec<Vec<u16>>>,
    /// `[plane]`.
    thresholds: Vec<u16>,
    multiplier: Vec<i16>,
    bias: Vec<i32>,
    relu: bool,
}

/// What `format` of the JSON must be.
const FORMAT: &str = "psq-mlp-v1";

/// Reads a network from a safetensors file or, if its first character is `{`, from JSON. A network from JSON gets the
/// name of its file (of its folder, if the file is called `network.json`).
///
/// # Errors
/// Every fault of the file and of the network in it.
pub fn read(path: &Path) -> Result<Network, Vec<Fault>> {
    let bytes = file::read_bytes(path)?;
    // A safetensors file starts with the length of its header, far below the 9 bytes that a `{` would make of it.
    let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
        && safetensors::SafeTensors::read_metadata(&bytes).is_err();
    match json {
        true => mlp(&bytes, &name_of(path)),
        false => file::decode(&bytes),
    }
}

fn name_of(path: &Path) -> String {
    let stem = path.file_stem();
    let folder = path.parent().and_then(Path::file_name);
    let name = match stem.is_some_and(|stem| stem == "network") {
        true => folder.or(stem),
        false => stem,
    };
    let name = name.map(|name| name.to_string_lossy()).unwrap_or_default();
    let legal = |c: char| match c.is_ascii_alphanumeric() || "_-.".contains(c) {
        true => c,
        false => '_',
    };
    let name: String = name.chars().map(legal).take(64).collect();
    match name.is_empty() || name.starts_with(['.', '-']) {
        true => "network".to_owned(),
        false => name,
    }
}

/// A network from the JSON of a fully connected one.
///
/// # Errors
/// Every fault of the text and of the network in it.
pub fn mlp(text: &[u8], name: &str) -> Result<Network, Vec<Fault>> {
    let bad = |message: String| {
        vec![
            Fault::new(FaultCode::BadJson, "file", message)
                .help("doc/network-format.md describes what is read"),
        ]
    };
    let mlp: Mlp = serde_json::from_slice(text).map_err(|error| {
        bad(format!(
            "it is not understood: {}",
            visible(&error.to_string())
        ))
    })?;
    if mlp.format != FORMAT {
        let found = visible(&mlp.format);
        return Err(bad(format!("its format is `{found}`, legal: `{FORMAT}`")));
    }
    let inputs = mlp.layers.first().map_or(0, |layer| layer.weights.len());
    let mut faults = Vec::new();
    let layers = mlp.layers.iter().enumerate();
    let layers = layers
        .map(|(index, layer)| layer.convert(index, &mlp, &mut faults))
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let network = Network {
        name: name.to_owned(),
        input: MapShape {
            height: 1,
            width: 1,
            channels: inputs,
        },
        input_bits: mlp.input_bits,
        layers,
        provenance: BTreeMap::from([("format".to_owned(), FORMAT.to_owned())]),
    };
    network.validate()?;
    Ok(network)
}

impl MlpLayer {
    fn convert(&self, index: usize, mlp: &Mlp, faults: &mut Vec<Fault>) -> Layer {
        let name = format!("layer{index}");
        let place = format!("layer {index} `{name}`");
        let mut uneven = |what: &str, shape: &str| {
            let message = format!("{what} is no array of {shape}");
            faults.push(Fault::new(FaultCode::TensorShape, &place, message));
        };
        let outputs = self.bias.len();
        let (planes, slices) = (mlp.input_bits as usize, mlp.weight_slices as usize);
        if self.weights.iter().any(|row| row.len() != outputs) {
            uneven("weights", "inputs x outputs");
        }
        let even = self.scales.len() == planes
            && self.scales.iter().all(|plane| plane.len() == slices)
            && self.scales.iter().flatten().all(|row| row.len() == outputs);
        if !even {
            uneven("scales", "input_bits x weight_slices x outputs");
        }
        let thresholds = match mlp.partial_sum {
            PartialSum::Ternary => Thresholds::PerTile(self.thresholds.clone()),
            PartialSum::Binary => Thresholds::None,
        };
        let finish = match self.relu {
            true => Finish::Activation {
                shift: mlp.requant_shift,
                bits: mlp.input_bits,
            },
            false => Finish::Scores,
        };
        let mvm = Mvm {
            op: Op::Linear,
            partial_sum: mlp.partial_sum,
            input_bits: mlp.input_bits,
            weight_slices: mlp.weight_slices,
            scale_bits: mlp.scale_bits,
            outputs,
            segment_rows: self.weights.len(),
            weights: self.weights.concat(),
            scales: self.scales.concat().concat(),
            thresholds,
            multiplier: self.multiplier.clone(),
            bias: self.bias.clone(),
            finish,
            residual: None,
        };
        Layer {
            name,
            input: match index {
                0 => Source::Image,
                index => Source::Layer(index - 1),
            },
            kind: Kind::Mvm(mvm),
        }
    }
}
