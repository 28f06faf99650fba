// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gradients against finite differences, and surrogate gradients against what they are defined as.

use std::sync::{Arc, Mutex};

use candle_core::{Device, Result, Tensor, Var};
use hcim_network::{MapShape, PartialSum, PoolOp, Source, Window};
use hcim_train::kernel::Geometry;
use hcim_train::ops::{
    BatchNorm, CrossEntropy, Gather, Method, MvmOp, Patches, PoolMap, Round, Statistics,
};

/// Numbers without a pattern, of both signs, none of them equal.
fn some(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 * 2.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Sum of the result with fixed weights: a number that depends on all of it.
fn weighed(result: &Tensor) -> Result<Tensor> {
    let weights = Tensor::from_vec(some(result.elem_count(), 99), result.shape(), &Device::Cpu)?;
    (result * weights)?.sum_all()
}

fn gradient(values: &[f32], shape: &[usize], f: &dyn Fn(&Tensor) -> Result<Tensor>) -> Vec<f32> {
    let var = Var::from_vec(values.to_vec(), shape, &Device::Cpu).unwrap();
    let loss = weighed(&f(var.as_tensor()).unwrap()).unwrap();
    numbers(loss.backward().unwrap().get(&var).unwrap())
}

fn check(values: Vec<f32>, shape: &[usize], step: f32, f: &dyn Fn(&Tensor) -> Result<Tensor>) {
    let found = gradient(&values, shape, f);
    let at = |values: Vec<f32>| -> f32 {
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
        weighed(&f(&tensor).unwrap()).unwrap().to_scalar().unwrap()
    };
    for (n, found) in found.iter().enumerate() {
        let (mut more, mut less) = (values.clone(), values.clone());
        more[n] += step;
        less[n] -= step;
        let expected = (at(more) - at(less)) / (2.0 * step);
        assert!(
            (found - expected).abs() < 0.02 * expected.abs().max(1.0),
            "element {n}: {found}, by differences {expected}"
        );
    }
}

const MAP: MapShape = MapShape {
    height: 4,
    width: 4,
    channels: 2,
};

const WINDOW: Window = Window {
    height: 3,
    width: 3,
    stride: 2,
    padding: 1,
};

#[test]
fn loss() {
    let targets = vec![0.1, 0.7, 0.2, 0.9, 0.05, 0.05];
    check(some(6, 1), &[2, 3], 1e-2, &|scores| {
        scores.apply_op1(CrossEntropy {
            targets: targets.clone(),
            classes: 3,
        })
    });
}

#[test]
fn batch_norm() {
    let tensor = |values: Vec<f32>, shape: &[usize]| Tensor::from_vec(values, shape, &Device::Cpu);
    let op = || BatchNorm {
        epsilon: 0.1,
        statistics: Arc::new(Mutex::new(Statistics::default())),
    };
    let (gamma, beta) = (vec![0.5, -1.5, 2.0], vec![0.1, 0.2, 0.3]);
    check(some(15, 2), &[5, 3], 1e-2, &|y| {
        y.apply_op3(
            &tensor(gamma.clone(), &[3])?,
            &tensor(beta.clone(), &[3])?,
            op(),
        )
    });
    let y = some(15, 3);
    check(gamma.clone(), &[3], 1e-2, &|gamma| {
        tensor(y.clone(), &[5, 3])?.apply_op3(gamma, &tensor(beta.clone(), &[3])?, op())
    });
    check(beta.clone(), &[3], 1e-2, &|beta| {
        tensor(y.clone(), &[5, 3])?.apply_op3(&tensor(gamma.clone(), &[3])?, beta, op())
    });
}

#[test]
fn windows_pooling_and_residuals() {
    let shape = [2, 4, 4, 2];
    check(some(64, 4), &shape, 1e-2, &|maps| {
        maps.apply_op1(Patches {
            map: MAP,
            window: WINDOW,
        })
    });
    // Maps are not negative; neighbours are far enough apart for a difference not to change the largest.
    let spread: Vec<f32> = (0..64).map(|n| (n * 29 % 64) as f32 * 0.1).collect();
    for op in [PoolOp::Max, PoolOp::Average] {
        check(spread.clone(), &shape, 1e-2, &|maps| {
            maps.apply_op1(PoolMap {
                map: MAP,
                window: WINDOW,
                op,
            })
        });
    }
    let residual = hcim_network::Residual {
        source: Source::Image,
        multiplier: 0,
        stride: 2,
        channel_offset: 1,
    };
    let to = MapShape {
        height: 2,
        width: 2,
        channels: 4,
    };
    check(some(64, 5), &shape, 1e-2, &|maps| {
        maps.apply_op1(Gather::new(&residual, MAP, to))
    });
}

/// Straight through where nothing is clamped; the step's gradient is that of a learned step.
#[test]
fn rounding() {
    let values = vec![-0.7, 0.2, 0.9, 2.6, 7.9, 40.0];
    let step = Tensor::from_vec(vec![0.5f32], 1, &Device::Cpu).unwrap();
    let found = gradient(&values, &[6], &|v| {
        v.apply_op2(
            &step,
            Round {
                low: 0.0,
                high: 15.0,
            },
        )
    });
    let weights = some(6, 99);
    let inside = |v: f32| v > 0.0 && v < 7.5;
    for n in 0..6 {
        let expected = if inside(values[n]) {
            weights[n] / 0.5
        } else {
            0.0
        };
        assert!((found[n] - expected).abs() < 1e-5);
    }
    let v = Tensor::from_vec(values.clone(), 6, &Device::Cpu).unwrap();
    let found = gradient(&[0.5], &[1], &|step| {
        v.apply_op2(
            step,
            Round {
                low: 0.0,
                high: 15.0,
            },
        )
    });
    // d(v / s) / ds = -v / s^2 inside.
    let expected: f32 = (0..6)
        .filter(|&n| inside(values[n]))
        .map(|n| -weights[n] * values[n] / 0.25)
        .sum();
    assert!((found[0] - expected).abs() < 1e-4, "{found:?} {expected}");
}

const GEOMETRY: Geometry = Geometry {
    rows: 10,
    outputs: 3,
    planes: 3,
    slices: 2,
    // Two segments, the second one shorter.
    segment_rows: 6,
};

fn op(partial_sum: PartialSum, method: Method) -> MvmOp {
    MvmOp {
        geometry: GEOMETRY,
        partial_sum,
        method,
        scale_bits: 16,
        clip: 1.5,
        input_gradient: true,
        zeros: Arc::default(),
    }
}

fn operands() -> (Vec<f32>, Vec<f32>) {
    let x = some(70, 6)
        .iter()
        .map(|v| ((v + 1.0) * 3.99).floor())
        .collect();
    let w = some(30, 7).iter().map(|v| (v * 3.4).round()).collect();
    (x, w)
}

/// The result is linear in a scale factor, but for its rounding to S = 16 bits of the largest.
#[test]
fn scale_factors() {
    let (x, w) = operands();
    let tensor = |values: &[f32], shape: &[usize]| {
        Tensor::from_vec(values.to_vec(), shape, &Device::Cpu).unwrap()
    };
    let (x, w) = (tensor(&x, &[7, 10]), tensor(&w, &[10, 3]));
    let scales: Vec<f32> = some(36, 8).iter().map(|v| v + 2.0).collect();
    for partial_sum in [PartialSum::Ternary, PartialSum::Binary] {
        let thresholds = tensor(&[0.5, 1.5, 0.5, 1.5, 0.5, 0.5], &[6]);
        check(scales.clone(), &[36], 0.05, &|scales| {
            let params = match partial_sum {
                PartialSum::Ternary => Tensor::cat(&[scales, &thresholds], 0)?,
                PartialSum::Binary => scales.clone(),
            };
            x.apply_op3(&w, &params, op(partial_sum, Method::Ours))
        });
    }
}

/// Where no column sum is clipped, inputs and weights get the gradients of the exact product.
#[test]
fn straight_through() {
    let (x, w) = operands();
    let params = Tensor::from_vec(vec![100.0f32; 36], 36, &Device::Cpu).unwrap();
    let tensor = |values: &[f32], shape: &[usize]| {
        Tensor::from_vec(values.to_vec(), shape, &Device::Cpu).unwrap()
    };
    for partial_sum in [PartialSum::Ternary, PartialSum::Binary] {
        let own = || op(partial_sum, Method::Published);
        let close = |found: Vec<f32>, expected: Vec<f32>| {
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-4, "{found} {expected}");
            }
        };
        let weights = tensor(&w, &[10, 3]);
        close(
            gradient(&x, &[7, 10], &|x| x.apply_op3(&weights, &params, own())),
            gradient(&x, &[7, 10], &|x| x.matmul(&weights)),
        );
        let inputs = tensor(&x, &[7, 10]);
        close(
            gradient(&w, &[10, 3], &|w| inputs.apply_op3(w, &params, own())),
            gradient(&w, &[10, 3], &|w| inputs.matmul(w)),
        );
    }
}

/// The published method: p - PS / s inside the clip, p outside, divided by the root of the count.
#[test]
fn published_scale_factors() {
    let geometry = Geometry {
        rows: 4,
        outputs: 1,
        planes: 1,
        slices: 1,
        segment_rows: 4,
    };
    let x: Vec<f32> = vec![
        1., 1., 1., 1., 1., 0., 0., 0., 0., 0., 0., 0., 1., 1., 0., 0.,
    ];
    let w = Tensor::from_vec(vec![1f32; 4], (4, 1), &Device::Cpu).unwrap();
    let x = Tensor::from_vec(x, (4, 4), &Device::Cpu).unwrap();
    let own = MvmOp {
        geometry,
        clip: 1.0,
        ..op(PartialSum::Ternary, Method::Published)
    };
    // Sums 4, 1, 0, 2 with s = 3: p = 1 (clipped), 0, 0, 1.
    let found = gradient(&[3.0], &[1], &|s| x.apply_op3(&w, s, own.clone()));
    let weights = some(4, 99);
    let by_hand = [1.0, 0.0 - 1.0 / 3.0, 0.0, 1.0 - 2.0 / 3.0];
    let expected: f32 = by_hand.iter().zip(&weights).map(|(d, w)| d * w).sum();
    assert!(
        (found[0] - expected / 2.0).abs() < 1e-5,
        "{found:?} {expected}"
    );
}
