// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names and paths of the user stay names and paths in everything that is generated: read back by the programs that
//! the text is for, Tcl, a shell, make and slang.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hcim::config::{Config, ConfigBuilder, KEYS, KeyId, Kind};
use hcim::emit::generate;
use hcim::flow::words;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Settings, RngAlgorithm, TestRng, TestRunner};

/// Texts that are commands somewhere.
const HOSTILE: &[&str] = &[
    "a b",
    "x; touch pwned;",
    "x\ntouch pwned\n",
    "$(touch pwned)",
    "`touch pwned`",
    "[exec touch pwned]",
    "$x",
    "${x}",
    "a'b",
    "a\"b",
    "a\\",
    "a\\b",
    "{a",
    "a}b",
    "}; exec touch pwned; set x {",
    "\"]; exec touch pwned; set x \"",
    "a\tb",
    "#a",
    "*/ `include \"/etc/passwd\"",
    "x; !touch pwned; .lib",
    "endmodule module evil",
    "$(shell touch pwned)",
    "a\r\nb",
    "-x",
    "~",
    "%s%n",
    "\u{1b}[2J",
    "é\u{202e}x",
    "a|touch pwned",
    "a&&touch pwned",
    "a>pwned",
];

/// The texts above, and random ones of the same characters: the same in every run.
fn hostile() -> Vec<String> {
    let mut runner = TestRunner::new_with_rng(
        Settings::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]),
    );
    let random = "[a-z ;\\n\\t$`'\"\\\\\\[\\](){}<>|&!#*?%~=:,.é-]{1,24}";
    let random = (0..300).map(|_| random.new_tree(&mut runner).unwrap().current());
    HOSTILE
        .iter()
        .map(|text| (*text).to_owned())
        .chain(random)
        .collect()
}

/// Runs a program on a script that it reads from standard input.
fn run(program: &str, arguments: &[&str], folder: &Path, script: &str) -> Vec<u8> {
    let input = folder.join("script");
    fs::write(&input, script).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(fs::File::open(&input).unwrap())
        .stderr(Stdio::piped())
        .output()
        .unwrap_or_else(|error| panic!("{program} is missing ({error}): run scripts/setup.sh"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors}");
    assert_eq!(errors, "", "{program}");
    assert!(!folder.join("pwned").exists(), "{program} ran a command");
    output.stdout
}

#[test]
fn paths_are_one_word_of_tcl_whatever_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let texts = hostile();
    let mut script =
        "fconfigure stdout -encoding utf-8 -translation lf\nencoding system utf-8\n".to_owned();
    for text in &texts {
        script += &format!(
            "puts -nonewline {}\nputs -nonewline \"\\u0000\"\n",
            words::tcl(Path::new(text)).unwrap()
        );
    }
    fs::write(folder.path().join("script.tcl"), script).unwrap();
    // As a file: from standard input, Tcl would think of every line alone.
    let printed = run(
        "tclsh",
        &["-encoding", "utf-8", "script.tcl"],
        folder.path(),
        "",
    );
    assert_eq!(String::from_utf8(printed).unwrap(), texts.concat_with_nul());
}

#[test]
fn paths_are_one_word_of_a_shell_whatever_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let texts = hostile();
    let lines: Vec<String> = texts
        .iter()
        .map(|text| format!("printf '%s\\000' {}\n", words::shell(text)))
        .collect();
    let printed = run("sh", &[], folder.path(), &lines.concat());
    assert_eq!(String::from_utf8(printed).unwrap(), texts.concat_with_nul());
}

trait ConcatWithNul {
    fn concat_with_nul(&self) -> String;
}

impl ConcatWithNul for Vec<String> {
    fn concat_with_nul(&self) -> String {
        self.iter().flat_map(|text| [text, "\0"]).collect()
    }
}

#[test]
fn a_name_is_an_identifier_or_refused_and_no_other_parameter_is_free_text() {
    let free: Vec<_> = KEYS
        .iter()
        .filter(|key| key.kind == Kind::Identifier)
        .map(|key| key.id)
        .collect();
    assert_eq!(free, [KeyId::Name]);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut refused = 0;
    for text in hostile() {
        let mut builder = ConfigBuilder::new();
        builder.flag(KeyId::Name, &text);
        match builder.build() {
            Ok(built) => assert!(
                built.config.name() == text && text.chars().all(legal),
                "{text:?}"
            ),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 250, "{refused}");
}

/// A name stands in the output as a name and nothing else: another name of the same length gives the same text with that
/// name in its place. (The names do not occur in the words of the output.)
#[test]
fn the_output_depends_on_a_name_by_nothing_but_its_letters() {
    for preset in ["tiny", "digits_binary_hidden"] {
        let [one, other] = ["_q0Zz_9", "zZ_7q_Q"].map(|name| {
            let mut builder = ConfigBuilder::new();
            builder.preset(preset);
            builder.flag(KeyId::Name, name);
            generate(&builder.build().unwrap().config).unwrap()
        });
        let text = |path: &Path| {
            let found = other.iter().find(|file| file.path == path);
            found.map(|file| &file.contents)
        };
        assert_eq!(one.len(), other.len());
        let mut digests = 0;
        for file in &one {
            let swap = |text: &str| {
                let text = text.replace("_q0Zz_9", "zZ_7q_Q");
                text.replace("_Q0ZZ_9", "ZZ_7Q_Q") // macros of C
            };
            let path = swap(file.path.to_str().unwrap());
            let (one, other) = (swap(&file.contents), text(Path::new(&path)).expect(&path));
            // The digest of the configuration differs, too, and digests of files that name it.
            let shape = |line: &str| line.replace(|c: char| c.is_ascii_hexdigit() || c == ' ', "");
            for (a, b) in one.lines().zip(other.lines()).filter(|(a, b)| a != b) {
                assert_eq!(shape(a), shape(b), "{path}");
                digests += 1;
            }
            assert_eq!(one.lines().count(), other.lines().count(), "{path}");
        }
        // A line at the head of each file, and a few more.
        assert!(digests < 4 * one.len(), "{digests} of {} files", one.len());
    }
}

#[test]
fn slang_finds_the_modules_of_odd_names_and_no_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["_", "x", "_0__", &"n".repeat(64)] {
        let config = Config::from_pairs([("name", name), ("rows", "3"), ("cols", "4")]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut files = Vec::new();
        for file in generate(&config).unwrap() {
            let path = folder.path().join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.contents).unwrap();
            // The replay testbench includes vectors that another program writes.
            let text = file.path.to_str().unwrap();
            if text.ends_with(".v") && !text.starts_with("stub") && !text.ends_with("_tb.v") {
                files.push(path);
            }
        }
        let program = "import sys, pyslang\n\
            for file in sys.argv[1:]:\n\
            \x20   tree = pyslang.syntax.SyntaxTree.fromFile(file)\n\
            \x20   assert not [d for d in tree.diagnostics if d.isError()], (file, [str(d.code) for d in tree.diagnostics])\n\
            \x20   root = tree.root\n\
            \x20   found = root.members if hasattr(root, 'members') else [root]\n\
            \x20   print(*[m.header.name.value for m in found if hasattr(m, 'header')])\n";
        let output = Command::new(root.join("scripts/python"))
            .args(["-c", program])
            .args(&files)
            .output()
            .expect("scripts/python");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let found = String::from_utf8(output.stdout).unwrap();
        let wanted: Vec<&str> = files
            .iter()
            .map(|file| file.file_stem().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(found.lines().collect::<Vec<_>>(), wanted);
    }
}

/// hcim in this clone, where it finds Yosys, with its reports in a folder; nothing of the environment names a PDK.
fn hcim(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(assert_cmd::cargo::cargo_bin("hcim"))
        .args(arguments)
        .args(["--reports", folder.join("reports").to_str().unwrap()])
        .env_remove("HCIM_PDK_ROOT")
        .env_remove("HCIM_YOSYS")
        .env_remove("LIBERTY")
        .output()
        .unwrap()
}

const LIBRARY: &str = "/usr/share/qflow/tech/osu018";

/// A PDK in a folder with a name that is a command of everything, through synthesis to the files for place and route.
#[test]
fn a_pdk_in_a_hostile_folder_goes_through_the_flow_as_a_path() {
    let scratch = tempfile::tempdir().unwrap();
    let here = scratch.path();
    let home =
        here.join("p; !touch pwned; $(touch pwned) [exec touch pwned] }{ `touch pwned` '\"\\");
    fs::create_dir(&home).unwrap();
    for file in ["osu018_stdcells.lib", "osu018_stdcells.lef"] {
        fs::copy(Path::new(LIBRARY).join(file), home.join(file)).expect("run scripts/setup.sh");
    }
    // The name is that of a platform of OpenROAD-flow-scripts.
    let description = hcim::flow::pdk::shipped("osu018").unwrap();
    let description = description
        .replace("name = \"osu018\"", "name = \"nangate45\"")
        .lines()
        .filter(|line| !line.starts_with("default_folder"))
        .collect::<Vec<_>>()
        .join("\n");
    let pdk = home.join("own.toml");
    fs::write(&pdk, description).unwrap();
    let pdk = pdk.to_str().unwrap();
    let build = here.join("build");
    let mut design = vec!["--preset", "tiny", "--top", "dcim_array", "--name", "t"];
    design.extend(["--pdk", pdk, "--build", build.to_str().unwrap()]);
    let step = |command: &[&str]| {
        let output = hcim(here, &[command, &design[..]].concat());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    step(&["synth"]);
    let made = here.join("build/nangate45/t");
    nothing_ran(here);

    // OpenROAD's script, with every command of OpenROAD replaced by one that prints its words.
    step(&["pnr", "--flow", "openroad"]);
    let stub = "proc unknown {args} { puts [join $args \"\\n  \"]; return 1 }\n\
        set argv0 flow.tcl\nsource flow.tcl\n";
    fs::write(made.join("pnr/openroad/stub.tcl"), stub).unwrap();
    let printed = run("tclsh", &["stub.tcl"], &made.join("pnr/openroad"), "");
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let lef = home.join("osu018_stdcells.lef");
    assert!(
        printed.contains(&format!("read_lef\n  {}\n", lef.display())),
        "{printed}"
    );
    assert!(
        printed.contains("link_design\n  t_dcim_array\n"),
        "{printed}"
    );

    // make reads what it should.
    step(&["pnr", "--flow", "orfs"]);
    let folder = made.join("pnr/orfs");
    let printed = run(
        "make",
        &["-s", "-f", "-"],
        &folder,
        "include config.mk\nall:\n\t@echo '$(DESIGN_NAME)|$(PLATFORM)|$(DESIGN_NICKNAME)'\n",
    );
    assert_eq!(
        String::from_utf8_lossy(&printed),
        "t_dcim_array|nangate45|t\n"
    );
    nothing_ran(here);
}

#[test]
fn a_build_folder_that_yosys_cannot_work_in_is_refused_before_anything_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    for build in ["b; touch pwned", "a b", "$(touch pwned)", "x\ny"] {
        let folder = scratch.path().join(build);
        let mut words = vec!["synth", "--preset", "tiny", "--pdk", "osu018"];
        words.extend(["--build", folder.to_str().unwrap()]);
        let output = hcim(scratch.path(), &words);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains("HC0407"), "{errors}");
        assert_eq!(
            fs::read_dir(scratch.path()).unwrap().count(),
            0,
            "{build:?}"
        );
    }
}

/// A description whose words are commands is refused.
#[test]
fn a_hostile_description_is_refused_and_leaves_its_folder_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let text = hcim::flow::pdk::shipped("osu018").unwrap();
    for (from, to) in [
        ("name = \"osu018\"", "name = \"../../out\""),
        ("site = \"core\"", "site = \"core; exec touch pwned\""),
        (
            "driving = { cell = \"BUFX4\"",
            "driving = { cell = \"[exit]\"",
        ),
    ] {
        assert!(text.contains(from));
        let own = scratch.path().join("own.toml");
        fs::write(&own, text.replace(from, to)).unwrap();
        let build = scratch.path().join("build");
        let mut words = vec!["synth", "--preset", "tiny"];
        words.extend([
            "--pdk",
            own.to_str().unwrap(),
            "--build",
            build.to_str().unwrap(),
        ]);
        let output = hcim(scratch.path(), &words);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains("HC0402"), "{errors}");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    }
}

fn nothing_ran(folder: &Path) {
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            assert_ne!(entry.file_name(), "pwned", "{}", entry.path().display());
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}
