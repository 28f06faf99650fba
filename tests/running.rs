// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim map`, `hcim run` and `hcim robustness` from outside, without a simulator (`make sim-networks` has that).

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use hcim_network::{Kind, Network};
use serde_json::Value as Json;

fn run(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let mut command = Command::cargo_bin("hcim").unwrap();
    let output = command.current_dir(folder).args(arguments).assert();
    let output = output.code(code).get_output().clone();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> Json {
    serde_json::from_str(&run(folder, arguments, 0).0).unwrap()
}

/// Fails with a code and says all of `words`.
fn refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let (_, stderr) = run(folder, arguments, code);
    for word in words {
        assert!(stderr.contains(word), "{arguments:?}: {word}: {stderr}");
    }
}

fn reference(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path: PathBuf = path.join(format!("testbenches/reference/{name}/network.json"));
    path.to_str().unwrap().to_owned()
}

#[test]
fn reference_networks_have_their_accuracies_on_the_golden_engine() {
    let scratch = tempfile::tempdir().unwrap();
    for (name, right) in [("digits_ternary", 335), ("digits_binary", 130)] {
        let shown = json(scratch.path(), &["run", &reference(name), "--json"]);
        assert_eq!(
            (&shown["images"], &shown["right"]),
            (&359.into(), &right.into())
        );
    }
    let ternary = json(
        scratch.path(),
        &["run", &reference("digits_ternary"), "--json"],
    );
    let zeros = ternary["layers"][0]["zeros"].as_f64().unwrap();
    assert!((zeros - 0.5836035428272981).abs() < 1e-12, "{zeros}");
    let (text, _) = run(
        scratch.path(),
        &["run", &reference("digits_ternary"), "--images", "5"],
        0,
    );
    assert!(text.starts_with("digits_ternary: "), "{text}");
}

#[test]
fn a_dump_has_every_value_of_the_known_answers() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let network = reference("digits_ternary");
    run(
        here,
        &["run", &network, "--images", "3", "--dump", "values"],
        0,
    );
    let known = fs::read_to_string(network.replace("network.json", "expected.json")).unwrap();
    let known: Json = serde_json::from_str(&known).unwrap();
    for n in 0..3 {
        let values = fs::read_to_string(here.join(format!("values/image_{n}.json"))).unwrap();
        let values: Json = serde_json::from_str(&values).unwrap();
        assert!(
            known["hidden"][n].is_array(),
            "expected.json has another form"
        );
        assert_eq!(values[0]["y"], known["layer0_acc"][n]);
        assert_eq!(values[0]["output"], known["hidden"][n]);
        assert_eq!(values[1]["y"], known["layer1_acc"][n]);
    }
    // Fewer images leave fewer files; a foreign file is not lost.
    run(
        here,
        &["run", &network, "--images", "1", "--dump", "values"],
        0,
    );
    assert!(!here.join("values/image_1.json").exists());
    fs::write(here.join("values/notes.txt"), "precious").unwrap();
    let again = ["run", &network, "--images", "1", "--dump", "values"];
    refused(here, &again, 2, &["HC0301", "notes.txt"]);
}

#[test]
fn map_writes_programs_and_reports() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let network = reference("digits_ternary");
    let shown = json(
        here,
        &[
            "map", &network, "--out", "program", "--report", "r/digits", "--json",
        ],
    );
    assert_eq!(shown["report"]["scale_factors"], 672);
    assert_eq!(shown["report"]["resident"], true);
    let program = fs::read_to_string(here.join("program/program.json")).unwrap();
    let program: Json = serde_json::from_str(&program).unwrap();
    assert_eq!(program["phases"][0]["loads"].as_array().unwrap().len(), 2);
    // 64 rows of 2 * 128 cells.
    let weights = fs::metadata(here.join("program/phase_0/tile_0.weights.bin")).unwrap();
    assert_eq!(weights.len(), 64 * 2 * 128 / 8);
    let passes = fs::read_to_string(here.join("program/phase_0/passes.hex")).unwrap();
    assert_eq!(passes.lines().count(), 2 * 32);
    assert!(here.join("r/digits.md").is_file() && here.join("r/digits.json").is_file());
    // On one lane the layers take turns.
    let narrow = json(
        here,
        &["map", &network, "--rows", "64", "--cols", "128", "--json"],
    );
    assert_eq!(narrow["report"]["resident"], false);
    assert_eq!(narrow["report"]["loads"], 2);
    let measured = json(
        here,
        &[
            "map",
            &network,
            "--measure",
            "--part",
            "validation",
            "--json",
        ],
    );
    let zeros = measured["report"]["layers"][0]["zeros"].as_f64().unwrap();
    assert!(zeros > 0.5 && zeros < 0.7, "{zeros}");
}

#[test]
fn what_does_not_fit_is_refused_with_a_way_out() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let network = reference("digits_ternary");
    let small = [
        "map",
        &network,
        "--rows",
        "32",
        "--cols",
        "16",
        "--scale-bits",
        "4",
    ];
    let smallest = "hcim gen --top accelerator --rows 64";
    refused(
        here,
        &small,
        2,
        &["HC0511", "layer0", "scale factor", smallest],
    );
    refused(
        here,
        &["map", &network, "--top", "tile"],
        2,
        &["HC0511", "no accelerator"],
    );
    refused(here, &["map", &network, "--lanes", "99"], 2, &["HC0102"]);
    refused(
        here,
        &["map", &reference("digits_binary"), "--rows", "64"],
        2,
        &["HC0511", "partial sums"],
    );
    // What stands in the way of the output.
    fs::create_dir(here.join("taken")).unwrap();
    fs::write(here.join("taken/thesis.tex"), "precious").unwrap();
    refused(
        here,
        &["map", &network, "--out", "taken"],
        2,
        &["HC0301", "thesis.tex"],
    );
    fs::write(here.join("file"), "precious").unwrap();
    refused(here, &["map", &network, "--out", "file"], 2, &["HC0304"]);
    refused(
        here,
        &["map", &network, "--out", "file/below"],
        2,
        &["HC0304"],
    );
}

/// The full disk: every write to it fails.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let scratch = tempfile::tempdir().unwrap();
    let network = reference("digits_ternary");
    let mut command = Command::cargo_bin("hcim").unwrap();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let shown = std::process::Command::new(command.get_program())
        .args(["map", &network])
        .current_dir(scratch.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(shown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&shown.stderr).contains("HC0305"));
    // A limit on the size of files is a disk that fills up while a program is written.
    let script = format!(
        "ulimit -f 1; trap '' XFSZ; exec {:?} map {network:?} --out program",
        command.get_program()
    );
    let shown = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(scratch.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&shown.stderr).into_owned();
    assert_eq!(shown.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("HC0305") && stderr.contains("nothing was changed"),
        "{stderr}"
    );
    let left = fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left, 0, "something is left of a failed run");
    command.arg("--version").assert().success();
}

/// A network written by hand, changed, and written again.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Network)) -> String {
    let good = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testbenches/reference/digits_ternary/network.json");
    let mut network = hcim_network::import::read(&good).unwrap();
    change(&mut network);
    let path = folder.join(name);
    hcim_network::file::write(&network, &path).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn bad_networks_and_bad_images_are_refused_everywhere() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let good = changed(here, "good.safetensors", |_| {});
    let bytes = fs::read(&good).unwrap();
    // The header's text is one line of JSON: other numbers of the same length.
    let edited = |name: &str, from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = bytes
            .windows(from.len())
            .position(|part| part == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("no {from}"));
        let mut bytes = bytes.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        fs::write(here.join(name), bytes).unwrap();
        name.to_owned()
    };
    let unchained = edited(
        "unchained.safetensors",
        "\\\"outputs\\\":32",
        "\\\"outputs\\\":31",
    );
    fs::write(here.join("cut.safetensors"), &bytes[..bytes.len() - 7]).unwrap();
    let mut hostile = bytes.clone();
    hostile[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    fs::write(here.join("hostile.safetensors"), hostile).unwrap();
    for command in ["map", "run", "robustness"] {
        refused(here, &[command, &unchained], 2, &["HC0502"]);
        refused(here, &[command, "cut.safetensors"], 2, &["HC0501"]);
        refused(here, &[command, "hostile.safetensors"], 2, &["HC0501"]);
        refused(here, &[command, "none.safetensors"], 2, &["HC0501"]);
    }
    for command in ["run", "robustness"] {
        refused(
            here,
            &[command, &good, "--dataset", "cifar10"],
            2,
            &["HC0522", "data_batch_1.bin"],
        );
        refused(
            here,
            &[command, &good, "--dataset", "digitz"],
            2,
            &["digits, mnist"],
        );
        let mnist = [
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
        ];
        for file in mnist {
            fs::write(here.join(file), [0, 0, 8, 99, 0, 0, 0, 1]).unwrap();
        }
        let wrong = [command, &good, "--dataset", "mnist", "--data", "."];
        refused(here, &wrong, 2, &["HC0522", "train-images-idx3-ubyte"]);
    }
    let larger = changed(here, "larger.safetensors", |network| {
        network.input.channels = 65;
        if let Kind::Mvm(mvm) = &mut network.layers[0].kind {
            mvm.weights.extend(vec![0; mvm.outputs]);
            mvm.segment_rows = 65;
        }
    });
    refused(here, &["run", &larger], 2, &["HC0522", "the network takes"]);
}

#[test]
fn robustness_gives_tables_plots_and_the_same_figures_again() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let network = reference("digits_ternary");
    let sweep = [
        "robustness",
        &network,
        "--sweep",
        "offset=0,2,50",
        "--sweep",
        "noise=0,50",
        "--dies",
        "2",
        "--images",
        "60",
    ];
    let first = json(
        here,
        &[&sweep[..], &["--json", "--report", "out", "--threads", "1"]].concat(),
    );
    let again = json(here, &[&sweep[..], &["--json", "--threads", "2"]].concat());
    assert_eq!(first["curves"], again["curves"]);
    let offset = &first["curves"][0]["points"];
    assert_eq!(offset[0]["mean"], first["accuracy"]);
    assert_eq!(offset[0]["accuracies"].as_array().unwrap().len(), 2);
    // Offsets of 50 cells leave nothing of it.
    assert!(offset[2]["mean"].as_f64().unwrap() < 0.5, "{offset}");
    assert!(first["curves"][1]["points"][1]["mean"].as_f64().unwrap() < 0.5);
    for file in [
        "robustness.md",
        "robustness.json",
        "offset.svg",
        "noise.svg",
    ] {
        assert!(here.join("out").join(file).is_file(), "{file}");
    }
    refused(
        here,
        &["robustness", &network, "--sweep", "offset=-1"],
        2,
        &["no number of 0"],
    );
    refused(
        here,
        &["robustness", &network, "--sweep", "of=1"],
        2,
        &["offset, noise"],
    );
    let both = [
        "robustness",
        &network,
        "--sweep",
        "stuck-on=0.6",
        "--with",
        "stuck-off=0.6",
        "--images",
        "1",
    ];
    refused(here, &both, 2, &["stuck cells is 1.2"]);
}
