// SPDX-License-Identifier: MIT OR Apache-2.0
//! `sense_interface`, cycle by cycle.

use std::ffi::c_char;

use super::config::parse;
use super::{Compare, HCIM_OK, give_text, guard, guard_with, lend, port, read, verdict, write};
use crate::blocks::sense::{Sense, SenseIn, SenseOut};
use crate::error::Result;

/// Model of the sense interface.
pub struct HcimSense {
    model: Sense,
    out: SenseOut,
}

/// Input ports.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimSenseIn {
    pub abort_i: u8,
    pub precharge_cycles_i: u8,
    pub evaluate_cycles_i: u8,
    pub sense_cycles_i: u8,
    pub hold_cycles_i: u8,
    pub start_valid_i: u8,
    pub array_soon_i: u8,
    pub ready_i: u8,
    pub code_ready_i: u8,
    pub timeout_cycles_i: u16,
    pub start_plane_i: u32,
    /// CC bits.
    pub pos_i: *const u32,
    /// CC bits, ternary.
    pub neg_i: *const u32,
}

/// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimSenseOut {
    pub start_ready_o: u8,
    pub precharge_o: u8,
    pub evaluate_o: u8,
    pub sense_o: u8,
    pub code_valid_o: u8,
    /// Defined with code_valid_o, ternary.
    pub code_empty_o: u8,
    /// Defined with code_valid_o, ternary.
    pub code_error_o: u8,
    pub timeout_o: u8,
    pub busy_o: u8,
    /// 0 where M = 1.
    pub sel_o: u32,
    /// Defined with code_valid_o.
    pub code_plane_o: u32,
    /// U bits, defined with code_valid_o, ternary.
    pub code_nonzero_o: *const u32,
    /// U bits, defined with code_valid_o.
    pub code_negative_o: *const u32,
}

unsafe fn inputs(model: &Sense, ports: *const HcimSenseIn) -> Result<SenseIn> {
    // SAFETY: the callers pass on what their callers promise.
    unsafe {
        let ports = read(ports, "in")?;
        Ok(SenseIn {
            abort: ports.abort_i != 0,
            precharge_cycles: ports.precharge_cycles_i.into(),
            evaluate_cycles: ports.evaluate_cycles_i.into(),
            sense_cycles: ports.sense_cycles_i.into(),
            hold_cycles: ports.hold_cycles_i.into(),
            timeout_cycles: ports.timeout_cycles_i.into(),
            start_valid: ports.start_valid_i != 0,
            start_plane: ports.start_plane_i,
            array_soon: ports.array_soon_i != 0,
            pos: port(ports.pos_i, model.comparators()),
            neg: port(ports.neg_i, model.comparators()),
            ready: ports.ready_i != 0,
            code_ready: ports.code_ready_i != 0,
        })
    }
}

/// Makes a model in the state after reset.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_new(
    json: *const c_char,
    out: *mut *mut HcimSense,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Sense::new(&parse(json)?);
            let handle = HcimSense {
                model,
                out: SenseOut::default(),
            };
            *write(out, "out")? = Box::into_raw(Box::new(handle));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a model back.
///
/// # Safety
/// `sense` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_free(sense: *mut HcimSense) {
    if !sense.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(sense) });
    }
}

/// Asynchronous reset.
///
/// # Safety
/// `sense` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_reset(sense: *mut HcimSense) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(sense, "sense")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// The outputs of this cycle for these inputs; state does not change.
///
/// # Safety
/// `sense` is a live handle; `ports` and what it points at may be read; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_eval(
    sense: *mut HcimSense,
    ports: *const HcimSenseIn,
    out: *mut HcimSenseOut,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let sense = write(sense, "sense")?;
        sense.out = sense.model.eval(&inputs(&sense.model, ports)?);
        let values = &sense.out;
        let code = values.code.as_ref();
        *write(out, "out")? = HcimSenseOut {
            start_ready_o: values.start_ready.into(),
            precharge_o: values.precharge.into(),
            evaluate_o: values.evaluate.into(),
            sense_o: values.sense.into(),
            sel_o: values.sel,
            code_valid_o: code.is_some().into(),
            code_plane_o: code.map_or(0, |code| code.plane),
            code_empty_o: code.is_some_and(|code| code.empty()).into(),
            code_error_o: code.is_some_and(|code| code.error).into(),
            timeout_o: values.timeout.into(),
            busy_o: values.busy.into(),
            code_nonzero_o: lend(code.map(|code| &code.nonzero)),
            code_negative_o: lend(code.map(|code| &code.negative)),
        };
        Ok(HCIM_OK)
    })
}

/// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
///
/// # Safety
/// `sense` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is null
/// or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_check(
    sense: *const HcimSense,
    ports: *const HcimSenseIn,
    rtl: *const HcimSenseOut,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let (sense, rtl) = (read(sense, "sense")?, read(rtl, "rtl")?);
        let golden = sense.model.eval(&inputs(&sense.model, ports)?);
        let mut compare = Compare::default();
        compare.scalar("start_ready_o", rtl.start_ready_o, golden.start_ready);
        compare.scalar("precharge_o", rtl.precharge_o, golden.precharge);
        compare.scalar("evaluate_o", rtl.evaluate_o, golden.evaluate);
        compare.scalar("sense_o", rtl.sense_o, golden.sense);
        compare.scalar("sel_o", rtl.sel_o, golden.sel);
        compare.scalar("code_valid_o", rtl.code_valid_o, golden.code.is_some());
        compare.scalar("timeout_o", rtl.timeout_o, golden.timeout);
        compare.scalar("busy_o", rtl.busy_o, golden.busy);
        if let Some(code) = &golden.code {
            compare.scalar("code_plane_o", rtl.code_plane_o, code.plane);
            compare.wide("code_negative_o", rtl.code_negative_o, Some(&code.negative));
            if sense.model.is_ternary() {
                compare.scalar("code_empty_o", rtl.code_empty_o, code.empty());
                compare.scalar("code_error_o", rtl.code_error_o, code.error);
                compare.wide("code_nonzero_o", rtl.code_nonzero_o, Some(&code.nonzero));
            }
        }
        verdict(report, &compare.0)
    })
}

/// The rising clock edge that ends this cycle.
///
/// # Safety
/// `sense` is a live handle; `ports` and what it points at may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_clock(sense: *mut HcimSense, ports: *const HcimSenseIn) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let sense = write(sense, "sense")?;
        let ports = inputs(&sense.model, ports)?;
        sense.model.clock(&ports);
        Ok(HCIM_OK)
    })
}

/// The control state as text, for failure reports.
///
/// # Safety
/// `sense` is a live handle; `state` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_sense_state(sense: *const HcimSense, state: *mut *mut c_char) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        give_text(state, &read(sense, "sense")?.model.describe());
        Ok(HCIM_OK)
    })
}
