// SPDX-License-Identifier: MIT OR Apache-2.0
//! A floorplan in which the columns of the DCiM array lie below the columns of the crossbar.
//!
//! ```text
//!  +--------+-------------------------+
//!  |        |        crossbar         |   word lines enter from the left,
//!  |  rest  |  (its pins look down)   |   columns leave at the bottom
//!  |        +-------------------------+
//!  |        | columns of the array    |   same pitch as the crossbar's columns
//!  +--------+-------------------------+
//! ```
//! Without a crossbar the strip of columns stands alone, at the same pitch, so that the block abuts
//! a crossbar elsewhere.

use crate::flow::crossbar_macro::{Plan, Technology, up_to};
use crate::flow::lef::Nm;

/// Areas of the netlist and what surrounds them.
#[derive(Clone, Copy, Debug)]
pub struct Areas {
    /// Cells of one column of the array in um2.
    pub column_um2: f64,
    /// Columns.
    pub columns: usize,
    /// Cells of everything else in um2.
    pub rest_um2: f64,
    /// Share of the placement area that cells may take.
    pub density: f64,
}

/// Columns that share a placement region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// First column.
    pub first: usize,
    /// Last column.
    pub last: usize,
    /// left, bottom, right, top.
    pub rect: [Nm; 4],
}

/// The floorplan in nanometres; the die begins at (0, 0).
#[derive(Clone, Debug, PartialEq)]
pub struct Floorplan {
    /// right and top of the die.
    pub die: [Nm; 2],
    /// left, bottom, right, top of the rows.
    pub core: [Nm; 4],
    /// Lower left corner of the crossbar.
    pub crossbar: Option<[Nm; 2]>,
    /// x of the first column of the array.
    pub first_column: Nm,
    /// Distance of columns: that of the crossbar.
    pub column_pitch: Nm,
    /// Height of the strip of columns.
    pub strip_height: Nm,
    /// Placement regions, from left to right.
    pub regions: Vec<Region>,
}

/// Rows that the strip of columns has at least: below them one cell would block a column.
const LEAST_ROWS: Nm = 4;

/// Rows of standard cells between the strip and the crossbar, for the wires between them.
const GAP_ROWS: Nm = 2;

/// Height of a row times this is the least width of a placement region.
const REGION_ROWS: Nm = 12;

/// Plans the die for a crossbar (`with_crossbar`) or for the array alone.
pub fn floorplan(
    plan: &Plan,
    technology: &Technology,
    areas: &Areas,
    with_crossbar: bool,
) -> Floorplan {
    let (site, row) = (technology.site.width, technology.site.height);
    let track = technology
        .layers
        .iter()
        .find(|layer| layer.name == technology.column_layer)
        .map_or(site, |layer| layer.pitch);
    let pitch = plan.column_pitch;
    let strip_width = areas.columns as Nm * pitch;
    let nm2 = |um2: f64| um2 * 1e6 / areas.density;
    let strip = nm2(areas.column_um2 * areas.columns as f64) / strip_width.max(1) as f64;
    let strip_height = up_to(strip.ceil() as Nm, row).max(LEAST_ROWS * row);
    let height = match with_crossbar {
        true => strip_height + GAP_ROWS * row + up_to(plan.height, row),
        false => strip_height,
    };
    // The rest stands at the left, over the whole height.
    let left = up_to((nm2(areas.rest_um2) / height as f64).ceil() as Nm, site);
    let margin = [up_to(2 * row, site), 2 * row];
    let corner = margin[0] + left;
    // On a track, so that the crossbar's pins are on tracks, too.
    let block = up_to(corner, track);
    let first_column = block + if with_crossbar { plan.first_column } else { 0 };
    let right = match with_crossbar {
        true => block + plan.width,
        false => first_column + strip_width,
    };
    let core = [
        margin[0],
        margin[1],
        margin[0] + up_to(right - margin[0], site),
        margin[1] + height,
    ];
    let group = (REGION_ROWS * row).div_euclid(pitch.max(1)).max(1) as usize;
    let regions = (0..areas.columns)
        .step_by(group)
        .map(|first| {
            let last = (first + group - 1).min(areas.columns - 1);
            let x = |column: usize| first_column + column as Nm * pitch;
            Region {
                first,
                last,
                rect: [x(first), margin[1], x(last + 1), margin[1] + strip_height],
            }
        })
        .collect();
    Floorplan {
        die: [core[2] + margin[0], core[3] + margin[1]],
        core,
        crossbar: with_crossbar.then_some([block, margin[1] + strip_height + GAP_ROWS * row]),
        first_column,
        column_pitch: pitch,
        strip_height,
        regions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::crossbar::{CrossbarShape, CrossbarThresholds};
    use crate::flow::crossbar_macro;
    use crate::flow::lef;

    fn technology() -> Technology {
        let text = "
LAYER m2
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.28 ; OFFSET 0.1 ; WIDTH 0.1 ;
END m2
LAYER m3
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.28 ; OFFSET 0.1 ; WIDTH 0.1 ;
END m3
LAYER m4
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.4 ; WIDTH 0.2 ;
END m4
SITE unit
  SIZE 0.19 BY 1.4 ;
END unit
";
        let lef = lef::parse(text).expect("valid LEF");
        Technology::new(
            "t",
            45,
            1.1,
            1.0,
            ("VDD", "VSS"),
            "unit",
            ("m3", "m2"),
            &lef,
        )
        .expect("there")
    }

    fn made(columns: usize, with_crossbar: bool) -> (Plan, Floorplan, Areas) {
        let technology = technology();
        let shape = CrossbarShape {
            rows: 128,
            columns,
            input_bits: 4,
            columns_per_comparator: 1,
            thresholds: CrossbarThresholds::PerTile,
        };
        let description = technology.default_description();
        let plan = crossbar_macro::plan("x", &shape, &description, &technology).expect("fits");
        let areas = Areas {
            column_um2: 220.0,
            columns,
            rest_um2: 9000.0,
            density: 0.6,
        };
        let floorplan = floorplan(&plan, &technology, &areas, with_crossbar);
        (plan, floorplan, areas)
    }

    #[test]
    fn columns_of_the_array_lie_below_those_of_the_crossbar() {
        for columns in [1, 8, 100, 128] {
            let (plan, floorplan, areas) = made(columns, true);
            let [x, y] = floorplan.crossbar.expect("a crossbar");
            assert_eq!(floorplan.first_column, x + plan.first_column);
            assert_eq!(floorplan.column_pitch, plan.column_pitch);
            assert_eq!(x % 280, 0, "the pins are off their tracks");
            assert!(x + plan.width <= floorplan.core[2] && y + plan.height <= floorplan.core[3]);
            assert!(floorplan.regions.iter().all(|region| region.rect[3] <= y));
            let strip = (floorplan.strip_height * columns as Nm * plan.column_pitch) as f64 * 1e-6;
            assert!(strip * areas.density >= areas.column_um2 * columns as f64);
        }
    }

    #[test]
    fn every_column_is_in_one_region_and_all_fits() {
        for with_crossbar in [false, true] {
            let (plan, floorplan, areas) = made(100, with_crossbar);
            let mut next = 0;
            for region in &floorplan.regions {
                assert_eq!(region.first, next);
                assert!(region.rect[2] <= floorplan.core[2]);
                next = region.last + 1;
            }
            assert_eq!(next, 100);
            let [left, bottom, right, top] = floorplan.core;
            let mut free = (right - left) as f64 * (top - bottom) as f64 * 1e-6;
            if with_crossbar {
                free -= plan.area_um2();
            }
            let cells = areas.column_um2 * 100.0 + areas.rest_um2;
            assert!(
                free * areas.density >= cells * 0.999,
                "{free} um2 for {cells}"
            );
            assert_eq!(((right - left) % 190, (top - bottom) % 1400), (0, 0));
        }
    }
}
