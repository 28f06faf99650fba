// SPDX-License-Identifier: MIT OR Apache-2.0
//! `dcim_array` and `baseline_array`, cycle by cycle.

use std::ffi::c_char;

use super::config::parse;
use super::{
    Compare, HCIM_OK, copy_out, give_text, guard, guard_with, lend, port, read, verdict, write,
};
use crate::bits::Bits;
use crate::blocks::array::{Array, ArrayIn, ArrayOut};
use crate::error::Result;

/// Model of the array; the top `baseline_array` makes the baseline.
pub struct HcimArray {
    model: Array,
    out: ArrayOut,
}

/// Input ports. Ports that the configuration does not have are ignored (null is legal).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimArrayIn {
    pub clear_i: u8,
    pub op_valid_i: u8,
    pub op_skip_i: u8,
    pub wr_valid_i: u8,
    pub rb_valid_i: u8,
    pub ro_ready_i: u8,
    pub op_plane_i: u32,
    pub wr_row_i: u32,
    pub rb_row_i: u32,
    /// U bits.
    pub op_nonzero_i: *const u32,
    /// U bits.
    pub op_negative_i: *const u32,
    /// U bits.
    pub wr_data_i: *const u32,
}

/// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
#[allow(missing_docs, reason = "the ports of the contract")]
pub struct HcimArrayOut {
    pub op_ready_o: u8,
    pub op_soon_o: u8,
    pub busy_o: u8,
    pub ro_valid_o: u8,
    pub ro_first_o: u8,
    pub ro_last_o: u8,
    /// Low where there is no parity; undefined where rows of factors were never written.
    pub parity_error_o: u8,
    /// U*u bits, defined with ro_valid_o.
    pub ro_data_o: *const u32,
    /// U bits, defined in the cycle after a legal read-back request.
    pub rb_data_o: *const u32,
}

unsafe fn inputs(model: &Array, ports: *const HcimArrayIn) -> Result<ArrayIn> {
    // SAFETY: the callers pass on what their callers promise.
    unsafe {
        let ports = read(ports, "in")?;
        let columns = model.columns();
        Ok(ArrayIn {
            clear: ports.clear_i != 0,
            op_valid: ports.op_valid_i != 0,
            op_plane: ports.op_plane_i,
            op_skip: ports.op_skip_i != 0,
            op_nonzero: port(ports.op_nonzero_i, columns),
            op_negative: port(ports.op_negative_i, columns),
            wr_valid: ports.wr_valid_i != 0,
            wr_row: ports.wr_row_i,
            wr_data: port(ports.wr_data_i, columns),
            rb_valid: ports.rb_valid_i != 0,
            rb_row: ports.rb_row_i,
            ro_ready: ports.ro_ready_i != 0,
        })
    }
}

/// Makes a model in the state after reset, storage unknown.
///
/// # Safety
/// `json` is text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_new(
    json: *const c_char,
    out: *mut *mut HcimArray,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let model = Array::new(&parse(json)?);
            let handle = HcimArray {
                model,
                out: ArrayOut::default(),
            };
            *write(out, "out")? = Box::into_raw(Box::new(handle));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a model back.
///
/// # Safety
/// `array` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_free(array: *mut HcimArray) {
    if !array.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(array) });
    }
}

/// Asynchronous reset: control is cleared, scale factors stay, accumulators become unknown.
///
/// # Safety
/// `array` is a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_reset(array: *mut HcimArray) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        write(array, "array")?.model.reset();
        Ok(HCIM_OK)
    })
}

/// The outputs of this cycle for these inputs; state does not change.
///
/// # Safety
/// `array` is a live handle; `ports` and what it points at may be read; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_eval(
    array: *mut HcimArray,
    ports: *const HcimArrayIn,
    out: *mut HcimArrayOut,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let array = write(array, "array")?;
        array.out = array.model.eval(&inputs(&array.model, ports)?);
        let values = &array.out;
        *write(out, "out")? = HcimArrayOut {
            op_ready_o: values.op_ready.into(),
            op_soon_o: values.op_soon.into(),
            busy_o: values.busy.into(),
            ro_valid_o: values.ro_valid.into(),
            ro_first_o: values.ro_first.into(),
            ro_last_o: values.ro_last.into(),
            parity_error_o: values.parity_error.unwrap_or_default().into(),
            ro_data_o: lend(values.ro_data.as_ref()),
            rb_data_o: lend(values.rb_data.as_ref()),
        };
        Ok(HCIM_OK)
    })
}

/// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
///
/// # Safety
/// `array` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is null
/// or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_check(
    array: *const HcimArray,
    ports: *const HcimArrayIn,
    rtl: *const HcimArrayOut,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let (array, rtl) = (read(array, "array")?, read(rtl, "rtl")?);
        let ports_in = inputs(&array.model, ports)?;
        let golden = array.model.eval(&ports_in);
        let mut compare = Compare::default();
        compare.scalar("op_ready_o", rtl.op_ready_o, golden.op_ready);
        compare.scalar("op_soon_o", rtl.op_soon_o, golden.op_soon);
        compare.scalar("busy_o", rtl.busy_o, golden.busy);
        compare.scalar("ro_valid_o", rtl.ro_valid_o, golden.ro_valid);
        if golden.ro_valid {
            compare.scalar("ro_first_o", rtl.ro_first_o, golden.ro_first);
            compare.scalar("ro_last_o", rtl.ro_last_o, golden.ro_last);
        }
        if let Some(error) = golden.parity_error {
            compare.scalar("parity_error_o", rtl.parity_error_o, error);
        }
        compare.wide("ro_data_o", rtl.ro_data_o, golden.ro_data.as_ref());
        compare.wide("rb_data_o", rtl.rb_data_o, golden.rb_data.as_ref());
        verdict(report, &compare.0)
    })
}

/// The rising clock edge that ends this cycle.
///
/// # Safety
/// `array` is a live handle; `ports` and what it points at may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_clock(array: *mut HcimArray, ports: *const HcimArrayIn) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let array = write(array, "array")?;
        let ports = inputs(&array.model, ports)?;
        array.model.clock(&ports)?;
        Ok(HCIM_OK)
    })
}

/// Stores a row of the scale-factor memory at once, for tests that do not test loading.
///
/// # Safety
/// `array` is a live handle; `row_bits` is U bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_set_scale_row(
    array: *mut HcimArray,
    row: u32,
    row_bits: *const u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let array = write(array, "array")?;
        let data = port(row_bits, array.model.columns());
        array.model.set_scale_row(row, data)?;
        Ok(HCIM_OK)
    })
}

/// One row as read-back numbers them (scale factors with their parity, then P accumulator rows).
/// `known` is 0 where the contract defines no value; then `row_bits` is not written.
///
/// # Safety
/// `array` is a live handle; `row_bits` has room for U bits; `known` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_row(
    array: *const HcimArray,
    row: u32,
    row_bits: *mut u32,
    known: *mut u8,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let value: Option<Bits> = read(array, "array")?.model.row(row)?;
        *write(known, "known")? = value.is_some().into();
        if let Some(value) = value {
            copy_out(row_bits, value.words(), "row_bits")?;
        }
        Ok(HCIM_OK)
    })
}

/// The accumulator of a column as a number, and how many of its rows are architectural now.
///
/// # Safety
/// `array` is a live handle; `value` and `rows_known` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_accumulator(
    array: *const HcimArray,
    column: u32,
    value: *mut i64,
    rows_known: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let array = read(array, "array")?;
        *write(value, "value")? = array.model.accumulator(column)?;
        *write(rows_known, "rows_known")? = array.model.known_rows();
        Ok(HCIM_OK)
    })
}

/// Compares one row read back from the RTL; a row that is not architectural compares equal.
///
/// # Safety
/// `array` is a live handle; `rtl` is U bits; `report` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_check_row(
    array: *const HcimArray,
    row: u32,
    rtl: *const u32,
    report: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let golden = read(array, "array")?.model.row(row)?;
        let mut compare = Compare::default();
        compare.wide(&format!("row {row}"), rtl, golden.as_ref());
        verdict(report, &compare.0)
    })
}

/// The control state as text, for failure reports.
///
/// # Safety
/// `array` is a live handle; `state` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_array_state(array: *const HcimArray, state: *mut *mut c_char) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        give_text(state, &read(array, "array")?.model.describe());
        Ok(HCIM_OK)
    })
}
