// SPDX-License-Identifier: MIT OR Apache-2.0
//! Disturbed engines against plain loops over the same die, and against the perfect engine.

use hcim_golden::engine::disturb::{Die, Disturbance};
use hcim_golden::engine::{Detail, Engine};
use hcim_network::testing::{self, Options};
use hcim_network::{
    Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Source, Thresholds,
};
use proptest::prelude::*;

fn linear(seed: u64) -> Option<(Network, Mvm)> {
    let options = Options {
        max_side: 1,
        max_channels: 9,
        max_layers: 1,
        ..Options::default()
    };
    let network = testing::network(seed, &options);
    match &network.layers[0].kind {
        Kind::Mvm(mvm) if mvm.op == Op::Linear => Some((network.clone(), mvm.clone())),
        _ => None,
    }
}

/// y of a linear layer on a die without noise, straight from the formulas; sums in the order of the rows.
fn plain(mvm: &Mvm, die: &Die, reference: f64, image: &[u8]) -> Vec<i64> {
    let (planes, slices) = (mvm.input_bits as usize, mvm.weight_slices as usize);
    let mut y = vec![0; mvm.outputs];
    for (k, part) in image.chunks(mvm.segment_rows).enumerate() {
        let crossbar = &die.layers[0][k];
        for i in 0..planes {
            let empty = part.iter().all(|x| x >> i & 1 == 0);
            for (o, y) in y.iter_mut().enumerate() {
                for j in 0..slices {
                    let column = o * slices + j;
                    let mut sum = 0f32;
                    for (r, x) in part.iter().enumerate() {
                        let [positive, negative] =
                            crossbar.cells[r * mvm.outputs * slices + column];
                        if x >> i & 1 == 1 {
                            sum += positive - negative;
                        }
                    }
                    let [above, below] = crossbar.offsets[column].map(|e| f64::from(sum) + e);
                    let threshold = f64::from(mvm.threshold(k, i, j, o)) + reference;
                    let p = match mvm.partial_sum {
                        PartialSum::Ternary if empty => 0,
                        PartialSum::Ternary => {
                            i64::from(above > threshold) - i64::from(below < -threshold)
                        }
                        PartialSum::Binary if above >= -reference => 1,
                        PartialSum::Binary => -1,
                    };
                    *y += (p * i64::from(mvm.scale(k, i, j, o))) << (i + j);
                }
            }
        }
    }
    y
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn engines_on_a_die_are_plain_loops_over_it(seed in any::<u64>(), kind in 0..5) {
        let reference = if kind % 2 == 0 { 0.5 } else { 0.25 };
        let strength = |mine: i32| if kind == mine || kind == 4 { 1.0 } else { 0.0 };
        let disturbance = Disturbance {
            reference,
            offset: 1.5 * strength(0),
            variation: 0.3 * strength(1),
            stuck_off: 0.2 * strength(2),
            stuck_on: 0.2 * strength(3),
            noise: 0.0,
        };
        if let Some((network, mvm)) = linear(seed) {
            let images = testing::images(&network, seed, 3);
            let engine = Engine::new(&network).unwrap().disturbed(&disturbance, seed).unwrap();
            let die = Die::draw(&network, &disturbance, seed).unwrap();
            for (image, trace) in images.iter().zip(engine.run_all(&images, Detail::Values, 1).unwrap()) {
                prop_assert_eq!(&trace.layers[0].0.y, &plain(&mvm, &die, reference, image));
            }
        }
    }

    #[test]
    fn no_disturbance_changes_nothing(seed in any::<u64>()) {
        let network = testing::network(seed, &Options::default());
        let images = testing::images(&network, seed, 2);
        let engine = Engine::new(&network).unwrap();
        let perfect = engine.run_all(&images, Detail::Values, 1).unwrap();
        // References midway between sums have a margin of half a cell.
        for noise in [0.0, 0.01] {
            let disturbance = Disturbance { noise, ..Disturbance::default() };
            let none = engine.disturbed(&disturbance, seed).unwrap();
            prop_assert_eq!(&none.run_all(&images, Detail::Values, 2).unwrap(), &perfect);
        }
    }
}

/// A column of one cell with sum 1 and threshold 0.
fn one_cell() -> Network {
    let mvm = Mvm {
        op: Op::Linear,
        partial_sum: PartialSum::Ternary,
        input_bits: 1,
        weight_slices: 1,
        scale_bits: 1,
        outputs: 1,
        segment_rows: 1,
        weights: vec![1],
        scales: vec![1],
        thresholds: Thresholds::PerTile(vec![0]),
        multiplier: vec![1],
        bias: vec![0],
        finish: Finish::Scores,
        residual: None,
    };
    Network {
        name: "one".to_owned(),
        input: MapShape {
            height: 1,
            width: 1,
            channels: 1,
        },
        input_bits: 1,
        layers: vec![Layer {
            name: "cell".to_owned(),
            input: Source::Image,
            kind: Kind::Mvm(mvm),
        }],
        provenance: Default::default(),
    }
}

/// Mean of y over the answers.
fn mean(disturbance: &Disturbance, image: u8, seed: u64, threads: usize) -> f64 {
    let engine = Engine::new(&one_cell()).unwrap();
    let disturbed = engine.disturbed(disturbance, seed).unwrap();
    let images = vec![vec![image]; 40_000];
    let traces = disturbed.run_all(&images, Detail::Values, threads).unwrap();
    let sum: i64 = traces.iter().map(|trace| trace.layers[0].0.y[0]).sum();
    sum as f64 / traces.len() as f64
}

#[test]
fn noise_is_normal_and_does_not_depend_on_threads() {
    let noise = |noise: f64| Disturbance {
        reference: 0.0,
        noise,
        ..Disturbance::default()
    };
    // Both comparators decide by noise of their own: P(n > -1) - P(n < -1) = 0.6827 for one unit cell.
    let found = mean(&noise(1.0), 1, 1, 2);
    assert!((found - 0.6827).abs() < 0.012, "{found}");
    assert_eq!(found, mean(&noise(1.0), 1, 1, 1));
    assert_ne!(found, mean(&noise(1.0), 1, 2, 1));
    // P(n > -1 / 3) - P(n < -1 / 3).
    let found = mean(&noise(3.0), 1, 1, 2);
    assert!((found - 0.2611).abs() < 0.015, "{found}");
    // A plane without a one is skipped before the comparators have a say.
    assert_eq!(mean(&noise(3.0), 0, 1, 2), 0.0);
}

#[test]
fn strengths_that_are_none_are_refused() {
    let engine = Engine::new(&one_cell()).unwrap();
    let refused = |disturbance: Disturbance| engine.disturbed(&disturbance, 1).is_err();
    assert!(refused(Disturbance {
        stuck_on: 0.7,
        stuck_off: 0.7,
        ..Default::default()
    }));
    assert!(refused(Disturbance {
        noise: f64::NAN,
        ..Default::default()
    }));
    assert!(refused(Disturbance {
        offset: -1.0,
        ..Default::default()
    }));
    assert!(refused(Disturbance {
        variation: f64::INFINITY,
        ..Default::default()
    }));
}
