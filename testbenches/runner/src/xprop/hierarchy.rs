// SPDX-License-Identifier: MIT OR Apache-2.0
//! What of a design is control state: the storage that reset sets, read from the Verilog itself. Of RTL the registers
//! with an asynchronous reset, of a netlist the cells whose set or reset is not tied.

use std::collections::{BTreeMap, BTreeSet};

/// A design as its Verilog describes it.
#[derive(Debug, Default)]
pub struct Design {
    modules: BTreeMap<String, Module>,
}

#[derive(Debug, Default)]
struct Module {
    /// Instances by name: the module or cell that each is of.
    instances: BTreeMap<String, String>,
    /// Registers with reset.
    registers: BTreeSet<String>,
    /// Instances of cells whose set or reset is not tied.
    cells: BTreeSet<String>,
}

impl Design {
    /// Reads Verilog as the generator writes it: one statement a line, instances with named pins; and the models of the
    /// cells of a netlist.
    pub fn read(texts: &[String], cells: &str) -> Design {
        let mut design = Design::default();
        // Pins of cells that set or reset them.
        let mut forces: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for text in texts.iter().map(String::as_str).chain([cells]) {
            let mut module = "";
            let mut asynchronous = false;
            for line in text.lines() {
                let line = line.trim();
                if let Some(name) = module_of(line) {
                    module = name;
                    design.modules.entry(module.to_owned()).or_default();
                }
                if line.starts_with("always") {
                    asynchronous = line.contains(" or ") && std::ptr::eq(text, cells);
                }
                if asynchronous && let Some((condition, _)) = after_if(line) {
                    forces
                        .entry(module)
                        .or_default()
                        .extend(identifiers(condition));
                }
            }
        }
        for text in texts {
            design.add(text, &forces);
        }
        design
    }

    fn add(&mut self, text: &str, forces: &BTreeMap<&str, BTreeSet<&str>>) {
        let known: BTreeSet<String> = self.modules.keys().cloned().collect();
        let mut module = String::new();
        let mut lines = text.lines().map(str::trim).peekable();
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["module", ..] => module = module_of(line).unwrap_or("").to_owned(),
                ["always", ..] if line.contains(" or negedge rst_ni)") => {
                    // if (!rst_ni) begin, then the value in reset.
                    lines.next();
                    let target = lines.peek().and_then(|line| line.split_once(" <= "));
                    if let (Some(here), Some((name, _))) = (self.modules.get_mut(&module), target) {
                        here.registers.insert(name.to_owned());
                    }
                }
                [of, .., name, "("] if known.contains(of) => {
                    let pins = forces.get(of);
                    let mut forced = false;
                    while let Some(pin) = lines.next_if(|line| line.starts_with('.')) {
                        let Some((pin, net)) = pin[1..].split_once('(') else {
                            continue;
                        };
                        let tied = net.trim_start().starts_with("1'b");
                        forced |= pins.is_some_and(|pins| pins.contains(pin.trim())) && !tied;
                    }
                    let here = self.modules.entry(module.clone()).or_default();
                    here.instances.insert(name.to_owned(), of.to_owned());
                    if forced {
                        here.cells.insert(name.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// The module in a scope inside `module`, and whether that is a cell with set or reset. A block of a generate loop
    /// belongs to the module around it.
    pub fn enter(&self, module: &str, scope: &str) -> (String, bool) {
        let Some(here) = self.modules.get(module) else {
            return (String::new(), false);
        };
        match here.instances.get(scope) {
            Some(of) => (of.clone(), here.cells.contains(scope)),
            None => (module.to_owned(), false),
        }
    }

    /// Whether a register of a module has a reset.
    pub fn has_reset(&self, module: &str, register: &str) -> bool {
        let module = self.modules.get(module);
        module.is_some_and(|module| module.registers.contains(register))
    }
}

/// The name in a line `module NAME ...`.
fn module_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("module ")?.trim_start();
    rest.split([' ', '(', '#', ';']).next()
}

fn after_if(line: &str) -> Option<(&str, &str)> {
    line.split_once("if (")?.1.split_once(')')
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_rtl() {
        let top = "module top (\n  input wire clk_i\n);\n  always @(posedge clk_i or negedge rst_ni) begin\n    if (!rst_ni) begin\n      busy_q <= 1'b0;\n    end else begin\n      busy_q <= go;\n    end\n  end\n  always @(posedge clk_i) begin\n    data_q <= d_i;\n  end\n  generate\n    for (i = 0; i < 2; i = i + 1) begin : gen_x\n      child #(.WIDTH(1)) u_child (\n        .clk_i (clk_i)\n      );\n    end\n  endgenerate\nendmodule\n";
        let child = "module child #(\n  parameter WIDTH = 1\n) (\n);\nendmodule\n";
        let design = Design::read(&[top.to_owned(), child.to_owned()], "");
        assert!(design.has_reset("top", "busy_q") && !design.has_reset("top", "data_q"));
        assert_eq!(design.modules["top"].registers.len(), 1);
        assert_eq!(design.enter("top", "gen_x[1]"), ("top".to_owned(), false));
        assert_eq!(design.enter("top", "u_child"), ("child".to_owned(), false));
    }

    #[test]
    fn cells_of_a_netlist() {
        let cell = "module DFFSR (\n  input  wire CLK\n);\n  reg q;\n  always @(posedge CLK or negedge R or negedge S)\n    if (~R) q <= 1'b0;\n    else if (~S) q <= 1'b1;\n    else q <= D;\nendmodule\n";
        let top = "module top (clk);\n  DFFSR a_reg (\n    .CLK(clk),\n    .R(rst_ni),\n    .S(1'b1)\n  );\n  DFFSR b_reg (\n    .CLK(clk),\n    .R(1'b1),\n    .S(1'b1)\n  );\nendmodule\n";
        let design = Design::read(&[top.to_owned()], cell);
        assert_eq!(design.enter("top", "a_reg"), ("DFFSR".to_owned(), true));
        assert_eq!(design.enter("top", "b_reg"), ("DFFSR".to_owned(), false));
    }
}
