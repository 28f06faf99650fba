// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole tile, one transaction a call.

use std::ffi::c_char;

use super::config::parse;
use super::network::HcimNetwork;
use super::{HCIM_OK, guard, guard_with, read, slice, verdict, write};
use crate::bits::Bits;
use crate::blocks::crossbar::Fault;
use crate::error::Error;
use crate::tile::{Registers, Tile};

/// Model of a tile.
// Transparent so that an accelerator can lend its tiles as handles; behind `cfg_attr`, as cbindgen
// would make the handle another name of a Rust type.
#[cfg_attr(not(doc), repr(transparent))]
pub struct HcimTile {
    pub(crate) model: Tile,
}

/// Stream destination: inputs.
pub const HCIM_DEST_INPUTS: u8 = 0;
/// Stream destination: weights.
pub const HCIM_DEST_WEIGHTS: u8 = 1;
/// Stream destination: scale factors.
pub const HCIM_DEST_SCALES: u8 = 2;
/// Stream destination: per-column thresholds.
pub const HCIM_DEST_THRESHOLDS: u8 = 3;

/// Error bit: TLAST came early. Error bits are those of the register ERROR.
pub const HCIM_ERROR_SHORT: u32 = 4;
/// Error bit: no TLAST on the expected last beat.
pub const HCIM_ERROR_LONG: u32 = 8;
/// Error bit: unknown or unconfigured destination.
pub const HCIM_ERROR_DEST: u32 = 16;
/// Error bit: weights, scale factors or thresholds while the tile is busy.
pub const HCIM_ERROR_LOAD_BUSY: u32 = 32;
/// Error bit: an MVM without weights, scale factors or per-column thresholds.
pub const HCIM_ERROR_NOT_LOADED: u32 = 1;
/// Error bit: a used column had both comparators high.
pub const HCIM_ERROR_CODE: u32 = 64;
/// Error bit: a scale factor that was added has the wrong parity.
pub const HCIM_ERROR_PARITY: u32 = 1024;

/// Makes a tile in the state after reset. THRESHOLD registers are 0 and both SKIP bits are off
/// until they are set.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_new(
    json: *const c_char,
    out: *mut *mut HcimTile,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Tile::new(&parse(json)?);
            *write(out, "out")? = Box::into_raw(Box::new(HcimTile { model }));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a tile back.
///
/// # Safety
/// `tile` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_free(tile: *mut HcimTile) {
    if !tile.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(tile) });
    }
}

/// Reset: valid flags, registers, counters and errors; not the cells and not the faults.
///
/// # Safety
/// `tile` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_reset(tile: *mut HcimTile) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(tile, "tile")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// Register `THRESHOLD[plane]`.
///
/// # Safety
/// `tile` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_set_threshold(
    tile: *mut HcimTile,
    plane: u32,
    value: u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(tile, "tile")?.model.set_threshold(plane, value)?;
        Ok(HCIM_OK)
    })
}

/// Register SKIP: bits ZERO_PLANE and EMPTY_PLANE. Without `plane_skip` both stay off.
///
/// # Safety
/// `tile` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_set_skip(
    tile: *mut HcimTile,
    zero_plane: u8,
    empty_plane: u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let registers = Registers {
            zero_plane: zero_plane != 0,
            empty_plane: empty_plane != 0,
        };
        write(tile, "tile")?.model.set_registers(registers);
        Ok(HCIM_OK)
    })
}

/// Loads weights: R*O numbers, row-major.
///
/// # Safety
/// `tile` is a live handle; `weights` is `len` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_load_weights(
    tile: *mut HcimTile,
    weights: *const i32,
    len: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let weights = slice(weights, len, "weights")?;
        write(tile, "tile")?.model.load_weights(weights)?;
        Ok(HCIM_OK)
    })
}

/// Loads scale factors: A*U numbers, plane-major, column o*W + j.
///
/// # Safety
/// `tile` is a live handle; `scales` is `len` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_load_scales(
    tile: *mut HcimTile,
    scales: *const u32,
    len: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let scales = slice(scales, len, "scales")?;
        write(tile, "tile")?.model.load_scales(scales)?;
        Ok(HCIM_OK)
    })
}

/// Loads per-column thresholds: A*C numbers, plane-major.
///
/// # Safety
/// `tile` is a live handle; `thresholds` is `len` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_load_thresholds(
    tile: *mut HcimTile,
    thresholds: *const u32,
    len: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let thresholds = slice(thresholds, len, "thresholds")?;
        write(tile, "tile")?.model.load_thresholds(thresholds)?;
        Ok(HCIM_OK)
    })
}

/// Loads a layer of a reference network, which may be smaller than the tile: weights, scale
/// factors and thresholds, the rest zero.
///
/// # Safety
/// `tile` and `network` are live handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_load_layer(
    tile: *mut HcimTile,
    network: *const HcimNetwork,
    layer: u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let layer = read(network, "network")?.network.layer(layer)?;
        write(tile, "tile")?.model.load_layer(layer)?;
        Ok(HCIM_OK)
    })
}

/// One packet of the input stream: `beats` beats of w_in bits, TLAST on the last.
/// `errors` gets the error bits of this packet (0: accepted); a packet in error has no effect but
/// on valid flags and the sticky errors. An accepted packet of inputs runs an MVM: `ran` gets 1 and
/// its results are read with `hcim_tile_results`.
///
/// # Safety
/// `tile` is a live handle; `packet` is beats*w_in bits; `errors` and `ran` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_packet(
    tile: *mut HcimTile,
    dest: u8,
    packet: *const u32,
    beats: usize,
    tile_busy: u8,
    errors: *mut u32,
    ran: *mut u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(tile, "tile")?.model;
        let len = beats.saturating_mul(model.config().input_stream_bits as usize);
        let words = slice(packet, crate::bits::words_for(len), "packet")?;
        let outcome = model.packet(dest, &Bits::from_words(len, words), tile_busy != 0)?;
        *write(errors, "errors")? = outcome.errors;
        *write(ran, "ran")? = outcome.ran.into();
        Ok(HCIM_OK)
    })
}

/// One MVM: R inputs; O results of the tile above to add (null: none); O results out (null: not
/// wanted). `HCIM_STATE` and the error bit where something has not been loaded.
///
/// # Safety
/// `tile` is a live handle; `inputs` is `len` numbers; `chain` is null or O numbers; `results` is
/// null or has room for O numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_mvm(
    tile: *mut HcimTile,
    inputs: *const u16,
    len: usize,
    chain: *const i64,
    results: *mut i64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let model = &mut write(tile, "tile")?.model;
        let inputs = slice(inputs, len, "inputs")?;
        let outputs = model.results().len();
        let chain = (!chain.is_null())
            .then(|| slice(chain, outputs, "chain"))
            .transpose()?;
        let values = model.mvm(inputs, chain)?;
        if !results.is_null() {
            super::copy_out(results, values, "results")?;
        }
        Ok(HCIM_OK)
    })
}

/// Compares O results of the RTL with those of the last MVM.
///
/// # Safety
/// `tile` is a live handle; `rtl` is O numbers; `report` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_check_results(
    tile: *const HcimTile,
    rtl: *const i64,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let golden = read(tile, "tile")?.model.results();
        let rtl = slice(rtl, golden.len(), "rtl")?;
        verdict(report, &differences("y", rtl, golden))
    })
}

/// Compares U accumulators of the RTL with those of the last MVM.
///
/// # Safety
/// `tile` is a live handle; `rtl` is U numbers; `report` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_check_accumulators(
    tile: *const HcimTile,
    rtl: *const i64,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let golden = read(tile, "tile")?.model.accumulators();
        let rtl = slice(rtl, golden.len(), "rtl")?;
        verdict(report, &differences("acc", rtl, golden))
    })
}

/// Adds a fault to a column of the crossbar: an offset in unit cells, and comparators stuck at 0 or
/// 1 (negative: not stuck). All zero and negative removes it.
///
/// # Safety
/// `tile` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_set_fault(
    tile: *mut HcimTile,
    column: u32,
    offset: i32,
    stuck_pos: i32,
    stuck_neg: i32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let fault = Fault::from_codes(offset, stuck_pos, stuck_neg);
        write(tile, "tile")?
            .model
            .crossbar_mut()
            .set_fault(column, fault)?;
        Ok::<_, Error>(HCIM_OK)
    })
}

fn differences(name: &str, rtl: &[i64], golden: &[i64]) -> Vec<String> {
    let pairs = rtl.iter().zip(golden).enumerate();
    let unequal = pairs.filter(|(_, (rtl, golden))| rtl != golden);
    unequal
        .map(|(index, (rtl, golden))| format!("{name}[{index}]: rtl {rtl}, golden {golden}"))
        .collect()
}
