// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs of random networks on the golden accelerator give what the golden engine gives.

use hcim_golden::accelerator::{Accelerator, Constant};
use hcim_golden::bits::Bits;
use hcim_golden::engine::{Detail, Engine, Output, Scratch};
use hcim_network::Network;
use hcim_network::testing::{Options, images, network};

use super::{Content, Mode, Program, map, needs};
use crate::config::Config;

fn bits(bytes: &[u8], width: usize) -> Bits {
    let beats = (bytes.len() * 8).div_ceil(width);
    Bits::from_fn(beats * width, |bit| {
        bytes
            .get(bit / 8)
            .is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// Runs a program on the golden accelerator; gives the beats.
fn run(program: &Program, config: &Config, image: &[u8]) -> Vec<i64> {
    let json = serde_json::to_string(config).unwrap();
    let golden = hcim_golden::config::Config::from_json(&json).unwrap();
    let mut accelerator = Accelerator::new(&golden).unwrap();
    let width = config.input_stream_bits() as usize;
    accelerator.set_address(program.image.base as u32);
    let words = super::script::image_words(&program.image, image);
    accelerator.packet(0, 0, &bits(&words, width)).unwrap();
    let mut beats = Vec::new();
    for phase in &program.phases {
        for load in &phase.loads {
            let tile = load.tile as u32;
            accelerator
                .packet(1, tile, &bits(&load.weights, width))
                .unwrap();
            accelerator
                .packet(2, tile, &bits(&load.scales, width))
                .unwrap();
            if !load.column_thresholds.is_empty() {
                accelerator
                    .packet(3, tile, &bits(&load.column_thresholds, width))
                    .unwrap();
            }
            for (plane, threshold) in (0..).zip(&load.thresholds) {
                accelerator
                    .tile_mut(tile)
                    .unwrap()
                    .set_threshold(plane, *threshold)
                    .unwrap();
            }
        }
        for (entry, (multiplier, bias)) in (0..).zip(&phase.constants) {
            let constant = Constant {
                multiplier: *multiplier,
                bias: *bias,
            };
            accelerator.set_constant(entry, constant).unwrap();
        }
        for (index, pass) in (0..).zip(&phase.passes) {
            accelerator.set_pass(index, &pass.words()).unwrap();
        }
        accelerator.start(0, phase.passes.len() as u32).unwrap();
        assert_eq!(accelerator.status().errors, 0);
        assert!(
            accelerator.overlaps().is_empty(),
            "{:?}",
            accelerator.overlaps()
        );
        beats.extend(accelerator.take_beats().iter().map(|beat| beat.data));
    }
    beats
}

/// What the golden engine says that a traced program streams.
fn expected(program: &Program, network: &Network, image: &[u8]) -> Vec<i64> {
    let engine = Engine::new(network).unwrap();
    let trace = engine
        .run(image, Detail::Values, &mut Scratch::default())
        .unwrap();
    super::program::expected_beats(program, &|layer, content| {
        let (own, output) = &trace.layers[layer];
        match (content, output) {
            (Content::Sums, _) => own.y.clone(),
            (Content::Activations, Output::Activations(_))
            | (Content::Scores, Output::Scores(_)) => output.numbers(),
            _ => panic!("a layer that streams what it has not"),
        }
    })
}

fn check(network: &Network, config: &Config, image: &[u8]) {
    for mode in [Mode::Answer, Mode::Trace] {
        let program = map(network, config, mode).unwrap();
        let wanted = expected(&program, network, image);
        assert_eq!(run(&program, config, image), wanted, "{mode:?}");
        assert!(!wanted.is_empty());
    }
}

#[test]
fn random_networks_on_their_smallest_accelerators() {
    let mut mapped = 0;
    for seed in 0..60 {
        let network = network(seed, &Options::default());
        let shapes = network.shapes().unwrap();
        let Ok(needs) = needs(&network, &shapes) else {
            continue;
        };
        let Ok(config) = needs.config() else {
            continue;
        };
        if map(&network, &config, Mode::Trace).is_err() {
            continue;
        }
        mapped += 1;
        let image = images(&network, seed, 1).remove(0);
        check(&network, &config, &image);
        // One lane: layer after layer, loaded anew.
        let mut pairs = needs.pairs();
        for (key, value) in &mut pairs {
            if *key == "lanes" {
                *value = "1".to_owned();
            }
        }
        if let Ok(config) = Config::from_pairs(pairs)
            && map(&network, &config, Mode::Trace).is_ok()
        {
            check(&network, &config, &image);
        }
    }
    assert!(mapped >= 20, "only {mapped} of 60 networks could be mapped");
}

#[test]
fn what_does_not_fit_is_told_with_what_does() {
    let network = (0..60)
        .map(|seed| network(seed, &Options::default()))
        .find(|network| {
            network
                .shapes()
                .is_ok_and(|shapes| needs(network, &shapes).is_ok_and(|needs| needs.rows > 8))
        });
    let network = network.unwrap();
    let config = Config::from_pairs([
        ("top", "accelerator"),
        ("rows", "8"),
        ("cols", "1"),
        ("weight_slices", "1"),
        ("scale_bits", "1"),
    ]);
    let report = map(&network, &config.unwrap(), Mode::Answer).unwrap_err();
    let text = serde_json::to_string(&report).unwrap();
    assert!(
        text.contains("HC0511") && text.contains("hcim gen --top accelerator"),
        "{text}"
    );
}
