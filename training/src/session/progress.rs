// SPDX-License-Identifier: MIT OR Apache-2.0
//! How far a training is, and what it tells.

use serde::{Deserialize, Serialize};

use super::Score;
use crate::precision::Precision;

/// How far a training is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    pub(super) phase: usize,
    pub(super) epoch: u32,
    pub(super) batch: usize,
    /// Epochs since the best of the phase.
    pub(super) stale: u32,
    /// The phase's best.
    pub(super) best: Option<Score>,
    pub(super) sums: Sums,
}

/// What came together in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sums {
    pub(super) loss: f64,
    pub(super) right: usize,
    pub(super) images: usize,
    pub(super) zeros: u64,
    pub(super) partial_sums: u64,
}

/// An epoch that is over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochLog {
    /// Phase, from 0.
    pub phase: usize,
    /// What the phase computes.
    pub precision: Precision,
    /// Epoch of the phase, from 0.
    pub epoch: u32,
    /// Learning rate of its last batch.
    pub rate: f64,
    /// Mean loss of its batches, with smoothed targets.
    pub loss: f64,
    /// Share of the training images that were answered rightly, while they were learned from.
    pub accuracy: f64,
    /// By the validation part, in integers from exact sums on.
    pub validation: Score,
    /// Whether it is the best of its phase so far.
    pub best: bool,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A batch.
    Batch(Progress),
    /// The last batch of an epoch.
    Epoch(EpochLog),
    /// Nothing: the training is over.
    Over,
}

/// How an epoch goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is computed.
    pub precision: Precision,
    /// Epoch of the phase, from 0.
    pub epoch: u32,
    /// Batches of the epoch so far.
    pub batch: usize,
    /// Batches of an epoch.
    pub batches: usize,
    /// Mean loss so far.
    pub loss: f64,
    /// Share of right answers so far.
    pub accuracy: f64,
    /// Share of partial sums that were 0.
    pub zeros: f64,
}

impl Sums {
    pub(super) fn progress(
        &self,
        precision: Precision,
        position: &Position,
        batches: usize,
    ) -> Progress {
        Progress {
            precision,
            epoch: position.epoch,
            batch: position.batch,
            batches,
            loss: self.loss / position.batch.max(1) as f64,
            accuracy: self.right as f64 / self.images.max(1) as f64,
            zeros: self.zeros as f64 / self.partial_sums.max(1) as f64,
        }
    }
}
