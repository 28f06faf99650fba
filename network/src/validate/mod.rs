// SPDX-License-Identifier: MIT OR Apache-2.0
//! Validation: everything that is wrong with a network, at once.

mod layer;
pub(crate) mod tensors;

use std::collections::BTreeSet;

use crate::fault::{Fault, FaultCode, visible};
use crate::model::{Kind, Layer, MapShape, Network, Source};

/// Most elements of a tensor or of a map.
pub const MAX_ELEMENTS: usize = 1 << 28;

/// Most layers.
const MAX_LAYERS: usize = 4096;

/// Longest name.
const MAX_NAME: usize = 64;

/// Faults that are listed; a tensor of rubbish has more than anybody reads.
const MAX_FAULTS: usize = 100;

/// What is known of a source.
#[derive(Clone, Copy)]
struct Known {
    /// `None` if its layer is at fault.
    shape: Option<MapShape>,
    /// `None` for scores.
    bits: Option<u32>,
}

impl Network {
    /// Checks everything: names, sources, shapes, ranges, sizes of tensors, and that no intermediate number can exceed 62
    /// bits.
    ///
    /// # Errors
    /// Every fault that was found, the first hundred.
    pub fn validate(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        self.check_head(&mut faults);
        let mut names = BTreeSet::new();
        let mut known: Vec<Known> = Vec::new();
        let image = Known {
            shape: sized(self.input).then_some(self.input),
            bits: Some(self.input_bits),
        };
        for (index, layer) in self.layers.iter().take(MAX_LAYERS).enumerate() {
            let place = place(index, layer);
            check_name(&place, &layer.name, &mut faults);
            if !names.insert(&layer.name) {
                let fault = Fault::new(FaultCode::DuplicateName, &place, "the name is taken");
                faults.push(fault.help("give every layer a name of its own"));
            }
            let mut check = layer::Check {
                place: &place,
                index,
                image,
                known: &known,
                faults: &mut faults,
            };
            let input = check.source("input", layer.input);
            let output = match &layer.kind {
                Kind::Mvm(mvm) => check.mvm(mvm, input),
                Kind::Pool(pool) => check.pool(pool, input),
            };
            known.push(Known {
                shape: output,
                bits: layer.kind.output_bits(),
            });
            if faults.len() >= MAX_FAULTS {
                break;
            }
        }
        faults.truncate(MAX_FAULTS);
        match faults.is_empty() {
            true => Ok(()),
            false => Err(faults),
        }
    }

    fn check_head(&self, faults: &mut Vec<Fault>) {
        let place = "network";
        check_name(place, &self.name, faults);
        if !(1..=8).contains(&self.input_bits) {
            let (code, bits) = (FaultCode::Bits, self.input_bits);
            faults.push(Fault::value(code, place, "input_bits", bits, "1..=8"));
        }
        if !sized(self.input) {
            faults.push(map_size(place, "the image", self.input));
        }
        if !(1..=MAX_LAYERS).contains(&self.layers.len()) {
            let (count, legal) = (self.layers.len(), format!("1..={MAX_LAYERS}"));
            faults.push(Fault::value(
                FaultCode::LayerCount,
                place,
                "the number of layers",
                count,
                legal,
            ));
        }
    }
}

/// How faults name a layer.
pub(crate) fn place(index: usize, layer: &Layer) -> String {
    format!("layer {index} `{}`", visible(&layer.name))
}

pub(crate) fn sized(map: MapShape) -> bool {
    map.checked_elements()
        .is_some_and(|elements| (1..=MAX_ELEMENTS).contains(&elements))
}

fn map_size(place: &str, what: &str, map: MapShape) -> Fault {
    let legal = format!("1..={MAX_ELEMENTS} elements");
    Fault::value(FaultCode::MapSize, place, what, map, legal)
}

fn check_name(place: &str, name: &str, faults: &mut Vec<Fault>) {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let usable = (1..=MAX_NAME).contains(&name.len())
        && name.chars().all(legal)
        && !name.starts_with(['.', '-']);
    if !usable {
        let legal = format!(
            "1 to {MAX_NAME} letters, digits, `_`, `-`, `.`; neither `.` nor `-` comes first"
        );
        let shown = format!("`{}`", visible(name));
        faults.push(Fault::value(
            FaultCode::BadName,
            place,
            "the name",
            shown,
            legal,
        ));
    }
}

impl Source {
    /// How faults name it.
    pub(crate) fn shown(self) -> String {
        match self {
            Source::Image => "the image".to_owned(),
            Source::Layer(index) => format!("layer {index}"),
        }
    }
}
