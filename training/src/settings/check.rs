// SPDX-License-Identifier: MIT OR Apache-2.0
//! What settings may be.

use std::fmt::Display;
use std::ops::RangeInclusive;

use hcim_network::{MapShape, PartialSum};

use super::Settings;
use crate::ops::Method;
use crate::precision::{Precision, ThresholdKind};
use crate::spec::{Model, NodeKind, vector_rows};

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFault {
    /// Its name, as on the command line without `--`.
    pub key: &'static str,
    /// What it is.
    pub value: String,
    /// What it may be.
    pub legal: String,
    /// The way out.
    pub help: String,
}

struct Faults(Vec<SettingFault>);

impl Faults {
    fn push(
        &mut self,
        key: &'static str,
        value: impl Display,
        legal: impl Display,
        help: impl Display,
    ) {
        self.0.push(SettingFault {
            key,
            value: value.to_string(),
            legal: legal.to_string(),
            help: help.to_string(),
        });
    }

    fn range<T: PartialOrd + Display>(
        &mut self,
        key: &'static str,
        value: T,
        legal: RangeInclusive<T>,
    ) {
        // NaN is in no range.
        if !legal.contains(&value) {
            let (low, high) = legal.into_inner();
            let near = if value > high { &high } else { &low };
            let help = format!("the nearest legal value is `--{key} {near}`");
            self.push(key, value, format!("{low} ..= {high}"), help);
        }
    }
}

impl Settings {
    /// Checks everything.
    ///
    /// # Errors
    /// Every setting that cannot be, alone or beside the others.
    pub fn check(&self, image: MapShape, classes: usize) -> Result<(), Vec<SettingFault>> {
        let mut faults = Faults(Vec::new());
        let widths = self.widths;
        faults.range("rows", widths.rows, 1..=4096);
        faults.range("input-bits", widths.input_bits, 1..=8);
        faults.range("weight-slices", widths.weight_slices, 1..=8);
        faults.range("scale-bits", widths.scale_bits, 1..=16);
        faults.range("batch", self.batch, 8..=65_536);
        faults.range("rate", self.rate, 1e-9..=1.0);
        faults.range("quantised-rate", self.quantised_rate, 1e-6..=10.0);
        faults.range("smoothing", self.smoothing, 0.0..=0.9);
        faults.range("clip", self.quantisation.clip, 0.01..=1000.0);
        faults.range("patience", self.patience, 1..=1_000_000);
        let side = image.height.min(image.width);
        faults.range("shift", self.shift, 0..=side.saturating_sub(1));
        self.check_phases(&mut faults);
        self.check_thresholds(&mut faults);
        let least = match self.model {
            Model::Mlp => 1,
            Model::Cnn => 2,
            Model::Resnet20 => 4,
        };
        if side < least {
            let legal = format!("images of at least {least} x {least} pixels");
            let help = "choose another model or dataset";
            faults.push("model", self.model.name(), legal, help);
        }
        if faults.0.is_empty() {
            self.check_sums(&mut faults, image, classes);
        }
        match faults.0.is_empty() {
            true => Ok(()),
            false => Err(faults.0),
        }
    }

    fn check_phases(&self, faults: &mut Faults) {
        let [float, exact, quantised] = self.epochs;
        let shown = format!("{float},{exact},{quantised}");
        if self.epochs.iter().any(|&epochs| epochs > 100_000) {
            faults.push(
                "epochs",
                &shown,
                "at most 100000 in a phase",
                "take fewer epochs",
            );
        }
        let (enough, legal) = match self.precision {
            Precision::Float => (self.epochs != [0; 3], "one epoch in all"),
            Precision::Exact => (exact > 0 || quantised > 0, "one epoch of exact sums"),
            Precision::Ternary | Precision::Binary => (
                exact > 0 && quantised > 0,
                "one epoch of exact sums (they give the steps) and one of quantised partial sums",
            ),
        };
        if !enough {
            let help = "`--epochs FLOAT,EXACT,QUANTISED`, for instance `--epochs 10,10,20`";
            faults.push("epochs", shown, format!("at least {legal}"), help);
        }
    }

    fn check_thresholds(&self, faults: &mut Faults) {
        let quantisation = self.quantisation;
        if quantisation.method == Method::Published
            && quantisation.thresholds == ThresholdKind::Tile
        {
            let legal =
                "per-column with the published method, whose thresholds are half the scale factors";
            faults.push(
                "thresholds",
                "per-tile",
                legal,
                "leave `--thresholds` away, or take `--method ours`",
            );
        }
        let binary = self.precision.partial_sum() == Some(PartialSum::Binary);
        if binary
            && quantisation.method == Method::Ours
            && quantisation.thresholds == ThresholdKind::Column
        {
            faults.push(
                "thresholds",
                "per-column",
                "none with binary partial sums",
                "leave `--thresholds` away",
            );
        }
    }

    /// Sums are computed in 32 bits.
    fn check_sums(&self, faults: &mut Faults, image: MapShape, classes: usize) {
        let spec = self.model.spec(image, classes, self.widths);
        let shapes = spec.shapes();
        let largest = spec.nodes.iter().map(|node| match &node.kind {
            NodeKind::Pool { .. } => 0,
            NodeKind::Mvm(mvm) => {
                let rows = vector_rows(mvm.op, spec.shape_of(&shapes, node.input));
                let top = |bits: u32| (1u64 << bits) - 1;
                top(mvm.scale_bits)
                    * top(mvm.input_bits)
                    * top(mvm.weight_slices)
                    * rows.div_ceil(mvm.segment_rows) as u64
            }
        });
        let largest = largest.max().unwrap_or(0);
        if largest > i32::MAX as u64 {
            let legal = format!(
                "sums below 2^31; those of this model reach {largest} with {} input bits, {} weight slices, {} rows",
                self.widths.input_bits, self.widths.weight_slices, self.widths.rows
            );
            let help = "take fewer scale bits, input bits or weight slices, or more rows";
            faults.push("scale-bits", self.widths.scale_bits, legal, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use hcim_network::data::Kind;

    use super::*;

    const DIGITS: MapShape = MapShape {
        height: 8,
        width: 8,
        channels: 1,
    };

    fn faults(change: impl Fn(&mut Settings)) -> Vec<&'static str> {
        let mut settings = Settings::defaults(Model::Cnn, Kind::Digits, Method::Ours);
        change(&mut settings);
        let checked = settings.check(DIGITS, 10);
        checked
            .err()
            .map_or(Vec::new(), |all| all.iter().map(|one| one.key).collect())
    }

    #[test]
    fn defaults_are_legal_and_every_fault_is_told() {
        for model in [Model::Mlp, Model::Cnn, Model::Resnet20] {
            for method in [Method::Ours, Method::Published] {
                let settings = Settings::defaults(model, Kind::Digits, method);
                assert_eq!(settings.check(DIGITS, 10), Ok(()));
            }
        }
        let several = faults(|s| {
            s.widths.rows = 0;
            s.widths.scale_bits = 99;
            s.rate = f64::NAN;
            s.epochs = [3, 0, 3];
        });
        assert_eq!(several, ["rows", "scale-bits", "rate", "epochs"]);
        assert_eq!(faults(|s| s.shift = 8), ["shift"]);
        assert_eq!(
            faults(|s| s.quantisation.thresholds = ThresholdKind::Column),
            [""; 0]
        );
        let sums = faults(|s| (s.widths.scale_bits, s.widths.input_bits) = (16, 8));
        assert_eq!(sums, [""; 0]);
        let sums = faults(|s| {
            (
                s.widths.scale_bits,
                s.widths.input_bits,
                s.widths.weight_slices,
            ) = (16, 8, 8)
        });
        assert_eq!(sums, ["scale-bits"]);
    }

    #[test]
    fn thresholds_that_contradict_are_refused() {
        let published = |s: &mut Settings| {
            s.quantisation.method = Method::Published;
        };
        assert_eq!(faults(published), ["thresholds"]);
        let binary = |s: &mut Settings| {
            s.precision = Precision::Binary;
            s.quantisation.thresholds = ThresholdKind::Column;
        };
        assert_eq!(faults(binary), ["thresholds"]);
    }
}
