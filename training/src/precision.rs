// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a model computes, and how its partial sums learn.

use hcim_network::PartialSum;

use crate::ops::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Floating point.
    Float,
    /// Integers, exact sums: what an ideal converter gives.
    Exact,
    /// Integers, ternary partial sums.
    Ternary,
    /// Integers, binary partial sums.
    Binary,
}

impl Precision {
    /// How partial sums are quantised, if they are.
    pub fn partial_sum(self) -> Option<PartialSum> {
        match self {
            Precision::Float | Precision::Exact => None,
            Precision::Ternary => Some(PartialSum::Ternary),
            Precision::Binary => Some(PartialSum::Binary),
        }
    }

    /// What batch norm adds to variances: sums of floating point are small, those of integers are not.
    pub(crate) fn epsilon(self) -> f32 {
        if self == Precision::Float { 1e-5 } else { 0.25 }
    }
}

/// Where thresholds are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdKind {
    /// One for a crossbar and bit plane.
    Tile,
    /// One for a column and bit plane.
    Column,
}

/// How partial sums learn.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quantisation {
    /// Whose method.
    pub method: Method,
    /// Where thresholds are apart.
    pub thresholds: ThresholdKind,
    /// Column sums up to this many scale factors pass gradients on.
    pub clip: f32,
}
