// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arithmetic of a tile, bit-packed: 64 rows in a word, eight columns side by side.
//!
//! A column's sum is popcount(x & positive) - popcount(x & negative), word by word. Eight columns
//! make a vector, so that the compiler turns the loops into vector code; [`Level`] picks at run
//! time which instruction set they were compiled for. Both kinds of partial sums are one formula:
//! p = (PS > upper) - (PS < lower), ternary with upper = T, lower = -T, binary with -1 and 0.

use crate::bits::Bits;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::packing;

/// Columns side by side.
const LANES: usize = 8;

/// One 64-row word of eight columns, or one number for each of them.
type Lanes<T> = [T; LANES];

/// Instruction set that the loops run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every machine of the target has.
    Portable,
    /// 256-bit vectors. (512-bit ones were measured and gain next to nothing: what is left is
    /// slicing inputs and adding slices.)
    Avx2,
}

impl Level {
    /// The levels that this machine has, slowest first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut, reason = "nothing to add on other machines")]
        let mut levels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                levels.push(Self::Avx2);
            }
        }
        levels
    }

    /// The fastest level that this machine has.
    pub fn best() -> Self {
        Self::available()
            .into_iter()
            .max()
            .unwrap_or(Self::Portable)
    }
}

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
        let (word, mask) = (row / 64, 1u64 << (row % 64));
        for column in 0..self.columns {
            let (at, lane) = (column / LANES * self.words + word, column % LANES);
            for (cells, bits) in [
                (&mut self.positive, positive),
                (&mut self.negative, negative),
            ] {
                let cell = &mut cells[at][lane];
                *cell = if bits.get(column) {
                    *cell | mask
                } else {
                    *cell & !mask
                };
            }
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

/// Thresholds and scale factors in the order in which the loops need them.
#[derive(Clone, Debug)]
pub struct Kernel {
    config: Config,
    slices: usize,
    planes: usize,
    groups: usize,
    /// [group][plane].
    upper: Vec<Lanes<i64>>,
    lower: Vec<Lanes<i64>>,
    /// Scale factors, shifted to their plane.
    scales: Vec<Lanes<i64>>,
    level: Level,
}

impl Kernel {
    /// A kernel for A*U scale factors and A*U thresholds (ignored in binary), both plane-major.
    pub fn new(config: &Config, scales: &[u32], thresholds: &[u32]) -> Result<Self> {
        packing::check_scales(config, scales)?;
        let used = config.derived().used_columns as usize;
        let planes = config.input_bits as usize;
        let groups = used.div_ceil(LANES);
        // Lanes beyond the used columns have factor 0: whatever p they get, they add nothing.
        let mut kernel = Self {
            config: config.clone(),
            slices: config.weight_slices as usize,
            planes,
            groups,
            upper: vec![[0; LANES]; groups * planes],
            lower: vec![[0; LANES]; groups * planes],
            scales: vec![[0; LANES]; groups * planes],
            level: Level::best(),
        };
        for plane in 0..planes {
            for column in 0..used {
                let (at, lane) = (column / LANES * planes + plane, column % LANES);
                let threshold = thresholds.get(plane * used + column).copied().unwrap_or(0);
                let limits = match config.is_ternary() {
                    true => (i64::from(threshold), -i64::from(threshold)),
                    false => (-1, 0),
                };
                (kernel.upper[at][lane], kernel.lower[at][lane]) = limits;
                kernel.scales[at][lane] = i64::from(scales[plane * used + column]) << plane;
            }
        }
        Ok(kernel)
    }

    /// The same kernel on another instruction set, if this machine has it.
    pub fn with_level(mut self, level: Level) -> Self {
        if Level::available().contains(&level) {
            self.level = level;
        }
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
        slice_inputs(inputs, self.planes, &mut scratch.sliced);
        scratch.sums.resize(self.groups, [0; LANES]);
        self.accumulate(cells, &scratch.sliced, &mut scratch.sums);
        let accumulators = scratch.sums.as_flattened();
        results.clear();
        let outputs = accumulators
            .chunks_exact(self.slices)
            .take(self.config.cols as usize / self.slices);
        results.extend(outputs.map(|slices| {
            slices
                .iter()
                .rev()
                .fold(0, |y, accumulator| 2 * y + accumulator)
        }));
        Ok(())
    }

    fn accumulate(&self, cells: &Cells, sliced: &[u64], sums: &mut [Lanes<i64>]) {
        match self.level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `with_level` and `Level::best` let only available levels in.
            Level::Avx2 => unsafe { accumulate_avx2(self, cells, sliced, sums) },
            _ => accumulate(self, cells, sliced, sums),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn accumulate_avx2(kernel: &Kernel, cells: &Cells, sliced: &[u64], sums: &mut [Lanes<i64>]) {
    accumulate(kernel, cells, sliced, sums);
}

/// The one body that every level compiles for itself.
#[inline(always)]
fn accumulate(kernel: &Kernel, cells: &Cells, sliced: &[u64], sums: &mut [Lanes<i64>]) {
    let (planes, words) = (kernel.planes, cells.words);
    for (group, sum) in sums.iter_mut().enumerate() {
        let positive = &cells.positive[group * words..][..words];
        let negative = &cells.negative[group * words..][..words];
        let mut accumulator = [0; LANES];
        for plane in 0..planes {
            let lines = &sliced[plane * words..][..words];
            let mut partial = [0i64; LANES];
            for ((line, positive), negative) in lines.iter().zip(positive).zip(negative) {
                for lane in 0..LANES {
                    partial[lane] += i64::from((line & positive[lane]).count_ones());
                    partial[lane] -= i64::from((line & negative[lane]).count_ones());
                }
            }
            let at = group * planes + plane;
            let (upper, lower) = (&kernel.upper[at], &kernel.lower[at]);
            let scale = &kernel.scales[at];
            for lane in 0..LANES {
                accumulator[lane] += if partial[lane] > upper[lane] {
                    scale[lane]
                } else {
                    0
                };
                accumulator[lane] -= if partial[lane] < lower[lane] {
                    scale[lane]
                } else {
                    0
                };
            }
        }
        *sum = accumulator;
    }
}
