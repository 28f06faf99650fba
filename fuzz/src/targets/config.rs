// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configurations, for the generator and for the golden model, and scripts of register accesses.

use hcim::config::{Config, Report};

use super::{Target, text};
use crate::Outcome;

const KEYS: &[&str] = &[
    "name",
    "top",
    "rows",
    "cols",
    "input_bits",
    "weight_slices",
    "scale_bits",
    "partial_sum",
    "thresholds",
    "rows_per_cycle",
    "accumulation",
    "storage",
    "gating",
    "parity",
    "plane_skip",
    "counter_bits",
    "columns_per_comparator",
    "segments",
    "input_stream_bits",
    "output_stream_bits",
    "[timing]",
    "timing.precharge",
    "timeout",
    "binary",
    "deferred",
    "tile",
    "\"latch\"",
    "per_column",
    " = ",
    "\": ",
];

pub const TOML: Target = Target {
    name: "config-toml",
    about: "configuration files in TOML",
    words: KEYS,
    run: |input| sound(Config::from_toml(&text(input))),
};

pub const JSON: Target = Target {
    name: "config-json",
    about: "configuration files in JSON",
    words: KEYS,
    run: |input| sound(Config::from_json(&text(input))),
};

pub const GOLDEN: Target = Target {
    name: "golden-config",
    about: "configurations as the golden model reads them",
    words: KEYS,
    run: |input| match hcim_golden::Config::from_json(&text(input)) {
        Ok(config) => {
            let derived = config.derived();
            Outcome::made(&[derived.outputs as usize, derived.read_digits as usize])
        }
        Err(error) => Outcome::refused(error),
    },
};

pub const STEPS: Target = Target {
    name: "register-steps",
    about: "scripts of register accesses, as the replay testbench is driven with",
    words: &[
        "write ",
        "refused ",
        "poll ",
        "check ",
        "thresholds ",
        "skip ",
        "mvms",
        "planes_skipped",
        "planes_empty",
        "0x10 ",
        "0xffffffff ",
    ],
    run: |input| match hcim_golden::steps::parse(&text(input)) {
        Ok(steps) => Outcome::made(&[steps.len()]),
        Err(error) => Outcome::refused(error),
    },
};

/// What is accepted has one meaning in each of its forms; what is refused comes with a way out, fit to print.
fn sound(read: Result<Config, Report>) -> Outcome {
    match read {
        Ok(config) => {
            assert_eq!(Config::from_json(&config.to_json()).as_ref(), Ok(&config));
            assert_eq!(Config::from_toml(&config.to_toml()).as_ref(), Ok(&config));
            assert!(config.name().len() <= 64);
            let derived = config.derived();
            Outcome::made(&[derived.outputs as usize, derived.memory_rows as usize])
        }
        Err(report) => {
            assert!(report.has_errors());
            assert!(
                report.diagnostics().len() <= 150,
                "{} diagnostics",
                report.diagnostics().len()
            );
            for one in report.diagnostics() {
                let shown = one.to_string();
                assert!(one.help.is_some(), "no way out: {shown}");
                assert!(shown.len() < 5000, "an error of {} bytes", shown.len());
                assert!(
                    shown.chars().all(|c| c == '\n' || !c.is_control()),
                    "control characters: {shown:?}"
                );
            }
            Outcome::report(&report)
        }
    }
}
