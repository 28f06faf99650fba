// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the digits networks must reach, and what they do.

use serde::Serialize;

use super::{Record, SCALE_BITS, Variant};
use crate::ops::Method;
use crate::precision::Precision;
use crate::spec::Model;

/// Accuracy of the quick network of `testbenches/reference`.
const QUICK_MLP: f64 = 0.933;

/// A goal with what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// What is asked for.
    pub what: String,
    /// What was found: test accuracy, mean of the seeds, or a difference of two in points.
    pub value: f64,
    /// What it must reach, or must not exceed.
    pub limit: f64,
    /// Whether it does.
    pub met: bool,
}

impl Record {
    /// Mean test accuracy of a line.
    pub fn accuracy(&self, variant: Variant) -> f64 {
        self.mean(variant, |run| run.test.accuracy())
    }

    /// All goals.
    pub fn goals(&self) -> Vec<Goal> {
        let mut goals = Vec::new();
        for model in [Model::Mlp, Model::Cnn] {
            let of = |precision, scale_bits| Variant {
                model,
                precision,
                method: Method::Ours,
                scale_bits,
            };
            let name = model.name().to_uppercase();
            let exact = self.accuracy(of(Precision::Exact, SCALE_BITS[1]));
            for bits in SCALE_BITS {
                let ternary = self.accuracy(of(Precision::Ternary, bits));
                let binary = self.accuracy(of(Precision::Binary, bits));
                let least = if model == Model::Cnn {
                    0.965
                } else {
                    QUICK_MLP
                };
                let enough = match model {
                    Model::Cnn => ternary >= least,
                    _ => ternary > least,
                };
                goals.push(Goal {
                    what: format!("{name}, ternary, S = {bits}: test accuracy"),
                    value: ternary,
                    limit: least,
                    met: enough,
                });
                for (what, accuracy, limit) in [("ternary", ternary, 1.5), ("binary", binary, 4.0)]
                {
                    let points = (exact - accuracy) * 100.0;
                    goals.push(Goal {
                        what: format!(
                            "{name}, {what}, S = {bits}: points below exact partial sums"
                        ),
                        value: points,
                        limit,
                        met: points <= limit,
                    });
                }
            }
        }
        goals
    }
}
