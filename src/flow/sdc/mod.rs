// SPDX-License-Identifier: MIT OR Apache-2.0
//! Constraints (SDC) of a configuration: from what the blocks promise each other
//! (`doc/contracts.md`, `doc/crossbar.md`), with the defaults of a PDK. See `doc/timing.md`.

mod ports;
#[cfg(test)]
mod tests;
mod units;

use std::sync::Arc;

use askama::Template;

use crate::config::{Config, Report, Storage, Top};
use crate::emit::design::Design;
use crate::emit::{header, rendering};
use crate::flow::pdk::{self, OutputPin};
use crate::hdl::Module;

use ports::Ports;
pub use units::Units;

/// Name of the clock in every constraint file.
pub const CLOCK: &str = "clk";

/// What constraints need beside the configuration.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Clock period in ns.
    pub period_ns: f64,
    /// Defaults of the PDK.
    pub timing: pdk::Timing,
    /// What drives the inputs.
    pub driving: OutputPin,
    /// What each output drives, in fF.
    pub load_ff: f64,
    /// Units of the (first) Liberty.
    pub units: Units,
}

/// The constraints of a configuration.
#[derive(Clone, Debug)]
pub struct Constraints {
    ports: Ports,
    environment: Environment,
    /// Scale-factor memory is of latches.
    latches: bool,
    crossbar: Option<Crossbar>,
    header: Vec<String>,
    top: String,
}

/// Cycles of the crossbar's phases, at the reset values of the timing registers.
#[derive(Clone, Debug)]
struct Crossbar {
    precharge: u32,
    evaluate: u32,
    sense: u32,
    ternary: bool,
    thresholds: bool,
}

#[derive(Template)]
#[template(path = "flow/constraints.sdc", escape = "none")]
struct Text<'a> {
    constraints: &'a Constraints,
    header: String,
    period: String,
    clocked: &'a [String],
    inputs: Vec<&'a str>,
    outputs: Vec<&'a str>,
    load: String,
}

impl Constraints {
    /// The constraints of a configuration in an environment.
    pub fn new(config: &Config, environment: &Environment) -> Self {
        let design = Design::of(config);
        let derived = config.derived();
        let timing = config.timing();
        let crossbar = (config.top() == Top::Tile).then(|| Crossbar {
            precharge: timing.precharge,
            evaluate: timing.evaluate,
            sense: timing.sense,
            ternary: config.is_ternary(),
            thresholds: derived.threshold_packet.is_none() && config.is_ternary(),
        });
        let title = format!("Timing constraints of {}", design.top.name());
        Constraints {
            ports: Ports::of(&design.top),
            environment: environment.clone(),
            latches: config.storage() == Storage::Latch && holds_array(config.top()),
            crossbar,
            header: header::lines(config, &title),
            top: design.top.name().to_owned(),
        }
    }

    /// The constraints of a module outside of any configuration: clock, reset and ports alone.
    pub fn of_module(top: &Arc<Module>, environment: &Environment) -> Self {
        Constraints {
            ports: Ports::of(top),
            environment: environment.clone(),
            latches: false,
            crossbar: None,
            header: vec![format!("Timing constraints of {}", top.name())],
            top: top.name().to_owned(),
        }
    }

    /// Name of the top module.
    pub fn top(&self) -> &str {
        &self.top
    }

    /// Inputs but clock, reset and scan enable, as patterns of `get_ports`.
    pub fn inputs(&self) -> &[String] {
        &self.ports.inputs
    }

    /// Outputs, as patterns of `get_ports`.
    pub fn outputs(&self) -> &[String] {
        &self.ports.outputs
    }

    /// Inputs that launch paths: those of [`Self::inputs`], reset and scan enable.
    pub fn launching(&self) -> Vec<&str> {
        self.ports.all_inputs()
    }

    /// The lines that depend on the period, which they take from the variable `hcim_period`: an
    /// analysis that looks for the shortest period runs them again.
    pub fn clocked_lines(&self) -> Vec<String> {
        let units = &self.environment.units;
        let timing = &self.environment.timing;
        let mut lines = vec![format!(
            "create_clock -name {CLOCK} -period $hcim_period [get_ports clk_i]"
        )];
        for (kind, ns) in [
            ("setup", timing.clock_uncertainty_ns),
            ("hold", timing.hold_uncertainty_ns),
        ] {
            lines.push(format!(
                "set_clock_uncertainty -{kind} {} [get_clocks {CLOCK}]",
                units.time(ns)
            ));
        }
        let delay = |command: &str, fraction: f64, objects: &str| {
            format!("{command} [expr {{{fraction} * $hcim_period}}] -clock {CLOCK} {objects}")
        };
        let (input, output) = (timing.input_delay_fraction, timing.output_delay_fraction);
        if !self.ports.inputs.is_empty() {
            let all = format!("[get_ports {{{}}}]", self.ports.all_inputs().join(" "));
            lines.push(delay("set_input_delay", input, &all));
        }
        if !self.ports.outputs.is_empty() {
            let all = format!("[get_ports {{{}}}]", self.ports.outputs.join(" "));
            lines.push(delay("set_output_delay", output, &all));
        }
        if self.crossbar.is_some() {
            let pins = "[get_pins {u_crossbar/wl_i* u_crossbar/precharge_i u_crossbar/evaluate_i}]";
            lines.push(delay("set_output_delay", output, pins));
        }
        lines
    }

    /// The whole file.
    ///
    /// # Errors
    /// A template that cannot be rendered: a defect of hcim.
    pub fn to_sdc(&self) -> Result<String, Report> {
        let clocked = self.clocked_lines();
        let units = &self.environment.units;
        let text = Text {
            constraints: self,
            header: header::comment(&self.header, "# "),
            period: units.time(self.environment.period_ns),
            clocked: &clocked,
            inputs: self.ports.inputs.iter().map(String::as_str).collect(),
            outputs: self.ports.outputs.iter().map(String::as_str).collect(),
            load: units.capacitance(self.environment.load_ff),
        };
        text.render().map_err(rendering)
    }
}

/// Whether the top holds an array, with its memories.
fn holds_array(top: Top) -> bool {
    matches!(top, Top::Tile | Top::DcimArray | Top::BaselineArray)
}
