// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crossbar.

use hcim_golden::bits::Bits;
use hcim_golden::blocks::crossbar::{Crossbar, Fault, words64};

use super::config;

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
