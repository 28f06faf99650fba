// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a network to bytes; the same network gives the same bytes.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::{Dtype, View};
use serde::Serialize;

use super::{METADATA_KEY, VERSION};
use crate::fault::{Fault, FaultCode};
use crate::model::{Kind, Mvm, Network, Thresholds};
use crate::validate::tensors::Shapes;

#[derive(Serialize)]
struct Description<'a> {
    version: u32,
    network: &'a Network,
}

struct Tensor {
    kind: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for Tensor {
    fn dtype(&self) -> Dtype {
        self.kind
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The bytes of a network's file.
///
/// # Errors
/// Faults of the network.
pub fn encode(network: &Network) -> Result<Vec<u8>, Vec<Fault>> {
    let shapes = network.shapes()?;
    let mut tensors: Vec<(String, Tensor)> = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        if let Kind::Mvm(mvm) = &layer.kind {
            let input = network.shape_of(layer.input, &shapes);
            let place = crate::validate::place(index, layer);
            let shapes = Shapes::new(&place, mvm, input).map_err(|fault| vec![*fault])?;
            let own = tensors_of(mvm, &shapes);
            tensors.extend(
                own.into_iter()
                    .map(|(what, tensor)| (format!("{}.{what}", layer.name), tensor)),
            );
        }
    }
    let failed = |why: String| vec![Fault::new(FaultCode::BadDescription, "network", why)];
    let description = Description {
        version: VERSION,
        network,
    };
    let text = serde_json::to_string(&description).map_err(|error| failed(error.to_string()))?;
    // One key: a hash map of several would come out in any order.
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), text)]);
    safetensors::serialize(tensors, Some(metadata)).map_err(|error| failed(error.to_string()))
}

fn tensors_of(mvm: &Mvm, shapes: &Shapes) -> Vec<(&'static str, Tensor)> {
    let signed = |shape: &[usize], values: &[i16]| Tensor {
        kind: Dtype::I16,
        shape: shape.to_vec(),
        bytes: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    };
    let unsigned = |shape: &[usize], values: &[u16]| Tensor {
        kind: Dtype::U16,
        shape: shape.to_vec(),
        bytes: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    };
    let mut tensors = vec![
        ("weights", signed(&shapes.weights, &mvm.weights)),
        ("scales", unsigned(&shapes.scales, &mvm.scales)),
        ("multiplier", signed(&shapes.constants, &mvm.multiplier)),
        (
            "bias",
            Tensor {
                kind: Dtype::I32,
                shape: shapes.constants.to_vec(),
                bytes: mvm
                    .bias
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            },
        ),
    ];
    if let Thresholds::PerTile(list) | Thresholds::PerColumn(list) = &mvm.thresholds {
        tensors.push(("thresholds", unsigned(&shapes.thresholds, list)));
    }
    tensors
}
