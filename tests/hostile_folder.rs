// SPDX-License-Identifier: MIT OR Apache-2.0
//! Output folders that somebody prepared, and `hcim gen` killed at any moment.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Moments at which a run is killed.
const KILLS: usize = 100;

fn generator(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("hcim"));
    command
        .current_dir(folder)
        .args(["gen", "--name", "tile"])
        .args(arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn gen_tile(folder: &Path, arguments: &[&str]) -> Output {
    generator(folder, arguments).output().unwrap()
}

/// Every path under a folder with its contents; nothing without the folder.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap();
            let inside = path.strip_prefix(folder).unwrap().to_owned();
            if kind.is_dir() {
                folders.push(path);
                found.insert(inside, b"(folder)".to_vec());
            } else if kind.is_symlink() {
                found.insert(inside, b"(link)".to_vec());
            } else {
                found.insert(inside, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The seed is `HCIM_SEED` or 1; it is printed.
fn random() -> TestRng {
    let seed: u8 = std::env::var("HCIM_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    println!("seed {seed} (HCIM_SEED chooses another)");
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

/// What stands beside the folder: staging folders of runs that were killed, or of one that writes.
fn staging(generated: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(generated).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names.filter(|name| name != "tile").collect()
}

#[test]
fn killed_at_any_moment_the_folder_is_the_old_one_or_the_new_one() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let generated = here.join("generated");
    let tile = generated.join("tile");
    let variants = [["--rows", "7"], ["--rows", "9"]];
    let whole = variants.map(|variant| {
        let begun = Instant::now();
        assert!(gen_tile(here, &variant).status.success());
        (snapshot(&tile), begun.elapsed())
    });
    // A few runs more: the first one is slow, because nothing is in memory yet.
    let time = (0..4).map(|turn| {
        let begun = Instant::now();
        assert!(gen_tile(here, &variants[turn % 2]).status.success());
        begun.elapsed()
    });
    let mut time = time.min().unwrap().min(whole[1].1);
    let mut random = random();
    let (mut killed, mut interrupted, mut replaced, mut turns) = (0, 0, 0, 0);
    while killed < KILLS {
        let turn = turns;
        turns += 1;
        assert!(turns < 50 * KILLS, "only {killed} runs were killed");
        // Every fourth run begins without an old folder.
        if turn % 4 == 0 {
            fs::remove_dir_all(&tile).unwrap_or_default();
        }
        let before = snapshot(&tile);
        let left = staging(&generated);
        let (wanted, _) = &whole[turn % 2];
        let mut run = generator(here, &variants[turn % 2]).spawn().unwrap();
        let share = f64::from(random.next_u32()) / f64::from(u32::MAX);
        let mut wait = time.mul_f64(share);
        // Every tenth kill falls while the run writes, however fast or slow the machine is at the moment.
        if turn % 10 == 9 {
            while staging(&generated).is_subset(&left) && run.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            wait = Duration::ZERO;
        }
        std::thread::sleep(wait);
        // It may have ended just now: then runs are shorter than they were.
        let _ = run.kill();
        match run.wait().unwrap().signal() == Some(9) {
            true => killed += 1,
            false => time = time.min(wait.max(time / 2)),
        }
        let after = snapshot(&tile);
        assert!(
            after == before || after == *wanted,
            "turn {turn}: neither the old folder nor the new one, killed after {share:.3} of {time:?}"
        );
        replaced += usize::from(after == *wanted && after != before);
        interrupted += usize::from(!staging(&generated).is_empty());
    }
    println!(
        "{killed} of {turns} killed, {interrupted} with a staging folder left, {replaced} replaced the folder"
    );
    assert!(interrupted > 0, "no run was killed while it wrote");
    // What they left is in nobody's way, and is cleared up.
    for variant in &variants {
        assert!(gen_tile(here, variant).status.success());
    }
    assert_eq!(snapshot(&tile), whole[1].0);
    assert_eq!(fs::read_dir(here.join("generated")).unwrap().count(), 1);
}

/// A manifest that claims files elsewhere does not make them ours.
#[test]
fn a_manifest_that_points_outside_moves_nothing_outside() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    fs::write(here.join("precious"), "precious").unwrap();
    let manifest = here.join("generated/tile/manifest.json");
    let precious = here.join("precious");
    for path in [
        "../../precious",
        precious.to_str().unwrap(),
        "rtl/../../../precious",
        ".",
    ] {
        fs::remove_dir_all(here.join("generated")).unwrap_or_default();
        assert!(gen_tile(here, &["--rows", "7"]).status.success());
        let text = fs::read_to_string(&manifest).unwrap();
        let claim =
            format!("\"files\": [{{\"path\": {path:?}, \"bytes\": 8, \"sha256\": \"00\"}},");
        let claimed = text.replacen("\"files\": [", &claim, 1);
        assert_ne!(claimed, text);
        fs::write(&manifest, claimed).unwrap();
        let run = gen_tile(here, &["--rows", "9", "--force"]);
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        assert_eq!(fs::read(&precious).unwrap(), b"precious");
    }
    let names: Vec<_> = fs::read_dir(here)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

/// A folder of the output that is a link elsewhere is neither written through nor emptied.
#[test]
fn a_link_in_the_place_of_a_folder_is_not_followed() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    assert!(gen_tile(here, &["--rows", "7"]).status.success());
    fs::rename(here.join("generated/tile/rtl"), here.join("elsewhere")).unwrap();
    symlink("../../elsewhere", here.join("generated/tile/rtl")).unwrap();
    let before = snapshot(&here.join("elsewhere"));
    for arguments in [
        vec!["--rows", "9"],
        vec!["--rows", "9", "--force"],
        vec!["--rows", "7"],
    ] {
        let run = gen_tile(here, &arguments);
        assert_eq!(run.status.code(), Some(2));
        assert_eq!(snapshot(&here.join("elsewhere")), before);
    }
}

/// What an interrupted run left may be a link, too; clearing up does not follow it.
#[test]
fn clearing_up_after_a_killed_run_follows_no_link() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    fs::create_dir_all(here.join("elsewhere/new")).unwrap();
    fs::write(here.join("elsewhere/new/precious"), "precious").unwrap();
    fs::create_dir_all(here.join("generated/.hcim-new-b")).unwrap();
    symlink("../elsewhere", here.join("generated/.hcim-new-a")).unwrap();
    symlink(
        "../../elsewhere",
        here.join("generated/.hcim-new-b/old-tile"),
    )
    .unwrap();
    symlink("../../elsewhere", here.join("generated/.hcim-new-b/new")).unwrap();
    assert!(gen_tile(here, &["--rows", "7"]).status.success());
    assert_eq!(
        fs::read(here.join("elsewhere/new/precious")).unwrap(),
        b"precious"
    );
    assert!(
        !fs::symlink_metadata(here.join("generated/tile"))
            .unwrap()
            .is_symlink()
    );
    assert!(!here.join("generated/.hcim-new-b").exists());
}

/// The largest configurations there are, within 256 MiB of address space.
#[cfg(target_os = "linux")]
#[test]
fn the_largest_configurations_take_little_memory() {
    let scratch = tempfile::tempdir().unwrap();
    let largest = "--rows 4096 --cols 4096 --scale-bits 16 --input-bits 8";
    for more in [
        "--rows-per-cycle 18 --weight-slices 1 --storage latch --thresholds per_column",
        "--rows-per-cycle 18 --weight-slices 8 --input-stream-bits 512 --output-stream-bits 512",
        "--weight-slices 1 --partial-sum binary --segments 64 --input-stream-bits 8",
        "--rows-per-cycle 7 --accumulation deferred --weight-slices 1",
    ] {
        let script =
            format!("ulimit -v 262144; exec \"$0\" gen --name tile --force {largest} {more}");
        let run = Command::new("sh")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin("hcim"))
            .current_dir(scratch.path())
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{more}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    // What is beyond them is refused with the figure.
    let refused = gen_tile(scratch.path(), &["--rows", "4294967296"]);
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(2) && text.contains("4294967296, which is outside 1..=4096"),
        "{text}"
    );
}
