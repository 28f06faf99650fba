// SPDX-License-Identifier: MIT OR Apache-2.0
//! Pool: maximum or sum over a window, all elements of a word at once, then element by element.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose, is, next};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, ones, zeros};

/// Builds the unit of one element: `<prefix>_pool_element`.
fn element(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let bits = shape.pool_bits();
    let mut m = ModuleBuilder::new(&format!("{prefix}_pool_element"));
    m.contract(
        "One element of the pool: takes over, adds or keeps the larger. result_o follows element_i without a clock.",
    );
    m.group("Clock");
    let clk = m.input("clk_i", 1, "clock");
    m.group("Elements");
    let enable = m.input("enable_i", 1, "take an element");
    let first = m.input("first_i", 1, "first of its window");
    let sum = m.input("sum_i", 1, "add; else the maximum");
    let element = m.input("element_i", shape.input_bits, "the element");
    let result = m.output("result_o", bits, "the window with this element");
    let held_q = m.register("held_q", bits).clock(&clk).build();
    let wide = m.wire_of("wide", &element.zext(bits));
    // A maximum has no more bits than its elements.
    let held = held_q.slice(0, shape.input_bits);
    let larger = m.wire_of("larger", &element.gt(&held));
    let most = choose(&mut m, "most", &[(&larger, &element)], &held);
    m.select(&result)
        .when(&first, &wide)
        .when(&sum, &(&held_q + &wide))
        .otherwise(&most.zext(bits));
    m.next_if(&held_q, &enable, &result);
    m.finish()
}

/// Builds `<prefix>_pool`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let (elements, bits, input_bits) = (shape.word_elements(), shape.pool_bits(), shape.input_bits);
    let mut m = ModuleBuilder::new(&format!("{prefix}_pool"));
    m.contract(
        "Pools the words of a window element by element: maximum, or sum of at most 255. A word a cycle; the results \
         of a window are offered one by one from the next cycle on, channels_i of each position, while the next window \
         is pooled. clear_i and reset: nothing held.",
    );
    m.localparam("WORD_ELEMENTS", elements);
    let clock = Clock::declare(&mut m);
    let clear = m.input("pool_clear_i", 1, "nothing held from the next cycle on");
    let pass = super::pass::inputs(&mut m, shape, &["kind", "channels"]);
    m.group("Words");
    let valid = m.input("pool_valid_i", 1, "a word is offered");
    let ready = m.output("pool_ready_o", 1, "it is taken");
    let data = m.input("pool_data_i", shape.word_bits, "the word");
    let first = m.input("pool_first_i", 1, "first word of a window");
    let last = m.input("pool_last_i", 1, "last word of a window");
    let end = m.input("pool_end_i", 1, "last word of a position");
    m.group("Elements");
    let out_valid = m.output("pooled_valid_o", 1, "an element is offered");
    let out_ready = m.input("pooled_ready_i", 1, "it is taken");
    let out_data = m.output("pooled_o", bits, "the element");
    let out_last = m.output("pooled_last_o", 1, "last channel of its position");

    m.comment("Results that wait, and which of them is offered.");
    let full_q = clock.flag(&mut m, "full_q");
    let end_q = clock.data(&mut m, "end_q", 1);
    let skip_q = clock.flag(&mut m, "skip_q");
    let channel_q = clock.control(&mut m, "channel_q", pass("channels").width());
    let channel_next = m.wire_of("channel_next", &next(&channel_q));
    let channel_last = m.wire_of("channel_is_last", &channel_next.eq(&pass("channels")));
    let taken = m.wire_of("element_taken", &(&full_q & &out_ready));
    let window = m.wire("window_done", 1);
    let held_q = clock.data(&mut m, "results_q", elements * bits);
    let word_done = offered(&mut m, &clock, shape, (&window, &taken), &held_q, &out_data);
    let emptied = m.wire_of("emptied", &(&taken & (word_done | &channel_last)));

    m.comment("Words of the position after that of its last channel are skipped.");
    let finished = m.wire_of("position_done", &(&taken & &channel_last));
    let skipping = m.wire_of("skipping", &(&skip_q | (&finished & !&end_q)));
    m.assign(&ready, &(!&last | &skipping | !&full_q | &emptied));
    let word = m.wire_of("word_taken", &(&valid & &ready));
    m.assign(&window, &(&word & &last & !&skipping));
    m.next(&skip_q, &(&skipping & !(&word & &end) & !&clear));
    let sum = m.wire_of("is_sum", &pass("kind").bit(1));
    m.unused(&pass("kind").bit(0));
    let results = m.wire("results", elements * bits);
    m.array(
        "gen_element",
        "u_element",
        elements,
        &element(prefix, shape),
    )
    .all("clk_i", &clock.clk)
    .all("enable_i", &word)
    .all("first_i", &first)
    .all("sum_i", &sum)
    .each_at("element_i", &data, input_bits, 0)
    .each_out("result_o", &results)
    .done();
    m.next_if(&held_q, &window, &results);
    m.next_if(&end_q, &window, &end);
    m.next(&full_q, &((&window | (&full_q & !&emptied)) & !&clear));
    let restart = m.wire_of("channel_restart", &(&clear | &finished));
    let channel_d = choose(
        &mut m,
        "channel_d",
        &[(&restart, &zeros(channel_q.width()))],
        &channel_next,
    );
    m.next_if(&channel_q, &(&restart | &taken), &channel_d);
    m.assign(&out_valid, &full_q);
    m.assign(&out_last, &channel_last);
    m.finish()
}

/// The element of the held results that is offered; gives whether it is the last of its word.
fn offered(
    m: &mut ModuleBuilder,
    clock: &Clock,
    shape: &AcceleratorShape,
    (window, taken): (&Sig, &Sig),
    held_q: &Sig,
    out: &Sig,
) -> Expr {
    let (elements, bits) = (shape.word_elements(), shape.pool_bits());
    if elements == 1 {
        m.assign(out, held_q);
        return ones(1);
    }
    let index_q = clock.data(m, "index_q", index_width(elements));
    let restart = zeros(index_q.width());
    let index_d = choose(m, "index_d", &[(window, &restart)], &next(&index_q));
    m.next_if(&index_q, &(window | taken), &index_d);
    let width = index_width(elements * bits);
    let step = lit(bits as u128, width);
    let offset = m.wire_of("offset", &(index_q.zext(width) * step));
    m.assign(out, &held_q.dyn_slice(&offset, bits));
    is(&index_q, elements - 1)
}
