// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report of tiles in Markdown.

use super::super::report::table::{number, table};
use super::{AROUND, ARRAY, Tile, Tiles};

/// The report.
pub fn markdown(tiles: &Tiles) -> String {
    let mut text = format!("# Tiles on {}\n\n", tiles.provenance.pdk.title);
    text += &format!(
        "Written by `{}`; what is measured and how is told in doc/ppa.md. Clock period {} ns, buffered clocks, before layout. \
         Activity: hidden layer of the digits network (64 inputs, the other word lines 0), recorded on the netlist and compared with \
         the golden model.\n\n",
        tiles.provenance.command,
        number(tiles.period_ns)
    );
    text += &summary(&tiles.tiles);
    text += "\nThe crossbar is a macro: its area is that of the abstract for layout, its energy is not counted. \
             Energies include leakage.\n";
    for tile in &tiles.tiles {
        text += &format!("\n## {}\n\n", tile.preset);
        text += &blocks(tile);
    }
    text += "\n## Provenance\n\n";
    text += &tiles.provenance.to_markdown();
    text
}

type Figure = (&'static str, fn(&Tile) -> String);

fn summary(tiles: &[Tile]) -> String {
    let figures: &[Figure] = &[
        ("crossbar", |t| format!("{} x {}", t.size[0], t.size[1])),
        ("cells, um2", |t| number(t.area_um2)),
        ("array, um2", |t| number(t.area_of(&[ARRAY]))),
        (
            "controller, input buffer, reduction, result output, um2",
            |t| number(t.area_of(AROUND)),
        ),
        ("the same over the array", |t| {
            format!("{:.2}", t.around_array())
        }),
        ("crossbar macro, um2", |t| number(t.crossbar_um2)),
        ("clock, MHz", |t| number(t.fmax_mhz)),
        ("clock between registers, MHz", |t| {
            number(t.fmax_inside_mhz)
        }),
        ("worst hold slack, ns", |t| {
            t.hold_slack_ns
                .map_or("none".to_owned(), |slack| format!("{slack:.3}"))
        }),
        ("cycles per MVM", |t| number(t.cycles_per_mvm())),
        ("zeros, %", |t| {
            format!("{:.1}", 100.0 * t.energy.share_of_zeros)
        }),
        ("skipped planes, %", |t| {
            let planes = t.energy.mvms * u64::from(t.input_bits);
            format!(
                "{:.1}",
                100.0 * t.energy.skipped_planes as f64 / planes.max(1) as f64
            )
        }),
        ("pJ per MVM", |t| number(t.energy.per_mvm_pj)),
        ("of it the net of the clock port, pJ", |t| {
            number(t.energy.clock_net_pj)
        }),
        ("of it leakage, pJ", |t| number(t.energy.leakage_pj)),
        ("drivers with recorded activity, %", |t| {
            format!("{:.2}", 100.0 * t.energy.annotated_share)
        }),
    ];
    let mut head = vec![""];
    head.extend(tiles.iter().map(|tile| tile.preset.as_str()));
    let rows: Vec<Vec<String>> = figures
        .iter()
        .map(|(name, figure)| {
            let values = tiles.iter().map(figure);
            std::iter::once((*name).to_owned()).chain(values).collect()
        })
        .collect();
    table(&head, &rows)
}

fn blocks(tile: &Tile) -> String {
    let rows: Vec<Vec<String>> = tile
        .blocks
        .iter()
        .map(|block| {
            vec![
                format!("`{}`", block.name),
                number(block.area_um2),
                format!("{:.1}", 100.0 * block.area_um2 / tile.area_um2),
                block.cells.to_string(),
                number(block.per_mvm_pj),
                format!("{:.1}", 100.0 * block.per_mvm_pj / tile.energy.per_mvm_pj),
            ]
        })
        .collect();
    table(
        &["block", "um2", "%", "cells", "pJ per MVM", "% of energy"],
        &rows,
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Block, TileEnergy};
    use super::*;
    use crate::flow::report::{PdkName, Provenance};

    #[test]
    fn blocks_are_set_against_the_array() {
        let block = |name: &str, area_um2: f64| Block {
            name: name.to_owned(),
            area_um2,
            cells: 10,
            per_mvm_pj: 5.0,
        };
        let tile = Tile {
            preset: "smallest".to_owned(),
            configuration_sha256: "c".to_owned(),
            size: [128, 64],
            input_bits: 4,
            blocks: vec![
                block("u_array", 200.0),
                block("u_controller", 50.0),
                block("u_input_buffer", 30.0),
                block("u_registers", 400.0),
            ],
            area_um2: 680.0,
            crossbar_um2: 1000.0,
            fmax_mhz: 500.0,
            fmax_inside_mhz: 600.0,
            hold_slack_ns: None,
            energy: TileEnergy {
                mvms: 2,
                cycles: 34,
                share_of_zeros: 0.25,
                skipped_planes: 2,
                per_mvm_pj: 20.0,
                clock_net_pj: 1.0,
                leakage_pj: 2.0,
                annotated_share: 1.0,
            },
            netlist_sha256: "n".to_owned(),
            synthesis_seconds: 1.0,
            synthesis_peak_kib: None,
        };
        assert_eq!(tile.around_array(), 0.4);
        assert_eq!(tile.cycles_per_mvm(), 17.0);
        let provenance = Provenance {
            hcim: "0".to_owned(),
            command: "hcim ppa --tiles".to_owned(),
            configuration: "x".to_owned(),
            configuration_sha256: "x".to_owned(),
            pdk: PdkName {
                name: "made_up".to_owned(),
                title: "Made up".to_owned(),
                node_nm: 1,
            },
            tools: Vec::new(),
            inputs: Vec::new(),
        };
        let text = markdown(&Tiles {
            provenance,
            period_ns: 1.0,
            tiles: vec![tile],
        });
        for line in ["128 x 64", "|     25.0 |", "`u_registers`", "58.8", "0.40"] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
