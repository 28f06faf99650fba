// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference networks: every accumulator, hidden value and answer of all test images.

use std::path::{Path, PathBuf};

use hcim_golden::Config;
use hcim_golden::blocks::crossbar::Crossbar;
use hcim_golden::kernel::{Kernel, Scratch};
use hcim_golden::network::{Layer, Network};
use hcim_golden::requant::{affine, requantise};
use hcim_golden::tile::Tile;

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testbenches/reference")
}

fn load(name: &str) -> Network {
    Network::load(&reference().join(name), &reference().join("digits.csv")).unwrap()
}

fn tile(network: &Network, layer: u32) -> Tile {
    let config = Config::from_json(&network.layer_json(layer).unwrap()).unwrap();
    let mut tile = Tile::new(&config);
    tile.load_layer(network.layer(layer).unwrap()).unwrap();
    tile
}

fn answer(layer: &Layer, y: &[i64]) -> u32 {
    let entry = |o: usize| affine(y[o], layer.multiplier[o], layer.bias[o]).unwrap();
    let mut best = 0;
    for output in 1..y.len() {
        if entry(output) > entry(best) {
            best = output;
        }
    }
    best as u32
}

fn all_images(name: &str, accuracy: f64) {
    let network = load(name);
    assert_eq!((network.layers.len(), network.images.len()), (2, 359));
    let (mut first, mut second) = (tile(&network, 0), tile(&network, 1));
    let layer = network.layer(0).unwrap();
    let mut right = 0;
    for image in &network.images {
        assert_eq!(image.index % 5, 4);
        let y = first.mvm(&image.inputs, None).unwrap();
        assert_eq!(y, image.layer0_acc, "{name}, image {}", image.index);
        let hidden: Vec<u16> = (0..y.len())
            .map(|o| {
                let (multiplier, bias) = (layer.multiplier[o], layer.bias[o]);
                let shift = network.requant_shift;
                requantise(y[o], multiplier, bias, shift, network.input_bits).unwrap() as u16
            })
            .collect();
        assert_eq!(hidden, image.hidden, "{name}, image {}", image.index);
        let y = second.mvm(&hidden, None).unwrap();
        assert_eq!(y, image.layer1_acc, "{name}, image {}", image.index);
        let predicted = answer(network.layer(1).unwrap(), y);
        assert_eq!(predicted, image.predicted, "{name}, image {}", image.index);
        right += u32::from(predicted == image.label);
    }
    let measured = f64::from(right) / network.images.len() as f64;
    println!(
        "{name}: {right} of {} right, accuracy {measured:.3}",
        network.images.len()
    );
    assert!((measured - network.accuracy).abs() < 1e-9 && (measured - accuracy).abs() < 0.001);
}

#[test]
fn digits_ternary() {
    all_images("digits_ternary", 0.933);
}

#[test]
fn digits_binary() {
    all_images("digits_binary", 0.362);
}

#[test]
fn the_fast_kernel_gives_the_same_accumulators() {
    let network = load("digits_ternary");
    let layer = network.layer(0).unwrap();
    let config = Config::from_json(&network.layer_json(0).unwrap()).unwrap();
    let mut crossbar = Crossbar::new(&config);
    crossbar.load_weights(&layer.weights).unwrap();
    let thresholds: Vec<u32> = layer
        .thresholds
        .iter()
        .flat_map(|t| vec![*t; config.cols as usize])
        .collect();
    let kernel = Kernel::new(&config, &layer.scales, &thresholds).unwrap();
    let (mut scratch, mut y) = (Scratch::default(), Vec::new());
    for image in &network.images {
        kernel
            .mvm(crossbar.cells(), &image.inputs, &mut scratch, &mut y)
            .unwrap();
        assert_eq!(y, image.layer0_acc);
    }
}

#[test]
fn a_layer_runs_on_a_larger_tile() {
    let network = load("digits_ternary");
    let config = Config {
        rows: 100,
        cols: 150,
        ..Config::default()
    };
    let mut tile = Tile::new(&config);
    tile.load_layer(network.layer(0).unwrap()).unwrap();
    let image = &network.images[7];
    let mut inputs = image.inputs.clone();
    inputs.resize(100, 15);
    let y = tile.mvm(&inputs, None).unwrap();
    assert_eq!(y[..32], image.layer0_acc);
    assert!(y[32..].iter().all(|y| *y == 0));
    assert!(
        Tile::new(&Config { rows: 63, ..config })
            .load_layer(network.layer(0).unwrap())
            .is_err()
    );
}

#[test]
fn missing_files_are_named() {
    let error = Network::load(Path::new("nowhere"), Path::new("nothing.csv")).unwrap_err();
    assert!(error.message.contains("nowhere/network.json"), "{error}");
}
