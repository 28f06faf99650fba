// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power of a netlist under recorded activity, as a comparison keeps it.

use std::path::Path;

use crate::config::{Code, Diagnostic, Report, sha256_hex};
use crate::flow::Workspace;
use crate::flow::power::{Account, PowerAnalysis, PowerTotals};
use crate::flow::sdc::Constraints;

use super::super::design::Workload;
use super::super::record::{Energy, EnergySplit};
use super::Bench;

/// Whether a file is there and has this digest.
pub(super) fn is_netlist(file: &Path, sha256: &str) -> bool {
    std::fs::read(file).is_ok_and(|bytes| sha256_hex(&bytes) == sha256)
}

impl Bench {
    /// Energy of the netlist in a workspace under the activity in `saif`.
    pub(super) fn spend(
        &self,
        workspace: &Workspace,
        constraints: Constraints,
        saif: &Path,
        workload: Workload,
        account: &Account,
        cells: u64,
    ) -> Result<Energy, Report> {
        let name = workload.word().replace(':', "_");
        let folder = workspace.folder("power").join(name);
        Workspace::make(&folder)?;
        let analysis = PowerAnalysis {
            tool: &self.sta,
            folder,
            saif,
            account,
            volts: self.library.description.physical.power.volts,
        };
        let input = self.timing_input(workspace, constraints);
        let top = input.constraints.top().to_owned();
        let totals = analysis.totals(&input, cells)?;
        energy(&totals, account, workload).ok_or_else(|| {
            let message = format!("{top} computed nothing under {}", workload.word());
            Diagnostic::new(Code::ComparisonIncomplete, message).into()
        })
    }
}

/// The figures that a comparison keeps; none if nothing was computed.
fn energy(power: &PowerTotals, account: &Account, workload: Workload) -> Option<Energy> {
    let mvms = (account.mvms > 0).then_some(account.mvms as f64)?;
    // 1 W for 1 ns is 1000 pJ.
    let per_mvm = |watts: f64| watts * account.window_ns() * 1e3 / mvms;
    Some(Energy {
        workload,
        share_of_zeros: account.share_of_zeros,
        mvms: account.mvms,
        cycles: account.cycles,
        per_mvm_pj: per_mvm(power.total.total_w() + power.root_clock_w),
        split: EnergySplit {
            clock: per_mvm(power.clock.dynamic_w() + power.root_clock_w),
            sequential: per_mvm(power.sequential.dynamic_w()),
            combinational: per_mvm(power.combinational.dynamic_w()),
        },
        leakage_uw: power.total.leakage_w * 1e6,
        activity_sha256: account.saif_sha256.clone().unwrap_or_default(),
    })
}
