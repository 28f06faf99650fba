// SPDX-License-Identifier: MIT OR Apache-2.0
//! The block against a queue of packets, in rust-hdl's simulator.

use std::collections::VecDeque;

use super::{InputBufferShape, build};
use crate::blocks::row_store::RowStorage;
use crate::blocks::stream_input::bench::{Bench, Chance};

fn shapes() -> Vec<InputBufferShape> {
    [
        (1, 1, 8),
        (5, 3, 8),
        (8, 4, 16),
        (37, 2, 32),
        (9, 1, 64),
        (16, 8, 64),
    ]
    .map(|(rows, input_bits, stream_bits)| InputBufferShape {
        rows,
        input_bits,
        stream_bits,
        storage: RowStorage::Enabled,
    })
    .to_vec()
}

/// What of a packet is in a plane.
fn plane_of(packet: &[bool], shape: &InputBufferShape, plane: usize) -> Vec<bool> {
    (0..shape.rows)
        .map(|r| packet[r * shape.input_bits + plane])
        .collect()
}

#[test]
fn packets_are_read_by_planes_in_order() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut chance = Chance::new(seed as u64 + 1);
        let mut bench = Bench::new(&build("test", &shape));
        // Packets held, each with the cycle from which it may be read.
        let mut held: VecDeque<(Vec<bool>, usize)> = VecDeque::new();
        let mut filling: (Vec<bool>, usize) = (Vec::new(), 0);
        let mut read = 0;
        for cycle in 0..400 {
            let offered = held.front().is_some_and(|(_, ready)| *ready <= cycle);
            let clear = chance.percent(1);
            let plane = chance.below(shape.input_bits);
            bench.set("plane_i", plane as u128);
            let writes = held.len() < 2 && !clear && chance.percent(70);
            if writes && filling.1 == 0 {
                let sparse = 1 << chance.below(4);
                let bits = chance.bits(shape.beats() * shape.stream_bits);
                filling.0 = bits
                    .into_iter()
                    .map(|b| b && chance.below(sparse) == 0)
                    .collect();
                if chance.percent(10) {
                    filling.0.fill(false);
                }
            }
            let commits = writes && filling.1 + 1 == shape.beats();
            let releases = offered && chance.percent(30);
            bench.set("write_i", u128::from(writes));
            bench.set("commit_i", u128::from(commits));
            bench.set("release_i", u128::from(releases));
            bench.set("clear_i", u128::from(clear));
            bench.set("beat_i", filling.1 as u128);
            if writes {
                let beat = &filling.0[filling.1 * shape.stream_bits..][..shape.stream_bits];
                bench.set_bits("data_i", beat);
            }
            bench.settle();
            assert_eq!(bench.is("valid_o"), offered, "cycle {cycle}, {shape:?}");
            assert_eq!(bench.get("count_o"), held.len() as u128);
            assert_eq!(bench.is("full_o"), held.len() == 2);
            let shown = bench.bits("word_lines_o");
            match held.front() {
                Some((packet, _)) if offered => {
                    read += 1;
                    assert_eq!(shown, plane_of(packet, &shape, plane));
                    let any: Vec<bool> = (0..shape.input_bits)
                        .map(|k| plane_of(packet, &shape, k).contains(&true))
                        .collect();
                    assert_eq!(bench.bits("plane_any_o"), any);
                }
                _ => assert!(!shown.contains(&true)),
            }
            bench.tick();
            if releases {
                held.pop_front();
            }
            filling.1 += usize::from(writes);
            if commits {
                held.push_back((filling.0.clone(), cycle + 2));
                filling.1 = 0;
            }
            if clear {
                held.clear();
                filling.1 = 0;
            }
        }
        assert!(read > 50, "the test has read too little");
    }
}
