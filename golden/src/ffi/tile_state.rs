// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a tile holds after a transaction: results, accumulators, codes, counters, errors.

use super::schedule::{HCIM_PLANE_EMPTY, HCIM_PLANE_FULL, HCIM_PLANE_ZERO};
use super::tile::HcimTile;
use super::{HCIM_OK, copy_out, guard, read, write};
use crate::schedule::Plane;

/// Counters and flags of a tile.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HcimTileState {
    /// MVMs computed since reset.
    pub mvms: u64,
    /// Planes not evaluated as their input bits were all zero (PLANES_SKIPPED).
    pub planes_skipped: u64,
    /// Planes evaluated with every p 0 and offered as skipped (PLANES_EMPTY).
    pub planes_empty: u64,
    /// Sticky error bits, `HCIM_ERROR_...`.
    pub errors: u32,
    /// Valid flag of the weights.
    pub weights_valid: u8,
    /// Valid flag of the scale factors.
    pub scales_valid: u8,
    /// Valid flag of the per-column thresholds.
    pub thresholds_valid: u8,
}

/// Counters and flags.
///
/// # Safety
/// `tile` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_state(tile: *const HcimTile, out: *mut HcimTileState) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let state = read(tile, "tile")?.model.state();
        *write(out, "out")? = HcimTileState {
            mvms: state.mvms,
            planes_skipped: state.planes_skipped,
            planes_empty: state.planes_empty,
            errors: state.errors,
            weights_valid: state.weights_valid.into(),
            scales_valid: state.scales_valid.into(),
            thresholds_valid: state.thresholds_valid.into(),
        };
        Ok(HCIM_OK)
    })
}

/// Clears sticky error bits.
///
/// # Safety
/// `tile` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_clear_errors(tile: *mut HcimTile, errors: u32) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(tile, "tile")?.model.clear_errors(errors);
        Ok(HCIM_OK)
    })
}

/// Results of the last MVM: O numbers.
///
/// # Safety
/// `tile` is a live handle; `results` has room for O numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_results(tile: *const HcimTile, results: *mut i64) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        copy_out(results, read(tile, "tile")?.model.results(), "results")?;
        Ok(HCIM_OK)
    })
}

/// Accumulators after the last MVM: U numbers.
///
/// # Safety
/// `tile` is a live handle; `accumulators` has room for U numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_accumulators(
    tile: *const HcimTile,
    accumulators: *mut i64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        copy_out(
            accumulators,
            read(tile, "tile")?.model.accumulators(),
            "accumulators",
        )?;
        Ok(HCIM_OK)
    })
}

/// The codes of a plane of the last MVM: U bits each, and `HCIM_PLANE_...`. A plane that was not
/// evaluated reads as zeros. Pointers may be null.
///
/// # Safety
/// `tile` is a live handle; `nonzero` and `negative` are null or have room for U bits; `kind` is
/// null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_tile_codes(
    tile: *const HcimTile,
    plane: u32,
    nonzero: *mut u32,
    negative: *mut u32,
    kind: *mut u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let codes = read(tile, "tile")?.model.codes(plane)?;
        if !nonzero.is_null() {
            copy_out(nonzero, codes.nonzero.words(), "nonzero")?;
        }
        if !negative.is_null() {
            copy_out(negative, codes.negative.words(), "negative")?;
        }
        if let Some(kind) = kind.as_mut() {
            *kind = match codes.kind {
                Plane::Full => HCIM_PLANE_FULL,
                Plane::Empty => HCIM_PLANE_EMPTY,
                Plane::Zero => HCIM_PLANE_ZERO,
            };
        }
        Ok(HCIM_OK)
    })
}
