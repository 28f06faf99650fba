// SPDX-License-Identifier: MIT OR Apache-2.0
//! GDS and picture of a layout, by KLayout's Python module (no display needed).

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::{Code, Diagnostic, Report};
use crate::flow::tools::{Run, scripts_folder};

/// Writes `<stem>.gds` and `<stem>.png` of a DEF with the LEFs of its cells; gives the version of
/// KLayout.
///
/// # Errors
/// If KLayout is not installed or fails.
pub fn view(lefs: &[PathBuf], def: &Path, stem: &Path, log: &Path) -> Result<String, Report> {
    let missing = || {
        Diagnostic::new(
            Code::ToolMissing,
            "KLayout's Python module is not installed",
        )
        .help("run scripts/setup.sh in the clone (it installs klayout from PyPI)")
    };
    let scripts = scripts_folder().ok_or_else(missing)?;
    let python = scripts.join("python");
    let version = Command::new(&python)
        .args(["-c", "import klayout.db; from importlib.metadata import version; print(version(\"klayout\"))"])
        .output();
    let version = match version {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => return Err(missing().into()),
    };
    let mut command = Command::new(&python);
    command
        .arg(scripts.join("layout_view.py"))
        .arg("--def")
        .arg(def)
        .arg("--out")
        .arg(stem);
    for lef in lefs {
        command.arg("--lef").arg(lef);
    }
    Run {
        tool: "klayout",
        command,
        log,
    }
    .finish()?;
    Ok(version)
}
