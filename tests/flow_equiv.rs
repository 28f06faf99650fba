// SPDX-License-Identifier: MIT OR Apache-2.0
//! Netlist against source on osu018, the library that a fresh machine has: a good netlist is proved, and its
//! twin with one gate swapped is refuted.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const FLAGS: [&str; 16] = [
    "--pdk",
    "osu018",
    "--name",
    "twin",
    "--top",
    "dcim_array",
    "--cols",
    "4",
    "--weight-slices",
    "2",
    "--input-bits",
    "2",
    "--scale-bits",
    "3",
    "--storage",
    "latch",
];

/// What the test needs: `scripts/setup.sh` installs both.
fn tools_are_there() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = Path::new("/usr/share/qflow/tech/osu018/osu018_stdcells.lib");
    let there = root.join(".tools/venv/bin/python").exists() && library.exists();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "CI installs the tools");
        eprintln!("skipped: no Yosys in .tools/ or no osu018 (scripts/setup.sh)");
    }
    there
}

fn hcim(build: &Path, step: &str) -> Command {
    let mut command = Command::cargo_bin("hcim").unwrap();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg(step)
        .args(FLAGS);
    command
        .arg("--build")
        .arg(build.join("b"))
        .arg("--reports")
        .arg(build.join("r"));
    command
}

#[test]
fn a_netlist_is_proved_and_its_twin_refuted() {
    if !tools_are_there() {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    hcim(here, "synth").assert().code(0);
    let proved = hcim(here, "equiv")
        .arg("--json")
        .assert()
        .code(0)
        .get_output()
        .clone();
    let document: serde_json::Value = serde_json::from_slice(&proved.stdout).unwrap();
    let modules = document["modules"].as_array().unwrap();
    assert_eq!(modules.len(), 3);
    for module in modules {
        assert_eq!(module["verdict"], "proved", "{module}");
        assert!(module["points"].as_u64().unwrap() > 0);
    }

    let netlist = fs::read_to_string(here.join("b/osu018/twin/synth/netlist.v")).unwrap();
    let column = netlist.find("module twin_dcim_column").unwrap();
    let (before, after) = netlist.split_at(column);
    let twin = format!("{before}{}", after.replacen("NAND2X1", "NOR2X1", 1));
    assert_ne!(twin, netlist);
    let file = here.join("twin.v");
    fs::write(&file, twin).unwrap();
    let refuted = hcim(here, "equiv")
        .arg("--json")
        .arg("--netlist")
        .arg(&file)
        .assert()
        .code(1);
    let document: serde_json::Value = serde_json::from_slice(&refuted.get_output().stdout).unwrap();
    let verdict = |name: &str| {
        let modules = document["modules"].as_array().unwrap();
        let module = modules
            .iter()
            .find(|module| module["module"] == name)
            .unwrap();
        module["verdict"].clone()
    };
    assert_eq!(verdict("twin_dcim_column"), "refuted");
    assert_eq!(verdict("twin_dcim_control"), "proved");
    assert_eq!(document["diagnostics"][0]["code"], "HC0431");
}
