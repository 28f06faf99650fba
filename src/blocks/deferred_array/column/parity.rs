// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parity of the scale factors that a column adds. All planes are read at once, so each has a flip-flop of its own: with one for all,
//! two faulty factors would hide each other.

use crate::blocks::dcim_array::{ArrayShape, any_of};
use crate::hdl::{Expr, ModuleBuilder, Sig, zeros};

/// The ports of a column with parity.
pub(super) struct Ports {
    last: Option<Sig>,
    readback: Sig,
    error: Sig,
}

impl Ports {
    pub fn declare(m: &mut ModuleBuilder, shape: &ArrayShape) -> Ports {
        m.group("Parity");
        Ports {
            last: (shape.readout_digits() > 1).then(|| m.input("last_i", 1, "last digit")),
            readback: m.input(
                "readback_parity_i",
                shape.input_bits,
                "plane whose parity is read back",
            ),
            error: m.output(
                "parity_error_o",
                1,
                "last digit: a factor added has an odd number of ones",
            ),
        }
    }
}

/// What the check looks at.
pub(super) struct Check<'a> {
    /// p of each plane is not 0; none in binary.
    pub nonzero: Vec<Option<&'a Sig>>,
    pub scale_q: &'a Sig,
    /// Factor bits that are added in this digit, 0 where p is 0: plane i, lane l at i * u + l.
    pub added: &'a [Expr],
    /// First digit; none where there is only one.
    pub first: Option<&'a Sig>,
    /// Clock of the flip-flops, and their enable where it runs always.
    pub clock: Option<&'a Sig>,
    pub advance: Option<&'a Sig>,
}

impl Check<'_> {
    /// Adds the check. Gives what read-back shows of the parity bits.
    pub fn build(&self, m: &mut ModuleBuilder, shape: &ArrayShape, ports: &Ports) -> Expr {
        let (s, u, stored) = (shape.scale_bits, shape.readout_rows, shape.stored_bits());
        let last_digit = shape.readout_digits() - 1;
        m.comment("Parity of each plane: from the parity bit in the first digit on, with all bits of the factor.");
        let mut errors = Vec::new();
        let mut shown = Vec::new();
        for (i, nonzero) in self.nonzero.iter().enumerate() {
            let bit = self.scale_q.bit(i * stored + s);
            shown.push(&bit & ports.readback.bit(i));
            let active = match nonzero {
                Some(n) => &bit & *n,
                None => bit,
            };
            let lanes = &self.added[i * u..(i + 1) * u];
            let lanes = lanes
                .iter()
                .cloned()
                .reduce(|a, b| a ^ b)
                .unwrap_or_else(|| zeros(1));
            let odd = m.wire(&format!("parity_{i}"), 1);
            let Some((first, clock)) = self.first.zip(self.clock) else {
                m.assign(&odd, &(active ^ lanes));
                errors.push(odd.bit(0));
                continue;
            };
            let q = m.register(&format!("parity_{i}_q"), 1).clock(clock).build();
            let start = m.wire(&format!("parity_start_{i}"), 1);
            m.select(&start).when(first, &active).otherwise(&q);
            m.assign(&odd, &(&start ^ lanes));
            match self.advance {
                Some(advance) => m.next_if(&q, advance, &odd),
                None => m.next(&q, &odd),
            }
            // Row i + S - 1 is the highest of the factor.
            errors.push(match (i + s - 1) / u == last_digit {
                true => odd.bit(0),
                false => q.bit(0),
            });
        }
        let any = any_of(errors, 1);
        let error = match &ports.last {
            Some(last) => any & last,
            None => any,
        };
        m.assign(&ports.error, &error);
        any_of(shown, 1)
    }
}
