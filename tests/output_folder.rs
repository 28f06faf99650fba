// SPDX-License-Identifier: MIT OR Apache-2.0
//! `hcim gen` and the output folder: nothing half-written, nothing lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};

/// A scratch folder in which `hcim gen` runs.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Scratch(tempfile::tempdir().unwrap())
    }

    fn with_output() -> Self {
        let scratch = Scratch::new();
        scratch.run(&[]).code(0);
        scratch
    }

    fn run(&self, arguments: &[&str]) -> Assert {
        let mut command = Command::cargo_bin("hcim").unwrap();
        command
            .current_dir(self.0.path())
            .arg("gen")
            .args(arguments)
            .assert()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// A path inside the output folder.
    fn inside(&self, path: &str) -> PathBuf {
        self.path("generated/hcim_128x128").join(path)
    }

    fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(self.0.path(), &mut found);
        found
    }
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            found.insert(path.clone(), b"folder".to_vec());
            collect(&path, found);
        } else if metadata.is_file() {
            found.insert(path.clone(), fs::read(&path).unwrap());
        } else {
            found.insert(path.clone(), b"other".to_vec());
        }
    }
}

#[test]
fn twice_is_unchanged_and_elsewhere_the_same_bytes() {
    let scratch = Scratch::new();
    scratch
        .run(&[])
        .code(0)
        .stdout(starts_with("created generated/hcim_128x128"));
    let before = scratch.everything();
    scratch
        .run(&[])
        .code(0)
        .stdout(starts_with("unchanged: generated/hcim_128x128"));
    assert_eq!(scratch.everything(), before);
    scratch.run(&["--out", "some/where"]).code(0);
    for name in ["config.toml", "config.json", "manifest.json"] {
        let other = fs::read(scratch.path("some/where/hcim_128x128").join(name)).unwrap();
        assert_eq!(fs::read(scratch.inside(name)).unwrap(), other);
    }
}

#[test]
fn the_effective_configuration_gives_the_same_output() {
    let scratch = Scratch::new();
    scratch
        .run(&["--preset", "tiny", "--segments", "3"])
        .code(0);
    let config = "generated/hcim_8x8_a2_w2_s3_d2_latch_k3/config";
    for ending in ["toml", "json"] {
        let again = scratch
            .run(&["--config", &format!("{config}.{ending}")])
            .code(0);
        again.stdout(starts_with("unchanged:"));
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let scratch = Scratch::new();
    scratch
        .run(&["--dry-run"])
        .code(0)
        .stdout(starts_with("would create"));
    assert!(scratch.everything().is_empty());
    let scratch = Scratch::with_output();
    fs::write(scratch.inside("mine.txt"), "mine").unwrap();
    let before = scratch.everything();
    scratch
        .run(&["--dry-run"])
        .code(2)
        .stderr(contains("HC0301"));
    scratch
        .run(&["--dry-run", "--force", "--name", "other"])
        .code(0);
    assert_eq!(scratch.everything(), before);
}

#[test]
fn foreign_files_are_refused_and_with_force_carried_over() {
    let scratch = Scratch::with_output();
    fs::create_dir_all(scratch.inside("notes/empty")).unwrap();
    fs::write(scratch.inside("notes/mine.txt"), "mine").unwrap();
    fs::write(scratch.inside("config.json"), "changed").unwrap();
    let before = scratch.everything();
    let refused = scratch.run(&[]).code(2);
    refused.stderr(
        contains("HC0301")
            .and(contains("notes/mine.txt"))
            .and(contains("HC0302")),
    );
    assert_eq!(scratch.everything(), before);
    let kept = scratch.run(&["--force"]).code(0);
    kept.stdout(starts_with("replaced").and(contains("kept 2 files")));
    assert_eq!(fs::read(scratch.inside("notes/mine.txt")).unwrap(), b"mine");
    assert!(scratch.inside("notes/empty").is_dir());
    assert_ne!(fs::read(scratch.inside("config.json")).unwrap(), b"changed");
    scratch
        .run(&["--force"])
        .code(0)
        .stdout(starts_with("unchanged:"));
}

#[test]
fn a_modified_file_is_refused_and_with_force_replaced() {
    let scratch = Scratch::with_output();
    let original = fs::read(scratch.inside("config.toml")).unwrap();
    // The same length, so that only the digest tells.
    let mut modified = original.clone();
    modified[0] = b'%';
    fs::write(scratch.inside("config.toml"), &modified).unwrap();
    scratch
        .run(&[])
        .code(2)
        .stderr(contains("HC0302").and(contains("config.toml")));
    assert_eq!(fs::read(scratch.inside("config.toml")).unwrap(), modified);
    scratch
        .run(&["--force"])
        .code(0)
        .stdout(starts_with("replaced"));
    assert_eq!(fs::read(scratch.inside("config.toml")).unwrap(), original);
}

#[test]
fn a_missing_file_is_made_again() {
    let scratch = Scratch::with_output();
    fs::remove_file(scratch.inside("config.toml")).unwrap();
    scratch.run(&[]).code(0).stdout(starts_with("replaced"));
    assert!(scratch.inside("config.toml").is_file());
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_never_emptied() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.inside("")).unwrap();
    fs::write(scratch.inside("thesis.tex"), "years of work").unwrap();
    scratch
        .run(&[])
        .code(2)
        .stderr(contains("HC0303").and(contains("thesis.tex")));
    scratch.run(&["--force"]).code(0);
    assert_eq!(
        fs::read(scratch.inside("thesis.tex")).unwrap(),
        b"years of work"
    );
    // A file of theirs in the place of one of ours is not overwritten even with force.
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.inside("")).unwrap();
    fs::write(scratch.inside("config.toml"), "theirs").unwrap();
    let before = scratch.everything();
    scratch.run(&["--force"]).code(2).stderr(contains("HC0307"));
    assert_eq!(scratch.everything(), before);
}

#[test]
fn an_empty_folder_is_as_good_as_none() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.inside("")).unwrap();
    scratch.run(&[]).code(0).stdout(starts_with("created"));
}

#[test]
fn leftovers_of_a_killed_run_are_cleaned_up() {
    let scratch = Scratch::with_output();
    let half = scratch.path("generated/.hcim-new-Abc123/new/rtl");
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("half.v"), "modul").unwrap();
    scratch.run(&[]).code(0).stdout(starts_with("unchanged:"));
    let names: Vec<_> = fs::read_dir(scratch.path("generated")).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn a_run_killed_between_two_moves_loses_nothing() {
    let scratch = Scratch::with_output();
    fs::write(scratch.inside("mine.txt"), "mine").unwrap();
    let aside = scratch.path("generated/.hcim-new-Abc123");
    fs::create_dir(&aside).unwrap();
    fs::rename(scratch.inside(""), aside.join("old-hcim_128x128")).unwrap();
    scratch.run(&[]).code(2).stderr(contains("HC0301"));
    assert_eq!(fs::read(scratch.inside("mine.txt")).unwrap(), b"mine");
    assert!(!aside.exists());
}

#[test]
fn runs_at_the_same_time_do_not_disturb_one_another() {
    let scratch = Scratch::new();
    let spawn = |rows: &str| {
        std::process::Command::new(assert_cmd::cargo::cargo_bin("hcim"))
            .current_dir(scratch.0.path())
            .args(["gen", "--name", "same", "--rows", rows])
            .output()
    };
    std::thread::scope(|scope| {
        let rows = ["1", "2", "3", "4", "5", "6", "7", "8"];
        let runs: Vec<_> = rows
            .map(|rows| scope.spawn(move || spawn(rows).unwrap()))
            .into();
        for run in runs {
            let output = run.join().unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    });
    let names: Vec<_> = fs::read_dir(scratch.path("generated")).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn what_cannot_be_a_folder_is_a_clear_error() {
    let scratch = Scratch::new();
    fs::write(scratch.path("file"), "a file").unwrap();
    scratch
        .run(&["--out", "file"])
        .code(2)
        .stderr(contains("HC0304"));
    scratch
        .run(&["--out", "file/below/it"])
        .code(1)
        .stderr(contains("HC0305"));
    scratch
        .run(&["--out", ""])
        .code(2)
        .stderr(contains("--out <DIR>"));
    scratch.run(&["--out", "."]).code(0);
    assert!(scratch.path("hcim_128x128/manifest.json").is_file());
}

#[test]
fn the_json_answer_lists_the_files() {
    let scratch = Scratch::new();
    let output = scratch
        .run(&["--json", "--rows", "3"])
        .code(0)
        .get_output()
        .stdout
        .clone();
    let answer: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(
        (&answer["ok"], &answer["outcome"]),
        (&true.into(), &"created".into())
    );
    assert_eq!(answer["command"], "hcim gen --rows 3");
    for file in answer["files"].as_array().unwrap() {
        let path =
            Path::new(answer["folder"].as_str().unwrap()).join(file["path"].as_str().unwrap());
        let length = fs::metadata(scratch.0.path().join(path)).unwrap().len();
        assert_eq!(file["bytes"], length);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn links_are_not_followed() {
        let scratch = Scratch::with_output();
        fs::create_dir(scratch.path("elsewhere")).unwrap();
        fs::write(scratch.path("elsewhere/precious"), "precious").unwrap();
        symlink("../../elsewhere", scratch.inside("link")).unwrap();
        symlink("nowhere", scratch.inside("dangling")).unwrap();
        let refused = scratch.run(&[]).code(2);
        refused.stderr(contains("note: link\n").and(contains("precious").not()));
        fs::remove_file(scratch.inside("config.toml")).unwrap();
        scratch
            .run(&["--force"])
            .code(0)
            .stdout(starts_with("replaced"));
        assert_eq!(
            fs::read_link(scratch.inside("link")).unwrap(),
            Path::new("../../elsewhere")
        );
        assert_eq!(
            fs::read(scratch.path("elsewhere/precious")).unwrap(),
            b"precious"
        );
    }

    #[test]
    fn a_link_in_the_place_of_a_generated_file_is_not_written_through() {
        let scratch = Scratch::with_output();
        fs::write(scratch.path("precious"), "precious").unwrap();
        fs::remove_file(scratch.inside("config.toml")).unwrap();
        symlink(scratch.path("precious"), scratch.inside("config.toml")).unwrap();
        scratch.run(&[]).code(2).stderr(contains("HC0301"));
        scratch.run(&["--force"]).code(2).stderr(contains("HC0307"));
        assert_eq!(fs::read(scratch.path("precious")).unwrap(), b"precious");
    }

    #[test]
    fn an_output_folder_that_is_a_link_is_refused() {
        let scratch = Scratch::new();
        fs::create_dir_all(scratch.path("generated")).unwrap();
        fs::create_dir(scratch.path("elsewhere")).unwrap();
        symlink("../elsewhere", scratch.path("generated/hcim_128x128")).unwrap();
        let refused = scratch.run(&["--force"]).code(2);
        refused.stderr(contains("HC0304").and(contains("a symbolic link")));
        assert_eq!(fs::read_dir(scratch.path("elsewhere")).unwrap().count(), 0);
    }

    #[test]
    fn the_folder_and_its_files_are_readable_for_others() {
        let scratch = Scratch::with_output();
        let mode = |path: &str| {
            fs::metadata(scratch.inside(path))
                .unwrap()
                .permissions()
                .mode()
        };
        let fresh = scratch.path("fresh");
        fs::create_dir(&fresh).unwrap();
        assert_eq!(mode(""), fs::metadata(fresh).unwrap().permissions().mode());
    }

    /// A limit on the size of files stands for the full disk: writing fails in the middle.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_disk_that_takes_no_more_leaves_the_old_folder_intact() {
        let limited = |scratch: &Scratch| {
            let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" gen --name tile --rows 7";
            std::process::Command::new("sh")
                .args(["-c", script])
                .arg(assert_cmd::cargo::cargo_bin("hcim"))
                .current_dir(scratch.0.path())
                .output()
                .unwrap()
        };
        let scratch = Scratch::new();
        scratch.run(&["--name", "tile"]).code(0);
        let before = scratch.everything();
        let output = limited(&scratch);
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            errors.contains("HC0305") && errors.contains("cannot write"),
            "{errors}"
        );
        assert_eq!(scratch.everything(), before);
        // Without an old folder nothing is left, not even the folder of --out.
        let scratch = Scratch::new();
        assert_eq!(limited(&scratch).status.code(), Some(1));
        assert!(scratch.everything().is_empty());
    }

    /// `/proc` takes no folders from anybody, root included.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_nothing_is_a_clear_error() {
        let scratch = Scratch::new();
        let refused = scratch.run(&["--out", "/proc/self"]).code(1);
        refused.stderr(contains("HC0305").and(contains("/proc/self")));
        scratch
            .run(&["--out", "/proc/hcim"])
            .code(1)
            .stderr(contains("HC0305"));
    }
}
