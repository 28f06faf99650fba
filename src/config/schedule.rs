// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schedule of a steady stream of matrix-vector multiplies, as `doc/contracts.md` states it:
//! when evaluations start, when the array accepts their codes, when read-out is in the way.

/// What the schedule depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// A: bit planes of a multiply.
    pub input_bits: u32,
    /// S: scale bits.
    pub scale_bits: u32,
    /// d: rows per cycle.
    pub rows_per_cycle: u32,
    /// u: rows per cycle of read-out.
    pub readout_rows: u32,
    /// All planes are added during the read-out: an operation only takes codes, in one cycle, and none may come before the read-out
    /// of the last result is over.
    pub deferred: bool,
    /// E: cycles of an evaluation.
    pub evaluation: u32,
    /// Hold cycles after the last sense; part of E.
    pub hold: u32,
}

impl Schedule {
    /// D = ceil((S + 2) / d).
    fn digits(&self) -> u32 {
        if self.deferred {
            return 1;
        }
        (self.scale_bits + 2).div_ceil(self.rows_per_cycle)
    }

    /// Nr = ceil(P / u).
    fn readout_digits(&self) -> u32 {
        (self.scale_bits + self.input_bits + 1).div_ceil(self.readout_rows)
    }

    /// Read-out digits that must have left before plane 0 may start.
    fn lead(&self) -> u32 {
        if self.deferred {
            return self.readout_digits();
        }
        let (u, d) = (self.readout_rows, self.rows_per_cycle);
        (0..self.scale_bits + 2)
            .map(|r| (r / u).saturating_sub(r / d))
            .max()
            .unwrap_or(0)
    }

    /// Cycles from one multiply to the next, all planes evaluated, nothing stalled: the longest
    /// distance once the stream has settled.
    pub fn steady_period(&self) -> u32 {
        const MULTIPLIES: u32 = 8;
        let (planes, digits) = (i64::from(self.input_bits), i64::from(self.digits()));
        let (evaluation, hold) = (i64::from(self.evaluation), i64::from(self.hold));
        let (lead, readout) = (i64::from(self.lead()), i64::from(self.readout_digits()));
        let mut start = 0;
        let mut previous: Option<i64> = None;
        let mut finals: Vec<i64> = Vec::new();
        for k in 0..planes * i64::from(MULTIPLIES) {
            let plane = k % planes;
            let (end, capture) = (start + evaluation, start + evaluation - hold);
            let mut accept = capture + 1;
            if let Some(previous) = previous {
                accept = accept.max(previous + digits);
            }
            if let Some(last) = finals.last() {
                accept = accept.max(last + digits + if plane == 0 { lead } else { readout });
            }
            let soon = |cycle: i64| {
                let near_end = previous.is_none_or(|p| p + digits - cycle <= 3);
                let last = finals.iter().rev().find(|&&f| f < cycle);
                near_end && last.is_none_or(|f| cycle > f + digits + readout)
            };
            let speculative = hold == 0 && previous.is_none_or(|p| p < end) && soon(end);
            start = if accept <= end || speculative {
                end
            } else {
                accept
            };
            previous = Some(accept);
            if plane == planes - 1 {
                finals.push(accept);
            }
        }
        let settled = finals
            .windows(2)
            .skip(2)
            .map(|w| w[1] - w[0])
            .max()
            .unwrap_or(0);
        u32::try_from(settled).unwrap_or(u32::MAX)
    }

    /// The target: A * max(D, E) + A, and the read-out on top where nothing is added before.
    pub fn target(&self) -> u32 {
        let readout = if self.deferred {
            self.readout_digits()
        } else {
            0
        };
        self.input_bits * self.digits().max(self.evaluation) + self.input_bits + readout
    }
}

/// u: the smallest divisor of d with which the stream meets its target for every E >= 3.
pub fn readout_rows(input_bits: u32, scale_bits: u32, rows_per_cycle: u32) -> u32 {
    let meets = |u: u32| {
        let at = |evaluation| Schedule {
            input_bits,
            scale_bits,
            rows_per_cycle,
            readout_rows: u,
            deferred: false,
            evaluation,
            hold: 0,
        };
        // Beyond this E everything hides behind the evaluation.
        let enough = at(3).digits() + at(3).readout_digits() + 6;
        (3..enough)
            .map(at)
            .all(|schedule| schedule.steady_period() <= schedule.target())
    };
    (1..rows_per_cycle)
        .filter(|&u| rows_per_cycle.is_multiple_of(u))
        .find(|&u| meets(u))
        .unwrap_or(rows_per_cycle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use itertools::Itertools;

    #[test]
    fn the_chosen_read_out_always_meets_the_target() {
        for input_bits in 1..=8 {
            for scale_bits in 1..=16 {
                for rows_per_cycle in 1..=scale_bits + 2 {
                    let readout_rows = readout_rows(input_bits, scale_bits, rows_per_cycle);
                    assert_eq!(rows_per_cycle % readout_rows, 0);
                    for evaluation in 3..60 {
                        let schedule = Schedule {
                            input_bits,
                            scale_bits,
                            rows_per_cycle,
                            readout_rows,
                            deferred: false,
                            evaluation,
                            hold: 0,
                        };
                        assert!(
                            schedule.steady_period() <= schedule.target(),
                            "{schedule:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn deferred_accumulation_meets_its_target() {
        for (input_bits, scale_bits) in (1..=8).cartesian_product(1..=16) {
            for (readout_rows, evaluation) in (1..=scale_bits + 2).cartesian_product(3..40) {
                let schedule = Schedule {
                    input_bits,
                    scale_bits,
                    rows_per_cycle: readout_rows,
                    readout_rows,
                    deferred: true,
                    evaluation,
                    hold: 0,
                };
                assert!(
                    schedule.steady_period() <= schedule.target(),
                    "{schedule:?}"
                );
            }
        }
    }

    #[test]
    fn known_periods() {
        let at = |d, u, evaluation| {
            Schedule {
                input_bits: 4,
                scale_bits: 8,
                rows_per_cycle: d,
                readout_rows: u,
                deferred: false,
                evaluation,
                hold: 0,
            }
            .steady_period()
        };
        assert_eq!(
            [at(1, 1, 3), at(1, 1, 10), at(10, 10, 3), at(10, 2, 3)],
            [43, 44, 13, 16]
        );
    }
}
