// SPDX-License-Identifier: MIT OR Apache-2.0
//! From bytes to a validated network.

use std::collections::BTreeSet;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde::Deserialize;

use super::{METADATA_KEY, VERSION, tensor};
use crate::fault::{Fault, FaultCode, visible};
use crate::model::{Kind, MapShape, Mvm, Network, Source, Thresholds};
use crate::validate::tensors::Shapes;
use crate::validate::{place, sized};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(rename = "version")]
    _version: u32,
    network: Network,
}

/// The part of a description that every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Most faults that are told of tensors.
const MAX_FAULTS: usize = 100;

/// The network of a file's bytes, validated.
///
/// # Errors
/// Every fault of the bytes and of the network in them.
pub fn decode(bytes: &[u8]) -> Result<Network, Vec<Fault>> {
    let one = |code, message: String, help: &str| {
        vec![Fault::new(code, "file", message).help(help.to_owned())]
    };
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| {
        let message = format!(
            "it is no whole safetensors file: {}",
            visible(&error.to_string())
        );
        let help = "write it again, or name a file that `hcim import` or `hcim train` wrote";
        one(FaultCode::NotSafetensors, message, help)
    })?;
    let text = metadata
        .metadata()
        .as_ref()
        .and_then(|map| map.get(METADATA_KEY))
        .ok_or_else(|| {
            let message = format!("its metadata has no key `{METADATA_KEY}`");
            let help = "doc/network-format.md says what must be there";
            one(FaultCode::NoDescription, message, help)
        })?;
    let mut network = description(text)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| {
        let message = visible(&error.to_string());
        one(FaultCode::NotSafetensors, message, "write it again")
    })?;
    let mut reader = Reader {
        tensors,
        used: BTreeSet::new(),
        faults: Vec::new(),
    };
    reader.fill(&mut network);
    reader.unknown();
    let Reader { mut faults, .. } = reader;
    if faults.is_empty() {
        network.validate()?;
        return Ok(network);
    }
    // What is wrong apart from the tensors that could not be read.
    let rest = network.validate().err().unwrap_or_default();
    faults.extend(
        rest.into_iter()
            .filter(|fault| fault.code != FaultCode::TensorLength),
    );
    faults.truncate(MAX_FAULTS);
    Err(faults)
}

fn description(text: &str) -> Result<Network, Vec<Fault>> {
    let bad = |code, message: String, help: &str| {
        vec![Fault::new(code, "description", message).help(help.to_owned())]
    };
    let syntax = |error: serde_json::Error| {
        let message = format!("it is not understood: {}", visible(&error.to_string()));
        let help = "doc/network-format.md describes it";
        bad(FaultCode::BadDescription, message, help)
    };
    let Version { version } = serde_json::from_str(text).map_err(syntax)?;
    if version != VERSION {
        let message = format!("its version is {version}, legal: {VERSION}");
        let help = "read it with a newer hcim, or write it in this version";
        return Err(bad(FaultCode::WrongVersion, message, help));
    }
    let description: Description = serde_json::from_str(text).map_err(syntax)?;
    Ok(description.network)
}

struct Reader<'a> {
    tensors: SafeTensors<'a>,
    used: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn fill(&mut self, network: &mut Network) {
        let mut shapes: Vec<Option<MapShape>> = Vec::new();
        let image = sized(network.input).then_some(network.input);
        for (index, layer) in network.layers.iter_mut().enumerate() {
            let input = match layer.input {
                Source::Image => image,
                Source::Layer(from) => shapes.get(from).copied().flatten(),
            };
            let output = input.and_then(|input| layer.kind.output(input));
            shapes.push(output.filter(|map| sized(*map)));
            let place = place(index, layer);
            if let Kind::Mvm(mvm) = &mut layer.kind {
                let shapes = input.and_then(|input| Shapes::new(&place, mvm, input).ok());
                self.layer(&place, &layer.name, mvm, shapes.as_ref());
            }
        }
    }

    fn layer(&mut self, place: &str, name: &str, mvm: &mut Mvm, shapes: Option<&Shapes>) {
        let dimensions = |pick: fn(&Shapes) -> &[usize]| shapes.map(pick);
        let weights = dimensions(|shapes| &shapes.weights);
        let scales = dimensions(|shapes| &shapes.scales);
        let thresholds = dimensions(|shapes| &shapes.thresholds);
        let constants = dimensions(|shapes| &shapes.constants);
        self.read(place, name, "weights", weights, &mut mvm.weights);
        self.read(place, name, "scales", scales, &mut mvm.scales);
        self.read(place, name, "multiplier", constants, &mut mvm.multiplier);
        self.read(place, name, "bias", constants, &mut mvm.bias);
        if let Thresholds::PerTile(list) | Thresholds::PerColumn(list) = &mut mvm.thresholds {
            self.read(place, name, "thresholds", thresholds, list);
        }
    }

    fn read<T: TryFrom<i64>>(
        &mut self,
        place: &str,
        layer: &str,
        what: &str,
        shape: Option<&[usize]>,
        values: &mut Vec<T>,
    ) {
        let name = format!("{layer}.{what}");
        let Ok(view) = self.tensors.tensor(&name) else {
            let message = format!("the file has no tensor `{}`", visible(&name));
            self.faults
                .push(Fault::new(FaultCode::TensorMissing, place, message));
            return;
        };
        self.used.insert(name);
        match elements(place, what, &view, shape) {
            Ok(read) => *values = read,
            Err(fault) => self.faults.push(*fault),
        }
    }

    fn unknown(&mut self) {
        let mut names: Vec<_> = self
            .tensors
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        names.sort();
        for name in names {
            if !self.used.contains(&name) && self.faults.len() < MAX_FAULTS {
                let message = format!("no layer has a tensor `{}`", visible(&name));
                self.faults.push(
                    Fault::new(FaultCode::TensorUnknown, "file", message)
                        .help("tensors are `<layer>.weights`, `.scales`, `.thresholds`, `.multiplier`, `.bias`"),
                );
            }
        }
    }
}

fn elements<T: TryFrom<i64>>(
    place: &str,
    what: &str,
    view: &TensorView<'_>,
    shape: Option<&[usize]>,
) -> Result<Vec<T>, Box<Fault>> {
    if let Some(shape) = shape
        && view.shape() != shape
    {
        let message = format!("{what} has the shape {:?}, legal: {shape:?}", view.shape());
        let fault = Fault::new(FaultCode::TensorShape, place, message);
        return Err(Box::new(fault));
    }
    tensor::integers(place, what, view)
}
