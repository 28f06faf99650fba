// SPDX-License-Identifier: MIT OR Apache-2.0
//! What timing, power and equivalence look at: a netlist, with the libraries that it needs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{Code, Diagnostic, Report, Top, quoted};
use crate::flow::pnr::{crossbar, technology};
use crate::flow::report::write_text;
use crate::flow::sdc::{Constraints, Environment, Units};
use crate::flow::sta::TimingInput;

use super::flow_args::FlowInput;

/// The netlist: as given, else that of `hcim synth`.
pub(super) fn netlist(input: &FlowInput, given: Option<&PathBuf>) -> Result<PathBuf, Report> {
    let path = given.cloned().unwrap_or_else(|| input.workspace.netlist());
    if path.is_file() {
        return Ok(path);
    }
    let shown = quoted(&path.to_string_lossy());
    let diagnostic = Diagnostic::new(Code::NetlistMissing, format!("there is no netlist {shown}"));
    Err(diagnostic
        .help("make it with `hcim synth` and the same configuration, --pdk and --build, or name one with --netlist FILE")
        .into())
}

/// Liberty of the crossbar macro as `hcim crossbar-macro` writes it where nothing describes the macro.
fn default_macro(input: &FlowInput) -> Result<String, Report> {
    let made = technology(&input.library).and_then(|(technology, _)| {
        crossbar(
            &input.config,
            &technology,
            &technology.default_description(),
        )
    });
    let help = "or give the Liberty of the crossbar macro: --macro-liberty FILE.lib";
    made.map(|made| made.liberty).map_err(|mut report| {
        report.push(
            Diagnostic::new(
                Code::LayoutInput,
                "the crossbar macro of this tile has no default Liberty",
            )
            .help(help),
        );
        report
    })
}

/// What an analysis of the netlist needs, with scratch files in `folder`.
pub(super) fn timing_input(
    input: &FlowInput,
    netlist: PathBuf,
    macro_liberty: Option<&Path>,
    propagated: bool,
    folder: &Path,
) -> Result<TimingInput, Report> {
    let description = &input.library.description;
    let mut liberty = input.library.plain_liberty(folder)?;
    let first = liberty.first().map(fs::read_to_string);
    let text = match first {
        Some(Ok(text)) => text,
        Some(Err(error)) => {
            let message = format!("cannot read the Liberty: {error}");
            return Err(Diagnostic::new(Code::PdkFileMissing, message).into());
        }
        None => String::new(),
    };
    let units = Units::of_liberty(&text)?;
    let environment = Environment {
        period_ns: input.period_ns,
        timing: description.timing.clone(),
        driving: description.cells.driving.clone(),
        load_ff: description.cells.load_ff,
        units,
    };
    if input.config.top() == Top::Tile {
        match macro_liberty {
            Some(file) => liberty.push(file.to_owned()),
            None => {
                let file = folder.join("crossbar.lib");
                write_text(&file, &default_macro(input)?)?;
                liberty.push(file);
            }
        }
    }
    Ok(TimingInput {
        liberty,
        netlist,
        constraints: Constraints::new(&input.config, &environment),
        period_ns: input.period_ns,
        wire_load: description.timing.wire_load.clone().filter(|_| !propagated),
        units,
        propagated,
    })
}
