// SPDX-License-Identifier: MIT OR Apache-2.0
//! Well-known networks as shapes, with made weights: for reports and benchmarks before anything is trained.

use std::collections::BTreeMap;

use crate::model::{
    Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Pool, PoolOp, Residual, Source,
    Thresholds, Window,
};
use crate::rng::Rng;

/// Sizes of a made ResNet-20 for images of 32 x 32 x 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resnet20 {
    /// Rows of a segment.
    pub segment_rows: usize,
    /// A of all layers but the first convolution.
    pub input_bits: u32,
    /// W of all layers but the first convolution.
    pub weight_slices: u32,
    /// A of the first convolution: bits of the image.
    pub first_input_bits: u32,
    /// W of the first convolution.
    pub first_weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// Of the made weights.
    pub seed: u64,
}

impl Default for Resnet20 {
    fn default() -> Self {
        Self {
            segment_rows: 128,
            input_bits: 4,
            weight_slices: 4,
            first_input_bits: 8,
            first_weight_slices: 8,
            scale_bits: 8,
            seed: 1,
        }
    }
}

/// ResNet-20 (three stages of three blocks, shortcuts without weights: every second pixel, zero channels) with random
/// weights and ternary partial sums, about half of them zero.
pub fn resnet20(sizes: &Resnet20) -> Network {
    let mut maker = Maker {
        sizes: *sizes,
        rng: Rng(sizes.seed),
        layers: Vec::new(),
        channels: 3,
    };
    maker.conv("conv1", 16, 1, None);
    for (stage, outputs) in [16, 32, 64].into_iter().enumerate() {
        for block in 0..3 {
            let stride = if stage > 0 && block == 0 { 2 } else { 1 };
            let source = maker.last();
            let before = maker.channels;
            let name = format!("stage{}.block{}", stage + 1, block + 1);
            maker.conv(&format!("{name}.a"), outputs, stride, None);
            let residual = Residual {
                source,
                multiplier: 0,
                stride,
                channel_offset: (outputs - before) / 2,
            };
            maker.conv(&format!("{name}.b"), outputs, 1, Some(residual));
        }
    }
    let pool = Pool {
        op: PoolOp::Average,
        window: Window {
            height: 8,
            width: 8,
            stride: 8,
            padding: 0,
        },
        multiplier: 1,
        bias: 0,
        shift: 6,
        bits: sizes.input_bits,
    };
    maker.layers.push(Layer {
        name: "pool".to_owned(),
        input: maker.last(),
        kind: Kind::Pool(pool),
    });
    maker.linear("linear", 10);
    Network {
        name: format!("resnet20_{}", sizes.segment_rows),
        input: MapShape {
            height: 32,
            width: 32,
            channels: 3,
        },
        input_bits: sizes.first_input_bits,
        layers: maker.layers,
        provenance: BTreeMap::from([(
            "weights".to_owned(),
            format!("random, seed {}", sizes.seed),
        )]),
    }
}

struct Maker {
    sizes: Resnet20,
    rng: Rng,
    layers: Vec<Layer>,
    channels: usize,
}

impl Maker {
    fn last(&self) -> Source {
        Source::Layer(self.layers.len() - 1)
    }

    fn conv(&mut self, name: &str, outputs: usize, stride: usize, residual: Option<Residual>) {
        let window = Window {
            height: 3,
            width: 3,
            stride,
            padding: 1,
        };
        let input = match self.layers.is_empty() {
            true => Source::Image,
            false => self.last(),
        };
        let rows = 9 * self.channels;
        let mut mvm = self.mvm(Op::Conv(window), rows, outputs);
        mvm.residual = residual.map(|residual| Residual {
            // Shifts are 14 wherever a residual is added: a step of the source is a step of the output.
            multiplier: 1 << 14,
            ..residual
        });
        self.push(name, input, mvm);
        self.channels = outputs;
    }

    fn linear(&mut self, name: &str, outputs: usize) {
        let mut mvm = self.mvm(Op::Linear, self.channels, outputs);
        mvm.finish = Finish::Scores;
        let input = self.last();
        self.push(name, input, mvm);
    }

    fn push(&mut self, name: &str, input: Source, mvm: Mvm) {
        self.layers.push(Layer {
            name: name.to_owned(),
            input,
            kind: Kind::Mvm(mvm),
        });
    }

    fn mvm(&mut self, op: Op, rows: usize, outputs: usize) -> Mvm {
        let sizes = self.sizes;
        let (input_bits, weight_slices) = match self.layers.is_empty() {
            true => (sizes.first_input_bits, sizes.first_weight_slices),
            false => (sizes.input_bits, sizes.weight_slices),
        };
        let segments = rows.div_ceil(sizes.segment_rows);
        let columns = segments * (input_bits * weight_slices) as usize * outputs;
        let weight = (1i64 << weight_slices) - 1;
        let scale = (1usize << sizes.scale_bits) - 1;
        let rng = &mut self.rng;
        let mut weight = || (rng.pick(0, 2 * weight as usize) as i64 - weight) as i16;
        let weights = (0..rows * outputs).map(|_| weight()).collect();
        let scales = (0..columns).map(|_| rng.pick(1, scale) as u16).collect();
        // About half the bits of inputs and of weights are ones: a sum spreads by the root of an eighth of its rows,
        // and half of all sums lie within two thirds of that.
        let spread = ((rows.min(sizes.segment_rows) as f64 / 8.0).sqrt() * 2.0 / 3.0) as u16;
        // So that an output of one spread is half of full scale.
        let full = sizes.scale_bits + input_bits + weight_slices + segments.ilog2() / 2;
        let shift = (full - sizes.input_bits - 1).max(14);
        let multiplier = 1 << (14u32.saturating_sub(full - sizes.input_bits - 1));
        Mvm {
            op,
            partial_sum: PartialSum::Ternary,
            input_bits,
            weight_slices,
            scale_bits: sizes.scale_bits,
            outputs,
            segment_rows: sizes.segment_rows,
            weights,
            scales,
            thresholds: Thresholds::PerTile(vec![spread; segments * input_bits as usize]),
            multiplier: vec![multiplier; outputs],
            bias: vec![0; outputs],
            finish: Finish::Activation {
                shift,
                bits: sizes.input_bits,
            },
            residual: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of the published method (ISLPED 2023): scale factors of the 19 convolutions, with the first one's
    /// inputs and weights at 8 bits and all slices of equal kind.
    #[test]
    fn resnet20_has_the_published_counts() {
        for (rows, scales, additions) in [(128, 41_472, 8_257_536), (64, 71_168, 12_713_984)] {
            let network = resnet20(&Resnet20 {
                segment_rows: rows,
                ..Resnet20::default()
            });
            let shapes = network.shapes().unwrap();
            let (mut found, mut added) = (0, 0);
            for (layer, shape) in network.layers.iter().zip(shapes) {
                if let Kind::Mvm(mvm) = &layer.kind
                    && mvm.op != Op::Linear
                {
                    found += mvm.scales.len();
                    added += mvm.scales.len() * shape.pixels();
                }
            }
            assert_eq!((found, added), (scales, additions));
        }
    }
}
