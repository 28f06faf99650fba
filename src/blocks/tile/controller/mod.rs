// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tile controller: runs a number of multiplies. An evaluator starts the sense interface for each
//! bit plane that needs it; an accumulator driver offers the planes in order to the array; both
//! walk on their own, at most one multiply apart.

mod counters;
mod driver;
mod evaluator;
mod ports;
mod run;

use super::any_of;
use super::shape::TileShape;
use crate::hdl::{Module, ModuleBuilder};
use ports::Ports;
use std::sync::Arc;

/// Builds `<prefix>_tile_controller`.
pub(super) fn build(prefix: &str, shape: &TileShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_tile_controller"));
    m.contract(
        "Runs MVM_COUNT multiplies from the input buffer: evaluates bit planes, offers their codes to the array, counts. \
         Start is refused unless weights, scale factors and thresholds are loaded. Abort and timeout end a run; the tile is \
         idle once a result packet under way has left.",
    );
    let ports = Ports::declare(&mut m, shape);
    let run = run::build(&mut m, shape, &ports);
    let vectors = evaluator::build(&mut m, shape, &ports, &run);
    let operations = driver::build(&mut m, shape, &ports, &run, &vectors);
    counters::build(&mut m, shape, &ports, &run, &operations);
    m.finish()
}
