// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files: round trips, the same bytes, and hostile ones.

use std::collections::HashMap;
use std::path::Path;

use hcim_network::file::{self, METADATA_KEY, decode, encode};
use hcim_network::testing::{self, Options};
use hcim_network::{FaultCode, Kind, Network, import};
use proptest::prelude::*;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

/// Name, kind, shape, bytes.
type Tensor = (String, Dtype, Vec<usize>, Vec<u8>);

fn network(seed: u64) -> Network {
    testing::network(seed, &Options::default())
}

fn code(result: Result<Network, Vec<hcim_network::Fault>>) -> FaultCode {
    result.unwrap_err()[0].code
}

/// A file with its metadata and tensors changed.
fn altered(
    bytes: &[u8],
    text: impl Fn(String) -> Option<String>,
    tensors: impl Fn(&mut Vec<Tensor>),
) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let old = metadata.metadata().as_ref().unwrap()[METADATA_KEY].clone();
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut list: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                view.dtype(),
                view.shape().to_vec(),
                view.data().to_vec(),
            )
        })
        .collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    tensors(&mut list);
    let views: Vec<(String, TensorView<'_>)> = list
        .iter()
        .map(|(name, kind, shape, data)| {
            let view = TensorView::new(*kind, shape.clone(), data).unwrap();
            (name.clone(), view)
        })
        .collect();
    let metadata = text(old).map(|text| HashMap::from([(METADATA_KEY.to_owned(), text)]));
    safetensors::serialize(views, metadata).unwrap()
}

#[test]
fn round_trips_and_the_same_bytes() {
    for seed in 0..100 {
        let network = network(seed);
        let bytes = encode(&network).unwrap();
        assert_eq!(decode(&bytes).unwrap(), network, "seed {seed}");
        assert_eq!(encode(&network).unwrap(), bytes, "seed {seed}");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_named() {
    // The first network that starts with a layer of its own tensors.
    let network = (0..)
        .map(network)
        .find(|network| matches!(network.layers[0].kind, Kind::Mvm(_)))
        .unwrap();
    let bytes = encode(&network).unwrap();
    let same = |text: String| Some(text);
    let none = |_: &mut Vec<_>| {};
    assert_eq!(decode(&altered(&bytes, same, none)).unwrap(), network);

    assert_eq!(code(decode(&[])), FaultCode::NotSafetensors);
    assert_eq!(code(decode(b"{}")), FaultCode::NotSafetensors);
    for cut in [1, 7, 8, 9, 100, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(code(decode(&bytes[..cut])), FaultCode::NotSafetensors);
    }
    let mut long = bytes.clone();
    long.push(0);
    assert_eq!(code(decode(&long)), FaultCode::NotSafetensors);
    let mut huge = bytes.clone();
    huge[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(code(decode(&huge)), FaultCode::NotSafetensors);

    let text = |text: fn(String) -> Option<String>| code(decode(&altered(&bytes, text, none)));
    assert_eq!(text(|_| None), FaultCode::NoDescription);
    assert_eq!(text(|_| Some("[".into())), FaultCode::BadDescription);
    assert_eq!(
        text(|_| Some("[".repeat(1 << 20))),
        FaultCode::BadDescription
    );
    let version = |t: String| Some(t.replacen("\"version\":1", "\"version\":2", 1));
    assert_eq!(text(version), FaultCode::WrongVersion);
    let key = |t: String| Some(t.replacen("\"outputs\"", "\"output\"", 1));
    assert_eq!(text(key), FaultCode::BadDescription);
    let nan = |t: String| Some(t.replacen("\"input_bits\":", "\"input_bits\":NaN", 1));
    assert_eq!(text(nan), FaultCode::BadDescription);

    let tensors = |how: fn(&mut Vec<Tensor>)| code(decode(&altered(&bytes, same, how)));
    let drop_one = |list: &mut Vec<_>| drop(list.remove(0));
    assert_eq!(tensors(drop_one), FaultCode::TensorMissing);
    let add = |list: &mut Vec<Tensor>| list.push(("extra".into(), Dtype::U8, vec![1], vec![0]));
    assert_eq!(tensors(add), FaultCode::TensorUnknown);
    let flat = |list: &mut Vec<Tensor>| {
        let weights = list.iter_mut().find(|one| one.0 == "l0.weights").unwrap();
        weights.2 = vec![weights.2.iter().product()];
    };
    assert_eq!(tensors(flat), FaultCode::TensorShape);
    let half = |list: &mut Vec<Tensor>| {
        // Two bytes an element, as what was there.
        let weights = list.iter_mut().find(|one| one.0 == "l0.weights").unwrap();
        weights.1 = Dtype::F16;
    };
    assert_eq!(tensors(half), FaultCode::TensorKind);
}

/// The file with the weights of layer 0 as floating-point numbers.
fn floats(network: &Network, change: impl Fn(&mut Vec<f32>)) -> Vec<u8> {
    let Kind::Mvm(mvm) = &network.layers[0].kind else {
        panic!("layer 0 has no weights")
    };
    let mut values: Vec<f32> = mvm.weights.iter().map(|w| f32::from(*w)).collect();
    change(&mut values);
    altered(&encode(network).unwrap(), Some, move |list| {
        let weights = list.iter_mut().find(|one| one.0 == "l0.weights").unwrap();
        weights.1 = Dtype::F32;
        weights.3 = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
    })
}

#[test]
fn floating_point_numbers_must_be_integers() {
    let network = (0..)
        .map(network)
        .find(|network| matches!(network.layers[0].kind, Kind::Mvm(_)))
        .unwrap();
    assert_eq!(decode(&floats(&network, |_| {})).unwrap(), network);
    for bad in [f32::NAN, f32::INFINITY, 0.5, 1e9, 1e30] {
        let bytes = floats(&network, |values| values[0] = bad);
        assert_eq!(code(decode(&bytes)), FaultCode::TensorElement, "{bad}");
    }
    let bytes = floats(&network, |values| values[0] = 300.0);
    assert_eq!(code(decode(&bytes)), FaultCode::WeightRange);
}

#[test]
fn files_are_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.safetensors");
    file::write(&network(1), &path).unwrap();
    file::write(&network(2), &path).unwrap();
    assert_eq!(file::read(&path).unwrap(), network(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // An invalid network leaves what is there.
    let mut invalid = network(3);
    invalid.layers.clear();
    assert!(file::write(&invalid, &path).is_err());
    assert_eq!(file::read(&path).unwrap(), network(2));
    let nowhere = folder.path().join("none/a.safetensors");
    let faults = file::write(&network(1), &nowhere).unwrap_err();
    assert_eq!(
        (faults[0].code, faults[0].is_io()),
        (FaultCode::Unwritable, true)
    );
    assert_eq!(code(file::read(&nowhere)), FaultCode::Unreadable);
    assert_eq!(code(file::read(folder.path())), FaultCode::Unreadable);
    let faults = file::write(&network(1), folder.path()).unwrap_err();
    assert_eq!(faults[0].code, FaultCode::Unwritable);
}

fn reference(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../testbenches/reference/{name}/network.json"))
}

#[test]
fn reference_networks_are_imported() {
    for (name, hidden, bits) in [("digits_ternary", 32, 4), ("digits_binary", 29, 3)] {
        let network = import::read(&reference(name)).unwrap();
        let shapes = network.shapes().unwrap();
        assert_eq!((network.name.as_str(), network.input_bits), (name, bits));
        assert_eq!((shapes[0].channels, shapes[1].channels), (hidden, 10));
        let bytes = encode(&network).unwrap();
        assert_eq!(decode(&bytes).unwrap(), network);
    }
}

#[test]
fn json_of_something_else_is_refused() {
    let text = std::fs::read_to_string(reference("digits_ternary")).unwrap();
    let mlp = |text: &str| import::mlp(text.as_bytes(), "x");
    assert!(mlp(&text).is_ok());
    assert_eq!(code(mlp(&text[..text.len() / 2])), FaultCode::BadJson);
    assert_eq!(
        code(mlp(&text.replacen("psq-mlp-v1", "other", 1))),
        FaultCode::BadJson
    );
    assert_eq!(
        code(mlp(&text.replacen("-11", "NaN", 1))),
        FaultCode::BadJson
    );
    assert_eq!(
        code(mlp(&text.replacen("-11", "99999", 1))),
        FaultCode::BadJson
    );
    assert_eq!(
        code(mlp(&text.replacen("-11", "16", 1))),
        FaultCode::WeightRange
    );
    assert_eq!(
        code(mlp(&text.replacen("-11", "1, 1", 1))),
        FaultCode::TensorShape
    );
    assert_eq!(code(mlp("{}")), FaultCode::BadJson);
}

proptest! {
    /// Bytes changed anywhere: an error or a valid network, never a panic.
    #[test]
    fn mutated_files_are_errors_or_networks(
        seed in 0u64..40,
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = encode(&network(seed)).unwrap();
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        match decode(&bytes) {
            Ok(network) => prop_assert!(network.validate().is_ok()),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
