// SPDX-License-Identifier: MIT OR Apache-2.0
//! Command lines, one word a line.

use std::ffi::OsString;

use hcim::cli::{Answer, answer};

use super::{Target, text};
use crate::Outcome;

pub const COMMAND: Target = Target {
    name: "command-line",
    about: "arguments, one a line, of the commands that touch no file",
    words: &[
        "check\n",
        "describe\n",
        "regs\n",
        "gen\n--dry-run\n",
        "presets\n",
        "schema\n",
        "man\n",
        "completions\n",
        "\n--json",
        "\n--rows=3",
        "\n--cols\n100",
        "\n--preset\ntiny",
        "\n--name\n",
        "\n--optimize\narea",
        "\n--format\njson",
        "\n--format=c-header",
        "\n--format=systemrdl",
        "\n--format=markdown",
        "\n--help",
        "\n--",
        "\n-h",
        "\n--rows=",
        "\nzsh",
        "\n--timeout=0",
        "\n",
        "\n--storage=latch",
        "\n--partial-sum=binary",
        "\n--top=dcim_array",
        "\n--rows-per-cycle=18",
        "\n--scale-bits=16",
        "\n--input-bits=8",
        "\n--thresholds=per_column",
        "\n--segments=64",
        "\n--accumulation=deferred",
        "\n--weight-slices=8",
        "\n--columns-per-comparator=4",
        "\n--input-stream-bits=512",
        "\n--force",
        "\n--hold=-1",
    ],
    run: |input| {
        let text = text(input);
        let words: Vec<&str> = text.split('\n').collect();
        // Standard input, files and tools are for other tests: this one runs a million times.
        let harmless = [
            "check",
            "describe",
            "regs",
            "presets",
            "schema",
            "man",
            "completions",
        ];
        let dry = words.first() == Some(&"gen") && words.contains(&"--dry-run");
        let files = words
            .iter()
            .any(|word| word.starts_with("--con") || word.starts_with("--ou"));
        if files || !(dry || words.first().is_some_and(|word| harmless.contains(word))) {
            return parse_only(&words);
        }
        let answer = answer(words.into_iter().map(OsString::from));
        assert!(answer.code <= 2);
        if answer.code != 0 {
            assert!(
                !answer.stdout.is_empty() || !answer.stderr.is_empty(),
                "refused without a word"
            );
        }
        done(&answer)
    },
};

fn parse_only(words: &[&str]) -> Outcome {
    let words = std::iter::once("hcim").chain(words.iter().copied());
    match hcim::cli::command().try_get_matches_from(words) {
        Ok(matches) => Outcome::refused(matches.subcommand_name().unwrap_or("none")),
        Err(error) => {
            // What is printed for people must be printable.
            let shown = error.render().to_string();
            assert!(!shown.is_empty());
            Outcome::refused(format!("{:?}", error.kind()))
        }
    }
}

fn done(answer: &Answer) -> Outcome {
    let first = answer.stderr.lines().next().unwrap_or("").len();
    Outcome::made(&[
        1 << answer.code,
        answer.stdout.len(),
        answer.stderr.lines().count(),
        first,
    ])
}
