// SPDX-License-Identifier: MIT OR Apache-2.0
//! A Verilog module for every cell that can be simulated.

use std::fmt::Write as _;

use crate::flow::liberty::{
    Cell, CellKind, Direction, FlipFlop, Function, GateRole, LatchStorage, Liberty,
};

/// Models of the cells of a library.
#[derive(Clone, Debug)]
pub struct CellModels {
    /// The Verilog text.
    pub text: String,
    /// Cells that have a model.
    pub modelled: usize,
    /// Cells without a model (fill cells, tri-state drivers, ...).
    pub skipped: Vec<String>,
}

/// Writes the models of all cells, or of those that `wanted` names.
///
/// Outputs of cells are traced, everything else is not: activity files stay small, and hold what
/// drives each net. A latch opens only after the registers at the same edge have sampled, as the
/// delays of a chip see to: without delays, a row that stores what was read from it in the cycle
/// before would else change under the register that reads it. Clock gates are not delayed.
pub fn write(library: &Liberty, wanted: Option<&dyn Fn(&str) -> bool>) -> CellModels {
    let mut text = format!(
        "// Models of the cells of {} for simulation without delays, written by hcim.\n\
         // Nets are traced where cells drive them.\n\n\
         `default_nettype none\n\n\
         /* verilator lint_off DECLFILENAME */\n\
         /* verilator lint_off LATCH */\n\
         /* verilator lint_off MULTITOP */\n\
         /* verilator lint_off UNUSEDSIGNAL */\n\
         /* verilator lint_off UNOPTFLAT */\n",
        library.name
    );
    let mut modelled = 0;
    let mut skipped = Vec::new();
    for (name, cell) in &library.cells {
        if wanted.is_some_and(|wanted| !wanted(name)) {
            continue;
        }
        match body(cell) {
            Some(body) => {
                module(&mut text, name, cell, &body);
                modelled += 1;
            }
            None => skipped.push(name.clone()),
        }
    }
    text.push_str(
        "\n/* verilator lint_on UNOPTFLAT */\n\
         /* verilator lint_on UNUSEDSIGNAL */\n\
         /* verilator lint_on MULTITOP */\n\
         /* verilator lint_on LATCH */\n\
         /* verilator lint_on DECLFILENAME */\n\
         `default_nettype wire\n",
    );
    CellModels {
        text,
        modelled,
        skipped,
    }
}

/// Writing to a String cannot fail, so that the results are of no interest here.
fn module(text: &mut String, name: &str, cell: &Cell, body: &str) {
    let _ = write!(text, "\n/* verilator tracing_off */\nmodule {name} (");
    let ports: Vec<String> = cell
        .pins
        .iter()
        .filter(|(_, pin)| pin.direction != Direction::Internal)
        .map(|(name, pin)| match pin.direction {
            Direction::Input => format!("\n  input  wire {name}"),
            _ => format!(
                "\n  /* verilator tracing_on */\n  output wire {name}\n  /* verilator tracing_off */"
            ),
        })
        .collect();
    let _ = writeln!(text, "{}\n);", ports.join(","));
    text.push_str(body);
    text.push_str("endmodule\n/* verilator tracing_on */\n");
}

/// What stands between header and `endmodule`; nothing for a cell that has no model.
fn body(cell: &Cell) -> Option<String> {
    match &cell.kind {
        CellKind::Combinational | CellKind::Buffer | CellKind::Tie => outputs(cell),
        CellKind::FlipFlop(storage) => Some(flip_flop(storage) + &outputs(cell)?),
        CellKind::Latch(storage) => Some(latch(storage) + &outputs(cell)?),
        CellKind::ClockGate(kind) => clock_gate(cell, kind),
        CellKind::Other => None,
    }
}

/// Assignments of the outputs; nothing if one has no function or can float.
fn outputs(cell: &Cell) -> Option<String> {
    let mut text = String::new();
    for (name, pin) in cell.outputs() {
        let function = pin.function.as_ref().filter(|_| !pin.three_state)?;
        let _ = writeln!(text, "  assign {name} = {};", function.to_verilog());
    }
    (!text.is_empty()).then_some(text)
}

fn flip_flop(storage: &FlipFlop) -> String {
    let mut text = variables(&storage.variables);
    let mut helpers = Helpers::default();
    let mut edges = vec![helpers.edge("clock", &storage.clock)];
    let mut branches = String::new();
    let forced = [(&storage.clear, "clear", 0), (&storage.preset, "preset", 1)];
    for (force, name, value) in forced {
        if let Some(force) = force {
            edges.push(helpers.edge(name, force));
            let _ = write!(
                branches,
                "if ({}) {q} <= 1'b{value};\n    else ",
                force.to_verilog(),
                q = storage.variables[0]
            );
        }
    }
    text.push_str(&helpers.text);
    let _ = writeln!(
        text,
        "  always @({})\n    {branches}{} <= {};",
        edges.join(" or "),
        storage.variables[0],
        storage.next.to_verilog()
    );
    text
}

/// The rise of the enable is late, but for a latch that is open from the start and never saw one: that of a clock gate
/// whose clock stands still behind another gate.
fn latch(storage: &LatchStorage) -> String {
    let mut text = variables(&storage.variables);
    let q = &storage.variables[0];
    let mut forces = String::new();
    for (force, value) in [(&storage.clear, 0), (&storage.preset, 1)] {
        if let Some(force) = force {
            let _ = write!(
                forces,
                "if ({}) {q} = 1'b{value};\n    else ",
                force.to_verilog()
            );
        }
    }
    let _ = write!(
        text,
        "  wire hcim_enable = {enable};\n\
         \x20 reg hcim_risen, hcim_was_low;\n\
         \x20 initial {{hcim_risen, hcim_was_low}} = 2'b00;\n\
         \x20 always @(posedge hcim_enable or negedge hcim_enable) hcim_risen <= hcim_enable;\n\
         \x20 always @(*)\n    if (!hcim_enable) hcim_was_low = 1'b1;\n\
         \x20 wire hcim_open = hcim_enable & (hcim_risen | !hcim_was_low);\n\
         \x20 always @(*)\n    {forces}if (hcim_open) {q} = {data};\n",
        enable = storage.enable.to_verilog(),
        data = storage.data.to_verilog(),
    );
    text
}

/// Clock gates whose latch is transparent while the clock is low; others are of no use here.
fn clock_gate(cell: &Cell, kind: &str) -> Option<String> {
    let mut words = kind.split('_');
    if words.next() != Some("latch") || words.next() != Some("posedge") {
        return None;
    }
    let control = words.next();
    let pin = |role| {
        let mut found = cell
            .pins
            .iter()
            .filter(|(_, pin)| pin.gate_role == Some(role));
        found.next().map(|(name, _)| name)
    };
    let (clock, enable) = (pin(GateRole::Clock)?, pin(GateRole::Enable)?);
    let (out, test) = (pin(GateRole::Out)?, pin(GateRole::Test));
    let (before, after) = match (control, test) {
        (Some("postcontrol"), Some(test)) => (enable.clone(), format!("(hcim_en | {test})")),
        (_, Some(test)) => (format!("{enable} | {test}"), "hcim_en".to_owned()),
        (_, None) => (enable.clone(), "hcim_en".to_owned()),
    };
    Some(format!(
        "  reg hcim_en;\n  always @(*) if (!{clock}) hcim_en = {before};\n  assign {out} = {clock} & {after};\n"
    ))
}

/// The stored value and its inverse.
fn variables([q, inverse]: &[String; 2]) -> String {
    format!("  reg {q};\n  wire {inverse} = ~{q};\n")
}

/// Wires for edges of functions that are more than a pin.
#[derive(Default)]
struct Helpers {
    text: String,
}

impl Helpers {
    fn edge(&mut self, name: &str, function: &Function) -> String {
        match function.literal() {
            Some((pin, false)) => format!("posedge {pin}"),
            Some((pin, true)) => format!("negedge {pin}"),
            None => {
                let _ = writeln!(self.text, "  wire hcim_{name} = {};", function.to_verilog());
                format!("posedge hcim_{name}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::flow::liberty;

    #[test]
    fn models_of_a_tiny_library() {
        let bytes = include_bytes!("../liberty/tiny.lib").to_vec();
        let library = liberty::read(&[("tiny.lib".to_owned(), bytes)]).unwrap();
        let models = super::write(&library, None);
        assert_eq!(models.skipped, ["FILL", "TRI"]);
        assert_eq!(models.modelled, 7);
        insta::assert_snapshot!(models.text);
    }
}
