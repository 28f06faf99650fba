// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sustained rate of a tile and what limits it.

use serde::Serialize;

/// What limits the sustained rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Limiter {
    /// The crossbar's evaluations.
    Crossbar,
    /// The array's accumulation.
    Array,
    /// The digits of a result in the column reduction.
    Reduction,
    /// The width of the input stream.
    Input,
    /// The width of the result stream.
    Output,
}

impl std::fmt::Display for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Limiter::Crossbar => "crossbar",
            Limiter::Array => "array",
            Limiter::Reduction => "reduction",
            Limiter::Input => "input",
            Limiter::Output => "output",
        })
    }
}

/// Cycles per matrix-vector multiply in a steady stream without skipped planes and stalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// What crossbar and array need together, read-out included: the longest distance of two
    /// multiplies in the [`schedule`](super::schedule).
    pub schedule_cycles: u64,
    /// What the column reduction needs: the digits of a result word.
    pub reduction_cycles: u64,
    /// What the input stream needs: the beats of an input packet.
    pub input_cycles: u64,
    /// What the result stream needs: the beats of a result packet.
    pub output_cycles: u64,
    /// The largest of the four.
    pub cycles_per_mvm: u64,
    /// Which of them it is; the first of crossbar and array, reduction, input, output on a tie.
    pub limited_by: Limiter,
}

impl Rate {
    /// `core` tells whether crossbar or array sets the schedule.
    pub(super) fn new(
        (schedule, core): (u64, Limiter),
        reduction: u64,
        input: u64,
        output: u64,
    ) -> Self {
        let mut slowest = (schedule, core);
        let others = [
            (reduction, Limiter::Reduction),
            (input, Limiter::Input),
            (output, Limiter::Output),
        ];
        for other in others {
            if other.0 > slowest.0 {
                slowest = other;
            }
        }
        Rate {
            schedule_cycles: schedule,
            reduction_cycles: reduction,
            input_cycles: input,
            output_cycles: output,
            cycles_per_mvm: slowest.0,
            limited_by: slowest.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_limits() {
        let limiter = |s, r, i, o| Rate::new((s, Limiter::Array), r, i, o).limited_by;
        assert_eq!(limiter(4, 4, 4, 4), Limiter::Array);
        assert_eq!(limiter(4, 5, 4, 4), Limiter::Reduction);
        assert_eq!(limiter(4, 5, 6, 4), Limiter::Input);
        assert_eq!(limiter(4, 5, 6, 7), Limiter::Output);
        let rate = Rate::new((8, Limiter::Crossbar), 5, 6, 7);
        assert_eq!(
            (rate.cycles_per_mvm, rate.limited_by),
            (8, Limiter::Crossbar)
        );
    }
}
