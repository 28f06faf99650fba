// SPDX-License-Identifier: MIT OR Apache-2.0
//! Directed tests of the block models: the corners that composed streams do not reach.

use hcim_golden::Config;
use hcim_golden::bits::{Bits, sign_extend};
use hcim_golden::blocks::array::{Array, ArrayIn};
use hcim_golden::blocks::crossbar::{Crossbar, Fault, words64};
use hcim_golden::blocks::reduction::{Reduction, ReductionIn};
use hcim_golden::blocks::result::{ResultIn, ResultOutput};
use hcim_golden::blocks::sense::{Sense, SenseIn};
use hcim_golden::packing;
use hcim_golden::rng::Rng;

fn config(text: &str) -> Config {
    Config::from_json(text).unwrap()
}

fn sense_ports() -> SenseIn {
    SenseIn {
        precharge_cycles: 2,
        evaluate_cycles: 1,
        sense_cycles: 1,
        hold_cycles: 0,
        timeout_cycles: 3,
        ready: true,
        ..SenseIn::default()
    }
}

/// Strobes of a cycle as a letter, upper case where a start is possible.
fn letter(sense: &Sense, ports: &SenseIn) -> char {
    let out = sense.eval(ports);
    let strobes = [out.precharge, out.evaluate, out.sense];
    assert!(strobes.iter().filter(|strobe| **strobe).count() <= 1);
    let letter = match (strobes, out.busy) {
        ([true, ..], _) => 'p',
        ([_, true, _], _) => 'e',
        ([.., true], _) => 's',
        (_, true) => 'h',
        _ => 'i',
    };
    if out.start_ready {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}

fn trace(sense: &mut Sense, cycles: usize, mut ports: impl FnMut(usize) -> SenseIn) -> String {
    let mut letters = String::new();
    for cycle in 0..cycles {
        let ports = ports(cycle);
        letters.push(letter(sense, &ports));
        sense.clock(&ports);
    }
    letters
}

#[test]
fn sense_strobes_and_back_to_back_starts() {
    let config = config(r#"{"cols": 4}"#);
    let mut sense = Sense::new(&config);
    // Codes are taken at once and soon holds: an evaluation every E = 4 cycles.
    let letters = trace(&mut sense, 10, |_| SenseIn {
        start_valid: true,
        array_soon: true,
        code_ready: true,
        ..sense_ports()
    });
    assert_eq!(letters, "IppeSppeSp");
    // Without soon the code has to be taken first: one cycle more.
    sense.reset();
    let taken = |_| SenseIn {
        start_valid: true,
        code_ready: true,
        ..sense_ports()
    };
    assert_eq!(trace(&mut sense, 10, taken), "IppesIppes");
    // Nobody takes the code: no further start.
    sense.reset();
    let stuck = |_| SenseIn {
        start_valid: true,
        ..sense_ports()
    };
    assert_eq!(trace(&mut sense, 10, stuck), "Ippesiiiii");
    assert!(sense.eval(&sense_ports()).code.is_some());
    sense.clock(&SenseIn {
        abort: true,
        ..sense_ports()
    });
    assert!(sense.eval(&sense_ports()).code.is_none());
}

#[test]
fn sense_stretches_and_times_out() {
    let config = config(r#"{"cols": 4}"#);
    let start = |cycle| SenseIn {
        start_valid: cycle == 0,
        ..sense_ports()
    };
    let mut sense = Sense::new(&config);
    let late = |cycle| SenseIn {
        ready: cycle >= 7,
        ..start(cycle)
    };
    // One sense cycle and three stretches, resolved in the last of them.
    assert_eq!(trace(&mut sense, 9, late), "Ippessssi");
    assert!(sense.eval(&sense_ports()).code.is_some());
    sense.reset();
    let never = |cycle| SenseIn {
        ready: false,
        ..start(cycle)
    };
    assert_eq!(trace(&mut sense, 8, never), "Ippessss");
    let out = sense.eval(&sense_ports());
    assert!(out.timeout && !out.busy && out.code.is_none() && out.start_ready);
    sense.clock(&sense_ports());
    assert!(!sense.eval(&sense_ports()).timeout);
}

#[test]
fn sense_shares_comparators_and_sees_impossible_codes() {
    let config =
        config(r#"{"rows": 1, "cols": 5, "weight_slices": 2, "columns_per_comparator": 2}"#);
    let mut crossbar = Crossbar::new(&config);
    // Columns 0 .. 3: +1, 0, 0, -1; column 4 is unused.
    crossbar.load_weights(&[1, -2]).unwrap();
    crossbar.set_fault(1, Fault::from_codes(0, 1, 1)).unwrap();
    crossbar.set_fault(4, Fault::from_codes(0, 1, 1)).unwrap();
    let mut sense = Sense::new(&config);
    let mut letters = String::new();
    for cycle in 0..9 {
        let mut ports = SenseIn {
            start_valid: cycle == 0,
            start_plane: 3,
            hold_cycles: 1,
            ..sense_ports()
        };
        let sel = sense.eval(&ports).sel;
        assert_eq!(sel, u32::from((6..=7).contains(&cycle)));
        (ports.pos, ports.neg) = crossbar
            .compare(&Bits::from_words(1, &[1]), 0, 0, sel)
            .unwrap();
        letters.push(letter(&sense, &ports));
        sense.clock(&ports);
    }
    // The last hold cycle is after the last capture, so the pending code forbids a start.
    assert_eq!(letters, "Ippeshshi");
    let code = sense.eval(&sense_ports()).code.unwrap();
    assert_eq!((code.plane, code.error, code.empty()), (3, true, false));
    assert_eq!(
        (code.nonzero.words(), code.negative.words()),
        (&[0b1001][..], &[0b1000][..])
    );
}

/// Loads factor 1 everywhere.
fn loaded(config: &Config) -> Array {
    let mut array = Array::new(config);
    let scales = vec![1; (config.input_bits * config.derived().used_columns) as usize];
    for row in 0..config.derived().scale_rows {
        array
            .set_scale_row(row, packing::scale_row(config, &scales, row).unwrap())
            .unwrap();
    }
    array
}

fn plane(index: u32) -> ArrayIn {
    let op_nonzero = Bits::from_words(2, &[3]);
    ArrayIn {
        op_valid: true,
        op_plane: index,
        op_nonzero,
        ro_ready: true,
        ..ArrayIn::default()
    }
}

#[test]
fn array_latencies() {
    // A = 2, S = 2: D = 4, P = 5, u = 1, LEAD = 0.
    let config = config(r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2}"#);
    let mut array = loaded(&config);
    let mut ready = Vec::new();
    for cycle in 0..30 {
        let next = if ready.len() % 2 == 0 {
            plane(0)
        } else {
            plane(1)
        };
        if array.eval(&next).op_ready {
            ready.push(cycle);
        }
        array.clock(&next).unwrap();
    }
    // Plane 1 follows plane 0 after D; plane 0 overlaps the read-out; plane 1 waits for its end.
    assert_eq!(ready, [0, 4, 8, 13, 17, 22, 26]);
    assert_eq!(array.accumulator(0).unwrap(), 3);
}

#[test]
fn array_moves_in_lockstep_and_clears() {
    let config = config(r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2}"#);
    let mut array = loaded(&config);
    let idle = |ro_ready| ArrayIn {
        ro_ready,
        ..ArrayIn::default()
    };
    for index in 0..2 {
        array.clock(&plane(index)).unwrap();
        (0..4).for_each(|_| array.clock(&idle(false)).unwrap());
    }
    // The read-out stands; plane 0 is accepted and waits with it.
    array
        .clock(&ArrayIn {
            ro_ready: false,
            ..plane(0)
        })
        .unwrap();
    (0..9).for_each(|_| array.clock(&idle(false)).unwrap());
    let out = array.eval(&idle(false));
    assert!(out.busy && out.ro_valid && out.ro_first && !out.op_soon);
    (0..4).for_each(|_| array.clock(&idle(true)).unwrap());
    let out = array.eval(&idle(true));
    assert!(!out.busy && out.ro_last && !out.op_soon && array.eval(&plane(1)).op_ready);
    array.clock(&idle(true)).unwrap();
    assert!(array.eval(&idle(true)).op_soon);
    // Rows 0 .. S + 1 of plane 0 are architectural, the next is not.
    assert_eq!(array.known_rows(), 4);
    assert!(array.row(4 + 3).unwrap().is_some() && array.row(4 + 4).unwrap().is_none());
    array.clock(&plane(1)).unwrap();
    array
        .clock(&ArrayIn {
            clear: true,
            ..idle(true)
        })
        .unwrap();
    let out = array.eval(&idle(true));
    assert!(!out.busy && !out.ro_valid && array.known_rows() == 0);
    assert!(array.row(0).unwrap().is_some() && array.row(99).is_err());
}

/// Multiplies of two planes each, one behind the other, in these columns; gives in which cycles after the first operation
/// the flag is high.
fn flags(config: &Config, wrong: &[(u32, u32)], nonzero: &[u32]) -> Vec<usize> {
    let mut array = loaded(config);
    for (row, columns) in wrong {
        let right = array.row(*row).unwrap().unwrap();
        let flipped = Bits::from_words(2, &[right.words()[0] ^ columns]);
        array.set_scale_row(*row, flipped).unwrap();
    }
    let mut next = 0;
    let mut high = Vec::new();
    for cycle in 0..40 {
        let mut ports = plane(next as u32 % 2);
        ports.op_valid = next < nonzero.len();
        ports.op_nonzero = Bits::from_words(2, &[*nonzero.get(next).unwrap_or(&0)]);
        let out = array.eval(&ports);
        if out.parity_error.unwrap() {
            high.push(cycle);
        }
        next += usize::from(ports.op_valid && out.op_ready);
        array.clock(&ports).unwrap();
    }
    high
}

#[test]
fn array_flags_parity() {
    const NEVER: [usize; 0] = [];
    // A = 2, S = 2, D = 4: rows 0 .. 2 belong to plane 0, 3 .. 5 to plane 1.
    let json =
        r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2, "parity": true}"#;
    let in_place = config(json);
    assert_eq!(flags(&in_place, &[], &[3, 3]), NEVER);
    for row in 0..3 {
        assert_eq!(flags(&in_place, &[(row, 1)], &[1, 3]), [5]);
        assert_eq!(flags(&in_place, &[(row, 1)], &[2, 3]), NEVER);
        assert_eq!(flags(&in_place, &[(row + 3, 2)], &[3, 2]), [9]);
    }
    assert_eq!(flags(&in_place, &[(0, 1), (4, 1)], &[1, 1]), [5, 9]);
    // Two wrong bits of one factor cancel.
    assert_eq!(flags(&in_place, &[(0, 1), (1, 1)], &[3, 3]), NEVER);
    // Deferred, d = 1: operations in cycles 0 and 1, read-out of 5 digits in 3 .. 7.
    let later = json.replace("\"parity\"", "\"accumulation\": \"deferred\", \"parity\"");
    let later = config(&later);
    assert_eq!(flags(&later, &[(2, 1), (5, 1)], &[1, 1]), [8]);
    assert_eq!(flags(&later, &[(2, 1), (5, 1)], &[2, 2]), NEVER);
    // One plane is enough; so is one of two columns, and two do not cancel.
    assert_eq!(flags(&later, &[(2, 1)], &[1, 1]), [8]);
    assert_eq!(flags(&later, &[(5, 1)], &[1, 1]), [8]);
    assert_eq!(flags(&in_place, &[(0, 3)], &[3, 3]), [5]);
    // What was wrong in one multiply is not in the next, whose operations come 7 cycles later: with the last digit of the
    // read-out, and the one behind it.
    assert_eq!(flags(&later, &[(2, 1)], &[1, 1, 2, 2]), [8]);
    assert_eq!(flags(&later, &[(2, 1)], &[2, 2, 1, 1]), [15]);
}

#[test]
fn array_reads_back() {
    let config = config(r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2}"#);
    let mut array = Array::new(&config);
    let write = ArrayIn {
        wr_valid: true,
        wr_row: 3,
        wr_data: Bits::from_words(2, &[2]),
        ..ArrayIn::default()
    };
    array.clock(&write).unwrap();
    let ask = ArrayIn {
        rb_valid: true,
        rb_row: 3,
        ..ArrayIn::default()
    };
    assert_eq!(array.eval(&ask).rb_data, None);
    // The row alone is no request.
    let row = ArrayIn {
        rb_valid: false,
        ..ask.clone()
    };
    array.clock(&row).unwrap();
    assert_eq!(array.eval(&ask).rb_data, None);
    array.clock(&ask).unwrap();
    assert_eq!(array.eval(&ask).rb_data, Some(Bits::from_words(2, &[2])));
    // A row that was never written has no value.
    let ask = ArrayIn { rb_row: 0, ..ask };
    array.clock(&ask).unwrap();
    assert_eq!(array.eval(&ask).rb_data, None);
    // Nor has one while a plane is added.
    let mut array = loaded(&config);
    array.clock(&ask).unwrap();
    assert!(array.eval(&ask).rb_data.is_some());
    let adds = ArrayIn {
        rb_valid: true,
        ..plane(0)
    };
    array.clock(&adds).unwrap();
    assert_eq!(array.eval(&ask).rb_data, None);
}

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
fn result_output_finishes_what_it_offered() {
    // O = 1, Y = 17 bits in three bytes: three beats of 8 bits; u = 1, 17 digits.
    let config = config(r#"{"cols": 4, "output_stream_bits": 8}"#);
    let mut result = ResultOutput::new(&config);
    let feed = |result: &mut ResultOutput, value: i64, from: u32, to: u32| {
        for bit in from..to {
            let data = Bits::from_words(1, &[(value >> bit & 1) as u32]);
            let ports = ResultIn {
                valid: true,
                data,
                ..ResultIn::default()
            };
            assert!(result.eval(&ports).in_ready);
            result.clock(&ports);
        }
    };
    feed(&mut result, -2, 0, 17);
    // The word goes over while the next is collected; then the next is dropped.
    feed(&mut result, 77, 0, 9);
    result.clock(&ResultIn {
        clear: true,
        ..ResultIn::default()
    });
    feed(&mut result, 5, 0, 17);
    let waiting = ResultIn {
        valid: true,
        ..ResultIn::default()
    };
    assert!(!result.eval(&waiting).in_ready);
    let take = ResultIn {
        tready: true,
        ..ResultIn::default()
    };
    let mut beats = Vec::new();
    for _ in 0..6 {
        let out = result.eval(&take);
        assert_eq!(out.packet_done, out.tlast);
        beats.push((out.tdata.unwrap().words()[0], out.tlast));
        result.clock(&take);
    }
    let expected = [
        (0xfe, false),
        (0xff, false),
        (0xff, true),
        (5, false),
        (0, false),
        (0, true),
    ];
    assert_eq!(beats, expected);
    assert!(result.eval(&take).tdata.is_none());
}

#[test]
fn crossbar_sums_and_comparators_by_hand() {
    let text = r#"{"rows": 70, "cols": 3, "weight_slices": 1, "input_bits": 2, "columns_per_comparator": 2,
                   "thresholds": "per_column"}"#;
    let mut crossbar = Crossbar::new(&config(text));
    assert_eq!((crossbar.rows(), crossbar.columns()), (70, 3));
    let columns = |bits: u32| Bits::from_words(3, &[bits]);
    let program = [(0, 0b001, 0b000), (33, 0b001, 0b010), (69, 0b000, 0b100)];
    for (row, positive, negative) in program {
        let (positive, negative) = (columns(positive), columns(negative));
        crossbar.program_row(row, &positive, &negative).unwrap();
    }
    assert!(crossbar.program_row(70, &columns(7), &columns(0)).is_err());
    let lines = Bits::from_fn(70, |row| [0, 33, 69].contains(&row));
    assert_eq!(crossbar.sums(&lines), [2, -1, -1]);
    assert_eq!(words64(&lines), [1 | 1 << 33, 1 << 5]);
    assert!(!crossbar.is_faulty());
    crossbar.set_fault(1, Fault::from_codes(3, -1, -1)).unwrap();
    assert!(crossbar.is_faulty());
    assert!(crossbar.set_fault(3, Fault::default()).is_err());
    assert_eq!(crossbar.sums(&lines), [2, 2, -1]);
    for (index, threshold) in [2, 0, 1, 1, 2, 0].into_iter().enumerate() {
        let (plane, column) = (index as u32 / 3, index as u32 % 3);
        crossbar.set_threshold(plane, column, threshold).unwrap();
    }
    assert!(crossbar.set_threshold(2, 0, 0).is_err());
    assert!(crossbar.set_threshold(0, 3, 0).is_err());
    // A register that would silence every comparator; the columns have thresholds of their own.
    let say = |plane, sel| {
        let (pos, neg) = crossbar.compare(&lines, plane, 70, sel).unwrap();
        assert_eq!((pos.len(), neg.len()), (2, 2));
        (pos.words()[0], neg.words()[0])
    };
    // Columns 0 and 2: neither 2 > 2 nor -1 < -1 in plane 0; 2 > 1 and -1 < 0 in plane 1.
    assert_eq!([say(0, 0), say(1, 0)], [(0, 0), (0b01, 0b10)]);
    // Column 1 and none: 2 > 0 in plane 0, not 2 > 2 in plane 1.
    assert_eq!([say(0, 1), say(1, 1)], [(0b01, 0), (0, 0)]);
    assert!(crossbar.compare(&lines, 2, 0, 0).is_err());
    assert!(crossbar.compare(&lines, 0, 0, 2).is_err());
}

#[test]
fn comparators_of_binary_columns_have_one_output() {
    let mut crossbar = Crossbar::new(&config(
        r#"{"rows": 1, "cols": 3, "weight_slices": 1, "partial_sum": "binary"}"#,
    ));
    crossbar.load_weights(&[1, 0, -1]).unwrap();
    let one = Bits::from_words(1, &[1]);
    let say = |crossbar: &Crossbar| {
        let (pos, neg) = crossbar.compare(&one, 0, 0, 0).unwrap();
        (pos.words()[0], neg.words()[0])
    };
    assert_eq!(say(&crossbar), (0b011, 0));
    crossbar.set_fault(0, Fault::from_codes(0, 0, 1)).unwrap();
    crossbar.set_fault(2, Fault::from_codes(1, -1, 1)).unwrap();
    assert_eq!(say(&crossbar), (0b110, 0));
}

#[test]
fn faults_from_numbers() {
    let fault = |offset, stuck_pos, stuck_neg| Fault {
        offset,
        stuck_pos,
        stuck_neg,
    };
    assert_eq!(Fault::from_codes(-4, -1, 0), fault(-4, None, Some(false)));
    assert_eq!(Fault::from_codes(0, 1, 2), fault(0, Some(true), Some(true)));
}

#[test]
fn sense_in_words() {
    let config = config(r#"{"cols": 4}"#);
    let mut sense = Sense::new(&config);
    assert!(sense.is_ternary());
    assert_eq!(sense.comparators(), 4);
    assert_eq!(sense.describe(), "idle; code: none");
    let start = SenseIn {
        start_valid: true,
        start_plane: 2,
        ..sense_ports()
    };
    sense.clock(&start);
    let expected = "Precharge of plane 2, phase 0, 1 cycles left, stretched 0; code: none";
    assert_eq!(sense.describe(), expected);
    (0..4).for_each(|_| sense.clock(&sense_ports()));
    assert_eq!(sense.describe(), "idle; code: pending");
    sense.reset();
    assert_eq!(sense.describe(), "idle; code: none");
}

#[test]
fn sense_of_binary_columns() {
    let config = config(r#"{"cols": 3, "weight_slices": 1, "partial_sum": "binary"}"#);
    let mut sense = Sense::new(&config);
    assert!(!sense.is_ternary());
    for cycle in 0..5 {
        sense.clock(&SenseIn {
            start_valid: cycle == 0,
            pos: Bits::from_words(3, &[0b101]),
            // Not connected in binary.
            neg: Bits::from_words(3, &[0b111]),
            ..sense_ports()
        });
    }
    let code = sense.eval(&sense_ports()).code.unwrap();
    assert_eq!(
        (code.nonzero.words(), code.negative.words()),
        (&[0b111][..], &[0b010][..])
    );
    assert!(!code.error && !code.empty());
}

#[test]
fn array_rows_and_accumulators() {
    // A = 2, S = 2, P = 5: four rows of factors and five of accumulators.
    let config = config(r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2}"#);
    let mut array = loaded(&config);
    assert_eq!(array.columns(), 2);
    assert_eq!(array.known_rows(), 0);
    assert!(array.set_scale_row(4, Bits::zero(2)).is_err());
    assert!(array.row(8).is_ok() && array.row(9).is_err());
    assert!(array.accumulator(1).is_ok() && array.accumulator(2).is_err());
    assert!(array.clock(&plane(2)).is_err());
    let idle = ArrayIn {
        op_plane: 2,
        ro_ready: true,
        ..ArrayIn::default()
    };
    assert!(array.clock(&idle).is_ok());
    let state = "operation: idle; read-out: idle; rows known: 0";
    assert_eq!(array.describe(), state);
    for index in 0..2 {
        let ports = ArrayIn {
            op_negative: Bits::from_words(2, &[2]),
            ..plane(index)
        };
        array.clock(&ports).unwrap();
        // While a plane is added, the rows have no value.
        assert_eq!((array.known_rows(), array.row(4).unwrap()), (0, None));
        (0..4).for_each(|_| array.clock(&idle).unwrap());
        assert_eq!(array.known_rows(), 4 + index);
    }
    let state = "operation: idle; read-out: digit 0 of 5; rows known: 5";
    assert_eq!(array.describe(), state);
    // Factors of 1: 1 + 2 and its negative, 00011 and 11101.
    assert_eq!(array.accumulator(0).unwrap(), 3);
    assert_eq!(array.accumulator(1).unwrap(), -3);
    let rows = [0b11, 0b01, 0b10, 0b10, 0b10];
    let ask = |row| ArrayIn {
        rb_valid: true,
        rb_row: row,
        ..idle.clone()
    };
    for (digit, expected) in (0..).zip(rows) {
        let out = array.eval(&ask(4));
        assert_eq!(out.ro_data, Some(Bits::from_words(2, &[expected])));
        assert_eq!((out.ro_first, out.ro_last), (digit == 0, digit == 4));
        // Read-back promises nothing while the read-out is on its way.
        assert_eq!(out.rb_data, None);
        array.clock(&ask(4)).unwrap();
    }
    assert!(!array.eval(&idle).ro_valid);
    for (row, expected) in (4..).zip(rows) {
        array.clock(&ask(row)).unwrap();
        let expected = Some(Bits::from_words(2, &[expected]));
        assert_eq!(array.eval(&ask(row)).rb_data, expected);
        // Another row than that of the cycle before, or none.
        assert_eq!(array.eval(&ask(row - 1)).rb_data, None);
        assert_eq!(array.eval(&idle).rb_data, None);
    }
    array.reset();
    assert_eq!(array.known_rows(), 0);
    assert_eq!(array.row(4).unwrap(), None);
    assert!(array.row(3).unwrap().is_some());
}

#[test]
fn array_writes_need_a_cycle_and_silence() {
    let config = config(r#"{"cols": 2, "weight_slices": 1, "input_bits": 2, "scale_bits": 2}"#);
    let mut array = loaded(&config);
    let write = ArrayIn {
        wr_valid: true,
        wr_row: 3,
        wr_data: Bits::from_words(2, &[2]),
        rb_valid: true,
        rb_row: 3,
        ro_ready: true,
        ..ArrayIn::default()
    };
    let ask = ArrayIn {
        wr_valid: false,
        ..write.clone()
    };
    // Requested for two cycles, but written in the first of them.
    array.clock(&write).unwrap();
    assert_eq!(array.eval(&ask).rb_data, None);
    array.clock(&ask).unwrap();
    assert_eq!(array.eval(&ask).rb_data, Some(Bits::from_words(2, &[2])));
    // Written while a plane is added: nobody knows what is stored. The other rows are what they were.
    array.clock(&plane(0)).unwrap();
    array.clock(&write).unwrap();
    assert_eq!(array.row(3).unwrap(), None);
    assert_eq!(array.row(2).unwrap(), Some(Bits::from_words(2, &[3])));
}

#[test]
fn array_values_of_unknown_factors_are_unknown() {
    let config = config(
        r#"{"cols": 2, "weight_slices": 1, "input_bits": 1, "scale_bits": 2, "parity": true}"#,
    );
    let run = |nonzero: u32, missing: Option<u32>| {
        let mut array = Array::new(&config);
        for row in (0..3).filter(|row| Some(*row) != missing) {
            array.set_scale_row(row, Bits::zero(2)).unwrap();
        }
        let mut ports = plane(0);
        ports.op_nonzero = Bits::from_words(2, &[nonzero]);
        array.clock(&ports).unwrap();
        ports.op_valid = false;
        (0..4).for_each(|_| array.clock(&ports).unwrap());
        let out = array.eval(&ports);
        assert!(out.ro_valid);
        (out.ro_data.is_some(), out.parity_error)
    };
    assert_eq!(run(1, None), (true, Some(false)));
    assert_eq!(run(1, Some(1)), (false, None));
    // The parity row is no part of a sum.
    assert_eq!(run(1, Some(2)), (true, None));
    // No column looks at its factor.
    assert_eq!(run(0, Some(1)), (true, Some(false)));
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
    let single = Reduction::new(&self::config(r#"{"cols": 9}"#));
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
fn result_output_drops_a_word_that_is_cleared() {
    let config = config(r#"{"cols": 8, "output_stream_bits": 8}"#);
    let mut result = ResultOutput::new(&config);
    assert_eq!(result.input_bits(), 2);
    let digit = ResultIn {
        valid: true,
        data: Bits::from_words(2, &[1]),
        ..ResultIn::default()
    };
    (0..17).for_each(|_| result.clock(&digit));
    // The word would go over in this cycle.
    result.clock(&ResultIn {
        clear: true,
        ..ResultIn::default()
    });
    assert!(result.eval(&ResultIn::default()).tdata.is_none());
    (0..18).for_each(|_| result.clock(&digit));
    assert!(result.eval(&ResultIn::default()).tdata.is_some());
    result.reset();
    assert!(result.eval(&ResultIn::default()).tdata.is_none());
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
