// SPDX-License-Identifier: MIT OR Apache-2.0
//! Proofs of generated blocks: `hcim prove`.
//!
//! An [`Obligation`] is a generated block, a module that instantiates it with a specification beside it, and a twin: the same
//! with a fault in the block, for which the proof must fail. [`run`] has Yosys turn both into SMT-LIB and an SMT solver
//! decide the base case and the step of an induction over the phases of the clock.

mod accelerator;
mod array;
mod free;
mod induction;
mod matrix;
mod obligation;
mod reduction;
mod registers;
mod result;
mod run;
#[cfg(test)]
mod tests;
mod tile;
mod twin;

pub use matrix::{Matrix, of_config, of_matrix};
pub use obligation::Obligation;
pub use result::{Proof, ProofReport, Side, Verdict};
pub use run::{Proving, run, solver_version};
