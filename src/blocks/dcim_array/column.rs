// SPDX-License-Identifier: MIT OR Apache-2.0
//! One column of the DCiM array: its scale factors, its accumulator and the d full adders between.
//!
//! Row r of the accumulator always meets *physical* lane r mod d. Plane i starts at row i, so the
//! physical lanes are rotated by i mod d to become the *logical* lanes of the adder, and back.

use super::any_of;
use super::cells;
use super::shape::ArrayShape;
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, ones};
use itertools::Itertools;
use std::sync::Arc;

/// A column under construction: its ports, and the partial sum that it holds.
struct Column<'a> {
    m: ModuleBuilder,
    prefix: &'a str,
    shape: &'a ArrayShape,
    clk: Sig,
    /// Absent where no register moves with the digits.
    advance: Option<Sig>,
    last: Sig,
    nonzero_q: Option<Sig>,
    negative_q: Sig,
    /// This column stores its rows of the window (gated columns: only where p is not 0, or in plane 0).
    stores: Option<Sig>,
    /// Clock of the column's registers where columns are gated.
    column_clk: Option<Sig>,
}

/// Builds `<prefix>_dcim_column`.
pub fn build(prefix: &str, shape: &ArrayShape) -> Arc<Module> {
    let (a, s, d, u) = (
        shape.input_bits,
        shape.scale_bits,
        shape.rows_per_cycle,
        shape.readout_rows,
    );
    let p = shape.accumulator_bits();
    let mut m = ModuleBuilder::new(&format!("{prefix}_dcim_column"));
    m.contract(&format!(
        "One column of the DCiM array: {a} scale factor(s) of {s} bits, an accumulator of {p} bits, {d} row(s) a cycle. \
         Reads, adds or subtracts and stores under the selects of the control. Storage has no reset: plane 0 overwrites it."
    ));
    m.group("Clock");
    let clk = m.input("clk_i", 1, "clock");
    let test_en = shape
        .gated()
        .then(|| m.input("test_en_i", 1, "scan enable of the clock gate"));
    m.group("Partial sum");
    let load = m.input(
        "load_i",
        1,
        if shape.gated_clocks() {
            "clock that captures it"
        } else {
            "capture it at the end of this cycle"
        },
    );
    let nonzero = shape.ternary.then(|| m.input("nonzero_i", 1, "p is not 0"));
    let negative = m.input("negative_i", 1, "p is -1");
    m.group("Selects shared by all columns");
    let advance = shape
        .has_digit_registers()
        .then(|| m.input("advance_i", 1, "a digit is computed in this cycle"));
    let last = m.input("last_i", 1, "last digit of the plane");
    let store_all = shape
        .gated()
        .then(|| m.input("store_all_i", 1, "plane 0: every column stores"));
    let plane_select = m.input("plane_select_i", a, "plane of the scale factors");
    let digit_select = (shape.digits() > 1).then(|| {
        m.input(
            "digit_select_i",
            shape.scale_digits(),
            "digit of the scale factor",
        )
    });
    let read_row = m.input("read_row_i", p, "accumulator rows read");
    let read_always = shape
        .gated()
        .then(|| m.input("read_always_i", p, "rows read even where p is 0"));
    let read_rotation = m.input("read_rotation_i", shape.rotations(), "rows to lanes");
    let store_rotation = (shape.rotations() > 1)
        .then(|| m.input("store_rotation_i", shape.rotations(), "lanes to rows"));
    let readout_rotation = m.input("readout_rotation_i", d / u, "rows to read-out");
    let readout_last = (shape.last_readout_rows() < u).then(|| {
        m.input(
            "readout_last_i",
            1,
            "last digit of the read-out: repeat the sign",
        )
    });
    let readback = m.input("readback_i", 1, "read-back is on");
    let readback_lane = m.input("readback_lane_i", d, "lane of the row read back");
    let storage = cells::Ports::declare(&mut m, shape);
    m.group("Out");
    let readout = m.output("readout_o", u, "rows of the read-out digit");
    let readback_data = m.output("readback_o", 1, "bit of the row read back");

    let mut capture = |name: &str, value: &Expr| {
        let q = m
            .register(name, 1)
            .clock(if shape.gated_clocks() { &load } else { &clk })
            .build();
        if shape.gated_clocks() {
            m.next(&q, value)
        } else {
            m.next_if(&q, &load, value)
        }
        q
    };
    // A column with p = 0 holds both bits low, so that it adds nothing.
    let (nonzero_q, negative_q) = match &nonzero {
        Some(n) => (
            Some(capture("nonzero_q", n)),
            capture("negative_q", &(&negative & n)),
        ),
        None => (None, capture("negative_q", &negative)),
    };
    let stores = nonzero_q
        .as_ref()
        .zip(store_all.as_ref())
        .map(|(n, all)| m.wire_of("column_stores", &(n | all)));
    let column_clk = match (&stores, &test_en, &advance) {
        (Some(stores), Some(test_en), Some(advance)) => {
            let enable = m.wire_of("column_en", &(advance & (stores | &last)));
            Some(m.clock_gate("u_column_gate", &clk, &enable, test_en))
        }
        _ => None,
    };
    let mut column = Column {
        m,
        prefix,
        shape,
        clk,
        advance,
        last,
        nonzero_q,
        negative_q,
        stores,
        column_clk,
    };

    let scale_q = cells::scale_factors(
        &mut column.m,
        prefix,
        shape,
        &column.clk,
        &storage.scale,
        &storage.data,
    );
    let accumulator_q = column.m.wire("accumulator_q", p);
    let scale_lane = column.read_scale(&scale_q, &plane_select, digit_select.as_ref(), &readback);
    let read_row = match (&column.nonzero_q, &read_always) {
        (Some(n), Some(always)) => {
            let active = read_row.gated_by(n) | always;
            column.m.wire_of("read_active", &active)
        }
        _ => read_row,
    };
    let row_lane = column.m.wire("row_lane", d);
    let rows = (0..d)
        .map(|j| {
            any_of(
                (j..p)
                    .step_by(d)
                    .map(|r| accumulator_q.bit(r) & read_row.bit(r)),
                1,
            )
        })
        .collect_vec();
    column.m.concat(&row_lane, &rows);
    let sum_lane = column.add(
        &scale_lane,
        &row_lane,
        &read_rotation,
        digit_select.as_ref(),
    );
    let row_sum = match &store_rotation {
        Some(rotation) => {
            let row_sum = column.m.wire("row_sum", d);
            let lanes = (0..d)
                .map(|j| {
                    any_of(
                        (0..shape.rotations())
                            .map(|r| sum_lane.bit((j + d - r) % d) & rotation.bit(r)),
                        1,
                    )
                })
                .collect_vec();
            column.m.concat(&row_sum, &lanes);
            row_sum
        }
        None => sum_lane,
    };
    column.store(&storage, &accumulator_q, &row_sum);

    let m = &mut column.m;
    let raw = m.wire("readout_raw", u);
    let digit = (0..u)
        .map(|v| {
            any_of(
                (0..d / u).map(|c| row_lane.bit(c * u + v) & readout_rotation.bit(c)),
                1,
            )
        })
        .collect_vec();
    m.concat(&raw, &digit);
    super::readout::sign_extend(m, shape, &raw, readout_last.as_ref(), &readout);
    m.assign(
        &readback_data,
        &((&scale_lane & &readback_lane).reduce_or() | (row_lane.reduce_or() & &readback)),
    );
    column.m.finish()
}

impl Column<'_> {
    /// A register that moves once a digit, and not at all in a gated column.
    fn digit_register(&mut self, name: &str, next: &Expr) -> Sig {
        let q = self
            .m
            .register(name, next.width())
            .clock(self.column_clk.as_ref().unwrap_or(&self.clk))
            .build();
        match (&self.column_clk, &self.advance) {
            (None, Some(advance)) => self.m.next_if(&q, advance, next),
            _ => self.m.next(&q, next),
        }
        q
    }

    /// Scale-factor bits of this digit, one a lane. The factors of a gated column are not even looked at.
    fn read_scale(
        &mut self,
        scale_q: &Sig,
        plane_select: &Sig,
        digit_select: Option<&Sig>,
        readback: &Sig,
    ) -> Sig {
        let (a, s, d) = (
            self.shape.input_bits,
            self.shape.scale_bits,
            self.shape.rows_per_cycle,
        );
        let plane_select = match &self.nonzero_q {
            Some(n) if self.shape.gated() => self
                .m
                .wire_of("plane_active", &plane_select.gated_by(&(n | readback))),
            _ => plane_select.clone(),
        };
        let factor = any_of(
            (0..a).map(|i| scale_q.slice(i * s, s).gated_by(&plane_select.bit(i))),
            s,
        );
        let factor = self.m.wire_of("factor", &factor);
        let lane = self.m.wire("scale_lane", d);
        let bits = (0..d)
            .map(|l| {
                let digits = (l..s).step_by(d).enumerate();
                any_of(
                    digits.map(|(t, k)| {
                        digit_select
                            .map_or_else(|| factor.bit(k), |digit| factor.bit(k) & digit.bit(t))
                    }),
                    1,
                )
            })
            .collect_vec();
        self.m.concat(&lane, &bits);
        lane
    }

    /// The adder: logical lane l adds the row at position t * d + l of the window.
    fn add(
        &mut self,
        scale_lane: &Sig,
        row_lane: &Sig,
        read_rotation: &Sig,
        digit_select: Option<&Sig>,
    ) -> Sig {
        let d = self.shape.rows_per_cycle;
        // Position S + 1 of the window lies in this lane of the last digit. It has no stored bit yet:
        // it takes the sign, the row below.
        let sign_lane = self.shape.last_rows() - 1;
        let raw = self.m.wire("accumulator_read", d);
        let rotated = (0..d)
            .map(|l| {
                any_of(
                    (0..self.shape.rotations())
                        .map(|r| row_lane.bit((l + r) % d) & read_rotation.bit(r)),
                    1,
                )
            })
            .collect_vec();
        self.m.concat(&raw, &rotated);
        let lane = self.m.wire("accumulator_lane", d);
        let mut operands = (0..d).map(|l| raw.bit(l)).collect_vec();
        if sign_lane > 0 {
            operands[sign_lane] = raw.bit(sign_lane) | (raw.bit(sign_lane - 1) & &self.last);
        } else {
            // The sign was read one digit earlier, and an active column has replaced it since; a
            // gated column reads it now.
            let sign_q = self.digit_register("sign_q", &lane.bit(d - 1));
            let read = if d == 1 {
                raw.bit(0)
            } else {
                raw.bit(0) | (raw.bit(d - 1) & &self.last)
            };
            let kept = &self.last & self.nonzero_q.clone().unwrap_or_else(|| ones(1));
            let low = self.m.wire("accumulator_low", 1);
            self.m.select(&low).when(&kept, &sign_q).otherwise(&read);
            operands[0] = low;
        }
        self.m.concat(&lane, &operands);

        self.m
            .comment("a + (b xor negative), the carry starting as negative");
        let addend = match &self.nonzero_q {
            // Gated columns read zeros as it is.
            Some(n) if !self.shape.gated() => scale_lane.gated_by(n),
            _ => scale_lane.clone(),
        };
        let addend = self
            .m
            .wire_of("addend", &(addend ^ self.negative_q.repeat(d)));
        // A wire a lane: as a vector, a ripple looks like a loop to some tools.
        let carry = (0..=d)
            .map(|l| self.m.wire(&format!("carry_{l}"), 1))
            .collect_vec();
        match digit_select {
            Some(digit) => {
                let carry_q = self.digit_register("carry_q", &carry[d]);
                let kept = match &self.nonzero_q {
                    Some(n) => &carry_q & n,
                    None => carry_q,
                };
                let first = self.m.wire("carry_in", 1);
                self.m
                    .select(&first)
                    .when(&digit.bit(0), &self.negative_q)
                    .otherwise(&kept);
                self.m.assign(&carry[0], &first);
            }
            None => {
                self.m.assign(&carry[0], &self.negative_q);
                self.m.unused(&carry[d]);
            }
        }
        for l in 0..d {
            let (x, y, c) = (lane.bit(l), addend.bit(l), &carry[l]);
            self.m.assign(&carry[l + 1], &((&x & &y) | (c & (&x | &y))));
        }
        let sum = self.m.wire("sum", d);
        let bits = (0..d)
            .map(|l| lane.bit(l) ^ addend.bit(l) ^ &carry[l])
            .collect_vec();
        self.m.concat(&sum, &bits);
        sum
    }

    /// Stores `row_sum` (by physical lane) into the accumulator.
    fn store(&mut self, storage: &cells::Ports, accumulator_q: &Sig, row_sum: &Sig) {
        let (p, d, window) = (
            self.shape.accumulator_bits(),
            self.shape.rows_per_cycle,
            self.shape.window(),
        );
        // A latch row opens in the cycle after its digit, so its data waits in a register.
        let row_sum = match self.shape.latch {
            true => self.digit_register("row_sum_q", row_sum),
            false => row_sum.clone(),
        };
        let row_data = self.m.wire("row_data", p);
        self.m
            .concat(&row_data, &(0..p).map(|r| row_sum.bit(r % d)).collect_vec());
        let enable = self.m.wire("row_en", p);
        let gate = self.stores.clone().map(|stores| match self.shape.latch {
            true => {
                self.m.comment(
                    "Changes only while the clock is low: the rows open while it is high.",
                );
                self.m.latch("column_open", 1, &!&self.clk, &stores)
            }
            false => stores,
        });
        let rows = (0..p)
            .map(|r| match (&gate, &storage.extend) {
                (Some(gate), Some(extend)) if r >= window => match self.shape.latch {
                    true => (storage.row.bit(r) & gate) | extend.bit(r - window),
                    false => storage.row.bit(r) & (gate | extend.bit(r - window)),
                },
                (Some(gate), _) => storage.row.bit(r) & gate,
                (None, _) => storage.row.bit(r),
            })
            .collect_vec();
        self.m.concat(&enable, &rows);
        let clk = self.column_clk.clone().unwrap_or_else(|| self.clk.clone());
        cells::accumulator(
            &mut self.m,
            self.prefix,
            self.shape,
            &clk,
            &enable,
            &row_data,
            accumulator_q,
        );
    }
}
