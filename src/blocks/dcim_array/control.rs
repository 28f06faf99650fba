// SPDX-License-Identifier: MIT OR Apache-2.0
//! Control of the DCiM array: sequences digits of a plane and of the read-out, and turns them into
//! the one-hot row, digit and lane selects that all columns share.

use super::any_of;
use super::readout::{Inputs, ReadOut};
use super::shape::ArrayShape;
use crate::hdl::{Expr, Module, ModuleBuilder, index_width, lit, ones, zeros};
use itertools::Itertools;
use std::sync::Arc;

/// `rows` consecutive bits above each one of the one-hot `base`.
fn spread(base: &Expr, rows: usize) -> Expr {
    any_of((0..rows).map(|l| base.shl_by(l)), base.width())
}

/// Builds `<prefix>_dcim_control`.
///
/// Outputs shared by all columns (one-hot unless said otherwise):
/// `scale_select_o` (A * ceil(S / d)), `read_row_o` / `store_row_o` (P, several bits for
/// d > 1), `extend_row_o` (P: the sign row, stored in every column), `read_rotation_o` and
/// `store_rotation_o` (min(d, A)), `readout_rotation_o` (d / u), `write_row_o` (rows of scale factors).
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, d, u) = (shape.input_bits, shape.rows_per_cycle, shape.readout_rows);
    let (p, digits) = (shape.accumulator_bits(), shape.digits());
    let mut m = ModuleBuilder::new(&format!("{prefix}_dcim_control"));
    m.contract(
        "Control of the DCiM array. An operation accepted in cycle t drives the selects of digit n in cycle t + 1 + n; \
         read-out follows the last plane by itself. Reset brings it to idle.",
    );
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let clear = m.input("clear_i", 1, "synchronous clear: idle in the next cycle");
    m.group("Operation: accumulate one bit plane");
    let op_valid = m.input("op_valid_i", 1, "operation offered");
    let op_ready = m.output("op_ready_o", 1, "operation accepted where offered");
    let op_plane = m.input("op_plane_i", index_width(a), "index of the bit plane");
    let op_skip = shape.ternary.then(|| {
        m.input(
            "op_skip_i",
            1,
            "every partial sum of the plane counts as zero",
        )
    });
    let op_soon = m.output(
        "op_soon_o",
        1,
        "an operation offered from the next cycle on is accepted within 3 cycles",
    );
    let busy = m.output("busy_o", 1, "an operation is accumulating");
    m.group("Scale-factor write and read-back");
    let wr_valid = m.input("wr_valid_i", 1, "write a scale-factor row");
    let wr_row = m.input(
        "wr_row_i",
        index_width(shape.scale_rows()),
        if shape.parity {
            "its index, plane * (S + 1) + bit; bit S is the parity"
        } else {
            "its index, plane * S + bit"
        },
    );
    let rb_valid = m.input("rb_valid_i", 1, "read back a row");
    let rb_row = m.input("rb_row_i", index_width(shape.scale_rows() + p), "its index");
    m.group("Read-out");
    let ro_valid = m.output("ro_valid_o", 1, "a digit is shown");
    let ro_ready = m.input("ro_ready_i", 1, "the digit is taken");
    let ro_first = m.output("ro_first_o", 1, "first digit of a result");
    let ro_last = m.output("ro_last_o", 1, "last digit of a result");
    m.group("To the columns");
    let load = m.output(
        "load_o",
        1,
        "capture the partial sums at the end of this cycle",
    );
    let advance_out = shape
        .has_digit_registers()
        .then(|| m.output("advance_o", 1, "a digit is computed in this cycle"));
    let first = (digits > 1).then(|| m.output("first_o", 1, "first digit of the plane"));
    let pre_last = shape
        .sign_in_carry()
        .then(|| m.output("pre_last_o", 1, "last digit of the plane but one"));
    let carry_keep = (shape.ternary && !shape.gated() && digits > 1).then(|| {
        m.output(
            "carry_keep_o",
            1,
            "0 in a skipped plane: no carry into its last digit",
        )
    });
    let store_all = shape
        .gated()
        .then(|| m.output("store_all_o", 1, "plane 0: every column stores its window"));
    let last = m.output("last_o", 1, "last digit of the plane");
    let scale_select = m.output(
        "scale_select_o",
        shape.scale_selects(),
        "plane and digit of the scale factors",
    );
    let read_row = m.output("read_row_o", p, "accumulator rows that are read");
    let store_row = m.output(
        "store_row_o",
        p,
        "accumulator rows that are stored at the end of this cycle",
    );
    let extend_row = shape.sign_row_apart().then(|| {
        m.output(
            "extend_row_o",
            p,
            "the row that takes the sign in every column",
        )
    });
    let read_rotation = m.output(
        "read_rotation_o",
        shape.rotations(),
        "rows to lanes; zero where the accumulator counts as zero",
    );
    let store_rotation = (shape.rotations() > 1)
        .then(|| m.output("store_rotation_o", shape.rotations(), "lanes to rows"));
    let readout_rotation = m.output(
        "readout_rotation_o",
        d / u,
        "rows to read-out; zero while there is none",
    );
    let readback = m.output("readback_o", 1, "read-back of a row is on");
    let readback_lane = m.output(
        "readback_lane_o",
        d,
        "lane that shows the scale-factor row read back",
    );
    let parity = shape.parity.then(|| {
        [
            m.output("readback_parity_o", 1, "the row read back is of parity"),
            m.output("finish_o", 1, "the operation ends in this cycle"),
        ]
    });
    let write_row = m.output(
        "write_row_o",
        shape.scale_rows(),
        "scale-factor row written at the end of this cycle",
    );

    let busy_q = m.register("busy_q", 1).clock(&clk).reset(&rst_n, 0).build();
    let plane_q = m
        .register("plane_q", a)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let row_q = m.register("row_q", p).clock(&clk).reset(&rst_n, 0).build();
    let digit_q = (digits > 1).then(|| {
        m.register("digit_q", digits)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build()
    });
    let rotation_q = (shape.rotations() > 1).then(|| {
        m.register("rotation_q", shape.rotations())
            .clock(&clk)
            .reset(&rst_n, 0)
            .build()
    });
    let readback_q = m
        .register("readback_q", 1)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let readback_row_q = m
        .register("readback_row_q", p)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let readback_lane_q = m
        .register("readback_lane_q", d)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();

    let is_last = digit_q
        .as_ref()
        .map_or_else(|| lit(1, 1), |q| q.bit(digits - 1));
    let plane0 = plane_q.bit(0);
    let accept = m.wire_of("accept", &(&op_valid & &op_ready));
    let advance = m.wire("advance", 1);
    let finish = m.wire_of("finish", &(&advance & &is_last));
    // Bits of a scale factor, and rows from one plane to the next.
    let (s, stored) = (shape.scale_bits, shape.stored_bits());

    let start = m.wire_of("readout_start", &(&finish & &plane_q.bit(a - 1)));
    let readout = ReadOut::build(
        &mut m,
        shape,
        &Inputs {
            clk: &clk,
            rst_n: &rst_n,
            clear: &clear,
            ready: &ro_ready,
            start: &start,
            readback: None,
        },
    );
    m.assign(&ro_valid, &readout.valid);
    m.assign(&ro_first, &readout.row.bit(0));
    m.assign(&ro_last, &readout.last);

    m.comment("Plane 0 and read-out move in lockstep, so that read-out stays ahead of the stores.");
    m.assign(&advance, &(&busy_q & !(&readout.valid & !&ro_ready)));
    let free = m.wire_of("free", &(!&busy_q | &finish));
    let (ready_hazard, soon_hazard) = readout.hazards(
        &mut m,
        shape,
        &op_plane,
        op_skip.as_ref(),
        &(&busy_q & &plane_q.bit(a - 1)),
        (shape.lead(), shape.lead_skip()),
    );
    m.assign(&op_ready, &(&free & &ready_hazard));
    let near_end = digit_q.as_ref().map_or_else(
        || lit(1, 1),
        |q| q.slice(digits.saturating_sub(4), digits.min(4)).reduce_or(),
    );
    m.assign(&op_soon, &((!&busy_q | near_end) & soon_hazard));

    // State of the operation. A skipped plane enters at its last digit: only the sign row is left to do.
    let plane_onehot = m.wire_of("plane_onehot", &lit(1, a).shl(&op_plane));
    let first_row = plane_onehot.zext(p);
    let last_row = first_row.shl_by((digits - 1) * d);
    let skip = op_skip.clone().unwrap_or_else(|| zeros(1));
    let row_d = m.wire("row_d", p);
    m.select(&row_d)
        .when(&(&accept & &skip), &last_row)
        .when(&accept, &first_row)
        .otherwise(&row_q.shl_by(d));
    m.next_if(&row_q, &(&accept | &advance), &row_d);
    let busy_d = m.wire("busy_d", 1);
    m.select(&busy_d)
        .when(&clear, &zeros(1))
        .when(&accept, &ones(1))
        .when(&finish, &zeros(1))
        .otherwise(&busy_q);
    m.next(&busy_q, &busy_d);

    let row_onehot_width = shape.scale_rows() + p;
    let readback_onehot = m.wire_of("readback_onehot", &lit(1, row_onehot_width).shl(&rb_row));
    let readback_bit = m.wire_of(
        "readback_bit",
        &any_of((0..a).map(|i| readback_onehot.slice(i * stored, s)), s),
    );
    let readback_plane = m.wire("readback_plane", a);
    m.concat(
        &readback_plane,
        &(0..a)
            .map(|i| readback_onehot.slice(i * stored, stored).reduce_or())
            .collect_vec(),
    );
    // The parity bit is read in the first digit.
    let readback_parity = parity.as_ref().map(|[port, end]| {
        let rows = (0..a).map(|i| readback_onehot.bit(i * stored + s));
        let row = m.wire_of("readback_parity", &any_of(rows, 1));
        let q = m
            .register("readback_parity_q", 1)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build();
        m.next(&q, &(&row & &rb_valid));
        m.assign(port, &q);
        m.assign(end, &finish);
        row
    });
    let plane_d = m.wire("plane_d", a);
    m.select(&plane_d)
        .when(&accept, &plane_onehot)
        .otherwise(&readback_plane);
    m.next_if(&plane_q, &(&accept | &rb_valid), &plane_d);
    if let Some(digit_q) = &digit_q {
        let readback_digit = m.wire("readback_digit", digits);
        m.concat(
            &readback_digit,
            &(0..digits)
                .map(|t| {
                    let lo = (t * d).min(s);
                    let bits = d.min(s - lo);
                    match (bits, t, &readback_parity) {
                        (0, ..) => zeros(1),
                        (_, 0, Some(parity)) => readback_bit.slice(lo, bits).reduce_or() | parity,
                        _ => readback_bit.slice(lo, bits).reduce_or(),
                    }
                })
                .collect_vec(),
        );
        let digit_d = m.wire("digit_d", digits);
        m.select(&digit_d)
            .when(&(&accept & &skip), &lit(1, digits).shl_by(digits - 1))
            .when(&accept, &lit(1, digits))
            .when(&advance, &digit_q.shl_by(1))
            .otherwise(&readback_digit);
        m.next_if(
            digit_q,
            &(&accept | (&advance & !&is_last) | &rb_valid),
            &digit_d,
        );
    }
    if let Some(rotation_q) = &rotation_q {
        let rotation_d = m.wire("rotation_d", shape.rotations());
        let parts = (0..shape.rotations())
            .map(|r| any_of((r..a).step_by(d).map(|i| plane_onehot.bit(i)), 1))
            .collect_vec();
        m.concat(&rotation_d, &parts);
        m.next_if(rotation_q, &accept, &rotation_d);
    }
    m.next(&readback_q, &rb_valid);
    m.next_if(
        &readback_row_q,
        &(&rb_valid | &readback_q),
        &readback_onehot
            .slice(shape.scale_rows(), p)
            .gated_by(&rb_valid),
    );
    let lane = m.wire("readback_lane_d", d);
    let lanes = (0..d)
        .map(|l| any_of((l..s).step_by(d).map(|k| readback_bit.bit(k)), 1) & &rb_valid)
        .collect_vec();
    m.concat(&lane, &lanes);
    m.next_if(&readback_lane_q, &(&rb_valid | &readback_q), &lane);

    // Selects of the columns.
    let later = m.wire_of("later_plane", &(&busy_q & !&plane0));
    let n_last = shape.last_rows();
    // A skipped plane enters at its last digit without a carry.
    let skip_q = (shape.ternary && !shape.gated() && digits > 1)
        .then(|| m.register("skip_q", 1).clock(&clk).reset(&rst_n, 0).build());
    if let Some(skip_q) = &skip_q {
        m.next_if(skip_q, &accept, &skip);
    }
    let read_last = match (shape.sign_in_carry(), &skip_q) {
        // The sign row, for the columns that did not add; where none is gated, for skipped planes.
        (true, None) if shape.gated() => row_q.shr_by(1),
        (true, Some(skip_q)) => row_q.shr_by(1).gated_by(skip_q),
        (true, None) => zeros(p),
        (false, _) => spread(&row_q, n_last - 1),
    };
    let window = m.wire("read_window", p);
    m.select(&window)
        .when(&!&later, &zeros(p))
        .when(&is_last, &read_last)
        .otherwise(&spread(&row_q, d));
    let shown = spread(&readout.row, u).gated_by(&readout.valid) | &readback_row_q;
    m.assign(&read_row, &(&window | shown));

    // A skipped plane 0 clears its whole window at once. (With one digit a plane it does so anyway.)
    let clear_q = (shape.ternary && digits > 1).then(|| {
        m.register("clear_q", 1)
            .clock(&clk)
            .reset(&rst_n, 0)
            .build()
    });
    if let Some(clear_q) = &clear_q {
        m.next_if(clear_q, &accept, &(&skip & &plane_onehot.bit(0)));
    }
    let mut store = m.select(&store_row).when(&!&advance, &zeros(p));
    if let Some(clear_q) = &clear_q {
        store = store.when(clear_q, &ones(shape.window()).zext(p));
    }
    store
        .when(&is_last, &spread(&row_q, n_last))
        .otherwise(&spread(&row_q, d));
    if let Some(extend_row) = &extend_row {
        m.assign(
            extend_row,
            &row_q.shl_by(n_last - 1).gated_by(&(&finish & !&plane0)),
        );
    }
    let rotation = rotation_q.unwrap_or_else(|| lit(1, 1));
    m.assign(&read_rotation, &rotation.gated_by(&later));
    if let Some(store_rotation) = &store_rotation {
        m.assign(store_rotation, &rotation);
    }
    m.assign(&load, &accept);
    if let Some(out) = &advance_out {
        m.assign(out, &advance);
    }
    m.assign(&last, &is_last);
    if let Some(store_all) = &store_all {
        m.assign(store_all, &plane0);
    }
    m.assign(&busy, &busy_q);
    match &digit_q {
        Some(digit_q) => {
            let selects = (0..a)
                .cartesian_product(0..shape.scale_digits())
                .map(|(i, t)| plane_q.bit(i) & digit_q.bit(t))
                .collect_vec();
            m.concat(&scale_select, &selects);
            if let Some(first) = &first {
                m.assign(first, &digit_q.bit(0));
            }
            if let Some(pre_last) = &pre_last {
                m.assign(pre_last, &digit_q.bit(digits - 2));
            }
        }
        None => m.assign(&scale_select, &plane_q),
    }
    if let (Some(carry_keep), Some(skip_q)) = (&carry_keep, &skip_q) {
        m.assign(carry_keep, &!skip_q);
    }
    let classes = (0..d / u)
        .map(|c| {
            let rows = (c * u..p).step_by(d).map(|row| readout.row.bit(row));
            any_of(rows, 1) & &readout.valid
        })
        .collect_vec();
    m.concat(&readout_rotation, &classes);
    m.assign(&readback, &readback_q);
    m.assign(&readback_lane, &readback_lane_q);
    m.assign(
        &write_row,
        &lit(1, shape.scale_rows()).shl(&wr_row).gated_by(&wr_valid),
    );
    m.finish()
}
