// SPDX-License-Identifier: MIT OR Apache-2.0
//! The block against plain packing of integers, in rust-hdl's simulator.

use super::{ResultOutputShape, build};
use crate::blocks::row_store::RowStorage;
use crate::blocks::stream_input::bench::{Bench, Chance, from_bits, to_bits};

fn shapes() -> Vec<ResultOutputShape> {
    [
        (1, 4, 1, 8),
        (3, 16, 1, 8),
        (5, 17, 4, 32),
        (2, 9, 18, 64),
        (7, 24, 5, 16),
        (4, 8, 8, 32),
        (1, 5, 2, 512),
        (5, 17, 4, 24),
        (3, 33, 3, 40),
        (1, 17, 1, 24),
    ]
    .map(
        |(outputs, result_bits, digit_bits, stream_bits)| ResultOutputShape {
            outputs,
            result_bits,
            digit_bits,
            stream_bits,
            storage: RowStorage::Enabled,
        },
    )
    .to_vec()
}

struct Tester {
    shape: ResultOutputShape,
    bench: Bench,
    chance: Chance,
    /// Digits of the word that is being sent in.
    digits: Vec<Vec<bool>>,
    position: usize,
    offered: bool,
    /// Packets that are expected, and the beats of the one that is coming out.
    expected: Vec<Vec<bool>>,
    beats: Vec<Vec<bool>>,
    packets: usize,
    /// The beat on offer, which stays until it is taken.
    waiting: Option<(Vec<bool>, bool)>,
}

impl Tester {
    fn new(shape: ResultOutputShape, seed: u64) -> Tester {
        Tester {
            shape,
            bench: Bench::new(&build("test", &shape)),
            chance: Chance::new(seed),
            digits: Vec::new(),
            position: 0,
            offered: false,
            expected: Vec::new(),
            beats: Vec::new(),
            packets: 0,
            waiting: None,
        }
    }

    fn new_word(&mut self) {
        let ResultOutputShape {
            outputs,
            result_bits,
            digit_bits,
            ..
        } = self.shape;
        let values: Vec<i128> = (0..outputs)
            .map(|_| from_bits(&self.chance.bits(result_bits)))
            .collect();
        self.digits = (0..self.shape.digits())
            .map(|n| {
                values
                    .iter()
                    .flat_map(|v| to_bits(*v >> (n * digit_bits), digit_bits))
                    .collect()
            })
            .collect();
        let mut packet: Vec<bool> = values
            .iter()
            .flat_map(|v| to_bits(*v, self.shape.element_bits()))
            .collect();
        packet.resize(self.shape.beats() * self.shape.stream_bits, false);
        self.expected.push(packet);
        self.position = 0;
    }

    /// One cycle. `feed` and `drain` are the shares of cycles in which the two sides are willing.
    fn cycle(&mut self, feed: usize, drain: usize) {
        if self.position == self.digits.len() {
            self.new_word();
        }
        self.offered = feed > 0 && (self.offered || self.chance.percent(feed));
        let bench = &mut self.bench;
        bench.set("in_valid_i", u128::from(self.offered));
        bench.set("in_first_i", u128::from(self.position == 0));
        bench.set(
            "in_last_i",
            u128::from(self.position + 1 == self.digits.len()),
        );
        bench.set_bits("in_data_i", &self.digits[self.position]);
        bench.set("m_axis_tready", u128::from(self.chance.percent(drain)));
        bench.settle();
        if self.offered && bench.is("in_ready_o") {
            self.position += 1;
            self.offered = false;
        }
        let beat = (bench.bits("m_axis_tdata"), bench.is("m_axis_tlast"));
        let valid = bench.is("m_axis_tvalid");
        if let Some(waiting) = self.waiting.take() {
            assert!(valid && waiting == beat, "a beat on offer stays as it is");
        }
        let taken = valid && bench.is("m_axis_tready");
        assert_eq!(bench.is("packet_done_o"), taken && beat.1);
        if taken {
            self.beats.push(beat.0);
            assert_eq!(beat.1, self.beats.len() == self.shape.beats());
            if beat.1 {
                let packet: Vec<bool> = self.beats.drain(..).flatten().collect();
                assert_eq!(packet, self.expected.remove(0), "{:?}", self.shape);
                self.packets += 1;
            }
        } else if valid {
            self.waiting = Some(beat);
        }
        bench.tick();
    }
}

#[test]
fn packets_are_exact_under_stalls() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 1);
        for _ in 0..600 {
            t.cycle(60, 60);
        }
        assert!(t.packets > 5);
    }
}

#[test]
fn the_rate_is_that_of_the_slower_side() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 1);
        let period = shape.beats().max(shape.digits());
        let latency = shape.digits() + 1 + shape.beats();
        for _ in 0..latency + 9 * period {
            t.cycle(100, 100);
        }
        assert_eq!(t.packets, 10, "{shape:?}");
    }
}

#[test]
fn clear_drops_words_but_finishes_a_packet() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 41);
        for _ in 0..60 {
            let cycles = 1 + t.chance.below(3 * shape.digits() + 3);
            for _ in 0..cycles {
                t.cycle(80, 40);
            }
            t.bench.set("clear_i", 1);
            t.cycle(80, 40);
            t.bench.set("clear_i", 0);
            t.bench.settle();
            let sending = t.bench.is("m_axis_tvalid");
            assert_eq!(t.bench.is("pending_o"), sending);
            t.expected.truncate(usize::from(sending));
            t.offered = false;
            t.digits.clear();
            t.position = 0;
        }
        for _ in 0..4 * (shape.digits() + shape.beats()) {
            t.cycle(100, 100);
        }
        assert!(t.packets > 0);
    }
}
