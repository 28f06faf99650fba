// SPDX-License-Identifier: MIT OR Apache-2.0
//! The elements of a tensor as integers. Other programs do not have all kinds of integers, so every kind is read whose
//! elements are the wanted integers exactly: floating-point numbers, too, if they have no fraction.

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use crate::fault::{Fault, FaultCode};
use crate::validate::tensors::subscript;

/// The elements of a tensor.
///
/// # Errors
/// A kind that is not read; an element that is no number, has a fraction or does not fit `T`.
pub(super) fn integers<T: TryFrom<i64>>(
    place: &str,
    what: &str,
    view: &TensorView<'_>,
) -> Result<Vec<T>, Box<Fault>> {
    let data = view.data();
    match view.dtype() {
        Dtype::I8 => exact(place, what, view, words(data, i8::from_le_bytes)),
        Dtype::U8 => exact(place, what, view, words(data, u8::from_le_bytes)),
        Dtype::I16 => exact(place, what, view, words(data, i16::from_le_bytes)),
        Dtype::U16 => exact(place, what, view, words(data, u16::from_le_bytes)),
        Dtype::I32 => exact(place, what, view, words(data, i32::from_le_bytes)),
        Dtype::U32 => exact(place, what, view, words(data, u32::from_le_bytes)),
        Dtype::I64 => exact(place, what, view, words(data, i64::from_le_bytes)),
        Dtype::F32 => whole(place, what, view, words(data, f32::from_le_bytes)),
        Dtype::F64 => whole(place, what, view, words(data, f64::from_le_bytes)),
        other => {
            let message = format!("{what} has elements of the kind {other:?}");
            let fault = Fault::new(FaultCode::TensorKind, place, message);
            let help = "write I8, U8, I16, U16, I32, U32, I64, or F32 and F64 without fractions";
            Err(Box::new(fault.help(help)))
        }
    }
}

fn words<'a, const N: usize, V: 'a>(
    data: &'a [u8],
    convert: fn([u8; N]) -> V,
) -> impl Iterator<Item = V> + 'a {
    data.as_chunks::<N>()
        .0
        .iter()
        .map(move |word| convert(*word))
}

fn exact<T: TryFrom<i64>, V: Into<i64> + Copy + std::fmt::Display>(
    place: &str,
    what: &str,
    view: &TensorView<'_>,
    values: impl Iterator<Item = V>,
) -> Result<Vec<T>, Box<Fault>> {
    let convert = |(index, value): (usize, V)| {
        T::try_from(value.into())
            .map_err(|_| element(place, what, index, view, &value, "does not fit"))
    };
    values.enumerate().map(convert).collect()
}

fn whole<T: TryFrom<i64>, V: Into<f64> + Copy + std::fmt::Display>(
    place: &str,
    what: &str,
    view: &TensorView<'_>,
    values: impl Iterator<Item = V>,
) -> Result<Vec<T>, Box<Fault>> {
    let convert = |(index, shown): (usize, V)| {
        let value: f64 = shown.into();
        let refuse = |why: &str| Err(element(place, what, index, view, &shown, why));
        if !value.is_finite() {
            return refuse("is no number");
        }
        if value.fract() != 0.0 {
            return refuse("is no integer");
        }
        // Beyond 2^53 not every integer is a number; none of ours is that large.
        let small = (value.abs() < 9e15).then_some(value as i64);
        match small.and_then(|value| T::try_from(value).ok()) {
            Some(value) => Ok(value),
            None => refuse("does not fit"),
        }
    };
    values.enumerate().map(convert).collect()
}

fn element(
    place: &str,
    what: &str,
    index: usize,
    view: &TensorView<'_>,
    value: &dyn std::fmt::Display,
    why: &str,
) -> Box<Fault> {
    let at = subscript(index, view.shape());
    let mut fault = Fault::new(
        FaultCode::TensorElement,
        place,
        format!("{what}{at} is {value}, which {why}"),
    );
    fault.value = Some(value.to_string());
    Box::new(fault.help("networks hold integers only: quantise before writing"))
}
