// SPDX-License-Identifier: MIT OR Apache-2.0
//! A layer of matrix-vector multiplies, bit-packed.

use hcim_network::{MapShape, Mvm, Op, PartialSum};

use super::disturb::{Analog, Crossbar, Disturbance};
use super::window::gather;
use super::{Detail, Map, Scratch};
use crate::columns::{Columns, Counts, Shape};
use crate::kernel::Cells;

/// A layer made ready: cells, thresholds and scale factors of each segment.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    op: Op,
    planes: usize,
    segment_rows: usize,
    outputs: usize,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug)]
struct Segment {
    cells: Cells,
    columns: Columns,
    /// In place of both, where sums are no integers or decisions are noisy.
    analog: Option<Analog>,
}

impl Prepared {
    /// Of a layer of a valid network.
    pub(super) fn new(mvm: &Mvm, input: MapShape) -> Self {
        let rows = mvm.weights.len() / mvm.outputs;
        debug_assert_eq!(Some(rows), mvm.rows(input));
        let segments = rows.div_ceil(mvm.segment_rows);
        Self {
            op: mvm.op,
            planes: mvm.input_bits as usize,
            segment_rows: mvm.segment_rows,
            outputs: mvm.outputs,
            segments: (0..segments).map(|k| segment(mvm, k, rows)).collect(),
        }
    }

    /// y of every position.
    pub(super) fn run(
        &self,
        input: Map<'_>,
        output: MapShape,
        detail: Detail,
        scratch: &mut Scratch,
        counts: &mut Counts,
    ) -> Vec<i64> {
        let mut all = vec![0; output.pixels() * self.outputs];
        for (position, y) in all.chunks_exact_mut(self.outputs).enumerate() {
            let (row, column) = (position / output.width, position % output.width);
            gather(&self.op, input, row, column, &mut scratch.vector);
            let parts = scratch.vector.chunks(self.segment_rows);
            for (part, segment) in parts.zip(&self.segments) {
                slice_bytes(part, self.planes, &mut scratch.sliced);
                if let Some(analog) = &segment.analog {
                    analog.add(
                        &scratch.sliced,
                        &mut scratch.analog,
                        &mut scratch.rng,
                        counts,
                        y,
                    );
                    continue;
                }
                let (columns, cells) = (&segment.columns, &segment.cells);
                match detail {
                    Detail::Answer => {
                        columns.accumulate(cells, &scratch.sliced, &mut scratch.sums);
                    }
                    Detail::Counts | Detail::Values => {
                        columns.count(cells, &scratch.sliced, &mut scratch.sums, counts);
                    }
                }
                columns.add_slices(&scratch.sums, y);
            }
        }
        all
    }
}

fn segment(mvm: &Mvm, k: usize, rows: usize) -> Segment {
    let first = k * mvm.segment_rows;
    let rows = mvm.segment_rows.min(rows - first);
    let (planes, slices) = (mvm.input_bits as usize, mvm.weight_slices as usize);
    let used = mvm.outputs * slices;
    let mut cells = Cells::new(rows, used);
    for row in 0..rows {
        let weights = &mvm.weights[(first + row) * mvm.outputs..][..mvm.outputs];
        for (output, weight) in weights.iter().enumerate() {
            for slice in 0..slices {
                let bit = weight.unsigned_abs() >> slice & 1 == 1;
                let column = output * slices + slice;
                cells.set_cell(row, column, bit && *weight > 0, bit && *weight < 0);
            }
        }
    }
    let mut scales = Vec::with_capacity(planes * used);
    let mut thresholds = Vec::with_capacity(planes * used);
    for plane in 0..planes {
        for output in 0..mvm.outputs {
            for slice in 0..slices {
                scales.push(mvm.scale(k, plane, slice, output).into());
                thresholds.push(mvm.threshold(k, plane, slice, output).into());
            }
        }
    }
    let shape = Shape {
        ternary: mvm.partial_sum == PartialSum::Ternary,
        planes,
        slices,
        used,
    };
    Segment {
        cells,
        columns: Columns::new(shape, &scales, &thresholds),
        analog: None,
    }
}

/// Makes of a layer the same layer on drawn crossbars. Without noise and variation the sums stay integers: then stuck
/// cells are other cells, offsets other limits.
pub(super) fn disturb(
    prepared: &mut Prepared,
    mvm: &Mvm,
    crossbars: &[Crossbar],
    disturbance: &Disturbance,
) {
    let columns = mvm.outputs * mvm.weight_slices as usize;
    for (k, (segment, crossbar)) in prepared.segments.iter_mut().zip(crossbars).enumerate() {
        if disturbance.noise > 0.0 || disturbance.variation > 0.0 {
            segment.analog = Some(Analog::new(mvm, k, crossbar, disturbance));
            continue;
        }
        for (place, [positive, negative]) in crossbar.cells.iter().enumerate() {
            let (row, column) = (place / columns, place % columns);
            segment
                .cells
                .set_cell(row, column, *positive > 0.0, *negative > 0.0);
        }
        segment
            .columns
            .add_offsets(&crossbar.offsets, disturbance.reference);
    }
}

/// Gathers bit planes: plane i of row r is bit r % 64 of word i * ceil(R / 64) + r / 64.
pub(super) fn slice_bytes(inputs: &[u8], planes: usize, sliced: &mut Vec<u64>) {
    let words = inputs.len().div_ceil(64);
    sliced.clear();
    sliced.resize(planes * words, 0);
    for (group, eight) in inputs.chunks(8).enumerate() {
        let mut bytes = [0; 8];
        bytes[..eight.len()].copy_from_slice(eight);
        let packed = u64::from_le_bytes(bytes);
        for plane in 0..planes {
            // The product moves bit 0 of byte k to bit 56 + k; no two terms meet.
            let ones = packed >> plane & 0x0101_0101_0101_0101;
            let gathered = ones.wrapping_mul(0x0102_0408_1020_4080) >> 56;
            sliced[plane * words + group / 8] |= gathered << (group % 8 * 8);
        }
    }
}
