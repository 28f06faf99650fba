// SPDX-License-Identifier: MIT OR Apache-2.0
//! The synthesised netlist without its hierarchy.

use std::fs;
use std::path::Path;

use crate::config::{Code, Config, Diagnostic, Report, quoted};
use crate::flow::Workspace;
use crate::flow::pdk::Library;
use crate::flow::report::write_text;
use crate::flow::tools::Yosys;

use super::flat::{self, Flat};

/// Flattens the netlist that `hcim synth` left, with the work in `folder`.
///
/// # Errors
/// A netlist that is missing, of another configuration, or not of library cells only.
pub fn flatten(
    config: &Config,
    library: &Library,
    workspace: &Workspace,
    folder: &Path,
) -> Result<(Flat, String), Report> {
    let netlist = workspace.netlist_json();
    of_this_configuration(config, workspace)?;
    Workspace::make(folder)?;
    let yosys = Yosys::find()?;
    let given = netlist.canonicalize().unwrap_or(netlist);
    // The folder is the tool's own, so that no path stands in the script.
    fs::copy(&given, folder.join("netlist.json")).map_err(|error| {
        Diagnostic::new(
            Code::InputOutput,
            format!("cannot copy the netlist: {error}"),
        )
    })?;
    let top = format!("{}_{}", config.name(), config.top());
    let script = format!(
        "read_json netlist.json\nhierarchy -top {top}\nflatten -noscopeinfo\nopt_clean\nwrite_json flat.json\n"
    );
    let script_file = folder.join("flatten.ys");
    write_text(&script_file, &script)?;
    let name = |name: &str| Path::new(name).to_owned();
    let log = folder.join("flatten.log");
    yosys.run(folder, &name("flatten.ys"), &log)?;
    let json = fs::read_to_string(folder.join("flat.json")).map_err(|error| {
        Diagnostic::new(
            Code::ToolFailed,
            format!("Yosys left no flat netlist: {error}"),
        )
    })?;
    let [buffer, ..] = &library.description.cells.buffer[..] else {
        let message = "the PDK description names no buffer".to_owned();
        return Err(super::impossible(message).into());
    };
    let wrong = |why: String| Report::from(Diagnostic::new(Code::NetlistSyntax, why));
    let flat = flat::read(&json, &top, buffer).map_err(wrong)?;
    Ok((flat, yosys.version))
}

/// The result beside the netlist names its configuration.
pub(super) fn of_this_configuration(config: &Config, workspace: &Workspace) -> Result<(), Report> {
    for file in [workspace.netlist_json(), workspace.netlist()] {
        if !file.is_file() {
            let shown = quoted(&file.to_string_lossy());
            let message = format!("there is no netlist {shown}");
            return Err(Diagnostic::new(Code::NetlistMissing, message)
                .help("run `hcim synth` with the same configuration, --pdk and --build first")
                .into());
        }
    }
    let text = fs::read_to_string(workspace.synth_result()).unwrap_or_default();
    let result: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let digest = result
        .pointer("/provenance/configuration_sha256")
        .and_then(|text| text.as_str());
    if digest == Some(&config.digest_hex()) {
        return Ok(());
    }
    let found = digest.unwrap_or("none");
    Err(
        Diagnostic::new(Code::LayoutInput, "the netlist is of another configuration")
            .note(format!("digest of the netlist's configuration: {found}"))
            .note(format!(
                "digest of this configuration: {}",
                config.digest_hex()
            ))
            .help("run `hcim synth` with the same configuration, --pdk and --build first")
            .into(),
    )
}
