// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parity of the scale factor that a column adds: one flip-flop beside the adder, which sees the factor's bits as they are read.

use super::Column;
use crate::blocks::dcim_array::any_of;
use crate::hdl::{ModuleBuilder, Sig};
use itertools::Itertools;

/// The ports of a column with parity.
pub(super) struct Ports {
    readback: Sig,
    error: Sig,
}

impl Ports {
    pub fn declare(m: &mut ModuleBuilder) -> Ports {
        m.group("Parity");
        Ports {
            readback: m.input("readback_parity_i", 1, "the row read back is of parity"),
            error: m.output(
                "parity_error_o",
                1,
                "last digit: the factor added has an odd number of ones",
            ),
        }
    }
}

impl Column<'_> {
    /// Checks the factor whose bits of this digit are `factor_lane` (0 where p is 0). The parity bit is read in the first
    /// digit. Gives what read-back shows of it.
    pub(super) fn check_parity(
        &mut self,
        ports: &Ports,
        scale_q: &Sig,
        select: &Sig,
        factor_lane: &Sig,
    ) -> Sig {
        let shape = self.shape;
        let (digits, stored) = (shape.scale_digits(), shape.stored_bits());
        let bits = (0..shape.input_bits)
            .map(|i| scale_q.bit(i * stored + shape.scale_bits) & select.bit(i * digits))
            .collect_vec();
        let m = &mut self.m;
        let read = m.wire_of("parity_read", &any_of(bits, 1));
        let active = match &self.nonzero_q {
            Some(n) => m.wire_of("parity_active", &(&read & n)),
            None => read.clone(),
        };
        let lanes = factor_lane.reduce_xor();
        let odd = match self.first.clone() {
            None => self.m.wire_of("parity_odd", &(&active ^ lanes)),
            Some(first) => {
                let odd = self.m.wire("parity_odd", 1);
                let parity_q = self.digit_register("parity_q", &odd);
                let start = self.m.wire("parity_start", 1);
                self.m
                    .select(&start)
                    .when(&first, &active)
                    .otherwise(&parity_q);
                self.m.assign(&odd, &(&start ^ lanes));
                // Where the last digit reads nothing of the factor, its parity has been there since the digit before.
                match digits < shape.digits() {
                    true => parity_q,
                    false => odd,
                }
            }
        };
        // A gated column keeps the parity of the last factor that it added.
        let checked = match &self.nonzero_q {
            Some(n) => &odd & n,
            None => odd.bit(0),
        };
        let error = match shape.digits() > 1 {
            true => checked & &self.last,
            false => checked,
        };
        self.m.assign(&ports.error, &error);
        self.m
            .wire_of("parity_readback", &(&read & &ports.readback))
    }
}
