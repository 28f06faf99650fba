// SPDX-License-Identifier: MIT OR Apache-2.0
//! A part of a dataset as tensors, and what training does to images.

use candle_core::{Device, Result, Tensor};
use hcim_network::MapShape;
use hcim_network::data::{Dataset, Part};
use sha2::{Digest as _, Sha256};

/// Images of a part, ready.
pub struct Images {
    shape: MapShape,
    /// Number of classes.
    pub classes: usize,
    /// `[image][height][width][channel]`.
    pub images: Vec<Vec<u8>>,
    /// By image.
    pub labels: Vec<u8>,
}

/// Where an image goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// Pixels down.
    pub down: isize,
    /// Pixels to the right.
    pub right: isize,
    /// Mirrored.
    pub flip: bool,
}

impl Images {
    /// A part of a dataset with elements of `bits` bits.
    pub fn new(dataset: &Dataset, part: Part, bits: u32) -> Self {
        let numbers = dataset.part(part);
        Self {
            shape: dataset.shape,
            classes: dataset.classes,
            images: numbers
                .iter()
                .map(|&n| dataset.codes(n, bits).collect())
                .collect(),
            labels: numbers.iter().map(|&n| dataset.label(n)).collect(),
        }
    }

    /// Images `[image, height, width, channel]` of some numbers; what comes in from outside is 0.
    pub fn tensor(&self, numbers: &[usize], mut moved: impl FnMut() -> Move) -> Result<Tensor> {
        let MapShape {
            height,
            width,
            channels,
        } = self.shape;
        let mut values = vec![0.0; numbers.len() * height * width * channels];
        for (&n, values) in numbers
            .iter()
            .zip(values.chunks_exact_mut(height * width * channels))
        {
            let Move { down, right, flip } = moved();
            for (at, to) in values.chunks_exact_mut(channels).enumerate() {
                let column = at % width;
                let column = if flip { width - 1 - column } else { column };
                let row = (at / width).checked_add_signed(-down);
                let column = column.checked_add_signed(-right);
                let (Some(row), Some(column)) = (row, column) else {
                    continue;
                };
                if row < height && column < width {
                    let from = (row * width + column) * channels;
                    let from = &self.images[n][from..][..channels];
                    for (to, &from) in to.iter_mut().zip(from) {
                        *to = f32::from(from);
                    }
                }
            }
        }
        let shape = (numbers.len(), height, width, channels);
        Tensor::from_vec(values, shape, &Device::Cpu)
    }

    /// Targets `[image][class]` of some numbers; `smoothing` of each is spread over all classes.
    pub fn targets(&self, numbers: &[usize], smoothing: f32) -> Vec<f32> {
        let mut targets = vec![smoothing / self.classes as f32; numbers.len() * self.classes];
        for (row, &n) in numbers.iter().enumerate() {
            targets[row * self.classes + usize::from(self.labels[n])] += 1.0 - smoothing;
        }
        targets
    }
}

/// SHA-256 over shape, pixels and labels.
pub fn digest(dataset: &Dataset) -> String {
    let mut hasher = Sha256::new();
    let MapShape {
        height,
        width,
        channels,
    } = dataset.shape;
    hasher.update(format!(
        "{height} {width} {channels} {} {}",
        dataset.classes,
        dataset.len()
    ));
    for n in 0..dataset.len() {
        let codes: Vec<u8> = dataset.codes(n, 8).collect();
        hasher.update(codes);
        hasher.update([dataset.label(n)]);
    }
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use hcim_network::data::Kind;

    use super::*;
    use crate::ops::vec;

    #[test]
    fn images_move_and_are_mirrored() {
        let shape = MapShape {
            height: 2,
            width: 2,
            channels: 1,
        };
        let pixels = vec![1, 2, 3, 4, 0, 0, 0, 0];
        let dataset =
            Dataset::from_bytes(Kind::Mnist, shape, 2, pixels, vec![1, 0], 1).expect("legal");
        let images = Images::new(&dataset, Part::Train, 8);
        let moved = |down, right, flip| {
            let tensor = images.tensor(&[0], || Move { down, right, flip });
            vec(&tensor.expect("a tensor")).expect("numbers")
        };
        assert_eq!(moved(0, 0, false), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(moved(1, 0, false), [0.0, 0.0, 1.0, 2.0]);
        assert_eq!(moved(0, -1, false), [2.0, 0.0, 4.0, 0.0]);
        assert_eq!(moved(0, 0, true), [2.0, 1.0, 4.0, 3.0]);
        assert_eq!(moved(-5, 0, false), [0.0; 4]);
        let targets = images.targets(&[0], 0.5);
        assert_eq!(targets, [0.25, 0.75]);
    }
}
