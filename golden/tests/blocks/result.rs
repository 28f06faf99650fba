// SPDX-License-Identifier: MIT OR Apache-2.0
//! The result output.

use hcim_golden::bits::Bits;
use hcim_golden::blocks::result::{ResultIn, ResultOutput};

use super::config;

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
