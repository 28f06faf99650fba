// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C interface, called as C calls it: handles, comparisons, errors, null pointers.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

use hcim_golden::ffi::array::*;
use hcim_golden::ffi::config::*;
use hcim_golden::ffi::pack::*;
use hcim_golden::ffi::random::*;
use hcim_golden::ffi::schedule::*;
use hcim_golden::ffi::tile::*;
use hcim_golden::ffi::tile_state::*;
use hcim_golden::ffi::*;

fn json(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// Takes text back, as a C caller does.
unsafe fn take(text: *mut c_char) -> String {
    assert!(!text.is_null());
    let copy = unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned();
    unsafe { hcim_text_free(text) };
    copy
}

const SMALL: &str = r#"{"rows": 2, "cols": 2, "weight_slices": 1, "input_bits": 1,
                        "scale_bits": 2, "input_stream_bits": 8, "output_stream_bits": 8}"#;

#[test]
fn errors_are_codes_with_sentences() {
    unsafe {
        let (mut tile, mut message) = (null_mut(), null_mut());
        let bad = json(r#"{"rows": 5000}"#);
        assert_eq!(
            hcim_tile_new(bad.as_ptr(), &mut tile, &mut message),
            HCIM_CONFIG
        );
        assert!(tile.is_null());
        assert_eq!(
            take(message),
            "configuration: rows is 5000, legal: 1..=4096"
        );
        assert_eq!(hcim_tile_new(null(), &mut tile, null_mut()), HCIM_NULL);
        assert_eq!(
            hcim_tile_new(json(SMALL).as_ptr(), null_mut(), null_mut()),
            HCIM_NULL
        );
        assert_eq!(hcim_tile_reset(null_mut()), HCIM_NULL);
        hcim_tile_free(null_mut());
        hcim_text_free(null_mut());
        for status in -1..10 {
            assert!(
                !CStr::from_ptr(hcim_status_text(status))
                    .to_bytes()
                    .is_empty()
            );
        }
    }
}

#[test]
fn a_tile_computes_packets() {
    unsafe {
        let (mut tile, mut config) = (null_mut(), null_mut());
        let text = json(SMALL);
        assert_eq!(hcim_tile_new(text.as_ptr(), &mut tile, null_mut()), HCIM_OK);
        assert_eq!(
            hcim_config_new(text.as_ptr(), &mut config, null_mut()),
            HCIM_OK
        );
        let mut derived = HcimDerived::default();
        assert_eq!(hcim_config_derived(config, &mut derived), HCIM_OK);
        assert_eq!((derived.result_bits, derived.weight_packet_beats), (5, 1));

        let (mut errors, mut ran, mut packet) = (0, 0, [0u32; 1]);
        let inputs = [1u16, 1];
        let send = |dest, packet: &[u32], beats, errors: &mut u32, ran: &mut u8| {
            let status = hcim_tile_packet(tile, dest, packet.as_ptr(), beats, 0, errors, ran);
            assert_eq!(status, HCIM_OK);
        };
        assert_eq!(
            hcim_pack_inputs(config, inputs.as_ptr(), 2, packet.as_mut_ptr(), 1),
            HCIM_OK
        );
        send(HCIM_DEST_INPUTS, &packet, 1, &mut errors, &mut ran);
        assert_eq!((errors, ran), (HCIM_ERROR_NOT_LOADED, 0));
        send(HCIM_DEST_INPUTS, &packet, 2 - 1 + 1, &mut errors, &mut ran);
        assert_eq!((errors, ran), (HCIM_ERROR_LONG, 0));

        let (weights, scales) = ([1i32, -1, 1, 0], [3u32, 2]);
        let cells = hcim_pack_weights(config, weights.as_ptr(), 4, packet.as_mut_ptr(), 1);
        assert_eq!(cells, HCIM_OK);
        send(HCIM_DEST_WEIGHTS, &packet, 1, &mut errors, &mut ran);
        let rows = hcim_pack_scales(config, scales.as_ptr(), 2, packet.as_mut_ptr(), 1);
        assert_eq!(rows, HCIM_OK);
        send(HCIM_DEST_SCALES, &packet, 1, &mut errors, &mut ran);
        assert_eq!(
            hcim_pack_inputs(config, inputs.as_ptr(), 2, packet.as_mut_ptr(), 1),
            HCIM_OK
        );
        send(HCIM_DEST_INPUTS, &packet, 1, &mut errors, &mut ran);
        assert_eq!((errors, ran), (0, 1));

        let mut results = [0i64; 2];
        assert_eq!(hcim_tile_results(tile, results.as_mut_ptr()), HCIM_OK);
        assert_eq!(results, [3, -2]);
        assert_eq!(
            hcim_tile_check_results(tile, [3, -2].as_ptr(), null_mut()),
            HCIM_OK
        );
        let mut report = null_mut();
        assert_eq!(
            hcim_tile_check_results(tile, [3, 2].as_ptr(), &mut report),
            HCIM_MISMATCH
        );
        assert_eq!(take(report), "y[1]: rtl 2, golden -2");
        let mut state = HcimTileState::default();
        assert_eq!(hcim_tile_state(tile, &mut state), HCIM_OK);
        assert_eq!(
            (state.mvms, state.errors),
            (1, HCIM_ERROR_NOT_LOADED | HCIM_ERROR_LONG)
        );
        let short = hcim_pack_inputs(config, inputs.as_ptr(), 2, packet.as_mut_ptr(), 0);
        assert_eq!(short, HCIM_SIZE);
        hcim_tile_free(tile);
        hcim_config_free(config);
    }
}

fn ports() -> HcimArrayIn {
    HcimArrayIn {
        clear_i: 0,
        op_valid_i: 0,
        op_skip_i: 0,
        wr_valid_i: 0,
        rb_valid_i: 0,
        ro_ready_i: 1,
        op_plane_i: 0,
        wr_row_i: 0,
        rb_row_i: 0,
        op_nonzero_i: null(),
        op_negative_i: null(),
        wr_data_i: null(),
    }
}

#[test]
fn an_array_runs_in_lockstep() {
    unsafe {
        let mut array = null_mut();
        assert_eq!(
            hcim_array_new(json(SMALL).as_ptr(), &mut array, null_mut()),
            HCIM_OK
        );
        // Factors 3 and 2: bit rows 01 and 11.
        assert_eq!(hcim_array_set_scale_row(array, 0, &0b01), HCIM_OK);
        assert_eq!(hcim_array_set_scale_row(array, 1, &0b11), HCIM_OK);
        assert_eq!(hcim_array_set_scale_row(array, 2, &0), HCIM_RANGE);
        let (nonzero, negative) = (0b11u32, 0b10u32);
        let offer = HcimArrayIn {
            op_valid_i: 1,
            op_nonzero_i: &nonzero,
            op_negative_i: &negative,
            ..ports()
        };
        assert_eq!(hcim_array_clock(array, &offer), HCIM_OK);
        // S + 2 = 4 digits, then P = 4 read-out digits: bit n of +3 and -2.
        for _ in 0..4 {
            let mut out = std::mem::zeroed();
            assert_eq!(hcim_array_eval(array, &ports(), &mut out), HCIM_OK);
            assert_eq!((out.busy_o, out.ro_valid_o), (1, 0));
            assert_eq!(hcim_array_clock(array, &ports()), HCIM_OK);
        }
        for digit in [0b01u32, 0b11, 0b10, 0b10] {
            let mut out = std::mem::zeroed();
            assert_eq!(hcim_array_eval(array, &ports(), &mut out), HCIM_OK);
            assert_eq!((out.ro_valid_o, *out.ro_data_o), (1, digit));
            let copy = digit;
            out.ro_data_o = &copy;
            assert_eq!(hcim_array_check(array, &ports(), &out, null_mut()), HCIM_OK);
            let wrong = digit ^ 2;
            out.ro_data_o = &wrong;
            let mut report = null_mut();
            assert_eq!(
                hcim_array_check(array, &ports(), &out, &mut report),
                HCIM_MISMATCH
            );
            assert!(take(report).ends_with("first at bit 1"));
            assert_eq!(hcim_array_clock(array, &ports()), HCIM_OK);
        }
        let (mut value, mut known) = (0, 0);
        assert_eq!(
            hcim_array_accumulator(array, 1, &mut value, &mut known),
            HCIM_OK
        );
        assert_eq!((value, known), (-2, 4));
        assert_eq!(hcim_array_check_row(array, 2, &0b01, null_mut()), HCIM_OK);
        assert_eq!(
            hcim_array_check_row(array, 2, &0b11, null_mut()),
            HCIM_MISMATCH
        );
        hcim_array_free(array);
    }
}

#[test]
fn schedules_and_random_numbers() {
    unsafe {
        let mut period = 0;
        assert_eq!(hcim_steady_period(4, 8, 1, 1, 10, 0, &mut period), HCIM_OK);
        assert!((40..=44).contains(&period));
        assert_eq!(
            hcim_steady_period(4, 8, 0, 1, 10, 0, &mut period),
            HCIM_RANGE
        );
        let mut state = 1_234_567;
        assert_eq!(hcim_random(&mut state), 6_457_827_717_110_365_317);
        assert!(hcim_random_below(&mut state, 10) < 10);
        assert_eq!(hcim_random(null_mut()), 0);
    }
}
