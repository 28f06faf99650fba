// SPDX-License-Identifier: MIT OR Apache-2.0
//! Predictions of the schedule.

use super::config::HcimConfig;
use super::{HCIM_OK, guard, read, slice, write};
use crate::error::{Error, Result};
use crate::schedule::{Plane, period, run, steady_period};

/// Plane is evaluated and accumulated.
pub const HCIM_PLANE_FULL: u8 = 0;
/// Plane is evaluated, every p is 0, and it is offered to the array as skipped.
pub const HCIM_PLANE_EMPTY: u8 = 1;
/// Plane is all zero and not evaluated.
pub const HCIM_PLANE_ZERO: u8 = 2;

/// Cycles of an MVM in a steady stream without stalls, from the numbers alone.
///
/// # Safety
/// `period` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_steady_period(
    input_bits: u32,
    scale_bits: u32,
    rows_per_cycle: u32,
    read_rate: u32,
    evaluation_cycles: u32,
    hold: u32,
    period: *mut u64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let legal = (1..=16).contains(&input_bits)
            && (1..=32).contains(&scale_bits)
            && (1..=64).contains(&rows_per_cycle)
            && (1..=64).contains(&read_rate)
            && evaluation_cycles >= 3
            && hold < evaluation_cycles;
        if !legal {
            return Err(Error::range("schedule: a number is outside its range"));
        }
        *write(period, "period")? = steady_period(
            input_bits,
            scale_bits,
            rows_per_cycle,
            read_rate,
            evaluation_cycles,
            hold,
        );
        Ok(HCIM_OK)
    })
}

/// The same for the array of a configuration, whatever the time of its accumulation; the column reduction never holds it up.
///
/// # Safety
/// `config` is a live handle; `cycles` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_period(
    config: *const HcimConfig,
    evaluation_cycles: u32,
    hold: u32,
    cycles: *mut u64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let config = &read(config, "config")?.config;
        if evaluation_cycles < 3 || hold >= evaluation_cycles {
            return Err(Error::range(
                "schedule: E must be at least 3 and more than the hold cycles",
            ));
        }
        let mut shape = config.shape(evaluation_cycles, hold);
        shape.result_digits = shape.read_digits;
        *write(cycles, "cycles")? = period(&shape);
        Ok(HCIM_OK)
    })
}

/// When each MVM's last plane is accepted by the array, for `mvms` MVMs of given planes
/// (`kinds`: mvms * A of `HCIM_PLANE_...`) that follow one another without stalls; the first
/// evaluation is accepted in cycle 0. The timing counts are those in force (E and h).
/// The difference of two entries is what MVM_CYCLES reports. NY digits of a result word are part of
/// it, beats of the streams are not. `empty_skip` has no influence: planes say what happens to them.
///
/// # Safety
/// `config` is a live handle; `kinds` is mvms * A bytes; `accepted` has room for `mvms` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_schedule_run(
    config: *const HcimConfig,
    evaluation_cycles: u32,
    hold: u32,
    empty_skip: u8,
    kinds: *const u8,
    mvms: usize,
    accepted: *mut u64,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let config = &read(config, "config")?.config;
        let a = config.input_bits;
        if evaluation_cycles < 3 || hold >= evaluation_cycles {
            return Err(Error::range(
                "schedule: E must be at least 3 and more than the hold cycles",
            ));
        }
        // The schedule depends on what happens to a plane, not on what is enabled.
        let _ = empty_skip;
        let shape = config.shape(evaluation_cycles, hold);
        let kinds = slice(kinds, mvms.saturating_mul(a as usize), "kinds")?;
        let planes: Vec<Vec<Plane>> = kinds
            .chunks(a as usize)
            .map(|mvm| mvm.iter().map(|k| plane(*k)).collect())
            .collect::<Result<_>>()?;
        super::copy_out(accepted, &run(&shape, &planes), "accepted")?;
        Ok(HCIM_OK)
    })
}

fn plane(kind: u8) -> Result<Plane> {
    match kind {
        HCIM_PLANE_FULL => Ok(Plane::Full),
        HCIM_PLANE_EMPTY => Ok(Plane::Empty),
        HCIM_PLANE_ZERO => Ok(Plane::Zero),
        _ => Err(Error::range(format!(
            "plane kind {kind} is none of 0, 1, 2"
        ))),
    }
}
