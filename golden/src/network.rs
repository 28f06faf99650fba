// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reference networks: weights, images and the answers that an independent computation gave.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::{Config, PartialSum};
use crate::error::{Error, Kind, Result};

#[derive(Deserialize)]
struct LayerFile {
    weights: Vec<Vec<i32>>,
    scales: Vec<Vec<Vec<u32>>>,
    thresholds: Vec<u32>,
    multiplier: Vec<i32>,
    bias: Vec<i32>,
    relu: bool,
}

#[derive(Deserialize)]
struct NetworkFile {
    partial_sum: PartialSum,
    input_bits: u32,
    weight_slices: u32,
    scale_bits: u32,
    requant_shift: u32,
    layers: Vec<LayerFile>,
}

#[derive(Deserialize)]
struct ExpectedFile {
    images: Vec<u32>,
    labels: Vec<u32>,
    layer0_acc: Vec<Vec<i64>>,
    hidden: Vec<Vec<u16>>,
    layer1_acc: Vec<Vec<i64>>,
    predicted: Vec<u32>,
    accuracy: f64,
}

/// One layer, flattened.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Inputs.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
    /// W.
    pub slices: usize,
    /// weights[input * outputs + output].
    pub weights: Vec<i32>,
    /// scales[plane * outputs * W + output * W + slice].
    pub scales: Vec<u32>,
    /// One per plane.
    pub thresholds: Vec<u32>,
    /// Requantisation.
    pub multiplier: Vec<i32>,
    /// Requantisation.
    pub bias: Vec<i32>,
    /// Whether another layer follows.
    pub relu: bool,
}

/// A layer's numbers, padded to the size of a tile.
#[derive(Clone, Debug)]
pub struct Padded {
    /// R*O.
    pub weights: Vec<i32>,
    /// A*U.
    pub scales: Vec<u32>,
}

/// A test image and what the network makes of it.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its number among all images.
    pub index: u32,
    /// The digit drawn.
    pub label: u32,
    /// Pixels as inputs of layer 0.
    pub inputs: Vec<u16>,
    /// y of layer 0.
    pub layer0_acc: Vec<i64>,
    /// Inputs of layer 1.
    pub hidden: Vec<u16>,
    /// y of layer 1.
    pub layer1_acc: Vec<i64>,
    /// The digit answered.
    pub predicted: u32,
}

/// A network with its images.
#[derive(Clone, Debug)]
pub struct Network {
    /// Ternary or binary.
    pub partial_sum: PartialSum,
    /// A.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// Shift of the requantisation.
    pub requant_shift: u32,
    /// The layers.
    pub layers: Vec<Layer>,
    /// The test images.
    pub images: Vec<Image>,
    /// Share of right answers.
    pub accuracy: f64,
}

fn bad(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::new(Kind::File, format!("{}: {what}", path.display()))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| bad(path, error))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    serde_json::from_str(&read(path)?).map_err(|error| bad(path, error))
}

impl Layer {
    fn new(file: LayerFile, network: &NetworkHead) -> Option<Self> {
        let (inputs, outputs) = (file.weights.len(), file.bias.len());
        let (planes, slices) = (network.planes, network.slices);
        let whole = file.weights.iter().all(|row| row.len() == outputs)
            && file.multiplier.len() == outputs
            && file.thresholds.len() == planes
            && file.scales.len() == planes
            && file.scales.iter().all(|plane| plane.len() == slices)
            && file
                .scales
                .iter()
                .flatten()
                .all(|slice| slice.len() == outputs)
            && inputs > 0
            && outputs > 0;
        let mut scales = Vec::new();
        for plane in file.scales.iter().filter(|_| whole) {
            for output in 0..outputs {
                scales.extend(plane.iter().map(|slice| slice[output]));
            }
        }
        whole.then_some(Self {
            inputs,
            outputs,
            slices,
            weights: file.weights.into_iter().flatten().collect(),
            scales,
            thresholds: file.thresholds,
            multiplier: file.multiplier,
            bias: file.bias,
            relu: file.relu,
        })
    }

    /// Weights and scale factors with zeros where the tile is larger.
    pub fn padded(&self, config: &Config) -> Result<Padded> {
        let (rows, outputs) = (config.rows as usize, config.derived().outputs as usize);
        let planes = self.thresholds.len();
        let fits = rows >= self.inputs
            && outputs >= self.outputs
            && config.weight_slices as usize == self.slices
            && config.input_bits as usize == planes;
        if !fits {
            return Err(Error::range(
                "the layer does not fit onto a tile of this configuration",
            ));
        }
        let mut padded = Padded {
            weights: vec![0; rows * outputs],
            scales: vec![0; planes * outputs * self.slices],
        };
        for (row, weights) in self.weights.chunks(self.outputs).enumerate() {
            padded.weights[row * outputs..][..self.outputs].copy_from_slice(weights);
        }
        let columns = self.outputs * self.slices;
        for (plane, factors) in self.scales.chunks(columns).enumerate() {
            padded.scales[plane * outputs * self.slices..][..columns].copy_from_slice(factors);
        }
        Ok(padded)
    }
}

struct NetworkHead {
    planes: usize,
    slices: usize,
}

impl Network {
    /// Loads `folder/network.json`, `folder/expected.json` and the images.
    pub fn load(folder: &Path, digits: &Path) -> Result<Self> {
        let path = folder.join("network.json");
        let file: NetworkFile = read_json(&path)?;
        if !(1..=8).contains(&file.input_bits) {
            return Err(bad(&path, "input_bits is not 1..=8"));
        }
        let (planes, slices) = (file.input_bits as usize, file.weight_slices as usize);
        let head = NetworkHead { planes, slices };
        let layer = |layer| Layer::new(layer, &head).ok_or_else(|| bad(&path, "a layer is uneven"));
        let layers: Vec<Layer> = file.layers.into_iter().map(layer).collect::<Result<_>>()?;
        let path = folder.join("expected.json");
        let expected: ExpectedFile = read_json(&path)?;
        let pixels = read_digits(digits)?;
        let images = images(&expected, &layers, &pixels, file.input_bits)
            .ok_or_else(|| bad(&path, "does not go with the network and the digits"))?;
        Ok(Self {
            partial_sum: file.partial_sum,
            input_bits: file.input_bits,
            weight_slices: file.weight_slices,
            scale_bits: file.scale_bits,
            requant_shift: file.requant_shift,
            layers,
            images,
            accuracy: expected.accuracy,
        })
    }

    /// A layer.
    pub fn layer(&self, layer: u32) -> Result<&Layer> {
        let found = self.layers.get(layer as usize);
        found.ok_or_else(|| Error::range(format!("layer {layer} does not exist")))
    }

    /// A test image.
    pub fn image(&self, index: u32) -> Result<&Image> {
        let found = self.images.get(index as usize);
        found.ok_or_else(|| Error::range(format!("test image {index} does not exist")))
    }

    /// JSON text of the smallest configuration that holds a layer.
    pub fn layer_json(&self, layer: u32) -> Result<String> {
        let layer = self.layer(layer)?;
        let ternary = self.partial_sum == PartialSum::Ternary;
        let value = serde_json::json!({
            "name": "digits",
            "top": "tile",
            "rows": layer.inputs,
            "cols": layer.outputs * layer.slices,
            "input_bits": self.input_bits,
            "weight_slices": self.weight_slices,
            "scale_bits": self.scale_bits,
            "partial_sum": if ternary { "ternary" } else { "binary" },
            "gating": if ternary { "on" } else { "off" },
            "thresholds": if ternary { "per_tile" } else { "none" },
            "plane_skip": ternary,
        });
        Ok(value.to_string())
    }
}

/// Pixels and label of every image: 64 numbers 0 .. 16 and the label a line.
fn read_digits(path: &Path) -> Result<Vec<Vec<u16>>> {
    let line = |(index, line): (usize, &str)| {
        let numbers: Option<Vec<u16>> = line.split(',').map(|n| n.trim().parse().ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.len() == 65);
        numbers.ok_or_else(|| bad(path, format!("line {} is not 65 numbers", index + 1)))
    };
    read(path)?.lines().enumerate().map(line).collect()
}

fn images(
    expected: &ExpectedFile,
    layers: &[Layer],
    pixels: &[Vec<u16>],
    input_bits: u32,
) -> Option<Vec<Image>> {
    let [first, second] = layers else { return None };
    let image = |(at, index): (usize, &u32)| {
        let pixels = pixels.get(*index as usize)?;
        let label = *expected.labels.get(at)?;
        let shift = 4u32.saturating_sub(input_bits);
        let input = |pixel: &u16| (*pixel).min(15) >> shift;
        let sized = |len: usize, wanted: usize| (len == wanted).then_some(());
        let image = Image {
            index: *index,
            label,
            inputs: pixels[..64].iter().map(input).collect(),
            layer0_acc: expected.layer0_acc.get(at)?.clone(),
            hidden: expected.hidden.get(at)?.clone(),
            layer1_acc: expected.layer1_acc.get(at)?.clone(),
            predicted: *expected.predicted.get(at)?,
        };
        sized(image.inputs.len(), first.inputs)?;
        sized(image.layer0_acc.len(), first.outputs)?;
        sized(image.hidden.len(), second.inputs)?;
        sized(image.layer1_acc.len(), second.outputs)?;
        (u32::from(pixels[64]) == label).then_some(image)
    };
    expected.images.iter().enumerate().map(image).collect()
}
