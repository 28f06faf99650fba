// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elaboration checks: everything that can be wrong is found before anything is printed.

use super::diag::Diagnostic;
use super::module::{Module, hierarchy};
use std::sync::Arc;

/// Checks a module and all below it; finds everything, not only the first mistake.
pub fn check(top: &Arc<Module>) -> Result<(), Vec<Diagnostic>> {
    let mut found = Vec::new();
    for module in hierarchy(top) {
        for error in &module.errors {
            let path = format!("{}.{}", module.name(), error.path);
            found.push(Diagnostic::new(error.code, path, error.message.clone()));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}
