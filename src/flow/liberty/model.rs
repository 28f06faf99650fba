// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the flow knows of a library.

use std::collections::BTreeMap;

use super::function::Function;

/// One or more Liberty files as one library.
#[derive(Clone, Debug, Default)]
pub struct Liberty {
    /// Name of the first library.
    pub name: String,
    /// Supply in V, if it is said.
    pub volts: Option<f64>,
    /// Wire-load model if none is asked for.
    pub default_wire_load: Option<String>,
    /// Wire-load models by name.
    pub wire_loads: BTreeMap<String, WireLoad>,
    /// Cells by name.
    pub cells: BTreeMap<String, Cell>,
}

/// A wire-load model: the capacitance of a net by its number of sinks.
#[derive(Clone, Debug, Default)]
pub struct WireLoad {
    /// Capacitance in fF for a unit of length.
    pub ff_per_length: f64,
    /// Length for each sink beyond the table.
    pub slope: f64,
    /// Length by number of sinks, ascending.
    pub length: Vec<(u32, f64)>,
}

impl WireLoad {
    /// Capacitance in fF of the wires of a net with this many sinks.
    pub fn wire_ff(&self, sinks: u32) -> f64 {
        let length = match self.length.iter().find(|(fanout, _)| *fanout >= sinks) {
            Some((_, length)) => *length,
            None => self.length.last().map_or(0.0, |(fanout, length)| {
                length + self.slope * f64::from(sinks - fanout)
            }),
        };
        length * self.ff_per_length
    }
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Area in um2.
    pub area: f64,
    /// What it does.
    pub kind: CellKind,
    /// Pins by name, supply pins left out.
    pub pins: BTreeMap<String, Pin>,
    /// The library says that synthesis shall not use it.
    pub dont_use: bool,
}

/// What a cell does.
#[derive(Clone, Debug, PartialEq)]
pub enum CellKind {
    /// Its outputs are functions of its inputs.
    Combinational,
    /// One input, one output, the same value.
    Buffer,
    /// Outputs are constant.
    Tie,
    /// A flip-flop.
    FlipFlop(FlipFlop),
    /// A latch.
    Latch(LatchStorage),
    /// An integrated clock gate, with its kind in words of Liberty.
    ClockGate(String),
    /// No outputs, or nothing that could be simulated.
    Other,
}

/// The storage of a flip-flop.
#[derive(Clone, Debug, PartialEq)]
pub struct FlipFlop {
    /// Names of the stored value and of its inverse.
    pub variables: [String; 2],
    /// Value at the next edge.
    pub next: Function,
    /// Rises at the edge.
    pub clock: Function,
    /// Sets it to 0 while it holds.
    pub clear: Option<Function>,
    /// Sets it to 1 while it holds.
    pub preset: Option<Function>,
}

/// The storage of a latch.
#[derive(Clone, Debug, PartialEq)]
pub struct LatchStorage {
    /// Names of the stored value and of its inverse.
    pub variables: [String; 2],
    /// Value while it is transparent.
    pub data: Function,
    /// Transparent while it holds.
    pub enable: Function,
    /// Sets it to 0 while it holds.
    pub clear: Option<Function>,
    /// Sets it to 1 while it holds.
    pub preset: Option<Function>,
}

/// Direction of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the cell.
    Input,
    /// Out of the cell.
    Output,
    /// Both.
    Inout,
    /// No pin, but a node inside.
    Internal,
}

/// A pin.
#[derive(Clone, Debug)]
pub struct Pin {
    /// Direction.
    pub direction: Direction,
    /// Capacitance in fF.
    pub capacitance_ff: f64,
    /// Value of an output.
    pub function: Option<Function>,
    /// An output floats while this holds.
    pub three_state: bool,
    /// Role in a clock gate.
    pub gate_role: Option<GateRole>,
    /// The clock of a flip-flop or a clock gate, or the enable of a latch.
    pub is_clock: bool,
}

/// Role of a pin in a clock gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateRole {
    /// Clock.
    Clock,
    /// Enable.
    Enable,
    /// Test enable.
    Test,
    /// Gated clock.
    Out,
}

impl Cell {
    /// Its output pins.
    pub fn outputs(&self) -> impl Iterator<Item = (&String, &Pin)> {
        let is_output = |pin: &Pin| matches!(pin.direction, Direction::Output | Direction::Inout);
        self.pins.iter().filter(move |(_, pin)| is_output(pin))
    }

    /// Its input pins.
    pub fn inputs(&self) -> impl Iterator<Item = (&String, &Pin)> {
        self.pins
            .iter()
            .filter(|(_, pin)| pin.direction == Direction::Input)
    }
}
