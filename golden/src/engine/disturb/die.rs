// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is drawn once for an accelerator.

use hcim_network::{Kind, Mvm, Network, PartialSum};

use super::Disturbance;
use crate::error::Result;
use crate::rng::Rng;

/// A drawn accelerator.
#[derive(Clone, Debug, PartialEq)]
pub struct Die {
    /// The crossbars of each layer, one a segment; none for pooling.
    pub layers: Vec<Vec<Crossbar>>,
}

/// A drawn crossbar.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossbar {
    /// For each column output * W + slice: what the positive and the negative comparator add to the column's sum.
    /// Binary columns have the first alone.
    pub offsets: Vec<[f64; 2]>,
    /// `[row][column]`: what the positive and the negative cell conduct with their word line on; 1 is a perfect cell.
    pub cells: Vec<[f32; 2]>,
}

impl Die {
    /// Draws a die for a network. The same seed gives the same die, and of the same seed a stronger disturbance of one
    /// kind gives the same die with larger errors.
    ///
    /// # Errors
    /// Strengths that are negative, no numbers, or shares above 1.
    pub fn draw(network: &Network, disturbance: &Disturbance, seed: u64) -> Result<Self> {
        disturbance.check()?;
        let mut rng = Rng::new(seed);
        let layers = network.layers.iter().map(|layer| match &layer.kind {
            Kind::Pool(_) => Vec::new(),
            Kind::Mvm(mvm) => {
                let rows = mvm.weights.len() / mvm.outputs;
                let first = (0..rows).step_by(mvm.segment_rows);
                first
                    .map(|first| {
                        let rows = first..rows.min(first + mvm.segment_rows);
                        // Each kind from a sequence of its own.
                        let rngs = [(); 3].map(|()| Rng::new(rng.next()));
                        Crossbar::draw(mvm, rows, disturbance, rngs)
                    })
                    .collect()
            }
        });
        Ok(Self {
            layers: layers.collect(),
        })
    }
}

impl Crossbar {
    fn draw(
        mvm: &Mvm,
        rows: std::ops::Range<usize>,
        disturbance: &Disturbance,
        [mut offset, mut conductance, mut stuck]: [Rng; 3],
    ) -> Self {
        let slices = mvm.weight_slices as usize;
        let columns = mvm.outputs * slices;
        let ternary = mvm.partial_sum == PartialSum::Ternary;
        let offsets = (0..columns).map(|_| {
            let both = [offset.gaussian(), offset.gaussian()].map(|x| x * disturbance.offset);
            if ternary { both } else { [both[0], 0.0] }
        });
        let offsets = offsets.collect();
        let mut cells = Vec::with_capacity(rows.len() * columns);
        let off = disturbance.stuck_off;
        let on = off + disturbance.stuck_on;
        for row in rows {
            for column in 0..columns {
                let weight = mvm.weights[row * mvm.outputs + column / slices];
                let bit = weight.unsigned_abs() >> (column % slices) & 1 == 1;
                cells.push([bit && weight > 0, bit && weight < 0].map(|set| {
                    let drawn = stuck.unit();
                    let set = if drawn < on { drawn >= off } else { set };
                    let varied = match disturbance.variation > 0.0 {
                        true => 1.0 + conductance.gaussian() * disturbance.variation,
                        false => 1.0,
                    };
                    if set { varied.max(0.0) as f32 } else { 0.0 }
                }));
            }
        }
        Self { offsets, cells }
    }
}
