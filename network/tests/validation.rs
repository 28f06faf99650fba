// SPDX-License-Identifier: MIT OR Apache-2.0
//! Validation: random networks are valid, and every rule is broken once.

use hcim_network::testing::{self, Options};
use hcim_network::{
    FaultCode, Finish, Kind, Layer, MapShape, Mvm, Network, Op, PartialSum, Pool, PoolOp, Residual,
    Source, Thresholds, Window,
};

fn window(side: usize) -> Window {
    Window {
        height: side,
        width: side,
        stride: 1,
        padding: 0,
    }
}

/// 4 x 4 x 2 -> conv 3 x 3 -> 2 x 2 x 3 -> pool -> 1 x 1 x 3 -> linear -> 2 scores.
fn small() -> Network {
    let conv = Mvm {
        op: Op::Conv(window(3)),
        partial_sum: PartialSum::Ternary,
        input_bits: 2,
        weight_slices: 3,
        scale_bits: 4,
        outputs: 3,
        segment_rows: 10,
        weights: vec![7; 18 * 3],
        scales: vec![15; 2 * 2 * 3 * 3],
        thresholds: Thresholds::PerTile(vec![10; 2 * 2]),
        multiplier: vec![-1; 3],
        bias: vec![5; 3],
        finish: Finish::Activation { shift: 3, bits: 2 },
        residual: Some(Residual {
            source: Source::Image,
            multiplier: 3,
            stride: 2,
            channel_offset: 1,
        }),
    };
    let pool = Pool {
        op: PoolOp::Max,
        window: window(2),
        multiplier: 1,
        bias: 0,
        shift: 0,
        bits: 2,
    };
    let linear = Mvm {
        op: Op::Linear,
        outputs: 2,
        segment_rows: 3,
        weights: vec![-7; 6],
        scales: vec![0; 2 * 3 * 2],
        thresholds: Thresholds::PerColumn(vec![3; 2 * 3 * 2]),
        multiplier: vec![1; 2],
        bias: vec![0; 2],
        finish: Finish::Scores,
        residual: None,
        ..conv.clone()
    };
    let layer = |name: &str, input, kind| Layer {
        name: name.to_owned(),
        input,
        kind,
    };
    Network {
        name: "small".to_owned(),
        input: MapShape {
            height: 4,
            width: 4,
            channels: 2,
        },
        input_bits: 2,
        layers: vec![
            layer("conv", Source::Image, Kind::Mvm(conv)),
            layer("pool", Source::Layer(0), Kind::Pool(pool)),
            layer("answer", Source::Layer(1), Kind::Mvm(linear)),
        ],
        provenance: Default::default(),
    }
}

fn mvm(network: &mut Network, index: usize) -> &mut Mvm {
    match &mut network.layers[index].kind {
        Kind::Mvm(mvm) => mvm,
        Kind::Pool(_) => panic!("layer {index} is a pool"),
    }
}

fn pool(network: &mut Network) -> &mut Pool {
    match &mut network.layers[1].kind {
        Kind::Pool(pool) => pool,
        Kind::Mvm(_) => panic!("layer 1 is no pool"),
    }
}

#[test]
fn shapes_follow() {
    let shapes = small().shapes().unwrap();
    let shown: Vec<String> = shapes.iter().map(MapShape::to_string).collect();
    assert_eq!(shown, ["2 x 2 x 3", "1 x 1 x 3", "1 x 1 x 2"]);
}

#[test]
fn random_networks_are_valid() {
    for seed in 0..300 {
        let network = testing::network(seed, &Options::default());
        if let Err(faults) = network.shapes() {
            panic!("seed {seed}: {}", faults[0]);
        }
        for image in testing::images(&network, seed, 2) {
            assert_eq!(image.len(), network.input.elements());
            assert!(
                image
                    .iter()
                    .all(|x| u32::from(*x) >> network.input_bits == 0)
            );
        }
    }
}

type Break = fn(&mut Network);

/// Every rule, and how it is broken.
const BROKEN: &[(FaultCode, Break)] = &[
    (FaultCode::BadName, |n| n.name = String::new()),
    (FaultCode::BadName, |n| n.layers[0].name = "a/../b".into()),
    (FaultCode::BadName, |n| n.layers[0].name = "x".repeat(65)),
    (FaultCode::BadName, |n| n.layers[0].name = ".hidden".into()),
    (FaultCode::DuplicateName, |n| {
        n.layers[2].name = "conv".into()
    }),
    (FaultCode::LayerCount, |n| n.layers.clear()),
    (FaultCode::MapSize, |n| n.input.height = 0),
    (FaultCode::MapSize, |n| n.input.width = usize::MAX / 2),
    (FaultCode::Bits, |n| n.input_bits = 9),
    (FaultCode::Bits, |n| n.input_bits = 0),
    (FaultCode::Bits, |n| mvm(n, 0).weight_slices = 9),
    (FaultCode::Bits, |n| mvm(n, 0).scale_bits = 17),
    (FaultCode::Bits, |n| mvm(n, 0).input_bits = u32::MAX),
    (FaultCode::Bits, |n| pool(n).bits = 0),
    (FaultCode::Bits, |n| {
        mvm(n, 0).finish = Finish::Activation { shift: 1, bits: 99 }
    }),
    (FaultCode::SourceNotEarlier, |n| {
        n.layers[0].input = Source::Layer(0)
    }),
    (FaultCode::SourceNotEarlier, |n| {
        n.layers[1].input = Source::Layer(usize::MAX)
    }),
    (FaultCode::SourceIsScores, |n| {
        mvm(n, 0).finish = Finish::Scores;
        mvm(n, 0).residual = None;
    }),
    (FaultCode::SourceTooWide, |n| pool(n).bits = 3),
    (FaultCode::BadWindow, |n| pool(n).window.stride = 0),
    (FaultCode::BadWindow, |n| pool(n).window.height = 3),
    (FaultCode::BadWindow, |n| {
        pool(n).window.padding = usize::MAX
    }),
    (FaultCode::BadWindow, |n| mvm(n, 0).op = Op::Conv(window(5))),
    (FaultCode::Count, |n| mvm(n, 0).outputs = 0),
    (FaultCode::Count, |n| mvm(n, 0).outputs = usize::MAX),
    (FaultCode::Count, |n| mvm(n, 0).segment_rows = 0),
    (FaultCode::Count, |n| mvm(n, 0).segment_rows = 65536),
    (FaultCode::TensorLength, |n| mvm(n, 0).weights.truncate(1)),
    (FaultCode::TensorLength, |n| mvm(n, 0).scales.push(0)),
    (FaultCode::TensorLength, |n| mvm(n, 0).bias.clear()),
    (FaultCode::TensorLength, |n| {
        mvm(n, 2).thresholds = Thresholds::PerColumn(vec![])
    }),
    (FaultCode::WeightRange, |n| mvm(n, 0).weights[5] = -8),
    (FaultCode::WeightRange, |n| mvm(n, 0).weights[5] = i16::MIN),
    (FaultCode::ScaleRange, |n| mvm(n, 0).scales[0] = 16),
    (FaultCode::ThresholdsContradict, |n| {
        mvm(n, 0).thresholds = Thresholds::None
    }),
    (FaultCode::ThresholdsContradict, |n| {
        mvm(n, 2).partial_sum = PartialSum::Binary
    }),
    (FaultCode::ThresholdRange, |n| {
        mvm(n, 0).thresholds = Thresholds::PerTile(vec![0, 0, 11, 0])
    }),
    (FaultCode::ShiftRange, |n| pool(n).shift = 32),
    (FaultCode::ShiftRange, |n| {
        mvm(n, 0).finish = Finish::Activation { shift: 32, bits: 2 }
    }),
    (FaultCode::ResidualOfScores, |n| {
        mvm(n, 2).residual = Some(Residual {
            source: Source::Layer(1),
            multiplier: 1,
            stride: 1,
            channel_offset: 0,
        })
    }),
    (FaultCode::ResidualShape, |n| {
        mvm(n, 0).residual.as_mut().unwrap().stride = 4
    }),
    (FaultCode::ResidualShape, |n| {
        mvm(n, 0).residual.as_mut().unwrap().channel_offset = 2
    }),
    (FaultCode::ResidualShape, |n| {
        mvm(n, 0).residual.as_mut().unwrap().channel_offset = usize::MAX
    }),
    (FaultCode::SourceNotEarlier, |n| {
        mvm(n, 0).residual.as_mut().unwrap().source = Source::Layer(0)
    }),
    (FaultCode::TensorTooLarge, |n| {
        n.input = MapShape {
            height: 1 << 14,
            width: 1 << 14,
            channels: 1,
        };
        n.layers[0].kind = n.layers[2].kind.clone();
    }),
    (FaultCode::TooWide, |n| {
        // 2^32 a segment, 2^15 by the multiplier, 2^16 segments.
        n.input = MapShape {
            height: 256,
            width: 256,
            channels: 1,
        };
        let mvm = mvm(n, 2);
        (mvm.input_bits, mvm.weight_slices, mvm.scale_bits) = (8, 8, 16);
        (mvm.outputs, mvm.segment_rows) = (1, 1);
        mvm.weights = vec![0; 1 << 16];
        mvm.scales = vec![0; 64 << 16];
        mvm.thresholds = Thresholds::PerTile(vec![0; 8 << 16]);
        (mvm.multiplier, mvm.bias) = (vec![i16::MIN], vec![0]);
        n.layers.swap(0, 2);
        n.layers.truncate(1);
        n.layers[0].input = Source::Image;
    }),
];

#[test]
fn every_rule_is_checked() {
    assert_eq!(small().validate(), Ok(()));
    for (index, (code, how)) in BROKEN.iter().enumerate() {
        let mut network = small();
        how(&mut network);
        let faults = network.validate().unwrap_err();
        let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
        assert!(
            codes.contains(code),
            "case {index}: {code} not in {faults:?}"
        );
        assert!(network.shapes().is_err());
    }
    let rules = FaultCode::ALL.iter().filter(|code| code.as_str() > "HN01");
    for rule in rules {
        assert!(
            BROKEN.iter().any(|(code, _)| code == rule),
            "{rule} is tested by nothing"
        );
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let mut network = small();
    network.input_bits = 0;
    mvm(&mut network, 0).weights[4] = 99;
    mvm(&mut network, 0).weights[7] = 99;
    mvm(&mut network, 2).scales[1] = 16;
    let faults = network.validate().unwrap_err();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "HN0105: network: input_bits is 0, legal: 1..=8",
            "HN0112: layer 0 `conv`: weights[1, 1] is 99, legal: -7..=7; 1 more like it",
            "HN0113: layer 2 `answer`: scales[0, 0, 0, 1] is 16, legal: 0..=15",
        ]
    );
}
