// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference designs against plain arithmetic, in Icarus Verilog.

use std::path::PathBuf;
use std::process::Command;

use super::bench::{Workload, render};
use super::{DotProduct, Reference, mac_lane};
use crate::blocks::stream_input::bench::Chance;

fn shape(rows: usize, input_bits: usize, weight_bits: usize) -> DotProduct {
    DotProduct {
        rows,
        input_bits,
        weight_bits,
    }
}

fn random(shape: &DotProduct, mvms: usize, seed: u64) -> Workload {
    let mut chance = Chance::new(seed);
    let half = 1 << (shape.weight_bits - 1);
    let weights = (0..shape.rows).map(|_| match chance.below(8) {
        0 => -half,
        1 => half - 1,
        _ => chance.below(2 * half as usize) as i32 - half,
    });
    let weights = weights.collect();
    let most = (1 << shape.input_bits) - 1;
    let inputs = (0..mvms).map(|mvm| {
        let one = |_| match mvm {
            0 => most,
            1 => 0,
            _ => chance.below(most as usize + 1) as u32,
        };
        (0..shape.rows).map(one).collect()
    });
    Workload {
        weights,
        inputs: inputs.collect(),
    }
}

/// What a tool prints. A missing tool is a failure: a check must not be skipped in silence.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        let tool = command.get_program().to_string_lossy().into_owned();
        panic!("{tool}: {error}; run scripts/setup.sh")
    });
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

/// Simulates with a testbench and gives the line that it prints.
fn simulate(reference: Reference, testbench: &str) -> String {
    let dir = tempfile::tempdir().expect("a place for files");
    let emission = reference.emit().expect("clean");
    let mut files: Vec<PathBuf> = Vec::new();
    for (name, text) in &emission.files {
        std::fs::write(dir.path().join(name), text).expect("written");
        files.push(dir.path().join(name));
    }
    let mut lint = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verilator"));
    lint.args(["--lint-only", "-Wall", "--top-module", &reference.top()])
        .args(&files);
    let warnings = run(&mut lint);
    assert!(!warnings.contains("%Warning"), "{warnings}");
    let bench = dir.path().join("bench.v");
    std::fs::write(&bench, testbench).expect("written");
    let program = dir.path().join("bench.vvp");
    let mut icarus = Command::new("iverilog");
    icarus
        .args(["-g2005", "-Wall", "-s", "bench", "-o"])
        .arg(&program)
        .arg(&bench)
        .args(&files);
    let warnings = run(&mut icarus);
    let own = |line: &&str| !line.contains("timescale");
    assert_eq!(warnings.lines().find(own), None, "{warnings}");
    run(Command::new("vvp").arg("-n").arg(&program))
        .trim()
        .to_owned()
}

fn passes(reference: Reference, mvms: usize, seed: u64) {
    let workload = random(&reference.dot_product(), mvms, seed);
    assert!(workload.fits(&reference.dot_product()));
    let testbench = render(&reference, &workload, 1000).expect("text");
    let line = simulate(reference, &testbench);
    let cycles = reference.cycles();
    let expected = format!(
        "PASS mvms={mvms} window_ps={} first_to_last_ps={}",
        mvms * cycles * 1000,
        (mvms - 1) * cycles * 1000
    );
    assert_eq!(line, expected, "{reference:?}");
}

#[test]
fn adder_tree_columns_are_exact() {
    for (n, (rows, input_bits, weight_bits)) in [
        (128, 4, 5),
        (1, 1, 2),
        (17, 3, 2),
        (37, 8, 8),
        (64, 1, 5),
        (256, 2, 3),
    ]
    .into_iter()
    .enumerate()
    {
        let reference = Reference::AdderTree(shape(rows, input_bits, weight_bits));
        passes(reference, 12, n as u64 + 1);
    }
}

#[test]
fn mac_lanes_are_exact_and_keep_their_cycles() {
    for (n, (rows, input_bits, weight_bits, cycles)) in [
        (128, 4, 5, 43),
        (128, 4, 5, 13),
        (128, 4, 5, 128),
        (128, 4, 5, 1),
        (1, 1, 2, 5),
        (17, 3, 2, 4),
        (37, 8, 8, 5),
    ]
    .into_iter()
    .enumerate()
    {
        let shape = shape(rows, input_bits, weight_bits);
        assert!(mac_lane::steps(&shape, cycles) <= cycles);
        passes(Reference::MacLane(shape, cycles), 12, n as u64 + 1);
    }
}

#[test]
fn a_wrong_result_is_noticed() {
    let reference = Reference::AdderTree(shape(16, 2, 3));
    let workload = random(&reference.dot_product(), 4, 1);
    let good = render(&reference, &workload, 1000).expect("text");
    let mut wrong = workload.clone();
    wrong.inputs[2][3] ^= 1;
    let bad = render(&reference, &wrong, 1000).expect("text");
    // The numbers of one workload with the results of the other.
    let (inputs, results): (Vec<&str>, Vec<&str>) = (
        good.lines().filter(|line| !is_result(line)).collect(),
        bad.lines().filter(|line| is_result(line)).collect(),
    );
    let at = inputs
        .iter()
        .position(|line| line.contains("rst_n      = 1'b0"))
        .expect("the start");
    let mixed = [&inputs[..at], &results[..], &inputs[at..]].concat();
    let line = simulate(reference, &mixed.join("\n"));
    assert_eq!(line, "FAIL 4 of 4 results, 1 wrong");
}

fn is_result(line: &str) -> bool {
    line.trim_start().starts_with("results[")
}

#[test]
fn the_extremes_fit_the_result() {
    let shape = shape(128, 4, 5);
    assert_eq!(shape.result_bits(), 16);
    assert_eq!(shape.golden(&[15; 128], &[-16; 128]), -30720);
}
