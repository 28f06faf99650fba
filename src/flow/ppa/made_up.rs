// SPDX-License-Identifier: MIT OR Apache-2.0
//! Figures made up for tests. They are round on purpose, so that nobody takes them for results.

use std::collections::BTreeMap;

use crate::flow::report::{PdkName, Provenance};

use super::design::{ArrayPoint, Design, ReferencePoint, Workload};
use super::points::{COLUMNS, SWEEP, baseline, dcim};
use super::record::{Comparison, Energy, EnergySplit, Implementation, Measured};

/// A design of so much area, energy at 58 % zeros, and cycles.
pub(crate) fn measured(design: Design, area: f64, energy: f64, cycles: u64) -> Measured {
    let sweep = SWEEP.iter().map(|&zeros| {
        let per_mvm_pj = energy * (1.0 + (58.0 - f64::from(zeros)) / 100.0);
        Energy {
            workload: Workload::Zeros(zeros),
            share_of_zeros: f64::from(zeros) / 100.0,
            mvms: 10,
            cycles: cycles * 10,
            per_mvm_pj,
            split: EnergySplit {
                clock: per_mvm_pj / 4.0,
                sequential: per_mvm_pj / 4.0,
                combinational: per_mvm_pj / 2.0,
            },
            leakage_uw: 100.0,
            activity_sha256: "a".repeat(64),
        }
    });
    let energies = match design {
        Design::Array(_) => sweep.collect(),
        Design::Reference(_) => sweep
            .take(1)
            .map(|energy| Energy {
                workload: Workload::Digits,
                ..energy
            })
            .collect(),
    };
    let blocks = [("columns", 0.75), ("control", 0.25)];
    Measured {
        design,
        implementation: Implementation {
            area_um2: area,
            blocks_um2: blocks
                .into_iter()
                .map(|(block, share)| (block.to_owned(), area * share))
                .collect::<BTreeMap<_, _>>(),
            cells: 1000,
            flops: 100,
            latches: 200,
            clock_gates: 10,
            fmax_mhz: 900.0,
            fmax_inside_mhz: 1100.0,
            period_ns: 1.0,
            netlist_sha256: "b".repeat(64),
            synthesis_seconds: 1.0,
            synthesis_peak_kib: Some(1024),
        },
        energies,
    }
}

/// A whole comparison of few points.
pub(crate) fn comparison() -> Comparison {
    let ungated = |point: ArrayPoint| ArrayPoint {
        gated: false,
        ..point
    };
    let array = |point: ArrayPoint, area, energy, cycles| {
        measured(Design::Array(point), area, energy, cycles)
    };
    let reference = |lane, cycles| {
        Design::Reference(ReferencePoint {
            lane,
            rows: 128,
            input_bits: 4,
            weight_bits: 5,
            cycles,
        })
    };
    let tree = reference(false, 4);
    let lane = reference(true, 40);
    Comparison {
        provenance: Provenance {
            hcim: "0.0.0".to_owned(),
            command: "hcim ppa --pdk made-up".to_owned(),
            configuration: "points".to_owned(),
            configuration_sha256: "c".repeat(64),
            pdk: PdkName {
                name: "made-up".to_owned(),
                title: "A library that does not exist".to_owned(),
                node_nm: 1,
            },
            tools: Vec::new(),
            inputs: Vec::new(),
        },
        quick: false,
        columns: COLUMNS,
        period_ns: 1.0,
        designs: vec![
            array(baseline("flop"), 40_000.0, 150.0, 10),
            array(baseline("latch"), 36_000.0, 140.0, 10),
            array(dcim(1, "latch", true), 24_000.0, 300.0, 40),
            array(ungated(dcim(1, "latch", true)), 24_500.0, 500.0, 40),
            array(dcim(5, "latch", true), 30_000.0, 100.0, 12),
            array(ungated(dcim(5, "latch", true)), 29_000.0, 180.0, 12),
            array(dcim(10, "latch", true), 36_000.0, 80.0, 10),
            array(ungated(dcim(10, "latch", true)), 35_000.0, 160.0, 10),
            measured(tree, 8_000.0, 20.0, 4),
            measured(lane, 9_000.0, 40.0, 40),
        ],
    }
}
