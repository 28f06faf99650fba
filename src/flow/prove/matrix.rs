// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which configurations are proved.

use std::collections::BTreeSet;

use crate::blocks::accelerator::AcceleratorShape;
use crate::blocks::column_reduction::ReductionShape;
use crate::blocks::dcim_array::ArrayShape;
use crate::blocks::row_store::RowStorage;
use crate::blocks::tile::{TileShape, array_shape, reduction_shape, sense_shape};
use crate::config::{Config, Report, Top};

use super::accelerator;
use super::array::{self, Kind};
use super::obligation::Obligation;
use super::reduction;
use super::tile;

/// A set of configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matrix {
    /// Each kind of block at sizes that take seconds.
    Quick,
    /// S from 1 to 8, A from 1 to 6, d of 1, 2, 3 and S + 2 in place; a choice of sizes for the rest.
    Full,
}

/// Partial sums and storage: ternary, latch, gating.
type Variant = (bool, bool, bool);

/// What every size is proved with: ternary with gating, and binary, on flip-flops.
const MAIN: [Variant; 2] = [(true, false, true), (false, false, false)];
/// What some sizes are proved with, too.
const MORE: [Variant; 4] = [
    (true, false, false),
    (true, true, true),
    (true, true, false),
    (false, true, false),
];

/// The proofs of a matrix.
///
/// # Errors
/// Defects of the generator only.
pub fn of_matrix(matrix: Matrix) -> Result<Vec<Obligation>, Report> {
    let mut found = Vec::new();
    for (kind, a, s, d, variant, parity) in points(matrix) {
        let shape = ArrayShape {
            parity,
            ..shape(kind, (a, s, d), variant)?
        };
        found.push(array::results(kind, &shape)?);
        // What a gate does depends on sizes far less than the sum does.
        if let Some(gating) = array::gating(kind, &shape).filter(|_| is_more(a, s)) {
            found.push(gating?);
        }
    }
    for shape in reductions(matrix) {
        found.push(reduction::sum(&shape)?);
    }
    for config in tiles(matrix) {
        tile::all(&config?, &RowStorage::ALL, &mut found)?;
    }
    for pairs in accelerators(matrix) {
        let config = Config::from_pairs(pairs.iter().copied())?;
        if let Some(shape) = AcceleratorShape::of(&config) {
            accelerator::all(&shape, &mut found)?;
        }
    }
    Ok(found)
}

/// The accelerators whose blocks are proved.
fn accelerators(matrix: Matrix) -> Vec<[(&'static str, &'static str); 11]> {
    let sizes: &[[&str; 4]] = match matrix {
        Matrix::Quick => &[["2", "2", "4", "10"]],
        Matrix::Full => &[
            ["2", "2", "4", "10"],
            ["1", "1", "1", "16"],
            ["1", "3", "8", "12"],
            ["3", "1", "2", "12"],
            ["3", "3", "16", "32"],
        ],
    };
    let pairs = |&[lanes, segments, passes, counter_bits]: &[&'static str; 4]| {
        [
            ("top", "accelerator"),
            ("rows", "4"),
            ("cols", "4"),
            ("weight_slices", "2"),
            ("input_bits", "2"),
            ("input_stream_bits", "8"),
            ("activation_words", "64"),
            ("lanes", lanes),
            ("segments", segments),
            ("passes", passes),
            ("counter_bits", counter_bits),
        ]
    };
    sizes.iter().map(pairs).collect()
}

/// The tiles whose blocks are proved: small ones, as their size is that of data.
fn tiles(matrix: Matrix) -> Vec<Result<Config, Report>> {
    let quick: &[&[(&str, &str)]] = &[
        &[
            ("rows", "4"),
            ("cols", "4"),
            ("weight_slices", "2"),
            ("input_bits", "2"),
            ("output_stream_bits", "8"),
        ],
        &[
            ("rows", "3"),
            ("cols", "5"),
            ("weight_slices", "2"),
            ("input_bits", "3"),
            ("partial_sum", "binary"),
            ("columns_per_comparator", "2"),
            ("rows_per_cycle", "3"),
            ("input_stream_bits", "8"),
        ],
    ];
    let full: &[&[(&str, &str)]] = &[
        &[
            ("rows", "4"),
            ("cols", "4"),
            ("weight_slices", "1"),
            ("input_bits", "1"),
            ("segments", "3"),
        ],
        &[
            ("rows", "5"),
            ("cols", "8"),
            ("weight_slices", "2"),
            ("input_bits", "4"),
            ("columns_per_comparator", "4"),
            ("thresholds", "per_column"),
            ("input_stream_bits", "16"),
        ],
        &[
            ("rows", "4"),
            ("cols", "6"),
            ("weight_slices", "3"),
            ("input_bits", "8"),
            ("accumulation", "deferred"),
            ("rows_per_cycle", "5"),
            ("storage", "latch"),
            ("output_stream_bits", "64"),
        ],
        &[
            ("rows", "4"),
            ("cols", "4"),
            ("weight_slices", "2"),
            ("input_bits", "5"),
            ("plane_skip", "false"),
        ],
    ];
    let more = match matrix {
        Matrix::Quick => &[],
        Matrix::Full => full,
    };
    let pairs = quick.iter().chain(more);
    pairs
        .map(|pairs| Config::from_pairs(pairs.iter().copied()))
        .collect()
}

/// The proofs of the blocks of a configuration.
///
/// # Errors
/// Defects of the generator only.
pub fn of_config(config: &Config) -> Result<Vec<Obligation>, Report> {
    let mut found = Vec::new();
    let kind = match (config.top(), config.is_deferred()) {
        (Top::BaselineArray, _) => Kind::Baseline,
        (_, true) => Kind::Deferred,
        (_, false) => Kind::InPlace,
    };
    if matches!(
        config.top(),
        Top::Tile | Top::DcimArray | Top::BaselineArray
    ) {
        arrays(kind, &array_shape(config), &mut found)?;
    }
    if matches!(config.top(), Top::Tile | Top::ColumnReduction) {
        found.push(reduction::sum(&reduction_shape(config))?);
    }
    match config.top() {
        Top::Tile => {
            let storage = TileShape::of(config).input_buffer().storage;
            tile::all(config, &[storage], &mut found)?;
        }
        Top::Accelerator => {
            if let Some(shape) = AcceleratorShape::of(config) {
                accelerator::all(&shape, &mut found)?;
            }
        }
        Top::SenseInterface => tile::sense(&sense_shape(config), &mut found)?,
        _ => {}
    }
    Ok(found)
}

fn arrays(kind: Kind, shape: &ArrayShape, found: &mut Vec<Obligation>) -> Result<(), Report> {
    found.push(array::results(kind, shape)?);
    if let Some(gating) = array::gating(kind, shape) {
        found.push(gating?);
    }
    Ok(())
}

/// The sizes at which every variant is proved, and the gating.
fn is_more(a: u32, s: u32) -> bool {
    [1, 2, 4].contains(&a) && [1, 2, 3, 8].contains(&s)
}

/// Kind, A, S, d, variant and parity of every array.
fn points(matrix: Matrix) -> Vec<(Kind, u32, u32, u32, Variant, bool)> {
    let mut found = Vec::new();
    let mut add_with = |parity, kind, a, s, variants: &[Variant]| {
        let ds = match kind {
            Kind::Baseline => BTreeSet::from([s + 2]),
            _ => BTreeSet::from([1, 2, 3, s + 2]),
        };
        for d in ds {
            found.extend(
                variants
                    .iter()
                    .map(|&variant| (kind, a, s, d, variant, parity)),
            );
        }
    };
    parity_points(matrix, &mut add_with);
    let mut add = |kind, a, s, variants: &[Variant]| add_with(false, kind, a, s, variants);
    match matrix {
        Matrix::Quick => {
            add(Kind::InPlace, 2, 3, &MAIN);
            add(Kind::InPlace, 2, 2, &MORE[1..2]);
            add(Kind::Deferred, 2, 3, &MAIN[..1]);
            add(Kind::Baseline, 2, 3, &MAIN);
        }
        Matrix::Full => {
            for s in 1..=8 {
                for a in 1..=6 {
                    add(Kind::InPlace, a, s, &MAIN);
                    add(Kind::Baseline, a, s, &MAIN[..1]);
                    if [1, 2, 4, 6].contains(&a) && [1, 2, 3, 5, 8].contains(&s) {
                        add(Kind::Deferred, a, s, &MAIN[..1]);
                    }
                    if is_more(a, s) {
                        add(Kind::InPlace, a, s, &MORE);
                        add(Kind::Baseline, a, s, &MORE);
                        add(Kind::Baseline, a, s, &MAIN[1..]);
                        if a <= 2 {
                            add(Kind::Deferred, a, s, &MORE);
                            add(Kind::Deferred, a, s, &MAIN[1..]);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The arrays with parity. What the check does depends on the sum in nothing, so some sizes are enough.
fn parity_points(matrix: Matrix, add: &mut impl FnMut(bool, Kind, u32, u32, &[Variant])) {
    match matrix {
        Matrix::Quick => {
            add(true, Kind::InPlace, 2, 2, &MAIN[..1]);
            add(true, Kind::Deferred, 2, 2, &MAIN[..1]);
            add(true, Kind::Baseline, 2, 2, &MAIN[..1]);
        }
        Matrix::Full => {
            for (a, s) in [(1, 1), (1, 4), (2, 3), (3, 2), (4, 8)] {
                for kind in [Kind::InPlace, Kind::Baseline, Kind::Deferred] {
                    add(true, kind, a, s, &MAIN);
                    if (a, s) == (3, 2) {
                        add(true, kind, a, s, &MORE);
                    }
                }
            }
        }
    }
}

/// The shape of a point, by way of its configuration, which decides on the read-out.
fn shape(
    kind: Kind,
    (a, s, d): (u32, u32, u32),
    (ternary, latch, gating): Variant,
) -> Result<ArrayShape, Report> {
    let word = |yes: bool, then: &str, otherwise: &str| -> String {
        if yes { then } else { otherwise }.to_owned()
    };
    let mut pairs = vec![
        (
            "top",
            word(kind == Kind::Baseline, "baseline_array", "dcim_array"),
        ),
        ("rows", "4".to_owned()),
        ("cols", "2".to_owned()),
        ("weight_slices", "1".to_owned()),
        ("input_bits", a.to_string()),
        ("scale_bits", s.to_string()),
        ("partial_sum", word(ternary, "ternary", "binary")),
        ("storage", word(latch, "latch", "flop")),
        ("gating", word(gating, "on", "off")),
        (
            "accumulation",
            word(kind == Kind::Deferred, "deferred", "in_place"),
        ),
    ];
    if kind != Kind::Baseline {
        pairs.push(("rows_per_cycle", d.to_string()));
    }
    Ok(array_shape(&Config::from_pairs(pairs)?))
}

/// The column reductions.
fn reductions(matrix: Matrix) -> Vec<ReductionShape> {
    let (slices, bits): (&[usize], &[(usize, usize)]) = match matrix {
        Matrix::Quick => (&[1, 3], &[(6, 1), (6, 2)]),
        Matrix::Full => (
            &[1, 2, 3, 4],
            &[
                (3, 1),
                (3, 3),
                (6, 1),
                (6, 2),
                (6, 3),
                (6, 5),
                (10, 2),
                (10, 10),
            ],
        ),
    };
    let mut found = Vec::new();
    for &slices in slices {
        for &(accumulator_bits, digit_bits) in bits {
            for chain in [false, true] {
                found.push(ReductionShape {
                    outputs: 2,
                    slices,
                    digit_bits,
                    accumulator_bits,
                    // Two segments need one bit more.
                    result_bits: accumulator_bits + slices + usize::from(chain),
                    chain,
                });
            }
        }
    }
    found
}
