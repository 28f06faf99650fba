// SPDX-License-Identifier: MIT OR Apache-2.0
//! The arguments that all steps of the silicon flow share.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Code, Config, Diagnostic, Report, Validated};
use crate::flow::Workspace;
use crate::flow::pdk::{Library, PdkChoice};

use super::config_args::ConfigArgs;
use super::load::load;

const HEADING: &str = "Silicon flow";

/// Which PDK.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct PdkArgs {
    /// Name of a PDK (see `hcim pdk list`) or path of a description [default: nangate45 if it is
    /// under the PDK root, else osu018]
    #[arg(long, value_name = "NAME|FILE.toml", help_heading = HEADING)]
    pub(super) pdk: Option<String>,
    /// Folder that holds a folder per PDK
    #[arg(long, value_name = "DIR", env = "HCIM_PDK_ROOT", help_heading = HEADING)]
    pub(super) pdk_root: Option<PathBuf>,
    /// Liberty file in place of the PDK's (.lib or .lib.gz)
    #[arg(long, value_name = "FILE", env = "LIBERTY", help_heading = HEADING)]
    pub(super) liberty: Option<PathBuf>,
}

impl PdkArgs {
    pub(super) fn choice(&self) -> PdkChoice {
        let given =
            |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        PdkChoice {
            pdk: self.pdk.clone().filter(|name| !name.is_empty()),
            root: given(&self.pdk_root),
            liberty: given(&self.liberty),
        }
    }
}

/// Arguments of a step of the flow.
#[derive(Clone, Debug, Args)]
pub(super) struct FlowArgs {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) pdk: PdkArgs,
    /// Folder for everything that is made
    #[arg(long, value_name = "DIR", default_value = "build", help_heading = HEADING)]
    pub(super) build: PathBuf,
    /// Folder for the reports of record
    #[arg(long, value_name = "DIR", default_value = "reports", help_heading = HEADING)]
    pub(super) reports: PathBuf,
    /// Clock period in ns [default: of the PDK description]
    #[arg(long, value_name = "F", help_heading = HEADING)]
    pub(super) period_ns: Option<f64>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

/// What a step of the flow works on.
#[derive(Debug)]
pub(super) struct FlowInput {
    pub(super) config: Config,
    pub(super) warnings: Report,
    pub(super) library: Library,
    pub(super) workspace: Workspace,
    /// Clock period in ns.
    pub(super) period_ns: f64,
}

impl FlowArgs {
    /// Validates the configuration, finds the PDK, and says where everything goes.
    pub(super) fn resolve(&self) -> Result<FlowInput, Report> {
        let Validated { config, warnings } = load(&self.config)?;
        let library = Library::find(&self.pdk.choice())?;
        let period_ns = self
            .period_ns
            .unwrap_or(library.description.default_period_ns);
        if !(period_ns.is_finite() && period_ns > 0.0 && period_ns <= 1e6) {
            let message = format!("the clock period is {period_ns} ns; it must be above 0");
            return Err(Diagnostic::new(Code::BadPeriod, message)
                .value(period_ns.to_string())
                .legal("0.001 .. 1000000")
                .help("give --period-ns a number of nanoseconds, 1.0 for instance")
                .into());
        }
        let workspace = Workspace::new(
            &self.build,
            &self.reports,
            &library.description.name,
            &config,
        );
        Ok(FlowInput {
            config,
            warnings,
            library,
            workspace,
            period_ns,
        })
    }
}
