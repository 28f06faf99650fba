// SPDX-License-Identifier: MIT OR Apache-2.0
//! Linear axes that begin at zero, with round ticks.

/// An axis from 0 to `end`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// Its largest value.
    pub end: f64,
    /// Distance of ticks.
    pub step: f64,
}

impl Axis {
    /// An axis that holds all of `values`.
    pub fn over(values: impl Iterator<Item = f64>) -> Axis {
        let largest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let step = round_step(largest / 6.0);
        let end = (largest * 1.02 / step).ceil() * step;
        Axis { end, step }
    }

    /// The ticks.
    pub fn ticks(&self) -> Vec<f64> {
        let count = (self.end / self.step).round() as usize;
        (0..=count).map(|n| n as f64 * self.step).collect()
    }

    /// A tick in words: as many decimals as the step has.
    pub fn text(&self, tick: f64) -> String {
        let decimals = (-self.step.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{tick:.decimals$}")
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below a number.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let fits = |factor: &&f64| **factor * power >= step * 0.999_999;
    let factor = [1.0, 2.0, 5.0, 10.0];
    factor.iter().find(fits).copied().unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_over_the_values() {
        let axis = Axis::over([3.0, 47.0].into_iter());
        assert_eq!(axis.ticks(), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        let axis = Axis::over([0.37].into_iter());
        assert!(axis.end >= 0.37 && axis.end < 0.5);
        assert_eq!(axis.text(axis.step), "0.1");
        // Nothing to show is no reason to fail.
        assert!(Axis::over(std::iter::empty()).end > 0.0);
    }
}
