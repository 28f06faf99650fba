// SPDX-License-Identifier: MIT OR Apache-2.0
//! A short run of every target: the whole corpus, and mutations with a fixed seed.

use std::collections::BTreeSet;
use std::path::Path;

use hcim_fuzz::{Settings, TARGETS, run};

#[test]
fn nothing_panics_hangs_or_takes_memory_without_end() {
    let settings = Settings::short(Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz"));
    println!("seed {}", settings.seed);
    for target in TARGETS {
        let figures = run(target, &settings, |_| {})
            .unwrap_or_else(|error| panic!("{}: {error}", target.name));
        assert_eq!(figures.failures, Vec::<String>::new(), "{}", target.name);
        assert!(figures.corpus > 0, "{} has no corpus", target.name);
        // Else the mutations never come past the first line of the reader.
        assert!(figures.outcomes >= 3, "{}: {figures:?}", target.name);
    }
}

#[test]
fn every_folder_of_the_corpus_is_of_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let targets: BTreeSet<String> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    assert_eq!(folders, targets);
}
