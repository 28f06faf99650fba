// SPDX-License-Identifier: MIT OR Apache-2.0
//! The result of synthesis, as `result.json` holds it.

use serde::{Deserialize, Serialize};

use crate::flow::netlist::Statistics;
use crate::flow::report::Provenance;

/// The result of synthesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SynthesisResult {
    /// Where the figures come from.
    pub provenance: Provenance,
    /// Top module.
    pub top: String,
    /// Clock period that the logic was mapped for, in ns.
    pub period_ns: f64,
    /// SHA-256 of `netlist.v`.
    pub netlist_sha256: String,
    /// Macros that the netlist instantiates; their area is not counted.
    pub black_boxes: Vec<String>,
    /// Area and counts.
    pub statistics: Statistics,
    /// How every module was mapped.
    pub mapping: Vec<MappedModule>,
    /// Buffers that synthesis put on nets with many sinks, counted once for each module.
    pub tree_buffers: usize,
    /// Whether clocks have buffer trees: for figures before layout, which builds its own.
    pub clock_trees: bool,
    /// Buffers that synthesis put on clocks.
    pub clock_buffers: usize,
    /// What it took; differs from run to run.
    pub resources: Resources,
}

/// How a module was mapped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MappedModule {
    /// Module.
    pub module: String,
    /// Script of the portfolio.
    pub script: String,
    /// Slowest path of logic between storage and ports of this module as ABC sees it (no wires),
    /// in ps.
    pub logic_delay_ps: Option<f64>,
}

/// What a run took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// Wall time of Yosys in seconds.
    pub seconds: f64,
    /// Largest memory of a process in KiB, where the system tells.
    pub peak_kib: Option<u64>,
}
