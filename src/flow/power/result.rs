// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a power analysis found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::flow::report::Provenance;

use super::account::Account;
pub use super::table::Power;

/// Energy in pJ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// Of one matrix-vector multiply.
    pub per_mvm_pj: f64,
    /// Of one partial sum, zero or not.
    pub per_accumulate_pj: f64,
    /// All energy over the partial sums that are not zero.
    pub per_nonzero_accumulate_pj: f64,
}

/// A block, or a class of cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its name: instances with `*` for numbers, or a class.
    pub name: String,
    /// Instances.
    pub instances: u64,
    /// Power in W.
    #[serde(flatten)]
    pub power: Power,
    /// Internal, switching and leakage together, in W.
    pub total_w: f64,
    /// Share of the total, 0 to 1.
    pub share: f64,
    /// Total energy of one matrix-vector multiply in pJ; none if none was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_mvm_pj: Option<f64>,
    /// Total power in W by class of cell (of blocks).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub classes_w: BTreeMap<String, f64>,
}

/// The net that the clock port drives. No cell of the design drives it, so its power is in no cell's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootClock {
    /// Capacitance of its pins in fF.
    pub pins_ff: f64,
    /// Capacitance of its wires by the wire-load model in fF.
    pub wires_ff: f64,
    /// C V^2 f in W.
    pub power_w: f64,
    /// Energy of one matrix-vector multiply in pJ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_mvm_pj: Option<f64>,
}

/// What a power analysis found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PowerResult {
    /// Where the figures come from.
    pub provenance: Provenance,
    /// Top module.
    pub top: String,
    /// What was computed meanwhile.
    pub activity: Account,
    /// Share of drivers (outputs of cells, inputs of the top) with recorded activity.
    pub annotated_share: f64,
    /// Supply in V.
    pub volts: f64,
    /// Wire-load model, if one is in use.
    pub wire_load: Option<String>,
    /// Power in W of all cells, with the nets that they drive.
    #[serde(flatten)]
    pub power: Power,
    /// Internal, switching and leakage together, in W.
    pub total_w: f64,
    /// The root clock net, which is not in `total_w`.
    pub root_clock: RootClock,
    /// Energy of everything, root clock net and leakage included; none if nothing was computed.
    pub energy: Option<Energy>,
    /// Energy of leakage alone.
    pub leakage_energy: Option<Energy>,
    /// By class of cell: clock, combinational, sequential.
    pub classes: Vec<Row>,
    /// By block, two levels; a block holds the blocks below it.
    pub blocks: Vec<Row>,
    /// Wall time of the analysis.
    pub seconds: f64,
}

impl Energy {
    /// The energy of a power over the window of an account; nothing if nothing was computed in it.
    pub fn of(watts: f64, account: &Account) -> Option<Energy> {
        let pj = watts * account.window_ns() * 1e3;
        let per = |count: u64| (count > 0).then(|| pj / count as f64);
        Some(Energy {
            per_mvm_pj: per(account.mvms)?,
            per_accumulate_pj: per(account.accumulates)?,
            per_nonzero_accumulate_pj: per(account.nonzero_accumulates).unwrap_or(0.0),
        })
    }
}
