// SPDX-License-Identifier: MIT OR Apache-2.0
//! A Liberty of the crossbar macro for timing where the user gives none: comparators resolve in
//! half a cycle, programming inputs have the setup of an ordinary flip-flop.

use std::fmt::Write as _;

use crate::blocks::crossbar;
use crate::blocks::tile::TileShape;
use crate::config::Config;
use crate::hdl::Dir;

use crate::flow::sdc::Units;

/// Capacitance of an input in fF.
const INPUT_FF: f64 = 5.0;

/// The Liberty of the macro of a tile, in the given units. `period_ns` sets the delay of the
/// comparators: half of it.
pub fn crossbar_liberty(config: &Config, units: &Units, volts: f64, period_ns: f64) -> String {
    let shape = TileShape::of(config).crossbar();
    let module = crossbar::build(config.name(), &shape);
    let ports = module.ports();
    let time = |ns: f64| units.time(ns);
    let resolve = time(0.5 * period_ns);
    let (setup, hold) = (time(0.05 * period_ns), time(0.02 * period_ns));
    let mut text = header(config, units, volts);
    let widths: std::collections::BTreeSet<usize> = ports.iter().map(|port| port.width).collect();
    // Writing to a String cannot fail.
    for width in widths.into_iter().filter(|width| *width > 1) {
        let _ = writeln!(
            text,
            "  type (bus{width}) {{ base_type : array; data_type : bit; bit_width : {width}; bit_from : {}; bit_to : 0; }}",
            width - 1
        );
    }
    let _ = writeln!(
        text,
        "  cell ({}) {{\n    area : 0; is_macro_cell : true; dont_touch : true;",
        module.name()
    );
    for port in &ports {
        let kind = if port.width > 1 { "bus" } else { "pin" };
        let _ = write!(text, "    {kind} ({}) {{ ", port.name);
        if port.width > 1 {
            let _ = write!(text, "bus_type : bus{}; ", port.width);
        }
        if port.dir == Dir::Output {
            let _ = writeln!(text, "direction : output;");
            for from in ["sense_i", "sel_i", "threshold_i"] {
                if !ports.iter().any(|port| port.name == from)
                    || (port.name == "ready_o" && from != "sense_i")
                {
                    continue;
                }
                let _ = writeln!(
                    text,
                    "      timing () {{ related_pin : \"{}\"; timing_sense : non_unate; cell_rise (scalar) {{ values (\"{resolve}\"); }} cell_fall (scalar) {{ values (\"{resolve}\"); }} rise_transition (scalar) {{ values (\"{hold}\"); }} fall_transition (scalar) {{ values (\"{hold}\"); }} }}",
                    bits(&ports, from)
                );
            }
        } else {
            let clock = if port.name == "clk_i" {
                " clock : true;"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "direction : input; capacitance : {};{clock}",
                units.capacitance(INPUT_FF)
            );
            if port.name.starts_with("prog_") {
                for (kind, value) in [("setup_rising", &setup), ("hold_rising", &hold)] {
                    let _ = writeln!(
                        text,
                        "      timing () {{ related_pin : \"clk_i\"; timing_type : {kind}; rise_constraint (scalar) {{ values (\"{value}\"); }} fall_constraint (scalar) {{ values (\"{value}\"); }} }}"
                    );
                }
            }
        }
        text.push_str("    }\n");
    }
    text.push_str("  }\n}\n");
    text
}

/// Every bit of a port, as a related pin.
fn bits(ports: &[crate::hdl::Port], name: &str) -> String {
    let width = ports
        .iter()
        .find(|port| port.name == name)
        .map_or(1, |port| port.width);
    if width == 1 {
        return name.to_owned();
    }
    let bits: Vec<String> = (0..width).map(|bit| format!("{name}[{bit}]")).collect();
    bits.join(" ")
}

fn header(config: &Config, units: &Units, volts: f64) -> String {
    let time = match units.time_ns {
        ns if ns < 0.5 => "1ps",
        _ => "1ns",
    };
    let capacitance = if units.capacitance_ff < 10.0 {
        "(1,ff)"
    } else {
        "(1,pf)"
    };
    format!(
        "/* Timing of the crossbar macro of {}, where no other is given: made-up figures. */\nlibrary ({}_crossbar) {{\n  delay_model : table_lookup;\n  time_unit : \"{time}\"; voltage_unit : \"1V\"; current_unit : \"1mA\"; pulling_resistance_unit : \"1kohm\"; leakage_power_unit : \"1nW\";\n  capacitive_load_unit {capacitance};\n  nom_voltage : {volts}; nom_temperature : 25; nom_process : 1;\n  slew_lower_threshold_pct_rise : 30; slew_upper_threshold_pct_rise : 70; slew_lower_threshold_pct_fall : 30; slew_upper_threshold_pct_fall : 70;\n  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50; output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;\n",
        config.name(),
        config.name()
    )
}
