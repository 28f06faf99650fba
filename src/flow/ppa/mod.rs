// SPDX-License-Identifier: MIT OR Apache-2.0
//! The comparison: the DCiM array at many points of its design space against the baseline and two
//! reference designs, with one library, one set of constraints and one activity. `doc/ppa.md` says
//! what is measured and how.
//!
//! [`points`] says which designs are measured under which workloads; [`measure`](Measure) turns one
//! into figures; [`run`] does that for all of them on all cores and keeps every figure by the digests
//! of what it follows from; [`pareto`], [`targets`] and [`report`] work on the figures alone.

mod advice;
mod cache;
mod compare;
mod design;
mod measure;
pub mod pareto;
pub mod plot;
pub mod points;
mod record;
pub mod report;
mod run;
pub mod targets;
pub mod tiles;

#[cfg(test)]
mod made_up;

pub use advice::{Advice, Goal, MeasuredPoint, MeasuredTable, best_point, shipped_table};
pub use cache::Cache;
pub use compare::compare;
pub use design::{ArrayPoint, Design, Family, ReferencePoint, Workload};
pub use measure::Bench;
pub(crate) use measure::Simulator;
pub use record::{Comparison, Energy, EnergySplit, Implementation, Measured};
pub use run::{Measure, run};
