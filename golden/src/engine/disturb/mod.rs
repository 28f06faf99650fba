// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks on comparators and cells that are not perfect: Monte-Carlo runs that tell how good they must be.
//!
//! A [`Die`] is one drawn accelerator: an offset for each comparator, a conductance for each cell, cells that are stuck.
//! Noise is drawn anew for each decision. Whether a bit plane is skipped is decided before all that, as in the hardware:
//! a plane without a one decides 0 in ternary columns, whatever their comparators would say.

mod analog;
mod die;

pub(super) use analog::Analog;
pub use die::{Crossbar, Die};

use super::{Detail, Engine, Scratch, Trace, mvm, parallel};
use crate::error::{Error, Result};
use crate::rng::Rng;

/// How far from perfect. The default is perfect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disturbance {
    /// Where the comparators' references stand, in unit cells beyond the threshold code: at T + reference and
    /// -T - reference, binary at -reference; 0 .. 1. Perfect sums are integers, so that all references decide alike; midway
    /// between two sums, at 0.5, they have the same margin on both sides.
    pub reference: f64,
    /// Standard deviation of the comparators' offsets, in unit cells. Each comparator has its own: two a ternary column,
    /// one a binary.
    pub offset: f64,
    /// Standard deviation of the noise of each decision, in unit cells.
    pub noise: f64,
    /// Relative standard deviation of the cells' conductances; none falls below 0.
    pub variation: f64,
    /// Share of the cells that never conduct.
    pub stuck_off: f64,
    /// Share of the cells that always conduct.
    pub stuck_on: f64,
}

impl Default for Disturbance {
    fn default() -> Self {
        Self {
            reference: 0.5,
            offset: 0.0,
            noise: 0.0,
            variation: 0.0,
            stuck_off: 0.0,
            stuck_on: 0.0,
        }
    }
}

impl Disturbance {
    /// Refuses what is no strength.
    fn check(&self) -> Result<()> {
        if !(0.0..1.0).contains(&self.reference) {
            let text = format!("reference is {}, legal: 0 .. 1, without 1", self.reference);
            return Err(Error::range(text));
        }
        let all = [
            ("offset", self.offset, f64::MAX),
            ("noise", self.noise, f64::MAX),
            ("variation", self.variation, f64::MAX),
            ("stuck_off", self.stuck_off, 1.0),
            ("stuck_on", self.stuck_on, 1.0),
            ("stuck cells", self.stuck_off + self.stuck_on, 1.0),
        ];
        match all
            .iter()
            .find(|(_, value, most)| !(0.0..=*most).contains(value))
        {
            Some((name, value, _)) => Err(Error::range(format!("{name} is {value}"))),
            None => Ok(()),
        }
    }
}

/// An engine on a die.
#[derive(Clone, Debug)]
pub struct Disturbed {
    engine: Engine,
    seed: u64,
}

impl Engine {
    /// This engine's network on a die that is drawn from `seed`.
    ///
    /// # Errors
    /// Strengths that are negative, no numbers, or shares above 1.
    pub fn disturbed(&self, disturbance: &Disturbance, seed: u64) -> Result<Disturbed> {
        let die = Die::draw(&self.network, disturbance, seed)?;
        let mut engine = self.clone();
        let layers = engine.layers.iter_mut().zip(&self.network.layers);
        for ((prepared, layer), crossbars) in layers.zip(&die.layers) {
            if let (Some(prepared), hcim_network::Kind::Mvm(own)) = (prepared, &layer.kind) {
                mvm::disturb(prepared, own, crossbars, disturbance);
            }
        }
        Ok(Disturbed { engine, seed })
    }
}

impl Disturbed {
    /// Runs many images; the traces come in the order of the images, and do not depend on the number of threads.
    ///
    /// # Errors
    /// That of the first image at fault.
    pub fn run_all(
        &self,
        images: &[Vec<u8>],
        detail: Detail,
        threads: usize,
    ) -> Result<Vec<Trace>> {
        let run = |scratch: &mut Scratch, index: usize| {
            // A sequence of its own for each image, apart from that of the die.
            scratch.rng = Rng::new(Rng::new(self.seed ^ 0x6e6f_6973_6500).next() ^ index as u64);
            self.engine.run(&images[index], detail, scratch)
        };
        parallel::map(images.len(), threads, Scratch::default, run)
            .into_iter()
            .collect()
    }
}
