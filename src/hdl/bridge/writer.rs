// SPDX-License-Identifier: MIT OR Apache-2.0
//! Layout: blank lines, comments, ports and declarations.

use crate::hdl::module::Module;
use rust_hdl::core::prelude::AtomKind;
use std::collections::BTreeSet;

const COLUMNS: usize = 100;

/// Collects lines and puts blank lines between paragraphs.
pub(crate) struct Writer {
    pub(crate) text: String,
    /// The last line ended a paragraph of its own.
    closed: bool,
}

impl Writer {
    pub(crate) fn new(text: String) -> Self {
        Writer { text, closed: true }
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.closed = false;
    }

    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// The next lines stand apart, except from a comment that belongs to them.
    pub(crate) fn paragraph(&mut self) {
        if !self.after_comment() {
            self.blank();
        }
    }

    /// The next line continues a run of similar lines.
    pub(crate) fn run(&mut self) {
        if self.closed {
            self.paragraph();
        }
    }

    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    pub(crate) fn comment(&mut self, text: &str) {
        self.paragraph();
        for line in wrap(text, COLUMNS - 5) {
            self.line(&format!("  // {line}"));
        }
    }

    fn after_comment(&self) -> bool {
        let last = self
            .text
            .trim_end_matches('\n')
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        last.starts_with("  // ") && !self.text.ends_with("\n\n")
    }
}

/// Words of `text` in lines of at most `columns`.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Contract and configuration values as the comment above a module.
pub(crate) fn header_comment(module: &Module) -> String {
    let mut lines = Vec::new();
    if !module.contract.is_empty() {
        lines.extend(wrap(&module.contract, COLUMNS - 3));
    }
    if !module.localparams.is_empty() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let longest = module
            .localparams
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0);
        lines.push("Configuration:".to_string());
        lines.extend(
            module
                .localparams
                .iter()
                .map(|(n, v)| format!("  {n:longest$} = {v}")),
        );
    }
    lines
        .iter()
        .map(|line| format!("{}\n", format!("// {line}").trim_end()))
        .collect()
}

fn range(width: usize) -> String {
    if width == 1 {
        String::new()
    } else {
        format!("[{}:0]", width - 1)
    }
}

/// The module's head with its ports.
pub(crate) fn ports(
    out: &mut Writer,
    module: &Module,
    atoms: &[(String, AtomKind, usize)],
    regs: &BTreeSet<String>,
) {
    let ports: Vec<_> = atoms
        .iter()
        .filter(|(_, kind, _)| kind.is_parameter())
        .collect();
    if ports.is_empty() {
        out.line(&format!("module {};", module.name));
        return;
    }
    let ranges = ports
        .iter()
        .map(|(_, _, width)| range(*width).len())
        .max()
        .unwrap_or(0);
    let names = ports
        .iter()
        .map(|(name, _, _)| name.len())
        .max()
        .unwrap_or(0)
        + 1;
    out.line(&format!("module {} (", module.name));
    for (n, (name, kind, width)) in ports.iter().enumerate() {
        let info = module
            .by_name
            .get(name.as_str())
            .and_then(|i| module.signals.get(*i));
        if let Some(group) = info.and_then(|s| s.group.as_ref()) {
            if n > 0 {
                out.blank();
            }
            out.line(&format!("  // {group}"));
        }
        let kind = match kind {
            AtomKind::InputParameter => "input  wire",
            _ if regs.contains(name) => "output reg ",
            _ => "output wire",
        };
        let space = if ranges == 0 { "" } else { " " };
        let comma = if n + 1 < ports.len() { "," } else { "" };
        let doc = info.map(|s| s.doc.replace('\n', " ")).unwrap_or_default();
        let doc = if doc.is_empty() {
            doc
        } else {
            format!("  // {doc}")
        };
        let declared = format!("{name}{comma}");
        let range = range(*width);
        out.line(&format!(
            "  {kind}{space}{range:ranges$} {declared:names$}{doc}"
        ));
    }
    out.line(");");
}

/// Internal signals, all before the first statement.
pub(crate) fn declarations(
    out: &mut Writer,
    atoms: &[(String, AtomKind, usize)],
    regs: &BTreeSet<String>,
) {
    let nets: Vec<_> = atoms
        .iter()
        .filter(|(_, kind, _)| !kind.is_parameter())
        .collect();
    let ranges = nets
        .iter()
        .map(|(_, _, width)| range(*width).len())
        .max()
        .unwrap_or(0);
    out.blank();
    for (name, _, width) in nets {
        let kind = if regs.contains(name) { "reg " } else { "wire" };
        let space = if ranges == 0 { "" } else { " " };
        let range = range(*width);
        out.line(&format!("  {kind}{space}{range:ranges$} {name};"));
    }
    out.close();
}
