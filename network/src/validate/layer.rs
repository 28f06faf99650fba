// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of one layer: what it reads, its window, its ranges, its residual.

use std::ops::RangeInclusive;

use super::{Known, map_size, sized, tensors};
use crate::fault::{Fault, FaultCode};
use crate::model::{
    Finish, MapShape, Mvm, Op, PartialSum, Pool, Residual, Source, Thresholds, Window,
};

/// Longest side, stride and padding of a window.
const MAX_WINDOW: usize = 4096;

/// The checks of one layer.
pub(super) struct Check<'a> {
    pub(super) place: &'a str,
    pub(super) index: usize,
    pub(super) image: Known,
    pub(super) known: &'a [Known],
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Check<'_> {
    fn push(&mut self, code: FaultCode, message: impl Into<String>, help: &str) {
        let fault = Fault::new(code, self.place, message);
        self.faults.push(fault.help(help));
    }

    /// Whether a value is in its range.
    fn range<T: PartialOrd + std::fmt::Display>(
        &mut self,
        code: FaultCode,
        what: &str,
        value: T,
        legal: RangeInclusive<T>,
    ) -> bool {
        let fine = legal.contains(&value);
        if !fine {
            let legal = format!("{}..={}", legal.start(), legal.end());
            self.faults
                .push(Fault::value(code, self.place, what, value, legal));
        }
        fine
    }

    /// What is known of a source, if it is an earlier layer that has activations.
    pub(super) fn source(&mut self, what: &str, source: Source) -> Option<Known> {
        let Source::Layer(from) = source else {
            return Some(self.image);
        };
        let Some(known) = self.known.get(from).copied() else {
            let message =
                format!("the {what} is layer {from}, but only layers before this one exist yet");
            let help = match self.index {
                0 => "the first layer reads the image".to_owned(),
                index => format!("legal: the image, or 0..={}", index - 1),
            };
            self.push(FaultCode::SourceNotEarlier, message, &help);
            return None;
        };
        if known.bits.is_none() {
            let message =
                format!("the {what} is layer {from}, which gives scores, not activations");
            let help = "give that layer a shift and bits, or read another one";
            self.push(FaultCode::SourceIsScores, message, help);
            return None;
        }
        Some(known)
    }

    fn output(&mut self, output: Option<MapShape>) -> Option<MapShape> {
        let output = output?;
        if !sized(output) {
            self.faults.push(map_size(self.place, "the output", output));
            return None;
        }
        Some(output)
    }

    fn window(&mut self, window: &Window, input: Option<MapShape>) -> Option<()> {
        let mut fine = true;
        for (what, value, least) in [
            ("the window's height", window.height, 1),
            ("the window's width", window.width, 1),
            ("the stride", window.stride, 1),
            ("the padding", window.padding, 0),
        ] {
            fine &= self.range(FaultCode::BadWindow, what, value, least..=MAX_WINDOW);
        }
        let input = input.filter(|_| fine)?;
        if window.slide(input).is_none() {
            let (height, width, padding) = (window.height, window.width, window.padding);
            let message = format!(
                "a window of {height} x {width} is larger than the map of {} x {} with a padding of {padding}",
                input.height, input.width
            );
            self.push(
                FaultCode::BadWindow,
                message,
                "make the window smaller or the padding larger",
            );
            return None;
        }
        Some(())
    }

    /// The output's shape, where it can be told.
    pub(super) fn pool(&mut self, pool: &Pool, input: Option<Known>) -> Option<MapShape> {
        self.range(FaultCode::ShiftRange, "shift", pool.shift, 0..=31);
        self.range(FaultCode::Bits, "bits", pool.bits, 1..=8);
        let shape = input.and_then(|known| known.shape);
        self.window(&pool.window, shape)?;
        let (height, width) = pool.window.slide(shape?)?;
        let channels = shape?.channels;
        self.output(Some(MapShape {
            height,
            width,
            channels,
        }))
    }

    /// The output's shape, where it can be told.
    pub(super) fn mvm(&mut self, mvm: &Mvm, input: Option<Known>) -> Option<MapShape> {
        let mut fine = true;
        let bits = FaultCode::Bits;
        fine &= self.range(bits, "input_bits", mvm.input_bits, 1..=8);
        fine &= self.range(bits, "weight_slices", mvm.weight_slices, 1..=8);
        fine &= self.range(bits, "scale_bits", mvm.scale_bits, 1..=16);
        let count = FaultCode::Count;
        fine &= self.range(count, "outputs", mvm.outputs, 1..=1 << 20);
        // Thresholds reach up to the rows of a segment and have 16 bits.
        fine &= self.range(count, "segment_rows", mvm.segment_rows, 1..=65535);
        self.thresholds(mvm);
        if let (Some(bits), true) = (input.and_then(|known| known.bits), fine)
            && bits > mvm.input_bits
        {
            let message = format!(
                "the input has {bits} bits, but the layer takes {}",
                mvm.input_bits
            );
            self.push(
                FaultCode::SourceTooWide,
                message,
                "raise the layer's input_bits or lower the source's bits",
            );
        }
        if let Finish::Activation { shift, bits } = mvm.finish {
            self.range(FaultCode::ShiftRange, "shift", shift, 0..=31);
            self.range(FaultCode::Bits, "bits", bits, 1..=8);
        }
        let shape = input.and_then(|known| known.shape);
        if let Op::Conv(window) = &mvm.op {
            self.window(window, shape)?;
        }
        let (shape, output) = (shape.filter(|_| fine)?, mvm.output(shape?));
        let output = self.output(output)?;
        if let Some(residual) = &mvm.residual {
            self.residual(mvm, residual, output);
        }
        if let Some(segments) = tensors::check(self.place, mvm, shape, self.faults) {
            self.exact(mvm, segments);
        }
        Some(output)
    }

    fn thresholds(&mut self, mvm: &Mvm) {
        let ternary = mvm.partial_sum == PartialSum::Ternary;
        match (&mvm.thresholds, ternary) {
            (Thresholds::None, true) => self.push(
                FaultCode::ThresholdsContradict,
                "ternary partial sums need thresholds",
                "give thresholds per_tile or per_column, or make the partial sums binary",
            ),
            (Thresholds::PerTile(_) | Thresholds::PerColumn(_), false) => self.push(
                FaultCode::ThresholdsContradict,
                "binary partial sums have no thresholds",
                "set thresholds to none, or make the partial sums ternary",
            ),
            _ => {}
        }
    }

    fn residual(&mut self, mvm: &Mvm, residual: &Residual, output: MapShape) {
        if mvm.finish == Finish::Scores {
            self.push(
                FaultCode::ResidualOfScores,
                "a layer of scores cannot add a residual",
                "give the layer a shift and bits, or drop the residual",
            );
        }
        let Some(known) = self.source("residual's source", residual.source) else {
            return;
        };
        let stride = residual.stride;
        if !self.range(
            FaultCode::BadWindow,
            "the residual's stride",
            stride,
            1..=MAX_WINDOW,
        ) {
            return;
        }
        let Some(source) = known.shape else { return };
        let reaches = (output.height - 1).saturating_mul(stride) < source.height
            && (output.width - 1).saturating_mul(stride) < source.width
            && residual
                .channel_offset
                .checked_add(source.channels)
                .is_some_and(|last| last <= output.channels);
        if !reaches {
            let message = format!(
                "the residual of {} ({source}), stride {stride}, channels from {} on, does not fit an output of {output}",
                residual.source.shown(),
                residual.channel_offset,
            );
            self.push(
                FaultCode::ResidualShape,
                message,
                "(height - 1) * stride and (width - 1) * stride must lie in the source, and its channels in the output",
            );
        }
    }

    /// Refuses numbers that could leave 62 bits, so that nobody who computes needs more than 64.
    fn exact(&mut self, mvm: &Mvm, segments: usize) {
        let full = |bits: u32| (1i128 << bits) - 1;
        let y = full(mvm.scale_bits) * full(mvm.input_bits) * full(mvm.weight_slices);
        let multiplier = mvm.multiplier.iter().map(|m| i128::from(m.unsigned_abs()));
        let bias = mvm.bias.iter().map(|b| i128::from(b.unsigned_abs()));
        let most = y * segments as i128 * multiplier.max().unwrap_or(0)
            + bias.max().unwrap_or(0)
            + (1 << 32);
        if most >= 1 << 62 {
            let message =
                format!("with {segments} segments a number before the shift could reach {most}");
            self.push(
                FaultCode::TooWide,
                message,
                "the limit is 2^62: use larger segments, smaller scale factors or a smaller multiplier",
            );
        }
    }
}
