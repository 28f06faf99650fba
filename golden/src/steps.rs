// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of a replay at the register interface, as text: one step a line.
//!
//! ```text
//! # comment
//! write      ADDRESS VALUE         a write that is accepted
//! refused    ADDRESS VALUE         a write that is answered with SLVERR
//! poll       ADDRESS VALUE MASK    read until (data & MASK) == VALUE
//! check      ADDRESS VALUE MASK    read once: (data & MASK) == VALUE
//! thresholds ADDRESS STRIDE        write random thresholds, one per bit plane
//! skip       ADDRESS ZERO EMPTY    write ZERO | EMPTY: skip planes that are zero, or empty
//! ```
//!
//! Numbers are decimal, or hexadecimal with 0x. A VALUE may also be `mvms`, `planes_skipped` or
//! `planes_empty`: the counts of the run. Addresses belong to the register map, which this library
//! does not know: the generator writes these files.

use crate::error::{Error, Kind, Result};

/// A value that is known when the run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// This number.
    Number(u32),
    /// Number of MVMs.
    Mvms,
    /// Planes that were all zero.
    PlanesSkipped,
    /// Planes in which every p was 0.
    PlanesEmpty,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A write that is accepted.
    Write = 0,
    /// A write that is refused.
    Refused = 1,
    /// Reads until the value is there.
    Poll = 2,
    /// One read.
    Check = 3,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One register.
    Access {
        /// What is done.
        access: Access,
        /// Where.
        address: u32,
        /// What is written or expected.
        value: Value,
        /// Which bits are compared.
        mask: u32,
    },
    /// Random thresholds.
    Thresholds {
        /// Address of plane 0.
        first: u32,
        /// Distance of two planes.
        stride: u32,
    },
    /// Both skips.
    Skip {
        /// Address.
        address: u32,
        /// Bits that mean: skip planes that are zero.
        zero: u32,
        /// Bits that mean: skip planes in which every p is 0.
        empty: u32,
    },
}

/// Reads the text; a mistake is an error that names its line.
pub fn parse(text: &str) -> Result<Vec<Step>> {
    let lines = text.lines().enumerate().map(|(n, line)| {
        let words: Vec<&str> = line
            .split('#')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        if words.is_empty() {
            return Ok(None);
        }
        step(&words).map(Some).ok_or_else(|| {
            Error::new(
                Kind::File,
                format!("line {}: {line:?} is not a step", n + 1),
            )
        })
    });
    lines.filter_map(Result::transpose).collect()
}

fn step(words: &[&str]) -> Option<Step> {
    let access = |access, address, data, mask| {
        Some(Step::Access {
            access,
            address: number(address)?,
            value: value(data)?,
            mask,
        })
    };
    match *words {
        ["write", address, data] => access(Access::Write, address, data, u32::MAX),
        ["refused", address, data] => access(Access::Refused, address, data, u32::MAX),
        ["poll", address, data, mask] => access(Access::Poll, address, data, number(mask)?),
        ["check", address, data, mask] => access(Access::Check, address, data, number(mask)?),
        ["thresholds", first, stride] => Some(Step::Thresholds {
            first: number(first)?,
            stride: number(stride)?,
        }),
        ["skip", address, zero, empty] => Some(Step::Skip {
            address: number(address)?,
            zero: number(zero)?,
            empty: number(empty)?,
        }),
        _ => None,
    }
}

fn value(word: &str) -> Option<Value> {
    match word {
        "mvms" => Some(Value::Mvms),
        "planes_skipped" => Some(Value::PlanesSkipped),
        "planes_empty" => Some(Value::PlanesEmpty),
        _ => number(word).map(Value::Number),
    }
}

/// A number of 32 bits: decimal, or hexadecimal with 0x.
pub fn number(word: &str) -> Option<u32> {
    match word.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_step() {
        let text = "# all\nwrite 0x10 3 # three\n\nrefused 4 0\npoll 8 0xe 0xe\ncheck 8 mvms 255\n\
                    thresholds 0x100 4\nskip 0x68 1 2\n";
        let steps = parse(text).unwrap();
        assert_eq!(steps.len(), 6);
        assert_eq!(
            steps[3],
            Step::Access {
                access: Access::Check,
                address: 8,
                value: Value::Mvms,
                mask: 255
            }
        );
        assert_eq!(
            steps[4],
            Step::Thresholds {
                first: 256,
                stride: 4
            }
        );
    }

    #[test]
    fn a_mistake_names_its_line() {
        for wrong in ["write 1", "write x 1", "poll 1 2", "jump 1 2 3"] {
            let error = parse(&format!("check 1 2 3\n{wrong}\n")).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error}");
        }
    }
}
