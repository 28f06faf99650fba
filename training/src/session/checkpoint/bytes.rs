// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file of a checkpoint: JSON and named numbers in a safetensors file, with SHA-256 over all of it.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use sha2::{Digest as _, Sha256};

use super::super::Result;
use crate::error::TrainError;

/// Key of the metadata that holds the state.
const METADATA_KEY: &str = "hcim.checkpoint";
/// Name of the tensor with the digest.
const DIGEST: &str = "digest";

/// Numbers by name.
pub(super) type Numbers = BTreeMap<String, Vec<f32>>;

fn digest(text: &str, tensors: &BTreeMap<String, Vec<u8>>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(text.as_bytes());
    for (name, bytes) in tensors {
        part(name.as_bytes());
        part(bytes);
    }
    hasher.finalize().into()
}

/// The bytes of a file; the same state gives the same bytes.
pub(super) fn encode(text: String, numbers: &Numbers) -> Result<Vec<u8>> {
    let raw = |values: &Vec<f32>| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    };
    let tensors: BTreeMap<String, Vec<u8>> = numbers
        .iter()
        .map(|(name, values)| (name.clone(), raw(values)))
        .collect();
    let digest = digest(&text, &tensors);
    let failed = |error: safetensors::SafeTensorError| {
        TrainError::Tensor(candle_core::Error::Msg(error.to_string()))
    };
    let mut views = vec![(
        DIGEST.to_owned(),
        TensorView::new(Dtype::U8, vec![32], &digest).map_err(failed)?,
    )];
    for (name, bytes) in &tensors {
        let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes);
        views.push((name.clone(), view.map_err(failed)?));
    }
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), text)]);
    safetensors::serialize(views, Some(metadata)).map_err(failed)
}

/// State and numbers of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Numbers)> {
    let damaged = |why: &str| TrainError::Damaged(why.to_owned());
    let (_, header) = SafeTensors::read_metadata(bytes)
        .map_err(|error| TrainError::Damaged(format!("it is no safetensors file ({error})")))?;
    let metadata = header.metadata().as_ref();
    let Some(text) = metadata.and_then(|metadata| metadata.get(METADATA_KEY)) else {
        let network = metadata.is_some_and(|m| m.contains_key(hcim_network::file::METADATA_KEY));
        return Err(match network {
            true => TrainError::Foreign("it is the file of a finished network".to_owned()),
            false => damaged("it is a safetensors file of something else"),
        });
    };
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| TrainError::Damaged(format!("it is no safetensors file ({error})")))?;
    let mut tensors = BTreeMap::new();
    let mut found = None;
    for (name, view) in file.iter() {
        match (name, view.dtype()) {
            (DIGEST, Dtype::U8) => found = Some(view.data().to_vec()),
            (_, Dtype::F32) => {
                tensors.insert(name.to_owned(), view.data().to_vec());
            }
            _ => return Err(damaged("a tensor is of a wrong kind")),
        }
    }
    if found.as_deref() != Some(&digest(text, &tensors)) {
        return Err(damaged("its SHA-256 is not that of its contents"));
    }
    let mut numbers = Numbers::new();
    for (name, bytes) in tensors {
        let values: Vec<f32> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(damaged("a number of it is infinite or none"));
        }
        numbers.insert(name, values);
    }
    Ok((text.clone(), numbers))
}
