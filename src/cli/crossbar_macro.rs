// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim crossbar-macro`: LEF and Liberty of the crossbar.

use serde::Serialize;

use crate::config::{Code, Diagnostic, Report};
use crate::flow::crossbar_macro::Description;
use crate::flow::pnr::{crossbar, crossbar_description, technology};
use crate::flow::report::write_text;

use super::args::CrossbarMacroArgs;
use super::output::Output;

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    lef: String,
    liberty: String,
    width_um: f64,
    height_um: f64,
    area_um2: f64,
    column_pitch_um: f64,
    row_pitch_um: f64,
    pins: usize,
    description: &'a Description,
}

pub(super) fn run(args: &CrossbarMacroArgs) -> Output {
    make(args).unwrap_or_else(|report| Output::failure(report, args.flow.json))
}

fn make(args: &CrossbarMacroArgs) -> Result<Output, Report> {
    let input = args.flow.resolve()?;
    let (technology, _) = technology(&input.library)?;
    let description = crossbar_description(&technology, args.crossbar.as_deref())?;
    if args.show {
        let text = toml::to_string(&description)
            .map_err(|error| Diagnostic::new(Code::Internal, error.to_string()))?;
        let text = format!("# SPDX-License-Identifier: MIT OR Apache-2.0\n{text}");
        return Ok(Output::text(text, input.warnings));
    }
    let made = crossbar(&input.config, &technology, &description)?;
    let plan = &made.plan;
    let folder = input.workspace.folder("crossbar");
    let lef = folder.join(format!("{}.lef", plan.name));
    let liberty = folder.join(format!("{}.lib", plan.name));
    write_text(&lef, &made.lef)?;
    write_text(&liberty, &made.liberty)?;
    let um = |nm: i64| nm as f64 * 1e-3;
    let body = Body {
        name: &plan.name,
        lef: lef.to_string_lossy().into_owned(),
        liberty: liberty.to_string_lossy().into_owned(),
        width_um: um(plan.width),
        height_um: um(plan.height),
        area_um2: plan.area_um2(),
        column_pitch_um: um(plan.column_pitch),
        row_pitch_um: um(plan.row_pitch),
        pins: plan.pins.len(),
        description: &description,
    };
    if args.flow.json {
        return Ok(Output::json(body, &input.warnings));
    }
    let text = format!(
        "{}: {:.2} x {:.2} um, {:.0} um2, columns every {} um, rows every {} um, {} pins\n{}\n{}\n",
        body.name,
        body.width_um,
        body.height_um,
        body.area_um2,
        body.column_pitch_um,
        body.row_pitch_um,
        body.pins,
        body.lef,
        body.liberty
    );
    Ok(Output::text(text, input.warnings))
}
