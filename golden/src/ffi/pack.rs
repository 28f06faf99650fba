// SPDX-License-Identifier: MIT OR Apache-2.0
//! Packets of the streams, bit by bit, and requantisation.
//!
//! A packet is its beats one after another: beat n is bits n*w .. n*w + w - 1 of the words.

use super::config::HcimConfig;
use super::{HCIM_OK, copy_out, guard, port, read, slice, write};
use crate::bits::Bits;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::{packing, requant};

/// Hands packed bits to a buffer of `words` words, which must be enough.
unsafe fn give(bits: &Bits, to: *mut u32, words: usize) -> Result<i32> {
    if words < bits.words().len() {
        return Err(Error::size(
            "the packet's buffer",
            words,
            bits.words().len(),
        ));
    }
    // SAFETY: the caller promises `words` words.
    unsafe { copy_out(to, bits.words(), "packet") }?;
    Ok(HCIM_OK)
}

unsafe fn config<'a>(config: *const HcimConfig) -> Result<&'a Config> {
    // SAFETY: the callers pass on what their callers promise.
    Ok(&unsafe { read(config, "config") }?.config)
}

/// Packet of inputs: R numbers.
///
/// # Safety
/// `cfg` is a live handle; `inputs` is `len` numbers; `packet` has room for `words` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_pack_inputs(
    cfg: *const HcimConfig,
    inputs: *const u16,
    len: usize,
    packet: *mut u32,
    words: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::pack_inputs(config(cfg)?, slice(inputs, len, "inputs")?)?;
        give(&bits, packet, words)
    })
}

/// Packet of weights: R*O sign-magnitude numbers, row-major.
///
/// # Safety
/// `cfg` is a live handle; `weights` is `len` numbers; `packet` has room for `words` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_pack_weights(
    cfg: *const HcimConfig,
    weights: *const i32,
    len: usize,
    packet: *mut u32,
    words: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::pack_weights(config(cfg)?, slice(weights, len, "weights")?)?;
        give(&bits, packet, words)
    })
}

/// Packet of scale factors: A*U numbers, plane-major, column o*W + j; transposed here.
///
/// # Safety
/// `cfg` is a live handle; `scales` is `len` numbers; `packet` has room for `words` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_pack_scales(
    cfg: *const HcimConfig,
    scales: *const u32,
    len: usize,
    packet: *mut u32,
    words: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::pack_scales(config(cfg)?, slice(scales, len, "scales")?)?;
        give(&bits, packet, words)
    })
}

/// One scale-factor row of the array (U bits) from A*U numbers.
///
/// # Safety
/// `cfg` is a live handle; `scales` is `len` numbers; `row_bits` has room for U bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_scale_row(
    cfg: *const HcimConfig,
    scales: *const u32,
    len: usize,
    row: u32,
    row_bits: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::scale_row(config(cfg)?, slice(scales, len, "scales")?, row)?;
        copy_out(row_bits, bits.words(), "row_bits")?;
        Ok(HCIM_OK)
    })
}

/// Packet of per-column thresholds: A*C numbers, plane-major.
///
/// # Safety
/// `cfg` is a live handle; `thresholds` is `len` numbers; `packet` has room for `words` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_pack_thresholds(
    cfg: *const HcimConfig,
    thresholds: *const u32,
    len: usize,
    packet: *mut u32,
    words: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::pack_thresholds(config(cfg)?, slice(thresholds, len, "thresholds")?)?;
        give(&bits, packet, words)
    })
}

/// Packet of results: O numbers.
///
/// # Safety
/// `cfg` is a live handle; `results` is `len` numbers; `packet` has room for `words` words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_pack_results(
    cfg: *const HcimConfig,
    results: *const i64,
    len: usize,
    packet: *mut u32,
    words: usize,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let bits = packing::pack_results(config(cfg)?, slice(results, len, "results")?)?;
        give(&bits, packet, words)
    })
}

/// Results from their packet: O numbers. An element whose padding is not its sign, or padding
/// after the last element that is not zero, is `HCIM_RANGE`.
///
/// # Safety
/// `cfg` is a live handle; `packet` is all words of the packet's beats; `results` has room for O.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_unpack_results(
    cfg: *const HcimConfig,
    packet: *const u32,
    results: *mut i64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let config = config(cfg)?;
        let bits = port(packet, packing::result_packet_len(config));
        copy_out(results, &packing::unpack_results(config, &bits)?, "results")?;
        Ok(HCIM_OK)
    })
}

/// Requantisation to the next layer: clamp((y * multiplier + bias + rounding) >> shift, 0, 2^A - 1).
///
/// # Safety
/// `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_requantise(
    y: i64,
    multiplier: i32,
    bias: i32,
    shift: u32,
    input_bits: u32,
    out: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        *write(out, "out")? = requant::requantise(y, multiplier, bias, shift, input_bits)?;
        Ok(HCIM_OK)
    })
}

/// The last layer's answer: y * multiplier + bias, neither shifted nor clamped.
///
/// # Safety
/// `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_affine(y: i64, multiplier: i32, bias: i32, out: *mut i64) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        *write(out, "out")? = requant::affine(y, multiplier, bias)?;
        Ok(HCIM_OK)
    })
}
