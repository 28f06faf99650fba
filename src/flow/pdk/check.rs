// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a library has what the flow needs.

use crate::config::{Code, Diagnostic, Report};
use crate::flow::liberty::{Cell, CellKind, Liberty};

use super::description::Description;

/// Names everything that is missing at once.
pub(super) fn check(description: &Description, liberty: &Liberty) -> Result<(), Report> {
    let cells = &description.cells;
    let mut missing: Vec<String> = Vec::new();
    for (cell, purpose) in cells.needed() {
        if !liberty.cells.contains_key(cell) {
            missing.push(format!("{cell} ({purpose} of the description)"));
        }
    }
    let usable = || {
        let all = liberty.cells.iter();
        all.filter(|(name, cell)| !cell.dont_use && !cells.is_dont_use(name))
            .map(|(_, cell)| cell)
    };
    // One flip-flop with an asynchronous clear or preset does for all registers: Yosys ties the
    // pin where a register has no reset, and inverts around it for the other value.
    let has_reset = |cell: &Cell| matches!(&cell.kind, CellKind::FlipFlop(flop) if flop.clear.is_some() || flop.preset.is_some());
    if !usable().any(has_reset) {
        missing.push("a flip-flop with asynchronous clear or preset".to_owned());
    }
    let is_gate = |inputs: usize| {
        move |cell: &Cell| cell.kind == CellKind::Combinational && cell.inputs().count() == inputs
    };
    for (inputs, what) in [(1, "an inverter"), (2, "a gate with two inputs")] {
        if !usable().any(is_gate(inputs)) {
            missing.push(what.to_owned());
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the Liberty of {} lacks {} cells that the flow needs",
        description.name,
        missing.len()
    );
    let mut diagnostic = Diagnostic::new(Code::PdkCellsMissing, message);
    for cell in missing {
        diagnostic = diagnostic.note(cell);
    }
    Err(diagnostic
        .help("give the Liberty that belongs to the description, or a description (--pdk FILE.toml) with the names of this library")
        .into())
}
