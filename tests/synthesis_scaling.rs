// SPDX-License-Identifier: MIT OR Apache-2.0
//! The script that measures synthesis against columns: its arithmetic, and that report and document are those of the record.

use std::process::Command;

const SCRIPT: &str = "scripts/synthesis_scaling.py";

fn python(arguments: &[&str]) {
    let mut command = Command::new("python3");
    let command = command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("python3 starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}

#[test]
fn exponents_and_tables() {
    python(&["-B", "-m", "doctest", SCRIPT]);
}

#[test]
fn report_and_document_are_those_of_the_record() {
    python(&["-B", SCRIPT, "--check"]);
}
