// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much memory synthesis takes, before it takes it.

use crate::config::{Code, Config, Diagnostic, Report, Top};

/// Environment variable with the memory in GiB that synthesis may take.
pub const MEMORY_VARIABLE: &str = "HCIM_MEMORY_GIB";

/// What Yosys takes for nothing.
const BASE: u64 = 100 << 20;

/// For a bit of storage outside the columns with the logic around it: they are mapped in one piece.
const BIT: u64 = 32 << 10;

/// For a column, which is mapped once for all.
const COLUMN: u64 = 8 << 10;

/// Bytes that synthesis of a configuration takes. Fitted to tiles of 128 rows with 16 to 512 columns, which took 100 to
/// 295 MiB: this says 120 to 330.
pub fn estimate(config: &Config) -> u64 {
    let derived = config.derived();
    let columns = u64::from(derived.used_columns);
    let results = u64::from(derived.outputs) * u64::from(derived.result_bits);
    let bits = match config.top() {
        Top::Tile => derived.storage_bits.input_buffers + 2 * results + 3 * columns,
        Top::SenseInterface => 3 * columns,
        Top::ColumnReduction => 2 * results,
        Top::Accelerator => derived.accelerator.map_or(0, |own| {
            // The tiles are alike and mapped once; the memories are flip-flops here.
            let tile = derived.storage_bits.input_buffers + 2 * results + 3 * columns;
            tile + own.activation_bits + own.constant_bits + own.program_bits
        }),
        Top::DcimArray | Top::BaselineArray => 0,
    };
    BASE + BIT * bits + COLUMN * columns
}

/// Refuses a configuration that this machine has no memory for.
///
/// # Errors
/// With the estimate and what there is.
pub fn check(config: &Config) -> Result<(), Report> {
    let given = std::env::var(MEMORY_VARIABLE).ok();
    let given = given.and_then(|text| text.trim().parse::<f64>().ok());
    let given = given.filter(|gib| gib.is_finite() && *gib > 0.0);
    let there = given
        .map(|gib| (gib * f64::from(1 << 30)) as u64)
        .or_else(available);
    match there {
        Some(there) => fits(config, there),
        None => Ok(()),
    }
}

fn fits(config: &Config, there: u64) -> Result<(), Report> {
    let estimate = estimate(config);
    if estimate <= there {
        return Ok(());
    }
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let message = format!(
        "synthesis of {} takes about {:.1} GiB of memory; there are {:.1} GiB",
        config.name(),
        gib(estimate),
        gib(there)
    );
    Err(Diagnostic::new(Code::TooLarge, message)
        .value(format!("{:.1} GiB", gib(estimate)))
        .legal(format!("at most {:.1} GiB", gib(there)))
        .help(format!(
            "take fewer rows or columns, synthesise a block alone (--top dcim_array), or say in {MEMORY_VARIABLE} what may be taken"
        ))
        .into())
}

/// What the system would give now (Linux only).
fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&'static str, &'static str)]) -> Config {
        Config::from_pairs(pairs.iter().copied()).unwrap()
    }

    #[test]
    fn measured_sizes_and_the_largest() {
        let mib = |config: &Config| estimate(config) >> 20;
        // Measured: 100, 142 and 295 MiB.
        for (cols, measured) in [("16", 100), ("128", 142), ("512", 295)] {
            let tile = config(&[("cols", cols), ("storage", "latch")]);
            assert!(
                (measured..measured * 3 / 2).contains(&mib(&tile)),
                "{cols}: {}",
                mib(&tile)
            );
        }
        let largest = [
            ("rows", "4096"),
            ("cols", "4096"),
            ("input_bits", "8"),
            ("weight_slices", "1"),
        ];
        let largest = config(&largest);
        assert!(mib(&largest) > 4 << 10);
        let report = fits(&largest, 4 << 30).unwrap_err().to_string();
        assert!(
            report.contains("HC0424") && report.contains("4.0 GiB"),
            "{report}"
        );
        assert!(fits(&largest, 64 << 30).is_ok());
    }
}
