// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bit-packed kernel on every instruction set, the tile model and the plain loops agree.

mod common;

use hcim_golden::Config;
use hcim_golden::blocks::crossbar::{Crossbar, Fault};
use hcim_golden::config::Thresholds;
use hcim_golden::kernel::{Kernel, Level, Scratch};
use hcim_golden::plain::{self, Layer};
use hcim_golden::rng::Rng;
use hcim_golden::schedule::Plane;
use hcim_golden::tile::{Registers, Tile};
use proptest::prelude::*;

fn loaded_tile(config: &Config, layer: &Layer) -> Tile {
    let mut tile = Tile::new(config);
    tile.load_weights(&layer.weights).unwrap();
    tile.load_scales(&layer.scales).unwrap();
    let used = config.derived().used_columns as usize;
    let planes = layer.thresholds.chunks(used);
    match config.thresholds {
        Thresholds::PerTile => {
            for (plane, values) in planes.enumerate() {
                tile.set_threshold(plane as u32, values[0]).unwrap();
            }
        }
        Thresholds::PerColumn => {
            let mut all = Vec::new();
            for values in planes {
                all.extend_from_slice(values);
                // Whatever unused columns hold must not matter.
                all.resize(all.len() + config.cols as usize - used, 1);
            }
            tile.load_thresholds(&all).unwrap();
        }
        Thresholds::None => {}
    }
    tile
}

fn agree(seed: u64, rows: u64, cols: u64, extreme: bool) {
    let mut rng = Rng::new(seed);
    let config = common::config(&mut rng, rows, cols);
    let layer = common::layer(&mut rng, &config, extreme);
    let mut crossbar = Crossbar::new(&config);
    crossbar.load_weights(&layer.weights).unwrap();
    let kernel = Kernel::new(&config, &layer.scales, &layer.thresholds).unwrap();
    let mut tile = loaded_tile(&config, &layer);
    let (mut scratch, mut results) = (Scratch::default(), Vec::new());
    for _ in 0..4 {
        let inputs = common::inputs(&mut rng, &config, extreme);
        let expected = plain::mvm(&config, &layer, &inputs);
        for level in Level::available() {
            let kernel = kernel.clone().with_level(level);
            kernel
                .mvm(crossbar.cells(), &inputs, &mut scratch, &mut results)
                .unwrap();
            assert_eq!(results, expected, "{level:?}, {config:?}");
        }
        let (zero_plane, empty_plane) = (rng.chance(50), rng.chance(50));
        tile.set_registers(Registers {
            zero_plane,
            empty_plane,
        });
        assert_eq!(
            tile.mvm(&inputs, None).unwrap(),
            expected,
            "tile, {config:?}"
        );
        let limit = 1i64 << (config.scale_bits + config.input_bits);
        assert!(tile.accumulators().iter().all(|acc| acc.abs() < limit));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_configurations(seed: u64) {
        agree(seed, 150, 40, false);
    }

    #[test]
    fn extreme_configurations(seed: u64) {
        agree(seed, 150, 40, true);
    }
}

#[test]
fn large_configurations() {
    for seed in 0..4 {
        agree(seed, 1100, 300, seed % 2 == 0);
    }
}

#[test]
fn the_largest_sum_is_reached() {
    // All cells +1, all inputs 15: every p is +1 and y = (2^S-1)(2^A-1)(2^W-1).
    let config = Config {
        rows: 3,
        cols: 4,
        scale_bits: 16,
        ..Config::default()
    };
    let mut tile = Tile::new(&config);
    tile.load_weights(&[15, 15, 15]).unwrap();
    tile.load_scales(&[65535; 16]).unwrap();
    assert_eq!(tile.mvm(&[15; 3], None).unwrap(), [65535 * 15 * 15]);
    assert_eq!(tile.accumulators(), [65535 * 15; 4]);
}

#[test]
fn the_corner_semantics_of_planes() {
    let config = Config {
        rows: 2,
        cols: 2,
        weight_slices: 1,
        input_bits: 2,
        ..Config::default()
    };
    let mut tile = Tile::new(&config);
    tile.load_weights(&[1, -1, 1, 0]).unwrap();
    tile.load_scales(&[3, 5, 7, 11]).unwrap();
    tile.set_registers(Registers {
        zero_plane: true,
        empty_plane: true,
    });
    // Plane 0 all zero; plane 1: sums 2 and -1.
    assert_eq!(tile.mvm(&[2, 2], None).unwrap(), [14, -22]);
    assert_eq!(tile.kinds(), [Plane::Zero, Plane::Full]);
    // Threshold 2 in plane 1: nothing exceeds it.
    tile.set_threshold(1, 2).unwrap();
    assert_eq!(tile.mvm(&[3, 3], None).unwrap(), [3, -5]);
    assert_eq!(tile.kinds(), [Plane::Full, Plane::Empty]);
    let state = tile.state();
    assert_eq!(
        (state.mvms, state.planes_skipped, state.planes_empty),
        (2, 1, 1)
    );
}

#[test]
fn faults_touch_evaluated_planes_only() {
    let config = Config {
        rows: 2,
        cols: 2,
        weight_slices: 1,
        input_bits: 1,
        ..Config::default()
    };
    let mut tile = Tile::new(&config);
    tile.load_weights(&[1, 1, 0, 0]).unwrap();
    tile.load_scales(&[3, 5]).unwrap();
    tile.crossbar_mut()
        .set_fault(
            0,
            Fault {
                offset: -2,
                ..Fault::default()
            },
        )
        .unwrap();
    tile.crossbar_mut()
        .set_fault(1, Fault::from_codes(0, -1, 1))
        .unwrap();
    // Column 0: 1 - 2 = -1. Column 1: both comparators high, an impossible code, counts as 0.
    assert_eq!(tile.mvm(&[1, 0], None).unwrap(), [-3, 0]);
    assert_eq!(tile.state().errors, hcim_golden::tile::CODE);
    tile.clear_errors(u32::MAX);
    tile.set_registers(Registers {
        zero_plane: true,
        empty_plane: false,
    });
    assert_eq!(tile.mvm(&[0, 0], None).unwrap(), [0, 0]);
    assert_eq!(tile.state().errors, 0);
    tile.set_registers(Registers::default());
    assert_eq!(tile.mvm(&[0, 0], None).unwrap(), [-3, -5]);
}

#[test]
fn segments_add_up() {
    let text = r#"{"rows": 4, "cols": 4, "weight_slices": 2, "segments": 2}"#;
    let config = Config::from_json(text).unwrap();
    let mut tile = Tile::new(&config);
    tile.load_weights(&[3, -3, 0, 1, 2, 2, -1, -2]).unwrap();
    tile.load_scales(&[9; 16]).unwrap();
    let own = tile.mvm(&[1, 2, 3, 4], None).unwrap().to_vec();
    let sum = tile.mvm(&[1, 2, 3, 4], Some(&[-100, 7])).unwrap();
    assert_eq!(sum, [own[0] - 100, own[1] + 7]);
    assert!(tile.mvm(&[0; 4], Some(&[0])).is_err());
}
