// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a mapping costs: tiles, cells, cycles, loads, storage, scale factors and additions.

use hcim_network::{Kind as LayerKind, Network, Op, PoolOp};
use serde::Serialize;

use crate::config::Config;

use super::activations::place;
use super::fit::{lives, mvms};
use super::pass::{Kind, Pass};
use super::program::{Phase, Program};

/// A layer on the accelerator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerReport {
    /// Its name.
    pub layer: String,
    /// `conv`, `linear`, `max` or `average`.
    pub kind: &'static str,
    /// Rows of its vector; 0 for pooling.
    pub rows: usize,
    /// A: bit planes of its input.
    pub input_bits: u32,
    /// W: slices of its weights.
    pub weight_slices: u32,
    /// K.
    pub segments: usize,
    /// Outputs of a place of the window.
    pub outputs: usize,
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
    /// Share of its partial sums that are 0, where images were run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zeros: Option<f64>,
    /// Share of its bit planes without a one, where images were run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero_planes: Option<f64>,
}

/// Bits of storage of the whole accelerator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// Scale factors of all tiles.
    pub scale_factors: u64,
    /// Cells of all crossbars, positive and negative.
    pub cells: u64,
    /// Activation memory.
    pub activations: u64,
    /// Constant memory.
    pub constants: u64,
    /// Program memory.
    pub program: u64,
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
    /// Beats of the input stream that they take: cycles, if the host keeps up.
    pub load_beats: u64,
    /// Tiles of the accelerator.
    pub tiles: usize,
    /// Cycles for an image, at least, without loads.
    pub cycles: u64,
    /// Scale factors in all.
    pub scale_factors: u64,
    /// Additions for an image.
    pub additions: u64,
    /// Scale factors of the convolutions alone.
    pub conv_scale_factors: u64,
    /// Additions of the convolutions alone.
    pub conv_additions: u64,
    /// Words of the activation memory that are used at a time, at most.
    pub activation_words: usize,
    /// Passes, of the phase with the most.
    pub passes: usize,
    /// Constants, of the phase with the most.
    pub constants: usize,
    /// Bits of the accelerator's memories.
    pub storage_bits: Storage,
}

impl MapReport {
    /// The report of a program.
    pub fn new(network: &Network, program: &Program, config: &Config) -> Self {
        let shapes = network.shapes().unwrap_or_default();
        let elements = program.image.word_elements;
        let tiles_of = |name: &str| {
            let loads = program.phases.iter().flat_map(|phase| &phase.loads);
            loads.filter(|load| load.layer == name).count()
        };
        let mut layers: Vec<LayerReport> = network
            .layers
            .iter()
            .zip(&shapes)
            .map(|(layer, output)| LayerReport {
                layer: layer.name.clone(),
                kind: kind(&layer.kind),
                rows: 0,
                input_bits: 0,
                weight_slices: 0,
                segments: 0,
                outputs: output.channels,
                tiles: tiles_of(&layer.name),
                utilisation: 0.0,
                positions: output.pixels(),
                cycles: 0,
                scale_factors: 0,
                additions: 0,
                zeros: None,
                zero_planes: None,
            })
            .collect();
        for (index, mvm, input) in mvms(network, &shapes) {
            let own = &mut layers[index];
            own.rows = mvm.rows(input).unwrap_or(0);
            own.segments = mvm.segments(input).unwrap_or(0);
            (own.input_bits, own.weight_slices) = (mvm.input_bits, mvm.weight_slices);
            let cells = config.rows() as usize * config.cols() as usize * own.tiles;
            let used = own.rows * mvm.outputs * mvm.weight_slices as usize;
            own.utilisation = used as f64 / cells.max(1) as f64;
            own.scale_factors = mvm.scales.len() as u64;
            own.additions = own.scale_factors * own.positions as u64;
        }
        for phase in &program.phases {
            for (layer, pass) in phase.layers.iter().zip(&phase.passes) {
                layers[*layer].cycles += cycles(pass, config, elements);
            }
        }
        let sum = |of: fn(&LayerReport) -> u64, convolutions: bool| -> u64 {
            let all = layers.iter();
            all.filter(|layer| !convolutions || layer.kind == "conv")
                .map(of)
                .sum()
        };
        let lanes = config.accelerator().map_or(1, |own| own.lanes) as usize;
        let tiles = lanes * config.segments() as usize;
        let loads = program.phases.iter().map(|phase| phase.loads.len()).sum();
        let most = |of: fn(&Phase) -> usize| program.phases.iter().map(of).max().unwrap_or(0);
        MapReport {
            network: network.name.clone(),
            resident: program.phases.len() == 1,
            loads,
            load_beats: loads as u64 * beats_of_a_load(config),
            tiles,
            cycles: sum(|layer| layer.cycles, false),
            scale_factors: sum(|layer| layer.scale_factors, false),
            additions: sum(|layer| layer.additions, false),
            conv_scale_factors: sum(|layer| layer.scale_factors, true),
            conv_additions: sum(|layer| layer.additions, true),
            activation_words: place(&lives(network, &shapes, elements)).1,
            passes: most(|phase| phase.passes.len()),
            constants: most(|phase| phase.constants.len()),
            storage_bits: storage(config, tiles as u64),
            layers,
        }
    }
}

fn kind(kind: &LayerKind) -> &'static str {
    match kind {
        LayerKind::Mvm(mvm) if mvm.op == Op::Linear => "linear",
        LayerKind::Mvm(_) => "conv",
        LayerKind::Pool(pool) => match pool.op {
            PoolOp::Max => "max",
            PoolOp::Average => "average",
        },
    }
}

fn beats_of_a_load(config: &Config) -> u64 {
    let derived = config.derived();
    let thresholds = derived.threshold_packet.map_or(0, |packet| packet.beats);
    derived.weight_packet.beats + derived.scale_packet.beats + thresholds
}

fn storage(config: &Config, tiles: u64) -> Storage {
    let derived = config.derived();
    let own = derived.accelerator;
    Storage {
        scale_factors: tiles * derived.storage_bits.scale_factors,
        cells: tiles * derived.storage_bits.crossbar_cells,
        activations: own.map_or(0, |own| own.activation_bits),
        constants: own.map_or(0, |own| own.constant_bits),
        program: own.map_or(0, |own| own.program_bits),
    }
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
