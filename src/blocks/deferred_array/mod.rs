// SPDX-License-Identifier: MIT OR Apache-2.0
//! DCiM array with deferred accumulation: the same ports and results as the DCiM array, but no accumulators.
//!
//! An operation only stores the partial sums of its plane. When the last plane is there, the read-out adds
//! the scale factors of all planes at once, u rows a cycle, and each row leaves as it is made: P / u cycles a
//! multiply, where the accumulating array takes A * (S + 2) / d and reads out after that. Contract:
//! `doc/contracts.md`.

mod column;

use super::dcim_array::{
    ArrayPorts, ArrayShape, Inputs, ReadOut, any_of, clock_gates, write_clocks,
};
use crate::hdl::{Module, ModuleBuilder, Sig, lit, zeros};
use itertools::Itertools;
use std::sync::Arc;

/// Builds `<prefix>_dcim_array`.
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, s, u, p) = (
        shape.input_bits,
        shape.scale_bits,
        shape.readout_rows,
        shape.accumulator_bits(),
    );
    let column = column::build(prefix, shape);
    let mut m = ModuleBuilder::new(&format!("{prefix}_dcim_array"));
    m.contract(&format!(
        "DCiM array with deferred accumulation: {} column(s) of {a} scale factor(s) of {s} bits. An operation stores the \
         partial sums of a plane; after the last, the read-out adds p times the scale factor of every plane, {u} row(s) a \
         cycle. Reset clears control, never storage.",
        shape.columns,
    ));
    let ports = ArrayPorts::declare(&mut m, shape);
    let (clk, rst_n) = (&ports.clk, &ports.rst_n);
    let flag = |m: &mut ModuleBuilder, name: &str, width| {
        m.register(name, width).clock(clk).reset(rst_n, 0).build()
    };
    let busy_q = flag(&mut m, "busy_q", 1);
    let last_q = flag(&mut m, "last_plane_q", 1);

    m.comment("An operation stands for one cycle after its codes are taken; after the last plane, read-out starts.");
    let start = m.wire_of("readout_start", &(&busy_q & &last_q));
    // Read-back of a scale-factor row uses the read-out's selects: bit k of plane i is read with row i + k of the sum.
    let readback = readback(&mut m, shape, &ports, &flag);
    let readout = ReadOut::build(
        &mut m,
        shape,
        &Inputs {
            clk,
            rst_n,
            clear: &ports.clear,
            ready: &ports.ro_ready,
            start: &start,
            readback: Some((&readback.moves, &readback.row)),
        },
    );
    m.assign(&ports.ro_valid, &readout.valid);
    m.assign(&ports.ro_first, &readout.row.bit(0));
    m.assign(&ports.ro_last, &readout.last);
    let idle_next = m.wire_of("readout_idle_next", &readout.idle_next());
    m.assign(&ports.op_ready, &idle_next);
    m.assign(&ports.op_soon, &(!&readout.valid & !&start));
    m.assign(&ports.busy, &busy_q);

    let accept = m.wire_of("accept", &(&ports.op_valid & &ports.op_ready));
    let busy_d = m.wire("busy_d", 1);
    m.select(&busy_d)
        .when(&ports.clear, &zeros(1))
        .otherwise(&accept);
    m.next(&busy_q, &busy_d);
    m.next_if(&last_q, &accept, &ports.op_plane.eq_lit(a as u128 - 1));
    let load = m.wire_of("load", &lit(1, a).shl(&ports.op_plane).gated_by(&accept));

    let digits = shape.readout_digits();
    // The last digits hold no bit of a factor.
    let factor_digits = shape.shifted_rows().div_ceil(u);
    let digit_select = m.wire("digit_select", factor_digits);
    let selects = (0..factor_digits)
        .map(|n| readout.row.bit(n * u))
        .collect_vec();
    m.concat(&digit_select, &selects);

    // The carries of the last digit are of no use, so that partial sums may change at its end.
    let advance = (digits > 1).then(|| {
        m.wire_of(
            "advance",
            &(&readout.valid & &ports.ro_ready & !&readout.last),
        )
    });
    let write_row = m.wire_of(
        "write_row",
        &lit(1, shape.scale_rows())
            .shl(&ports.wr_row)
            .gated_by(&ports.wr_valid),
    );
    let (load, scale_row, advance) = match shape.gated_clocks() {
        true => (
            clock_gates(
                &mut m,
                ("gen_load_clock", "load_clk"),
                clk,
                &load,
                &ports.test_en,
            ),
            write_clocks(&mut m, &ports, &write_row),
            advance.map(|en| m.clock_gate("u_digit_gate", clk, &en, &ports.test_en)),
        ),
        false => (load, write_row, advance),
    };
    let nonzero = ports.load_nonzero(&mut m, shape);
    let first = readout.row.bit(0);
    let column_error = shape.parity.then(|| {
        let errors = m.wire("column_error", shape.columns);
        ports.flag_parity(&mut m, &readout.end, &errors);
        errors
    });
    let mut array = m
        .array("gen_column", "u_column", shape.columns, &column)
        .all("load_i", &load)
        .each("negative_i", &ports.op_negative)
        .all("digit_select_i", &digit_select)
        .all("readback_i", &readback.operand)
        .all("scale_row_i", &scale_row)
        .each("scale_data_i", &ports.wr_data)
        .each_out("readout_o", &ports.ro_data)
        .each_out("readback_o", &ports.rb_data);
    if let Some(nonzero) = &nonzero {
        array = array.each("nonzero_i", nonzero);
    }
    for (port, signal) in [
        ("clk_i", Some(clk)),
        ("digit_clk_i", advance.as_ref()),
        ("advance_i", advance.as_ref()),
        ("first_i", Some(&first)),
        ("readback_valid_i", Some(&readback.valid)),
        ("last_i", Some(&ports.ro_last)),
        ("readback_parity_i", readback.parity.as_ref()),
    ] {
        if let (Some(_), Some(signal)) = (column.port_width(port), signal) {
            array = array.all(port, signal);
        }
    }
    if let Some(errors) = &column_error {
        array = array.each_out("parity_error_o", errors);
    }
    array.done();
    if !shape.gated_clocks() {
        m.unused(&ports.test_en);
    }
    for row in (0..p).filter(|row| row % u != 0) {
        m.unused(&readout.row.bit(row));
    }
    m.finish()
}

/// Selects of a read-back, all zero while there is none.
struct ReadBack {
    /// A row is shown.
    valid: Sig,
    /// The selects change at the end of this cycle.
    moves: Sig,
    /// First row of the digit in which the row is read from the next cycle on.
    row: Sig,
    /// The operand that shows it: plane i, lane l at i * u + l.
    operand: Sig,
    /// The plane whose parity is read.
    parity: Option<Sig>,
}

fn readback(
    m: &mut ModuleBuilder,
    shape: &ArrayShape,
    ports: &ArrayPorts,
    flag: &dyn Fn(&mut ModuleBuilder, &str, usize) -> Sig,
) -> ReadBack {
    let (a, s, u) = (shape.input_bits, shape.scale_bits, shape.readout_rows);
    let valid_q = flag(m, "readback_q", 1);
    let operand_q = flag(m, "readback_operand_q", a * u);
    m.next(&valid_q, &ports.rb_valid);
    let moves = m.wire_of("readback_moves", &(&ports.rb_valid | &valid_q));
    let rows = shape.scale_rows() + shape.accumulator_bits();
    let onehot = m.wire_of(
        "readback_onehot",
        &lit(1, rows).shl(&ports.rb_row).gated_by(&ports.rb_valid),
    );
    let scale_rows = (0..a).cartesian_product(0..s).collect_vec();
    let stored = shape.stored_bits();
    let any = |wanted: &dyn Fn(usize, usize) -> bool| {
        let rows = scale_rows.iter().filter(|(i, k)| wanted(*i, *k));
        any_of(rows.map(|(i, k)| onehot.bit(i * stored + k)), 1)
    };
    let row = m.wire("readback_row", shape.accumulator_bits());
    let bits = (0..shape.accumulator_bits())
        .map(|row| any(&|i, k| (i + k) / u * u == row))
        .collect_vec();
    m.concat(&row, &bits);
    let operand = m.wire("readback_operand", a * u);
    let bits = (0..a)
        .cartesian_product(0..u)
        .map(|(plane, lane)| any(&|i, k| i == plane && (i + k) % u == lane))
        .collect_vec();
    m.concat(&operand, &bits);
    m.next_if(&operand_q, &moves, &operand);
    let parity = shape.parity.then(|| {
        let planes = m.wire("readback_parity", a);
        let rows = (0..a).map(|i| onehot.bit(i * stored + s)).collect_vec();
        m.concat(&planes, &rows);
        let q = flag(m, "readback_parity_q", a);
        m.next_if(&q, &moves, &planes);
        q
    });
    // There are no accumulator rows: they read as zero.
    m.unused(&onehot.slice(shape.scale_rows(), shape.accumulator_bits()));
    ReadBack {
        valid: valid_q,
        moves,
        row,
        operand: operand_q,
        parity,
    }
}
