// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random numbers with an explicit state: the same in Rust and C++ for the same seed.

use super::{HCIM_OK, guard, write};
use crate::rng::Rng;

/// The next 64 random bits (SplitMix64). `state` starts as the seed and is updated.
/// A null pointer gives 0.
///
/// # Safety
/// `state` is null or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_random(state: *mut u64) -> u64 {
    let mut value = 0;
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let state = write(state, "state")?;
        let mut rng = Rng::new(*state);
        value = rng.next();
        *state = rng.state();
        Ok(HCIM_OK)
    });
    value
}

/// A random number below `bound`, 0 if `bound` is 0.
///
/// # Safety
/// `state` is null or may be read and written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_random_below(state: *mut u64, bound: u64) -> u64 {
    // The high half of a product, so that no bound is much favoured.
    // SAFETY: as promised by the caller.
    ((u128::from(unsafe { hcim_random(state) }) * u128::from(bound)) >> 64) as u64
}
