// SPDX-License-Identifier: MIT OR Apache-2.0
//! The engine against plain loops on random networks, and against the known answers of the reference networks.

use std::path::{Path, PathBuf};

use hcim_golden::engine::{Detail, Engine, Output, Scratch, plain};
use hcim_golden::network;
use hcim_network::testing::{self, Options};
use hcim_network::{Network, import};
use proptest::prelude::*;

fn agree(network: &Network, images: &[Vec<u8>]) {
    let engine = Engine::new(network).unwrap();
    let traces = engine.run_all(images, Detail::Values, 2).unwrap();
    let mut scratch = Scratch::default();
    for (image, trace) in images.iter().zip(&traces) {
        assert_eq!(
            *trace,
            plain::run(network, image).unwrap(),
            "{}",
            network.name
        );
        // Less detail, the same answers.
        for detail in [Detail::Answer, Detail::Counts] {
            let less = engine.run(image, detail, &mut scratch).unwrap();
            for ((own, output), (all, wanted)) in less.layers.iter().zip(&trace.layers) {
                assert_eq!(output, wanted);
                assert!(detail == Detail::Answer || own.counts == all.counts);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn engine_is_plain(seed in any::<u64>()) {
        let network = testing::network(seed, &Options::default());
        agree(&network, &testing::images(&network, seed, 3));
    }

    #[test]
    fn engine_is_plain_at_the_limits(seed in any::<u64>()) {
        let options = Options {
            max_input_bits: 8,
            max_weight_slices: 8,
            max_scale_bits: 16,
            max_segment_rows: 200,
            max_side: 4,
            max_channels: 30,
            max_layers: 3,
            ..Options::default()
        };
        let network = testing::network(seed, &options);
        agree(&network, &testing::images(&network, seed, 2));
    }
}

/// The tests above mean something only if activations are neither all zero nor all full.
#[test]
fn random_networks_are_lively() {
    let (mut some, mut all, mut zeros, mut sums) = (0, 0, 0, 0);
    for seed in 0..200 {
        let network = testing::network(seed, &Options::default());
        let engine = Engine::new(&network).unwrap();
        let images = testing::images(&network, seed, 2);
        for trace in engine.run_all(&images, Detail::Counts, 1).unwrap() {
            for (index, (layer, output)) in trace.layers.iter().enumerate() {
                zeros += layer.counts.zeros;
                sums += layer.counts.partial_sums;
                if let Output::Activations(values) = output {
                    let bits = network.layers[index].kind.output_bits().unwrap();
                    let full = u8::MAX >> (8 - bits);
                    let inner = values.iter().filter(|v| (1..full).contains(*v)).count();
                    some += usize::from(inner > 0 || (bits == 1 && values.contains(&1)));
                    all += 1;
                }
            }
        }
    }
    assert!(
        some * 100 > all * 40,
        "{some} of {all} maps have inner values"
    );
    assert!(
        zeros * 10 > sums && zeros * 10 < sums * 9,
        "{zeros} zeros of {sums}"
    );
}

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testbenches/reference")
        .join(name)
}

#[test]
fn reference_networks_have_their_known_answers() {
    for (name, right) in [("digits_ternary", 335), ("digits_binary", 130)] {
        let network = import::read(&reference(name).join("network.json")).unwrap();
        let known = network::Network::load(&reference(name), &reference("digits.csv")).unwrap();
        let images: Vec<Vec<u8>> = known
            .images
            .iter()
            .map(|image| image.inputs.iter().map(|x| *x as u8).collect())
            .collect();
        let engine = Engine::new(&network).unwrap();
        let traces = engine.run_all(&images, Detail::Values, 2).unwrap();
        let mut found = 0;
        for (trace, image) in traces.iter().zip(&known.images) {
            let [(first, hidden), (second, _)] = &trace.layers[..] else {
                panic!("two layers")
            };
            assert_eq!(first.y, image.layer0_acc);
            let wanted = image
                .hidden
                .iter()
                .map(|x| i64::from(*x))
                .collect::<Vec<_>>();
            assert_eq!(hidden.numbers(), wanted);
            assert_eq!(second.y, image.layer1_acc);
            assert_eq!(trace.predicted(), image.predicted as usize);
            found += usize::from(trace.predicted() == image.label as usize);
        }
        assert_eq!((found, images.len()), (right, 359), "{name}");
        assert_eq!(traces, engine.run_all(&images, Detail::Values, 1).unwrap());
        let mut counts = traces[0].layers[0].0.counts;
        for trace in &traces[1..] {
            counts += trace.layers[0].0.counts;
        }
        if name == "digits_ternary" {
            // zero_fraction of expected.json.
            let share = counts.zeros as f64 / counts.partial_sums as f64;
            assert!((share - 0.5836035428272981).abs() < 1e-12, "{share}");
        }
    }
}

#[test]
fn bad_images_are_refused() {
    let network = testing::network(1, &Options::default());
    let engine = Engine::new(&network).unwrap();
    let mut scratch = Scratch::default();
    let mut run = |image: &[u8]| engine.run(image, Detail::Answer, &mut scratch).is_err();
    let mut image = testing::images(&network, 1, 1).remove(0);
    assert!(!run(&image));
    assert!(run(&image[1..]));
    image[0] = 1 << network.input_bits;
    assert!(run(&image));
    let mut invalid = network.clone();
    invalid.layers.clear();
    assert!(Engine::new(&invalid).is_err());
}
