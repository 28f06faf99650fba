// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong in a training.

use std::fmt;
use std::path::PathBuf;

use crate::settings::SettingFault;

/// Why there is no network.
#[derive(Debug)]
pub enum TrainError {
    /// Settings that cannot be.
    Settings(Vec<SettingFault>),
    /// A part of the dataset has no images.
    NoImages(&'static str),
    /// The loss is no number any more.
    NotFinite {
        /// Phase, epoch and batch, from 0.
        at: [usize; 3],
        /// The loss.
        loss: f64,
    },
    /// A checkpoint that cannot be read or written.
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file that is no checkpoint, or was damaged.
    Damaged(String),
    /// A checkpoint of another training.
    Foreign(String),
    /// The framework failed: a defect.
    Tensor(candle_core::Error),
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(faults) => {
                for (n, fault) in faults.iter().enumerate() {
                    let gap = if n > 0 { "; " } else { "" };
                    let SettingFault {
                        key,
                        value,
                        legal,
                        help,
                    } = fault;
                    write!(f, "{gap}{key} is {value}, legal: {legal} ({help})")?;
                }
                Ok(())
            }
            Self::NoImages(part) => write!(f, "the {part} part of the dataset has no images"),
            Self::NotFinite {
                at: [phase, epoch, batch],
                loss,
            } => {
                write!(
                    f,
                    "the loss is {loss} in phase {phase}, epoch {epoch}, batch {batch}"
                )
            }
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Damaged(why) => write!(f, "no whole checkpoint: {why}"),
            Self::Foreign(why) => write!(f, "a checkpoint of another training: {why}"),
            Self::Tensor(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TrainError {}

impl From<candle_core::Error> for TrainError {
    fn from(error: candle_core::Error) -> Self {
        Self::Tensor(error)
    }
}
