// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of the parts that need no tool.

use super::induction::{Half, assertions, question};
use super::twin::Twin;
use super::{Matrix, of_matrix};

const MODEL: &str = "; yosys-smt2-assert 0 prove.sv:12.5-12.9 $assert$prove.sv:12$3\n(define-fun |prove_a 0| ...)\n";

#[test]
fn a_step_assumes_the_states_before_and_asks_for_the_last() {
    let step = question(MODEL, Half::Step, 2);
    assert!(step.contains(
        "(assert (|prove_a| s0))\n(assert (|prove_a| s1))\n(assert (not (|prove_a| s2)))"
    ));
    assert!(step.contains("(assert (not (|prove_is| s0)))") && !step.contains("|prove_i|"));
    assert!(step.contains("; show prove.sv:12 (|prove_a 0| s2)"));
    let base = question(MODEL, Half::Base, 2);
    assert!(base.contains("(assert (|prove_i| s0))\n(assert (|prove_is| s0))"));
    assert!(base.contains("(assert (not (and true (|prove_a| s0) (|prove_a| s1))))"));
    assert!(!base.contains("s2"));
    assert_eq!(assertions(MODEL), 1);
}

#[test]
fn a_twin_that_changes_nothing_is_an_error() {
    let twin = Twin {
        name: "t",
        file: "_x.v",
        line: "assign y",
        from: "^",
        to: "|",
    };
    let files = |text: &str| vec![("a_x.v".to_owned(), text.to_owned())];
    let faulty = twin
        .apply(&files("  assign y = a ^ b;\n  assign yy = a ^ b;"))
        .unwrap();
    assert_eq!(faulty[0].1, "  assign y = a | b;\n  assign yy = a ^ b;\n");
    assert!(twin.apply(&files("assign z = a ^ b;")).is_err());
}

#[test]
fn every_obligation_of_the_matrices_has_a_twin_and_a_name_of_its_own() {
    for matrix in [Matrix::Quick, Matrix::Full] {
        let obligations = of_matrix(matrix).unwrap();
        let mut names: Vec<String> = obligations.iter().map(super::Obligation::id).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for obligation in &obligations {
            obligation.twin.apply(&obligation.rtl).unwrap();
        }
    }
}
