// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks on the command line: reading them, and their faults as diagnostics.

use std::path::Path;

use hcim_network::{Fault, Network};

use crate::config::{Code, Diagnostic, Origin, Report, quoted};

/// Reads a network of any form that `hcim import` takes.
pub(super) fn read(path: &Path) -> Result<Network, Report> {
    hcim_network::import::read(path).map_err(|faults| report(path, &faults))
}

/// The faults of a network's file.
pub(super) fn report(path: &Path, faults: &[Fault]) -> Report {
    let mut report = Report::default();
    for fault in faults {
        let code = match fault.code.as_str() {
            _ if fault.is_io() => Code::InputOutput,
            code if code < "HN01" => Code::NetworkUnreadable,
            _ => Code::NetworkInvalid,
        };
        let message = format!("{}: {} [{}]", fault.place, fault.message, fault.code);
        let path = path.to_string_lossy().into_owned();
        let mut diagnostic = match fault.place.starts_with("file `") {
            // The place names the file already.
            true => Diagnostic::new(code, message),
            false => Diagnostic::new(code, message).from(Some(Origin::File { path, at: None })),
        };
        diagnostic.value.clone_from(&fault.value);
        diagnostic.legal.clone_from(&fault.legal);
        diagnostic.help.clone_from(&fault.help);
        report.push(diagnostic);
    }
    report
}

/// A file that was written, for people.
pub(super) fn written(path: &Path) -> String {
    format!("written: {}", quoted(&path.to_string_lossy()))
}
