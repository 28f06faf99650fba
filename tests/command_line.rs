// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `hcim` command from outside: exit codes, text, JSON, sources and their order.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use hcim::config::KEYS;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::Value as Json;

fn hcim(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("hcim").unwrap();
    command.current_dir(folder);
    command
}

fn json(folder: &Path, arguments: &[&str], code: i32) -> Json {
    let output = hcim(folder)
        .args(arguments)
        .assert()
        .code(code)
        .stderr("")
        .get_output()
        .clone();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn success_and_errors_have_their_exit_codes() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    hcim(here)
        .arg("check")
        .assert()
        .code(0)
        .stdout("hcim_128x128: the configuration is valid\n");
    hcim(here).args(["check", "--rows", "0"]).assert().code(2).stdout("").stderr(
        "error[HC0102]: rows is 0, which is outside 1..=4096\n  from: --rows\n  help: the smallest legal value is 1: `--rows 1`\n",
    );
    hcim(here)
        .args(["check", "--rwos", "3"])
        .assert()
        .code(2)
        .stderr(contains("--rows"));
    hcim(here)
        .args(["check", "--config", "none.toml"])
        .assert()
        .code(2)
        .stderr(contains("HC0001"));
    hcim(here)
        .args(["check", "--rows", "-3"])
        .assert()
        .code(2)
        .stderr(contains("rows is -3"));
    hcim(here).assert().code(2).stderr(contains("Usage"));
}

#[test]
fn flags_win_over_the_file_and_the_file_over_the_preset() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    fs::write(
        here.join("t.toml"),
        "rows = 5\ncols = 6\n[timing]\nhold = 7\n",
    )
    .unwrap();
    let arguments = [
        "check", "--json", "--rows", "9", "--config", "t.toml", "--preset", "tiny",
    ];
    let answer = json(here, &arguments, 0);
    let config = &answer["configuration"];
    assert_eq!((&config["rows"], &config["cols"]), (&9.into(), &6.into()));
    assert_eq!(
        (&config["scale_bits"], &config["timing"]["hold"]),
        (&3.into(), &7.into())
    );
}

#[test]
fn files_come_as_toml_or_json_or_from_standard_input() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    fs::write(here.join("t.json"), "{\"rows\": 5}").unwrap();
    hcim(here)
        .args(["check", "--config", "t.json"])
        .assert()
        .stdout(starts_with("hcim_5x128"));
    let stdin = hcim(here)
        .args(["check", "--config", "-"])
        .write_stdin("rows = 7")
        .assert();
    stdin.stdout(starts_with("hcim_7x128"));
    fs::write(here.join("bad.toml"), [b'a', 0xff]).unwrap();
    let bad = hcim(here)
        .args(["check", "--config", "bad.toml"])
        .assert()
        .code(2);
    bad.stderr(contains("HC0001").and(contains("UTF-8 text (byte 1)")));
    let folder = hcim(here).args(["check", "--config", "."]).assert().code(2);
    folder.stderr(contains("HC0001").and(contains("name a file in that folder")));
    fs::write(here.join("long.toml"), "#".repeat((1 << 20) + 1)).unwrap();
    let long = hcim(here)
        .args(["check", "--config", "long.toml"])
        .assert()
        .code(2);
    long.stderr(contains("longer than 65536 bytes"));
}

#[test]
fn errors_as_json_carry_code_key_value_and_way_out() {
    let scratch = tempfile::tempdir().unwrap();
    let answer = json(
        scratch.path(),
        &["gen", "--json", "--rows", "0", "--storage", "latc"],
        2,
    );
    assert_eq!(answer["ok"], false);
    let first = &answer["diagnostics"][0];
    let fields = ["severity", "code", "key", "value", "legal", "from", "help"];
    let shown: Vec<_> = fields
        .iter()
        .map(|field| first[field].as_str().unwrap())
        .collect();
    assert_eq!(
        shown[..6],
        ["error", "HC0102", "rows", "0", "1..=4096", "--rows"]
    );
    assert_eq!(answer["diagnostics"][1]["help"], "did you mean `latch`?");
}

#[test]
fn describe_tells_text_and_json_the_same() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let answer = json(here, &["describe", "--json"], 0);
    assert_eq!(answer["derived"]["cycles_per_mvm_bound"], 44);
    assert_eq!(answer["derived"]["rate"]["limited_by"], "array");
    assert_eq!(answer["memory_map"][4]["first_row"], 32);
    let digest = answer["configuration_sha256"].as_str().unwrap();
    assert_eq!(answer["identification"], format!("0x{}", &digest[..16]));
    let text = hcim(here).arg("describe").assert().code(0);
    text.stdout(
        contains(digest)
            .and(contains("limited by array"))
            .and(contains("32..=44")),
    );
}

#[test]
fn describe_tiny_is_as_documented() {
    let scratch = tempfile::tempdir().unwrap();
    let output = hcim(scratch.path())
        .args(["describe", "--preset", "tiny"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // The digest changes with the generator's version; all else is held.
    let text: Vec<_> = text
        .lines()
        .filter(|l| !l.contains("digest") && !l.contains("identification"))
        .collect();
    insta::assert_snapshot!("describe_tiny", text.join("\n"));
}

#[test]
fn every_key_is_a_flag_and_stands_in_help_and_schema() {
    let scratch = tempfile::tempdir().unwrap();
    let help = hcim(scratch.path())
        .args(["gen", "--help"])
        .output()
        .unwrap()
        .stdout;
    let help = String::from_utf8(help).unwrap();
    for key in KEYS {
        // A truth value may be left out: `--parity` alone.
        let forms = [" <", " [<"].map(|value| format!("--{}{value}", key.flag()));
        assert!(forms.iter().any(|form| help.contains(form)), "{}", key.name);
    }
    let schema = json(scratch.path(), &["schema"], 0);
    assert_eq!(schema["properties"].as_object().unwrap().len(), 25);
}

#[test]
fn presets_are_listed() {
    let scratch = tempfile::tempdir().unwrap();
    let answer = json(scratch.path(), &["presets", "--json"], 0);
    let presets = answer["presets"].as_array().unwrap();
    let hidden = presets
        .iter()
        .find(|p| p["name"] == "digits_binary_hidden")
        .unwrap();
    assert_eq!(hidden["configuration"]["cols"], 87);
    assert_eq!(hidden["configuration"]["thresholds"], "none");
    hcim(scratch.path())
        .arg("presets")
        .assert()
        .stdout(contains("digits_ternary_output"));
}

#[test]
fn every_help_has_examples_and_every_subcommand_a_manual_page() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let commands = [
        "gen",
        "check",
        "describe",
        "presets",
        "schema",
        "regs",
        "completions",
        "man",
    ];
    for command in commands {
        hcim(here)
            .args([command, "--help"])
            .assert()
            .stdout(contains("Examples:"));
        hcim(here)
            .args(["man", command])
            .assert()
            .code(0)
            .stdout(contains(".TH"));
    }
    hcim(here)
        .arg("man")
        .assert()
        .code(0)
        .stdout(contains("hcim"));
    let unknown = hcim(here).args(["man", "gne"]).assert().code(2);
    unknown.stderr(contains("did you mean `gen`?"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = hcim(here).args(["completions", shell]).assert().code(0);
        script.stdout(contains("rows-per-cycle"));
    }
    hcim(here)
        .args(["completions", "bash"])
        .assert()
        .stdout(contains("baseline_array"));
}

#[test]
fn no_colours_off_a_terminal() {
    let scratch = tempfile::tempdir().unwrap();
    let output = hcim(scratch.path())
        .args(["gen", "--rows", "0"])
        .output()
        .unwrap();
    assert!(!output.stderr.contains(&0x1b));
    let forced = hcim(scratch.path())
        .args(["gen", "--rows", "0"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    assert!(forced.stderr.contains(&0x1b));
    let refused = hcim(scratch.path())
        .args(["gen", "--rows", "0"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(!refused.stderr.contains(&0x1b));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure_of_the_system() {
    let scratch = tempfile::tempdir().unwrap();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("hcim"))
        .arg("describe")
        .current_dir(scratch.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("HC0305"));
}
