// SPDX-License-Identifier: MIT OR Apache-2.0
//! The array.

use hcim_golden::Config;
use hcim_golden::bits::Bits;
use hcim_golden::blocks::array::{Array, ArrayIn};
use hcim_golden::packing;

use super::config;

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
