// SPDX-License-Identifier: MIT OR Apache-2.0
//! Accelerators: the host's side, the tiles' side, and the sequencer between them.

use askama::Template;

use crate::blocks::accelerator::{
    AcceleratorShape, bus, pass, registers, sequencer, stream_in, stream_out, switch,
};
use crate::config::Report;
use crate::hdl::value_width;

use super::free::{Block, harness, obligation};
use super::obligation::{Obligation, PREFIX};
use super::twin::Twin;

harness!(BusHarness, "prove/bus.sv", { tiles: usize, program_words: usize, constant_entries: usize });
harness!(AccessHarness, "prove/tile_access.sv", { tiles: usize, tile_bits: usize });
harness!(StreamInHarness, "prove/stream_in.sv", { tiles: usize, tile_bits: usize });
harness!(StreamOutHarness, "prove/stream_out.sv", {});
harness!(SwitchHarness, "prove/switch.sv", { lanes: usize, segments: usize, word_bits: usize });
harness!(SequencerHarness, "prove/sequencer.sv", {
    lanes: usize, segments: usize, tiles: usize, tile_bits: usize, lane_bits: usize, segment_bits: usize, left_bits: usize, swept_bits: usize,
    words: usize, stride: usize, passes: usize, pass_width: usize, long: usize, bits: usize
});

/// The proofs of an accelerator's own blocks.
pub(super) fn all(shape: &AcceleratorShape, found: &mut Vec<Obligation>) -> Result<(), Report> {
    let sizes = format!(
        "lanes={} tiles={} passes={}",
        shape.lanes,
        shape.tiles,
        1 << shape.pass_bits
    );
    let name = |block: &str| format!("{block} {sizes}");
    let (top, map) = (registers::build(PREFIX, shape), registers::map(shape));
    let named = name("accelerator_registers");
    found.push(super::registers::axi_lite(&top, named.clone())?);
    found.push(super::registers::register_map(&top, &map, named)?);
    found.push(accesses(shape, name("bus"))?);
    found.push(tile_accesses(shape, name("tile_access"))?);
    found.push(packets(shape, name("stream_in"))?);
    found.push(scores(name("stream_out"))?);
    found.push(beats(shape, name("switch"))?);
    found.push(run(shape, name("sequencer"))?);
    Ok(())
}

/// The host's accesses reach what their address says, once, and are answered by it.
fn accesses(shape: &AcceleratorShape, configuration: String) -> Result<Obligation, Report> {
    let top = bus::build(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let harness = BusHarness {
        block,
        tiles: shape.all_tiles(),
        program_words: 1 << (pass::STRIDE_LOG + shape.pass_bits),
        constant_entries: 1 << shape.constant_bits,
    };
    let twin = Twin {
        name: "a tile is reached through the lock",
        file: "_bus.v",
        line: "assign write_to_tile = ",
        from: "(~locked_i)",
        to: "1'b1",
    };
    obligation("accesses", configuration, &top, &harness, twin)
}

/// One access at a time, to one tile, by the rules of AXI4-Lite's master.
fn tile_accesses(shape: &AcceleratorShape, configuration: String) -> Result<Obligation, Report> {
    let top = bus::tile_access(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let harness = AccessHarness {
        tile_bits: block.width("seq_tile_i"),
        block,
        tiles: shape.all_tiles(),
    };
    let twin = Twin {
        name: "an address does not wait",
        file: "_tile_access.v",
        line: "aw_q <= (begin_access",
        from: "(~aw_taken)",
        to: "1'b0",
    };
    obligation("axi4_lite_master", configuration, &top, &harness, twin)
}

/// Every packet goes to one place, whole.
fn packets(shape: &AcceleratorShape, configuration: String) -> Result<Obligation, Report> {
    let top = stream_in::build(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let harness = StreamInHarness {
        tile_bits: block.width("load_beat_tile_o"),
        block,
        tiles: shape.all_tiles(),
    };
    let twin = Twin {
        name: "a packet has one beat",
        file: "_stream_in.v",
        line: "packet_q <= ~s_axis_tlast",
        from: "~s_axis_tlast",
        to: "1'b0",
    };
    obligation("packets", configuration, &top, &harness, twin)
}

/// Scores leave in order, by the rules of AXI4-Stream; an abort ends the open packet.
fn scores(configuration: String) -> Result<Obligation, Report> {
    let top = stream_out::build(PREFIX);
    let block = Block::of(&top, &configuration);
    let harness = StreamOutHarness { block };
    let twin = Twin {
        name: "an abort ends a packet over a beat",
        file: "_stream_out.v",
        line: "assign close = ",
        from: "& free",
        to: "& 1'b1",
    };
    obligation("axi4_stream", configuration, &top, &harness, twin)
}

/// A beat of the feeder reaches one tile of every active lane, each once.
fn beats(shape: &AcceleratorShape, configuration: String) -> Result<Obligation, Report> {
    let top = switch::build(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let harness = SwitchHarness {
        block,
        lanes: shape.lanes,
        segments: shape.tiles,
        word_bits: shape.word_bits,
    };
    let twin = Twin {
        name: "the feeder does not wait for a load",
        file: "_switch.v",
        line: "assign feed_ready_o = ",
        from: "(~loading_i)",
        to: "1'b1",
    };
    obligation("beats", configuration, &top, &harness, twin)
}

/// The run of a program, in every cycle: it ends with its last pass, and every abort ends.
fn run(shape: &AcceleratorShape, configuration: String) -> Result<Obligation, Report> {
    let top = sequencer::build(PREFIX, shape);
    let block = Block::of(&top, &configuration);
    let tiles = shape.all_tiles();
    let harness = SequencerHarness {
        tile_bits: block.width("seq_tile_o"),
        block,
        lanes: shape.lanes,
        segments: shape.tiles,
        tiles,
        lane_bits: value_width(shape.lanes as u128),
        segment_bits: value_width(shape.tiles as u128),
        left_bits: value_width(1 << shape.pass_bits),
        swept_bits: value_width(2 * tiles as u128),
        words: pass::WORDS,
        stride: 1 << pass::STRIDE_LOG,
        passes: 1 << shape.pass_bits,
        pass_width: shape.pass_bits.max(1),
        long: shape.counter_bits(),
        bits: shape.count_bits(),
    };
    let twin = Twin {
        name: "the last tile is not waited for",
        file: "_sequencer.v",
        line: "assign is_quiet = ",
        from: "(~(|still_active))",
        to: "1'b1",
    };
    obligation("run_ends", configuration, &top, &harness, twin)
}
