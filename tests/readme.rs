// SPDX-License-Identifier: MIT OR Apache-2.0
//! The README shows what the program prints. `make generated` brings it up to date.

use assert_cmd::Command;
use std::path::Path;

/// What a second `hcim gen --rows 128` prints: the first one has made the folder.
fn printed() -> String {
    let scratch = tempfile::tempdir().unwrap();
    let run = || {
        let mut hcim = Command::cargo_bin("hcim").unwrap();
        let hcim = hcim
            .current_dir(scratch.path())
            .args(["gen", "--rows", "128"]);
        hcim.assert().success().get_output().stdout.clone()
    };
    run();
    String::from_utf8(run()).unwrap()
}

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let start = "```text\nunchanged: generated/hcim_128x128";
    let (before, rest) = readme.split_once(start).expect("a block with the output");
    let (shown, after) = rest.split_once("```").expect("the end of the block");
    let printed = printed();
    if std::env::var_os("HCIM_UPDATE_README").is_some() {
        let updated = format!("{before}```text\n{printed}```{after}");
        std::fs::write(&path, updated).unwrap();
        return;
    }
    let shown = format!("{}{shown}", &start["```text\n".len()..]);
    assert_eq!(printed, shown, "run: make generated");
}
