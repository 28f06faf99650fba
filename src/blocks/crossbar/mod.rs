// SPDX-License-Identifier: MIT OR Apache-2.0
//! Crossbar macro: black box for the generator, behavioural model and stub as text.
//!
//! Contract, port table and fault hooks: `doc/crossbar.md`.

#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

pub use text::{model, stub};

use crate::hdl::{Module, ModuleBuilder, index_width, value_width};

/// Where the thresholds of the comparators come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossbarThresholds {
    /// Binary partial sums: one comparator that compares with zero.
    Binary,
    /// Ternary, one threshold per bit plane, given by the tile.
    PerTile,
    /// Ternary, thresholds per column and bit plane, stored in the macro.
    PerColumn,
}

/// What the crossbar needs to know of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossbarShape {
    /// R: word lines.
    pub rows: usize,
    /// C: columns.
    pub columns: usize,
    /// A: bit planes.
    pub input_bits: usize,
    /// M: columns per comparator, a power of two.
    pub columns_per_comparator: usize,
    /// Where the thresholds come from.
    pub thresholds: CrossbarThresholds,
}

impl CrossbarShape {
    /// CC: comparators, or pairs of them.
    pub fn comparators(&self) -> usize {
        self.columns.div_ceil(self.columns_per_comparator)
    }

    /// T: bits of a threshold.
    pub fn threshold_bits(&self) -> usize {
        value_width(self.rows as u128)
    }

    fn is_ternary(&self) -> bool {
        self.thresholds != CrossbarThresholds::Binary
    }
}

/// Describes `<prefix>_crossbar` as a black box.
pub fn build(prefix: &str, shape: &CrossbarShape) -> Arc<Module> {
    let (rows, columns, planes) = (shape.rows, shape.columns, shape.input_bits);
    let per_column = shape.thresholds == CrossbarThresholds::PerColumn;
    let mut m = ModuleBuilder::blackbox(&format!("{prefix}_crossbar"));
    m.contract(&contract(shape));
    m.group("Programming");
    m.input("clk_i", 1, "clock of the programming ports only");
    m.input("prog_en_i", 1, "write a row of cells");
    m.input("prog_row_i", index_width(rows), "its index");
    m.input("prog_pos_i", columns, "its positive cells");
    m.input("prog_neg_i", columns, "its negative cells");
    if per_column {
        m.input("prog_thr_en_i", 1, "write a threshold");
        m.input("prog_thr_col_i", index_width(columns), "its column");
        m.input("prog_thr_plane_i", index_width(planes), "its bit plane");
        m.input("prog_thr_i", shape.threshold_bits(), "its code");
    }
    m.group("Evaluation");
    let mut sources = vec!["wl_i", "evaluate_i", "sense_i"];
    m.input("wl_i", rows, "word lines of the bit plane");
    m.input("precharge_i", 1, "strobe: precharge the bit lines");
    m.input("evaluate_i", 1, "strobe: let the cells drive them");
    m.input("sense_i", 1, "strobe: compare");
    if shape.columns_per_comparator > 1 {
        m.input(
            "sel_i",
            index_width(shape.columns_per_comparator),
            "column of each comparator",
        );
        sources.push("sel_i");
    }
    m.input("plane_i", index_width(planes), "index of the bit plane");
    if shape.thresholds == CrossbarThresholds::PerTile {
        m.input(
            "threshold_i",
            shape.threshold_bits(),
            "threshold of the bit plane",
        );
        sources.push("threshold_i");
    }
    if per_column {
        sources.push("plane_i");
    }
    m.group("Comparators");
    let above = if shape.is_ternary() {
        "sum > threshold"
    } else {
        "sum >= 0"
    };
    m.output("pos_o", shape.comparators(), above);
    if shape.is_ternary() {
        m.output("neg_o", shape.comparators(), "sum < -threshold");
    }
    m.output("ready_o", 1, "the comparators have resolved");
    for source in sources {
        m.path(source, "pos_o");
        if shape.is_ternary() {
            m.path(source, "neg_o");
        }
    }
    m.finish()
}

fn contract(shape: &CrossbarShape) -> String {
    let kind = match shape.thresholds {
        CrossbarThresholds::Binary => "one comparator, sum >= 0",
        CrossbarThresholds::PerTile => "two comparators against the threshold of the tile",
        CrossbarThresholds::PerColumn => "two comparators against a threshold of their own",
    };
    let sharing = match shape.columns_per_comparator {
        1 => String::new(),
        columns => format!(
            " {columns} columns share a comparator: comparator k serves column {columns} * k + sel_i."
        ),
    };
    format!(
        "Analog crossbar of {} word lines and {} columns, {kind}.{sharing} One evaluation: \
         precharge, evaluate, sense, one strobe at a time; word lines and threshold are stable from \
         the end of precharge to the end of sense; the outputs are captured at the end of sense. \
         Cells are programmed row by row, never during an evaluation. No reset.",
        shape.rows, shape.columns
    )
}
