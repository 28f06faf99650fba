// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every diagnostic as users see it, held by snapshots. To accept a change of wording:
//! `INSTA_UPDATE=always cargo test --test diagnostics`, then read the diff.

use std::fs;
use std::path::Path;

use hcim::config::{Code, Config, ConfigBuilder, KeyId, Report};
use hcim::emit::{self, OutputFile, WriteOptions};

/// What flags, by key and text, are answered with.
fn flags(pairs: &[(KeyId, &str)]) -> String {
    let mut builder = ConfigBuilder::new();
    for (id, text) in pairs {
        builder.flag(*id, text);
    }
    answer(&builder)
}

fn toml(text: &str) -> String {
    answer(ConfigBuilder::new().toml("tile.toml", text))
}

fn json(text: &str) -> String {
    answer(ConfigBuilder::new().json("tile.json", text))
}

fn answer(builder: &ConfigBuilder) -> String {
    match builder.build() {
        Ok(validated) => validated.warnings.to_string(),
        Err(report) => report.to_string(),
    }
}

macro_rules! shown {
    ($($test:ident: $text:expr;)+) => {
        $(#[test] fn $test() { insta::assert_snapshot!(stringify!($test), $text); })+
    };
}

shown! {
    hc0002_toml_syntax: toml("rows = 4\ncols = \n[timing\n");
    hc0002_json_syntax: json("{\"rows\": 4,\n \"cols\" 3}");
    hc0002_json_top: json("[1, 2]");
    hc0003_unknown_key: toml("rows = 64\nrows_per_cycles = 2\nzebra = 1\n");
    hc0003_unknown_key_in_table: toml("[timing]\nsence = 1\nrows = 3\n");
    hc0003_key_outside_its_table: toml("sense = 2\n");
    hc0003_unknown_key_json: json("{\"row\": 3}");
    hc0004_unknown_preset: answer(ConfigBuilder::new().preset("tinny"));
    hc0004_unknown_preset_far: answer(ConfigBuilder::new().preset("42"));
    hc0005_duplicate_json: json("{\"rows\": 3, \"rows\": 4}");
    hc0005_duplicate_toml_is_a_syntax_error: toml("rows = 3\nrows = 4\n");
    hc0101_wrong_kind: toml("rows = \"64\"\ncols = 12.5\nstorage = 3\ngating = true\nname = 7\n");
    hc0101_wrong_kind_more: toml("plane_skip = \"yes\"\nrows = [1]\ncols = 1979-05-27\nsegments = {a = 1}\n");
    hc0101_wrong_kind_flag: flags(&[(KeyId::Rows, "many"), (KeyId::Cols, "")]);
    hc0101_no_table: toml("timing = 3\n");
    hc0101_wrong_kind_json: json("{\"rows\": null, \"cols\": [], \"timing\": 3}");
    hc0102_out_of_range: flags(&[(KeyId::Rows, "0"), (KeyId::Cols, "4097"), (KeyId::Hold, "-1")]);
    hc0102_far_out_of_range: toml("rows = 99999999999999999999999\nscale_bits = 0xff\n");
    hc0103_more_rows_per_cycle_than_the_window: flags(&[(KeyId::RowsPerCycle, "12")]);
    hc0103_zero_rows_per_cycle: toml("scale_bits = 1\nrows_per_cycle = 0\n");
    hc0104_not_a_word: flags(&[(KeyId::Storage, "flops"), (KeyId::Top, "?")]);
    hc0104_not_a_width: flags(&[(KeyId::InputStreamBits, "100"), (KeyId::ColumnsPerComparator, "3")]);
    hc0104_not_a_truth_value: flags(&[(KeyId::PlaneSkip, "maybe")]);
    hc0105_not_an_identifier: flags(&[(KeyId::Name, "9-lives")]);
    hc0105_empty_name: toml("name = \"\"\n");
    hc0105_hostile_name: flags(&[(KeyId::Name, "../\u{1b}[31m\u{202e}x")]);
    hc0106_long_name: flags(&[(KeyId::Name, &"long_".repeat(20))]);
    hc0107_keyword: flags(&[(KeyId::Name, "endmodule")]);
    hc0108_fewer_columns_than_slices: flags(&[(KeyId::Cols, "2"), (KeyId::WeightSlices, "4")]);
    hc0108_one_column: toml("cols = 1\nweight_slices = 2\n");
    hc0109_more_shared_than_columns: toml("cols = 6\ncolumns_per_comparator = 8\n");
    hc0110_gating_with_binary: flags(&[(KeyId::PartialSum, "binary"), (KeyId::Gating, "on")]);
    hc0111_thresholds_with_binary: toml("partial_sum = \"binary\"\nthresholds = \"per_column\"\n");
    hc0111_no_thresholds_with_ternary: toml("thresholds = \"none\"\n");
    hc0112_plane_skip_with_binary: toml("partial_sum = \"binary\"\nplane_skip = true\n");
    hc0114_deferred_baseline: flags(&[(KeyId::Top, "baseline_array"), (KeyId::Accumulation, "deferred")]);
    hc0115_accelerator_only: flags(&[(KeyId::Lanes, "2"), (KeyId::ActivationWords, "64"), (KeyId::Passes, "32")]);
    hc0116_word_not_whole: flags(&[(KeyId::Top, "accelerator"), (KeyId::InputBits, "3")]);
    hc0117_fewer_rows_than_word: flags(&[(KeyId::Top, "accelerator"), (KeyId::Rows, "5")]);
    hc0117_fewer_rows_than_any_word: toml("top = \"accelerator\"\nrows = 3\ninput_bits = 1\ninput_stream_bits = 8\n");
    hc0104_accelerator_sizes: flags(&[(KeyId::Top, "accelerator"), (KeyId::ActivationWords, "100"), (KeyId::Passes, "0"), (KeyId::Lanes, "17")]);
    hc0201_misleading_name: flags(&[(KeyId::Name, "hcim_128x128"), (KeyId::Rows, "64")]);
    hc0202_unused_columns: flags(&[(KeyId::Cols, "37")]);
    hc0203_slices_lowered: flags(&[(KeyId::Cols, "3")]);
    faults_of_all_sources_come_together: answer(
        ConfigBuilder::new()
            .preset("digits_binary_hidden")
            .toml("tile.toml", "weight_slices = 0\nthresholds = \"per_tile\"\nrow = 1\n")
            .flag(KeyId::Rows, "-5")
            .flag(KeyId::Gating, "on")
            .set("evaluate", "x")
    );
    a_preset_is_named_as_the_source: answer(
        ConfigBuilder::new().preset("digits_ternary_hidden").flag(KeyId::Cols, "3")
    );
}

/// Writes the small configuration's files below a scratch folder, which the text calls `DIR`.
fn written(prepare: impl Fn(&Path), force: bool, files: &[OutputFile]) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let config = Config::from_pairs([("name", "tile")]).unwrap();
    let options = WriteOptions {
        force: false,
        dry_run: false,
    };
    let before = [
        OutputFile::new("config.toml", config.to_toml()),
        OutputFile::new("config.json", config.to_json()),
    ];
    emit::write(scratch.path(), &config, &before, options).unwrap();
    prepare(&scratch.path().join("tile"));
    let options = WriteOptions {
        force,
        dry_run: false,
    };
    let report: Report = emit::write(scratch.path(), &config, files, options).unwrap_err();
    report
        .to_string()
        .replace(&*scratch.path().to_string_lossy(), "DIR")
}

fn small() -> Vec<OutputFile> {
    vec![
        OutputFile::new("config.toml", "x"),
        OutputFile::new("rtl/a.v", "y"),
    ]
}

#[test]
fn limits_themselves_are_legal() {
    let legal: &[&[(KeyId, &str)]] = &[
        &[(KeyId::Cols, "4"), (KeyId::WeightSlices, "4")],
        &[(KeyId::Cols, "8"), (KeyId::ColumnsPerComparator, "8")],
        &[(KeyId::Top, "accelerator"), (KeyId::Rows, "8")],
        &[(KeyId::PlaneSkip, "false")],
        &[(KeyId::Name, "hcim_128x128")],
        &[(KeyId::Name, "my_tile")],
    ];
    for pairs in legal {
        assert_eq!(flags(pairs), "", "{pairs:?}");
    }
}

#[test]
fn what_is_faulty_contradicts_nothing() {
    let shown = toml("partial_sum = \"both\"\nthresholds = \"none\"\n");
    assert_eq!(shown.matches("error[").count(), 1, "{shown}");
}

#[test]
fn hc0301_foreign_files() {
    let many = |folder: &Path| {
        for index in 0..12 {
            fs::write(folder.join(format!("note{index:02}.txt")), "mine").unwrap();
        }
    };
    insta::assert_snapshot!("hc0301_foreign_files", written(many, false, &small()));
}

#[test]
fn hc0302_modified_files() {
    let modify = |folder: &Path| fs::write(folder.join("config.json"), "{}").unwrap();
    insta::assert_snapshot!("hc0302_modified_files", written(modify, false, &small()));
}

#[test]
fn hc0303_no_manifest() {
    let remove = |folder: &Path| fs::remove_file(folder.join("manifest.json")).unwrap();
    insta::assert_snapshot!("hc0303_no_manifest", written(remove, false, &small()));
}

#[test]
fn hc0304_not_a_folder() {
    let file = |folder: &Path| {
        fs::remove_dir_all(folder).unwrap();
        fs::write(folder, "a file").unwrap();
    };
    insta::assert_snapshot!("hc0304_not_a_folder", written(file, true, &small()));
}

#[test]
fn hc0305_input_output() {
    // No common file system takes a name of 300 characters; it fails in the middle of writing.
    let mut files = small();
    files.push(OutputFile::new(format!("rtl/{}", "b".repeat(300)), "z"));
    let text = written(|_| {}, false, &files).replace(&"b".repeat(50), "b");
    // The name of the staging folder is random, and systems word their errors differently.
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(
        first.starts_with("error[HC0305]: cannot write `DIR/.hcim-new-"),
        "{first}"
    );
    insta::assert_snapshot!("hc0305_input_output", rest);
}

#[test]
fn hc0307_foreign_in_the_way() {
    let block = |folder: &Path| fs::write(folder.join("rtl"), "a file").unwrap();
    insta::assert_snapshot!("hc0307_foreign_in_the_way", written(block, true, &small()));
}

#[test]
fn hc0113_no_registers() {
    let mut command = assert_cmd::Command::cargo_bin("hcim").unwrap();
    let run = command
        .args(["regs", "--top", "dcim_array"])
        .assert()
        .code(2);
    let text = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    insta::assert_snapshot!("hc0113_no_registers", text);
}

#[test]
fn every_code_is_shown_somewhere() {
    // Held by unit tests or by the tests of the command line instead.
    let elsewhere = [
        Code::FileUnreadable,
        Code::LeftoverKept,
        Code::Busy,
        Code::Internal,
        // Numbers that end a training are made inside it: tests of the training crate's session.
        Code::TrainingDiverged,
    ];
    let source = include_str!("diagnostics.rs");
    // The silicon flow (HC04xx) needs tools and PDKs; its errors are held by its own tests.
    let is_flow = |code: &Code| code.as_str().starts_with("HC04");
    // Networks (HC05xx) have files and folders of their own; these tests name the codes.
    let networks = [
        include_str!("running.rs"),
        include_str!("training.rs"),
        include_str!("snapshots/networks__import_bad.snap"),
        include_str!("snapshots/networks__import_cut.snap"),
        include_str!("../src/cli/run_rtl.rs"),
    ];
    let here = |code: &&Code| !elsewhere.contains(code) && !is_flow(code);
    for code in Code::ALL.iter().filter(here) {
        if code.as_str().starts_with("HC05") {
            assert!(
                networks.iter().any(|text| text.contains(code.as_str())),
                "{code} ({}) is in no test of networks",
                code.summary()
            );
            continue;
        }
        let name = format!("{}_", code.as_str().to_lowercase());
        assert!(
            source.contains(&name),
            "{code} ({}) has no snapshot",
            code.summary()
        );
    }
}
