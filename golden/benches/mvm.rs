// SPDX-License-Identifier: MIT OR Apache-2.0
//! One 128x128 MVM with A = 4: the kernel on each instruction set against the plain loops.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hcim_golden::Config;
use hcim_golden::blocks::crossbar::Crossbar;
use hcim_golden::kernel::{Kernel, Level, Scratch};
use hcim_golden::plain::{self, Layer};
use hcim_golden::rng::Rng;
use hcim_golden::tile::Tile;

fn mvm(criterion: &mut Criterion) {
    let config = Config::default();
    let mut rng = Rng::new(1);
    let layer = Layer {
        weights: (0..128 * 32).map(|_| rng.below(31) as i32 - 15).collect(),
        scales: (0..4 * 128).map(|_| rng.below(256) as u32).collect(),
        thresholds: vec![4; 4 * 128],
    };
    // Different inputs in turn, so that no branch learns them.
    let inputs: Vec<Vec<u16>> = (0..64)
        .map(|_| (0..128).map(|_| rng.below(16) as u16).collect())
        .collect();
    let mut crossbar = Crossbar::new(&config);
    crossbar
        .load_weights(&layer.weights)
        .expect("legal weights");
    let kernel = Kernel::new(&config, &layer.scales, &layer.thresholds).expect("legal numbers");
    let (mut scratch, mut results) = (Scratch::default(), Vec::new());
    let mut group = criterion.benchmark_group("mvm 128x128 A=4");
    for level in Level::available() {
        let kernel = kernel.clone().with_level(level);
        let mut turn = inputs.iter().cycle();
        group.bench_function(format!("kernel {level:?}"), |bencher| {
            bencher.iter(|| {
                let inputs = turn.next().map_or(&[][..], Vec::as_slice);
                let done = kernel.mvm(
                    crossbar.cells(),
                    black_box(inputs),
                    &mut scratch,
                    &mut results,
                );
                done.expect("legal inputs");
                black_box(results.last().copied())
            });
        });
    }
    let mut tile = Tile::new(&config);
    tile.load_weights(&layer.weights).expect("legal weights");
    tile.load_scales(&layer.scales).expect("legal scales");
    group.bench_function("tile model", |bencher| {
        bencher.iter(|| black_box(tile.mvm(black_box(&inputs[0]), None).map(<[i64]>::len)));
    });
    group.bench_function("plain loops", |bencher| {
        bencher.iter(|| black_box(plain::mvm(&config, &layer, black_box(&inputs[0]))));
    });
    group.finish();
}

criterion_group!(benches, mvm);
criterion_main!(benches);
