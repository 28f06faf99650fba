// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sense interface.

use hcim_golden::bits::Bits;
use hcim_golden::blocks::crossbar::{Crossbar, Fault};
use hcim_golden::blocks::sense::{Sense, SenseIn};

use super::config;

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
fn sense_has_no_column_behind_the_last() {
    let config =
        config(r#"{"rows": 1, "cols": 3, "weight_slices": 1, "columns_per_comparator": 2}"#);
    let mut sense = Sense::new(&config);
    for cycle in 0..9 {
        let mut ports = SenseIn {
            start_valid: cycle == 0,
            hold_cycles: 1,
            ..sense_ports()
        };
        // Comparator 1 has column 2 in phase 0, and none in phase 1.
        if sense.eval(&ports).sel == 1 {
            (ports.pos, ports.neg) = (Bits::from_words(2, &[2]), Bits::from_words(2, &[2]));
        }
        sense.clock(&ports);
    }
    let code = sense.eval(&sense_ports()).code.unwrap();
    assert!(!code.error && code.empty());
}
