// SPDX-License-Identifier: MIT OR Apache-2.0
//! From beats of a stream to elements of another width.

use std::sync::Arc;

use crate::hdl::{Module, ModuleBuilder, lit, value_width, zeros};

/// Builds a gearbox from `beat_bits` to `element_bits`.
pub(super) fn build(name: &str, beat_bits: usize, element_bits: usize) -> Arc<Module> {
    // The level is counted in steps, the largest power of two that divides both widths.
    let step_log = beat_bits
        .trailing_zeros()
        .min(element_bits.trailing_zeros()) as usize;
    let (beat, element) = (beat_bits >> step_log, element_bits >> step_log);
    let held = beat_bits + element_bits - (1 << step_log);
    let level_bits = value_width((beat + element - 1) as u128);

    let mut m = ModuleBuilder::new(name);
    m.contract(
        "Cuts a packet into elements, element 0 in the lowest bits of the first beat. A beat is \
         taken while less than an element is held; an element is offered from the cycle after its \
         last bit came until it is taken. Reset and clear_i: empty.",
    );
    m.localparam("BEAT_BITS", beat_bits);
    m.localparam("ELEMENT_BITS", element_bits);
    m.group("Clock and reset");
    let clk = m.input("clk_i", 1, "clock");
    let rst_n = m.input("rst_ni", 1, "asynchronous reset, active low");
    let clear = m.input(
        "clear_i",
        1,
        "empty from the next cycle on; wins over a beat",
    );
    m.group("Beats");
    let beat_valid = m.input(
        "beat_valid_i",
        1,
        "take this beat; only while element_valid_o is low",
    );
    let beat_data = m.input("beat_i", beat_bits, "the beat");
    m.group("Elements");
    let valid = m.output("element_valid_o", 1, "an element is held");
    let data = m.output("element_o", element_bits, "the element");
    let taken = m.input(
        "element_taken_i",
        1,
        "it is taken; only while element_valid_o is high",
    );

    m.comment("Level: what is held, in steps.");
    let level_q = m
        .register("level_q", level_bits)
        .clock(&clk)
        .reset(&rst_n, 0)
        .build();
    let level_d = m.wire("level_d", level_bits);
    m.select(&level_d)
        .when(&clear, &zeros(level_bits))
        .when(&beat_valid, &(&level_q + lit(beat as u128, level_bits)))
        .otherwise(&(&level_q - lit(element as u128, level_bits)));
    m.next_if(&level_q, &(&(&clear | &beat_valid) | &taken), &level_d);
    m.assign(&valid, &level_q.ge(&lit(element as u128, level_bits)));

    m.comment("A beat goes above what is held, which is less than an element; nothing is held at level 0.");
    let held_q = m.register("held_q", held).clock(&clk).build();
    let above = match element_bits - (1 << step_log) {
        0 => beat_data.zext(held),
        bits => {
            let shift = match step_log {
                0 => level_q.clone(),
                _ => {
                    let shift = m.wire("shift", level_bits + step_log);
                    m.concat(&shift, &[zeros(step_log), level_q.clone()]);
                    shift
                }
            };
            let some = level_q.ne(&zeros(level_bits));
            let kept = m.wire_of("kept", &held_q.slice(0, bits).gated_by(&some));
            kept.zext(held) | beat_data.zext(held).shl(&shift)
        }
    };
    if held > element_bits {
        let held_d = m.wire("held_d", held);
        m.select(&held_d)
            .when(&beat_valid, &above)
            .otherwise(&held_q.shr_by(element_bits));
        m.next_if(&held_q, &(&beat_valid | &taken), &held_d);
    } else {
        m.next_if(&held_q, &beat_valid, &above);
    }
    m.assign(&data, &held_q.slice(0, element_bits));
    m.finish()
}
