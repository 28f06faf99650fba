// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images per second on the shapes of ResNet-20 (A = W = 4, the first convolution 8 and 8, 128 rows a segment): the
//! engine on one and on two threads, and a plain integer loop. The ratios come from one run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hcim_golden::engine::{Detail, Engine, plain};
use hcim_network::preset::{Resnet20, resnet20};
use hcim_network::testing;

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn network(criterion: &mut Criterion) {
    let network = resnet20(&Resnet20::default());
    let engine = Engine::new(&network).expect("a valid network");
    let images = testing::images(&network, 1, 16);
    let run = |threads: usize, images: &[Vec<u8>], detail| {
        let traces = engine
            .run_all(images, detail, threads)
            .expect("legal images");
        black_box(traces.len());
    };
    let mut group = criterion.benchmark_group("resnet20");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    group.throughput(Throughput::Elements(images.len() as u64));
    for threads in [1, 2] {
        group.bench_function(format!("engine, {threads} threads"), |bencher| {
            bencher.iter(|| run(threads, &images, Detail::Answer));
        });
    }
    group.bench_function("engine with counts, 1 thread", |bencher| {
        bencher.iter(|| run(1, &images, Detail::Counts));
    });
    group.finish();
    // One image of plain loops takes seconds: measured once, beside the engine in the same minute.
    let mut trace = None;
    let plain = seconds(|| trace = plain::run(&network, &images[0]).ok());
    let traces = engine.run_all(&images[..1], Detail::Values, 1);
    assert_eq!(trace, traces.ok().and_then(|mut traces| traces.pop()));
    for threads in [1, 2] {
        let engine = seconds(|| run(threads, &images, Detail::Answer)) / images.len() as f64;
        println!(
            "plain integer loops: {:.3} images/s; engine on {threads} threads: {:.1} images/s; ratio {:.0}",
            1.0 / plain,
            1.0 / engine,
            plain / engine
        );
    }
}

criterion_group!(benches, network);
criterion_main!(benches);
