// SPDX-License-Identifier: MIT OR Apache-2.0
//! The column reduction.

use hcim_golden::Config;
use hcim_golden::bits::{Bits, sign_extend};
use hcim_golden::blocks::reduction::{Reduction, ReductionIn};
use hcim_golden::blocks::result::ResultOutput;
use hcim_golden::rng::Rng;

use super::config;

/// Sends words through the reduction with random stalls on every side; returns the words out.
fn reduce(config: &Config, rng: &mut Rng, words: &[Vec<i64>], chain: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let derived = config.derived();
    let (rate, nr, ny) = (
        derived.read_rate as usize,
        derived.read_digits as usize,
        derived.result_digits as usize,
    );
    let digit = |values: &[i64], n: usize| {
        Bits::from_fn(values.len() * rate, |at| {
            values[at / rate] >> (n * rate + at % rate).min(63) & 1 == 1
        })
    };
    let mut reduction = Reduction::new(config);
    let (mut own, mut above, mut out) = (0, 0, Vec::<Bits>::new());
    while out.len() < words.len() * ny {
        let mut ports = ReductionIn {
            chain_enable: !chain.is_empty(),
            out_ready: rng.chance(70),
            ..ReductionIn::default()
        };
        if own < words.len() * nr && rng.chance(70) {
            ports.valid = true;
            ports.first = own % nr == 0;
            ports.data = digit(&words[own / nr], own % nr);
        }
        if above < chain.len() * ny && rng.chance(70) {
            ports.chain_valid = true;
            ports.chain_data = digit(&chain[above / ny], above % ny);
        }
        let now = reduction.eval(&ports);
        own += usize::from(ports.valid && now.in_ready);
        above += usize::from(ports.chain_valid && now.chain_ready);
        if let Some(data) = now.data.filter(|_| ports.out_ready) {
            assert_eq!(now.first, out.len() % ny == 0);
            assert_eq!(now.last, out.len() % ny == ny - 1);
            out.push(data);
        }
        reduction.clock(&ports);
    }
    let number = |digits: &[Bits], output: usize| {
        let terms = digits.iter().enumerate();
        let value = terms.fold(0, |y, (n, d)| {
            y | d.field(output * rate, rate) << (n * rate)
        });
        sign_extend(value, ny * rate)
    };
    let word = |digits: &[Bits]| {
        (0..derived.outputs as usize)
            .map(|o| number(digits, o))
            .collect()
    };
    out.chunks(ny).map(word).collect()
}

#[test]
fn reduction_adds_slices_and_chains() {
    let mut rng = Rng::new(5);
    for d in [1, 2, 3, 5, 10] {
        let text = format!(r#"{{"cols": 9, "segments": 5, "rows_per_cycle": {d}}}"#);
        let config = config(&text);
        let limit = 255 * 15;
        let value = |rng: &mut Rng, limit: i64| rng.below(2 * limit as u64 + 1) as i64 - limit;
        let words: Vec<Vec<i64>> = (0..6)
            .map(|n| {
                (0..8)
                    .map(|_| {
                        if n == 0 {
                            -limit
                        } else {
                            value(&mut rng, limit)
                        }
                    })
                    .collect()
            })
            .collect();
        let chain: Vec<Vec<i64>> = (0..6)
            .map(|n| {
                (0..2)
                    .map(|_| {
                        if n == 0 {
                            -limit * 60
                        } else {
                            value(&mut rng, limit * 60)
                        }
                    })
                    .collect()
            })
            .collect();
        let own = |word: &[i64]| -> Vec<i64> {
            word.chunks(4)
                .map(|c| c[0] + 2 * c[1] + 4 * c[2] + 8 * c[3])
                .collect()
        };
        let sums: Vec<Vec<i64>> = words.iter().map(|word| own(word)).collect();
        assert_eq!(reduce(&config, &mut rng, &words, &[]), sums);
        let sums: Vec<Vec<i64>> = sums
            .iter()
            .zip(&chain)
            .map(|(own, above)| own.iter().zip(above).map(|(a, b)| a + b).collect())
            .collect();
        assert_eq!(reduce(&config, &mut rng, &words, &chain), sums);
    }
}

#[test]
fn reduction_waits_for_both_sides() {
    let config = config(r#"{"cols": 9, "segments": 2}"#);
    let mut reduction = Reduction::new(&config);
    assert_eq!((reduction.input_bits(), reduction.output_bits()), (8, 2));
    assert!(reduction.has_chain());
    let ports = |valid, chain_enable, chain_valid, out_ready| ReductionIn {
        valid,
        chain_enable,
        chain_valid,
        out_ready,
        ..ReductionIn::default()
    };
    let ready = |reduction: &Reduction, ports: &ReductionIn| {
        let out = reduction.eval(ports);
        (out.in_ready, out.chain_ready)
    };
    let alone = ready(&reduction, &ports(true, false, true, false));
    assert_eq!(alone, (true, false));
    // Each side is taken when the other one is there.
    for (own, above) in [(false, false), (false, true), (true, false), (true, true)] {
        let found = ready(&reduction, &ports(own, true, above, false));
        assert_eq!(found, (above, own));
    }
    // A digit that nobody takes stands in the way of the next.
    reduction.clock(&ports(true, true, true, false));
    let found = ready(&reduction, &ports(true, true, true, false));
    assert_eq!(found, (false, false));
    let found = ready(&reduction, &ports(true, true, true, true));
    assert_eq!(found, (true, true));
    let out = reduction.eval(&ports(false, true, false, false));
    assert!(out.data.is_some() && out.first && !out.last);
    // Taken, and nothing new.
    reduction.clock(&ports(false, true, false, true));
    assert!(
        reduction
            .eval(&ports(true, true, true, true))
            .data
            .is_none()
    );
    // Clear: the next digit is the first of a word again.
    reduction.clock(&ReductionIn {
        clear: true,
        ..ports(true, true, true, true)
    });
    assert!(
        reduction
            .eval(&ports(true, true, true, true))
            .data
            .is_none()
    );
    reduction.clock(&ports(true, true, true, true));
    assert!(reduction.eval(&ports(true, true, true, true)).first);
    let single = Reduction::new(&super::config(r#"{"cols": 9}"#));
    assert!(!single.has_chain());
    let found = ready(&single, &ports(true, true, true, true));
    assert_eq!(found, (true, false));
}

#[test]
fn ports_are_as_wide_as_a_digit_of_every_column() {
    let config = config(r#"{"cols": 8, "weight_slices": 2, "rows_per_cycle": 10}"#);
    let rate = config.derived().read_rate as usize;
    assert!(rate > 1);
    let reduction = Reduction::new(&config);
    let widths = (reduction.input_bits(), reduction.output_bits());
    assert_eq!(widths, (8 * rate, 4 * rate));
    assert_eq!(ResultOutput::new(&config).input_bits(), 4 * rate);
}

#[test]
fn reduction_adds_a_chain_that_is_there_and_enabled() {
    let first_digit = |segments: u32, chain_enable: bool| {
        let text = format!(r#"{{"cols": 9, "segments": {segments}}}"#);
        let mut reduction = Reduction::new(&config(&text));
        reduction.clock(&ReductionIn {
            valid: true,
            first: true,
            // The lowest column of output 0 alone.
            data: Bits::from_words(8, &[0b0000_0001]),
            chain_enable,
            chain_valid: true,
            chain_data: Bits::from_words(2, &[0b11]),
            ..ReductionIn::default()
        });
        let data = reduction.eval(&ReductionIn::default()).data.unwrap();
        data.words()[0]
    };
    // Digits of two outputs: 1 + 1 has the lowest bit 0, 0 + 1 has 1.
    assert_eq!(first_digit(2, true), 0b10);
    assert_eq!(first_digit(2, false), 0b01);
    assert_eq!(first_digit(1, true), 0b01);
}
