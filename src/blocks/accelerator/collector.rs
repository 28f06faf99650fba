// SPDX-License-Identifier: MIT OR Apache-2.0
//! Collector: the results of the active lanes as one stream of elements, position after position.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose, is, join, next, resized};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, value_width, zeros};

/// Builds `<prefix>_collector`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let (lanes, beat) = (shape.lanes, shape.beat_bits);
    let mut m = ModuleBuilder::new(&format!("{prefix}_collector"));
    m.contract(
        "Takes the results of the active lanes, lane after lane, and offers the first lane_outputs of each, channels of \
         a position in all. Surplus results are dropped as they come. While aborting_i is high everything is dropped. \
         An element a cycle, without a register between.",
    );
    m.localparam("LANES", lanes);
    m.localparam("OUTPUTS", shape.outputs);
    let clock = Clock::declare(&mut m);
    m.group("Control");
    let run = m.input("run_i", 1, "pulse: begin a pass");
    let abort = m.input("aborting_i", 1, "drop everything");
    let idle = m.output("collector_idle_o", 1, "no position is under way");
    let names = ["first_lane", "lanes", "lane_outputs", "channels"];
    let pass = super::pass::inputs(&mut m, shape, &names);
    m.group("Results of the lanes, lane 0 lowest");
    let valid = m.input("result_valid_i", lanes, "a result is offered");
    let ready = m.output("result_ready_o", lanes, "it is taken");
    let data = m.input("result_data_i", lanes * beat, "the result");
    let last = m.input("result_last_i", lanes, "last of its packet");
    m.group("Elements");
    let out_valid = m.output("element_valid_o", 1, "an element is offered");
    let out_ready = m.input("element_ready_i", 1, "it is taken");
    let out_data = m.output("element_o", shape.result_bits, "the element, signed");
    let out_last = m.output("element_last_o", 1, "last channel of its position");

    m.comment("The lane whose turn it is, the result of it, the channel.");
    let lane_bits = index_width(lanes);
    let lane_q = clock.control(&mut m, "lane_q", lane_bits);
    let output_bits = index_width(shape.outputs);
    let output_q = clock.control(&mut m, "output_q", output_bits);
    let channel_bits = value_width((lanes * shape.outputs) as u128);
    let channel_q = clock.control(&mut m, "channel_q", channel_bits);
    let channels = m.wire_of("channels", &resized(&pass("channels"), channel_bits));
    let given = pass("channels").width();
    if channel_bits < given {
        m.unused(&pass("channels").slice(channel_bits, given - channel_bits));
    }
    let offered = m.wire("offered", 1);
    let (picked, picked_valid) = match lanes {
        1 => (data.clone(), valid.clone()),
        _ => {
            let bits = index_width(lanes * beat);
            let step = lit(beat as u128, bits);
            let offset = m.wire_of("data_offset", &(lane_q.zext(bits) * step));
            // Fields of other passes may name lanes that there are not: those offer nothing.
            let offers = m.wire_of("offers", &valid.zext(1 << lane_bits));
            (data.dyn_slice(&offset, beat), offers.dyn_bit(&lane_q))
        }
    };
    let picked = m.wire_of("picked", &picked);
    let first_lane = m.wire_of("first_lane", &resized(&pass("first_lane"), lane_bits));
    let wide = pass("lanes").width();
    if lane_bits < wide {
        m.unused(&pass("first_lane").slice(lane_bits, wide - lane_bits));
    }
    let own = turn(
        &mut m,
        &clock,
        shape,
        &Lanes {
            run: &run,
            abort: &abort,
            valid: &valid,
            ready: &ready,
            last: &last,
            kept: &pass("lane_outputs"),
            lane: &lane_q,
            offered: &offered,
            idle: &idle,
            begun: &(lane_q.ne(&first_lane) | output_q.reduce_or() | channel_q.reduce_or()),
        },
    );
    let running = m.wire_of("picked_valid", &(picked_valid & &own));

    m.comment("What is beyond the last channel of a position is taken and dropped.");
    let surplus = m.wire_of("surplus", &channel_q.ge(&channels));
    m.assign(&out_valid, &(&running & !&surplus & !&abort));
    m.assign(&out_data, &picked.slice(0, shape.result_bits));
    if beat > shape.result_bits {
        m.unused(&picked.slice(shape.result_bits, beat - shape.result_bits));
    }
    let channel_next = m.wire_of("channel_next", &next(&channel_q));
    m.assign(&out_last, &channel_next.eq(&channels));
    let taken = m.wire_of("taken", &(&running & (&out_ready | &surplus)));
    m.assign(&offered, &(&out_ready | &surplus));

    let kept = pass("lane_outputs");
    let output_last = next(&output_q.zext(kept.width())).eq(&kept);
    let output_last = m.wire_of("output_is_last", &output_last);
    let lane_end = m.wire_of("lane_end", &(pass("first_lane") + pass("lanes")));
    let lane_last = next(&lane_q.zext(wide)).eq(&lane_end);
    let lane_last = m.wire_of("lane_is_last", &lane_last);
    let lane_done = m.wire_of("lane_done", &(&taken & &output_last));
    let position_done = m.wire_of("position_done", &(&lane_done & &lane_last));
    let output_d = choose(
        &mut m,
        "output_d",
        &[(&(&run | &lane_done), &zeros(output_bits))],
        &next(&output_q),
    );
    m.next_if(&output_q, &(&run | &taken), &output_d);
    let home = m.wire_of("position_begins", &(&run | &position_done));
    let lane_d = choose(&mut m, "lane_d", &[(&home, &first_lane)], &next(&lane_q));
    m.next_if(&lane_q, &(&run | &lane_done), &lane_d);
    let channel_d = choose(
        &mut m,
        "channel_d",
        &[(&home, &zeros(channel_bits))],
        &channel_next,
    );
    m.next_if(&channel_q, &(&run | &taken), &channel_d);
    m.finish()
}

/// The lanes' side.
struct Lanes<'a> {
    run: &'a Sig,
    abort: &'a Sig,
    valid: &'a Sig,
    ready: &'a Sig,
    last: &'a Sig,
    kept: &'a Sig,
    lane: &'a Sig,
    offered: &'a Sig,
    idle: &'a Sig,
    begun: &'a Expr,
}

/// Each lane counts the results of its packet and drops what is beyond those kept. Gives whether the lane whose turn
/// it is offers one that is kept.
fn turn(m: &mut ModuleBuilder, clock: &Clock, shape: &AcceleratorShape, own: &Lanes) -> Expr {
    let width = index_width(shape.outputs);
    m.comment("Results of a packet that have been taken, in each lane.");
    let mut ready = Vec::new();
    let mut surplus = Vec::new();
    let mut open = Vec::new();
    for lane in 0..shape.lanes {
        let count_q = clock.control(m, &format!("count_{lane}_q"), width);
        let beyond = m.wire_of(
            &format!("beyond_{lane}"),
            &count_q.zext(own.kept.width()).ge(own.kept),
        );
        let turn = is(own.lane, lane) & own.offered & !&beyond;
        let take = m.wire_of(&format!("ready_{lane}"), &(turn | &beyond | own.abort));
        let taken = m.wire_of(&format!("taken_{lane}"), &(own.valid.bit(lane) & &take));
        let restart = m.wire_of(
            &format!("restart_{lane}"),
            &(own.run | (&taken & own.last.bit(lane))),
        );
        let count_d = choose(
            m,
            &format!("count_{lane}_d"),
            &[(&restart, &zeros(width))],
            &next(&count_q),
        );
        m.next_if(&count_q, &(&restart | &taken), &count_d);
        ready.push(take);
        surplus.push(beyond);
        open.push(count_q.reduce_or());
    }
    m.concat(own.ready, &ready);
    let open = join(m, "open", &open);
    m.assign(own.idle, &!(open.reduce_or() | own.begun));
    let beyond = join(m, "beyond", &surplus);
    match shape.lanes {
        1 => !beyond,
        lanes => {
            let beyond = m.wire_of("beyond_of_all", &beyond.zext(1 << index_width(lanes)));
            !m.wire_of("turn_beyond", &beyond.dyn_bit(own.lane))
        }
    }
}
