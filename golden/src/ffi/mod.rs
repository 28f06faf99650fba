// SPDX-License-Identifier: MIT OR Apache-2.0
//! C interface. Conventions, the same for every function:
//! - a function returns a status: `HCIM_OK`, `HCIM_MISMATCH` (comparisons only) or an error code;
//!   `hcim_golden_status_text` says what a code means;
//! - a handle comes from `..._new` (or `_load`) and goes back through `..._free`, which takes null;
//! - text that a function hands out (`char **`) is the caller's and goes back through
//!   `hcim_text_free`; where a `char **` parameter is null, no text is made;
//! - bit vectors are little-endian `uint32_t` words, bit 0 lowest, as simulators lay out wide ports;
//! - a pointer inside an output structure belongs to the handle and is good until its next call;
//! - no function keeps a pointer that the caller passes, no function has global state.

pub mod accelerator;
pub mod array;
pub mod config;
pub mod crossbar;
pub mod network;
pub mod pack;
pub mod random;
pub mod reduction;
pub mod result;
pub mod schedule;
pub mod sense;
pub mod tile;
pub mod tile_state;
pub mod vectors;

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bits::{Bits, words_for};
use crate::error::{Error, Kind, Result};

/// All well.
pub const HCIM_OK: i32 = 0;
/// A comparison found differences; the report lists them.
pub const HCIM_MISMATCH: i32 = 1;
/// A pointer that must not be null is null.
pub const HCIM_NULL: i32 = 2;
/// The configuration text is not a legal configuration.
pub const HCIM_CONFIG: i32 = 3;
/// An argument is outside its range.
pub const HCIM_RANGE: i32 = 4;
/// A buffer has the wrong size.
pub const HCIM_SIZE: i32 = 5;
/// Refused in this state: something has not been loaded.
pub const HCIM_STATE: i32 = 6;
/// A file cannot be read or written, or does not hold what it should.
pub const HCIM_FILE: i32 = 7;
/// A defect of this library.
pub const HCIM_INTERNAL: i32 = 8;

/// What a status means: text that lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn hcim_golden_status_text(status: i32) -> *const c_char {
    let text: &CStr = match status {
        HCIM_OK => c"all well",
        HCIM_MISMATCH => c"the comparison found differences",
        HCIM_NULL => c"a pointer that must not be null is null",
        HCIM_CONFIG => c"not a legal configuration",
        HCIM_RANGE => c"an argument is outside its range",
        HCIM_SIZE => c"a buffer has the wrong size",
        HCIM_STATE => c"refused in this state: something has not been loaded",
        HCIM_FILE => c"a file cannot be read or written, or does not hold what it should",
        HCIM_INTERNAL => c"a defect of the golden library",
        _ => c"no status of the golden library",
    };
    text.as_ptr()
}

/// Gives back text that a function of this library handed out.
///
/// # Safety
/// `text` is null or came from this library and has not been given back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the caller promises that it came from `CString::into_raw`.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// Hands `text` to the caller, if the caller wants it.
///
/// # Safety
/// `to` is null or may be written.
pub(crate) unsafe fn give_text(to: *mut *mut c_char, text: &str) {
    if !to.is_null() {
        let text = CString::new(text.replace('\0', " ")).unwrap_or_default();
        // SAFETY: as promised by the caller.
        unsafe { *to = text.into_raw() };
    }
}

/// Runs `body` so that neither errors nor panics cross the boundary.
pub(crate) fn guard(body: impl FnOnce() -> Result<i32>) -> i32 {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => error.kind as i32,
        Err(_) => HCIM_INTERNAL,
    }
}

/// Like [`guard`], with the error's sentence for the caller.
///
/// # Safety
/// `message` is null or may be written.
pub(crate) unsafe fn guard_with(
    message: *mut *mut c_char,
    body: impl FnOnce() -> Result<i32>,
) -> i32 {
    guard(|| {
        body().inspect_err(|error| {
            // SAFETY: as promised by the caller.
            unsafe { give_text(message, &error.message) };
        })
    })
}

/// The outcome of a comparison: the report goes to the caller if there is anything to report.
///
/// # Safety
/// `report` is null or may be written.
pub(crate) unsafe fn verdict(report: *mut *mut c_char, differences: &[String]) -> Result<i32> {
    if differences.is_empty() {
        return Ok(HCIM_OK);
    }
    // SAFETY: as promised by the caller.
    unsafe { give_text(report, &differences.join("\n")) };
    Ok(HCIM_MISMATCH)
}

pub(crate) fn null(what: &str) -> Error {
    Error::new(Kind::Null, format!("{what} is null"))
}

/// A reference from a pointer that must not be null.
///
/// # Safety
/// A pointer that is not null is good for reading.
pub(crate) unsafe fn read<'a, T>(pointer: *const T, what: &str) -> Result<&'a T> {
    // SAFETY: as promised by the caller.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(what))
}

/// A mutable reference from a pointer that must not be null.
///
/// # Safety
/// A pointer that is not null is good for reading and writing, and nobody else uses it.
pub(crate) unsafe fn write<'a, T>(pointer: *mut T, what: &str) -> Result<&'a mut T> {
    // SAFETY: as promised by the caller.
    unsafe { pointer.as_mut() }.ok_or_else(|| null(what))
}

/// A slice of `len` elements.
///
/// # Safety
/// A pointer that is not null is good for reading `len` elements.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, len: usize, what: &str) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(null(what));
    }
    // SAFETY: as promised by the caller.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// Copies `from` to the caller's buffer of at least as many elements.
///
/// # Safety
/// A pointer that is not null is good for writing that many elements.
pub(crate) unsafe fn copy_out<T: Copy>(to: *mut T, from: &[T], what: &str) -> Result<()> {
    if to.is_null() {
        return Err(null(what));
    }
    // SAFETY: as promised by the caller.
    unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len()) };
    Ok(())
}

/// Text from the caller.
///
/// # Safety
/// A pointer that is not null is zero-terminated text.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, what: &str) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(null(what));
    }
    // SAFETY: as promised by the caller.
    unsafe { CStr::from_ptr(pointer) }
        .to_str()
        .map_err(|_| Error::new(Kind::Config, format!("{what} is not UTF-8")))
}

/// The value of a wide input port; a null pointer reads as zero, for ports that do not exist.
///
/// # Safety
/// A pointer that is not null is good for reading the words of `len` bits.
pub(crate) unsafe fn port(pointer: *const u32, len: usize) -> Bits {
    if pointer.is_null() {
        return Bits::zero(len);
    }
    // SAFETY: as promised by the caller.
    Bits::from_words(len, unsafe {
        std::slice::from_raw_parts(pointer, words_for(len))
    })
}

/// Collects the differences between ports.
#[derive(Default)]
pub(crate) struct Compare(pub(crate) Vec<String>);

impl Compare {
    /// Compares a port of at most 64 bits.
    pub(crate) fn scalar(&mut self, name: &str, rtl: impl Into<u64>, golden: impl Into<u64>) {
        let (rtl, golden) = (rtl.into(), golden.into());
        if rtl != golden {
            self.0.push(format!("{name}: rtl {rtl}, golden {golden}"));
        }
    }

    /// Compares a wide port, if the golden value is defined and the RTL's value was passed.
    ///
    /// # Safety
    /// A pointer that is not null is good for reading as many words as `golden` has.
    pub(crate) unsafe fn wide(&mut self, name: &str, rtl: *const u32, golden: Option<&Bits>) {
        let Some(golden) = golden.filter(|_| !rtl.is_null()) else {
            return;
        };
        // SAFETY: as promised by the caller.
        let rtl = unsafe { port(rtl, golden.len()) };
        if rtl != *golden {
            let first = (0..golden.len()).find(|bit| rtl.get(*bit) != golden.get(*bit));
            let first = first.unwrap_or(0);
            let (rtl, golden) = (rtl.hex(), golden.hex());
            self.0.push(format!(
                "{name}: rtl {rtl}, golden {golden}, first at bit {first}"
            ));
        }
    }
}

/// A pointer to the words of a defined value, null for an undefined one.
pub(crate) fn lend(bits: Option<&Bits>) -> *const u32 {
    bits.map_or(std::ptr::null(), |bits| bits.words().as_ptr())
}
