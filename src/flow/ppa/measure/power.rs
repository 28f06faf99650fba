// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power of a netlist under recorded activity, in OpenSTA.

use std::path::Path;

use askama::Template;

use crate::config::{Code, Diagnostic, Report, sha256_hex};
use crate::flow::Workspace;
use crate::flow::report::write_text;
use crate::flow::sdc::Constraints;

use super::super::design::Workload;
use super::super::record::{Energy, EnergySplit};
use super::simulator::Account;
use super::{Bench, read};

#[derive(Template)]
#[template(path = "flow/ppa_power.tcl", escape = "none")]
struct Script {
    liberty: Vec<String>,
    netlist: String,
    top: String,
    wire_load: Option<String>,
    sdc: String,
    saif: String,
}

/// Power in W, and the capacitance of the root clock's net in units of the Liberty.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    /// Without leakage.
    sequential: f64,
    /// Without leakage.
    combinational: f64,
    /// Without leakage and the net of the root clock.
    clock: f64,
    leakage: f64,
    root_capacitance: f64,
    /// Pins with recorded activity.
    annotated: u64,
    /// Output pins of cells.
    drivers: u64,
}

/// Share of drivers that must have recorded activity.
const ANNOTATED: f64 = 0.95;

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
    ) -> Result<Energy, Report> {
        let name = workload.word().replace(':', "_");
        let folder = workspace.folder("power");
        let shown = |path: &Path| {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            path.to_string_lossy().into_owned()
        };
        let sdc = folder.join("constraints.sdc");
        write_text(&sdc, &constraints.to_sdc()?)?;
        let script = Script {
            liberty: self.liberty.iter().map(|file| shown(file)).collect(),
            netlist: shown(&workspace.netlist()),
            top: constraints.top().to_owned(),
            wire_load: self.library.description.timing.wire_load.clone(),
            sdc: shown(&sdc),
            saif: shown(saif),
        };
        let text = script.render().map_err(|error| {
            let message = format!("a template cannot be rendered: {error}");
            Diagnostic::new(Code::Internal, message)
        })?;
        let file = folder.join(format!("{name}.tcl"));
        write_text(&file, &text)?;
        let log = folder.join(format!("{name}.log"));
        let absolute = std::path::absolute(&file).unwrap_or(file);
        self.sta.run(&folder, &absolute, &log)?;
        let found = Found::read(&read(&log)?).ok_or_else(|| {
            let message = format!(
                "the report of the power analysis is not understood: {}",
                log.display()
            );
            Diagnostic::new(Code::PowerReportSyntax, message)
        })?;
        let share = found.annotated as f64 / found.drivers.max(1) as f64;
        if share < ANNOTATED {
            let message = format!(
                "the activity of {} covers {:.1} % of what drives its nets",
                constraints.top(),
                share * 100.0
            );
            return Err(Diagnostic::new(Code::ActivityTooThin, message)
                .help(format!("the whole log is in {}", log.display()))
                .into());
        }
        Ok(self.energy_of(&found, workload, account))
    }

    fn energy_of(&self, found: &Found, workload: Workload, account: &Account) -> Energy {
        let mvms = account.mvms.max(1) as f64;
        let period_ns = self.period_ps() as f64 / 1000.0;
        let window_ns = account.cycles as f64 * period_ns;
        // 1 W for 1 ns is 1000 pJ.
        let per_mvm = |watts: f64| watts * window_ns * 1000.0 / mvms;
        let volts = self.library.description.physical.power.volts;
        // A rise and a fall a cycle: C V^2. 1 fF at 1 V is 0.001 pJ.
        let capacitance_ff = found.root_capacitance * self.units.capacitance_ff;
        let root = capacitance_ff * 1e-3 * volts * volts * account.cycles as f64 / mvms;
        let split = EnergySplit {
            clock: per_mvm(found.clock) + root,
            sequential: per_mvm(found.sequential),
            combinational: per_mvm(found.combinational),
        };
        Energy {
            workload,
            share_of_zeros: account.share_of_zeros,
            mvms: account.mvms,
            cycles: account.cycles,
            per_mvm_pj: split.clock
                + split.sequential
                + split.combinational
                + per_mvm(found.leakage),
            split,
            leakage_uw: found.leakage * 1e6,
            activity_sha256: account.saif_sha256.clone(),
        }
    }
}

impl Found {
    fn read(log: &str) -> Option<Found> {
        let row = |name: &str| -> Option<[f64; 3]> {
            let line = log.lines().find(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })?;
            let mut numbers = line[name.len()..].split_whitespace().map(str::parse);
            let mut next = || numbers.next()?.ok();
            Some([next()?, next()?, next()?])
        };
        let dynamic = |name: &str| row(name).map(|[internal, switching, _]| internal + switching);
        let number = |prefix: &str| -> Option<f64> {
            let line = log
                .lines()
                .find_map(|line| line.trim().strip_prefix(prefix))?;
            let word = line.split_whitespace().next()?;
            // The largest of a range.
            word.rsplit('-').next()?.parse().ok()
        };
        Some(Found {
            sequential: dynamic("Sequential")?,
            combinational: dynamic("Combinational")?,
            clock: dynamic("Clock")?,
            leakage: row("Total")?[2],
            root_capacitance: number("Total capacitance:")?,
            annotated: number("saif ").or_else(|| number("saif:"))? as u64,
            drivers: number("outputs ")? as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "=== annotation\nsaif          90\nunannotated       210\n=== drivers\noutputs 91\n=== power\n\
        Group   Internal  Switching\nSequential           1.0e-03 2.0e-03 5.0e-04 3.5e-03  20.3%\n\
        Combinational        3.0e-03 4.0e-03 5.0e-04 7.5e-03  20.3%\n\
        Clock                1.0e-03 1.0e-03 0.0e+00 2.0e-03  20.3%\n\
        Total                5.0e-03 7.0e-03 1.0e-03 1.3e-02 100.0%\n\
        === clock\nNet clk_i\n Pin capacitance: 100-120\n Wire capacitance: 30\n Total capacitance: 130-150\n";

    #[test]
    fn a_report_is_read() {
        let found = Found::read(LOG).unwrap();
        assert_eq!(found.sequential, 0.003);
        assert_eq!(found.combinational, 0.007);
        assert_eq!((found.clock, found.leakage), (0.002, 0.001));
        assert_eq!(found.root_capacitance, 150.0);
        assert_eq!((found.annotated, found.drivers), (90, 91));
        assert_eq!(Found::read(&LOG.replace("Clock ", "Klock ")), None);
    }
}
