// SPDX-License-Identifier: MIT OR Apache-2.0
//! Residual reader: the words that are added to the output, ahead of the output stage.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, QUEUE, choose, next, queue, resized};
use crate::hdl::{Module, ModuleBuilder, index_width, lit, zeros};

/// Fields of the pass that the reader reads.
const FIELDS: [&str; 9] = [
    "residual",
    "out_width",
    "positions",
    "channels",
    "residual_base",
    "residual_row_step",
    "residual_step",
    "residual_words",
    "residual_offset",
];

/// Builds `<prefix>_residual_reader`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let bits = shape.address_bits;
    let mut m = ModuleBuilder::new(&format!("{prefix}_residual_reader"));
    m.contract(
        "Reads the residual words of a pass in the order of its output words and offers them, at most three ahead. \
         Words before residual_offset and after residual_words more are zero and not read. Begins with run_i if the \
         pass has a residual; aborting_i drops everything.",
    );
    let clock = Clock::declare(&mut m);
    m.group("Control");
    let run = m.input("run_i", 1, "pulse: begin a pass");
    let abort = m.input("aborting_i", 1, "drop everything");
    let pass = super::pass::inputs(&mut m, shape, &FIELDS);
    m.group("Activation memory");
    let request = m.output("residual_read_o", 1, "a word is wanted");
    let address = m.output("residual_address_o", bits, "its address");
    let grant = m.input("residual_grant_i", 1, "it is read in this cycle");
    let data = m.input(
        "activation_i",
        shape.word_bits,
        "what was read in the cycle before",
    );
    m.group("Words");
    let valid = m.output("residual_valid_o", 1, "a word is offered");
    let word = m.output("residual_data_o", shape.word_bits, "the word");
    let taken = m.input("residual_taken_i", 1, "it is done with");

    m.comment("Output words of a position, positions of a row, positions.");
    let begin = m.wire_of("begin_pass", &(&run & pass("residual")));
    let active_q = clock.flag(&mut m, "active_q");
    let step = m.wire("step", 1);
    let column_bits = pass("out_width").width();
    let column_q = clock.data(&mut m, "column_q", column_bits);
    let left_q = clock.data(&mut m, "positions_left_q", shape.count_bits());
    let log = shape.word_log();
    let channel_bits = pass("channels").width();
    let less_one = pass("channels") - lit(1, channel_bits);
    let less_one = m.wire_of("channels_less_one", &less_one);
    if log > 0 {
        m.unused(&less_one.slice(0, log));
    }
    let last_word = less_one.slice(log, channel_bits - log);
    let word_bits = last_word.width();
    let word_q = clock.data(&mut m, "word_q", word_bits);
    let word_last = m.wire_of("word_is_last", &word_q.eq(&last_word));
    let column_next = m.wire_of("column_next", &next(&column_q));
    let column_last = m.wire_of("column_is_last", &column_next.eq(&pass("out_width")));
    let position_end = m.wire_of("position_end", &(&step & &word_last));
    let row_end = m.wire_of("row_end", &(&position_end & &column_last));
    let restart = m.wire_of("word_restart", &(&run | &position_end));
    let word_d = choose(
        &mut m,
        "word_d",
        &[(&restart, &zeros(word_bits))],
        &next(&word_q),
    );
    m.next_if(&word_q, &(&run | &step), &word_d);
    let home = m.wire_of("column_restart", &(&run | &row_end));
    let column_d = choose(
        &mut m,
        "column_d",
        &[(&home, &zeros(column_bits))],
        &column_next,
    );
    m.next_if(&column_q, &(&run | &position_end), &column_d);
    let left_d = choose(
        &mut m,
        "positions_left_d",
        &[(&run, &pass("positions"))],
        &(&left_q - lit(1, left_q.width())),
    );
    m.next_if(&left_q, &(&run | &position_end), &left_d);
    let pass_end = m.wire_of("pass_end", &(&position_end & left_q.eq_lit(1)));
    m.next(&active_q, &((&begin | (&active_q & !&pass_end)) & !&abort));

    m.comment("Addresses, modulo the depth of the memory.");
    let line_q = clock.data(&mut m, "line_address_q", bits);
    let position_q = clock.data(&mut m, "position_address_q", bits);
    let line_next = m.wire_of("line_address_next", &(&line_q + pass("residual_row_step")));
    let line_d = choose(
        &mut m,
        "line_address_d",
        &[(&run, &pass("residual_base"))],
        &line_next,
    );
    m.next_if(&line_q, &home, &line_d);
    let position_d = choose(
        &mut m,
        "position_address_d",
        &[(&run, &pass("residual_base")), (&row_end, &line_next)],
        &(&position_q + pass("residual_step")),
    );
    m.next_if(&position_q, &(&run | &position_end), &position_d);
    let own_word = word_q.zext(18) - pass("residual_offset").sext(18);
    let own_word = m.wire_of("residual_word", &own_word);
    // What is before the first word is large without its sign.
    let inside = m.wire_of("in_range", &own_word.lt(&pass("residual_words").zext(18)));
    m.assign(&address, &(&position_q + resized(&own_word, bits)));

    m.comment("A word is asked for when there will be room for it.");
    let flight_q = clock.flag(&mut m, "flight_q");
    let zero_q = clock.data(&mut m, "flight_zero_q", 1);
    let count_bits = index_width(QUEUE) + 1;
    let count = m.wire("queued", count_bits);
    let ahead = m.wire_of("ahead", &(&count + flight_q.zext(count_bits)));
    let room = ahead.lt(&lit(QUEUE as u128 - 1, count_bits));
    let wanted = m.wire_of("wanted", &(&active_q & room & !&abort));
    m.assign(&request, &(&wanted & &inside));
    m.assign(&step, &(&wanted & (&grant | !&inside)));
    m.next(&flight_q, &step);
    m.next_if(&zero_q, &step, &!&inside);
    let entry = m.wire_of("entry", &data.gated_by(&!&zero_q));
    let push = m.wire_of("push", &(&flight_q & !&abort));
    let clear = m.wire_of("drop", &(&abort | &run));
    m.instance(
        "u_queue",
        &queue(&format!("{prefix}_residual_queue"), shape.word_bits),
    )
    .connect("clk_i", &clock.clk)
    .connect("rst_ni", &clock.rst_n)
    .connect("clear_i", &clear)
    .connect("push_i", &push)
    .connect("data_i", &entry)
    .connect("pop_i", &taken)
    .output("valid_o", &valid)
    .output("data_o", &word)
    .output("count_o", &count)
    .done();
    m.finish()
}
