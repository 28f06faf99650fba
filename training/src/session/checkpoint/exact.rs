// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON whose floating-point numbers come back as they were: as text of their bits. (Decimal digits may be read one
//! unit in the last place off, and a training that goes on from there would be another.)

use serde_json::{Number, Value};

const MARK: &str = "f64:";

/// Every floating-point number becomes text.
pub(super) fn hide(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let bits = number.as_f64().unwrap_or_default().to_bits();
            *value = Value::String(format!("{MARK}{bits:016x}"));
        }
        Value::Array(values) => values.iter_mut().for_each(hide),
        Value::Object(values) => values.values_mut().for_each(hide),
        _ => {}
    }
}

/// And back; text that says no finite number stays text.
pub(super) fn reveal(value: &mut Value) {
    match value {
        Value::String(text) => {
            let bits = text.strip_prefix(MARK);
            let bits = bits.and_then(|bits| u64::from_str_radix(bits, 16).ok());
            if let Some(number) = bits.and_then(|bits| Number::from_f64(f64::from_bits(bits))) {
                *value = Value::Number(number);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(reveal),
        Value::Object(values) => values.values_mut().for_each(reveal),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_come_back_to_the_last_bit() {
        let number = f64::from_bits(0x3fd5_5555_5555_5557);
        let before = json!({"a": [number, 1.0 / 3.0, -0.0, 1e-300], "b": 7, "c": "f64:no"});
        let mut value = before.clone();
        hide(&mut value);
        let mut back: Value = serde_json::from_str(&value.to_string()).expect("JSON");
        reveal(&mut back);
        assert_eq!(back, before);
        assert_eq!(
            back["a"][0].as_f64().map(f64::to_bits),
            Some(number.to_bits())
        );
    }
}
