// SPDX-License-Identifier: MIT OR Apache-2.0
//! Stream out: scores as packets, a position each.

use std::sync::Arc;

use super::output_stage::SCORE;
use super::parts::Clock;
use crate::hdl::{Module, ModuleBuilder, ones};

/// Builds `<prefix>_stream_out`.
pub(crate) fn build(prefix: &str) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_stream_out"));
    m.contract(
        "Master of the stream of scores: a register of one beat. While aborting_i is high, nothing new is taken; a beat \
         that has been offered stays until taken, and a packet that is open then is ended by a beat of zero with TLAST.",
    );
    let clock = Clock::declare(&mut m);
    m.group("Scores");
    let valid = m.input("score_valid_i", 1, "a score is offered");
    let ready = m.output("score_ready_o", 1, "it is taken");
    let data = m.input("score_i", SCORE, "the score");
    let last = m.input("score_last_i", 1, "last channel of its position");
    m.group("Control");
    let abort = m.input("aborting_i", 1, "end the stream");
    let idle = m.output("stream_idle_o", 1, "no beat is offered, no packet is open");
    m.group("Stream");
    let out_data = m.output("m_axis_tdata", SCORE, "data");
    let out_valid = m.output("m_axis_tvalid", 1, "a beat is offered");
    let out_ready = m.input("m_axis_tready", 1, "it is taken");
    let out_last = m.output("m_axis_tlast", 1, "last beat of its packet");

    let full_q = clock.flag(&mut m, "full_q");
    let open_q = clock.flag(&mut m, "open_q");
    let data_q = clock.data(&mut m, "data_q", SCORE);
    let last_q = clock.data(&mut m, "last_q", 1);
    let free = m.wire_of("free", &(!&full_q | &out_ready));
    m.assign(&ready, &(&free & !&abort));
    let take = m.wire_of("take", &(&valid & &ready));
    m.comment("An open packet: the last beat that was taken in is not its last.");
    let close = m.wire_of("close", &(&abort & &open_q & &free));
    let load = m.wire_of("load", &(&take | &close));
    m.next_if(&full_q, &(&load | &out_ready), &load);
    m.next_if(&data_q, &load, &data.gated_by(&take));
    let last_d = m.wire("last_d", 1);
    m.select(&last_d).when(&take, &last).otherwise(&ones(1));
    m.next_if(&last_q, &load, &last_d);
    m.next_if(&open_q, &load, &!&last_d);
    m.assign(&out_valid, &full_q);
    m.assign(&out_data, &data_q);
    m.assign(&out_last, &last_q);
    m.assign(&idle, &!(&full_q | &open_q));
    m.finish()
}
