// SPDX-License-Identifier: MIT OR Apache-2.0
//! Induction as SMT-LIB: the model that Yosys writes, a number of its states one after the other, and the question.

use std::fmt::Write as _;

/// The two halves of an induction of length k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// The first k states keep all assertions.
    Base,
    /// The state after k states that keep them does, too.
    Step,
}

impl Half {
    pub(super) const BOTH: [Half; 2] = [Half::Base, Half::Step];

    pub(super) fn name(self) -> &'static str {
        match self {
            Half::Base => "base",
            Half::Step => "step",
        }
    }
}

/// How many assertions the model holds.
pub(super) fn assertions(model: &str) -> usize {
    names(model).count()
}

/// Number and source of each assertion.
fn names(model: &str) -> impl Iterator<Item = (&str, &str)> {
    model
        .lines()
        .filter_map(|line| line.strip_prefix("; yosys-smt2-assert "))
        .filter_map(|rest| {
            let mut words = rest.splitn(2, ' ');
            Some((words.next()?, words.next()?))
        })
}

/// The file for the solver: unsatisfiable if this half of the induction over `steps` states holds.
pub(super) fn question(model: &str, half: Half, steps: usize) -> String {
    let states = match half {
        Half::Base => steps,
        Half::Step => steps + 1,
    };
    let mut text = String::from("(set-logic QF_UFBV)\n(set-option :produce-models true)\n");
    text += model;
    for state in 0..states {
        let _ = writeln!(text, "(declare-fun s{state} () |prove_s|)");
        let _ = writeln!(
            text,
            "(assert (|prove_h| s{state}))\n(assert (|prove_u| s{state}))"
        );
        if state > 0 {
            let _ = writeln!(text, "(assert (|prove_t| s{} s{state}))", state - 1);
        }
        let initial = half == Half::Base && state == 0;
        let is = format!("(|prove_is| s{state})");
        let _ = match initial {
            true => writeln!(text, "(assert (|prove_i| s0))\n(assert {is})"),
            false => writeln!(text, "(assert (not {is}))"),
        };
    }
    let last = match half {
        Half::Base => {
            let kept: Vec<String> = (0..states).map(|n| format!("(|prove_a| s{n})")).collect();
            let _ = writeln!(text, "(assert (not (and true {})))", kept.join(" "));
            0
        }
        Half::Step => {
            for state in 0..steps {
                let _ = writeln!(text, "(assert (|prove_a| s{state}))");
            }
            let _ = writeln!(text, "(assert (not (|prove_a| s{steps})))");
            steps
        }
    };
    for (number, source) in names(model) {
        for state in last..states {
            let _ = writeln!(
                text,
                "; show {} (|prove_a {number}| s{state})",
                place(source)
            );
        }
    }
    text + "(check-sat)\n"
}

/// File and line of an assertion as one word: `prove.sv:185`.
fn place(source: &str) -> String {
    const FILE: &str = "prove.sv:";
    let rest = source.split(FILE).nth(1).unwrap_or("");
    let line: String = rest.chars().take_while(char::is_ascii_digit).collect();
    match line.is_empty() {
        true => source.replace(' ', "_"),
        false => format!("{FILE}{line}"),
    }
}
