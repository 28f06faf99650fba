// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the columns of a crossbar make of bit planes: the loops of [`crate::kernel`] and [`crate::engine`].
//!
//! Both kinds of partial sums are one formula: p = (PS > upper) - (PS < lower), ternary with upper = T, lower = -T,
//! binary with -1 and 0.

use crate::kernel::Cells;

/// Columns side by side.
pub(crate) const LANES: usize = 8;

/// One 64-row word of eight columns, or one number for each of them.
pub(crate) type Lanes<T> = [T; LANES];

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

/// What columns there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Ternary partial sums, or binary ones.
    pub ternary: bool,
    /// A.
    pub planes: usize,
    /// W.
    pub slices: usize,
    /// U: columns that belong to an output.
    pub used: usize,
}

/// What became of the partial sums of some matrix-vector multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Partial sums p of used columns.
    pub partial_sums: u64,
    /// Those that are zero.
    pub zeros: u64,
    /// Bit planes of crossbars.
    pub planes: u64,
    /// Those whose inputs are all zero.
    pub zero_planes: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.partial_sums += other.partial_sums;
        self.zeros += other.zeros;
        self.planes += other.planes;
        self.zero_planes += other.zero_planes;
    }
}

/// Thresholds and scale factors in the order in which the loops need them.
#[derive(Clone, Debug)]
pub struct Columns {
    shape: Shape,
    groups: usize,
    /// [group][plane].
    upper: Vec<Lanes<i64>>,
    lower: Vec<Lanes<i64>>,
    /// Scale factors, shifted to their plane.
    scales: Vec<Lanes<i64>>,
    level: Level,
}

impl Columns {
    /// Columns with A*U scale factors and A*U thresholds (ignored in binary), both plane-major. Missing numbers are 0.
    pub fn new(shape: Shape, scales: &[u32], thresholds: &[u32]) -> Self {
        let groups = shape.used.div_ceil(LANES);
        let empty = vec![[0; LANES]; groups * shape.planes];
        // Lanes beyond the used columns have factor 0: whatever p they get, they add nothing.
        let mut columns = Self {
            shape,
            groups,
            upper: empty.clone(),
            lower: empty.clone(),
            scales: empty,
            level: Level::best(),
        };
        for plane in 0..shape.planes {
            for column in 0..shape.used {
                let (at, lane) = (column / LANES * shape.planes + plane, column % LANES);
                let number = |list: &[u32]| {
                    i64::from(list.get(plane * shape.used + column).copied().unwrap_or(0))
                };
                let threshold = number(thresholds);
                let limits = match shape.ternary {
                    true => (threshold, -threshold),
                    false => (-1, 0),
                };
                (columns.upper[at][lane], columns.lower[at][lane]) = limits;
                columns.scales[at][lane] = number(scales) << plane;
            }
        }
        columns
    }

    /// Comparators that add offsets to the sums, for each used column that of the positive and that of the negative one
    /// (binary: the first alone), and whose references stand `reference` (0 .. 1) beyond T.
    pub(crate) fn add_offsets(&mut self, offsets: &[[f64; 2]], reference: f64) {
        for (column, [positive, negative]) in offsets.iter().enumerate() {
            for plane in 0..self.shape.planes {
                let (at, lane) = (column / LANES * self.shape.planes + plane, column % LANES);
                let (upper, lower) = (&mut self.upper[at][lane], &mut self.lower[at][lane]);
                match self.shape.ternary {
                    // Sums are integers: PS + offset > limit where PS > floor(limit - offset).
                    true => {
                        *upper = (*upper as f64 + reference - positive).floor() as i64;
                        *lower = (*lower as f64 - reference - negative).ceil() as i64;
                    }
                    false => {
                        *lower = (*lower as f64 - reference - positive).ceil() as i64;
                        *upper = lower.saturating_sub(1);
                    }
                }
            }
        }
    }

    /// The same on another instruction set, if this machine has it.
    pub fn with_level(mut self, level: Level) -> Self {
        if Level::available().contains(&level) {
            self.level = level;
        }
        self
    }

    /// What columns these are.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The accumulators of all columns for inputs sliced to planes; `sums` gets a vector for eight columns.
    pub(crate) fn accumulate(&self, cells: &Cells, sliced: &[u64], sums: &mut Vec<Lanes<i64>>) {
        self.dispatch::<false>(cells, sliced, sums);
    }

    /// The same, and how many partial sums are zero.
    pub(crate) fn count(
        &self,
        cells: &Cells,
        sliced: &[u64],
        sums: &mut Vec<Lanes<i64>>,
        counts: &mut Counts,
    ) {
        let planes = self.shape.planes as u64;
        let words = cells.words().max(1);
        let zero_planes = sliced
            .chunks(words)
            .filter(|lines| lines.iter().all(|line| *line == 0))
            .count() as u64;
        let zeros = self.dispatch::<true>(cells, sliced, sums);
        counts.planes += planes;
        counts.zero_planes += zero_planes;
        counts.partial_sums += planes * self.shape.used as u64;
        // Surplus lanes have neither cells nor thresholds: their p is zero in every plane.
        let surplus = (self.groups * LANES - self.shape.used) as u64;
        counts.zeros += zeros - planes * surplus;
    }

    /// Adds `sum over slices of accumulator << slice` to each output.
    pub(crate) fn add_slices(&self, sums: &[Lanes<i64>], results: &mut [i64]) {
        let outputs = sums.as_flattened().chunks_exact(self.shape.slices);
        for (result, slices) in results.iter_mut().zip(outputs) {
            *result += slices
                .iter()
                .rev()
                .fold(0, |y, accumulator| 2 * y + accumulator);
        }
    }

    fn dispatch<const COUNT: bool>(
        &self,
        cells: &Cells,
        sliced: &[u64],
        sums: &mut Vec<Lanes<i64>>,
    ) -> u64 {
        sums.resize(self.groups, [0; LANES]);
        match self.level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `with_level` and `Level::best` let only available levels in.
            Level::Avx2 => unsafe { accumulate_avx2::<COUNT>(self, cells, sliced, sums) },
            _ => accumulate::<COUNT>(self, cells, sliced, sums),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn accumulate_avx2<const COUNT: bool>(
    columns: &Columns,
    cells: &Cells,
    sliced: &[u64],
    sums: &mut [Lanes<i64>],
) -> u64 {
    accumulate::<COUNT>(columns, cells, sliced, sums)
}

/// The one body that every level compiles for itself. Counts the zeros of all lanes, if asked to.
#[inline(always)]
fn accumulate<const COUNT: bool>(
    columns: &Columns,
    cells: &Cells,
    sliced: &[u64],
    sums: &mut [Lanes<i64>],
) -> u64 {
    let (planes, words) = (columns.shape.planes, cells.words());
    let mut zeros = [0; LANES];
    for (group, sum) in sums.iter_mut().enumerate() {
        let (positive, negative) = cells.group(group);
        let mut accumulator = [0; LANES];
        for plane in 0..planes {
            let lines = &sliced[plane * words..][..words];
            if columns.shape.ternary && lines.iter().all(|line| *line == 0) {
                // No sum exceeds a threshold: every p is zero.
                if COUNT {
                    zeros.iter_mut().for_each(|zeros| *zeros += 1);
                }
                continue;
            }
            let mut partial = [0i64; LANES];
            for ((line, positive), negative) in lines.iter().zip(positive).zip(negative) {
                for lane in 0..LANES {
                    partial[lane] += i64::from((line & positive[lane]).count_ones());
                    partial[lane] -= i64::from((line & negative[lane]).count_ones());
                }
            }
            let at = group * planes + plane;
            let (upper, lower) = (&columns.upper[at], &columns.lower[at]);
            let scale = &columns.scales[at];
            for lane in 0..LANES {
                let (above, below) = (partial[lane] > upper[lane], partial[lane] < lower[lane]);
                accumulator[lane] += if above { scale[lane] } else { 0 };
                accumulator[lane] -= if below { scale[lane] } else { 0 };
                if COUNT {
                    zeros[lane] += u64::from(above == below);
                }
            }
        }
        *sum = accumulator;
    }
    zeros.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_from_slowest_to_fastest() {
        let levels = Level::available();
        assert_eq!(levels.first(), Some(&Level::Portable));
        assert_eq!(levels.last(), Some(&Level::best()));
        assert!(levels.is_sorted());
    }

    #[test]
    fn counts_add_up() {
        let counts = |n| Counts {
            partial_sums: n,
            zeros: 2 * n,
            planes: 3 * n,
            zero_planes: 4 * n,
        };
        let mut sum = counts(5);
        sum += counts(2);
        assert_eq!(sum, counts(7));
    }

    #[test]
    fn surplus_columns_are_not_counted() {
        let shape = Shape {
            ternary: true,
            planes: 2,
            slices: 1,
            used: 3,
        };
        let columns = Columns::new(shape, &[5, 6, 7, 8, 9, 10], &[0, 1, 0, 0, 0, 0]);
        let mut cells = Cells::new(70, 3);
        cells.set_cell(0, 0, true, false);
        cells.set_cell(69, 1, true, false);
        cells.set_cell(69, 2, false, true);
        // Plane 0: row 69 alone; the sums are 0, 1, -1, and 1 is not above its threshold. Plane 1: nothing.
        let sliced = [0, 1 << 5, 0, 0];
        for level in Level::available() {
            let (mut sums, mut counts) = (Vec::new(), Counts::default());
            let columns = columns.clone().with_level(level);
            assert_eq!(columns.shape(), shape);
            for n in 1..=2 {
                columns.count(&cells, &sliced, &mut sums, &mut counts);
                assert_eq!(sums, [[0, 0, -7, 0, 0, 0, 0, 0]]);
                let expected = Counts {
                    partial_sums: 6 * n,
                    zeros: 5 * n,
                    planes: 2 * n,
                    zero_planes: n,
                };
                assert_eq!(counts, expected, "{level:?}");
            }
        }
    }

    #[test]
    fn comparators_with_offsets_by_hand() {
        // Columns 0, 3 and 9 have rows 0 and 1 positive and 2 and 3 negative.
        let mut cells = Cells::new(4, 10);
        for column in [0, 3, 9] {
            for row in 0..4 {
                cells.set_cell(row, column, row < 2, row >= 2);
            }
        }
        let mut offsets = [[0.0; 2]; 10];
        (offsets[0], offsets[9]) = ([-0.75, 0.5], [0.75, -0.5]);
        let column = |of: usize, one: u32, others: u32| if of == 3 { one } else { others };
        let thresholds: Vec<u32> = (0..20).map(|at| column(at % 10, 1, 2)).collect();
        let scales: Vec<u32> = (0..20).map(|at| if at < 10 { 5 } else { 7 }).collect();
        let decide = |ternary, lines: u64| {
            let shape = Shape {
                ternary,
                planes: 2,
                slices: 1,
                used: 10,
            };
            let mut columns = Columns::new(shape, &scales, &thresholds);
            columns.add_offsets(&offsets, 0.25);
            let mut sums = Vec::new();
            // Only plane 0 has these lines, only plane 1, the other has none.
            [[lines, 0], [0, lines]].map(|sliced| {
                columns.accumulate(&cells, &sliced, &mut sums);
                [0, 3, 9].map(|column: usize| sums.as_flattened()[column])
            })
        };
        // Sum, and p: column 0 compares sum - 0.75 with 2.25 and sum + 0.5 with -2.25, column 3 the sum with 1.25 and
        // -1.25, column 9 sum + 0.75 with 2.25 and sum - 0.5 with -2.25.
        let ternary = [
            (0b0011, [0, 1, 1]),
            (0b0001, [0, 0, 0]),
            (0b0100, [0, 0, 0]),
            (0b1100, [0, -1, -1]),
        ];
        for (lines, p) in ternary {
            let expected = [p.map(|p| 5 * p), p.map(|p| 14 * p)];
            assert_eq!(decide(true, lines), expected, "{lines:b}");
        }
        // Binary: column 0 compares sum - 0.75 with -0.25, column 3 the sum, column 9 sum + 0.75. The plane without
        // lines has sum 0: p is -1, 1, 1.
        let binary = [
            (0b0001, [1, 1, 1]),
            (0b0100, [-1, -1, 1]),
            (0b1100, [-1, -1, -1]),
        ];
        let none = [-1, 1, 1];
        for (lines, p) in binary {
            let both = |n: usize| [5 * p[n] + 14 * none[n], 5 * none[n] + 14 * p[n]];
            let expected = [0, 1].map(|plane| [0, 1, 2].map(|n| both(n)[plane]));
            assert_eq!(decide(false, lines), expected, "{lines:b}");
        }
    }
}
