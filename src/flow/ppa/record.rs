// SPDX-License-Identifier: MIT OR Apache-2.0
//! The figures of a comparison.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::flow::report::Provenance;

use super::design::{ArrayPoint, Design, Workload};
use super::points::{INPUT_BITS, SCALE_BITS};

/// What synthesis and timing say of a design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Implementation {
    /// Area of all cells in um2.
    pub area_um2: f64,
    /// The same by block of the design; they add up to the whole.
    pub blocks_um2: BTreeMap<String, f64>,
    /// Cells.
    pub cells: u64,
    /// Flip-flops.
    pub flops: u64,
    /// Latches.
    pub latches: u64,
    /// Clock gates.
    pub clock_gates: u64,
    /// Highest clock frequency in MHz, paths from and to ports included.
    pub fmax_mhz: f64,
    /// The same between registers.
    pub fmax_inside_mhz: f64,
    /// Clock period of the constraints, in ns.
    pub period_ns: f64,
    /// SHA-256 of the netlist.
    pub netlist_sha256: String,
    /// Wall time of synthesis in seconds.
    pub synthesis_seconds: f64,
    /// Largest memory of synthesis in KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthesis_peak_kib: Option<u64>,
}

/// Energy by kind of cell, in pJ per matrix-vector multiply. Switching and internal energy only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EnergySplit {
    /// Clock gates, clock buffers, and the net of the root clock.
    pub clock: f64,
    /// Flip-flops and latches.
    pub sequential: f64,
    /// The rest.
    pub combinational: f64,
}

/// What a design spends under a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// The workload.
    pub workload: Workload,
    /// Share of partial sums that were 0, counted; of a reference design, of input bits.
    pub share_of_zeros: f64,
    /// Matrix-vector multiplies (or dot products) in the window.
    pub mvms: u64,
    /// Cycles of the window.
    pub cycles: u64,
    /// Energy of one in pJ, leakage included.
    pub per_mvm_pj: f64,
    /// The same without leakage, by kind of cell.
    pub split: EnergySplit,
    /// Leakage in uW.
    pub leakage_uw: f64,
    /// SHA-256 of the activity file.
    pub activity_sha256: String,
}

impl Energy {
    /// Cycles per matrix-vector multiply.
    pub fn cycles_per_mvm(&self) -> f64 {
        self.cycles as f64 / self.mvms.max(1) as f64
    }
}

/// A design with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The design.
    pub design: Design,
    /// Area and timing.
    pub implementation: Implementation,
    /// Energy under each workload.
    pub energies: Vec<Energy>,
}

impl Measured {
    /// Energy under a workload.
    pub fn energy(&self, workload: Workload) -> Option<&Energy> {
        self.energies
            .iter()
            .find(|energy| energy.workload == workload)
    }

    /// Area of one column in um2, with its share of everything.
    pub fn area_per_column_um2(&self) -> f64 {
        self.implementation.area_um2 / f64::from(self.design.columns())
    }

    /// Time of one matrix-vector multiply in ns under a workload: at the clock of the constraints, or at
    /// the highest one where that is slower.
    pub fn time_per_mvm_ns(&self, workload: Workload) -> Option<f64> {
        let period = self
            .implementation
            .period_ns
            .max(1000.0 / self.implementation.fmax_mhz);
        Some(self.energy(workload)?.cycles_per_mvm() * period)
    }

    /// Energy in pJ of one scale-factor accumulate, averaged over zero and nonzero partial sums.
    pub fn per_accumulate_pj(&self, workload: Workload) -> Option<f64> {
        let accumulates = self.design.array()?.accumulates_per_mvm();
        Some(self.energy(workload)?.per_mvm_pj / f64::from(accumulates))
    }
}

/// All figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Where they come from.
    pub provenance: Provenance,
    /// Whether only the quick subset was measured.
    pub quick: bool,
    /// Columns of the arrays that are compared; other sizes stand beside them.
    pub columns: u32,
    /// Clock period of the constraints, in ns.
    pub period_ns: f64,
    /// The designs, in the order of the point set.
    pub designs: Vec<Measured>,
}

impl Comparison {
    /// Whether a point is one of those that are compared, not one of another size.
    pub fn is_main(&self, point: &ArrayPoint) -> bool {
        (point.columns, point.input_bits, point.scale_bits)
            == (self.columns, INPUT_BITS, SCALE_BITS)
    }

    /// The figures of an array's point.
    pub fn array(&self, point: &ArrayPoint) -> Option<&Measured> {
        self.designs
            .iter()
            .find(|measured| measured.design.array() == Some(point))
    }

    /// The arrays, with their points.
    pub fn arrays(&self) -> impl Iterator<Item = (&ArrayPoint, &Measured)> {
        self.designs
            .iter()
            .filter_map(|measured| Some((measured.design.array()?, measured)))
    }

    /// The reference designs.
    pub fn references(&self) -> impl Iterator<Item = &Measured> {
        self.designs
            .iter()
            .filter(|measured| measured.design.array().is_none())
    }
}
