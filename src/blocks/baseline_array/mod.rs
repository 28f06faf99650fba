// SPDX-License-Identifier: MIT OR Apache-2.0
//! Baseline array: the same ports and contract as the DCiM array, built the usual way: one word
//! adder a column, registers for accumulators and scale factors, every row and column clock-gated.
//! It is what the DCiM array is measured against.

mod column;

use super::dcim_array::{ArrayPorts, ArrayShape, Inputs, ReadOut, any_of, write_clocks};
use crate::hdl::{Module, ModuleBuilder, Sig, lit, ones, zeros};
use itertools::Itertools;
use std::sync::Arc;

/// Builds `<prefix>_baseline_array`. `shape.rows_per_cycle` must be S + 2: a plane takes one cycle.
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, s, u, p) = (
        shape.input_bits,
        shape.scale_bits,
        shape.readout_rows,
        shape.accumulator_bits(),
    );
    let column = column::build(prefix, shape);
    let mut m = ModuleBuilder::new(&format!("{prefix}_baseline_array"));
    m.contract(&format!(
        "Bit-parallel reference for the DCiM array, with the same ports: {} column(s) of {a} scale factor(s) of {s} bits \
         and a {p}-bit accumulator with a word adder. One cycle a plane; read-out {u} row(s) a cycle. Reset clears control, \
         never storage.",
        shape.columns,
    ));
    let ports = ArrayPorts::declare(&mut m, shape);
    let (clk, rst_n) = (&ports.clk, &ports.rst_n);

    let busy_q = m.register("busy_q", 1).clock(clk).reset(rst_n, 0).build();
    let plane_q = m.register("plane_q", a).clock(clk).reset(rst_n, 0).build();
    let readback_q = m
        .register("readback_q", 1)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let readback_bit_q = m
        .register("readback_bit_q", shape.shifted_rows())
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let readback_row_q = m
        .register("readback_row_q", p)
        .clock(clk)
        .reset(rst_n, 0)
        .build();
    let readback_lane_q = m
        .register("readback_lane_q", u)
        .clock(clk)
        .reset(rst_n, 0)
        .build();

    m.comment("One plane a cycle; plane 0 and read-out move in lockstep.");
    let advance = m.wire("advance", 1);
    let start = m.wire_of("readout_start", &(&advance & &plane_q.bit(a - 1)));
    let inputs = Inputs {
        clk,
        rst_n,
        clear: &ports.clear,
        ready: &ports.ro_ready,
        start: &start,
        readback: None,
    };
    let readout = ReadOut::build(&mut m, shape, &inputs);
    m.assign(&advance, &(&busy_q & !(&readout.valid & !&ports.ro_ready)));
    m.assign(&ports.ro_valid, &readout.valid);
    m.assign(&ports.ro_first, &readout.row.bit(0));
    m.assign(&ports.ro_last, &readout.last);
    let final_busy = &busy_q & &plane_q.bit(a - 1);
    // Plane 0 overwrites the whole accumulator: all digits must have left by the end of its cycle.
    let lead = shape.readout_digits() - 1;
    let (ready_hazard, soon_hazard) = readout.hazards(
        &mut m,
        shape,
        &ports.op_plane,
        ports.op_skip.as_ref(),
        &final_busy,
        (lead, lead),
    );
    m.assign(&ports.op_ready, &((!&busy_q | &advance) & ready_hazard));
    m.assign(&ports.op_soon, &soon_hazard);
    m.assign(&ports.busy, &busy_q);

    let accept = m.wire_of("accept", &(&ports.op_valid & &ports.op_ready));
    let busy_d = m.wire("busy_d", 1);
    m.select(&busy_d)
        .when(&ports.clear, &zeros(1))
        .when(&accept, &ones(1))
        .when(&advance, &zeros(1))
        .otherwise(&busy_q);
    m.next(&busy_q, &busy_d);
    let rows = shape.scale_rows() + p;
    let readback_onehot = m.wire_of("readback_onehot", &lit(1, rows).shl(&ports.rb_row));
    let readback_plane = m.wire("readback_plane", a);
    let planes = (0..a)
        .map(|i| readback_onehot.slice(i * shape.stored_bits(), shape.stored_bits()))
        .collect_vec();
    m.concat(
        &readback_plane,
        &planes.iter().map(|plane| plane.reduce_or()).collect_vec(),
    );
    let plane_d = m.wire("plane_d", a);
    m.select(&plane_d)
        .when(&accept, &lit(1, a).shl(&ports.op_plane))
        .otherwise(&readback_plane);
    m.next_if(&plane_q, &(&accept | &ports.rb_valid), &plane_d);
    m.next(&readback_q, &ports.rb_valid);
    let moving = m.wire_of("readback_moves", &(&ports.rb_valid | &readback_q));
    // Bit k of the factor of plane i is read where it enters the adder: at row i + k.
    let bit_rows = (0..shape.shifted_rows())
        .map(|r| {
            let terms = (0..a).filter(|&i| i <= r && r < i + s);
            any_of(terms.map(|i| planes[i].bit(r - i)), 1)
        })
        .collect_vec();
    let readback_parity = shape.parity.then(|| {
        let rows = any_of(planes.iter().map(|plane| plane.bit(s)), 1);
        let q = m
            .register("readback_parity_q", 1)
            .clock(clk)
            .reset(rst_n, 0)
            .build();
        m.next(&q, &(rows & &ports.rb_valid));
        q
    });
    let readback_bit = m.wire("readback_bit", shape.shifted_rows());
    m.concat(&readback_bit, &bit_rows);
    m.next_if(
        &readback_bit_q,
        &moving,
        &readback_bit.gated_by(&ports.rb_valid),
    );
    let acc_onehot = m.wire_of(
        "readback_accumulator",
        &readback_onehot
            .slice(shape.scale_rows(), p)
            .gated_by(&ports.rb_valid),
    );
    // The read-out shows u rows from a multiple of u on; the lane chooses among them.
    let readback_row = m.wire("readback_row", p);
    let first_rows = (0..p)
        .map(|r| match r % u {
            0 => acc_onehot.slice(r, u.min(p - r)).reduce_or(),
            _ => zeros(1),
        })
        .collect_vec();
    m.concat(&readback_row, &first_rows);
    let readback_lane = m.wire("readback_lane", u);
    let lanes = (0..u)
        .map(|v| any_of((v..p).step_by(u).map(|r| acc_onehot.bit(r)), 1))
        .collect_vec();
    m.concat(&readback_lane, &lanes);
    m.next_if(&readback_row_q, &moving, &readback_row);
    m.next_if(&readback_lane_q, &moving, &readback_lane);
    let shown = m.wire_of(
        "readout_row",
        &(readout.row.gated_by(&readout.valid) | &readback_row_q),
    );

    let write_row = m.wire_of(
        "write_row",
        &lit(1, shape.scale_rows())
            .shl(&ports.wr_row)
            .gated_by(&ports.wr_valid),
    );
    let (load, scale_row) = loads(&mut m, shape, &ports, &accept, &write_row);
    let nonzero = ports.load_nonzero(&mut m, shape);
    let column_error = shape.parity.then(|| {
        let errors = m.wire("column_error", shape.columns);
        ports.flag_parity(&mut m, &advance, &errors);
        errors
    });
    let mut array = m
        .array("gen_column", "u_column", shape.columns, &column)
        .all("clk_i", clk)
        .all("load_i", &load)
        .each("negative_i", &ports.op_negative)
        .all("advance_i", &advance)
        .all("plane_select_i", &plane_q)
        .all("readout_row_i", &shown)
        .all("readback_bit_i", &readback_bit_q)
        .all("readback_lane_i", &readback_lane_q)
        .all("scale_row_i", &scale_row)
        .each("scale_data_i", &ports.wr_data)
        .each_out("readout_o", &ports.ro_data)
        .each_out("readback_o", &ports.rb_data);
    if let Some(nonzero) = &nonzero {
        array = array
            .each("nonzero_i", nonzero)
            .all("readback_i", &readback_q);
    }
    if shape.gated() {
        array = array.all("test_en_i", &ports.test_en);
    }
    if let (Some(readback), Some(errors)) = (&readback_parity, &column_error) {
        array = array
            .all("readback_parity_i", readback)
            .each_out("parity_error_o", errors);
    }
    if column.port_width("readout_last_i").is_some() {
        array = array.all("readout_last_i", &ports.ro_last);
    }
    array.done();
    if !shape.gated_clocks() {
        m.unused(&ports.test_en);
    }
    m.finish()
}

/// What loads partial sums and scale-factor rows: gated clocks, or enables.
fn loads(
    m: &mut ModuleBuilder,
    shape: &ArrayShape,
    ports: &ArrayPorts,
    accept: &Sig,
    write_row: &Sig,
) -> (Sig, Sig) {
    if !shape.gated_clocks() {
        return (accept.clone(), write_row.clone());
    }
    let load = m.clock_gate("u_load_gate", &ports.clk, accept, &ports.test_en);
    (load, write_clocks(m, ports, write_row))
}
