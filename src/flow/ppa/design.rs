// SPDX-License-Identifier: MIT OR Apache-2.0
//! A design that is measured, and what it is made to do meanwhile.

use serde::{Deserialize, Serialize};

use crate::config::{Config, Report};
use crate::references::{DotProduct, Reference};

/// Word lines of the crossbar in the configurations of all points. The array does not depend on it;
/// 64 are the inputs of the digits network's hidden layer.
const ROWS: u32 = 64;

/// Which array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// The DCiM array that accumulates in place.
    Dcim,
    /// The DCiM array with deferred accumulation.
    Deferred,
    /// The baseline array.
    Baseline,
}

/// A point of the design space of arrays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArrayPoint {
    /// Which array.
    pub family: Family,
    /// C.
    pub columns: u32,
    /// A.
    pub input_bits: u32,
    /// S.
    pub scale_bits: u32,
    /// d; S + 2 in a baseline.
    pub rows_per_cycle: u32,
    /// `flop` or `latch`; of a baseline, of the scale factors alone.
    pub storage: String,
    /// Columns with p = 0 are clock-gated.
    pub gated: bool,
    /// Ternary partial sums; binary otherwise.
    pub ternary: bool,
}

/// A reference design and what it stands beside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReferencePoint {
    /// Multiply-accumulate lane; adder-tree column otherwise.
    pub lane: bool,
    /// Inputs.
    pub rows: usize,
    /// Bits of an input.
    pub input_bits: usize,
    /// Bits of a weight, with its sign.
    pub weight_bits: usize,
    /// Cycles that one dot product may take (the adder-tree column takes as many as an input has bits).
    pub cycles: usize,
}

/// A design.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Design {
    /// An array of this project.
    Array(ArrayPoint),
    /// A reference design.
    Reference(ReferencePoint),
}

/// What a design computes while its energy is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workload {
    /// The hidden layer of the digits network on its test images.
    Digits,
    /// Random partial sums with this many zeros in a hundred.
    Zeros(u32),
}

impl Workload {
    /// The workload as `hcim-sim` calls it.
    pub fn word(self) -> String {
        match self {
            Workload::Digits => "digits".to_owned(),
            Workload::Zeros(percent) => format!("zeros:{}", f64::from(percent) / 100.0),
        }
    }

    /// In words, for tables.
    pub fn title(self) -> String {
        match self {
            Workload::Digits => "digits".to_owned(),
            Workload::Zeros(percent) => format!("{percent} % zeros"),
        }
    }
}

impl ArrayPoint {
    /// The same with another number of columns.
    pub fn with_columns(&self, columns: u32) -> ArrayPoint {
        ArrayPoint {
            columns,
            ..self.clone()
        }
    }

    /// The flags of `hcim gen` that this point is, in the order of the table of keys.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let top = match self.family {
            Family::Dcim | Family::Deferred => "dcim_array",
            Family::Baseline => "baseline_array",
        };
        let mut pairs = vec![
            ("top", top.to_owned()),
            ("rows", ROWS.to_string()),
            ("cols", self.columns.to_string()),
            ("input_bits", self.input_bits.to_string()),
            ("scale_bits", self.scale_bits.to_string()),
        ];
        let partial_sum = if self.ternary { "ternary" } else { "binary" };
        pairs.push(("partial_sum", partial_sum.to_owned()));
        if self.family != Family::Baseline {
            pairs.push(("rows_per_cycle", self.rows_per_cycle.to_string()));
            pairs.push(("accumulation", self.accumulation().to_owned()));
        }
        pairs.push(("storage", self.storage.clone()));
        if self.ternary {
            let gating = if self.gated { "on" } else { "off" };
            pairs.push(("gating", gating.to_owned()));
        }
        pairs
    }

    /// When the array adds, as the configuration has it.
    pub fn accumulation(&self) -> &'static str {
        match self.family {
            Family::Deferred => "deferred",
            Family::Dcim | Family::Baseline => "in_place",
        }
    }

    /// The configuration.
    ///
    /// # Errors
    /// A point that is no legal configuration.
    pub fn config(&self) -> Result<Config, Report> {
        Config::from_pairs(self.pairs())
    }

    /// Short name: family, d, storage, gating, quantisation.
    pub fn title(&self) -> String {
        let Self {
            rows_per_cycle: d,
            storage,
            ..
        } = self;
        let gating = match (self.ternary, self.gated) {
            (false, _) => "binary",
            (true, true) => "gated",
            (true, false) => "ungated",
        };
        match self.family {
            Family::Dcim => format!("d = {d}, {storage}, {gating}"),
            Family::Deferred => format!("deferred, d = {d}, {storage}, {gating}"),
            Family::Baseline => format!("baseline, {storage} scale factors, {gating}"),
        }
    }

    /// Scale factors that one matrix-vector multiply adds, those with p = 0 included.
    pub fn accumulates_per_mvm(&self) -> u32 {
        self.columns * self.input_bits
    }
}

impl ReferencePoint {
    /// The design.
    pub fn reference(&self) -> Reference {
        let shape = DotProduct {
            rows: self.rows,
            input_bits: self.input_bits,
            weight_bits: self.weight_bits,
        };
        if self.lane {
            Reference::MacLane(shape, self.cycles)
        } else {
            Reference::AdderTree(shape)
        }
    }

    /// Columns of an array with the same range of weights: the magnitude bits.
    pub fn columns(&self) -> u32 {
        u32::try_from(self.weight_bits - 1).unwrap_or(u32::MAX)
    }

    /// Short name.
    pub fn title(&self) -> String {
        if self.lane {
            format!("multiply-accumulate lane, {} cycles", self.cycles)
        } else {
            "adder-tree digital CiM column".to_owned()
        }
    }
}

impl Design {
    /// A name that no other design has; serves as a file name.
    pub fn id(&self) -> String {
        match self {
            Design::Array(point) => {
                let family = match point.family {
                    Family::Dcim => "dcim",
                    Family::Deferred => "deferred",
                    Family::Baseline => "baseline",
                };
                format!(
                    "{family}_c{}_a{}_s{}_d{}_{}_{}_{}",
                    point.columns,
                    point.input_bits,
                    point.scale_bits,
                    point.rows_per_cycle,
                    point.storage,
                    if point.gated { "gated" } else { "ungated" },
                    if point.ternary { "ternary" } else { "binary" },
                )
            }
            Design::Reference(point) => point.reference().name(),
        }
    }

    /// Short name for tables.
    pub fn title(&self) -> String {
        match self {
            Design::Array(point) => point.title(),
            Design::Reference(point) => point.title(),
        }
    }

    /// The array's point, if it is one.
    pub fn array(&self) -> Option<&ArrayPoint> {
        match self {
            Design::Array(point) => Some(point),
            Design::Reference(_) => None,
        }
    }

    /// Columns of the array, or those that a reference design stands beside.
    pub fn columns(&self) -> u32 {
        match self {
            Design::Array(point) => point.columns,
            Design::Reference(point) => point.columns(),
        }
    }
}
