// SPDX-License-Identifier: MIT OR Apache-2.0
//! Small random networks and images, for tests and benchmarks. The same seed gives the same network.

use std::collections::BTreeMap;

use crate::model::{
    Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Pool, PoolOp, Residual, Source,
    Thresholds, Window,
};
use crate::rng::Rng;

/// What random networks may look like.
#[derive(Clone, Debug)]
pub struct Options {
    /// Kind of all partial sums; any if `None`.
    pub partial_sum: Option<PartialSum>,
    /// Whether ternary thresholds are per column; either if `None`, layer by layer.
    pub per_column: Option<bool>,
    /// Most bits of activations and of input planes.
    pub max_input_bits: u32,
    /// Most weight slices.
    pub max_weight_slices: u32,
    /// Most bits of a scale factor.
    pub max_scale_bits: u32,
    /// Most rows of a segment.
    pub max_segment_rows: usize,
    /// Longest side of the image.
    pub max_side: usize,
    /// Most channels of a map, most outputs of a vector.
    pub max_channels: usize,
    /// Most layers.
    pub max_layers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            partial_sum: None,
            per_column: None,
            max_input_bits: 5,
            max_weight_slices: 5,
            max_scale_bits: 10,
            max_segment_rows: 70,
            max_side: 7,
            max_channels: 9,
            max_layers: 6,
        }
    }
}

/// A random valid network: convolutions, linear layers, pooling, residuals; the last layer gives scores or activations.
pub fn network(seed: u64, options: &Options) -> Network {
    let mut rng = Rng(seed);
    let side = |rng: &mut Rng| rng.pick(1, options.max_side);
    let input = MapShape {
        height: side(&mut rng),
        width: side(&mut rng),
        channels: rng.pick(1, options.max_channels.min(4)),
    };
    let mut maker = Maker {
        partial_sum: options.partial_sum.unwrap_or(match rng.chance(60) {
            true => PartialSum::Ternary,
            false => PartialSum::Binary,
        }),
        input_bits: rng.bits(options.max_input_bits),
        layers: Vec::new(),
        shapes: vec![input],
        rng,
        options,
    };
    let count = maker.rng.pick(1, options.max_layers);
    for index in 0..count {
        maker.add(index + 1 == count);
    }
    Network {
        name: format!("random_{seed}"),
        input,
        input_bits: maker.input_bits,
        layers: maker.layers,
        provenance: BTreeMap::from([("seed".to_owned(), seed.to_string())]),
    }
}

/// Random images for a network, with zeros, full values and whole zero planes more often than chance would have them.
pub fn images(network: &Network, seed: u64, count: usize) -> Vec<Vec<u8>> {
    let mut rng = Rng(seed ^ 0x5eed);
    let most = u8::MAX >> (8 - network.input_bits);
    let mut image = |_| {
        let mask = match rng.chance(30) {
            true => rng.next() as u8,
            false => u8::MAX,
        };
        let sparse = rng.pick(0, 100) as u64;
        let mut element = |_| match rng.chance(sparse) {
            true => 0,
            false => rng.next() as u8 & most & mask,
        };
        (0..network.input.elements()).map(&mut element).collect()
    };
    (0..count).map(&mut image).collect()
}

struct Maker<'a> {
    rng: Rng,
    options: &'a Options,
    partial_sum: PartialSum,
    input_bits: u32,
    layers: Vec<Layer>,
    /// Of the image, then of every layer.
    shapes: Vec<MapShape>,
}

impl Maker<'_> {
    fn bits_of(&self, index: usize) -> Option<u32> {
        match index {
            0 => Some(self.input_bits),
            index => self.layers[index - 1].kind.output_bits(),
        }
    }

    fn source(index: usize) -> Source {
        index.checked_sub(1).map_or(Source::Image, Source::Layer)
    }

    fn add(&mut self, last: bool) {
        // Mostly the layer before this one, sometimes an older map.
        let newest = self.layers.len();
        let from = match self.rng.chance(80) {
            true => newest,
            false => self.rng.pick(0, newest),
        };
        let (shape, bits) = (self.shapes[from], self.bits_of(from).unwrap_or(1));
        let kind = match !last && self.rng.chance(25) {
            true => Kind::Pool(self.pool(shape)),
            false => Kind::Mvm(self.mvm(shape, bits, last)),
        };
        let output = kind.output(shape).expect("windows are chosen to fit");
        self.shapes.push(output);
        self.layers.push(Layer {
            name: format!("l{newest}"),
            input: Self::source(from),
            kind,
        });
    }

    fn window(&mut self, map: MapShape) -> Window {
        let padding = self.rng.pick(0, 1);
        let side = |rng: &mut Rng, length: usize| rng.pick(1, (length + 2 * padding).min(3));
        Window {
            height: side(&mut self.rng, map.height),
            width: side(&mut self.rng, map.width),
            stride: self.rng.pick(1, 2),
            padding,
        }
    }

    fn pool(&mut self, map: MapShape) -> Pool {
        let window = self.window(map);
        let op = match self.rng.chance(50) {
            true => PoolOp::Max,
            false => PoolOp::Average,
        };
        let bits = self.rng.bits(self.options.max_input_bits);
        let (multiplier, bias, shift) = match self.rng.chance(50) {
            true => (1, 0, 0),
            false => (
                self.rng.pick(1, 40) as i16,
                self.rng.pick(0, 20) as i32 - 10,
                self.rng.pick(0, 6) as u32,
            ),
        };
        Pool {
            op,
            window,
            multiplier,
            bias,
            shift,
            bits,
        }
    }

    fn mvm(&mut self, map: MapShape, bits: u32, last: bool) -> Mvm {
        let options = self.options;
        let op = match self.rng.chance(60) {
            true => Op::Conv(self.window(map)),
            false => Op::Linear,
        };
        let input_bits = self
            .rng
            .pick(bits as usize, options.max_input_bits as usize) as u32;
        let mut mvm = Mvm {
            op,
            partial_sum: self.partial_sum,
            input_bits,
            weight_slices: self.rng.bits(options.max_weight_slices),
            scale_bits: self.rng.bits(options.max_scale_bits),
            outputs: self.rng.pick(1, options.max_channels),
            segment_rows: self.rng.pick(1, options.max_segment_rows),
            weights: Vec::new(),
            scales: Vec::new(),
            thresholds: Thresholds::None,
            multiplier: Vec::new(),
            bias: Vec::new(),
            finish: Finish::Scores,
            residual: None,
        };
        let segments = mvm.segments(map).expect("small");
        self.tensors(&mut mvm, map);
        let scores = last && self.rng.chance(80);
        if !scores {
            self.activation(&mut mvm, segments);
            if self.rng.chance(50) {
                let output = mvm.output(map).expect("windows are chosen to fit");
                mvm.residual = self.residual(output);
            }
        }
        mvm
    }

    fn tensors(&mut self, mvm: &mut Mvm, map: MapShape) {
        let (rows, segments) = (
            mvm.rows(map).expect("small"),
            mvm.segments(map).expect("small"),
        );
        let weight = (1i64 << mvm.weight_slices) - 1;
        let rng = &mut self.rng;
        let mut signed = |most: i64| rng.pick(0, 2 * most as usize) as i64 - most;
        mvm.weights = (0..rows * mvm.outputs)
            .map(|_| signed(weight) as i16)
            .collect();
        mvm.multiplier = (0..mvm.outputs).map(|_| signed(300) as i16).collect();
        mvm.bias = (0..mvm.outputs).map(|_| signed(5000) as i32).collect();
        let columns = mvm.columns(segments).expect("small");
        let scale = (1usize << mvm.scale_bits) - 1;
        mvm.scales = (0..columns).map(|_| rng.pick(0, scale) as u16).collect();
        if mvm.partial_sum == PartialSum::Ternary {
            // Small ones mostly: large ones make every p zero.
            let most = match rng.chance(20) {
                true => mvm.segment_rows,
                false => mvm.segment_rows.isqrt().min(mvm.segment_rows),
            };
            let per_column = self.options.per_column.unwrap_or(rng.chance(40));
            let count = match per_column {
                true => columns,
                false => segments * mvm.input_bits as usize,
            };
            let list = (0..count).map(|_| rng.pick(0, most) as u16).collect();
            mvm.thresholds = match per_column {
                true => Thresholds::PerColumn(list),
                false => Thresholds::PerTile(list),
            };
        }
    }

    /// Shifts so that activations spread over their range, or not.
    fn activation(&mut self, mvm: &mut Mvm, segments: usize) {
        let bits = self.rng.bits(self.options.max_input_bits);
        let width = mvm.scale_bits + mvm.input_bits + mvm.weight_slices + segments.ilog2() + 6;
        let shift = (width + self.rng.pick(0, 2) as u32).saturating_sub(bits + 2);
        let rounding = 1i32 << shift.saturating_sub(1).min(29);
        for bias in &mut mvm.bias {
            *bias += self.rng.pick(0, 2 * rounding as usize) as i32;
        }
        mvm.finish = Finish::Activation {
            shift: shift.min(31),
            bits,
        };
    }

    /// A residual of any earlier map that fits, if there is one.
    fn residual(&mut self, output: MapShape) -> Option<Residual> {
        let mut fitting = Vec::new();
        for (index, map) in self.shapes.iter().enumerate() {
            for stride in 1..=2 {
                let reaches = (output.height - 1) * stride < map.height
                    && (output.width - 1) * stride < map.width
                    && map.channels <= output.channels;
                if reaches && self.bits_of(index).is_some() {
                    fitting.push((index, stride, output.channels - map.channels));
                }
            }
        }
        if fitting.is_empty() {
            return None;
        }
        let (index, stride, room) = fitting[self.rng.pick(0, fitting.len() - 1)];
        Some(Residual {
            source: Self::source(index),
            multiplier: self.rng.pick(0, 20000) as i16 - 10000,
            stride,
            channel_offset: self.rng.pick(0, room),
        })
    }
}
