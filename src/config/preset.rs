// SPDX-License-Identifier: MIT OR Apache-2.0
//! Named presets: one table.

use super::choices::{Accumulation, Gating, PartialSum, Storage, Thresholds, Top};
use super::diagnostic::Origin;
use super::keys::KeyId;
use super::model::{Config, Timing};
use super::name::default_name;
use super::value::{Entry, Layer, Value};

/// A named preset.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// The keys that it gives, with their values as on the command line.
    pub values: &'static [(KeyId, &'static str)],
}

/// Every preset.
#[rustfmt::skip]
pub static PRESETS: &[Preset] = &[
    Preset {
        name: "default",
        summary: "128 x 128, 4-bit inputs and weights, 8-bit scale factors, bit-serial: all defaults",
        values: &[],
    },
    Preset {
        name: "tiny",
        summary: "8 x 8 on latches, two rows per cycle: small enough to read, used in the documentation",
        values: &[
            (KeyId::Rows, "8"), (KeyId::Cols, "8"), (KeyId::InputBits, "2"),
            (KeyId::WeightSlices, "2"), (KeyId::ScaleBits, "3"),
            (KeyId::RowsPerCycle, "2"), (KeyId::Storage, "latch"),
        ],
    },
    Preset {
        name: "smallest",
        summary: "128 x 128 with the array of least area: deferred accumulation, bit-serial, on latches, not gated",
        values: &[(KeyId::Accumulation, "deferred"), (KeyId::Storage, "latch"), (KeyId::Gating, "off")],
    },
    Preset {
        name: "lowest-energy",
        summary: "128 x 128, the tile of least energy per multiply: deferred accumulation, three rows per cycle, on latches",
        values: &[(KeyId::Accumulation, "deferred"), (KeyId::RowsPerCycle, "3"), (KeyId::Storage, "latch")],
    },
    Preset {
        name: "fastest",
        summary: "128 x 128 with the fewest cycles per multiply (17 with the default timing): deferred, five rows per cycle, on latches",
        values: &[(KeyId::Accumulation, "deferred"), (KeyId::RowsPerCycle, "5"), (KeyId::Storage, "latch")],
    },
    Preset {
        name: "digits_ternary_hidden",
        summary: "Hidden layer of the digits network with ternary partial sums",
        values: &[
            (KeyId::Rows, "64"), (KeyId::Cols, "128"), (KeyId::InputBits, "4"),
            (KeyId::WeightSlices, "4"), (KeyId::ScaleBits, "8"), (KeyId::PartialSum, "ternary"),
        ],
    },
    Preset {
        name: "digits_ternary_output",
        summary: "Output layer of the digits network with ternary partial sums",
        values: &[
            (KeyId::Rows, "32"), (KeyId::Cols, "40"), (KeyId::InputBits, "4"),
            (KeyId::WeightSlices, "4"), (KeyId::ScaleBits, "8"), (KeyId::PartialSum, "ternary"),
        ],
    },
    Preset {
        name: "digits_binary_hidden",
        summary: "Hidden layer of the digits network with binary partial sums",
        values: &[
            (KeyId::Rows, "64"), (KeyId::Cols, "87"), (KeyId::InputBits, "3"),
            (KeyId::WeightSlices, "3"), (KeyId::ScaleBits, "5"), (KeyId::PartialSum, "binary"),
        ],
    },
    Preset {
        name: "digits_binary_output",
        summary: "Output layer of the digits network with binary partial sums",
        values: &[
            (KeyId::Rows, "29"), (KeyId::Cols, "30"), (KeyId::InputBits, "3"),
            (KeyId::WeightSlices, "3"), (KeyId::ScaleBits, "5"), (KeyId::PartialSum, "binary"),
        ],
    },
];

impl Preset {
    /// The preset of a name.
    pub fn find(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The values as a source.
    pub(super) fn layer(&self) -> Layer {
        let entry = |value: &str| Entry {
            value: Value::Word(value.to_owned()),
            origin: Origin::Preset(self.name.to_owned()),
        };
        self.values
            .iter()
            .map(|(id, value)| (*id, entry(value)))
            .collect()
    }
}

/// The configuration of all defaults.
pub(super) fn default_config() -> Config {
    let mut config = Config {
        name: String::new(),
        top: Top::Tile,
        rows: 128,
        cols: 128,
        input_bits: 4,
        weight_slices: 4,
        scale_bits: 8,
        partial_sum: PartialSum::Ternary,
        rows_per_cycle: 1,
        accumulation: Accumulation::InPlace,
        storage: Storage::Flop,
        gating: Gating::On,
        parity: false,
        columns_per_comparator: 1,
        thresholds: Thresholds::PerTile,
        plane_skip: true,
        segments: 1,
        counter_bits: 64,
        input_stream_bits: 32,
        output_stream_bits: 32,
        accelerator: None,
        timing: Timing {
            precharge: 1,
            evaluate: 2,
            sense: 1,
            hold: 0,
            timeout: 1024,
        },
    };
    config.name = default_name(&config);
    config
}

#[cfg(test)]
mod tests {
    use super::super::ConfigBuilder;
    use super::*;

    #[test]
    fn every_preset_is_valid_and_without_warnings() {
        for preset in PRESETS {
            let mut builder = ConfigBuilder::new();
            builder.preset(preset.name);
            let validated = builder.build().unwrap_or_else(|report| panic!("{report}"));
            assert!(
                validated.warnings.is_empty(),
                "{}: {}",
                preset.name,
                validated.warnings
            );
        }
    }

    #[test]
    fn the_default_preset_is_the_default_configuration() {
        let built = ConfigBuilder::new().build().unwrap().config;
        assert_eq!(built, Config::default());
        assert_eq!(built.name(), "hcim_128x128");
    }
}
