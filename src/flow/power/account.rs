// SPDX-License-Identifier: MIT OR Apache-2.0
//! The account beside a SAIF file: what was computed while it was recorded, and of what design.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::{Code, Config, Diagnostic, Report, quoted};
use crate::flow::input;
use crate::flow::report::FileDigest;
use crate::flow::words::is_plain_name;

/// What was computed while the activity was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Name of the workload.
    pub workload: String,
    /// Seed of what is random in it.
    pub seed: u64,
    /// Matrix-vector multiplies; 0 if nothing was computed.
    pub mvms: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Length of a clock cycle in ps.
    pub period_ps: u64,
    /// Share of zeros of all partial sums.
    pub share_of_zeros: f64,
    /// Bit planes that were skipped.
    pub skipped_planes: u64,
    /// Partial sums of planes that were not skipped.
    pub accumulates: u64,
    /// Of these that are not 0.
    pub nonzero_accumulates: u64,
    /// Scope of the SAIF file; the top module if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Digest of the configuration.
    pub configuration_sha256: String,
    /// Digest of the netlist; none if the RTL was simulated.
    pub netlist_sha256: Option<String>,
    /// Digest of the SAIF file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saif_sha256: Option<String>,
}

impl Account {
    /// Reads the account beside a SAIF file: the same name with the ending `json`.
    ///
    /// # Errors
    /// If it is not there or not understood, or says that nothing happened.
    pub fn beside(saif: &Path) -> Result<Account, Report> {
        let unreadable = |path: &Path, why: String| {
            let shown = quoted(&path.to_string_lossy());
            Diagnostic::new(Code::ActivityUnreadable, format!("{shown}: {why}"))
                .help("record activity with `hcim-sim activity --netlist ... --saif FILE.saif`: it writes FILE.json, too")
        };
        if !saif.is_file() {
            return Err(unreadable(saif, "there is no such file".to_owned()).into());
        }
        let path = saif.with_extension("json");
        let text = input::text(&path, input::DESCRIPTION)
            .map_err(|error| unreadable(&path, error.to_string()))?;
        let account: Account =
            serde_json::from_str(&text).map_err(|error| unreadable(&path, error.to_string()))?;
        if account.cycles == 0 || account.period_ps == 0 {
            let why = "the window is empty (cycles or period_ps is 0)".to_owned();
            return Err(unreadable(&path, why).into());
        }
        if let Some(scope) = account.scope.as_ref().filter(|scope| !is_plain_name(scope)) {
            let why = format!("the scope {} is no name", quoted(scope));
            return Err(unreadable(&path, why).into());
        }
        Ok(account)
    }

    /// Checks that the activity is that of a configuration, a netlist and a SAIF file.
    ///
    /// # Errors
    /// A digest that differs.
    pub fn check(&self, config: &Config, netlist: &Path, saif: &Path) -> Result<(), Report> {
        let mut report = Report::default();
        let mut compare = |what: &str, here: &str, there: Option<&str>| {
            if there == Some(here) {
                return;
            }
            let there = there.unwrap_or("none: it was recorded on the RTL");
            report.push(
                Diagnostic::new(
                    Code::ActivityMismatch,
                    format!("the activity belongs to another {what}"),
                )
                .note(format!("SHA-256 of the {what} here: {here}"))
                .note(format!("in the account of the activity: {there}"))
                .help(
                    "record the activity again, on this netlist: hcim-sim activity --netlist ...",
                ),
            );
        };
        let configuration = config.digest_hex();
        compare(
            "configuration",
            &configuration,
            Some(&self.configuration_sha256),
        );
        let digest = FileDigest::of(netlist)?.sha256;
        compare("netlist", &digest, self.netlist_sha256.as_deref());
        if let Some(recorded) = &self.saif_sha256 {
            compare("SAIF file", &FileDigest::of(saif)?.sha256, Some(recorded));
        }
        if report.has_errors() {
            Err(report)
        } else {
            Ok(())
        }
    }

    /// Length of the window in ns.
    pub fn window_ns(&self) -> f64 {
        self.cycles as f64 * self.period_ps as f64 * 1e-3
    }
}
