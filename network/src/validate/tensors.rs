// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of a layer's tensors: lengths and ranges.

use crate::fault::{Fault, FaultCode};
use crate::model::{MapShape, Mvm, Thresholds};

use super::MAX_ELEMENTS;

/// What the tensors of a layer hold, by their dimensions.
pub(crate) struct Shapes {
    pub(crate) weights: [usize; 2],
    pub(crate) scales: [usize; 4],
    pub(crate) thresholds: Vec<usize>,
    pub(crate) constants: [usize; 1],
}

impl Shapes {
    /// Of a layer whose ranges have been checked.
    ///
    /// # Errors
    /// A fault if a tensor is larger than any may be.
    pub(crate) fn new(place: &str, mvm: &Mvm, input: MapShape) -> Result<Self, Box<Fault>> {
        let too_large = |what: &str| {
            let message = format!("{what} would have more than {MAX_ELEMENTS} elements");
            let help = "use several layers, or check the shape of the map that the layer reads";
            Box::new(Fault::new(FaultCode::TensorTooLarge, place, message).help(help))
        };
        let bounded = |elements: Option<usize>| elements.filter(|count| *count <= MAX_ELEMENTS);
        let rows = bounded(mvm.rows(input)).ok_or_else(|| too_large("the vector"))?;
        bounded(rows.checked_mul(mvm.outputs)).ok_or_else(|| too_large("weights"))?;
        let segments = rows.div_ceil(mvm.segment_rows.max(1));
        bounded(mvm.columns(segments)).ok_or_else(|| too_large("scales"))?;
        let (planes, slices) = (mvm.input_bits as usize, mvm.weight_slices as usize);
        let scales = [segments, planes, slices, mvm.outputs];
        let thresholds = match mvm.thresholds {
            Thresholds::None => vec![],
            Thresholds::PerTile(_) => vec![segments, planes],
            Thresholds::PerColumn(_) => scales.to_vec(),
        };
        Ok(Self {
            weights: [rows, mvm.outputs],
            scales,
            thresholds,
            constants: [mvm.outputs],
        })
    }
}

/// Checks all tensors. Gives the number of segments if the constants can be trusted.
pub(super) fn check(
    place: &str,
    mvm: &Mvm,
    input: MapShape,
    faults: &mut Vec<Fault>,
) -> Option<usize> {
    let shapes = match Shapes::new(place, mvm, input) {
        Ok(shapes) => shapes,
        Err(fault) => {
            faults.push(*fault);
            return None;
        }
    };
    let mut tensor = Tensor { place, faults };
    let weight = i32::from(u16::MAX >> (16 - mvm.weight_slices));
    let weights = mvm.weights.iter().map(|w| i32::from(*w));
    if tensor.length("weights", mvm.weights.len(), &shapes.weights) {
        let code = FaultCode::WeightRange;
        tensor.range(code, "weights", weights, &shapes.weights, -weight, weight);
    }
    let scale = i32::from(u16::MAX >> (16 - mvm.scale_bits));
    if tensor.length("scales", mvm.scales.len(), &shapes.scales) {
        let scales = mvm.scales.iter().map(|q| i32::from(*q));
        let code = FaultCode::ScaleRange;
        tensor.range(code, "scales", scales, &shapes.scales, 0, scale);
    }
    match &mvm.thresholds {
        Thresholds::None => {}
        Thresholds::PerTile(list) | Thresholds::PerColumn(list) => {
            if tensor.length("thresholds", list.len(), &shapes.thresholds) {
                let thresholds = list.iter().map(|t| i32::from(*t));
                let (code, most) = (FaultCode::ThresholdRange, mvm.segment_rows as i32);
                tensor.range(code, "thresholds", thresholds, &shapes.thresholds, 0, most);
            }
        }
    }
    let multiplier = tensor.length("multiplier", mvm.multiplier.len(), &shapes.constants);
    let bias = tensor.length("bias", mvm.bias.len(), &shapes.constants);
    (multiplier && bias).then_some(shapes.scales[0])
}

struct Tensor<'a> {
    place: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Tensor<'_> {
    fn length(&mut self, what: &str, found: usize, shape: &[usize]) -> bool {
        let wanted: usize = shape.iter().product();
        if found != wanted {
            let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
            let message = format!(
                "{what} has {found} elements, but [{}] are {wanted}",
                shape.join(", ")
            );
            self.faults
                .push(Fault::new(FaultCode::TensorLength, self.place, message));
        }
        found == wanted
    }

    /// The first element that is out of range, and how many there are.
    fn range(
        &mut self,
        code: FaultCode,
        what: &str,
        values: impl Iterator<Item = i32>,
        shape: &[usize],
        least: i32,
        most: i32,
    ) {
        let mut bad = values
            .enumerate()
            .filter(|(_, value)| !(least..=most).contains(value));
        let Some((index, value)) = bad.next() else {
            return;
        };
        let more = bad.count();
        let what = format!("{what}{}", subscript(index, shape));
        let mut fault = Fault::value(code, self.place, &what, value, format!("{least}..={most}"));
        if more > 0 {
            fault.message.push_str(&format!("; {more} more like it"));
        }
        self.faults.push(fault);
    }
}

/// Index of an element in words: `[3, 7]`.
pub(crate) fn subscript(mut index: usize, shape: &[usize]) -> String {
    let mut parts = Vec::new();
    for size in shape.iter().rev() {
        parts.push((index % size.max(&1)).to_string());
        index /= size.max(&1);
    }
    parts.reverse();
    format!("[{}]", parts.join(", "))
}
