// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random configurations, layers and inputs for the tests.

#![allow(dead_code, reason = "each test file uses its part")]

use hcim_golden::Config;
use hcim_golden::config::{PartialSum, Thresholds};
use hcim_golden::plain::Layer;
use hcim_golden::rng::Rng;

fn in_range(rng: &mut Rng, low: u64, high: u64) -> u32 {
    (low + rng.below(high - low + 1)) as u32
}

/// A random legal configuration of at most this many rows and columns.
pub fn config(rng: &mut Rng, rows: u64, cols: u64) -> Config {
    let ternary = rng.chance(60);
    let cols = in_range(rng, 1, cols);
    let scale_bits = in_range(rng, 1, 16);
    let sharing = [1, 1, 2, 4, 8][rng.below(5) as usize];
    let thresholds = match (ternary, rng.chance(50)) {
        (false, _) => Thresholds::None,
        (true, true) => Thresholds::PerTile,
        (true, false) => Thresholds::PerColumn,
    };
    let config = Config {
        rows: in_range(rng, 1, rows),
        cols,
        input_bits: in_range(rng, 1, 8),
        weight_slices: in_range(rng, 1, u64::from(cols.min(8))),
        scale_bits,
        partial_sum: if ternary {
            PartialSum::Ternary
        } else {
            PartialSum::Binary
        },
        rows_per_cycle: in_range(rng, 1, u64::from(scale_bits) + 2),
        columns_per_comparator: sharing.min(cols),
        thresholds,
        plane_skip: ternary,
        parity: rng.chance(25),
        segments: [1, 1, 2, 5, 64][rng.below(5) as usize],
        input_stream_bits: [8, 16, 64, 128, 512][rng.below(5) as usize],
        output_stream_bits: [8, 16, 64, 128, 512][rng.below(5) as usize],
        ..Config::default()
    };
    config.validate().expect("legal");
    config
}

/// Largest values where `extreme`, random ones otherwise.
pub fn layer(rng: &mut Rng, config: &Config, extreme: bool) -> Layer {
    let derived = config.derived();
    let (outputs, used) = (derived.outputs as u64, derived.used_columns as u64);
    let top = (1i64 << config.weight_slices) - 1;
    let weight = |rng: &mut Rng| match extreme {
        true => {
            if rng.chance(50) {
                top
            } else {
                -top
            }
        }
        false => rng.below(2 * top as u64 + 1) as i64 - top,
    };
    let q = (1u64 << config.scale_bits) - 1;
    let planes = u64::from(config.input_bits);
    let limit = if extreme {
        1
    } else {
        u64::from(config.rows / 4 + 1)
    };
    let per_column = config.thresholds == Thresholds::PerColumn;
    let per_plane: Vec<u32> = (0..planes).map(|_| rng.below(limit) as u32).collect();
    let threshold = |rng: &mut Rng, index: u64| match per_column {
        true => rng.below(limit) as u32,
        false => per_plane[(index / used) as usize],
    };
    Layer {
        weights: (0..u64::from(config.rows) * outputs)
            .map(|_| weight(rng) as i32)
            .collect(),
        scales: (0..planes * used)
            .map(|_| if extreme { q } else { rng.below(q + 1) } as u32)
            .collect(),
        thresholds: (0..planes * used)
            .map(|index| threshold(rng, index))
            .collect(),
    }
}

/// Inputs with some planes all zero now and then.
pub fn inputs(rng: &mut Rng, config: &Config, extreme: bool) -> Vec<u16> {
    let mask = match rng.below(4) {
        _ if extreme => u64::MAX,
        0 => rng.next(),
        1 => 0,
        _ => u64::MAX,
    };
    let top = (1u64 << config.input_bits) - 1;
    (0..config.rows)
        .map(|_| {
            (if extreme {
                top
            } else {
                rng.next() & top & mask
            }) as u16
        })
        .collect()
}
