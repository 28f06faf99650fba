// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `hcim pnr` refuses, with the way out and the exit code.

use assert_cmd::Command;
use predicates::str::contains;

/// The command with a PDK that needs no files.
fn pnr(folder: &tempfile::TempDir, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let liberty = folder.path().join("empty.lib");
    std::fs::write(&liberty, "library (empty) {}\n").expect("writable");
    Command::cargo_bin("hcim")
        .expect("built")
        .current_dir(folder.path())
        .env_remove("HCIM_PDK_ROOT")
        .arg("pnr")
        .args(["--pdk", "osu018", "--liberty"])
        .arg(&liberty)
        .args(arguments)
        .assert()
}

#[test]
fn a_tile_is_nothing_for_qflow() {
    let folder = tempfile::tempdir().expect("a folder");
    pnr(&folder, &["--flow", "qflow", "--run", "--preset", "tiny"])
        .code(2)
        .stderr(contains("HC0462"))
        .stderr(contains("--top dcim_array"));
}

#[test]
fn a_density_is_a_share() {
    let folder = tempfile::tempdir().expect("a folder");
    for density in ["0", "1.5", "NaN"] {
        pnr(&folder, &["--flow", "orfs", "--density", density])
            .code(2)
            .stderr(contains("--density a share of the rows"));
    }
}

#[test]
fn without_a_netlist_the_command_that_makes_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for flow in ["orfs", "librelane", "openroad"] {
        pnr(&folder, &["--flow", flow, "--preset", "tiny"])
            .stderr(contains("there is no netlist"))
            .stderr(contains("run `hcim synth`"));
    }
}
