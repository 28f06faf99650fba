// SPDX-License-Identifier: MIT OR Apache-2.0
//! `result_output`, cycle by cycle.

use std::ffi::c_char;

use super::config::parse;
use super::{Compare, HCIM_OK, guard, guard_with, lend, port, read, verdict, write};
use crate::blocks::result::{ResultIn, ResultOut, ResultOutput};
use crate::error::Result;

/// Model of the result output.
pub struct HcimResult {
    model: ResultOutput,
    out: ResultOut,
}

/// Input ports; in_* are the out_* of the column reduction.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimResultIn {
    pub clear_i: u8,
    pub in_valid_i: u8,
    pub in_first_i: u8,
    pub in_last_i: u8,
    pub m_axis_tready: u8,
    /// O*u bits.
    pub in_data_i: *const u32,
}

/// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimResultOut {
    pub in_ready_o: u8,
    pub m_axis_tvalid: u8,
    /// Defined with m_axis_tvalid.
    pub m_axis_tlast: u8,
    pub packet_done_o: u8,
    /// w_out bits, defined with m_axis_tvalid.
    pub m_axis_tdata: *const u32,
}

unsafe fn inputs(model: &ResultOutput, ports: *const HcimResultIn) -> Result<ResultIn> {
    // SAFETY: the callers pass on what their callers promise.
    unsafe {
        let ports = read(ports, "in")?;
        Ok(ResultIn {
            clear: ports.clear_i != 0,
            valid: ports.in_valid_i != 0,
            first: ports.in_first_i != 0,
            data: port(ports.in_data_i, model.input_bits()),
            tready: ports.m_axis_tready != 0,
        })
    }
}

/// Makes a model in the state after reset.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_new(
    json: *const c_char,
    out: *mut *mut HcimResult,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = ResultOutput::new(&parse(json)?);
            let handle = HcimResult {
                model,
                out: ResultOut::default(),
            };
            *write(out, "out")? = Box::into_raw(Box::new(handle));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a model back.
///
/// # Safety
/// `result` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_free(result: *mut HcimResult) {
    if !result.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(result) });
    }
}

/// Asynchronous reset.
///
/// # Safety
/// `result` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_reset(result: *mut HcimResult) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(result, "result")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// The outputs of this cycle for these inputs; state does not change.
///
/// # Safety
/// `result` is a live handle; `ports` and what it points at may be read; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_eval(
    result: *mut HcimResult,
    ports: *const HcimResultIn,
    out: *mut HcimResultOut,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let result = write(result, "result")?;
        result.out = result.model.eval(&inputs(&result.model, ports)?);
        let values = &result.out;
        *write(out, "out")? = HcimResultOut {
            in_ready_o: values.in_ready.into(),
            m_axis_tvalid: values.tdata.is_some().into(),
            m_axis_tlast: values.tlast.into(),
            packet_done_o: values.packet_done.into(),
            m_axis_tdata: lend(values.tdata.as_ref()),
        };
        Ok(HCIM_OK)
    })
}

/// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
///
/// # Safety
/// `result` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is
/// null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_check(
    result: *const HcimResult,
    ports: *const HcimResultIn,
    rtl: *const HcimResultOut,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let (result, rtl) = (read(result, "result")?, read(rtl, "rtl")?);
        let golden = result.model.eval(&inputs(&result.model, ports)?);
        let mut compare = Compare::default();
        compare.scalar("in_ready_o", rtl.in_ready_o, golden.in_ready);
        compare.scalar("m_axis_tvalid", rtl.m_axis_tvalid, golden.tdata.is_some());
        if golden.tdata.is_some() {
            compare.scalar("m_axis_tlast", rtl.m_axis_tlast, golden.tlast);
        }
        compare.scalar("packet_done_o", rtl.packet_done_o, golden.packet_done);
        compare.wide("m_axis_tdata", rtl.m_axis_tdata, golden.tdata.as_ref());
        verdict(report, &compare.0)
    })
}

/// The rising clock edge that ends this cycle.
///
/// # Safety
/// `result` is a live handle; `ports` and what it points at may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_result_clock(
    result: *mut HcimResult,
    ports: *const HcimResultIn,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let result = write(result, "result")?;
        let ports = inputs(&result.model, ports)?;
        result.model.clock(&ports);
        Ok(HCIM_OK)
    })
}
