// SPDX-License-Identifier: MIT OR Apache-2.0
//! The configuration values that are words: one enumeration per key.

use serde::Serialize;

/// Declares an enumeration together with its spelling in files and flags, so that the two cannot
/// drift apart.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $name:ident { $( $(#[doc = $doc:literal])+ $variant:ident => $word:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum $name {
            $( $(#[doc = $doc])+ #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// Every legal word with its meaning, in the order of the documentation.
            pub const WORDS: &'static [(&'static str, &'static str)] =
                &[ $( ($word, concat!($($doc),+)), )+ ];

            /// Every value, in the same order as [`Self::WORDS`].
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The word that stands for this value in files and flags.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// The value that a word stands for.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

choice! {
    /// The module that is generated as the top of the hierarchy.
    Top {
        /// a whole tile with its AXI interfaces
        Tile => "tile",
        /// the digital compute-in-memory array alone
        DcimArray => "dcim_array",
        /// the conventional array that the DCiM array is measured against
        BaselineArray => "baseline_array",
        /// the sense interface between crossbar and array alone
        SenseInterface => "sense_interface",
        /// column reduction and read-out alone
        ColumnReduction => "column_reduction",
        /// lanes of chained tiles with memories, address generator, output stage and sequencer
        Accelerator => "accelerator",
    }
}

choice! {
    /// How a column's analog sum is quantised by its comparators.
    PartialSum {
        /// two comparators, p in {-1, 0, +1}
        Ternary => "ternary",
        /// one comparator, p in {-1, +1}
        Binary => "binary",
    }
}

choice! {
    /// What the storage of the array is made of.
    Storage {
        /// transparent latches: smallest on silicon
        Latch => "latch",
        /// flip-flops: safest, and the choice for FPGAs
        Flop => "flop",
    }
}

choice! {
    /// When the array adds the scale factors of a bit plane.
    Accumulation {
        /// plane by plane, into accumulators that stand in the array
        InPlace => "in_place",
        /// all planes at once, while the result is read out: no accumulators
        Deferred => "deferred",
    }
}

choice! {
    /// Whether columns with p = 0 are clock-gated.
    Gating {
        /// columns with p = 0 are clock-gated
        On => "on",
        /// no gating: for measuring what gating saves, and the only choice for binary
        Off => "off",
    }
}

choice! {
    /// Where the comparator thresholds live.
    Thresholds {
        /// one code per tile and bit plane, in registers
        PerTile => "per_tile",
        /// one code per column and bit plane, stored in the crossbar macro
        PerColumn => "per_column",
        /// no thresholds: binary partial sums, which compare with zero
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parse_back() {
        for (value, (word, _)) in Top::ALL.iter().zip(Top::WORDS) {
            assert_eq!(value.as_str(), *word);
            assert_eq!(Top::parse(word), Some(*value));
        }
        assert_eq!(Thresholds::parse("per column"), None);
    }

    #[test]
    fn meanings_have_no_stray_blanks() {
        // Doc comments keep their leading blank; whoever prints a meaning trims it.
        assert_eq!(
            Storage::WORDS[0].1.trim(),
            "transparent latches: smallest on silicon"
        );
    }
}
