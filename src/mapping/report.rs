// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a mapping costs: tiles, cells, cycles, loads, scale factors and additions.

use hcim_network::{Kind as LayerKind, Network};
use serde::Serialize;

use crate::config::Config;

use super::fit::mvms;
use super::pass::{Kind, Pass};
use super::program::Program;

/// A layer on the accelerator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerReport {
    /// Its name.
    pub layer: String,
    /// `mvm`, `max` or `average`.
    pub kind: &'static str,
    /// Rows of its vector; 0 for pooling.
    pub rows: usize,
    /// K.
    pub segments: usize,
    /// Tiles that hold it.
    pub tiles: usize,
    /// Share of these tiles' cells that hold a bit of a weight.
    pub utilisation: f64,
    /// Places of the window: matrix-vector multiplies of a tile.
    pub positions: usize,
    /// Cycles of its passes, at least: what feeds, multiplies and finishes overlaps, the slowest decides.
    pub cycles: u64,
    /// Scale factors: segments x planes x slices x outputs.
    pub scale_factors: u64,
    /// Additions of scale factors for an image, were no partial sum zero: positions x scale factors.
    pub additions: u64,
}

/// A network on the accelerator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapReport {
    /// The network.
    pub network: String,
    /// Layers.
    pub layers: Vec<LayerReport>,
    /// Everything stays loaded.
    pub resident: bool,
    /// Loads of tiles for an image; with everything resident once and for all.
    pub loads: usize,
    /// Tiles of the accelerator.
    pub tiles: usize,
    /// Cycles for an image, at least, without loads.
    pub cycles: u64,
    /// Scale factors in all.
    pub scale_factors: u64,
    /// Additions for an image.
    pub additions: u64,
    /// Words of the activation memory.
    pub activation_words: usize,
}

impl MapReport {
    /// The report of a program.
    pub fn new(network: &Network, program: &Program, config: &Config) -> Self {
        let shapes = network.shapes().unwrap_or_default();
        let elements = program.image.word_elements;
        let mut layers = Vec::new();
        let mut columns = mvms(network, &shapes);
        for (layer, output) in network.layers.iter().zip(&shapes) {
            let own = Own::of(program, &layer.name);
            let mut report = LayerReport {
                layer: layer.name.clone(),
                kind: "mvm",
                rows: 0,
                segments: 0,
                tiles: own.tiles,
                utilisation: 0.0,
                positions: output.pixels(),
                cycles: 0,
                scale_factors: 0,
                additions: 0,
            };
            match &layer.kind {
                LayerKind::Pool(pool) => {
                    report.kind = match pool.op {
                        hcim_network::PoolOp::Max => "max",
                        hcim_network::PoolOp::Average => "average",
                    };
                }
                LayerKind::Mvm(_) => {
                    if let Some((_, mvm, input)) = columns.next() {
                        report.rows = mvm.rows(input).unwrap_or(0);
                        report.segments = mvm.segments(input).unwrap_or(0);
                        let cells = config.rows() as usize * config.cols() as usize * own.tiles;
                        let used = report.rows * mvm.outputs * mvm.weight_slices as usize;
                        report.utilisation = used as f64 / cells.max(1) as f64;
                        report.scale_factors = mvm.scales.len() as u64;
                        report.additions = report.scale_factors * report.positions as u64;
                    }
                }
            }
            layers.push(report);
        }
        let mut index = 0;
        for phase in &program.phases {
            for pass in &phase.passes {
                // Passes come in the order of the layers.
                while index + 1 < layers.len() && !matches(&layers[index], pass) {
                    index += 1;
                }
                if let Some(layer) = layers.get_mut(index) {
                    layer.cycles += cycles(pass, config, elements);
                }
            }
        }
        let lanes = config.accelerator().map_or(1, |own| own.lanes) as usize;
        MapReport {
            network: network.name.clone(),
            resident: program.phases.len() == 1,
            loads: program.phases.iter().map(|phase| phase.loads.len()).sum(),
            tiles: lanes * config.segments() as usize,
            cycles: layers.iter().map(|layer| layer.cycles).sum(),
            scale_factors: layers.iter().map(|layer| layer.scale_factors).sum(),
            additions: layers.iter().map(|layer| layer.additions).sum(),
            activation_words: super::activations::place(&super::fit::lives(
                network, &shapes, elements,
            ))
            .1,
            layers,
        }
    }
}

/// What of a program belongs to a layer.
struct Own {
    tiles: usize,
}

impl Own {
    fn of(program: &Program, layer: &str) -> Self {
        let loads = program.phases.iter().flat_map(|phase| &phase.loads);
        Own {
            tiles: loads.filter(|load| load.layer == layer).count(),
        }
    }
}

/// Whether a pass may belong to a layer: the first that does is taken.
fn matches(layer: &LayerReport, pass: &Pass) -> bool {
    let kind = match pass.kind {
        Kind::Mvm => "mvm",
        Kind::Max => "max",
        Kind::Sum => "average",
    };
    layer.kind == kind && layer.cycles == 0
}

/// Cycles of a pass, at least: the slowest of feeding, multiplying and finishing, position after position.
fn cycles(pass: &Pass, config: &Config, elements: usize) -> u64 {
    let packet = (config.rows() as usize).div_ceil(elements) as u64;
    let kept = u64::from(pass.channels);
    let position = match pass.kind {
        Kind::Mvm => {
            let feed = packet * u64::from(pass.segments);
            let results = u64::from(config.derived().outputs) * u64::from(pass.lanes);
            feed.max(config.derived().rate.cycles_per_mvm).max(results)
        }
        Kind::Max | Kind::Sum => u64::from(pass.window_words()).max(kept),
    };
    position * u64::from(pass.positions())
}
