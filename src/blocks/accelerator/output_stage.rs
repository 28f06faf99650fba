// SPDX-License-Identifier: MIT OR Apache-2.0
//! Output stage: multiply, add, residual, round, shift, clamp. An element a cycle.

use std::sync::Arc;

use super::AcceleratorShape;
use super::parts::{Clock, choose, is, next};
use crate::hdl::{Expr, Module, ModuleBuilder, Sig, index_width, lit, ones, zeros};

/// Fields of the pass that the output stage reads.
const FIELDS: [&str; 8] = [
    "kind",
    "stream",
    "residual",
    "uniform",
    "shift",
    "output_bits",
    "constant_base",
    "residual_multiplier",
];

/// Bits of a multiplier.
const MULTIPLIER: usize = 16;

/// Bits of a bias.
const BIAS: usize = 32;

/// Bits of a beat of the stream of scores.
pub(super) const SCORE: usize = 64;

/// An element as it comes in.
struct Element {
    valid: Sig,
    data: Sig,
    last: Sig,
}

/// Builds `<prefix>_output_stage`.
pub(super) fn build(prefix: &str, shape: &AcceleratorShape) -> Arc<Module> {
    let mut m = ModuleBuilder::new(&format!("{prefix}_output_stage"));
    m.contract(
        "Requantises elements: s = y * m + b with the constants of the channel, v = s + r * residual multiplier + \
         rounding, out = v >> shift, clamped to 0 .. 2^output_bits - 1. An element a cycle, five cycles from taking \
         the element to giving the result. All stages stand while a score is offered and not taken. clear_i drops \
         everything and takes whatever comes.",
    );
    m.localparam("ELEMENT_BITS", shape.element_bits);
    m.localparam("SUM_BITS", shape.sum_bits);
    let clock = Clock::declare(&mut m);
    m.group("Control");
    let run = m.input("run_i", 1, "pulse: begin a pass");
    let clear = m.input("aborting_i", 1, "drop everything");
    let pass = super::pass::inputs(&mut m, shape, &FIELDS);
    let take = elements(&mut m, shape, &pass);
    m.group("Constants: multiplier above bias");
    let constant_read = m.output("constant_read_o", 1, "an entry is wanted");
    let constant_address = m.output("constant_address_o", shape.constant_bits, "which");
    let constant = m.input("constant_i", MULTIPLIER + BIAS, "what was asked for last");
    m.group("Residual words");
    let residual = Residual {
        valid: m.input("residual_valid_i", 1, "a word is offered"),
        data: m.input("residual_data_i", shape.word_bits, "the word"),
        taken: m.output("residual_taken_o", 1, "it is done with"),
    };
    m.group("Results");
    let out_valid = m.output("out_valid_o", 1, "a result; it must be taken");
    let out = m.output("out_o", shape.input_bits, "the result");
    let out_last = m.output("out_last_o", 1, "last channel of its position");
    m.group("Scores");
    let score_valid = m.output("score_valid_o", 1, "a score is offered");
    let score_ready = m.input("score_ready_i", 1, "it is taken");
    let score = m.output("score_o", SCORE, "the score, signed");
    let score_last = m.output("score_last_o", 1, "last channel of its position");

    m.comment("All stages move together, unless the last waits for its score to be taken.");
    let valid: Vec<Sig> = (1..=STAGES)
        .map(|stage| clock.flag(&mut m, &format!("valid_{stage}_q")))
        .collect();
    let last: Vec<Sig> = (1..=STAGES)
        .map(|stage| clock.data(&mut m, &format!("last_{stage}_q"), 1))
        .collect();
    let streaming = m.wire_of("streaming", &pass("stream").reduce_or());
    let done = &valid[STAGES - 1];
    m.assign(&score_valid, &(done & &streaming));
    let stands = m.wire_of("stands", &(&score_valid & !&score_ready));
    let moves = m.wire_of("moves", &!stands);
    let element = m.wire("element", shape.element_bits);
    let taken = m.wire("taken", 1);
    let first_bit = channel(
        &mut m,
        shape,
        &clock,
        &pass,
        &Input {
            run: &run,
            clear: &clear,
            moves: &moves,
            taken: &taken,
            element: &take.element,
            residual: &residual,
            address: &constant_address,
        },
    );
    m.assign(&take.ready, &(&taken | &clear));
    m.assign(&element, &take.element.data);
    m.assign(&constant_read, &taken);

    for stage in 0..STAGES {
        let (from, from_last) = match stage {
            0 => (taken.clone(), take.element.last.clone()),
            _ => (valid[stage - 1].clone(), last[stage - 1].clone()),
        };
        let to = choose(
            &mut m,
            &format!("valid_{}_d", stage + 1),
            &[(&clear, &zeros(1)), (&moves, &from)],
            &valid[stage],
        );
        m.next(&valid[stage], &to);
        m.next_if(&last[stage], &moves, &from_last);
    }
    let result = arithmetic(
        &mut m,
        shape,
        &clock,
        &pass,
        &Operands {
            moves: &moves,
            element: &element,
            residual: &first_bit,
            constant: &constant,
        },
    );
    m.assign(&out_valid, &(done & &moves & !&clear));
    m.assign(&out, &result.out);
    m.assign(&out_last, &last[STAGES - 1]);
    m.assign(&score, &result.score);
    m.assign(&score_last, &last[STAGES - 1]);
    m.finish()
}

/// Stages from taking an element to giving its result.
const STAGES: usize = 5;

/// Where elements come in: from the collector, or from the pool.
struct Take {
    element: Element,
    ready: Sig,
}

fn elements(m: &mut ModuleBuilder, shape: &AcceleratorShape, pass: &dyn Fn(&str) -> Sig) -> Take {
    m.group("Elements of a matrix-vector multiply");
    let mvm = Element {
        valid: m.input("element_valid_i", 1, "an element is offered"),
        data: m.input("element_i", shape.result_bits, "the element, signed"),
        last: m.input("element_last_i", 1, "last channel of its position"),
    };
    let mvm_ready = m.output("element_ready_o", 1, "it is taken");
    m.group("Elements of a pool");
    let pool = Element {
        valid: m.input("pooled_valid_i", 1, "an element is offered"),
        data: m.input("pooled_i", shape.pool_bits(), "the element, unsigned"),
        last: m.input("pooled_last_i", 1, "last channel of its position"),
    };
    let pool_ready = m.output("pooled_ready_o", 1, "it is taken");
    let bits = shape.element_bits;
    let is_mvm = m.wire_of("is_mvm", &!pass("kind").reduce_or());
    let ready = m.wire("ready", 1);
    m.assign(&mvm_ready, &(&ready & &is_mvm));
    m.assign(&pool_ready, &(&ready & !&is_mvm));
    let valid = choose(m, "in_valid", &[(&is_mvm, &mvm.valid)], &pool.valid);
    let data = choose(
        m,
        "in_data",
        &[(&is_mvm, &mvm.data.sext(bits))],
        &pool.data.zext(bits),
    );
    let last = choose(m, "in_last", &[(&is_mvm, &mvm.last)], &pool.last);
    Take {
        element: Element { valid, data, last },
        ready,
    }
}

struct Residual {
    valid: Sig,
    data: Sig,
    taken: Sig,
}

struct Input<'a> {
    run: &'a Sig,
    clear: &'a Sig,
    moves: &'a Sig,
    /// Driven here.
    taken: &'a Sig,
    element: &'a Element,
    residual: &'a Residual,
    /// Driven here.
    address: &'a Sig,
}

/// Channel by channel: the address of the constants, and the residual element, which this gives.
fn channel(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    pass: &dyn Fn(&str) -> Sig,
    own: &Input,
) -> Sig {
    m.comment("The entry of the channel's constants.");
    let wanted = m.wire_of("residual_wanted", &pass("residual"));
    let there = m.wire_of("residual_there", &(!&wanted | &own.residual.valid));
    m.assign(
        own.taken,
        &(&own.element.valid & own.moves & &there & !own.clear),
    );
    let entry_q = clock.data(m, "entry_q", shape.constant_bits);
    let done = m.wire_of("position_done", &(own.taken & &own.element.last));
    let home = m.wire_of("position_begins", &(own.run | &done));
    let uniform = pass("uniform");
    let following = choose(m, "entry_next", &[(&uniform, &entry_q)], &next(&entry_q));
    let entry_d = choose(m, "entry_d", &[(&home, &pass("constant_base"))], &following);
    m.next_if(&entry_q, &(own.run | own.taken), &entry_d);
    m.assign(own.address, &entry_q);

    m.comment("The residual element: a word lasts for as many channels as it has elements.");
    let (elements, bits) = (shape.word_elements(), shape.input_bits);
    let (element, used_up) = match elements {
        1 => (own.residual.data.clone(), ones(1)),
        _ => {
            let width = index_width(elements);
            let index_q = clock.data(m, "residual_index_q", width);
            let index_d = choose(
                m,
                "residual_index_d",
                &[(&home, &zeros(width))],
                &next(&index_q),
            );
            m.next_if(&index_q, &(own.run | own.taken), &index_d);
            let offset = index_width(shape.word_bits);
            let step = lit(bits as u128, offset);
            let offset = m.wire_of("residual_offset", &(index_q.zext(offset) * step));
            (
                own.residual.data.dyn_slice(&offset, bits),
                is(&index_q, elements - 1),
            )
        }
    };
    m.assign(
        &own.residual.taken,
        &(own.taken & &wanted & (used_up | &own.element.last)),
    );
    let element = m.wire_of("residual_picked", &element);
    m.wire_of("residual_element", &element.gated_by(&wanted))
}

struct Operands<'a> {
    moves: &'a Sig,
    element: &'a Sig,
    residual: &'a Sig,
    constant: &'a Sig,
}

struct Results {
    out: Sig,
    score: Sig,
}

/// A register between two stages.
fn stage(m: &mut ModuleBuilder, clock: &Clock, name: &str, moves: &Sig, from: &Expr) -> Sig {
    let q = clock.data(m, name, from.width());
    m.next_if(&q, moves, from);
    q
}

fn arithmetic(
    m: &mut ModuleBuilder,
    shape: &AcceleratorShape,
    clock: &Clock,
    pass: &dyn Fn(&str) -> Sig,
    own: &Operands,
) -> Results {
    let (e, v, a) = (shape.element_bits, shape.sum_bits, shape.input_bits);
    let moves = own.moves;
    m.comment("Stage 1: the element and its residual, while the constants are fetched.");
    let y1 = stage(m, clock, "y_1_q", moves, own.element);
    let r1 = stage(m, clock, "r_1_q", moves, own.residual);
    m.comment("Stage 2: the product.");
    let product = e + MULTIPLIER;
    let multiplier = own.constant.slice(BIAS, MULTIPLIER);
    let p2 = stage(
        m,
        clock,
        "product_2_q",
        moves,
        &(y1.sext(product) * multiplier.sext(product)),
    );
    let b2 = stage(m, clock, "bias_2_q", moves, &own.constant.slice(0, BIAS));
    let y2 = stage(m, clock, "y_2_q", moves, &y1);
    let r2 = stage(m, clock, "r_2_q", moves, &r1);
    m.comment("Stage 3: the sum with the bias, and the residual's product.");
    let s3 = stage(m, clock, "sum_3_q", moves, &(p2.sext(v) + b2.sext(v)));
    let rest = a + MULTIPLIER + 1;
    let residual = r2.zext(rest) * pass("residual_multiplier").sext(rest);
    let r3 = stage(m, clock, "residual_3_q", moves, &residual);
    let y3 = stage(m, clock, "y_3_q", moves, &y2);
    m.comment("Stage 4: the sum with residual and rounding.");
    let round = lit(1, 32).shl(&pass("shift")).shr_by(1);
    let round = m.wire_of("rounding", &round);
    let v4 = stage(
        m,
        clock,
        "sum_4_q",
        moves,
        &(&s3 + r3.sext(v) + round.zext(v)),
    );
    let raw = m.wire_of("streams_results", &pass("stream").bit(1));
    let score = choose(m, "score_4_d", &[(&raw, &y3.sext(v))], &s3);
    let score4 = stage(m, clock, "score_4_q", moves, &score);
    m.comment("Stage 5: shift and clamp. What is below zero is zero, so that the shift need not know of signs.");
    let shifted = m.wire_of("shifted", &v4.shr(&pass("shift")));
    let bits = pass("output_bits");
    let above = m.wire_of("above", &shifted.shr(&bits).reduce_or());
    let limit = m.wire_of("limit", &(lit(1, a + 1).shl(&bits) - lit(1, a + 1)));
    m.unused(&limit.msb());
    let clamped = choose(
        m,
        "clamped",
        &[(&v4.msb(), &zeros(a)), (&above, &limit.slice(0, a))],
        &shifted.slice(0, a),
    );
    let out = stage(m, clock, "out_5_q", moves, &clamped);
    let score5 = stage(m, clock, "score_5_q", moves, &score4);
    Results {
        out,
        score: score5.sext(SCORE),
    }
}
