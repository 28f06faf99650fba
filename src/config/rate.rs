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
            Limiter::Input => "input",
            Limiter::Output => "output",
        })
    }
}

/// Cycles per matrix-vector multiply in a steady stream without skipped planes and stalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// What the crossbar needs: `A * E + A`.
    pub crossbar_cycles: u64,
    /// What the array needs: `A * D + A`.
    pub array_cycles: u64,
    /// What the input stream needs: the beats of an input packet.
    pub input_cycles: u64,
    /// What the result stream needs: the beats of a result packet.
    pub output_cycles: u64,
    /// The largest of the four.
    pub cycles_per_mvm: u64,
    /// Which of the four it is; the first of array, crossbar, input, output on a tie.
    pub limited_by: Limiter,
}

impl Rate {
    pub(super) fn new(crossbar: u64, array: u64, input: u64, output: u64) -> Self {
        let mut slowest = (array, Limiter::Array);
        let others = [
            (crossbar, Limiter::Crossbar),
            (input, Limiter::Input),
            (output, Limiter::Output),
        ];
        for other in others {
            if other.0 > slowest.0 {
                slowest = other;
            }
        }
        Rate {
            crossbar_cycles: crossbar,
            array_cycles: array,
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
        let limiter = |c, a, i, o| Rate::new(c, a, i, o).limited_by;
        assert_eq!(limiter(4, 4, 4, 4), Limiter::Array);
        assert_eq!(limiter(5, 4, 4, 4), Limiter::Crossbar);
        assert_eq!(limiter(5, 4, 6, 4), Limiter::Input);
        assert_eq!(limiter(5, 4, 6, 7), Limiter::Output);
        assert_eq!(Rate::new(5, 4, 6, 7).cycles_per_mvm, 7);
    }
}
