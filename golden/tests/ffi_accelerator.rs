// SPDX-License-Identifier: MIT OR Apache-2.0
//! The accelerator's C interface, called as C calls it.

use std::ffi::CString;
use std::ptr::{null, null_mut};

use hcim_golden::accelerator::Pass;
use hcim_golden::accelerator::pass::{Kind, Stream};
use hcim_golden::ffi::accelerator::*;
use hcim_golden::ffi::tile::*;
use hcim_golden::ffi::tile_state::*;
use hcim_golden::ffi::*;

const SMALL: &str = r#"{"top": "accelerator", "rows": 4, "cols": 2, "weight_slices": 1,
    "input_bits": 2, "scale_bits": 2, "input_stream_bits": 8, "segments": 2,
    "activation_words": 64, "constant_entries": 16, "passes": 2}"#;

/// The sum of two pixels of four elements at words 3 and 4, written to word 9.
fn sum() -> Pass {
    Pass {
        kind: Kind::Sum,
        write: true,
        pause: true,
        stream: Stream::Scores,
        shift: 1,
        output_bits: 2,
        origin: 3,
        in_height: 1,
        in_width: 2,
        in_words: 1,
        in_pitch: 1,
        in_row: 2,
        kernel_height: 1,
        kernel_width: 2,
        stride: 1,
        out_height: 1,
        out_width: 1,
        positions: 1,
        out_base: 9,
        out_pitch: 1,
        channels: 3,
        uniform: true,
        constant_base: 7,
        ..Pass::default()
    }
}

#[test]
fn a_run_through_the_c_interface() {
    let json = CString::new(SMALL).unwrap();
    unsafe {
        let mut model = null_mut();
        let made = hcim_accelerator_new(json.as_ptr(), &mut model, null_mut());
        assert_eq!(made, HCIM_OK);
        let mut shape = HcimAcceleratorShape::default();
        assert_eq!(hcim_accelerator_shape(model, &mut shape), HCIM_OK);
        let figures = (shape.segments, shape.lanes, shape.elements, shape.memory);
        assert_eq!(figures, (2, 1, 4, 6 | 4 << 8 | 1 << 16));
        // Elements 1, 2, 3, 0 and 3, 0, 1, 2.
        let words = [0b00_11_10_01u32 | 0b10_01_00_11 << 8];
        assert_eq!(hcim_accelerator_set_address(model, 64 + 3), HCIM_OK);
        let packet = hcim_accelerator_packet(model, 0, 0, words.as_ptr(), 2);
        assert_eq!(packet, HCIM_OK);
        assert_eq!(hcim_accelerator_set_constant(model, 7, -1, 8), HCIM_OK);
        for pass in 0..2 {
            let words = sum().encode();
            let set = hcim_accelerator_set_pass(model, pass, words.as_ptr());
            assert_eq!(set, HCIM_OK);
        }
        let mut stop = 9;
        assert_eq!(hcim_accelerator_start(model, 0, 2, &mut stop), HCIM_OK);
        assert_eq!(stop, HCIM_STOP_PAUSED);
        assert_eq!(hcim_accelerator_resume(model, &mut stop), HCIM_OK);
        assert_eq!(stop, HCIM_STOP_DONE);
        assert_eq!(hcim_accelerator_start(model, 0, 3, &mut stop), HCIM_OK);
        assert_eq!(stop, HCIM_STOP_REFUSED);
        let mut state = HcimAcceleratorState::default();
        assert_eq!(hcim_accelerator_state(model, &mut state), HCIM_OK);
        assert_eq!(state.errors, HCIM_RUN_BAD_START);
        assert_eq!((state.beats, state.address, state.passes_done), (6, 5, 2));
        // 8 - 4, 8 - 2, 8 - 4; halves of them and a half, at most 3.
        let mut beats = vec![HcimBeat::default(); 6];
        let short = hcim_accelerator_beats(model, beats.as_mut_ptr(), 5);
        assert_eq!(short, HCIM_SIZE);
        let taken = hcim_accelerator_beats(model, beats.as_mut_ptr(), 6);
        assert_eq!(taken, HCIM_OK);
        let seen: Vec<_> = beats[3..].iter().map(|b| (b.data, b.last)).collect();
        assert_eq!(seen, [(4, 0), (6, 0), (4, 1)]);
        let mut word = 0;
        assert_eq!(hcim_accelerator_word(model, 9, &mut word), HCIM_OK);
        assert_eq!(word, 0b00_10_11_10);
        // A tile is reached by the functions of tiles.
        let mut tile = null_mut();
        assert_eq!(hcim_accelerator_tile(model, 1, &mut tile), HCIM_OK);
        assert_eq!(hcim_tile_load_weights(tile, [1; 8].as_ptr(), 8), HCIM_OK);
        let mut of_tile = HcimTileState::default();
        assert_eq!(hcim_tile_state(tile, &mut of_tile), HCIM_OK);
        assert_eq!((of_tile.weights_valid, of_tile.scales_valid), (1, 0));
        assert_eq!(hcim_accelerator_tile(model, 2, &mut tile), HCIM_RANGE);
        assert_eq!(hcim_accelerator_clear(model, !0, !0, 1), HCIM_OK);
        assert_eq!(hcim_accelerator_reset(model), HCIM_OK);
        assert_eq!(hcim_accelerator_abort(model), HCIM_OK);
        hcim_accelerator_free(model);
    }
}

#[test]
fn passes_are_checked_and_null_is_no_crash() {
    let json = CString::new(SMALL).unwrap();
    unsafe {
        let mut model = null_mut();
        hcim_accelerator_new(json.as_ptr(), &mut model, null_mut());
        let check = |pass: Pass| {
            let words = pass.encode();
            hcim_accelerator_check_pass(model, words.as_ptr(), null_mut())
        };
        assert_eq!(check(sum()), HCIM_OK);
        let channels = 5;
        assert_eq!(check(Pass { channels, ..sum() }), HCIM_RANGE);
        let out_base = 68;
        assert_eq!(check(Pass { out_base, ..sum() }), HCIM_STATE);
        assert_eq!(
            hcim_accelerator_check_pass(model, null(), null_mut()),
            HCIM_NULL
        );
        let outside = hcim_accelerator_set_pass(model, 2, sum().encode().as_ptr());
        assert_eq!(outside, HCIM_RANGE);
        assert_eq!(hcim_accelerator_set_constant(model, 16, 0, 0), HCIM_RANGE);
        hcim_accelerator_free(model);
        hcim_accelerator_free(null_mut());
        let mut stop = 0;
        assert_eq!(
            hcim_accelerator_start(null_mut(), 0, 1, &mut stop),
            HCIM_NULL
        );
        assert_eq!(hcim_accelerator_reset(null_mut()), HCIM_NULL);
        let tile = CString::new("{}").unwrap();
        let made = hcim_accelerator_new(tile.as_ptr(), &mut model, null_mut());
        assert_eq!(made, HCIM_CONFIG);
    }
}
