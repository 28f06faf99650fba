// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arrays: synthesised by the flow as any configuration, simulated by the regression runner.

use std::collections::BTreeMap;

use crate::config::{Config, Report, sha256_hex};
use crate::emit;
use crate::flow::Workspace;
use crate::flow::netlist::{Statistics, Use};
use crate::flow::report::Provenance;
use crate::flow::sdc::Constraints;
use crate::flow::sta::{Analysis, TimingInput, TimingResult};
use crate::flow::synth::{Synthesis, SynthesisResult, synthesise};

use super::super::design::{ArrayPoint, Workload};
use super::super::record::{Energy, Implementation};
use super::simulator::Activity;
use super::{Bench, MVMS, SEED};

/// Digest of the Verilog of a configuration.
pub(super) fn rtl_digest(config: &Config) -> Result<String, Report> {
    let mut text = config.digest_hex();
    for file in emit::generate(config)? {
        if file.path.starts_with("rtl") {
            text += &sha256_hex(file.contents.as_bytes());
        }
    }
    Ok(sha256_hex(text.as_bytes()))
}

impl Bench {
    pub(super) fn implement_array(&self, point: &ArrayPoint) -> Result<Implementation, Report> {
        let config = point.config()?;
        let workspace = self.workspace(&config);
        let synthesis = Synthesis {
            config: &config,
            library: &self.library,
            workspace: &workspace,
            period_ns: self.period_ns,
            clock_trees: true,
        };
        let (result, _) = synthesise(&synthesis, &|_| {})?;
        let constraints = Constraints::new(&config, &self.environment());
        let timing = self.time(&workspace, constraints, result.provenance.clone())?;
        Ok(implementation(&result, &timing))
    }

    pub(super) fn energy_of_array(
        &self,
        point: &ArrayPoint,
        implementation: &Implementation,
        workload: Workload,
    ) -> Result<Energy, Report> {
        let config = point.config()?;
        let workspace = self.workspace(&config);
        // The figures were kept, but perhaps not the netlist.
        if !super::power::is_netlist(&workspace.netlist(), &implementation.netlist_sha256) {
            self.implement_array(point)?;
        }
        let folder = workspace.folder("activity");
        Workspace::make(&folder)?;
        let word = workload.word();
        let file = word.replace(':', "_");
        let saif = folder.join(format!("{file}.saif"));
        let account = self.in_turn(|| {
            self.simulator.record(&Activity {
                config: &workspace.design().join("config.json"),
                netlist: &workspace.netlist(),
                cells: &self.cells(),
                workload: &word,
                mvms: MVMS,
                seed: SEED,
                period_ps: self.period_ps(),
                saif: &saif,
                log: &folder.join(format!("{file}.log")),
            })
        })?;
        account.check(&config, &workspace.netlist(), &saif)?;
        let constraints = Constraints::new(&config, &self.environment());
        self.spend(
            &workspace,
            constraints,
            &saif,
            workload,
            &account,
            implementation.cells,
        )
    }

    /// Where a configuration's files go; its reports stay there too.
    pub(super) fn workspace(&self, config: &Config) -> Workspace {
        let pdk = &self.library.description.name;
        Workspace::new(&self.folder, &self.folder.join("reports"), pdk, config)
    }

    /// Timing of the netlist in a workspace.
    pub(super) fn time(
        &self,
        workspace: &Workspace,
        constraints: Constraints,
        provenance: Provenance,
    ) -> Result<TimingResult, Report> {
        let folder = workspace.folder("sta");
        Workspace::make(&folder)?;
        let analysis = Analysis {
            tool: &self.sta,
            folder,
        };
        analysis.run(&self.timing_input(workspace, constraints), provenance)
    }

    /// What timing and power look at.
    pub(super) fn timing_input(
        &self,
        workspace: &Workspace,
        constraints: Constraints,
    ) -> TimingInput {
        TimingInput {
            liberty: self.liberty.clone(),
            netlist: workspace.netlist(),
            constraints,
            period_ns: self.period_ns,
            wire_load: self.library.description.timing.wire_load.clone(),
            units: self.units,
            propagated: false,
        }
    }
}

/// The figures of synthesis and timing that a comparison keeps.
pub(super) fn implementation(result: &SynthesisResult, timing: &TimingResult) -> Implementation {
    let statistics = &result.statistics;
    let count = |wanted: Use| {
        let rows = statistics.uses.iter().filter(|row| row.of == wanted);
        rows.map(|row| row.total.cells).sum()
    };
    Implementation {
        area_um2: statistics.total.area_um2,
        blocks_um2: blocks(statistics, &result.top),
        cells: statistics.total.cells,
        flops: count(Use::FlipFlop),
        latches: count(Use::Latch),
        clock_gates: count(Use::ClockGate),
        // No path at all has no frequency: nothing that is measured here is without registers.
        fmax_mhz: timing.max_frequency_mhz.unwrap_or(0.0),
        fmax_inside_mhz: timing.max_frequency_inside_mhz.unwrap_or(0.0),
        period_ns: result.period_ns,
        netlist_sha256: result.netlist_sha256.clone(),
        synthesis_seconds: result.resources.seconds,
        synthesis_peak_kib: result.resources.peak_kib,
    }
}

/// Area of what the top module holds: modules by their names without the design's, and its own cells.
fn blocks(statistics: &Statistics, top: &str) -> BTreeMap<String, f64> {
    let mut blocks = BTreeMap::new();
    for row in &statistics.hierarchy {
        let Some(inside) = row.path.strip_prefix(&format!("{top}/")) else {
            continue;
        };
        if inside.contains('/') && inside != "(own cells)" {
            continue;
        }
        let name = match inside {
            "(own cells)" => "top level: clock gates, buffers".to_owned(),
            _ => short(&row.module, top),
        };
        *blocks.entry(name).or_insert(0.0) += row.total.area_um2;
    }
    if blocks.is_empty() {
        blocks.insert("all".to_owned(), statistics.total.area_um2);
    }
    blocks
}

/// A module's name without what it shares with the top's, in words.
fn short(module: &str, top: &str) -> String {
    let shared = module
        .split('_')
        .zip(top.split('_'))
        .take_while(|(a, b)| a == b)
        .count();
    let words: Vec<&str> = module.split('_').skip(shared).collect();
    if words.is_empty() {
        module.to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn blocks_have_short_names() {
        let top = "hcim_64x128_dcim_array_latch_dcim_array";
        assert_eq!(
            short("hcim_64x128_dcim_array_latch_dcim_column", top),
            "column"
        );
        assert_eq!(
            short("ref_tree_x_bit_column", "ref_tree_x_adder_tree_column"),
            "bit column"
        );
    }
}
