// SPDX-License-Identifier: MIT OR Apache-2.0
//! Networks on the command line.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use hcim_network::testing::{self, Options};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value as Json;

fn hcim(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("hcim").unwrap();
    command.current_dir(folder);
    command
}

fn text(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = hcim(folder).args(arguments).assert().code(code);
    let output = output.get_output();
    let stdout = String::from_utf8(output.stdout.clone()).unwrap();
    stdout + &String::from_utf8(output.stderr.clone()).unwrap()
}

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testbenches/reference/{name}/network.json"))
}

#[test]
fn import_shows_and_writes() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let from = reference("digits_ternary");
    let from = from.to_str().unwrap();
    insta::assert_snapshot!(
        "import_digits",
        text(here, &["import", from, "--out", "a.safetensors"], 0)
    );
    let shown = text(here, &["import", "a.safetensors", "--json"], 0);
    let json: Json = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&json["ok"], &json["scale_factors"]),
        (&true.into(), &672.into())
    );
    assert_eq!(json["layers"][0]["rows"], 64);
    // Written again, the same bytes.
    text(
        here,
        &["import", "a.safetensors", "--out", "b.safetensors"],
        0,
    );
    let read = |name: &str| fs::read(here.join(name)).unwrap();
    assert!(read("a.safetensors") == read("b.safetensors"));
}

#[test]
fn import_tells_all_faults() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let good = fs::read_to_string(reference("digits_ternary")).unwrap();
    let bad =
        good.replacen("-11", "16", 1)
            .replacen("\"requant_shift\":16", "\"requant_shift\":40", 1);
    assert_ne!(good, bad);
    fs::write(here.join("bad.json"), bad).unwrap();
    insta::assert_snapshot!(
        "import_bad",
        text(here, &["import", "bad.json", "--out", "a.safetensors"], 2)
    );
    assert!(!here.join("a.safetensors").exists());
    fs::write(here.join("cut.safetensors"), [9; 100]).unwrap();
    insta::assert_snapshot!("import_cut", text(here, &["import", "cut.safetensors"], 2));
    insta::assert_snapshot!(
        "import_missing",
        text(here, &["import", "none.safetensors"], 2)
    );
    let network = testing::network(1, &Options::default());
    let path = here.join("net.safetensors");
    hcim_network::file::write(&network, &path).unwrap();
    let lost = ["import", "net.safetensors", "--out", "no/where.safetensors"];
    hcim(here)
        .args(lost)
        .assert()
        .code(1)
        .stderr(contains("HC0305").and(contains("HN0002")));
}
