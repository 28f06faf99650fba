// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images per second on the shapes of ResNet-20 (as `golden/benches/network.rs`): the golden engine, a plain integer loop,
//! and an evaluation as one writes it with the tensors of a training framework: unfold, a floating-point matrix product
//! for each bit plane and slice, comparisons, products with the scale factors. All three must give the same scores; the
//! ratios come from one run. `cargo bench -p hcim-train --bench evaluation`

use std::time::Instant;

use candle_core::{DType, Device, Result, Tensor};
use hcim_golden::engine::{Detail, Engine, plain};
use hcim_network::preset::{Resnet20, resnet20};
use hcim_network::{Finish, Kind, MapShape, Mvm, Network, Op, PartialSum, Source, Window, testing};

const DEVICE: &Device = &Device::Cpu;

/// Every so many pixels of both axes of `[image][y][x][channel]`, from (y, x) on.
fn places(map: &Tensor, (y, x): (usize, usize), stride: usize, out: MapShape) -> Result<Tensor> {
    let list = |first: usize, count: usize| {
        let all: Vec<u32> = (0..count).map(|n| (first + n * stride) as u32).collect();
        Tensor::from_vec(all, count, DEVICE)
    };
    map.index_select(&list(y, out.height)?, 1)?
        .index_select(&list(x, out.width)?, 2)
}

/// `[image * position][ky, kx, channel]`.
fn unfold(map: &Tensor, window: Window, out: MapShape) -> Result<Tensor> {
    let padded = map
        .pad_with_zeros(1, window.padding, window.padding)?
        .pad_with_zeros(2, window.padding, window.padding)?;
    let mut parts = Vec::new();
    for ky in 0..window.height {
        for kx in 0..window.width {
            parts.push(places(&padded, (ky, kx), window.stride, out)?);
        }
    }
    let all = Tensor::cat(&parts, 3)?;
    let (images, height, width, rows) = all.dims4()?;
    all.reshape((images * height * width, rows))
}

/// A layer's slices of weights and its scale factors as tensors.
struct Layer {
    /// `[segment][slice]`, each `[row][output]`.
    weights: Vec<Vec<Tensor>>,
    /// `[segment][plane][slice]`, each `[1][output]`, shifted.
    scales: Vec<Vec<Vec<Tensor>>>,
    multiplier: Tensor,
    bias: Tensor,
}

impl Layer {
    fn new(mvm: &Mvm) -> Result<Self> {
        let rows = mvm.weights.len() / mvm.outputs;
        let (planes, slices) = (mvm.input_bits as usize, mvm.weight_slices as usize);
        let (mut weights, mut scales) = (Vec::new(), Vec::new());
        for (k, first) in (0..rows).step_by(mvm.segment_rows).enumerate() {
            let last = rows.min(first + mvm.segment_rows);
            let own = &mvm.weights[first * mvm.outputs..last * mvm.outputs];
            let slice = |j: usize| {
                let bits = own
                    .iter()
                    .map(|w| f32::from(w.signum() * (w.abs() >> j & 1)));
                Tensor::from_vec(bits.collect(), (last - first, mvm.outputs), DEVICE)
            };
            weights.push((0..slices).map(slice).collect::<Result<_>>()?);
            let factor = |i: usize, j: usize| {
                let all = (0..mvm.outputs)
                    .map(|o| f32::from(mvm.scale(k, i, j, o)) * (1u32 << (i + j)) as f32);
                Tensor::from_vec(all.collect(), (1, mvm.outputs), DEVICE)
            };
            let of = |i: usize| (0..slices).map(|j| factor(i, j)).collect::<Result<_>>();
            scales.push((0..planes).map(of).collect::<Result<_>>()?);
        }
        let wide = |values: Vec<f64>| Tensor::from_vec(values, (1, mvm.outputs), DEVICE);
        Ok(Self {
            weights,
            scales,
            multiplier: wide(mvm.multiplier.iter().map(|m| f64::from(*m)).collect())?,
            bias: wide(mvm.bias.iter().map(|b| f64::from(*b)).collect())?,
        })
    }

    /// `[position][output]` of vectors `[position][row]`.
    fn products(&self, mvm: &Mvm, x: &Tensor) -> Result<Tensor> {
        assert!(mvm.partial_sum == PartialSum::Ternary);
        let positions = x.dim(0)?;
        let mut y = Tensor::zeros((positions, mvm.outputs), DType::F32, DEVICE)?;
        let mut first = 0;
        for (k, slices) in self.weights.iter().enumerate() {
            let rows = slices[0].dim(0)?;
            let part = x.narrow(1, first, rows)?.contiguous()?;
            first += rows;
            for i in 0..mvm.input_bits as usize {
                let bits = |n: usize| (&part / (1u32 << n) as f64)?.floor();
                let plane = (bits(i)? - (bits(i + 1)? * 2.0)?)?;
                for (j, weights) in slices.iter().enumerate() {
                    let sums = plane.matmul(weights)?;
                    let threshold = f64::from(mvm.threshold(k, i, j, 0));
                    let above = sums.gt(threshold)?.to_dtype(DType::F32)?;
                    let below = sums.lt(-threshold)?.to_dtype(DType::F32)?;
                    let p = (above - below)?;
                    y = (y + p.broadcast_mul(&self.scales[k][i][j])?)?;
                }
            }
        }
        y.to_dtype(DType::F64)?
            .broadcast_mul(&self.multiplier)?
            .broadcast_add(&self.bias)
    }
}

/// clamp((sum + rounding) >> shift, 0, 2^bits - 1).
fn requantise(sum: &Tensor, shift: u32, bits: u32) -> Result<Tensor> {
    let step = (1u64 << shift) as f64;
    ((sum + if shift == 0 { 0.0 } else { step / 2.0 })? / step)?
        .floor()?
        .clamp(0.0, ((1u32 << bits) - 1) as f64)?
        .to_dtype(DType::F32)
}

/// Scores of a batch of images.
fn tensors(network: &Network, layers: &[Option<Layer>], images: &[Vec<u8>]) -> Result<Vec<i64>> {
    let input = network.input;
    let pixels: Vec<f32> = images.iter().flatten().map(|x| f32::from(*x)).collect();
    let batch = (images.len(), input.height, input.width, input.channels);
    let image = Tensor::from_vec(pixels, batch, DEVICE)?;
    let shapes = network.shapes().expect("a valid network");
    let mut maps: Vec<Tensor> = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        let of = |source: Source| match source {
            Source::Image => &image,
            Source::Layer(index) => &maps[index],
        };
        let (map, out) = (of(layer.input), shapes[index]);
        let whole = (images.len(), out.height, out.width, out.channels);
        let done = match (&layer.kind, &layers[index]) {
            (Kind::Mvm(mvm), Some(own)) => {
                let x = match mvm.op {
                    Op::Conv(window) => unfold(map, window, out)?,
                    Op::Linear => map.flatten_from(1)?,
                };
                let mut sum = own.products(mvm, &x)?.reshape(whole)?;
                match mvm.finish {
                    Finish::Scores => {
                        let scores = sum.flatten_all()?.to_vec1::<f64>()?;
                        return Ok(scores.into_iter().map(|score| score as i64).collect());
                    }
                    Finish::Activation { shift, bits } => {
                        if let Some(residual) = mvm.residual {
                            let source = places(of(residual.source), (0, 0), residual.stride, out)?;
                            let before = residual.channel_offset;
                            let after = mvm.outputs - before - source.dim(3)?;
                            let source = source.pad_with_zeros(3, before, after)?;
                            let source = source.to_dtype(DType::F64)?;
                            sum = (sum + (source * f64::from(residual.multiplier))?)?;
                        }
                        requantise(&sum, shift, bits)?
                    }
                }
            }
            (Kind::Pool(pool), _) => {
                let all = map.sum_keepdim((1, 2))?.to_dtype(DType::F64)?;
                let sum = ((all * f64::from(pool.multiplier))? + f64::from(pool.bias))?;
                requantise(&sum, pool.shift, pool.bits)?
            }
            (Kind::Mvm(_), None) => unreachable!("a layer without tensors"),
        };
        maps.push(done);
    }
    unreachable!("the last layer gives scores")
}

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}

fn main() -> Result<()> {
    let network = resnet20(&Resnet20::default());
    let images = testing::images(&network, 1, 16);
    let engine = Engine::new(&network).expect("a valid network");
    let layers: Vec<Option<Layer>> = network
        .layers
        .iter()
        .map(|layer| match &layer.kind {
            Kind::Mvm(mvm) => Layer::new(mvm).map(Some),
            Kind::Pool(_) => Ok(None),
        })
        .collect::<Result<_>>()?;
    let (tensor_time, scores) = seconds(|| tensors(&network, &layers, &images));
    let scores = scores?;
    let per_image = |seconds: f64, count: usize| count as f64 / seconds;
    let tensor_rate = per_image(tensor_time, images.len());
    let (plain_time, trace) = seconds(|| plain::run(&network, &images[0]));
    let plain_rate = per_image(plain_time, 1);
    let known = trace.expect("legal images").answer();
    assert_eq!(
        known,
        scores[..known.len()],
        "plain loops and tensors differ"
    );
    println!("plain integer loops   {plain_rate:>8.3} images/s");
    println!("tensors, all cores    {tensor_rate:>8.3} images/s");
    for threads in [1, 2] {
        let run = || engine.run_all(&images, Detail::Answer, threads);
        let _warm = run();
        let (time, traces) = seconds(run);
        let traces = traces.expect("legal images");
        let answers: Vec<i64> = traces.iter().flat_map(|trace| trace.answer()).collect();
        assert_eq!(answers, scores, "engine and tensors differ");
        let rate = per_image(time, images.len());
        println!(
            "engine, {threads} thread(s)   {rate:>8.1} images/s: {:.0} x plain loops, {:.1} x tensors",
            rate / plain_rate,
            rate / tensor_rate
        );
    }
    Ok(())
}
