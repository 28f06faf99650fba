// SPDX-License-Identifier: MIT OR Apache-2.0
//! `column_reduction`, cycle by cycle.

use std::ffi::c_char;

use super::config::parse;
use super::{Compare, HCIM_OK, guard, guard_with, lend, port, read, verdict, write};
use crate::blocks::reduction::{Reduction, ReductionIn, ReductionOut};
use crate::error::Result;

/// Model of the column reduction.
pub struct HcimReduction {
    model: Reduction,
    out: ReductionOut,
}

/// Input ports.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimReductionIn {
    pub clear_i: u8,
    pub in_valid_i: u8,
    pub in_first_i: u8,
    pub in_last_i: u8,
    pub chain_enable_i: u8,
    pub chain_valid_i: u8,
    pub chain_first_i: u8,
    pub chain_last_i: u8,
    pub out_ready_i: u8,
    /// U*u bits.
    pub in_data_i: *const u32,
    /// O*u bits, K > 1.
    pub chain_data_i: *const u32,
}

/// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimReductionOut {
    pub in_ready_o: u8,
    /// 0 where K = 1.
    pub chain_ready_o: u8,
    pub out_valid_o: u8,
    /// Defined with out_valid_o.
    pub out_first_o: u8,
    /// Defined with out_valid_o.
    pub out_last_o: u8,
    /// O*u bits, defined with out_valid_o.
    pub out_data_o: *const u32,
}

unsafe fn inputs(model: &Reduction, ports: *const HcimReductionIn) -> Result<ReductionIn> {
    // SAFETY: the callers pass on what their callers promise.
    unsafe {
        let ports = read(ports, "in")?;
        Ok(ReductionIn {
            clear: ports.clear_i != 0,
            valid: ports.in_valid_i != 0,
            first: ports.in_first_i != 0,
            data: port(ports.in_data_i, model.input_bits()),
            chain_enable: ports.chain_enable_i != 0,
            chain_valid: ports.chain_valid_i != 0,
            chain_data: port(ports.chain_data_i, model.output_bits()),
            out_ready: ports.out_ready_i != 0,
        })
    }
}

/// Makes a model in the state after reset.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_new(
    json: *const c_char,
    out: *mut *mut HcimReduction,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Reduction::new(&parse(json)?);
            let handle = HcimReduction {
                model,
                out: ReductionOut::default(),
            };
            *write(out, "out")? = Box::into_raw(Box::new(handle));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a model back.
///
/// # Safety
/// `reduction` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_free(reduction: *mut HcimReduction) {
    if !reduction.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(reduction) });
    }
}

/// Asynchronous reset.
///
/// # Safety
/// `reduction` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_reset(reduction: *mut HcimReduction) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(reduction, "reduction")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// The outputs of this cycle for these inputs; state does not change.
///
/// # Safety
/// `reduction` is a live handle; `ports` and what it points at may be read; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_eval(
    reduction: *mut HcimReduction,
    ports: *const HcimReductionIn,
    out: *mut HcimReductionOut,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let reduction = write(reduction, "reduction")?;
        reduction.out = reduction.model.eval(&inputs(&reduction.model, ports)?);
        let values = &reduction.out;
        *write(out, "out")? = HcimReductionOut {
            in_ready_o: values.in_ready.into(),
            chain_ready_o: values.chain_ready.into(),
            out_valid_o: values.data.is_some().into(),
            out_first_o: values.first.into(),
            out_last_o: values.last.into(),
            out_data_o: lend(values.data.as_ref()),
        };
        Ok(HCIM_OK)
    })
}

/// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
///
/// # Safety
/// `reduction` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is
/// null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_check(
    reduction: *const HcimReduction,
    ports: *const HcimReductionIn,
    rtl: *const HcimReductionOut,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let (reduction, rtl) = (read(reduction, "reduction")?, read(rtl, "rtl")?);
        let golden = reduction.model.eval(&inputs(&reduction.model, ports)?);
        let mut compare = Compare::default();
        compare.scalar("in_ready_o", rtl.in_ready_o, golden.in_ready);
        if reduction.model.has_chain() {
            compare.scalar("chain_ready_o", rtl.chain_ready_o, golden.chain_ready);
        }
        compare.scalar("out_valid_o", rtl.out_valid_o, golden.data.is_some());
        if golden.data.is_some() {
            compare.scalar("out_first_o", rtl.out_first_o, golden.first);
            compare.scalar("out_last_o", rtl.out_last_o, golden.last);
        }
        compare.wide("out_data_o", rtl.out_data_o, golden.data.as_ref());
        verdict(report, &compare.0)
    })
}

/// The rising clock edge that ends this cycle.
///
/// # Safety
/// `reduction` is a live handle; `ports` and what it points at may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_reduction_clock(
    reduction: *mut HcimReduction,
    ports: *const HcimReductionIn,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let reduction = write(reduction, "reduction")?;
        let ports = inputs(&reduction.model, ports)?;
        reduction.model.clock(&ports);
        Ok(HCIM_OK)
    })
}
