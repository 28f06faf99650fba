// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tiles: synthesis, timing with the crossbar's abstract, activity of the digits network, power by block.

use std::collections::BTreeMap;

use crate::config::{Code, Config, ConfigBuilder, Diagnostic, Report, sha256_hex};
use crate::flow::Workspace;
use crate::flow::pnr;
use crate::flow::power::{PowerAnalysis, PowerResult};
use crate::flow::report::write_text;
use crate::flow::sdc::Constraints;
use crate::flow::sta::Analysis;
use crate::flow::synth::{Synthesis, SynthesisResult, synthesise};

use super::super::design::Workload;
use super::super::tiles::{Block, Tile, TileEnergy};
use super::simulator::Activity;
use super::{Bench, MVMS, SEED, array};

impl Bench {
    /// The configuration of a preset, and the digest of everything that its figures follow from.
    pub fn tile_key(&self, preset: &str) -> Result<(Config, String), Report> {
        let config = ConfigBuilder::new().preset(preset).build()?.config;
        let rtl = array::rtl_digest(&config)?;
        let text = format!(
            "{} {rtl} {} {MVMS} {SEED}",
            self.common,
            Workload::Digits.word()
        );
        Ok((config, sha256_hex(text.as_bytes())))
    }

    /// Measures a tile.
    pub fn tile(&self, preset: &str, config: &Config) -> Result<Tile, Report> {
        let workspace = self.workspace(config);
        let synthesis = Synthesis {
            config,
            library: &self.library,
            workspace: &workspace,
            period_ns: self.period_ns,
            clock_trees: true,
        };
        let (result, _) = synthesise(&synthesis, &|_| {})?;
        let (technology, _) = pnr::technology(&self.library)?;
        let crossbar = pnr::crossbar(config, &technology, &technology.default_description())?;
        let macro_liberty = workspace.folder("sta").join("crossbar.lib");
        write_text(&macro_liberty, &crossbar.liberty)?;
        let constraints = || Constraints::new(config, &self.environment());
        let mut input = self.timing_input(&workspace, constraints());
        input.liberty.push(macro_liberty);
        let analysis = Analysis {
            tool: &self.sta,
            folder: workspace.folder("sta"),
        };
        let timing = analysis.run(&input, result.provenance.clone())?;

        let folder = workspace.folder("activity");
        Workspace::make(&folder)?;
        let saif = folder.join("digits.saif");
        let account = self.simulator.record(&Activity {
            config: &workspace.design().join("config.json"),
            netlist: &workspace.netlist(),
            cells: &self.cells(),
            workload: &Workload::Digits.word(),
            mvms: MVMS,
            seed: SEED,
            period_ps: self.period_ps(),
            saif: &saif,
            log: &folder.join("digits.log"),
        })?;
        account.check(config, &workspace.netlist(), &saif)?;
        let folder = workspace.folder("power").join("digits");
        Workspace::make(&folder)?;
        let analysis = PowerAnalysis {
            tool: &self.sta,
            folder,
            saif: &saif,
            account: &account,
            volts: self.library.description.physical.power.volts,
        };
        let power = analysis.run(&input, result.provenance.clone())?;
        let square_um = |[width, height]: [i64; 2]| width as f64 * height as f64 * 1e-6;
        Ok(Tile {
            preset: preset.to_owned(),
            configuration_sha256: config.digest_hex(),
            size: [config.rows(), config.cols()],
            input_bits: config.input_bits(),
            blocks: blocks(&result, &power),
            area_um2: result.statistics.total.area_um2,
            crossbar_um2: square_um([crossbar.plan.width, crossbar.plan.height]),
            fmax_mhz: timing.max_frequency_mhz.unwrap_or(0.0),
            fmax_inside_mhz: timing.max_frequency_inside_mhz.unwrap_or(0.0),
            hold_slack_ns: timing.hold.worst_slack_ns,
            energy: energy(&power)?,
            netlist_sha256: result.netlist_sha256.clone(),
            synthesis_seconds: result.resources.seconds,
            synthesis_peak_kib: result.resources.peak_kib,
        })
    }
}

fn energy(power: &PowerResult) -> Result<TileEnergy, Report> {
    let account = &power.activity;
    let (Some(whole), Some(leakage)) = (power.energy, power.leakage_energy) else {
        let message = format!("{} computed nothing", power.top);
        return Err(Diagnostic::new(Code::ComparisonIncomplete, message).into());
    };
    Ok(TileEnergy {
        mvms: account.mvms,
        cycles: account.cycles,
        share_of_zeros: account.share_of_zeros,
        skipped_planes: account.skipped_planes,
        per_mvm_pj: whole.per_mvm_pj,
        clock_net_pj: power.root_clock.per_mvm_pj.unwrap_or(0.0),
        leakage_pj: leakage.per_mvm_pj,
        annotated_share: power.annotated_share,
    })
}

/// Area and energy of what the top holds, the largest first.
fn blocks(result: &SynthesisResult, power: &PowerResult) -> Vec<Block> {
    let energies: BTreeMap<&str, f64> = power
        .blocks
        .iter()
        .filter_map(|row| Some((row.name.as_str(), row.per_mvm_pj?)))
        .collect();
    let top = format!("{}/", result.top);
    let rows = result.statistics.hierarchy.iter();
    let mut blocks: Vec<Block> = rows
        .filter_map(|row| Some((row.path.strip_prefix(&top)?, row)))
        .filter(|(name, _)| !name.contains('/'))
        .map(|(name, row)| Block {
            name: name.to_owned(),
            area_um2: row.total.area_um2,
            cells: row.total.cells,
            per_mvm_pj: energies.get(name).copied().unwrap_or(0.0),
        })
        .collect();
    blocks.sort_by(|one, other| other.area_um2.total_cmp(&one.area_um2));
    blocks
}
