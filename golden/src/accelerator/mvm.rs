// SPDX-License-Identifier: MIT OR Apache-2.0
//! Matrix-vector multiplies: the words of a window cut into segments, a tile a segment, the results
//! of a lane's tiles added from tile to tile, the lanes side by side.

use super::memory::Activations;
use super::pass::Pass;
use super::shape::Shape;
use super::walk::Window;
use crate::error::Result;
use crate::tile::Tile;

/// Number of the tile that takes segment `segment` in lane `lane`.
pub fn tile_of(shape: &Shape, pass: &Pass, lane: u32, segment: u32) -> u32 {
    lane * shape.segments + shape.segments - pass.segments + segment
}

/// The tiles that a pass uses, lane after lane.
pub fn tiles(shape: &Shape, pass: &Pass) -> Vec<u32> {
    let lanes = pass.first_lane..pass.first_lane + pass.lanes;
    lanes
        .flat_map(|lane| (0..pass.segments).map(move |s| (lane, s)))
        .map(|(lane, segment)| tile_of(shape, pass, lane, segment))
        .collect()
}

/// The R inputs of one segment at one position.
pub fn inputs(shape: &Shape, pass: &Pass, memory: &Activations, at: u32, segment: u32) -> Vec<u16> {
    let window = Window::new(pass, at);
    let mut inputs = vec![0; shape.rows as usize];
    let first = u64::from(segment) * u64::from(pass.segment_words);
    let last = (first + u64::from(pass.segment_words)).min(Window::len(pass));
    for (t, rows) in (first..last).zip(inputs.chunks_mut(shape.elements as usize)) {
        if let Some(address) = window.word(t) {
            for (row, element) in rows.iter_mut().zip(memory.word(address)) {
                *row = (*element).into();
            }
        }
    }
    inputs
}

/// The channels of one position.
pub fn position(
    shape: &Shape,
    pass: &Pass,
    memory: &Activations,
    tiles: &mut [Tile],
    at: u32,
) -> Result<Vec<i64>> {
    let segments: Vec<Vec<u16>> = (0..pass.segments)
        .map(|segment| inputs(shape, pass, memory, at, segment))
        .collect();
    let mut channels = Vec::with_capacity(pass.channels as usize);
    for lane in pass.first_lane..pass.first_lane + pass.lanes {
        let mut above: Option<Vec<i64>> = None;
        for (segment, inputs) in (0..).zip(&segments) {
            let tile = &mut tiles[tile_of(shape, pass, lane, segment) as usize];
            above = Some(tile.mvm(inputs, above.as_deref())?.to_vec());
        }
        let results = above.unwrap_or_default();
        channels.extend(results.iter().take(pass.lane_outputs as usize));
    }
    channels.truncate(pass.channels as usize);
    Ok(channels)
}
