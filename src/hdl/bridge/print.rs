// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Verilog printer: a `Probe` that reads one block and prints one module.

use super::block::REGISTER_MARKER;
use super::lower::GENVAR;
use super::text::Text;
use super::writer::{Writer, declarations, header_comment, ports};
use crate::hdl::module::Module;
use rust_hdl::core::ast::*;
use rust_hdl::core::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Collects one scope: its signals, its statements and the types of its children.
pub(crate) struct ModulePrinter<'a> {
    module: &'a Module,
    depth: usize,
    child: String,
    types: BTreeMap<String, String>,
    registers: BTreeMap<String, String>,
    atoms: Vec<(String, AtomKind, usize)>,
    pub(crate) output: String,
}

impl Probe for ModulePrinter<'_> {
    fn visit_start_scope(&mut self, name: &str, _node: &dyn Block) {
        self.depth += 1;
        self.child = name.to_string();
    }

    fn visit_start_namespace(&mut self, name: &str, node: &dyn Block) {
        if self.depth != 2 {
            return;
        }
        match node.hdl() {
            Verilog::Custom(text) if name == REGISTER_MARKER => {
                self.registers.insert(self.child.clone(), text);
            }
            _ => {
                self.types.insert(self.child.clone(), name.to_string());
            }
        }
    }

    fn visit_atom(&mut self, name: &str, signal: &dyn Atom) {
        if self.depth == 1 {
            self.atoms
                .push((name.to_string(), signal.kind(), signal.bits()));
        }
    }

    fn visit_end_scope(&mut self, _name: &str, node: &dyn Block) {
        if self.depth == 1 {
            self.output = match node.hdl() {
                Verilog::Combinatorial(block) => self.print(&block),
                Verilog::Custom(body) => header_comment(self.module) + &body,
                _ => String::new(),
            };
        }
        self.depth -= 1;
    }
}

impl<'a> ModulePrinter<'a> {
    pub(crate) fn new(module: &'a Module) -> Self {
        ModulePrinter {
            module,
            depth: 0,
            child: String::new(),
            types: BTreeMap::new(),
            registers: BTreeMap::new(),
            atoms: Vec::new(),
            output: String::new(),
        }
    }

    fn print(&self, block: &VerilogBlock) -> String {
        let mut regs: BTreeSet<String> = self.registers.keys().cloned().collect();
        let mut loops = false;
        for statement in block {
            match statement {
                VerilogStatement::If(_) | VerilogStatement::Match(_) => {
                    procedural_targets(statement, &mut regs);
                }
                VerilogStatement::Loop(_) => loops = true,
                _ => {}
            }
        }
        let mut out = Writer::new(header_comment(self.module));
        ports(&mut out, self.module, &self.atoms, &regs);
        declarations(&mut out, &self.atoms, &regs);
        if loops {
            out.paragraph();
            out.line(&format!("  genvar {GENVAR};"));
            out.close();
        }
        for statement in block {
            self.item(&mut out, statement);
        }
        out.blank();
        out.line("endmodule");
        out.text
    }

    /// One statement at module level.
    fn item(&self, out: &mut Writer, statement: &VerilogStatement) {
        match statement {
            VerilogStatement::Comment(text) => out.comment(text),
            VerilogStatement::If(_) | VerilogStatement::Match(_) => {
                out.paragraph();
                out.line("  always @(*) begin");
                self.procedural(out, statement, 4);
                out.line("  end");
                out.close();
            }
            VerilogStatement::Macro(links) => {
                out.paragraph();
                self.child(out, links, 2);
                out.close();
            }
            VerilogStatement::Loop(body) => {
                out.paragraph();
                self.generate(out, body);
                out.close();
            }
            other => {
                out.run();
                if let Some(line) = self.assignment(other) {
                    out.line(&format!("  assign {line}"));
                }
            }
        }
    }

    fn generate(&self, out: &mut Writer, body: &VerilogLoop) {
        let label = body.index.split('$').next().unwrap_or_default();
        let count = body.to.as_usize();
        out.line("  generate");
        out.line(&format!(
            "    for ({GENVAR} = 0; {GENVAR} < {count}; {GENVAR} = {GENVAR} + 1) begin : {label}"
        ));
        for statement in &body.block {
            match statement {
                VerilogStatement::Macro(links) => self.child(out, links, 6),
                other => {
                    if let Some(line) = self.assignment(other) {
                        out.line(&format!("      assign {line}"));
                    }
                }
            }
        }
        out.line("    end");
        out.line("  endgenerate");
    }

    fn assignment(&self, statement: &VerilogStatement) -> Option<String> {
        let text = Text::new(self.module);
        let (target, value) = target_and_value(statement)?;
        Some(format!("{} = {};", text.alone(&target), text.alone(value)))
    }

    fn procedural(&self, out: &mut Writer, statement: &VerilogStatement, indent: usize) {
        let pad = " ".repeat(indent);
        let text = Text::new(self.module);
        match statement {
            VerilogStatement::If(first) => {
                let mut current = first;
                let mut lead = format!("{pad}if");
                loop {
                    out.line(&format!("{lead} ({}) begin", text.alone(&current.test)));
                    self.procedural_block(out, &current.then, indent + 2);
                    match &current.otherwise {
                        VerilogBlockOrConditional::Conditional(next) => {
                            let VerilogStatement::If(next) = &**next else {
                                break;
                            };
                            lead = format!("{pad}end else if");
                            current = next;
                        }
                        VerilogBlockOrConditional::Block(block) => {
                            out.line(&format!("{pad}end else begin"));
                            self.procedural_block(out, block, indent + 2);
                            break;
                        }
                        VerilogBlockOrConditional::None => break,
                    }
                }
                out.line(&format!("{pad}end"));
            }
            VerilogStatement::Match(m) => {
                out.line(&format!("{pad}case ({})", text.alone(&m.test)));
                for case in &m.cases {
                    out.line(&format!("{pad}  {}: begin", case.condition));
                    self.procedural_block(out, &case.block, indent + 4);
                    out.line(&format!("{pad}  end"));
                }
                out.line(&format!("{pad}endcase"));
            }
            other => {
                if let Some(line) = self.assignment(other) {
                    out.line(&format!("{pad}{line}"));
                }
            }
        }
    }

    fn procedural_block(&self, out: &mut Writer, block: &VerilogBlock, indent: usize) {
        for statement in block {
            self.procedural(out, statement, indent);
        }
    }

    /// A child: a register's always block or an instance, told by the scope its links name.
    fn child(&self, out: &mut Writer, links: &[VerilogStatement], indent: usize) {
        let text = Text::new(self.module);
        let pad = " ".repeat(indent);
        let mut scope = String::new();
        let mut connections = Vec::new();
        for link in links {
            let Some((target, value)) = target_and_value(link) else {
                continue;
            };
            let (inner, outer) = match (&target, value) {
                (VerilogExpression::Signal(port), outer) if port.contains('$') => (port, outer),
                (outer, VerilogExpression::Signal(port)) => (port, outer),
                _ => continue,
            };
            let Some((name, port)) = inner.rsplit_once('$') else {
                continue;
            };
            scope = name.to_string();
            connections.push((port.to_string(), text.alone(outer)));
        }
        if let Some(body) = self.registers.get(&scope) {
            for line in body.lines() {
                out.line(&format!("{pad}{line}"));
            }
            return;
        }
        let kind = self.types.get(&scope).cloned().unwrap_or_default();
        let name = scope.rsplit('$').next().unwrap_or_default();
        let longest = connections
            .iter()
            .map(|(port, _)| port.len())
            .max()
            .unwrap_or(0);
        out.line(&format!("{pad}{kind} {name} ("));
        for (n, (port, value)) in connections.iter().enumerate() {
            let comma = if n + 1 < connections.len() { "," } else { "" };
            out.line(&format!("{pad}  .{port:longest$} ({value}){comma}"));
        }
        out.line(&format!("{pad});"));
    }
}

/// Target (as an expression) and value of the two forms of assignment.
fn target_and_value(
    statement: &VerilogStatement,
) -> Option<(VerilogExpression, &VerilogExpression)> {
    match statement {
        VerilogStatement::Assignment(target, value) => Some((target.clone(), value)),
        VerilogStatement::SliceAssignment {
            base,
            width,
            offset,
            replacement,
        } => {
            let (base, offset) = (Box::new(base.clone()), Box::new(offset.clone()));
            Some((VerilogExpression::Slice(base, *width, offset), replacement))
        }
        _ => None,
    }
}

/// The signals that an always block assigns: they are declared `reg`.
fn procedural_targets(statement: &VerilogStatement, out: &mut BTreeSet<String>) {
    match statement {
        VerilogStatement::If(c) => {
            // The other arms assign the same target.
            c.then.iter().for_each(|s| procedural_targets(s, out));
        }
        VerilogStatement::Match(m) => {
            m.cases
                .iter()
                .flat_map(|c| &c.block)
                .for_each(|s| procedural_targets(s, out));
        }
        VerilogStatement::Assignment(VerilogExpression::Signal(name), _)
        | VerilogStatement::SliceAssignment {
            base: VerilogExpression::Signal(name),
            ..
        } => {
            out.insert(name.clone());
        }
        _ => {}
    }
}
