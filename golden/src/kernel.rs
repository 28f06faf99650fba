// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of a tile, bit-packed: 64 rows in a word, eight columns side by side.
//!
//! A column's sum is popcount(x & positive) - popcount(x & negative), word by word. Eight columns
//! make a vector, so that the compiler turns the loops into vector code; [`Level`] picks at run
//! time which instruction set they were compiled for. The loops are those of [`crate::columns`].

use crate::bits::Bits;
use crate::columns::{Columns, LANES, Lanes, Shape};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::packing;

pub use crate::columns::Level;

/// The cells of a crossbar.
#[derive(Clone, Debug)]
pub struct Cells {
    rows: usize,
    columns: usize,
    words: usize,
    /// [group of eight columns][word of rows].
    positive: Vec<Lanes<u64>>,
    negative: Vec<Lanes<u64>>,
}

impl Cells {
    /// All cells zero.
    pub fn new(rows: usize, columns: usize) -> Self {
        let words = rows.div_ceil(64);
        let empty = vec![[0; LANES]; columns.div_ceil(LANES) * words];
        Self {
            rows,
            columns,
            words,
            positive: empty.clone(),
            negative: empty,
        }
    }

    /// Words of rows.
    pub(crate) fn words(&self) -> usize {
        self.words
    }

    /// The positive and the negative cells of a group of columns, word by word.
    #[inline]
    pub(crate) fn group(&self, group: usize) -> (&[Lanes<u64>], &[Lanes<u64>]) {
        let words = group * self.words..(group + 1) * self.words;
        (&self.positive[words.clone()], &self.negative[words])
    }

    /// Makes the cells of one place what `positive` and `negative` say.
    pub(crate) fn set_cell(&mut self, row: usize, column: usize, positive: bool, negative: bool) {
        let (at, lane) = (column / LANES * self.words + row / 64, column % LANES);
        let mask = 1u64 << (row % 64);
        for (cells, bit) in [
            (&mut self.positive, positive),
            (&mut self.negative, negative),
        ] {
            let cell = &mut cells[at][lane];
            *cell = if bit { *cell | mask } else { *cell & !mask };
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Stores one row of cells; a row that does not exist is ignored.
    pub fn set_row(&mut self, row: usize, positive: &Bits, negative: &Bits) {
        if row >= self.rows {
            return;
        }
        for column in 0..self.columns {
            self.set_cell(row, column, positive.get(column), negative.get(column));
        }
    }

    /// The sum of one column for one word of word lines after another.
    pub fn sum(&self, column: usize, lines: &[u64]) -> i32 {
        let (first, lane) = (column / LANES * self.words, column % LANES);
        let mut sum = 0;
        for (word, lines) in lines.iter().take(self.words).enumerate() {
            sum += (lines & self.positive[first + word][lane]).count_ones() as i32;
            sum -= (lines & self.negative[first + word][lane]).count_ones() as i32;
        }
        sum
    }
}

/// Gathers bit planes: plane i of row r is bit r % 64 of word i * ceil(R / 64) + r / 64.
pub fn slice_inputs(inputs: &[u16], planes: usize, sliced: &mut Vec<u64>) {
    let words = inputs.len().div_ceil(64);
    sliced.clear();
    sliced.resize(planes * words, 0);
    for (group, eight) in inputs.chunks(8).enumerate() {
        let mut bytes = [0; 8];
        for (byte, input) in bytes.iter_mut().zip(eight) {
            *byte = *input as u8;
        }
        let packed = u64::from_le_bytes(bytes);
        for plane in 0..planes {
            // The product moves bit 0 of byte k to bit 56 + k; no two terms meet.
            let ones = packed >> plane & 0x0101_0101_0101_0101;
            let gathered = ones.wrapping_mul(0x0102_0408_1020_4080) >> 56;
            sliced[plane * words + group / 8] |= gathered << (group % 8 * 8);
        }
    }
}

/// Buffers that an MVM needs; keep one to allocate nothing.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    sliced: Vec<u64>,
    sums: Vec<Lanes<i64>>,
}

/// Thresholds and scale factors of a configuration's tile.
#[derive(Clone, Debug)]
pub struct Kernel {
    config: Config,
    columns: Columns,
}

impl Kernel {
    /// A kernel for A*U scale factors and A*U thresholds (ignored in binary), both plane-major.
    pub fn new(config: &Config, scales: &[u32], thresholds: &[u32]) -> Result<Self> {
        packing::check_scales(config, scales)?;
        let shape = Shape {
            ternary: config.is_ternary(),
            planes: config.input_bits as usize,
            slices: config.weight_slices as usize,
            used: config.derived().used_columns as usize,
        };
        Ok(Self {
            config: config.clone(),
            columns: Columns::new(shape, scales, thresholds),
        })
    }

    /// The same kernel on another instruction set, if this machine has it.
    pub fn with_level(mut self, level: Level) -> Self {
        self.columns = self.columns.with_level(level);
        self
    }

    /// `y[o]` of one matrix-vector multiply of R inputs; the length of `results` is made O.
    pub fn mvm(
        &self,
        cells: &Cells,
        inputs: &[u16],
        scratch: &mut Scratch,
        results: &mut Vec<i64>,
    ) -> Result<()> {
        packing::check_inputs(&self.config, inputs)?;
        if (cells.rows, cells.columns) != (self.config.rows as usize, self.config.cols as usize) {
            return Err(Error::range(
                "the crossbar has another size than the kernel",
            ));
        }
        let planes = self.config.input_bits as usize;
        slice_inputs(inputs, planes, &mut scratch.sliced);
        self.columns
            .accumulate(cells, &scratch.sliced, &mut scratch.sums);
        results.clear();
        results.resize(self.config.cols as usize / self.columns.shape().slices, 0);
        self.columns.add_slices(&scratch.sums, results);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_where_they_were_put() {
        // Two words of rows, two groups of columns.
        let mut cells = Cells::new(70, 11);
        assert_eq!((cells.rows(), cells.columns(), cells.words()), (70, 11, 2));
        let column = |n: usize| Bits::from_fn(11, |bit| bit == n);
        cells.set_row(1, &column(3), &column(9));
        cells.set_row(66, &column(9), &column(10));
        // A row that does not exist changes nothing, though its word is there.
        cells.set_row(70, &column(3), &column(3));
        let all = [u64::MAX; 2];
        let sums = |cells: &Cells, lines: &[u64]| -> Vec<i32> {
            (0..11).map(|column| cells.sum(column, lines)).collect()
        };
        assert_eq!(sums(&cells, &all), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, -1]);
        assert_eq!(sums(&cells, &[2, 0]), [0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0]);
        // One word, or more of them than there are rows.
        assert_eq!(cells.sum(10, &[u64::MAX]), 0);
        assert_eq!(cells.sum(10, &[u64::MAX; 3]), -1);
        cells.set_row(66, &column(0), &column(0));
        assert_eq!(sums(&cells, &all), [0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0]);
    }

    #[test]
    fn planes_are_gathered_from_bits() {
        let mut inputs = [0; 70];
        (inputs[0], inputs[9], inputs[63], inputs[69]) = (1, 2, 3, 3);
        let mut sliced = vec![7; 9];
        slice_inputs(&inputs, 2, &mut sliced);
        assert_eq!(sliced, [1 | 1 << 63, 1 << 5, 1 << 9 | 1 << 63, 1 << 5]);
    }

    #[test]
    fn a_kernel_wants_its_own_size() {
        let text =
            r#"{"rows": 2, "cols": 5, "weight_slices": 2, "input_bits": 1, "scale_bits": 2}"#;
        let config = Config::from_json(text).unwrap();
        let kernel = Kernel::new(&config, &[1, 2, 3, 1], &[0; 4]).unwrap();
        assert!(Kernel::new(&config, &[1, 2, 3, 4], &[0; 4]).is_err());
        let (mut scratch, mut results) = (Scratch::default(), Vec::new());
        let mut run = |rows, columns, inputs: &[u16]| {
            let mut cells = Cells::new(rows, columns);
            let ones = Bits::from_fn(columns, |_| true);
            cells.set_row(0, &ones, &Bits::zero(columns));
            let done = kernel.mvm(&cells, inputs, &mut scratch, &mut results);
            done.map(|()| results.clone())
        };
        assert_eq!(run(2, 5, &[1, 0]).unwrap(), [1 + 2 * 2, 3 + 2]);
        assert!(run(3, 5, &[1, 0]).is_err() && run(2, 4, &[1, 0]).is_err());
        assert!(run(2, 5, &[1]).is_err() && run(2, 5, &[2, 0]).is_err());
    }
}
