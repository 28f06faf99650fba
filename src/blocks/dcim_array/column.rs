// SPDX-License-Identifier: MIT OR Apache-2.0
//! One column of the DCiM array: its scale factors, its accumulator and the d full adders between.
//!
//! Row r of the accumulator always meets *physical* lane r mod d. Plane i starts at row i, so the
//! physical lanes are rotated by i mod d to become the *logical* lanes of the adder, and back.

mod parity;

use super::cells;
use super::shape::ArrayShape;
use super::{any_of, majority};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig};
use itertools::Itertools;
use std::sync::Arc;

/// A column under construction: its clocks and selects, and the partial sum that it holds.
struct Column<'a> {
    m: ModuleBuilder,
    prefix: &'a str,
    shape: &'a ArrayShape,
    clk: Sig,
    /// Clock that runs in the cycles in which a digit is computed (latch storage).
    digit_clk: Option<Sig>,
    /// The same, for the latch that holds the column's gate.
    digit_hold: Option<Sig>,
    /// A digit is computed in this cycle (flip-flop storage; absent where no register moves with the digits).
    advance: Option<Sig>,
    first: Option<Sig>,
    pre_last: Option<Sig>,
    last: Sig,
    nonzero_q: Option<Sig>,
    negative_q: Sig,
    /// Ungated columns: 0 in a skipped plane, where no carry comes from the digit before.
    carry_keep: Option<Sig>,
    /// Gate of the rows of this column (gated columns).
    open: Option<Sig>,
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
    // Latch columns run on the clocks of rows, digits and loads alone.
    let clk = (!shape.latch).then(|| m.input("clk_i", 1, "clock"));
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
    let digit_clk = shape
        .latch
        .then(|| m.input("digit_clk_i", 1, "clock, running while digits are computed"));
    let digit_hold = (shape.latch && shape.gated()).then(|| {
        m.input(
            "digit_hold_i",
            1,
            "the same clock, for the latch of the column's gate",
        )
    });
    let clk = clk
        .or_else(|| digit_clk.clone())
        .unwrap_or_else(|| load.clone());
    let advance = (shape.has_digit_registers() && !shape.latch)
        .then(|| m.input("advance_i", 1, "a digit is computed in this cycle"));
    let first = (shape.digits() > 1).then(|| m.input("first_i", 1, "first digit of the plane"));
    let pre_last = shape
        .sign_in_carry()
        .then(|| m.input("pre_last_i", 1, "last digit but one"));
    let last = m.input("last_i", 1, "last digit of the plane");
    let carry_keep = (shape.ternary && !shape.gated() && shape.digits() > 1).then(|| {
        m.input(
            "carry_keep_i",
            1,
            "0 in a skipped plane: no carry into its last digit",
        )
    });
    let store_all = shape
        .gated()
        .then(|| m.input("store_all_i", 1, "plane 0: every column stores"));
    let scale_select = m.input(
        "scale_select_i",
        shape.scale_selects(),
        "plane and digit of the scale factors",
    );
    let read_row = m.input("read_row_i", p, "accumulator rows read");
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
    let parity = shape.parity.then(|| parity::Ports::declare(&mut m));
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
    let mut column = Column {
        m,
        prefix,
        shape,
        clk,
        digit_clk,
        digit_hold,
        advance,
        first,
        pre_last,
        last,
        nonzero_q,
        negative_q,
        carry_keep,
        open: None,
        column_clk: None,
    };
    column.gate(store_all.as_ref(), test_en.as_ref());

    let scale_q = cells::scale_factors(
        &mut column.m,
        prefix,
        shape,
        &column.clk,
        &storage.scale,
        &storage.data,
    );
    let accumulator_q = column.m.wire("accumulator_q", p);
    let (scale_lane, factor_lane) = column.read_scale(&scale_q, &scale_select, &readback);
    let parity_shown =
        parity.map(|ports| column.check_parity(&ports, &scale_q, &scale_select, &factor_lane));
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
    let sum_lane = column.add(&factor_lane, &row_lane, &read_rotation);
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
    let shown = (&scale_lane & &readback_lane).reduce_or() | (row_lane.reduce_or() & &readback);
    let shown = match &parity_shown {
        Some(parity) => shown | parity,
        None => shown,
    };
    m.assign(&readback_data, &shown);
    column.m.finish()
}

impl Column<'_> {
    /// The column's gate: which columns store and which are clocked.
    fn gate(&mut self, store_all: Option<&Sig>, test_en: Option<&Sig>) {
        let (Some(nonzero), Some(store_all), Some(test_en)) = (&self.nonzero_q, store_all, test_en)
        else {
            return;
        };
        let m = &mut self.m;
        // With several digits a plane, a gated column takes part in the last one: it adds nothing to its sign.
        let stores = match self.shape.sign_row_apart() {
            true => m.wire_of("column_stores", &(nonzero | store_all)),
            false => m.wire_of("column_stores", &(nonzero | store_all | &self.last)),
        };
        match (&self.digit_clk, &self.digit_hold, &self.advance) {
            (Some(digit_clk), Some(hold), _) => {
                m.comment("Moves only while the digit clock is low: rows are open, and the column's clock runs, while it is high.");
                let open = m.latch_low("column_open", 1, hold, &(&stores | test_en));
                // With a sign row of its own, the sum of a gated column must be there as well: no register is gated.
                if !self.shape.sign_row_apart() {
                    self.column_clk = Some(m.wire_of("column_clk", &(digit_clk & &open)));
                }
                self.open = Some(open);
            }
            (_, _, Some(advance)) => {
                let enable = match self.shape.sign_row_apart() {
                    true => advance.clone(),
                    false => m.wire_of("column_en", &(advance & &stores)),
                };
                self.column_clk = Some(m.clock_gate("u_column_gate", &self.clk, &enable, test_en));
                self.open = Some(stores);
            }
            _ => {}
        }
    }

    /// A register that moves once a digit, and not at all in a column whose clock is gated.
    fn digit_register(&mut self, name: &str, next: &Expr) -> Sig {
        let clock = self.column_clk.as_ref().or(self.digit_clk.as_ref());
        let q = self
            .m
            .register(name, next.width())
            .clock(clock.unwrap_or(&self.clk))
            .build();
        match (clock, &self.advance) {
            (None, Some(advance)) => self.m.next_if(&q, advance, next),
            _ => self.m.next(&q, next),
        }
        q
    }

    /// Scale-factor bits of this digit, one a lane: as they are read, and as they are added (0 where p is 0).
    fn read_scale(&mut self, scale_q: &Sig, select: &Sig, readback: &Sig) -> (Sig, Sig) {
        let (a, s, d) = (
            self.shape.input_bits,
            self.shape.scale_bits,
            self.shape.rows_per_cycle,
        );
        let stored = self.shape.stored_bits();
        // The gate stands where there are fewer signals: before the selects or behind the lanes.
        let at_selects = self.shape.gated() && self.shape.scale_selects() <= d;
        let select = match &self.nonzero_q {
            Some(n) if at_selects => self
                .m
                .wire_of("scale_active", &select.gated_by(&(n | readback))),
            _ => select.clone(),
        };
        let lane = self.m.wire("scale_lane", d);
        let digits = self.shape.scale_digits();
        let bits = (0..d)
            .map(|l| {
                let terms = (0..a).cartesian_product((l..s).step_by(d).enumerate());
                any_of(
                    terms.map(|(i, (t, k))| {
                        scale_q.bit(i * stored + k) & select.bit(i * digits + t)
                    }),
                    1,
                )
            })
            .collect_vec();
        self.m.concat(&lane, &bits);
        let factor = match &self.nonzero_q {
            Some(n) if !at_selects => self.m.wire_of("factor_lane", &lane.gated_by(n)),
            _ => lane.clone(),
        };
        (lane, factor)
    }

    /// Accumulator bits of this digit by logical lane; 0 in gated columns, but for the sign in the last digit.
    fn operands(&mut self, row_lane: &Sig, read_rotation: &Sig) -> Vec<Expr> {
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
        let mut operands = (0..d).map(|l| raw.bit(l)).collect_vec();
        let nonzero = self.nonzero_q.clone().filter(|_| self.shape.gated());
        if self.shape.sign_in_carry() {
            // The last digit reads the sign row only in columns that did not add: there, the carry does not hold the sign.
            operands[0] = match (&nonzero, d) {
                (Some(n), 1) => raw.bit(0) & (n ^ &self.last),
                (Some(n), _) => (raw.bit(0) & n) | (raw.bit(d - 1) & &self.last & !n),
                (None, 1) => raw.bit(0),
                (None, _) => raw.bit(0) | (raw.bit(d - 1) & &self.last),
            };
            if let Some(n) = &nonzero {
                for (l, operand) in operands.iter_mut().enumerate().skip(1) {
                    *operand = raw.bit(l) & n;
                }
            }
            return operands;
        }
        operands[sign_lane] = raw.bit(sign_lane) | (raw.bit(sign_lane - 1) & &self.last);
        if let Some(n) = &nonzero {
            let active = match self.shape.sign_row_apart() {
                true => n.clone(),
                false => self.m.wire_of("column_reads", &(n | &self.last)),
            };
            for (l, operand) in operands.iter_mut().enumerate() {
                if !(self.shape.sign_row_apart() && l == sign_lane) {
                    *operand = operand.clone() & &active;
                }
            }
        }
        operands
    }

    /// The adder: logical lane l adds the row at position t * d + l of the window.
    fn add(&mut self, factor_lane: &Sig, row_lane: &Sig, read_rotation: &Sig) -> Sig {
        let d = self.shape.rows_per_cycle;
        let operands = self.operands(row_lane, read_rotation);
        let lane = self.m.wire("accumulator_lane", d);
        self.m.concat(&lane, &operands);

        self.m
            .comment("a + (b xor negative), the carry starting as negative");
        let mut signs = vec![self.negative_q.clone(); d];
        if self.shape.sign_in_carry() {
            signs[0] = self
                .m
                .wire_of("negative_low", &(&self.negative_q & !&self.last));
        }
        let sign = self.m.wire("addend_sign", d);
        self.m
            .concat(&sign, &signs.iter().map(|s| s.bit(0)).collect_vec());
        let addend = self.m.wire_of("addend", &(factor_lane ^ &sign));
        // A wire a lane: as a vector, a ripple looks like a loop to some tools.
        let carry = (0..=d)
            .map(|l| self.m.wire(&format!("carry_{l}"), 1))
            .collect_vec();
        match self.first.clone() {
            Some(first) => {
                let carry_q = self.digit_register("carry_q", &carry[d]);
                let kept = match (&self.nonzero_q, &self.carry_keep) {
                    (Some(n), None) => {
                        // A gated column's carry is a stale one.
                        &carry_q & n
                    }
                    (_, Some(keep)) => &carry_q & keep,
                    _ => carry_q.clone(),
                };
                let low = self.m.wire("carry_in", 1);
                self.m
                    .select(&low)
                    .when(&first, &self.negative_q)
                    .otherwise(&kept);
                self.m.assign(&carry[0], &low);
            }
            None => {
                self.m.assign(&carry[0], &self.negative_q);
                self.m.unused(&carry[d]);
            }
        }
        for l in 0..d {
            let (x, y) = (lane.bit(l), addend.bit(l));
            let c = match &self.pre_last {
                Some(pre_last) if l == d - 1 => {
                    // Position S is the sign row. The bit above it, which has the same operands, is the sign of the sum: the
                    // operands' where they agree, else not the carry. It waits in the carry's register for the last digit.
                    self.m.wire_of("carry_or_sign", &(&carry[l] ^ pre_last))
                }
                _ => carry[l].clone(),
            };
            self.m.assign(&carry[l + 1], &majority(&x, &y, &c));
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
        let rows = (0..p)
            .map(|r| match (&self.open, &storage.extend) {
                (Some(open), Some(extend)) if r >= window => match self.shape.latch {
                    true => (storage.row.bit(r) & open) | extend.bit(r - window),
                    false => storage.row.bit(r) & (open | extend.bit(r - window)),
                },
                // The clock of a flip-flop column stands still where it does not store.
                (Some(open), _) if self.shape.latch || self.shape.sign_row_apart() => {
                    storage.row.bit(r) & open
                }
                _ => storage.row.bit(r),
            })
            .collect_vec();
        let enable = self.m.wire("row_en", p);
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
