// SPDX-License-Identifier: MIT OR Apache-2.0
//! The plan as LEF.

use askama::Template;

use super::{PinPlan, Plan, Technology};
use crate::flow::lef::{Nm, um};

#[derive(Template)]
#[template(path = "flow/crossbar.lef", escape = "none")]
struct Text<'a> {
    header: &'a str,
    plan: &'a Plan,
    width: String,
    height: String,
    power: &'a str,
    ground: &'a str,
}

/// The abstract of the macro as LEF. `header` stands at the top, as comment lines with `#`.
///
/// # Errors
/// A template that cannot be rendered: a defect of hcim.
pub fn lef(plan: &Plan, technology: &Technology, header: &str) -> Result<String, askama::Error> {
    let text = Text {
        header,
        plan,
        width: um(plan.width),
        height: um(plan.height),
        power: &technology.power,
        ground: &technology.ground,
    };
    Ok(text.render()? + "\n")
}

/// `left bottom right top` in um.
fn rect(rect: &[Nm; 4]) -> String {
    rect.map(um).join(" ")
}

fn direction(pin: &PinPlan) -> &'static str {
    if pin.input { "INPUT" } else { "OUTPUT" }
}

fn usage(pin: &PinPlan) -> &'static str {
    if pin.clock { "CLOCK" } else { "SIGNAL" }
}
