// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim regs`: the register map.

use crate::config::{Code, Config, Diagnostic, Report, Validated};

use super::args::RegsArgs;
use super::load::load;
use super::output::Output;

/// Form of a register map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// text for people
    Table,
    /// JSON
    Json,
    /// C header
    CHeader,
    /// SystemRDL 2.0
    Systemrdl,
    /// Markdown
    Markdown,
}

pub(super) fn run(args: &RegsArgs) -> Output {
    let printed = load(&args.config).and_then(|Validated { config, warnings }| {
        Ok(Output::text(register_map(&config, args.format)?, warnings))
    });
    printed.unwrap_or_else(|report| Output::failure(report, args.format == Format::Json))
}

/// The register map of a configuration as text.
///
/// SEAM: to be answered by `crate::blocks::registers` from the one description of the registers.
fn register_map(config: &Config, format: Format) -> Result<String, Report> {
    let message = format!(
        "no register description for {} as {format:?}",
        config.name()
    );
    Err(Diagnostic::new(Code::Internal, message).into())
}
