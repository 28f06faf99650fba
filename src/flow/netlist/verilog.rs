// SPDX-License-Identifier: MIT OR Apache-2.0
//! A netlist as structural Verilog: instances, and nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::types::{Bit, Direction, Module, Netlist, Port};

/// The netlist as Verilog, children before parents. Its names must be tidy, and no two ports of a
/// module may share a net.
pub fn to_verilog(netlist: &Netlist, header: &str) -> String {
    let mut text = header.to_owned();
    for name in netlist.bottom_up() {
        text.push('\n');
        module(&mut text, &netlist.modules[&name]);
    }
    text
}

/// Writing to a String cannot fail, so that the results are of no interest here.
fn module(text: &mut String, module: &Module) {
    let ports: Vec<&str> = module.ports.iter().map(|port| port.name.as_str()).collect();
    let _ = writeln!(text, "module {} ({});", module.name, ports.join(", "));
    let mut of_ports = BTreeSet::new();
    for port in &module.ports {
        let word = match port.direction {
            Direction::Input => "input",
            Direction::Output => "output",
        };
        let _ = writeln!(text, "  {word} {}{};", range(port), port.name);
        of_ports.extend(port.bits.iter().copied());
    }
    for (net, name) in &module.names {
        if !of_ports.contains(&Bit::Net(*net)) {
            let _ = writeln!(text, "  wire {name};");
        }
    }
    // Constants at outputs of libraries without tie cells.
    for port in module
        .ports
        .iter()
        .filter(|p| p.direction == Direction::Output)
    {
        for (index, bit) in port.bits.iter().enumerate() {
            if let Some(value) = constant(*bit) {
                let select = if port.bits.len() == 1 {
                    String::new()
                } else {
                    format!("[{index}]")
                };
                let _ = writeln!(text, "  assign {}{select} = {value};", port.name);
            }
        }
    }
    for instance in &module.instances {
        let pins: Vec<String> = instance
            .pins
            .iter()
            .filter(|(_, bits)| !bits.is_empty())
            .map(|(pin, bits)| format!("    .{pin}({})", connection(module, bits)))
            .collect();
        let _ = writeln!(
            text,
            "  {} {} (\n{}\n  );",
            instance.of,
            instance.name,
            pins.join(",\n")
        );
    }
    text.push_str("endmodule\n");
}

fn range(port: &Port) -> String {
    match port.bits.len() {
        1 => String::new(),
        width => format!("[{}:0] ", width.saturating_sub(1)),
    }
}

fn constant(bit: Bit) -> Option<&'static str> {
    match bit {
        Bit::Net(_) => None,
        Bit::One => Some("1'b1"),
        Bit::Zero | Bit::Unknown => Some("1'b0"),
    }
}

fn connection(module: &Module, bits: &[Bit]) -> String {
    let one = |bit: &Bit| match bit {
        Bit::Net(net) => module.names.get(net).cloned().unwrap_or_default(),
        other => constant(*other).unwrap_or("").to_owned(),
    };
    match bits {
        [only] => one(only),
        many => {
            let words: Vec<String> = many.iter().rev().map(one).collect();
            format!("{{{}}}", words.join(", "))
        }
    }
}
