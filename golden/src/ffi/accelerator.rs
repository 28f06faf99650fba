// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole accelerator: a run is one call.

use std::ffi::c_char;

use super::config::parse;
use super::tile::HcimTile;
use super::{HCIM_OK, copy_out, guard, guard_with, read, slice, write};
use crate::accelerator::{Accelerator, Constant, PASS_WORDS, Pass, Stop, sequencer};
use crate::bits::{Bits, words_for};
use crate::error::Error;
use crate::tile::Tile;

/// Model of an accelerator.
pub struct HcimAccelerator {
    pub(crate) model: Accelerator,
}

/// How a run stopped: its last pass is done.
pub const HCIM_STOP_DONE: u8 = 0;
/// How a run stopped: it waits for RESUME.
pub const HCIM_STOP_PAUSED: u8 = 1;
/// How a run stopped: an error ended it.
pub const HCIM_STOP_ABORTED: u8 = 2;
/// How a run stopped: it did not begin.
pub const HCIM_STOP_REFUSED: u8 = 3;

/// Register ERROR of an accelerator: no passes, or more than there are.
pub const HCIM_RUN_BAD_START: u32 = 1;
/// Register ERROR of an accelerator: START during a run.
pub const HCIM_RUN_START_BUSY: u32 = 2;
/// Register ERROR of an accelerator: a tile interrupted a pass.
pub const HCIM_RUN_TILE: u32 = 4;
/// Register ERROR of an accelerator: a tile could not be started.
pub const HCIM_RUN_TILE_ACCESS: u32 = 8;
/// Register ERROR of an accelerator: a pass that cannot be.
pub const HCIM_RUN_BAD_PASS: u32 = 16;
/// Register ERROR of an accelerator: a write that is locked during a run.
pub const HCIM_RUN_WRITE_BUSY: u32 = 32;
/// Register ERROR of an accelerator: a packet for nobody.
pub const HCIM_RUN_DEST: u32 = 64;

/// Figures of an accelerator.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HcimAcceleratorShape {
    /// K, tiles of a lane.
    pub segments: u32,
    /// N, lanes.
    pub lanes: u32,
    /// G, elements of a word.
    pub elements: u32,
    /// floor(R / G), words that fit into the rows of a tile.
    pub tile_words: u32,
    /// Words of the activation memory.
    pub activation_words: u32,
    /// Entries of the constant memory.
    pub constant_entries: u32,
    /// Passes of the program memory.
    pub passes: u32,
    /// Register MEMORY.
    pub memory: u32,
}

/// Status, sticky bits and counters of an accelerator.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HcimAcceleratorState {
    /// 1: a run waits in a pause.
    pub paused: u32,
    /// The current or last pass.
    pub pass: u32,
    /// Register ERROR.
    pub errors: u32,
    /// Register IRQ_STATUS.
    pub interrupts: u32,
    /// Register PASSES_DONE.
    pub passes_done: u32,
    /// Register POSITIONS.
    pub positions: u32,
    /// Register ACT_ADDR.
    pub address: u32,
    /// Passes that read what they write.
    pub overlaps: u32,
    /// Beats of m_axis that have not been taken.
    pub beats: u32,
}

/// A beat of m_axis.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HcimBeat {
    /// The number.
    pub data: i64,
    /// TLAST.
    pub last: u32,
}

/// Makes an accelerator in the state after reset; memories are zero.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_new(
    json: *const c_char,
    out: *mut *mut HcimAccelerator,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Accelerator::new(&parse(json)?)?;
            *write(out, "out")? = Box::into_raw(Box::new(HcimAccelerator { model }));
            Ok(HCIM_OK)
        })
    }
}

/// Gives an accelerator back.
///
/// # Safety
/// `accelerator` is null or a live handle; handles of its tiles end with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_free(accelerator: *mut HcimAccelerator) {
    if !accelerator.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(accelerator) });
    }
}

/// Reset: control, counters, beats, and what a reset takes from the tiles; memories stay.
///
/// # Safety
/// `accelerator` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_reset(accelerator: *mut HcimAccelerator) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(accelerator, "accelerator")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// Figures of the configuration.
///
/// # Safety
/// `accelerator` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_shape(
    accelerator: *const HcimAccelerator,
    out: *mut HcimAcceleratorShape,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let shape = read(accelerator, "accelerator")?.model.shape();
        let [activations, constants, passes] = shape.memory_bits();
        *write(out, "out")? = HcimAcceleratorShape {
            segments: shape.segments,
            lanes: shape.lanes,
            elements: shape.elements,
            tile_words: shape.tile_words(),
            activation_words: shape.activation_words,
            constant_entries: shape.constant_entries,
            passes: shape.passes,
            memory: activations | constants << 8 | passes << 16,
        };
        Ok(HCIM_OK)
    })
}

/// Lends tile t = lane * K + k, for the functions of tiles; it lives as long as the accelerator and
/// must not be given back.
///
/// # Safety
/// `accelerator` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_tile(
    accelerator: *mut HcimAccelerator,
    tile: u32,
    out: *mut *mut HcimTile,
) -> i32 {
    // SAFETY: as promised by the caller; a handle is nothing but its model (`repr(transparent)`).
    guard(|| unsafe {
        let tile: *mut Tile = write(accelerator, "accelerator")?.model.tile_mut(tile)?;
        *write(out, "out")? = tile.cast();
        Ok(HCIM_OK)
    })
}

/// Writes the 32 words of a pass.
///
/// # Safety
/// `accelerator` is a live handle; `words` is 32 numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_set_pass(
    accelerator: *mut HcimAccelerator,
    pass: u32,
    words: *const u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let words = pass_words(words)?;
        write(accelerator, "accelerator")?
            .model
            .set_pass(pass, &words)?;
        Ok(HCIM_OK)
    })
}

/// Writes an entry of the constant memory.
///
/// # Safety
/// `accelerator` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_set_constant(
    accelerator: *mut HcimAccelerator,
    entry: u32,
    multiplier: i16,
    bias: i32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let constant = Constant { multiplier, bias };
        let model = &mut write(accelerator, "accelerator")?.model;
        model.set_constant(entry, constant)?;
        Ok(HCIM_OK)
    })
}

/// Register ACT_ADDR.
///
/// # Safety
/// `accelerator` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_set_address(
    accelerator: *mut HcimAccelerator,
    address: u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(accelerator, "accelerator")?.model;
        model.set_address(model.memory().wrap(address));
        Ok(HCIM_OK)
    })
}

/// One packet of s_axis, `beats` beats of w_in bits, TLAST on the last: destination 0 goes to the
/// activation memory, 1 to 3 to tile `load_tile`, others are an error.
///
/// # Safety
/// `accelerator` is a live handle; `packet` is beats*w_in bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_packet(
    accelerator: *mut HcimAccelerator,
    dest: u8,
    load_tile: u32,
    packet: *const u32,
    beats: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(accelerator, "accelerator")?.model;
        let width = (model.shape().elements * model.shape().element_bits) as usize;
        let len = beats.saturating_mul(width);
        let words = slice(packet, words_for(len), "packet")?;
        model.packet(dest, load_tile, &Bits::from_words(len, words))?;
        Ok(HCIM_OK)
    })
}

/// A word of the activation memory; addresses count modulo its depth.
///
/// # Safety
/// `accelerator` is a live handle; `word` has room for w_in bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_word(
    accelerator: *const HcimAccelerator,
    address: u32,
    word: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = read(accelerator, "accelerator")?
            .model
            .memory()
            .bits(address);
        copy_out(word, bits.words(), "word")?;
        Ok(HCIM_OK)
    })
}

/// CTRL.START: runs until the end, a pause or an error; `stop` gets `HCIM_STOP_...`.
///
/// # Safety
/// `accelerator` is a live handle; `stop` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_start(
    accelerator: *mut HcimAccelerator,
    first: u32,
    count: u32,
    stop: *mut u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let how = write(accelerator, "accelerator")?
            .model
            .start(first, count)?;
        *write(stop, "stop")? = stop_code(how);
        Ok(HCIM_OK)
    })
}

/// CTRL.RESUME, likewise.
///
/// # Safety
/// `accelerator` is a live handle; `stop` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_resume(
    accelerator: *mut HcimAccelerator,
    stop: *mut u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let how = write(accelerator, "accelerator")?.model.resume()?;
        *write(stop, "stop")? = stop_code(how);
        Ok(HCIM_OK)
    })
}

/// CTRL.ABORT, in a pause or without a run.
///
/// # Safety
/// `accelerator` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_abort(accelerator: *mut HcimAccelerator) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(accelerator, "accelerator")?.model.abort();
        Ok(HCIM_OK)
    })
}

/// Clears bits of ERROR and IRQ_STATUS, and the counters where `counters` is not 0.
///
/// # Safety
/// `accelerator` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_clear(
    accelerator: *mut HcimAccelerator,
    errors: u32,
    interrupts: u32,
    counters: u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(accelerator, "accelerator")?.model;
        model.clear(errors, interrupts);
        if counters != 0 {
            model.clear_counters();
        }
        Ok(HCIM_OK)
    })
}

/// Status, sticky bits, counters.
///
/// # Safety
/// `accelerator` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_state(
    accelerator: *const HcimAccelerator,
    out: *mut HcimAcceleratorState,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &read(accelerator, "accelerator")?.model;
        let status = model.status();
        *write(out, "out")? = HcimAcceleratorState {
            paused: status.paused.into(),
            pass: status.pass,
            errors: status.errors,
            interrupts: status.interrupts,
            passes_done: status.passes_done,
            positions: status.positions,
            address: model.address(),
            overlaps: model.overlaps().len() as u32,
            beats: model.beats().len() as u32,
        };
        Ok(HCIM_OK)
    })
}

/// Takes the beats of m_axis: as many as `HcimAcceleratorState` says.
///
/// # Safety
/// `accelerator` is a live handle; `beats` has room for `len` of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_beats(
    accelerator: *mut HcimAccelerator,
    beats: *mut HcimBeat,
    len: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(accelerator, "accelerator")?.model;
        if model.beats().len() != len {
            return Err(Error::size("beats", len, model.beats().len()));
        }
        if len > 0 {
            let beat = |b: crate::accelerator::Beat| HcimBeat {
                data: b.data,
                last: b.last.into(),
            };
            let taken: Vec<HcimBeat> = model.take_beats().into_iter().map(beat).collect();
            copy_out(beats, &taken, "beats")?;
        }
        Ok(HCIM_OK)
    })
}

/// What is wrong with a pass: `HCIM_OK`, or `HCIM_RANGE` where it would end a run with BAD_PASS, or
/// `HCIM_STATE` where it reads what it writes, so that its result would depend on cycles.
///
/// # Safety
/// `accelerator` is a live handle; `words` is 32 numbers; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_accelerator_check_pass(
    accelerator: *const HcimAccelerator,
    words: *const u32,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = &read(accelerator, "accelerator")?.model;
            let pass = Pass::decode(&pass_words(words)?);
            if let Some(fault) = pass.fault(model.shape()) {
                return Err(Error::range(fault));
            }
            match model.would_overlap(&pass) {
                None => Ok(HCIM_OK),
                Some(address) => Err(Error::new(
                    crate::error::Kind::State,
                    format!("word {address} is read and written"),
                )),
            }
        })
    }
}

/// # Safety
/// `words` is null or 32 numbers.
unsafe fn pass_words(words: *const u32) -> crate::error::Result<[u32; PASS_WORDS]> {
    // SAFETY: as promised by the caller.
    let words = unsafe { slice(words, PASS_WORDS, "words") }?;
    Ok(std::array::from_fn(|index| words[index]))
}

fn stop_code(stop: Stop) -> u8 {
    match stop {
        Stop::Done => HCIM_STOP_DONE,
        Stop::Paused => HCIM_STOP_PAUSED,
        Stop::Aborted => HCIM_STOP_ABORTED,
        Stop::Refused => HCIM_STOP_REFUSED,
    }
}

// The numbers of the C interface are those of the register.
const _: () = {
    assert!(HCIM_RUN_BAD_START == sequencer::BAD_START);
    assert!(HCIM_RUN_START_BUSY == sequencer::START_BUSY);
    assert!(HCIM_RUN_TILE == sequencer::TILE);
    assert!(HCIM_RUN_TILE_ACCESS == sequencer::TILE_ACCESS);
    assert!(HCIM_RUN_BAD_PASS == sequencer::BAD_PASS);
    assert!(HCIM_RUN_WRITE_BUSY == sequencer::WRITE_BUSY);
    assert!(HCIM_RUN_DEST == sequencer::DEST);
};
