// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tile model against a multiply that is worked out by hand: packets, flags, errors, registers.

use hcim_golden::Config;
use hcim_golden::bits::Bits;
use hcim_golden::packing;
use hcim_golden::schedule::Plane;
use hcim_golden::tile::{CODE, NOT_LOADED, PARITY, Registers, State, Tile};

const INPUTS: u8 = 0;
const WEIGHTS: u8 = 1;
const SCALES: u8 = 2;
const THRESHOLDS: u8 = 3;
const SHORT: u32 = 1 << 2;
const LOAD_BUSY: u32 = 1 << 5;

/// Three rows, two outputs of two columns each and a column that is unused; a row of memory or cells is no whole number
/// of beats.
fn config() -> Config {
    let text = r#"{"rows": 3, "cols": 5, "weight_slices": 2, "input_bits": 2, "scale_bits": 2, "parity": true,
                   "thresholds": "per_column", "input_stream_bits": 8, "output_stream_bits": 8}"#;
    Config::from_json(text).unwrap()
}

/// Columns: +1 -1 0, +1 0 0, 0 0 +1, -1 +1 0.
const W: [i32; 6] = [3, -2, -1, 2, 0, 1];
/// Of each column, for plane 0 and for plane 1.
const Q: [u32; 8] = [1, 2, 3, 1, 3, 1, 1, 2];
/// The same, and the unused column's, which nobody looks at.
const T: [u32; 10] = [0, 0, 1, 0, 3, 0, 1, 0, 0, 3];
/// Word lines of plane 0: rows 0 and 1; of plane 1: rows 0 and 2.
const X: [u16; 3] = [3, 1, 2];
/// Sums of plane 0: 0, 1, 0, 0, so p is 0 1 0 0. Sums of plane 1: 1, 1, 1, -1, so p is 1 0 1 -1.
const ACCUMULATORS: [i64; 4] = [2 * 3, 2, 2, -2 * 2];
const Y: [i64; 2] = [6 + 2 * 2, 2 - 2 * 4];

fn send(tile: &mut Tile, dest: u8, packet: &Bits) -> (u32, bool) {
    let outcome = tile.packet(dest, packet, false).unwrap();
    (outcome.errors, outcome.ran)
}

fn loaded() -> Tile {
    let config = config();
    let mut tile = Tile::new(&config);
    let weights = packing::pack_weights(&config, &W).unwrap();
    let scales = packing::pack_scales(&config, &Q).unwrap();
    let thresholds = packing::pack_thresholds(&config, &T).unwrap();
    assert_eq!(send(&mut tile, WEIGHTS, &weights), (0, false));
    assert_eq!(send(&mut tile, SCALES, &scales), (0, false));
    assert_eq!(send(&mut tile, THRESHOLDS, &thresholds), (0, false));
    tile
}

fn inputs() -> Bits {
    packing::pack_inputs(&config(), &X).unwrap()
}

#[test]
fn packets_make_a_multiply() {
    let mut tile = loaded();
    assert_eq!(send(&mut tile, INPUTS, &inputs()), (0, true));
    assert_eq!(tile.results(), Y);
    assert_eq!(tile.accumulators(), ACCUMULATORS);
    assert_eq!(tile.kinds(), [Plane::Full, Plane::Full]);
    let signs = |plane| {
        let codes = tile.codes(plane).unwrap();
        (codes.nonzero.words()[0], codes.negative.words()[0])
    };
    assert_eq!([signs(0), signs(1)], [(0b0010, 0), (0b1101, 0b1000)]);
    assert!(tile.codes(2).is_err());
    assert_eq!(tile.config(), &config());
}

#[test]
fn numbers_make_the_same_multiply() {
    let mut tile = Tile::new(&config());
    tile.load_weights(&W).unwrap();
    tile.load_scales(&Q).unwrap();
    assert!(!tile.start());
    tile.load_thresholds(&T).unwrap();
    assert!(tile.start());
    assert_eq!(tile.mvm(&X, None).unwrap(), Y);
    // Results have 2 + 2 + 2 + 1 bits and wrap around.
    assert_eq!(tile.mvm(&X, Some(&[-70, 50])).unwrap(), [-60, 44]);
    assert_eq!(tile.mvm(&X, Some(&[54, -64])).unwrap(), [64 - 128, 58]);
    assert!(tile.mvm(&X, Some(&[1, 2, 3])).is_err());
    assert!(tile.mvm(&[1, 2, 4], None).is_err());
    assert!(tile.mvm(&[1, 2], None).is_err());
    assert_eq!(tile.state().mvms, 3);
}

#[test]
fn whatever_is_missing_is_an_error() {
    let config = config();
    let packets = [
        (WEIGHTS, packing::pack_weights(&config, &W).unwrap()),
        (SCALES, packing::pack_scales(&config, &Q).unwrap()),
        (THRESHOLDS, packing::pack_thresholds(&config, &T).unwrap()),
    ];
    for (missing, packet) in &packets {
        let mut tile = loaded();
        let valid = |tile: &Tile| {
            let state = tile.state();
            let flags = [
                state.weights_valid,
                state.scales_valid,
                state.thresholds_valid,
            ];
            flags.map(u8::from)
        };
        assert_eq!(valid(&tile), [1, 1, 1]);
        // The first beat alone: the flag falls, and what came before it is lost.
        let short = Bits::from_words(8, packet.words());
        assert_eq!(send(&mut tile, *missing, &short), (SHORT, false));
        let flags = [WEIGHTS, SCALES, THRESHOLDS].map(|dest| u8::from(dest != *missing));
        assert_eq!(valid(&tile), flags);
        assert_eq!(send(&mut tile, INPUTS, &inputs()), (NOT_LOADED, false));
        assert_eq!(tile.state().errors, SHORT | NOT_LOADED);
        assert_eq!(tile.state().mvms, 0);
        // Errors stay until they are cleared, each by its bit.
        tile.clear_errors(SHORT);
        assert_eq!(tile.state().errors, NOT_LOADED);
        assert_eq!(send(&mut tile, *missing, packet), (0, false));
        assert_eq!(valid(&tile), [1, 1, 1]);
        assert_eq!(send(&mut tile, INPUTS, &inputs()), (0, true));
        assert_eq!(tile.results(), Y);
        // While the tile is busy nothing is loaded.
        let busy = tile.packet(*missing, packet, true).unwrap();
        assert_eq!((busy.errors, busy.ran), (LOAD_BUSY, false));
        assert_eq!(valid(&tile), [1, 1, 1]);
    }
}

#[test]
fn parity_is_checked_where_a_factor_is_added() {
    let config = config();
    let right = packing::pack_scales(&config, &Q).unwrap();
    // Three rows of five bits a plane; the last is the parity. Plane 1, column 0: p is 1. Plane 0, column 0: p is 0.
    for (row, errors) in [(5, PARITY), (2, 0)] {
        let mut tile = loaded();
        let mut wrong = right.clone();
        wrong.set(5 * row, !right.get(5 * row));
        assert_eq!(send(&mut tile, SCALES, &wrong), (0, false));
        assert_eq!(send(&mut tile, INPUTS, &inputs()), (0, true));
        assert_eq!((tile.state().errors, tile.results()), (errors, &Y[..]));
        // The next wrong factor does not take the bit back.
        tile.mvm(&X, None).unwrap();
        assert_eq!(tile.state().errors & PARITY, errors);
        // Loaded anew, every bit of the old factors is gone.
        tile.clear_errors(PARITY);
        assert_eq!(send(&mut tile, SCALES, &right), (0, false));
        tile.mvm(&X, None).unwrap();
        assert_eq!((tile.state().errors, tile.results()), (0, &Y[..]));
    }
    // Without parity the same bits are just factors.
    let plain = Config {
        parity: false,
        ..config
    };
    let mut tile = Tile::new(&plain);
    tile.load_weights(&W).unwrap();
    tile.load_scales(&Q).unwrap();
    tile.load_thresholds(&T).unwrap();
    assert_eq!(tile.mvm(&X, None).unwrap(), Y);
    assert_eq!(tile.state().errors, 0);
}

fn small(keys: &str) -> Tile {
    let text = r#"{"rows": 2, "cols": 2, "weight_slices": 1, "input_bits": 2"#;
    let config = Config::from_json(&format!("{text}{keys}}}")).unwrap();
    let mut tile = Tile::new(&config);
    tile.load_weights(&[1, -1, 1, 0]).unwrap();
    tile.load_scales(&[3, 5, 7, 11]).unwrap();
    tile
}

#[test]
fn planes_are_counted_one_by_one() {
    let mut tile = small("");
    let skip = Registers {
        zero_plane: true,
        empty_plane: true,
    };
    tile.set_registers(skip);
    tile.set_threshold(0, 2).unwrap();
    // Plane 0: sums of at most 2 are not above the threshold. Plane 1 has no inputs.
    for n in 1..=3 {
        assert_eq!(tile.mvm(&[1, 1], None).unwrap(), [0, 0]);
        assert_eq!(tile.kinds(), [Plane::Empty, Plane::Zero]);
        let state = tile.state();
        let counts = (state.mvms, state.planes_empty, state.planes_skipped);
        assert_eq!(counts, (n, n, n));
    }
    // Reset: thresholds and registers are 0 again, so are counters and flags; what was stored is still there.
    tile.reset();
    assert_eq!(tile.state(), State::default());
    assert!(tile.mvm(&[1, 1], None).is_err());
    assert_eq!(tile.state().errors, NOT_LOADED);
    tile.load_weights(&[1, -1, 1, 0]).unwrap();
    tile.load_scales(&[3, 5, 7, 11]).unwrap();
    assert_eq!(tile.mvm(&[1, 1], None).unwrap(), [3, -5]);
    assert_eq!(tile.kinds(), [Plane::Full, Plane::Full]);
}

#[test]
fn thresholds_are_at_most_the_rows() {
    let mut tile = small("");
    assert!(tile.set_threshold(1, 2).is_ok());
    assert!(tile.set_threshold(1, 3).is_err());
    assert!(tile.set_threshold(2, 0).is_err());
    // The refused ones changed nothing: 2 is not above 2.
    assert_eq!(tile.mvm(&[3, 3], None).unwrap(), [3, -5]);
    // There are no thresholds of columns to be loaded.
    assert!(tile.load_thresholds(&[0; 4]).is_err());
}

#[test]
fn nothing_is_skipped_where_nothing_can_be() {
    let skip = Registers {
        zero_plane: true,
        empty_plane: true,
    };
    let mut tile = small(r#", "plane_skip": false"#);
    tile.set_registers(skip);
    assert_eq!(tile.mvm(&[0, 0], None).unwrap(), [0, 0]);
    assert_eq!(tile.kinds(), [Plane::Full, Plane::Full]);
    // Binary: a sum of 0 is p = 1 in both planes.
    let mut tile = small(r#", "partial_sum": "binary""#);
    tile.set_registers(skip);
    let sums = [3 + 2 * 7, 5 + 2 * 11];
    assert_eq!(tile.mvm(&[0, 0], None).unwrap(), sums);
    assert_eq!(tile.kinds(), [Plane::Full, Plane::Full]);
}

#[test]
fn impossible_codes_stay_until_cleared() {
    let mut tile = small("");
    let both = hcim_golden::blocks::crossbar::Fault::from_codes(0, 1, 1);
    tile.crossbar_mut().set_fault(1, both).unwrap();
    tile.mvm(&[1, 1], None).unwrap();
    tile.crossbar_mut()
        .set_fault(1, Default::default())
        .unwrap();
    tile.mvm(&[1, 1], None).unwrap();
    assert_eq!(tile.state().errors, CODE);
    assert_eq!(CODE, 64);
    assert_eq!(PARITY, 1024);
}

#[test]
fn packets_that_are_refused() {
    let mut tile = small(r#", "input_stream_bits": 8"#);
    let send = |tile: &mut Tile, dest, beats: usize| {
        let outcome = tile.packet(dest, &Bits::zero(8 * beats), false).unwrap();
        assert!(!outcome.ran);
        outcome.errors
    };
    // Four bits of inputs are one beat; there are no thresholds of columns and no fifth destination. The numbers are those
    // of the register ERROR.
    assert_eq!(send(&mut tile, INPUTS, 2), 8);
    assert_eq!(send(&mut tile, THRESHOLDS, 1), 16);
    assert_eq!(send(&mut tile, 4, 1), 16);
    assert_eq!(tile.state().errors, 24);
}
