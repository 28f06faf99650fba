// SPDX-License-Identifier: MIT OR Apache-2.0
//! The driver is compiled and run against a pretended tile. The project needs a C compiler; one
//! that is missing is a failure.

use super::files;
use crate::blocks::accelerator::AcceleratorShape;
use crate::blocks::registers::{RegisterParameters, map};
use crate::config::Config;
use std::path::Path;
use std::process::Command;

const CHECK: &str = include_str!("driver_check.c");
const ACCELERATOR_CHECK: &str = include_str!("driver_check_accelerator.c");
const STRICT: [&str; 6] = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-pedantic",
    "-Wconversion",
];

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{command:?}: {error}; install gcc and g++ (apt-get install build-essential)")
    });
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

fn check(parameters: RegisterParameters) {
    let dir = tempfile::tempdir().expect("a folder for the compiler");
    let parameters = RegisterParameters {
        name: "check".to_string(),
        ..parameters
    };
    let mut sources = vec!["check.c".to_string()];
    for (path, text) in files(&map(&parameters)) {
        let name = Path::new(&path)
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        std::fs::write(dir.path().join(&name), text).expect("written");
        if name.ends_with(".c") {
            sources.push(name);
        }
    }
    std::fs::write(dir.path().join("check.c"), CHECK).expect("written");
    let beat = format!("-DCHECK_INPUT_BEAT={}", parameters.input_stream_bits);
    run(Command::new("gcc")
        .current_dir(&dir)
        .args(STRICT)
        .arg(&beat)
        .args(&sources)
        .args(["-o", "check"]));
    assert_eq!(
        run(Command::new(dir.path().join("check")).current_dir(&dir)),
        ""
    );

    let user = "#include \"hcim_driver.h\"\n#include \"check_regs.h\"\n\
                hcim_identity identity = CHECK_IDENTITY;\n";
    std::fs::write(dir.path().join("user.cpp"), user).expect("written");
    let flags = [
        "-std=c++17",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-c",
        "user.cpp",
    ];
    run(Command::new("g++").current_dir(&dir).args(flags));
}

/// Sizes that divide nothing, beats of one byte, unused columns; without parity and with it.
#[test]
fn odd_sizes() {
    for parity in [false, true] {
        check(RegisterParameters {
            rows: 37,
            cols: 11,
            input_bits: 3,
            weight_slices: 2,
            scale_bits: 5,
            parity,
            thresholds_per_column: true,
            input_stream_bits: 8,
            output_stream_bits: 8,
            ..Default::default()
        });
    }
}

/// Beats of a whole chunk, packets that end on a beat.
#[test]
fn wide_streams() {
    check(RegisterParameters {
        rows: 128,
        cols: 128,
        input_bits: 8,
        weight_slices: 8,
        scale_bits: 16,
        thresholds_per_column: true,
        input_stream_bits: 512,
        output_stream_bits: 512,
        ..Default::default()
    });
}

/// The smallest tile.
#[test]
fn one_by_one() {
    check(RegisterParameters {
        rows: 1,
        cols: 1,
        input_bits: 1,
        weight_slices: 1,
        scale_bits: 1,
        thresholds_per_column: true,
        ..Default::default()
    });
}

/// The driver of accelerators against a pretended one.
#[test]
fn accelerator() {
    let config = Config::from_pairs([
        ("name", "check"),
        ("top", "accelerator"),
        ("rows", "8"),
        ("cols", "8"),
        ("input_stream_bits", "16"),
        ("segments", "2"),
        ("lanes", "2"),
        ("activation_words", "64"),
        ("constant_entries", "16"),
        ("passes", "4"),
    ])
    .expect("legal");
    let shape = AcceleratorShape::of(&config).expect("an accelerator");
    let dir = tempfile::tempdir().expect("a folder for the compiler");
    let mut sources = vec!["check.c".to_owned()];
    let own = super::accelerator_files(&shape);
    for (path, text) in files(&map(&shape.tile.registers)).into_iter().chain(own) {
        let name = path.trim_start_matches("driver/").to_owned();
        std::fs::write(dir.path().join(&name), text).expect("written");
        if name.ends_with(".c") {
            sources.push(name);
        }
    }
    std::fs::write(dir.path().join("check.c"), ACCELERATOR_CHECK).expect("written");
    run(Command::new("gcc")
        .current_dir(&dir)
        .args(STRICT)
        .args(&sources)
        .args(["-o", "check"]));
    assert_eq!(
        run(Command::new(dir.path().join("check")).current_dir(&dir)),
        ""
    );
}

#[test]
fn one_file_of_the_accelerator_depends_on_the_configuration() {
    let files = |lanes: &str, words: &str| {
        let pairs = [
            ("top", "accelerator"),
            ("lanes", lanes),
            ("activation_words", words),
        ];
        let config = Config::from_pairs(pairs).expect("legal");
        super::accelerator_files(&AcceleratorShape::of(&config).expect("an accelerator"))
    };
    let (a, b) = (files("1", "64"), files("3", "1024"));
    let differ = a.iter().zip(&b).filter(|(a, b)| a.1 != b.1);
    let differ: Vec<&str> = differ.map(|(a, _)| a.0.as_str()).collect();
    assert_eq!(differ.len(), 1, "{differ:?}");
    assert!(differ[0].ends_with("_accelerator_regs.h"));
}

#[test]
fn only_one_file_depends_on_the_configuration() {
    let a = files(&map(&RegisterParameters::default()));
    let b = files(&map(&RegisterParameters {
        rows: 7,
        ternary: false,
        parity: true,
        name: "other".to_string(),
        ..Default::default()
    }));
    let differ: Vec<&str> = a
        .iter()
        .zip(&b)
        .filter(|(a, b)| a != b)
        .map(|(a, _)| a.0.as_str())
        .collect();
    assert_eq!(differ, ["driver/hcim_128x128_regs.h"]);
}
