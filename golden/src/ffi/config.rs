// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configuration and derived values.

use std::ffi::c_char;

use super::{HCIM_OK, guard, guard_with, read, text, write};
use crate::config::{Config, Thresholds};

/// A configuration: from the effective configuration's JSON text.
pub struct HcimConfig {
    pub(crate) config: Config,
}

/// A configuration with everything that follows from it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HcimDerived {
    /// R.
    pub rows: u32,
    /// C.
    pub cols: u32,
    /// A.
    pub input_bits: u32,
    /// W.
    pub weight_slices: u32,
    /// S.
    pub scale_bits: u32,
    /// 1: ternary, 0: binary.
    pub ternary: u32,
    /// d; S + 2 where the top is `baseline_array`.
    pub rows_per_cycle: u32,
    /// 1: all planes are added during the read-out, and accumulator rows read back as zero.
    pub deferred: u32,
    /// M.
    pub columns_per_comparator: u32,
    /// 1: one threshold per column and plane.
    pub per_column_thresholds: u32,
    /// 1: each scale factor has a parity bit.
    pub parity: u32,
    /// 1: planes can be skipped.
    pub plane_skip: u32,
    /// 1: storage is written by gated clocks, which `test_en_i` keeps running.
    pub gated_clocks: u32,
    /// K.
    pub segments: u32,
    /// Bits of the counter of cycles; the others have at most 32.
    pub counter_bits: u32,
    /// Width of the input stream.
    pub input_stream_bits: u32,
    /// Width of the output stream.
    pub output_stream_bits: u32,
    /// Reset value of the timing register.
    pub precharge: u32,
    /// Reset value of the timing register.
    pub evaluate: u32,
    /// Reset value of the timing register.
    pub sense: u32,
    /// Reset value of the timing register.
    pub hold: u32,
    /// Reset value of the timing register.
    pub timeout: u32,
    /// O.
    pub outputs: u32,
    /// U.
    pub used_columns: u32,
    /// CC.
    pub comparators: u32,
    /// P.
    pub accumulator_bits: u32,
    /// Rows of the scale-factor memory: A*S, or A*(S + 1) with parity.
    pub scale_rows: u32,
    /// T.
    pub threshold_bits: u32,
    /// Width of a port that carries a plane index: clog2(A).
    pub plane_bits: u32,
    /// D.
    pub window_cycles: u32,
    /// u.
    pub read_rate: u32,
    /// Nr.
    pub read_digits: u32,
    /// LEAD.
    pub lead: u32,
    /// LEAD_SKIP.
    pub lead_skip: u32,
    /// Y.
    pub result_bits: u32,
    /// NY.
    pub result_digits: u32,
    /// B8, bits of one element of a result packet.
    pub result_element_bits: u32,
    /// E with the timing above.
    pub evaluation_cycles: u32,
    /// Beats of a packet of inputs.
    pub input_packet_beats: u32,
    /// Beats of a packet of weights.
    pub weight_packet_beats: u32,
    /// Beats of a packet of scale factors.
    pub scale_packet_beats: u32,
    /// Beats of a packet of per-column thresholds, 0 where there are none.
    pub threshold_packet_beats: u32,
    /// Beats of a packet of results.
    pub result_packet_beats: u32,
    /// Cycles of an MVM in a steady stream without stalls, no plane skipped.
    pub steady_period: u64,
}

impl From<&Config> for HcimDerived {
    fn from(config: &Config) -> Self {
        let derived = config.derived();
        let beats = |bits: u64, width: u32| bits.div_ceil(u64::from(width)) as u32;
        let beats_in = |bits| beats(bits, config.input_stream_bits);
        Self {
            rows: config.rows,
            cols: config.cols,
            input_bits: config.input_bits,
            weight_slices: config.weight_slices,
            scale_bits: config.scale_bits,
            ternary: config.is_ternary().into(),
            rows_per_cycle: derived.rows_per_cycle,
            deferred: config.is_deferred().into(),
            columns_per_comparator: config.columns_per_comparator,
            per_column_thresholds: (config.thresholds == Thresholds::PerColumn).into(),
            parity: config.parity.into(),
            plane_skip: config.plane_skip.into(),
            gated_clocks: config.has_gated_clocks().into(),
            segments: config.segments,
            counter_bits: config.counter_bits,
            input_stream_bits: config.input_stream_bits,
            output_stream_bits: config.output_stream_bits,
            precharge: config.timing.precharge,
            evaluate: config.timing.evaluate,
            sense: config.timing.sense,
            hold: config.timing.hold,
            timeout: config.timing.timeout,
            outputs: derived.outputs,
            used_columns: derived.used_columns,
            comparators: derived.comparators,
            accumulator_bits: derived.accumulator_bits,
            scale_rows: derived.scale_rows,
            threshold_bits: derived.threshold_bits,
            plane_bits: derived.plane_bits,
            window_cycles: derived.window_cycles,
            read_rate: derived.read_rate,
            read_digits: derived.read_digits,
            lead: derived.lead,
            lead_skip: derived.lead_skip,
            result_bits: derived.result_bits,
            result_digits: derived.result_digits,
            result_element_bits: derived.result_element_bits,
            evaluation_cycles: derived.evaluation_cycles,
            input_packet_beats: beats_in(derived.input_packet_bits),
            weight_packet_beats: beats_in(derived.weight_packet_bits),
            scale_packet_beats: beats_in(derived.scale_packet_bits),
            threshold_packet_beats: beats_in(derived.threshold_packet_bits),
            result_packet_beats: beats(derived.result_packet_bits, config.output_stream_bits),
            steady_period: derived.steady_period,
        }
    }
}

/// Reads a configuration; on an error `message` says what is wrong.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_config_new(
    json: *const c_char,
    out: *mut *mut HcimConfig,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let config = parse(json)?;
            *write(out, "out")? = Box::into_raw(Box::new(HcimConfig { config }));
            Ok(HCIM_OK)
        })
    }
}

/// A configuration from the caller's text.
///
/// # Safety
/// `json` is null or text.
pub(crate) unsafe fn parse(json: *const c_char) -> crate::error::Result<Config> {
    // SAFETY: as promised by the caller.
    Config::from_json(unsafe { text(json, "json") }?)
}

/// Gives a configuration back.
///
/// # Safety
/// `config` is null or came from `hcim_config_new` and has not been given back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_config_free(config: *mut HcimConfig) {
    if !config.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(config) });
    }
}

/// Everything that follows from a configuration.
///
/// # Safety
/// `config` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_config_derived(
    config: *const HcimConfig,
    out: *mut HcimDerived,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        *write(out, "out")? = HcimDerived::from(&read(config, "config")?.config);
        Ok(HCIM_OK)
    })
}
