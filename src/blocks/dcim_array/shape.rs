// SPDX-License-Identifier: MIT OR Apache-2.0
//! Shape of a scale-factor array: its parameters and what follows from them.

/// Parameters of a DCiM or baseline array (symbols as in `doc/contracts.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrayShape {
    /// Used columns, U >= 1.
    pub columns: usize,
    /// Input bits, A >= 1: bit planes of one matrix-vector multiply.
    pub input_bits: usize,
    /// Scale bits, S >= 1.
    pub scale_bits: usize,
    /// Rows per cycle, d in 1 ..= S + 2.
    pub rows_per_cycle: usize,
    /// Rows per cycle of read-out, u: a divisor of d.
    pub readout_rows: usize,
    /// Ternary partial sums (with a nonzero bit); binary otherwise.
    pub ternary: bool,
    /// Latch storage; flip-flops otherwise.
    pub latch: bool,
    /// Columns with p = 0 are gated (ternary only).
    pub gating: bool,
    /// Each scale factor has a parity bit, which is checked where the factor is added.
    pub parity: bool,
    /// All planes are added during the read-out ([`deferred_array`](crate::blocks::deferred_array)): d is S + 2, for an operation
    /// takes one cycle, and u is any number of rows.
    pub deferred: bool,
}

impl ArrayShape {
    /// Rows that one bit plane touches: S + 2.
    pub fn window(&self) -> usize {
        self.scale_bits + 2
    }

    /// Accumulator bits of a column, P = S + A + 1.
    pub fn accumulator_bits(&self) -> usize {
        self.scale_bits + self.input_bits + 1
    }

    /// Bits that are stored of a scale factor: S, and its parity as bit S.
    pub fn stored_bits(&self) -> usize {
        self.scale_bits + usize::from(self.parity)
    }

    /// Rows of the scale-factor memory: A times the stored bits.
    pub fn scale_rows(&self) -> usize {
        self.input_bits * self.stored_bits()
    }

    /// Accumulator rows that a scale-factor bit can enter the adder at, S + A - 1.
    pub fn shifted_rows(&self) -> usize {
        self.scale_bits + self.input_bits - 1
    }

    /// Cycles of one bit plane, D = ceil((S + 2) / d).
    pub fn digits(&self) -> usize {
        self.window().div_ceil(self.rows_per_cycle)
    }

    /// Digits of a plane that hold scale-factor bits, ceil(S / d).
    pub fn scale_digits(&self) -> usize {
        self.scale_bits.div_ceil(self.rows_per_cycle)
    }

    /// Rows of the window that the last digit covers, 1 ..= d.
    pub fn last_rows(&self) -> usize {
        self.window() - (self.digits() - 1) * self.rows_per_cycle
    }

    /// Distinct values of i mod d over the planes i: the lane rotations that occur.
    pub fn rotations(&self) -> usize {
        self.rows_per_cycle.min(self.input_bits)
    }

    /// Digits of the read-out of one result, Nr = ceil(P / u).
    pub fn readout_digits(&self) -> usize {
        self.accumulator_bits().div_ceil(self.readout_rows)
    }

    /// Rows in the last digit of the read-out, 1 ..= u; the sign stands for the others.
    pub fn last_readout_rows(&self) -> usize {
        self.accumulator_bits() - (self.readout_digits() - 1) * self.readout_rows
    }

    /// Read-out digits that must have left before plane 0 of the next multiply may start.
    pub fn lead(&self) -> usize {
        let (u, d) = (self.readout_rows, self.rows_per_cycle);
        (0..self.window())
            .map(|r| (r / u).saturating_sub(r / d))
            .max()
            .unwrap_or(0)
    }

    /// As [`lead`](Self::lead), for a skipped plane 0, which clears its whole window in one cycle.
    pub fn lead_skip(&self) -> usize {
        (self.window() - 1) / self.readout_rows
    }

    /// Columns are gated by their partial sum.
    pub fn gated(&self) -> bool {
        self.gating && self.ternary
    }

    /// A column has registers that move with the digits (carry, data of a latch row).
    pub fn has_digit_registers(&self) -> bool {
        self.gated() || self.latch || self.digits() > 1
    }

    /// The last digit of a plane is the sign row alone. The digit before leaves that bit in the carry.
    pub fn sign_in_carry(&self) -> bool {
        self.last_rows() == 1
    }

    /// Gated columns take part in the last digit of a plane, with nothing to add, and so copy their sign. (With one digit a
    /// plane they would take part in everything, so there the sign row is stored apart.)
    pub fn sign_row_apart(&self) -> bool {
        self.gated() && self.digits() == 1
    }

    /// Selects of the scale factors: one for each plane and digit.
    pub fn scale_selects(&self) -> usize {
        self.input_bits * self.scale_digits()
    }

    /// The array runs on gated clocks. Flip-flops without gating stay on the one clock, with enables.
    pub fn gated_clocks(&self) -> bool {
        self.latch || self.gated()
    }
}
