// SPDX-License-Identifier: MIT OR Apache-2.0
//! From y to activations or scores.

use hcim_network::{Finish, Kind, MapShape, Mvm, Network, Source};

use super::{Map, Output};
use crate::error::Result;

/// What a layer makes of its y. `read` gives the source of a residual.
pub(super) fn layer<'a>(
    network: &Network,
    index: usize,
    y: &[i64],
    output: MapShape,
    read: impl Fn(Source) -> Result<Map<'a>>,
) -> Result<Output> {
    match &network.layers[index].kind {
        Kind::Pool(pool) => {
            let (multiplier, bias) = (i64::from(pool.multiplier), i64::from(pool.bias));
            let finish = |v: &i64| requantise(v * multiplier + bias, pool.shift, pool.bits);
            Ok(Output::Activations(y.iter().map(finish).collect()))
        }
        Kind::Mvm(mvm) => match mvm.finish {
            Finish::Scores => Ok(Output::Scores(affine(mvm, y).collect())),
            Finish::Activation { shift, bits } => {
                let mut sums: Vec<i64> = affine(mvm, y).collect();
                if let Some(residual) = &mvm.residual {
                    let source = read(residual.source)?;
                    let (width, channels) = (source.shape.width, source.shape.channels);
                    let multiplier = i64::from(residual.multiplier);
                    for (position, sums) in sums.chunks_exact_mut(mvm.outputs).enumerate() {
                        let row = position / output.width * residual.stride;
                        let column = position % output.width * residual.stride;
                        let pixel = &source.elements[(row * width + column) * channels..];
                        let sums = &mut sums[residual.channel_offset..];
                        for (sum, element) in sums.iter_mut().zip(&pixel[..channels]) {
                            *sum += i64::from(*element) * multiplier;
                        }
                    }
                }
                let finish = |sum: i64| requantise(sum, shift, bits);
                Ok(Output::Activations(sums.into_iter().map(finish).collect()))
            }
        },
    }
}

/// y * multiplier + bias; validation keeps it below 2^62.
fn affine<'a>(mvm: &'a Mvm, y: &'a [i64]) -> impl Iterator<Item = i64> + 'a {
    y.chunks_exact(mvm.outputs).flat_map(|y| {
        let constants = mvm.multiplier.iter().zip(&mvm.bias);
        y.iter()
            .zip(constants)
            .map(|(y, (multiplier, bias))| y * i64::from(*multiplier) + i64::from(*bias))
    })
}

fn requantise(sum: i64, shift: u32, bits: u32) -> u8 {
    let rounding = if shift == 0 { 0 } else { 1 << (shift - 1) };
    ((sum + rounding) >> shift).clamp(0, (1 << bits) - 1) as u8
}

/// Index of the largest number, the first of equals.
pub fn predicted(answer: &[i64]) -> usize {
    let mut best = 0;
    for (index, value) in answer.iter().enumerate() {
        if *value > answer[best] {
            best = index;
        }
    }
    best
}
