// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crossbar macro's function: cells, thresholds, exact sums, comparators and their faults.

use std::ffi::c_char;

use super::config::parse;
use super::{HCIM_OK, copy_out, guard, guard_with, port, read, slice, write};
use crate::blocks::crossbar::{Crossbar, Fault};
use crate::error::Error;

/// Model of the crossbar.
pub struct HcimCrossbar {
    model: Crossbar,
}

/// Makes a crossbar: all cells and thresholds zero, no faults.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_new(
    json: *const c_char,
    out: *mut *mut HcimCrossbar,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Crossbar::new(&parse(json)?);
            *write(out, "out")? = Box::into_raw(Box::new(HcimCrossbar { model }));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a crossbar back.
///
/// # Safety
/// `crossbar` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_free(crossbar: *mut HcimCrossbar) {
    if !crossbar.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(crossbar) });
    }
}

/// The programming port: one row of C positive and C negative cells.
///
/// # Safety
/// `crossbar` is a live handle; `positive` and `negative` are C bits each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_program_row(
    crossbar: *mut HcimCrossbar,
    row: u32,
    positive: *const u32,
    negative: *const u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(crossbar, "crossbar")?.model;
        let columns = model.columns();
        model.program_row(row, &port(positive, columns), &port(negative, columns))?;
        Ok(HCIM_OK)
    })
}

/// The threshold of a column and plane, where thresholds are per column.
///
/// # Safety
/// `crossbar` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_set_threshold(
    crossbar: *mut HcimCrossbar,
    plane: u32,
    column: u32,
    threshold: u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(crossbar, "crossbar")?
            .model
            .set_threshold(plane, column, threshold)?;
        Ok(HCIM_OK)
    })
}

/// A fault of a column: an offset in unit cells that is added to its sum, and comparators stuck at
/// 0 or 1 (negative: not stuck).
///
/// # Safety
/// `crossbar` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_set_fault(
    crossbar: *mut HcimCrossbar,
    column: u32,
    offset: i32,
    stuck_pos: i32,
    stuck_neg: i32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let fault = Fault::from_codes(offset, stuck_pos, stuck_neg);
        write(crossbar, "crossbar")?
            .model
            .set_fault(column, fault)?;
        Ok(HCIM_OK)
    })
}

/// Exact column sums for these word lines, offsets included: C numbers.
///
/// # Safety
/// `crossbar` is a live handle; `word_lines` is R bits; `sums` has room for C numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_sums(
    crossbar: *const HcimCrossbar,
    word_lines: *const u32,
    sums: *mut i32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &read(crossbar, "crossbar")?.model;
        copy_out(sums, &model.sums(&port(word_lines, model.rows())), "sums")?;
        Ok(HCIM_OK)
    })
}

/// The comparators that the macro shows at the end of sense phase `sel` (0 where M = 1): CC bits
/// each. `threshold` is threshold_i; it is ignored with per-column thresholds and in binary.
///
/// # Safety
/// `crossbar` is a live handle; `word_lines` is R bits; `pos` and `neg` have room for CC bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_compare(
    crossbar: *const HcimCrossbar,
    word_lines: *const u32,
    plane: u32,
    threshold: u32,
    sel: u32,
    pos: *mut u32,
    neg: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &read(crossbar, "crossbar")?.model;
        let lines = port(word_lines, model.rows());
        let (high, low) = model.compare(&lines, plane, threshold, sel)?;
        copy_out(pos, high.words(), "pos")?;
        copy_out(neg, low.words(), "neg")?;
        Ok(HCIM_OK)
    })
}

/// Programs every cell from weights: R*O numbers, row-major.
///
/// # Safety
/// `crossbar` is a live handle; `weights` is `len` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_crossbar_load_weights(
    crossbar: *mut HcimCrossbar,
    weights: *const i32,
    len: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let weights = slice(weights, len, "weights")?;
        write(crossbar, "crossbar")?.model.load_weights(weights)?;
        Ok::<_, Error>(HCIM_OK)
    })
}
