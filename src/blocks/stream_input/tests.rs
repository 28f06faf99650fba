// SPDX-License-Identifier: MIT OR Apache-2.0
//! The block against plain packing of bits, in rust-hdl's simulator.

use super::bench::{Bench, Chance};
use super::{StreamInputShape, build};

/// What stands behind the block, as the block wrote it.
#[derive(Default)]
struct Behind {
    bank: Vec<bool>,
    packets: Vec<Vec<bool>>,
    rows: Vec<(usize, Vec<bool>, Vec<bool>)>,
    scales: Vec<(usize, Vec<bool>)>,
    thresholds: Vec<(usize, usize, u128)>,
    /// Short, long, destination, load while busy.
    errors: [usize; 4],
}

struct Tester {
    shape: StreamInputShape,
    bench: Bench,
    chance: Chance,
    behind: Behind,
    busy: bool,
    full: bool,
    /// The scale row written in the cycle before, which must still be there.
    stable: Option<(u128, Vec<bool>)>,
}

impl Tester {
    fn new(shape: StreamInputShape, seed: u64) -> Tester {
        let bench = Bench::new(&build("test", &shape));
        let chance = Chance::new(seed);
        let behind = Behind::default();
        Tester {
            shape,
            bench,
            chance,
            behind,
            busy: false,
            full: false,
            stable: None,
        }
    }

    /// One cycle; gives whether a beat was taken.
    fn cycle(&mut self, beat: Option<(&[bool], usize, bool)>) -> bool {
        let bench = &mut self.bench;
        bench.set("busy_i", u128::from(self.busy));
        bench.set("input_full_i", u128::from(self.full));
        bench.set("s_axis_tvalid", u128::from(beat.is_some()));
        if let Some((data, dest, last)) = beat {
            bench.set_bits("s_axis_tdata", data);
            bench.set("s_axis_tdest", dest as u128);
            bench.set("s_axis_tlast", u128::from(last));
        }
        bench.settle();
        let behind = &mut self.behind;
        if bench.is("input_write_o") {
            let (data, width) = (bench.bits("input_data_o"), self.shape.stream_bits);
            let at = bench.get("input_beat_o") as usize * width;
            behind.bank.resize(self.shape.input_beats() * width, false);
            behind.bank[at..at + width].copy_from_slice(&data);
        }
        if bench.is("input_commit_o") {
            assert!(bench.is("input_write_o"));
            let bits = self.shape.rows * self.shape.input_bits;
            behind.packets.push(behind.bank[..bits].to_vec());
        }
        if bench.is("prog_en_o") {
            let row = bench.get("prog_row_o") as usize;
            behind
                .rows
                .push((row, bench.bits("prog_pos_o"), bench.bits("prog_neg_o")));
        }
        let written = (bench.get("wr_row_o"), bench.bits("wr_data_o"));
        if let Some(stable) = self.stable.take() {
            assert_eq!(stable, written, "row and data stay a cycle longer");
        }
        if bench.is("wr_valid_o") {
            behind.scales.push((written.0 as usize, written.1.clone()));
            self.stable = Some(written);
        }
        if self.shape.column_thresholds && bench.is("prog_thr_en_o") {
            let column = bench.get("prog_thr_col_o") as usize;
            let plane = bench.get("prog_thr_plane_o") as usize;
            behind
                .thresholds
                .push((plane, column, bench.get("prog_thr_o")));
        }
        let errors = [
            "error_short_o",
            "error_long_o",
            "error_dest_o",
            "error_load_busy_o",
        ];
        for (count, error) in behind.errors.iter_mut().zip(errors) {
            *count += bench.get(error) as usize;
        }
        let taken = beat.is_some() && bench.is("s_axis_tready");
        bench.tick();
        taken
    }

    fn beats(&self, dest: usize) -> usize {
        let beats = self.shape.beats();
        beats.get(dest).copied().unwrap_or(2)
    }

    fn idle(&mut self, cycles: usize) {
        for _ in 0..cycles {
            self.cycle(None);
        }
    }

    /// Sends `beats` beats of random bits; gives them.
    fn send(&mut self, dest: usize, beats: usize, last: bool) -> Vec<bool> {
        let bits = self.chance.bits(beats * self.shape.stream_bits);
        for (n, data) in bits.chunks(self.shape.stream_bits).enumerate() {
            // The destination of later beats is of no concern.
            let dest = if n == 0 { dest } else { self.chance.below(4) };
            while self.chance.percent(30) {
                self.cycle(None);
            }
            let mut waited = 0;
            while !self.cycle(Some((data, dest, last && n + 1 == beats))) {
                waited += 1;
                assert!(waited < 500, "the beat is never taken");
            }
        }
        bits
    }

    fn packet(&mut self, dest: usize) -> Vec<bool> {
        self.send(dest, self.beats(dest), true)
    }

    fn settle_loads(&mut self) {
        let mut waited = 0;
        while self.bench.is("loading_o") {
            self.cycle(None);
            waited += 1;
            assert!(waited < 5000, "the load never ends");
        }
        self.idle(1);
    }

    fn flag(&mut self, dest: usize) -> bool {
        self.bench.settle();
        self.bench.is([
            "",
            "weights_valid_o",
            "scales_valid_o",
            "thresholds_valid_o",
        ][dest])
    }

    fn check_load(&mut self, dest: usize, bits: &[bool]) {
        let shape = self.shape;
        let behind = std::mem::take(&mut self.behind);
        let row = |n: usize| bits[n * shape.columns..][..shape.columns].to_vec();
        match dest {
            1 => {
                let rows: Vec<_> = (0..shape.rows)
                    .map(|r| (r, row(2 * r), row(2 * r + 1)))
                    .collect();
                assert_eq!(behind.rows, rows);
                assert!(behind.scales.is_empty() && behind.thresholds.is_empty());
            }
            2 => {
                let rows: Vec<_> = (0..shape.scale_rows)
                    .map(|r| (r, row(r)[..shape.used_columns].to_vec()))
                    .collect();
                assert_eq!(behind.scales, rows);
                assert!(behind.rows.is_empty() && behind.thresholds.is_empty());
            }
            _ => {
                let width = shape.threshold_bits;
                let code = |n: usize| {
                    (0..width)
                        .map(|b| u128::from(bits[n * width + b]) << b)
                        .sum::<u128>()
                };
                let codes: Vec<_> = (0..shape.input_bits * shape.columns)
                    .map(|n| (n / shape.columns, n % shape.columns, code(n)))
                    .collect();
                assert_eq!(behind.thresholds, codes);
                assert!(behind.rows.is_empty() && behind.scales.is_empty());
            }
        }
        assert_eq!(behind.errors, [0; 4]);
    }
}

fn shapes() -> Vec<StreamInputShape> {
    let base = StreamInputShape {
        rows: 5,
        columns: 7,
        used_columns: 6,
        input_bits: 3,
        scale_rows: 6,
        threshold_bits: 3,
        column_thresholds: true,
        stream_bits: 8,
    };
    let tiny = StreamInputShape {
        rows: 1,
        columns: 1,
        used_columns: 1,
        input_bits: 1,
        scale_rows: 1,
        threshold_bits: 1,
        ..base
    };
    vec![
        base,
        tiny,
        StreamInputShape {
            column_thresholds: false,
            ..tiny
        },
        StreamInputShape {
            stream_bits: 64,
            ..base
        },
        StreamInputShape {
            columns: 8,
            used_columns: 8,
            rows: 16,
            column_thresholds: false,
            ..base
        },
        StreamInputShape {
            columns: 48,
            used_columns: 45,
            stream_bits: 32,
            ..base
        },
        StreamInputShape {
            columns: 12,
            used_columns: 12,
            stream_bits: 16,
            ..base
        },
    ]
}

fn destinations(shape: &StreamInputShape) -> std::ops::Range<usize> {
    1..if shape.column_thresholds { 4 } else { 3 }
}

#[test]
fn loads_arrive_whole_and_in_order() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 1);
        for _ in 0..2 {
            for dest in destinations(&shape) {
                let bits = t.packet(dest);
                t.settle_loads();
                assert!(t.flag(dest));
                t.check_load(dest, &bits);
            }
        }
        // Loads one after the other, with inputs in between.
        let weights = t.packet(1);
        let inputs = t.packet(0);
        t.packet(2);
        t.settle_loads();
        assert_eq!(t.behind.rows.len(), shape.rows);
        assert_eq!(t.behind.rows[0].1, weights[..shape.columns]);
        assert_eq!(t.behind.scales.len(), shape.scale_rows);
        assert_eq!(
            t.behind.packets,
            [inputs[..shape.rows * shape.input_bits].to_vec()]
        );
    }
}

#[test]
fn inputs_wait_for_a_bank_only_at_their_first_beat() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 11);
        let bits = t.packet(0);
        let used = shape.rows * shape.input_bits;
        assert_eq!(t.behind.packets, [bits[..used].to_vec()]);
        t.full = true;
        let beat = vec![false; shape.stream_bits];
        for _ in 0..5 {
            assert!(!t.cycle(Some((&beat, 0, shape.input_beats() == 1))));
        }
        t.full = false;
        assert!(t.cycle(Some((&beat, 0, shape.input_beats() == 1))));
        t.full = true;
        for n in 1..shape.input_beats() {
            assert!(t.cycle(Some((&beat, 0, n + 1 == shape.input_beats()))));
        }
        assert_eq!(t.behind.packets.len(), 2);
    }
}

#[test]
fn wrong_packets_are_dropped_whole() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 21);
        for dest in 0..4 {
            let known = dest < 3 || shape.column_thresholds;
            let beats = t.beats(dest);
            t.behind = Behind::default();
            if !known {
                t.send(dest, 3, true);
                assert_eq!(t.behind.errors, [0, 0, 1, 0]);
                t.busy = true;
                t.send(dest, 1, true);
                assert_eq!(t.behind.errors, [0, 0, 2, 0]);
                t.busy = false;
                continue;
            }
            if dest > 0 {
                t.packet(dest);
                t.settle_loads();
                t.busy = true;
                t.packet(dest);
                t.busy = false;
                t.send(dest, 0, true);
                assert_eq!(t.behind.errors, [0, 0, 0, 1]);
                assert!(t.flag(dest), "a load that was refused changes nothing");
            }
            t.behind = Behind::default();
            t.send(dest, beats + 3, true);
            t.settle_loads();
            assert_eq!(t.behind.errors, [0, 1, 0, 0]);
            assert!(dest == 0 || !t.flag(dest));
            if beats > 1 {
                t.send(dest, beats - 1, true);
                t.settle_loads();
                t.send(dest, 1, true);
                t.settle_loads();
                assert_eq!(t.behind.errors, [2, 1, 0, 0]);
                assert!(dest == 0 || !t.flag(dest));
            }
            assert!(t.behind.packets.is_empty());
            t.behind = Behind::default();
            let bits = t.packet(dest);
            t.settle_loads();
            match dest {
                0 => assert_eq!(t.behind.packets.len(), 1),
                _ => t.check_load(dest, &bits),
            }
        }
    }
}

#[test]
fn clear_drains_to_the_end_of_the_packet() {
    for (seed, shape) in shapes().into_iter().enumerate() {
        let mut t = Tester::new(shape, seed as u64 + 31);
        for dest in 0..destinations(&shape).end {
            let beats = t.beats(dest);
            for sent in 1..=beats.min(9) {
                t.send(dest, sent, sent == beats);
                t.bench.set("clear_i", 1);
                let ready = t.cycle(Some((&vec![true; shape.stream_bits], dest, false)));
                assert!(!ready, "no beat is taken with clear_i");
                t.bench.set("clear_i", 0);
                t.bench.settle();
                assert!(!t.bench.is("loading_o"));
                // The beat that was offered with clear_i belongs to a packet that is dropped, too.
                t.send(0, 2, true);
                // A load of a single row may be over before the clear.
                let over = t.shape.rows == 1 || t.behind.packets.len() == 1;
                assert!(dest == 0 || over || !t.flag(dest));
                t.behind = Behind::default();
                let bits = t.packet(dest);
                t.settle_loads();
                match dest {
                    0 => assert_eq!(t.behind.packets.len(), 1),
                    _ => t.check_load(dest, &bits),
                }
                t.behind = Behind::default();
            }
        }
    }
}
