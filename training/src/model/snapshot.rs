// SPDX-License-Identifier: MIT OR Apache-2.0
//! All numbers of a model, to be kept or put back.

use candle_core::{Result, bail};

use super::{Running, TrainModel};
use crate::ops::vec;

/// The numbers of a model at some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// By parameter.
    pub values: Vec<Vec<f32>>,
    /// By layer.
    pub running: Vec<Option<Running>>,
}

impl TrainModel {
    /// The numbers as they are.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let values = self.parameters.iter().map(|p| vec(p.var.as_tensor()));
        Ok(Snapshot {
            values: values.collect::<Result<_>>()?,
            running: self.running.clone(),
        })
    }

    /// Puts numbers back.
    ///
    /// # Errors
    /// Numbers of another model.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<()> {
        if snapshot.values.len() != self.parameters.len() {
            bail!("the numbers are of another model");
        }
        for (place, values) in snapshot.values.iter().enumerate() {
            self.set(place, values.clone())?;
        }
        self.running.clone_from(&snapshot.running);
        Ok(())
    }
}
