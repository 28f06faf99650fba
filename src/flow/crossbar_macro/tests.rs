// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plans of small macros: on the grid, nothing over anything else, and the texts say the same.

use std::collections::BTreeSet;

use super::*;
use crate::blocks::crossbar::{self, CrossbarShape, CrossbarThresholds};
use crate::flow::lef::parse;

/// Three layers in the manner of a 45 nm PDK.
const TECHNOLOGY: &str = "
MANUFACTURINGGRID 0.005 ;
LAYER metal4
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.28 ; OFFSET 0.095 0.07 ; WIDTH 0.14 ; SPACING 0.14 ;
END metal4
LAYER metal5
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.28 ; OFFSET 0.095 0.07 ; WIDTH 0.14 ; SPACING 0.14 ;
END metal5
LAYER metal6
  TYPE ROUTING ; DIRECTION VERTICAL ; PITCH 0.28 ; OFFSET 0.095 0.07 ; WIDTH 0.14 ; SPACING 0.14 ;
END metal6
LAYER metal7
  TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.8 ; WIDTH 0.4 ; SPACING 0.4 ;
END metal7
SITE unit
  SIZE 0.19 BY 1.4 ;
END unit
";

fn technology() -> Technology {
    let lef = parse(TECHNOLOGY).expect("valid LEF");
    let layers = ("metal5", "metal6");
    Technology::new("n45", 45, 1.1, 1.0, ("VDD", "VSS"), "unit", layers, &lef).expect("there")
}

fn shape(rows: usize, columns: usize, sharing: usize, kind: CrossbarThresholds) -> CrossbarShape {
    CrossbarShape {
        rows,
        columns,
        input_bits: 4,
        columns_per_comparator: sharing,
        thresholds: kind,
    }
}

fn every_shape() -> Vec<CrossbarShape> {
    use CrossbarThresholds::{Binary, PerColumn, PerTile};
    let kinds = [Binary, PerTile, PerColumn];
    let sizes = [(1, 1, 1), (8, 8, 1), (37, 10, 4), (128, 128, 2)];
    let pairs = kinds
        .iter()
        .flat_map(|kind| sizes.iter().map(move |size| (*kind, *size)));
    pairs
        .map(|(kind, (rows, columns, sharing))| shape(rows, columns, sharing, kind))
        .collect()
}

fn overlap(a: &[i64; 4], b: &[i64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[test]
fn every_bit_has_a_pin_on_a_track_inside_and_clear_of_its_neighbours() {
    let technology = technology();
    for shape in every_shape() {
        let plan = plan("x", &shape, &technology.default_description(), &technology).expect("fits");
        let bits: usize = plan.ports.iter().map(|port| port.width).sum();
        let names: BTreeSet<&str> = plan.pins.iter().map(|pin| pin.name.as_str()).collect();
        assert_eq!((plan.pins.len(), names.len()), (bits, bits));
        assert_eq!((plan.width % 190, plan.height % 1400), (0, 0));
        for pin in &plan.pins {
            let [left, bottom, right, top] = pin.rect;
            assert!(0 <= left && 0 <= bottom && right <= plan.width && top <= plan.height);
            let layer = technology
                .layers
                .iter()
                .find(|layer| layer.name == pin.layer);
            let layer = layer.expect("a layer");
            let centre = match pin.side {
                Side::Left => (bottom + top) / 2,
                Side::Bottom => (left + right) / 2,
            };
            assert_eq!(
                (centre - layer.offset) % layer.pitch,
                0,
                "{} off its track",
                pin.name
            );
            let blocked = plan.blocked.iter().filter(|(name, _)| *name == pin.layer);
            for (_, shape) in blocked {
                assert!(!overlap(shape, &pin.rect), "{} is blocked", pin.name);
            }
        }
        let mut edges: Vec<(Side, i64)> = Vec::new();
        for pin in &plan.pins {
            let at = if pin.side == Side::Left {
                pin.rect[1]
            } else {
                pin.rect[0]
            };
            edges.push((pin.side, at));
        }
        edges.sort_by_key(|(side, at)| (*side == Side::Left, *at));
        assert!(
            edges
                .windows(2)
                .all(|pair| pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= 280),
            "pins closer than a track"
        );
        assert!(!plan.power.is_empty() && plan.power.len() == plan.ground.len());
        let stripes: Vec<_> = plan.power.iter().chain(&plan.ground).collect();
        for (index, stripe) in stripes.iter().enumerate() {
            assert!(stripe[2] <= plan.width && stripe[3] <= plan.height);
            assert!(stripes[..index].iter().all(|other| !overlap(other, stripe)));
        }
    }
}

#[test]
fn the_lef_reads_back_as_planned() {
    let technology = technology();
    for shape in every_shape() {
        let plan = plan("x", &shape, &technology.default_description(), &technology).expect("fits");
        let read = parse(&lef(&plan, &technology, "# header").expect("a text")).expect("valid LEF");
        let cell = read.cell("x_crossbar").expect("there");
        assert_eq!((cell.width, cell.height), (plan.width, plan.height));
        assert_eq!(cell.class, "BLOCK");
        assert_eq!(cell.pins.len(), plan.pins.len() + 2);
        for (pin, planned) in cell.pins.iter().zip(&plan.pins) {
            assert_eq!(
                (&pin.name, pin.shapes[0].rect),
                (&planned.name, planned.rect)
            );
            assert_eq!(pin.direction == "INPUT", planned.input);
        }
        assert_eq!(
            cell.pin("VDD").map(|pin| pin.shapes.len()),
            Some(plan.power.len())
        );
        assert_eq!(cell.obstructions.len(), plan.blocked.len());
    }
}

#[test]
fn word_lines_rise_at_the_left_and_columns_follow_at_the_bottom() {
    let technology = technology();
    let shape = shape(8, 4, 1, CrossbarThresholds::PerTile);
    let plan = plan("x", &shape, &technology.default_description(), &technology).expect("fits");
    let at = |name: &str| {
        let pin = plan
            .pins
            .iter()
            .find(|pin| pin.name == name)
            .expect("a pin");
        (pin.side, pin.rect[0], pin.rect[1])
    };
    // 24 feature sizes are 1.08 um: the pitch is 4 tracks of 0.28 um.
    assert_eq!(plan.column_pitch, 1120);
    assert_eq!(at("pos_o[1]").1 - at("pos_o[0]").1, 1120);
    assert_eq!(at("wl_i[3]").2 - at("wl_i[2]").2, plan.row_pitch);
    assert_eq!(
        (at("wl_i[0]").0, at("neg_o[3]").0),
        (Side::Left, Side::Bottom)
    );
    let order = [
        "pos_o[2]",
        "neg_o[2]",
        "prog_pos_i[2]",
        "prog_neg_i[2]",
        "pos_o[3]",
    ];
    assert!(order.windows(2).all(|pair| at(pair[0]).1 < at(pair[1]).1));
}

#[test]
fn the_library_names_every_port_once_with_its_arcs() {
    let technology = technology();
    for shape in every_shape() {
        let mut description = technology.default_description();
        description.electrical.evaluation_pj = Some(2.5);
        let plan = plan("x", &shape, &description, &technology).expect("fits");
        let text = liberty(&plan, &description, &technology, "header").expect("a text");
        for port in crossbar::build("x", &shape).ports() {
            let group = if port.width > 1 { "bus" } else { "pin" };
            assert_eq!(
                text.matches(&format!("    {group} ({}) {{", port.name))
                    .count(),
                1
            );
        }
        let outputs = if shape.thresholds == CrossbarThresholds::Binary {
            2
        } else {
            3
        };
        assert_eq!(text.matches("related_pin : \"sense_i\"").count(), outputs);
        let selects = if shape.columns_per_comparator > 1 {
            outputs - 1
        } else {
            0
        };
        assert_eq!(text.matches("related_pin : \"sel_i\"").count(), selects);
        let programmed = text.matches("bus (prog_").count() + text.matches("pin (prog_").count();
        assert_eq!(
            text.matches("timing_type : setup_rising").count(),
            programmed
        );
        assert!(text.contains("values (\"2500\")"));
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }
}

#[test]
fn faults_are_told_together_with_a_way_out() {
    let technology = technology();
    let shape = shape(8, 8, 1, CrossbarThresholds::PerTile);
    let fault = |text: &str| {
        let description = technology
            .default_description()
            .overlay(text)
            .expect("readable");
        plan("x", &shape, &description, &technology)
            .expect_err("a fault")
            .0
    };
    let two = fault("[geometry]\ncell_width_um = 0\ntop_um = -1\n");
    assert_eq!(two.len(), 2);
    let narrow = fault("[geometry]\ncell_width_um = 0.5\n");
    assert!(
        narrow[0].contains("geometry.cell_width_um must be at least 1.12"),
        "{narrow:?}"
    );
    let turned = fault("[geometry]\nrow_layer = \"metal6\"\ncolumn_layer = \"metal9\"\n");
    assert!(
        turned[0].contains("not horizontal; take one of: metal5, metal7"),
        "{turned:?}"
    );
    assert!(turned[1].contains("no routing layer"), "{turned:?}");
    let crossing = fault("[geometry]\npower_layer = \"metal6\"\n");
    assert!(crossing[0].contains("pin layer"), "{crossing:?}");
    let unknown = technology
        .default_description()
        .overlay("[geometry]\ncell_widht_um = 1\n");
    assert!(unknown.expect_err("unknown").0[0].contains("cell_widht_um"));
    let missing = Technology::new(
        "n45",
        45,
        1.1,
        1.0,
        ("VDD", "VSS"),
        "core",
        ("metal5", "metal6"),
        &parse(TECHNOLOGY).expect("valid LEF"),
    );
    assert!(missing.expect_err("no site").0[0].contains("it has: unit"));
}
