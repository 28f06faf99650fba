// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a module to the files of its hierarchy.

use super::block::ModuleBlock;
use super::print::ModulePrinter;
use crate::hdl::check::check;
use crate::hdl::diag::{Code, Diagnostic};
use crate::hdl::module::{Module, hierarchy};
use rust_hdl::core::prelude::Block;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The printed hierarchy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emission {
    /// Text by file name.
    pub files: BTreeMap<String, String>,
    /// File names, children before parents.
    pub order: Vec<String>,
}

/// Checks a hierarchy and prints it: one file per module, equal modules once.
///
/// `header` gives the comment at the top of each file. Nothing is printed unless everything is
/// clean.
pub fn emit(
    top: &Arc<Module>,
    header: &dyn Fn(&Module) -> String,
) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    emit_ordered(top, header).map(|emission| emission.files)
}

/// As [`emit`], with the file names in dependency order as well.
pub fn emit_ordered(
    top: &Arc<Module>,
    header: &dyn Fn(&Module) -> String,
) -> Result<Emission, Vec<Diagnostic>> {
    check(top)?;
    let mut emission = Emission::default();
    let mut clashes = Vec::new();
    for module in hierarchy(top) {
        if module.is_black_box() {
            continue;
        }
        let file = format!("{}.v", module.name());
        let text = print_module(&module, &header(&module));
        match emission.files.get(&file) {
            None => {
                emission.order.push(file.clone());
                emission.files.insert(file, text);
            }
            Some(known) if *known == text => {}
            Some(_) => clashes.push(Diagnostic::new(
                Code::ModuleClash,
                module.name(),
                "two different modules have this name",
            )),
        }
    }
    if clashes.is_empty() {
        Ok(emission)
    } else {
        Err(clashes)
    }
}

/// Prints one module that has passed the checks.
fn print_module(module: &Arc<Module>, header: &str) -> String {
    let block = ModuleBlock::shallow(module);
    let mut printer = ModulePrinter::new(module);
    block.accept(module.name(), &mut printer);
    let mut text = header.to_string();
    if !text.is_empty() {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push('\n');
    }
    text + "`default_nettype none\n\n" + &printer.output + "\n`default_nettype wire\n"
}
