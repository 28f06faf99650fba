// SPDX-License-Identifier: MIT OR Apache-2.0
//! DCiM array: scale factors and accumulators in one memory, added bit-serially in every column at
//! once. Contract: `doc/contracts.md`.

mod cells;
mod column;
mod control;
mod ports;
mod readout;
mod shape;

pub(super) use cells::scale_factors;
pub use ports::ArrayPorts;
pub(super) use readout::{Inputs, ReadOut, sign_extend};
pub use shape::ArrayShape;

use crate::hdl::{Expr, Module, ModuleBuilder, Sig, primitives, zeros};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Or of `terms`, zero where there are none.
pub(super) fn any_of(terms: impl IntoIterator<Item = Expr>, width: usize) -> Expr {
    terms
        .into_iter()
        .reduce(|a, b| a | b)
        .unwrap_or_else(|| zeros(width))
}

/// Carry of a full adder.
pub(super) fn majority(x: &Expr, y: &Expr, c: &Expr) -> Expr {
    (x & y) | (c & (x | y))
}

/// A clock gate for each bit of `enable`: instances `u_gate` of the array `label`, their clocks as the wire `name`.
pub(super) fn clock_gates(
    m: &mut ModuleBuilder,
    (label, name): (&str, &str),
    clk: &Sig,
    enable: &Sig,
    test_en: &Sig,
) -> Sig {
    let clocks = m.wire(name, enable.width());
    m.array(label, "u_gate", enable.width(), &primitives::clock_gate())
        .all("clk_i", clk)
        .each("en_i", enable)
        .all("test_en_i", test_en)
        .each_out("clk_o", &clocks)
        .done();
    clocks
}

/// Clocks of latches that open after registers have sampled what was read from them: see `hcim_latch_pulse`.
pub(super) fn latch_pulses(
    m: &mut ModuleBuilder,
    (label, name): (&str, &str),
    clocks: &Sig,
) -> Sig {
    let late = m.wire(name, clocks.width());
    m.array(label, "u_pulse", clocks.width(), &primitives::latch_pulse())
        .each("clk_i", clocks)
        .each_out("clk_o", &late)
        .done();
    late
}

/// The clocks of the scale-factor rows, behind a gate of their own: but for writes, none of their gates sees the clock.
pub(super) fn write_clocks(m: &mut ModuleBuilder, ports: &ArrayPorts, write_row: &Sig) -> Sig {
    let write_clk = m.clock_gate("u_write_gate", &ports.clk, &ports.wr_valid, &ports.test_en);
    let names = ("gen_scale_clock", "scale_clk");
    clock_gates(m, names, &write_clk, write_row, &ports.test_en)
}

/// Builds `<prefix>_dcim_array`.
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let control = control::build(prefix, shape);
    let column = column::build(prefix, shape);
    let mut m = ModuleBuilder::new(&format!("{prefix}_dcim_array"));
    m.contract(&format!(
        "DCiM array: {} column(s) of {} scale factor(s) of {} bits and a {}-bit accumulator. An accepted operation adds p times the \
         scale factor of its bit plane in every column, {} cycle(s) a plane; after the last plane the accumulators are \
         read out, {} row(s) a cycle. Reset clears control, never storage.",
        shape.columns,
        shape.input_bits,
        shape.scale_bits,
        shape.accumulator_bits(),
        shape.digits(),
        shape.readout_rows,
    ));
    let ports = ArrayPorts::declare(&mut m, shape);

    // Every output of the control becomes a wire of its name without the suffix.
    let mut wires = BTreeMap::new();
    let mut instance = Vec::new();
    for port in control.ports() {
        let stem = port.name.trim_end_matches("_o").to_string();
        if let Some(signal) = ports.find(&port.name) {
            instance.push((port.name.to_string(), signal));
        } else {
            let wire = m.wire(&stem, port.width);
            instance.push((port.name.to_string(), wire.clone()));
            wires.insert(stem, wire);
        }
    }
    let mut builder = m.instance("u_control", &control);
    for (name, signal) in &instance {
        builder = if name.ends_with("_o") {
            builder.output(name, signal)
        } else {
            builder.connect(name, signal)
        };
    }
    builder.done();

    let clocks = Clocks::build(&mut m, shape, &ports, &wires);
    if let Some(extend_row) = wires.get("extend_row") {
        let unused = shape.window()
            + if clocks.extend.is_none() {
                shape.input_bits - 1
            } else {
                0
            };
        m.unused(&extend_row.slice(0, unused));
    }
    let nonzero = ports.load_nonzero(&mut m, shape);
    let column_error = wires.get("finish").map(|finish| {
        let errors = m.wire("column_error", shape.columns);
        ports.flag_parity(&mut m, finish, &errors);
        errors
    });
    let mut array = m.array("gen_column", "u_column", shape.columns, &column);
    for port in column.ports() {
        let name: &str = &port.name;
        array = match name {
            "clk_i" => array.all(name, &ports.clk),
            "test_en_i" => array.all(name, &ports.test_en),
            "load_i" => array.all(name, &clocks.load),
            "digit_clk_i" => match &clocks.digit {
                Some(digit) => array.all(name, digit),
                None => array,
            },
            "digit_hold_i" => match &clocks.hold {
                Some(hold) => array.all(name, hold),
                None => array,
            },
            "nonzero_i" => match &nonzero {
                Some(nonzero) => array.each(name, nonzero),
                None => array,
            },
            "negative_i" => array.each(name, &ports.op_negative),
            "scale_row_i" => array.all(name, &clocks.scale),
            "scale_data_i" => array.each(name, &ports.wr_data),
            "store_row_i" => array.all(name, &clocks.row),
            "extend_row_i" => match &clocks.extend {
                Some(extend) => array.all(name, extend),
                None => array,
            },
            "readout_last_i" => array.all(name, &ports.ro_last),
            "readout_o" => array.each_out(name, &ports.ro_data),
            "readback_o" => array.each_out(name, &ports.rb_data),
            "parity_error_o" => match &column_error {
                Some(errors) => array.each_out(name, errors),
                None => array,
            },
            select => match wires.get(select.trim_end_matches("_i")) {
                Some(wire) => array.all(select, wire),
                None => array,
            },
        };
    }
    array.done();
    if !shape.gated_clocks() {
        m.unused(&ports.test_en);
    }
    m.finish()
}

/// What loads storage: gated clocks, or enables, as the shape has it.
struct Clocks {
    load: Sig,
    scale: Sig,
    row: Sig,
    extend: Option<Sig>,
    /// Runs while digits are computed (latch storage).
    digit: Option<Sig>,
    /// The same, for the latches that gate columns.
    hold: Option<Sig>,
}

impl Clocks {
    fn build(
        m: &mut ModuleBuilder,
        shape: &ArrayShape,
        ports: &ArrayPorts,
        wires: &BTreeMap<String, Sig>,
    ) -> Clocks {
        let [load, write_row, store_row] = ["load", "write_row", "store_row"].map(|w| &wires[w]);
        let (extend_row, advance) = (wires.get("extend_row"), wires.get("advance"));
        if !shape.gated_clocks() {
            return Clocks {
                load: load.clone(),
                scale: write_row.clone(),
                row: store_row.clone(),
                extend: None,
                digit: None,
                hold: None,
            };
        }
        let high_rows = extend_row.filter(|_| shape.input_bits > 1).map(|rows| {
            m.wire_of(
                "extend_high",
                &rows.slice(shape.window(), shape.input_bits - 1),
            )
        });
        let load = m.clock_gate("u_load_gate", &ports.clk, load, &ports.test_en);
        let scale = write_clocks(m, ports, write_row);
        let digit = advance
            .filter(|_| shape.latch)
            .map(|advance| m.clock_gate("u_digit_gate", &ports.clk, advance, &ports.test_en));
        let hold = digit.as_ref().filter(|_| shape.gated()).map(|digit| {
            let hold = m.wire("digit_hold", 1);
            m.instance("u_digit_hold", &primitives::latch_hold())
                .connect("clk_i", digit)
                .output("clk_o", &hold)
                .done();
            hold
        });
        let row_en = match (&high_rows, extend_row) {
            (Some(_), Some(extend_row)) if shape.latch => {
                m.wire_of("row_en", &(store_row & !extend_row))
            }
            _ => store_row.clone(),
        };
        let mut gates = |label: &str, name: &str, enable: &Sig| {
            clock_gates(m, (label, name), &ports.clk, enable, &ports.test_en)
        };
        if !shape.latch {
            return Clocks {
                load,
                scale,
                row: store_row.clone(),
                extend: high_rows,
                digit,
                hold: None,
            };
        }
        let row = gates("gen_row_clock", "row_clk", &row_en);
        let extend = high_rows.map(|enable| gates("gen_extend_clock", "extend_clk", &enable));
        let row = latch_pulses(m, ("gen_row_pulse", "row_pulse"), &row);
        let extend =
            extend.map(|clocks| latch_pulses(m, ("gen_extend_pulse", "extend_pulse"), &clocks));
        Clocks {
            load,
            scale,
            row,
            extend,
            digit,
            hold,
        }
    }
}
