// SPDX-License-Identifier: MIT OR Apache-2.0
//! The block against plain integers, in rust-hdl's simulator.

use super::{ReductionShape, build};
use crate::blocks::stream_input::bench::{Bench, Chance, from_bits, to_bits};

fn shape(outputs: usize, slices: usize, digit_bits: usize, chain: bool) -> ReductionShape {
    let accumulator_bits = 6;
    let result_bits = accumulator_bits + slices + if chain { 2 } else { 0 };
    ReductionShape {
        outputs,
        slices,
        digit_bits,
        accumulator_bits,
        result_bits,
        chain,
    }
}

/// A word: its digits in order, each with all its bits.
struct Word {
    digits: Vec<Vec<bool>>,
    values: Vec<i128>,
}

fn word(chance: &mut Chance, lanes: usize, bits: usize, digit: usize, digits: usize) -> Word {
    let values: Vec<i128> = (0..lanes)
        .map(|_| match chance.below(4) {
            0 => -1 << (bits - 1),
            1 => (1 << (bits - 1)) - 1,
            _ => from_bits(&chance.bits(bits)),
        })
        .collect();
    let digits = (0..digits)
        .map(|n| {
            values
                .iter()
                .flat_map(|v| to_bits(*v >> (n * digit), digit))
                .collect()
        })
        .collect();
    Word { digits, values }
}

/// A source of words with stalls; gives the digit on offer.
struct Source {
    words: Vec<Word>,
    position: (usize, usize),
    offered: bool,
}

impl Source {
    fn offer(&mut self, bench: &mut Bench, name: &str, wish: bool) {
        let (n, k) = self.position;
        let word = self.words.get(n);
        self.offered = word.is_some() && (wish || self.offered);
        bench.set(&format!("{name}_valid_i"), u128::from(self.offered));
        if let Some(word) = word {
            bench.set_bits(&format!("{name}_data_i"), &word.digits[k]);
            bench.set(&format!("{name}_first_i"), u128::from(k == 0));
            bench.set(
                &format!("{name}_last_i"),
                u128::from(k + 1 == word.digits.len()),
            );
        }
    }

    fn step(&mut self, bench: &Bench, name: &str) -> bool {
        let taken = self.offered && bench.is(&format!("{name}_ready_o"));
        if taken {
            let (n, k) = self.position;
            let ends = k + 1 == self.words[n].digits.len();
            self.position = if ends { (n + 1, 0) } else { (n, k + 1) };
            self.offered = false;
        }
        taken
    }
}

fn run(shape: ReductionShape, chained: bool, calm: bool, seed: u64) {
    let mut chance = Chance::new(seed);
    let count = 6;
    let columns = shape.outputs * shape.slices;
    let (digit, digits) = (shape.digit_bits, shape.output_digits());
    let own = (0..count)
        .map(|_| {
            word(
                &mut chance,
                columns,
                shape.accumulator_bits,
                digit,
                shape.input_digits(),
            )
        })
        .collect();
    let above = (0..count)
        .map(|_| {
            word(
                &mut chance,
                shape.outputs,
                shape.result_bits - 1,
                digit,
                digits,
            )
        })
        .collect();
    let mut own = Source {
        words: own,
        position: (0, 0),
        offered: false,
    };
    let mut above = Source {
        words: above,
        position: (0, 0),
        offered: false,
    };
    let mut bench = Bench::new(&build("test", &shape));
    if shape.chain {
        bench.set("chain_enable_i", u128::from(chained));
    }
    let (mut got, mut cycles) = (Vec::<Vec<Vec<bool>>>::new(), 0);
    let mut moved = false;
    while got.len() < count || got.last().is_none_or(|word| word.len() < digits) {
        own.offer(&mut bench, "in", calm || chance.percent(60));
        if shape.chain {
            above.offer(&mut bench, "chain", chained && (calm || chance.percent(60)));
        }
        bench.set("out_ready_i", u128::from(calm || chance.percent(60)));
        bench.settle();
        if moved {
            assert!(bench.is("out_valid_o"), "a digit taken before is here now");
        }
        moved = own.step(&bench, "in");
        let joined = shape.chain && above.step(&bench, "chain");
        if chained && moved {
            assert!(joined, "own digit and chain digit move together");
        }
        if bench.is("out_valid_o") && bench.is("out_ready_i") {
            let first = bench.is("out_first_o");
            assert_eq!(first, got.last().is_none_or(|word| word.len() == digits));
            if first {
                got.push(Vec::new());
            }
            let word = got.last_mut().expect("a word begins with its first digit");
            word.push(bench.bits("out_data_o"));
            assert_eq!(bench.is("out_last_o"), word.len() == digits);
        }
        bench.tick();
        cycles += 1;
        assert!(cycles < 5000, "stuck");
    }
    if calm {
        assert_eq!(cycles, count * digits + 1);
    }
    for (n, word) in got.iter().enumerate() {
        for output in 0..shape.outputs {
            let bits: Vec<bool> = word
                .iter()
                .flat_map(|d| d[output * digit..][..digit].to_vec())
                .collect();
            let columns = &own.words[n].values[output * shape.slices..][..shape.slices];
            let sum: i128 = columns.iter().enumerate().map(|(j, acc)| acc << j).sum();
            let sum = sum
                + if chained {
                    above.words[n].values[output]
                } else {
                    0
                };
            assert_eq!(
                from_bits(&bits),
                sum,
                "word {n}, output {output}, {shape:?}"
            );
        }
    }
}

#[test]
fn sums_are_exact_for_all_digit_widths() {
    for digit in [1, 2, 3, 4, 6, 7, 18] {
        for slices in [1, 2, 3, 8] {
            run(shape(3, slices, digit, false), false, false, digit as u64);
            run(shape(1, slices, digit, false), false, true, slices as u64);
        }
    }
}

#[test]
fn the_chain_joins_digit_by_digit() {
    for digit in [1, 2, 5, 9] {
        for slices in [1, 4] {
            run(shape(2, slices, digit, true), true, false, digit as u64);
            run(shape(2, slices, digit, true), true, true, digit as u64);
            run(shape(2, slices, digit, true), false, false, digit as u64);
        }
    }
}

#[test]
fn clear_in_the_middle_of_a_word_leaves_no_trace() {
    let shape = shape(2, 3, 1, false);
    let mut bench = Bench::new(&build("test", &shape));
    let drive = |bench: &mut Bench, cycles: usize, sum: &mut [u128; 2]| {
        // Every accumulator bit is one: every column is -1.
        bench.set("in_data_i", 0x3f);
        let mut taken = 0;
        for n in 0..cycles {
            bench.set("in_valid_i", u128::from(taken < 6));
            bench.set("in_first_i", u128::from(taken == 0));
            bench.set("in_last_i", u128::from(taken == 5));
            bench.set("out_ready_i", 1);
            bench.settle();
            if bench.is("in_valid_i") && bench.is("in_ready_o") {
                taken += 1;
            }
            if n > 0 && bench.is("out_valid_o") {
                let digit = bench.get("out_data_o");
                sum[0] |= (digit & 1) << (n - 1);
                sum[1] |= (digit >> 1) << (n - 1);
            }
            bench.tick();
        }
    };
    for stop in 1..9 {
        drive(&mut bench, stop, &mut [0; 2]);
        bench.set("in_valid_i", 0);
        bench.set("clear_i", 1);
        bench.tick();
        bench.set("clear_i", 0);
        bench.settle();
        assert!(!bench.is("out_valid_o") && bench.is("in_ready_o"));
        let mut sum = [0; 2];
        drive(&mut bench, 10, &mut sum);
        assert_eq!(sum, [(1 << 9) - 7; 2], "stopped after {stop} cycles");
        bench.set("clear_i", 1);
        bench.tick();
        bench.set("clear_i", 0);
    }
}
