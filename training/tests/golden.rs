// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks that training exports against the golden engine, layer by layer.

use hcim_golden::engine::{Detail, Engine as Golden, Output};
use hcim_network::MapShape;
use hcim_network::data::{Dataset, Kind, Part};
use hcim_train::evaluate::Engine;
use hcim_train::ops::Method;
use hcim_train::precision::{Precision, ThresholdKind};
use hcim_train::session::Session;
use hcim_train::settings::Settings;
use hcim_train::spec::Model;

/// Trains, and compares every layer's output on images of the test part.
fn compare(settings: Settings, dataset: &Dataset, images: usize) {
    let mut session = Session::new(settings.clone(), dataset).expect("legal");
    session.run(|_| {}).expect("trains");
    let outcome = session.finish().expect("over");
    let network = outcome.exported.expect("integers").network;
    network.validate().expect("valid");
    let golden = Golden::new(&network).expect("valid");
    let engine = Engine::new(&network, false);
    let (mut zeros, mut sums, mut right) = (0, 0, 0);
    let numbers = dataset.part(Part::Test);
    for &n in numbers.iter().take(images) {
        let image: Vec<u8> = dataset.codes(n, network.input_bits).collect();
        let ours = engine.answer(&image);
        let trace = golden
            .run(&image, Detail::Counts, &mut Default::default())
            .expect("an image");
        assert_eq!(ours.scores, trace.answer(), "{settings:?}");
        for (map, (_, output)) in ours.maps.iter().zip(&trace.layers) {
            assert_eq!(&Output::Activations(map.clone()), output);
        }
        assert_eq!(ours.class(), trace.predicted());
        right += usize::from(ours.class() == usize::from(dataset.label(n)));
        zeros += ours.zeros;
        sums += ours.partial_sums;
        let counted: u64 = trace.layers.iter().map(|(l, _)| l.counts.zeros).sum();
        assert_eq!(ours.zeros, counted);
    }
    if images >= numbers.len() {
        // What was told is what the golden engine says.
        assert_eq!(right, outcome.test.right);
        assert!((outcome.test.zeros - zeros as f64 / sums as f64).abs() < 1e-12);
    }
}

#[test]
fn digits_of_every_kind() {
    let digits = Kind::Digits.load(None).expect("shipped");
    for (model, precision, method, thresholds) in [
        (
            Model::Mlp,
            Precision::Ternary,
            Method::Ours,
            ThresholdKind::Tile,
        ),
        (
            Model::Mlp,
            Precision::Ternary,
            Method::Ours,
            ThresholdKind::Column,
        ),
        (
            Model::Mlp,
            Precision::Ternary,
            Method::Published,
            ThresholdKind::Column,
        ),
        (
            Model::Mlp,
            Precision::Binary,
            Method::Ours,
            ThresholdKind::Tile,
        ),
        (
            Model::Cnn,
            Precision::Ternary,
            Method::Ours,
            ThresholdKind::Tile,
        ),
    ] {
        let mut settings = Settings::defaults(model, Kind::Digits, method);
        settings.precision = precision;
        settings.quantisation.thresholds = thresholds;
        settings.epochs = [1, 1, 1];
        compare(settings, &digits, usize::MAX);
    }
}

/// Residuals with a stride and more channels, average pooling, an 8-bit first layer.
#[test]
fn resnet20_on_made_images() {
    let shape = MapShape {
        height: 8,
        width: 8,
        channels: 3,
    };
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for n in 0..40u32 {
        let class = n % 3;
        for at in 0..shape.elements() as u32 {
            let bright = u32::from(at % 3 == class) * 150;
            pixels.push((bright + (n * 31 + at * 17) % 100) as u8);
        }
        labels.push(class as u8);
    }
    let dataset = Dataset::from_bytes(Kind::Cifar10, shape, 3, pixels, labels, 36).expect("legal");
    let mut settings = Settings::defaults(Model::Resnet20, Kind::Cifar10, Method::Ours);
    settings.epochs = [1, 1, 1];
    settings.batch = 16;
    settings.shift = 1;
    compare(settings, &dataset, usize::MAX);
}
