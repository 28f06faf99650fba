// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim regs`: the register map.

use crate::blocks::accelerator::{self, AcceleratorShape};
use crate::blocks::registers;
use crate::config::{Code, Config, Diagnostic, Report, Top, Validated};

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
fn register_map(config: &Config, format: Format) -> Result<String, Report> {
    let map = if let Some(shape) = AcceleratorShape::of(config) {
        accelerator::map(&shape)
    } else if config.top() == Top::Tile {
        registers::map(&registers::RegisterParameters::from(config))
    } else {
        let message = format!(
            "{} has no registers: its top is {}",
            config.name(),
            config.top()
        );
        return Err(Diagnostic::new(Code::NoRegisters, message)
            .help("use --top tile or --top accelerator")
            .into());
    };
    Ok(match format {
        Format::Table => map.to_table(),
        Format::Json => map.to_json(),
        Format::CHeader => map.to_c_header(),
        Format::Systemrdl => map.to_systemrdl(),
        Format::Markdown => map.to_markdown(),
    })
}
