// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crossbar macro: cells, exact column sums, comparators, and faults of both.

use crate::bits::Bits;
use crate::config::{Config, Thresholds};
use crate::error::{Error, Result};
use crate::kernel::Cells;
use crate::packing;

/// A fault of one column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// Added to the column's sum, in unit cells.
    pub offset: i32,
    /// The positive comparator is stuck at this value.
    pub stuck_pos: Option<bool>,
    /// The negative comparator is stuck at this value.
    pub stuck_neg: Option<bool>,
}

impl Fault {
    /// A fault from numbers: a comparator is stuck at 0 at 0, at 1 above, not at all below.
    pub fn from_codes(offset: i32, stuck_pos: i32, stuck_neg: i32) -> Self {
        let stuck = |code| if code < 0 { None } else { Some(code > 0) };
        Self {
            offset,
            stuck_pos: stuck(stuck_pos),
            stuck_neg: stuck(stuck_neg),
        }
    }
}

/// The model.
#[derive(Clone, Debug)]
pub struct Crossbar {
    config: Config,
    cells: Cells,
    /// [plane * C + column], per-column thresholds only.
    thresholds: Vec<u32>,
    faults: Vec<Fault>,
}

impl Crossbar {
    /// All cells and thresholds zero, no faults.
    pub fn new(config: &Config) -> Self {
        let columns = config.cols as usize;
        Self {
            config: config.clone(),
            cells: Cells::new(config.rows as usize, columns),
            thresholds: vec![0; columns * config.input_bits as usize],
            faults: vec![Fault::default(); columns],
        }
    }

    /// C.
    pub fn columns(&self) -> usize {
        self.config.cols as usize
    }

    /// R.
    pub fn rows(&self) -> usize {
        self.config.rows as usize
    }

    /// The cells.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Whether any column has a fault.
    pub fn is_faulty(&self) -> bool {
        self.faults.iter().any(|fault| *fault != Fault::default())
    }

    /// The programming port.
    pub fn program_row(&mut self, row: u32, positive: &Bits, negative: &Bits) -> Result<()> {
        if row >= self.config.rows {
            return Err(Error::range(format!("row {row} does not exist")));
        }
        self.cells.set_row(row as usize, positive, negative);
        Ok(())
    }

    /// Programs every cell from R*O weights.
    pub fn load_weights(&mut self, weights: &[i32]) -> Result<()> {
        packing::check_weights(&self.config, weights)?;
        let outputs = self.config.derived().outputs as usize;
        for (row, weights) in weights.chunks(outputs).enumerate() {
            let (positive, negative) = packing::cells_of_row(&self.config, weights);
            self.cells.set_row(row, &positive, &negative);
        }
        Ok(())
    }

    /// One per-column threshold.
    pub fn set_threshold(&mut self, plane: u32, column: u32, threshold: u32) -> Result<()> {
        let legal = plane < self.config.input_bits && column < self.config.cols;
        if !legal {
            let text = format!("there is no threshold of plane {plane}, column {column}");
            return Err(Error::range(text));
        }
        self.thresholds[(plane * self.config.cols + column) as usize] = threshold;
        Ok(())
    }

    /// The fault of one column; the default fault is none.
    pub fn set_fault(&mut self, column: u32, fault: Fault) -> Result<()> {
        let place = self.faults.get_mut(column as usize);
        *place.ok_or_else(|| Error::range(format!("column {column} does not exist")))? = fault;
        Ok(())
    }

    /// Sums of all C columns, offsets included.
    pub fn sums(&self, lines: &Bits) -> Vec<i32> {
        let lines = words64(lines);
        (0..self.columns())
            .map(|c| self.cells.sum(c, &lines) + self.faults[c].offset)
            .collect()
    }

    /// The threshold that a column's comparators use in a plane.
    fn threshold(&self, plane: u32, column: usize, register: u32) -> i32 {
        match self.config.thresholds {
            Thresholds::PerColumn => {
                self.thresholds[plane as usize * self.columns() + column] as i32
            }
            Thresholds::PerTile => register as i32,
            Thresholds::None => 0,
        }
    }

    /// What the comparators of one column say: (pos, neg); binary has no neg.
    pub fn column(&self, column: usize, lines: &[u64], plane: u32, register: u32) -> (bool, bool) {
        let fault = &self.faults[column];
        let sum = self.cells.sum(column, lines) + fault.offset;
        let threshold = self.threshold(plane, column, register);
        let ternary = self.config.is_ternary();
        let pos = if ternary { sum > threshold } else { sum >= 0 };
        let neg = ternary && sum < -threshold;
        (
            fault.stuck_pos.unwrap_or(pos),
            ternary && fault.stuck_neg.unwrap_or(neg),
        )
    }

    /// The comparators' outputs at the end of sense phase `sel`: comparator k serves column
    /// k * M + sel; one without a column there reads as 0.
    pub fn compare(
        &self,
        lines: &Bits,
        plane: u32,
        register: u32,
        sel: u32,
    ) -> Result<(Bits, Bits)> {
        let shared = self.config.columns_per_comparator as usize;
        if plane >= self.config.input_bits || sel as usize >= shared {
            return Err(Error::range(format!(
                "plane {plane}, sel {sel} do not exist"
            )));
        }
        let lines = words64(lines);
        let comparators = self.config.derived().comparators as usize;
        let mut outputs = (Bits::zero(comparators), Bits::zero(comparators));
        for comparator in 0..comparators {
            let column = comparator * shared + sel as usize;
            if column < self.columns() {
                let (pos, neg) = self.column(column, &lines, plane, register);
                outputs.0.set(comparator, pos);
                outputs.1.set(comparator, neg);
            }
        }
        Ok(outputs)
    }
}

/// Word lines as the cells' words.
pub fn words64(lines: &Bits) -> Vec<u64> {
    let wide = |pair: &[u32]| {
        pair.iter()
            .rev()
            .fold(0, |word, half| word << 32 | u64::from(*half))
    };
    lines.words().chunks(2).map(wide).collect()
}
