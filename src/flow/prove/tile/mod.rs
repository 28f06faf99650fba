// SPDX-License-Identifier: MIT OR Apache-2.0
//! The blocks of a tile beside array and reduction: what they promise to neighbours of any behaviour, and where data go.

mod controller;
mod input_buffer;
mod result_output;
mod sense_interface;
mod stream_input;

use crate::blocks::input_buffer::InputBufferShape;
use crate::blocks::registers as tile_registers;
use crate::blocks::result_output::ResultOutputShape;
use crate::blocks::row_store::RowStorage;
use crate::blocks::sense_interface::SenseShape;
use crate::blocks::tile::TileShape;
use crate::config::{Config, Report};

use super::obligation::{Obligation, PREFIX};
use super::registers;

/// The proofs of a tile; its buffers made of each of `storages`.
pub(super) fn all(
    config: &Config,
    storages: &[RowStorage],
    found: &mut Vec<Obligation>,
) -> Result<(), Report> {
    let shape = TileShape::of(config);
    let name = |block: &str| {
        format!(
            "{block} R={} C={} A={} W={} {}",
            config.rows(),
            config.cols(),
            config.input_bits(),
            config.weight_slices(),
            config.partial_sum().as_str(),
        )
    };
    let top = tile_registers::build(PREFIX, &shape.registers);
    let map = tile_registers::map(&shape.registers);
    found.push(registers::axi_lite(&top, name("registers"))?);
    found.push(registers::register_map(&top, &map, name("registers"))?);
    found.push(stream_input::packets(&shape.stream_input())?);
    found.push(stream_input::loads(&shape.stream_input())?);
    sense(&shape.sense, found)?;
    found.push(result_output::axi_stream(&shape.result_output())?);
    for &storage in storages {
        found.push(input_buffer::planes(&InputBufferShape {
            storage,
            ..shape.input_buffer()
        })?);
        found.push(result_output::words(&ResultOutputShape {
            storage,
            ..shape.result_output()
        })?);
    }
    found.push(controller::run_ends(&shape, name("controller"))?);
    Ok(())
}

/// The proofs of a sense interface.
pub(super) fn sense(shape: &SenseShape, found: &mut Vec<Obligation>) -> Result<(), Report> {
    found.push(sense_interface::evaluation(shape)?);
    found.push(sense_interface::codes(shape)?);
    Ok(())
}

/// What a buffer is made of, in a word.
fn stored_in(storage: RowStorage) -> &'static str {
    match storage {
        RowStorage::Enabled => "enabled",
        RowStorage::Gated => "gated",
        RowStorage::Latch => "latch",
    }
}
