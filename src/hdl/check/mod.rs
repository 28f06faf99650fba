// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elaboration checks: everything that can be wrong is found before anything is printed.
//!
//! Each module is checked once, under the first path that leads to it. Later checks rely on what
//! earlier ones have established, so a module with broken expressions is not searched for loops.

mod bits;
mod drivers;
mod graph;
mod loops;
mod names;
mod widths;

use super::diag::{Code, Diagnostic};
use super::expr::Expr;
use super::module::{Kind, Module};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks a module and all below it; finds everything, not only the first mistake.
///
/// ```
/// use hcim::hdl::{ModuleBuilder, check};
///
/// let mut m = ModuleBuilder::new("tile");
/// m.output("row_sel", 4, "never driven");
/// let found = check(&m.finish()).expect_err("an undriven output");
/// assert_eq!(found[0].to_string(), "E-HDL-001 tile.row_sel[3:0]: nothing drives this");
/// ```
pub fn check(top: &Arc<Module>) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut loops = loops::LoopSearch::default();
    let mut order = Vec::new();
    locate(
        top,
        top.name().to_string(),
        &mut BTreeMap::new(),
        &mut order,
    );
    for (module, path) in &order {
        let mut report = Report {
            module,
            path,
            found: Vec::new(),
        };
        for error in &module.errors {
            report.add(error.code, &error.path, error.message.clone());
        }
        names::check(&mut report);
        if matches!(module.kind, Kind::Rtl) {
            widths::check(&mut report);
            drivers::check(&mut report);
        }
        if report.found.is_empty() {
            loops.check(&mut report);
        }
        found.append(&mut report.found);
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The modules with the first path to each, children before parents: the search for loops needs
/// the children's results.
fn locate(
    module: &Arc<Module>,
    path: String,
    seen: &mut BTreeMap<*const Module, ()>,
    order: &mut Vec<(Arc<Module>, String)>,
) {
    if seen.insert(Arc::as_ptr(module), ()).is_some() {
        return;
    }
    for instance in module.instances() {
        locate(
            &instance.child,
            format!("{path}.{}", instance.path()),
            seen,
            order,
        );
    }
    order.push((module.clone(), path));
}

/// The findings about one module.
pub(crate) struct Report<'a> {
    pub module: &'a Module,
    path: &'a str,
    found: Vec<Diagnostic>,
}

impl Report<'_> {
    /// `local` is the path below the module; empty for the module itself.
    pub(crate) fn add(&mut self, code: Code, local: &str, message: impl Into<String>) {
        let dot = if local.is_empty() { "" } else { "." };
        self.found.push(Diagnostic::new(
            code,
            format!("{}{dot}{local}", self.path),
            message,
        ));
    }
}

/// `name[hi:lo]`, `name[lo]`, or `name` alone if it has a single bit.
pub(crate) fn range_text(name: &str, total: usize, lo: usize, width: usize) -> String {
    match (total, width) {
        (1, _) => name.to_string(),
        (_, 0 | 1) => format!("{name}[{lo}]"),
        _ => format!("{name}[{}:{lo}]", lo.saturating_add(width - 1)),
    }
}

/// How an expression is called in a message: its place if it is one.
pub(crate) fn describe(module: &Module, e: &Expr) -> String {
    match module.place(e) {
        Some(p) => {
            let signal = &module.signals[p.signal];
            range_text(&signal.name, signal.width, p.start, p.width)
        }
        None if e.name().is_empty() => "the expression".to_string(),
        None => e.name().to_string(),
    }
}
