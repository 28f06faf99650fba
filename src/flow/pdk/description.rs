// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a PDK description says: files, cells for special purposes, defaults of timing and layout.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names of one file, relative to the PDK's folder; the first that exists is taken. So one
/// description serves the layout of OpenROAD-flow-scripts and a flat folder alike.
pub type Candidates = Vec<String>;

/// A PDK description, read from TOML.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Short name; also the name of the PDK's folder under the PDK root.
    pub name: String,
    /// Name for reports.
    pub title: String,
    /// Feature size in nm.
    pub node_nm: u32,
    /// What users should know of the licence, in one line.
    pub licence: String,
    /// Where the files can be had.
    pub source: String,
    /// Folder of the PDK if none is found under the PDK root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_folder: Option<String>,
    /// Clock period in ns if the user gives none.
    pub default_period_ns: f64,
    /// The files.
    pub files: Files,
    /// Cells for special purposes.
    pub cells: Cells,
    /// Areas in um2 of cells whose Liberty gives none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub areas: BTreeMap<String, f64>,
    /// Defaults of timing constraints.
    pub timing: Timing,
    /// Defaults of layout.
    pub physical: Physical,
}

/// The files of a PDK.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Liberty libraries of one corner (plain or `.gz`).
    pub liberty: Vec<Candidates>,
    /// Technology LEF.
    #[serde(default)]
    pub tech_lef: Candidates,
    /// Cell LEFs.
    #[serde(default)]
    pub cell_lef: Vec<Candidates>,
    /// Layouts of the cells.
    #[serde(default)]
    pub gds: Vec<Candidates>,
    /// Further files by purpose (`pdn`, `tracks`, `set_rc`, `tapcell`, `fastroute`, ...).
    #[serde(default)]
    pub other: BTreeMap<String, Candidates>,
}

/// Cells for special purposes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// The clock gate.
    pub clock_gate: ClockGate,
    /// Latch that is transparent while its enable is high.
    pub latch_high: Latch,
    /// Latch that is transparent while its enable is low.
    pub latch_low: Latch,
    /// Inverter, for latches with `invert_enable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverter: Option<Gate1>,
    /// Full adder, where the library has one; some mappings of the portfolio use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_adder: Option<FullAdder>,
    /// What drives the inputs of a design.
    pub driving: OutputPin,
    /// What each output of a design drives, in fF.
    pub load_ff: f64,
    /// Buffers for nets with many sinks before layout, ascending in strength.
    pub buffer: Vec<Gate1>,
    /// Constant one; without it constants stay constants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_high: Option<OutputPin>,
    /// Constant zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_low: Option<OutputPin>,
    /// Cells that synthesis must not use; `*` stands for any text.
    #[serde(default)]
    pub dont_use: Vec<String>,
    /// Sinks of a net from which on it gets a tree of buffers.
    pub max_fanout: usize,
}

/// A full adder and its pins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullAdder {
    /// Cell name.
    pub cell: String,
    /// First operand.
    pub a: String,
    /// Second operand.
    pub b: String,
    /// Carry in, the latest input.
    pub carry_in: String,
    /// Sum.
    pub sum: String,
    /// Carry out.
    pub carry_out: String,
}

/// The clock gate: one cell, or a latch and an AND gate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClockGate {
    /// An integrated clock-gating cell.
    Cell(ClockGateCell),
    /// A low-transparent latch before an AND gate.
    Composed(ComposedClockGate),
}

/// An integrated clock-gating cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockGateCell {
    /// Cell name.
    pub cell: String,
    /// Clock pin.
    pub clock: String,
    /// Enable pin.
    pub enable: String,
    /// Test enable pin; without it the test enable is ORed before the enable pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Pin of the gated clock.
    pub out: String,
}

/// A clock gate of a latch (`latch_low` of the description) and an AND gate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComposedClockGate {
    /// The AND gate of clock (`a`) and latch (`b`).
    pub and: Gate2,
}

/// A latch cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latch {
    /// Cell name.
    pub cell: String,
    /// Enable pin.
    pub enable: String,
    /// Data pin.
    pub data: String,
    /// Output pin.
    pub out: String,
    /// The cell has the other polarity: an inverter stands before its enable.
    #[serde(default)]
    pub invert_enable: bool,
    /// Pins with a constant level (a reset that is not used, for instance).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tied: BTreeMap<String, u8>,
}

/// An output pin of a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputPin {
    /// Cell name.
    pub cell: String,
    /// Output pin.
    pub out: String,
}

/// A cell with one input and one output.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate1 {
    /// Cell name.
    pub cell: String,
    /// Input pin.
    #[serde(rename = "in")]
    pub input: String,
    /// Output pin.
    pub out: String,
}

/// A cell with two inputs and one output.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate2 {
    /// Cell name.
    pub cell: String,
    /// First input pin.
    pub a: String,
    /// Second input pin.
    pub b: String,
    /// Output pin.
    pub out: String,
}

/// Defaults of timing constraints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// Wire-load model of the Liberty, for timing before layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_load: Option<String>,
    /// Uncertainty of the clock in ns, for setup: jitter, and the skew that a clock tree will have.
    pub clock_uncertainty_ns: f64,
    /// Uncertainty of the clock in ns for hold, where both edges are the same one: no jitter, and less skew, because
    /// layout repairs hold when it knows the skew.
    pub hold_uncertainty_ns: f64,
    /// Delay of inputs as a share of the period.
    pub input_delay_fraction: f64,
    /// Delay of outputs as a share of the period.
    pub output_delay_fraction: f64,
}

/// Defaults of layout.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Physical {
    /// Placement site.
    pub site: String,
    /// Lowest layer for signals.
    pub min_routing_layer: String,
    /// Highest layer for signals.
    pub max_routing_layer: String,
    /// Lowest layer for clocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_clock_layer: Option<String>,
    /// Layers of the pins at the edge.
    pub pin_layers: PinLayers,
    /// Resistance and capacitance of wires before routing.
    pub wire_rc: WireRc,
    /// Names of the supply nets.
    pub power: PowerNets,
    /// Well tap cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tap_cell: Option<String>,
    /// Distance of taps in um.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tap_distance_um: Option<f64>,
    /// Cell at the ends of rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endcap_cell: Option<String>,
    /// Filler cells.
    #[serde(default)]
    pub fill_cells: Vec<String>,
    /// Pitch of the routing tracks in um of the layers that carry most signals: horizontal, vertical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_pitch_um: Option<[f64; 2]>,
    /// Share of the core area that cells may take.
    pub place_density: f64,
}

/// Layers of the pins at the edge of a block.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinLayers {
    /// Of pins at the left and right.
    pub horizontal: String,
    /// Of pins at the top and bottom.
    pub vertical: String,
}

/// Resistance and capacitance of wires: by layer, or by values.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireRc {
    /// Layer of signals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal_layer: Option<String>,
    /// Layer of clocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_layer: Option<String>,
    /// Resistance of signals in kohm/um.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r_per_um: Option<f64>,
    /// Capacitance of signals in fF/um.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_per_um: Option<f64>,
}

/// Names of the supply nets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerNets {
    /// Supply.
    pub vdd: String,
    /// Ground.
    pub vss: String,
    /// Nominal supply in V.
    pub volts: f64,
}

impl Cells {
    /// Cells that must be in the Liberty, with what each is for.
    pub fn needed(&self) -> Vec<(&str, &'static str)> {
        let mut needed = vec![
            (self.latch_high.cell.as_str(), "cells.latch_high"),
            (&self.latch_low.cell, "cells.latch_low"),
            (&self.driving.cell, "cells.driving"),
        ];
        match &self.clock_gate {
            ClockGate::Cell(gate) => needed.push((&gate.cell, "cells.clock_gate")),
            ClockGate::Composed(gate) => needed.push((&gate.and.cell, "cells.clock_gate.and")),
        }
        needed.extend(
            self.buffer
                .iter()
                .map(|gate| (gate.cell.as_str(), "cells.buffer")),
        );
        needed.extend(
            self.inverter
                .iter()
                .map(|gate| (gate.cell.as_str(), "cells.inverter")),
        );
        let ties = [
            (&self.tie_high, "cells.tie_high"),
            (&self.tie_low, "cells.tie_low"),
        ];
        for (tie, what) in ties {
            needed.extend(tie.iter().map(|pin| (pin.cell.as_str(), what)));
        }
        needed
    }

    /// Whether synthesis must not use a cell.
    pub fn is_dont_use(&self, cell: &str) -> bool {
        self.dont_use.iter().any(|pattern| matches(pattern, cell))
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|after| {
            (0..=after.len())
                .filter(|at| after.is_char_boundary(*at))
                .any(|at| matches(rest, &after[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("FILL*", "FILLCELL_X1"));
        assert!(matches("*x1p*_7t", "NANDx1p5_7t"));
        assert!(matches("AND2", "AND2") && !matches("AND2", "AND2X"));
        assert!(!matches("*_1", "buf_12"));
    }
}
