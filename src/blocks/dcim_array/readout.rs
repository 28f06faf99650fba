// SPDX-License-Identifier: MIT OR Apache-2.0
//! Read-out of the accumulators: a counter over digits, and the hazards between read-out and the
//! operations of the next multiply.

use super::any_of;
use super::shape::ArrayShape;
use crate::hdl::{Expr, ModuleBuilder, Sig, lit, ones, zeros};
use itertools::Itertools;

/// What the read-out counter listens to.
pub(crate) struct Inputs<'a> {
    pub clk: &'a Sig,
    pub rst_n: &'a Sig,
    pub clear: &'a Sig,
    pub ready: &'a Sig,
    /// The last plane of a multiply ends in this cycle.
    pub start: &'a Sig,
    /// Where the counter selects rows for read-back, too: the cycles in which read-back moves it, and where to.
    pub readback: Option<(&'a Sig, &'a Sig)>,
}

/// The read-out counter: one-hot first row of the digit that is shown.
pub(crate) struct ReadOut {
    /// A digit is shown.
    pub valid: Sig,
    /// One-hot first row of the digit; always a multiple of u. Zero where nothing is read, if the counter serves
    /// read-back.
    pub row: Sig,
    /// The digit is the last of its result.
    pub last: Expr,
    start: Sig,
    /// The last digit is taken in this cycle.
    pub end: Sig,
    ready: Sig,
}

impl ReadOut {
    /// Adds the counter to a control module.
    pub(crate) fn build(m: &mut ModuleBuilder, shape: &ArrayShape, inputs: &Inputs) -> ReadOut {
        let (p, u) = (shape.accumulator_bits(), shape.readout_rows);
        let valid = m
            .register("readout_q", 1)
            .clock(inputs.clk)
            .reset(inputs.rst_n, 0)
            .build();
        let row = m
            .register("readout_row_q", p)
            .clock(inputs.clk)
            .reset(inputs.rst_n, 0)
            .build();
        let last = row.bit((shape.readout_digits() - 1) * u);
        let transfer = m.wire_of("readout_transfer", &(&valid & inputs.ready));
        let end = m.wire_of("readout_end", &(&transfer & &last));

        let valid_d = m.wire("readout_d", 1);
        m.select(&valid_d)
            .when(inputs.clear, &zeros(1))
            .when(inputs.start, &ones(1))
            .when(&end, &zeros(1))
            .otherwise(&valid);
        m.next(&valid, &valid_d);
        let row_d = m.wire("readout_row_d", p);
        let moves = match inputs.readback {
            None => {
                m.select(&row_d)
                    .when(inputs.start, &lit(1, p))
                    .otherwise(&row.shl_by(u));
                inputs.start | &transfer
            }
            Some((moves, to)) => {
                // After the last digit the one has left the register, so that a register alone drives the selects.
                m.select(&row_d)
                    .when(inputs.clear, &zeros(p))
                    .when(inputs.start, &lit(1, p))
                    .when(moves, to)
                    .otherwise(&row.shl_by(u));
                (inputs.start | &transfer) | (inputs.clear | moves)
            }
        };
        m.next_if(&row, &moves, &row_d);
        ReadOut {
            valid,
            row,
            last,
            start: inputs.start.clone(),
            end,
            ready: inputs.ready.clone(),
        }
    }

    /// No read-out is active in the next cycle.
    pub(crate) fn idle_next(&self) -> Expr {
        !&self.start & (!&self.valid | &self.end)
    }

    /// At least `lead` digits have been transferred by the end of this cycle, or no read-out is active in the next.
    fn ahead(&self, shape: &ArrayShape, lead: usize) -> Expr {
        let idle = self.idle_next();
        if lead == 0 {
            return ones(1);
        }
        let digits = shape.readout_digits();
        // The digit shown has index n, so n digits have left before it.
        let shown_from =
            |n: usize| any_of((n..digits).map(|n| self.row.bit(n * shape.readout_rows)), 1);
        let leading = &self.valid & (shown_from(lead) | (shown_from(lead - 1) & &self.ready));
        idle | (!&self.start & leading)
    }

    /// Plane 0 waits for `lead` read-out digits (`lead_skip` where it is skipped).
    ///
    /// `(ready, soon)`: no hazard of read-out stands against the operation that is offered now, or against one that is offered
    /// from the next cycle on, of whatever plane and skipped or not. `final_busy`: an operation of the last plane is under way.
    pub(crate) fn hazards(
        &self,
        m: &mut ModuleBuilder,
        shape: &ArrayShape,
        op_plane: &Sig,
        op_skip: Option<&Sig>,
        final_busy: &Expr,
        (lead, lead_skip): (usize, usize),
    ) -> (Expr, Expr) {
        let quiet = !&self.valid & !final_busy;
        let plain = self.ahead(shape, lead);
        let plane0 = match op_skip {
            Some(skip) if lead_skip != lead => {
                let ahead = m.wire("readout_ahead", 1);
                m.select(&ahead)
                    .when(skip, &self.ahead(shape, lead_skip))
                    .otherwise(&plain);
                ahead
            }
            _ => plain,
        };
        if shape.input_bits == 1 {
            return (plane0, quiet);
        }
        let first = m.wire_of("op_plane_is_first", &op_plane.eq_lit(0));
        let ready = m.wire("hazard_free", 1);
        m.select(&ready)
            .when(&first, &plane0)
            .otherwise(&self.idle_next());
        (ready, quiet)
    }
}

/// Drives the read-out of a column: in the last digit (`last`, where it is not full) rows above the
/// accumulator repeat its sign.
pub(crate) fn sign_extend(
    m: &mut ModuleBuilder,
    shape: &ArrayShape,
    raw: &Sig,
    last: Option<&Sig>,
    out: &Sig,
) {
    let rows = shape.last_readout_rows();
    let bits = (0..shape.readout_rows)
        .map(|v| match last {
            Some(last) if v >= rows => raw.bit(v) | (raw.bit(rows - 1) & last),
            _ => raw.bit(v),
        })
        .collect_vec();
    m.concat(out, &bits);
}
