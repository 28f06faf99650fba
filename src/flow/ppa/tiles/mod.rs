// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole tiles: area and energy by block, clock, at the presets that name a criterion.
//!
//! The crossbar is a macro: its figures are those of the abstract that layout gets, and it spends no energy here.

mod report;

use serde::{Deserialize, Serialize};

use crate::config::Report;
use crate::flow::report::{Provenance, write_json, write_text};

use super::cache::Cache;
use super::measure::Bench;

pub use report::markdown;

/// The presets, each the best by one criterion.
pub const PRESETS: &[&str] = &["smallest", "lowest-energy", "fastest"];

/// The instance of the array in a tile.
pub(super) const ARRAY: &str = "u_array";

/// Blocks that buffer and read out: what must stay below the array together with the controller.
pub(super) const AROUND: &[&str] = &[
    "u_controller",
    "u_input_buffer",
    "u_reduction",
    "u_result_output",
];

/// A block of a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its instance in the tile; `(own cells)` for what is in none.
    pub name: String,
    /// Area of its cells in um2.
    pub area_um2: f64,
    /// Its cells.
    pub cells: u64,
    /// Energy of one matrix-vector multiply in pJ, leakage included; the net of the clock port is in no block.
    pub per_mvm_pj: f64,
}

/// What a tile spends on the digits network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileEnergy {
    /// Matrix-vector multiplies in the window.
    pub mvms: u64,
    /// Cycles of the window.
    pub cycles: u64,
    /// Share of all partial sums that were 0, those of skipped planes included.
    pub share_of_zeros: f64,
    /// Planes that were skipped, of all planes of the window.
    pub skipped_planes: u64,
    /// Energy of one matrix-vector multiply in pJ: cells with leakage, and the net of the clock port.
    pub per_mvm_pj: f64,
    /// The net of the clock port in it.
    pub clock_net_pj: f64,
    /// Leakage in it.
    pub leakage_pj: f64,
    /// Share of drivers with recorded activity.
    pub annotated_share: f64,
}

/// A tile with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// The preset.
    pub preset: String,
    /// Digest of its configuration.
    pub configuration_sha256: String,
    /// R and C.
    pub size: [u32; 2],
    /// A.
    pub input_bits: u32,
    /// Blocks, the largest first.
    pub blocks: Vec<Block>,
    /// Area of all cells in um2.
    pub area_um2: f64,
    /// Area of the crossbar macro's abstract in um2.
    pub crossbar_um2: f64,
    /// Highest clock frequency in MHz, paths from and to ports included.
    pub fmax_mhz: f64,
    /// The same between registers.
    pub fmax_inside_mhz: f64,
    /// Worst hold slack in ns, before layout, where there is a path.
    pub hold_slack_ns: Option<f64>,
    /// Energy on the digits network.
    pub energy: TileEnergy,
    /// SHA-256 of the netlist.
    pub netlist_sha256: String,
    /// Wall time of synthesis in seconds.
    pub synthesis_seconds: f64,
    /// Largest memory of synthesis in KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synthesis_peak_kib: Option<u64>,
}

impl Tile {
    /// Area of blocks in um2.
    pub fn area_of(&self, names: &[&str]) -> f64 {
        let blocks = self.blocks.iter();
        let chosen = blocks.filter(|block| names.contains(&block.name.as_str()));
        chosen.map(|block| block.area_um2).sum()
    }

    /// Area of controller, input buffer, reduction and result output, over that of the array.
    pub fn around_array(&self) -> f64 {
        self.area_of(AROUND) / self.area_of(&[ARRAY])
    }

    /// Cycles of one matrix-vector multiply.
    pub fn cycles_per_mvm(&self) -> f64 {
        self.energy.cycles as f64 / self.energy.mvms.max(1) as f64
    }
}

/// The figures of all presets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tiles {
    /// Where they come from.
    pub provenance: Provenance,
    /// Clock period of the constraints, in ns.
    pub period_ns: f64,
    /// The tiles.
    pub tiles: Vec<Tile>,
}

/// Measures the tiles of all presets, one after another; `say` hears which.
///
/// # Errors
/// Whatever fails on the way: a table with holes is no table.
pub fn measure(
    bench: &Bench,
    cache: &Cache,
    command: &str,
    period_ns: f64,
    say: &dyn Fn(&str),
) -> Result<Tiles, Report> {
    let mut tiles = Vec::new();
    for &preset in PRESETS {
        let name = format!("tile_{preset}");
        let (config, key) = bench.tile_key(preset)?;
        let tile = match cache.get(&name, &key) {
            Some(tile) => tile,
            None => {
                say(&format!("measuring the tile of preset {preset}"));
                let tile = bench.tile(preset, &config)?;
                cache.put(&name, &key, &tile)?;
                tile
            }
        };
        tiles.push(tile);
    }
    Ok(Tiles {
        provenance: bench.provenance_of(command, &PRESETS.join(", "), &tiles_digest(&tiles)),
        period_ns,
        tiles,
    })
}

fn tiles_digest(tiles: &[Tile]) -> String {
    let digests = tiles.iter().map(|tile| tile.configuration_sha256.as_str());
    let text: Vec<&str> = digests.collect();
    crate::config::sha256_hex(text.join("\n").as_bytes())
}

/// Writes the report as Markdown and JSON; `path` has no ending.
///
/// # Errors
/// If the system refuses.
pub fn write(tiles: &Tiles, path: &std::path::Path) -> Result<(), Report> {
    write_json(&path.with_extension("json"), tiles)?;
    write_text(&path.with_extension("md"), &markdown(tiles))
}
