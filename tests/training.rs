// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim train`: what it prints and writes, how it goes on after a kill, and what it refuses.
#![cfg(feature = "train")]

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::Value;

const QUICK: [&str; 6] = ["train", "--model", "mlp", "--epochs", "1,1,2", "--json"];

fn hcim(words: &[&str]) -> (Option<i32>, Vec<Value>, String) {
    let output = Command::cargo_bin("hcim")
        .unwrap()
        .args(words)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), lines.collect(), errors)
}

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [words, more].concat()
}

fn code(lines: &[Value], n: usize) -> &str {
    lines.last().unwrap()["diagnostics"][n]["code"]
        .as_str()
        .unwrap()
}

#[test]
fn a_training_tells_its_epochs_and_writes_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("net.safetensors");
    let plot = folder.path().join("curves.svg");
    let (out_text, plot_text) = (out.to_str().unwrap(), plot.to_str().unwrap());
    let words = with(&QUICK, &["--out", out_text, "--plot", plot_text]);
    let (status, lines, errors) = hcim(&words);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let events: Vec<&str> = lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["epoch", "epoch", "epoch", "epoch", "result"]);
    let result = &lines[4];
    assert_eq!(result["ok"], true);
    assert_eq!(result["settings"]["seed"], 1);
    assert!(result["test"]["accuracy"].as_f64().unwrap() > 0.5);
    let network = hcim_network::file::read(&out).unwrap();
    assert_eq!(network.name, "digits_mlp");
    assert_eq!(network.provenance["seed"], "1");
    assert!(
        std::fs::read_to_string(&plot)
            .unwrap()
            .contains("<polyline")
    );
    // The checkpoint goes when the network is there.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);

    let words = ["train", "--model", "mlp", "--epochs", "1,1,1"];
    let output = Command::cargo_bin("hcim").unwrap().args(words).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(text.contains("seed 1") && text.contains("test"), "{text}");
    assert!(text.contains("nothing is written without --out"), "{text}");
}

#[test]
fn a_killed_training_goes_on_to_the_same_network() {
    let folder = tempfile::tempdir().unwrap();
    let straight = folder.path().join("straight.safetensors");
    let killed = folder.path().join("killed.safetensors");
    let checkpoint = folder.path().join("killed.safetensors.checkpoint");
    let words = |out: &Path| {
        let out = out.to_str().unwrap().to_owned();
        let words = ["train", "--model", "mlp", "--epochs", "2,2,6", "--out"];
        let words = words.into_iter().map(str::to_owned).chain([out]);
        words
            .chain(["--checkpoint-seconds".to_owned(), "0".to_owned()])
            .collect::<Vec<_>>()
    };
    let run = |words: &[String]| {
        let output = Command::cargo_bin("hcim").unwrap().args(words).output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run(&words(&straight));

    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("hcim"))
        .args(words(&killed))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !checkpoint.exists() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
    if !killed.exists() {
        // The same command does not throw the training away.
        let again = words(&killed);
        let again: Vec<&str> = again.iter().map(String::as_str).collect();
        let (status, lines, _) = hcim(&with(&again, &["--json"]));
        assert_eq!(status, Some(2));
        assert_eq!(code(&lines, 0), "HC0544");
        let resume = ["train", "--resume", checkpoint.to_str().unwrap(), "--out"];
        let resume = resume.into_iter().map(str::to_owned);
        let out = killed.to_str().unwrap().to_owned();
        run(&resume.chain([out]).collect::<Vec<_>>());
    }
    let bytes = |file| std::fs::read(file).unwrap();
    assert!(bytes(&killed) == bytes(&straight), "another network");
    assert!(!checkpoint.exists());
}

#[test]
fn faults_have_codes_and_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let (status, lines, _) = hcim(&with(
        &QUICK,
        &["--rows", "0", "--scale-bits", "40", "--rate", "7"],
    ));
    assert_eq!(status, Some(2));
    let diagnostics = lines[0]["diagnostics"].as_array().unwrap();
    let keys: Vec<&str> = diagnostics
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["rows", "scale-bits", "rate"]);
    assert!(diagnostics.iter().all(|one| one["code"] == "HC0541"));

    let (status, lines, _) = hcim(&["train", "--dataset", "cifar10", "--json"]);
    assert_eq!((status, code(&lines, 0)), (Some(2), "HC0522"));
    assert!(lines[0].to_string().contains("data_batch_1.bin"));

    let (status, lines, _) = hcim(&with(
        &QUICK,
        &["--precision", "exact", "--out", "x.safetensors"],
    ));
    assert_eq!((status, code(&lines, 0)), (Some(2), "HC0541"));

    let (status, lines, _) = hcim(&["train", "--resume", "no such file", "--json"]);
    assert_eq!((status, code(&lines, 0)), (Some(1), "HC0305"));

    let foreign = folder.path().join("foreign");
    std::fs::write(&foreign, b"no checkpoint").unwrap();
    let (status, lines, _) = hcim(&["train", "--resume", foreign.to_str().unwrap(), "--json"]);
    assert_eq!((status, code(&lines, 0)), (Some(2), "HC0543"));

    let out = folder.path().join("no folder").join("x.safetensors");
    let words = with(&QUICK, &["--out", out.to_str().unwrap()]);
    let (status, lines, _) = hcim(&words);
    assert_eq!((status, code(&lines, 0)), (Some(1), "HC0305"));
}

#[test]
fn settings_come_from_the_checkpoint_alone() {
    let words = ["train", "--resume", "x", "--seed", "3"];
    let output = Command::cargo_bin("hcim").unwrap().args(words).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("cannot be used with"), "{text}");
}
