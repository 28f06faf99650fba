// SPDX-License-Identifier: MIT OR Apache-2.0
//! Synthesis from the command line, with the Yosys and the library that scripts/setup.sh installs.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn hcim(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("hcim").unwrap();
    command
        .args(arguments)
        .env_remove("HCIM_PDK_ROOT")
        .env_remove("HCIM_YOSYS")
        .env_remove("LIBERTY");
    if arguments[0] == "synth" {
        command.arg("--build").arg(folder.join("build"));
        command.arg("--reports").arg(folder.join("reports"));
    }
    command
}

fn errors(folder: &Path, arguments: &[&str], code: i32) -> String {
    let run = hcim(folder, arguments).assert().code(code);
    String::from_utf8_lossy(&run.get_output().stderr).into_owned()
}

#[test]
fn a_small_array_becomes_a_netlist_with_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "synth",
        "--preset",
        "tiny",
        "--top",
        "dcim_array",
        "--name",
        "t",
        "--pdk",
        "osu018",
        "--json",
    ];
    let run = hcim(folder.path(), &arguments).assert().code(0);
    let printed: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let result = &printed["result"];
    let uses = result["statistics"]["uses"].as_array().unwrap();
    let cells = |of: &str| {
        let row = uses.iter().find(|row| row["use"] == of);
        row.map_or(0, |row| row["cells"].as_u64().unwrap())
    };
    // Eight columns, each with two slices of 3 scale-factor bits in 2 factors and 6 accumulator bits.
    assert!(cells("latch") >= 8 * (6 + 6), "{result}");
    assert!(cells("flip_flop") > 0 && cells("clock_gate") > 0 && cells("combinational") > 0);
    assert_eq!(cells("black_box"), 0);
    let total = result["statistics"]["total"]["area_um2"].as_f64().unwrap();
    let sum: f64 = uses
        .iter()
        .map(|row| row["area_um2"].as_f64().unwrap())
        .sum();
    assert!(total > 0.0 && (total - sum).abs() < 1e-6 * total);
    let column = result["statistics"]["modules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["module"] == "t_dcim_column");
    assert_eq!(column.unwrap()["instances"], 8);

    let synth = folder.path().join("build/osu018/t/synth");
    let netlist = fs::read_to_string(synth.join("netlist.v")).unwrap();
    assert_eq!(
        result["netlist_sha256"],
        hcim::config::sha256_hex(netlist.as_bytes())
    );
    assert!(netlist.contains("module t_dcim_array (") && netlist.contains("LATCH "));
    assert!(!netlist.contains('\\') && !netlist.contains("(*"));
    // Neither netlist nor report may name a folder of this machine.
    let report = fs::read_to_string(folder.path().join("reports/t/osu018/synth.md")).unwrap();
    let record = fs::read_to_string(folder.path().join("reports/t/osu018/synth.json")).unwrap();
    let here = folder.path().to_str().unwrap();
    for text in [&netlist, &report, &record] {
        assert!(!text.contains(here) && !text.contains("/usr/"));
    }
    assert!(synth.join("netlist.json").exists() && synth.join("result.json").exists());

    // The same again gives the same netlist.
    hcim(folder.path(), &arguments).assert().code(0);
    assert_eq!(
        fs::read_to_string(synth.join("netlist.v")).unwrap(),
        netlist
    );

    // Icarus reads the netlist with the models of the cells.
    let models = folder.path().join("cells.v");
    hcim(folder.path(), &["cells", "--pdk", "osu018", "--out"])
        .arg(&models)
        .assert()
        .code(0);
    Command::new("iverilog")
        .args(["-g2005", "-Wall", "-s", "t_dcim_array", "-o"])
        .arg(folder.path().join("t.vvp"))
        .arg(&models)
        .arg(synth.join("netlist.v"))
        .assert()
        .code(0);
}

#[test]
fn a_library_without_the_cells_is_refused_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let liberty = folder.path().join("poor.lib");
    fs::write(
        &liberty,
        "library (poor) { cell (INVX1) { area : 1; pin (A) { direction : input; } \
         pin (Y) { direction : output; function : \"!A\"; } } }",
    )
    .unwrap();
    let path = liberty.to_str().unwrap();
    let text = errors(
        folder.path(),
        &[
            "synth",
            "--preset",
            "tiny",
            "--pdk",
            "osu018",
            "--liberty",
            path,
        ],
        2,
    );
    for word in [
        "HC0405",
        "LATCH (cells.latch_high",
        "AND2X2",
        "a flip-flop with",
        "two inputs",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(!text.contains("an inverter"), "{text}");
}

#[test]
fn wrong_input_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = errors(folder.path(), &["synth", "--pdk", "osu180"], 2);
    assert!(
        text.contains("HC0401") && text.contains("did you mean osu018"),
        "{text}"
    );
    let text = errors(
        folder.path(),
        &["synth", "--pdk", "sky130hd", "--pdk-root", "/nowhere"],
        2,
    );
    assert!(
        text.contains("HC0403") && text.contains("--pdk-root DIR"),
        "{text}"
    );
    let text = errors(
        folder.path(),
        &["synth", "--pdk", "osu018", "--period-ns", "0"],
        2,
    );
    assert!(text.contains("HC0406"), "{text}");
    let description = folder.path().join("mine.toml");
    fs::write(&description, "name = \"mine\"\nnode_nm = \"x\"\n").unwrap();
    let text = errors(
        folder.path(),
        &["synth", "--pdk", description.to_str().unwrap()],
        2,
    );
    assert!(text.contains("HC0402") && text.contains("line 2"), "{text}");
    let text = errors(
        folder.path(),
        &["synth", "--liberty", description.to_str().unwrap()],
        2,
    );
    assert!(text.contains("HC0404"), "{text}");
}

#[test]
fn an_old_yosys_is_refused_by_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("yosys");
    fs::write(
        &old,
        "#!/bin/sh\necho 'Yosys 0.23 (git sha1 7ce5011c24b)'\n",
    )
    .unwrap();
    make_executable(&old);
    let run = hcim(
        folder.path(),
        &["synth", "--preset", "tiny", "--pdk", "osu018"],
    )
    .env("HCIM_YOSYS", &old)
    .assert()
    .code(2);
    let text = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    for word in ["HC0412", "0.23", "0.70", "scripts/setup.sh"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let text = hcim(
        folder.path(),
        &["synth", "--preset", "tiny", "--pdk", "osu018"],
    )
    .env("HCIM_YOSYS", "/nowhere/yosys")
    .assert()
    .code(2);
    let text = String::from_utf8_lossy(&text.get_output().stderr).into_owned();
    assert!(text.contains("HC0411"), "{text}");
}

fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}
