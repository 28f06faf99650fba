// SPDX-License-Identifier: MIT OR Apache-2.0
//! Examples computed by hand, and the model against loops that read like the definition of a
//! convolution, a pooling and a residual add.

use super::*;
use crate::accelerator::sequencer::IRQ_DONE;

#[test]
fn a_pass_by_hand() {
    // One tile of 2 rows, 1 output: w = (1, -2) in two slices, all scale factors 1, thresholds 0.
    let config = config(
        r#"{"top": "accelerator", "rows": 2, "cols": 2, "input_bits": 2, "weight_slices": 2,
            "scale_bits": 2, "input_stream_bits": 4, "activation_words": 64,
            "constant_entries": 16, "passes": 2}"#,
    );
    let mut model = Accelerator::new(&config).unwrap();
    let tile = model.tile_mut(0).unwrap();
    tile.load_weights(&[1, -2]).unwrap();
    tile.load_scales(&[1, 1, 1, 1]).unwrap();
    // Pixel 0 = (3, 0), pixel 1 = (2, 1).
    let packet = Bits::from_words(8, &[0b01_10_00_11]);
    model.set_address(62);
    model.packet(0, 0, &packet).unwrap();
    assert_eq!(model.address(), 0);
    model
        .set_constant(
            5,
            Constant {
                multiplier: 2,
                bias: -1,
            },
        )
        .unwrap();
    let pass = Pass {
        write: true,
        stream: Stream::Scores,
        shift: 1,
        output_bits: 2,
        origin: 62,
        in_height: 1,
        in_width: 2,
        in_words: 1,
        in_pitch: 1,
        in_row: 2,
        kernel_height: 1,
        kernel_width: 1,
        stride: 1,
        step_x: 1,
        step_y: 2,
        out_height: 1,
        out_width: 2,
        positions: 2,
        out_base: 10,
        out_pitch: 1,
        channels: 1,
        lanes: 1,
        segments: 1,
        segment_words: 1,
        lane_outputs: 1,
        constant_base: 5,
        ..Pass::default()
    };
    // Pixel 0: slice 0 sums 1, 1 -> p = +1, +1: 1 + 2 = 3; slice 1 sums 0: y = 3, s = 5.
    // Pixel 1: slice 0: planes 0 and 1 sum 0, 1: acc 2; slice 1: -1, 0: acc -1: y = 0, s = -1.
    let beats = run_one(&mut model, &pass);
    let beat = |data| Beat { data, last: true };
    assert_eq!(beats, [beat(5), beat(-1)]);
    // (5 + 1) >> 1 = 3, (-1 + 1) >> 1 = 0.
    assert_eq!(model.memory().word(10), [3, 0]);
    assert_eq!(model.memory().word(11), [0, 0]);
    let status = model.status();
    assert_eq!((status.passes_done, status.positions), (1, 2));
    assert_eq!(status.interrupts, IRQ_DONE);
}

#[test]
fn a_convolution_is_what_a_loop_over_its_pixels_gives() {
    let config = small(2, 3);
    let random = &mut Rng::new(11);
    for (kernel, stride, padding) in [(3, 1, 1), (2, 2, 0), (3, 2, 1), (1, 1, 0)] {
        let mut model = Accelerator::new(&config).unwrap();
        load(&mut model, &config, random);
        let map = Map::random(&mut model, random, 250, (4, 5, 1));
        let mut pass = map.pass(Kind::Mvm, kernel, stride, padding);
        pass.segment_words = 4;
        pass.segments = (kernel * kernel).div_ceil(4);
        pass.lanes = 2;
        pass.lane_outputs = 2;
        pass.channels = 3;
        let beats = run_one(&mut model, &pass);
        let mut expected = Vec::new();
        for y in 0..i64::from(pass.out_height) {
            for x in 0..i64::from(pass.out_width) {
                // The window as one long vector, (ky, kx, channel), cut every 4 words of 2.
                let mut vector = Vec::new();
                for ky in 0..i64::from(kernel) {
                    for kx in 0..i64::from(kernel) {
                        let row = y * i64::from(stride) + ky - i64::from(padding);
                        let column = x * i64::from(stride) + kx - i64::from(padding);
                        vector.extend((0..2).map(|c| map.at(row, column, c) as u16));
                    }
                }
                for channel in 0..3u32 {
                    let (lane, output) = (channel / 2, channel as usize % 2);
                    let first = lane * 3 + 3 - pass.segments;
                    let mut sum = 0;
                    for (tile, part) in (first..).zip(vector.chunks(8)) {
                        let mut inputs = part.to_vec();
                        inputs.resize(9, 0);
                        // A tile alone, without a chain.
                        let mut tile = model.tile(tile).unwrap().clone();
                        sum += tile.mvm(&inputs, None).unwrap()[output];
                    }
                    let last = channel == 2;
                    expected.push(Beat { data: sum, last });
                }
            }
        }
        assert_eq!(beats, expected, "kernel {kernel}");
    }
}

#[test]
fn pools_are_what_loops_give() {
    let config = small(1, 1);
    let random = &mut Rng::new(5);
    let mut model = Accelerator::new(&config).unwrap();
    let map = Map::random(&mut model, random, 7, (5, 4, 2));
    for (kind, kernel, stride, padding) in [
        (Kind::Max, 2, 2, 0),
        (Kind::Max, 3, 1, 1),
        (Kind::Sum, 3, 2, 2),
        (Kind::Sum, 4, 1, 0),
    ] {
        let mut pass = map.pass(kind, kernel, stride, padding);
        pass.channels = 3;
        let beats = run_one(&mut model, &pass);
        let mut expected = Vec::new();
        for y in 0..i64::from(pass.out_height) {
            for x in 0..i64::from(pass.out_width) {
                for channel in 0..3 {
                    let kernel = i64::from(kernel);
                    let values = (0..kernel * kernel).map(|n| {
                        let row = y * i64::from(stride) + n / kernel - i64::from(padding);
                        let column = x * i64::from(stride) + n % kernel - i64::from(padding);
                        map.at(row, column, channel)
                    });
                    let data = match kind {
                        Kind::Max => values.max().unwrap(),
                        _ => values.sum(),
                    };
                    let last = channel == 2;
                    expected.push(Beat { data, last });
                }
            }
        }
        assert_eq!(beats, expected, "{kind:?} {kernel}");
    }
}

#[test]
fn a_residual_is_added_before_the_shift_where_its_channels_are() {
    let config = small(1, 1);
    let random = &mut Rng::new(6);
    let mut model = Accelerator::new(&config).unwrap();
    for entry in 0..16 {
        let multiplier = random.below(40) as i16 - 20;
        let bias = random.below(200) as i32 - 100;
        model
            .set_constant(entry, Constant { multiplier, bias })
            .unwrap();
    }
    let map = Map::random(&mut model, random, 0, (2, 2, 3));
    // Twice as large, one word a pixel: it belongs to output word 1, and to nothing else.
    let shortcut = Map::random(&mut model, random, 40, (4, 4, 1));
    let mut pass = map.pass(Kind::Max, 1, 1, 0);
    pass.channels = 5;
    pass.write = true;
    pass.out_base = 100;
    pass.out_pitch = 3;
    pass.shift = 3;
    pass.output_bits = 3;
    pass.residual = true;
    pass.residual_multiplier = -7;
    pass.residual_base = 40;
    pass.residual_row_step = 8;
    pass.residual_step = 2;
    pass.residual_words = 1;
    pass.residual_offset = 1;
    for uniform in [false, true] {
        pass.uniform = uniform;
        pass.constant_base = 14;
        run_one(&mut model, &pass);
        for (at, (y, x)) in (0..4).zip([(0, 0), (0, 1), (1, 0), (1, 1)]) {
            for channel in 0..6usize {
                let entry = if uniform {
                    14
                } else {
                    (14 + channel as u32) % 16
                };
                let constant = model.constants.get(entry);
                let residual = match channel {
                    2 | 3 => shortcut.at(2 * y, 2 * x, channel - 2),
                    _ => 0,
                };
                let sum = map.at(y, x, channel) * i64::from(constant.multiplier)
                    + i64::from(constant.bias)
                    - 7 * residual;
                let rounded = (sum as f64 / 8.0 + 0.5).floor() as i64;
                let expected = if channel < 5 { rounded.clamp(0, 7) } else { 0 };
                let word = model.memory().word(100 + at * 3 + channel as u32 / 2);
                assert_eq!(i64::from(word[channel % 2]), expected, "{at} {channel}");
            }
        }
    }
    assert!(model.overlaps().is_empty());
}
