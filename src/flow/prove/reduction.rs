// SPDX-License-Identifier: MIT OR Apache-2.0
//! Column reduction: the stream is the weighted sum.

use askama::Template;

use crate::blocks::column_reduction::{self, ReductionShape};
use crate::config::Report;
use crate::emit::rendering;
use crate::hdl::index_width;

use super::obligation::{Obligation, PREFIX, files};
use super::twin::Twin;

/// Outputs of the block that is proved, and the one that is watched: they share the control alone.
const OUTPUTS: usize = 2;
const WATCHED: usize = 1;

#[derive(Template)]
#[template(path = "prove/reduction.sv", escape = "none")]
struct Harness {
    title: String,
    module: String,
    path: String,
    w: usize,
    u: usize,
    nr: usize,
    ny: usize,
    signs: usize,
    count_bits: usize,
    outputs: usize,
    output: usize,
    total: usize,
    chain: bool,
}

/// The stream of an output is the sum of its columns, and of the word above.
pub(super) fn sum(shape: &ReductionShape) -> Result<Obligation, Report> {
    let shape = ReductionShape {
        outputs: OUTPUTS,
        ..*shape
    };
    let top = column_reduction::build(PREFIX, &shape);
    let (w, u) = (shape.slices, shape.digit_bits);
    let configuration = format!(
        "reduction W={w} P={} Y={} u={u} {}",
        shape.accumulator_bits,
        shape.result_bits,
        if shape.chain { "chained" } else { "alone" },
    );
    let (nr, ny) = (shape.input_digits(), shape.output_digits());
    let signs = ny.saturating_sub(nr);
    let harness = Harness {
        title: configuration.clone(),
        module: top.name().to_owned(),
        path: format!("dut.gen_output[{WATCHED}].u_output"),
        w,
        u,
        nr,
        ny: ny.max(nr),
        signs,
        count_bits: index_width(signs.max(1)),
        outputs: OUTPUTS,
        output: WATCHED,
        total: 7 + OUTPUTS * (w + 1) * u,
        chain: shape.chain,
    };
    // In a word of one digit the first is the last: its sign is that of the right bit.
    let twin = match (w > 1, shape.chain, signs > 0 && nr > 1) {
        (true, _, _) => HORNER,
        (false, true, _) => CHAIN,
        (false, false, true) => SIGN,
        (false, false, false) => FREE,
    };
    Ok(Obligation {
        property: "sum",
        configuration,
        rtl: files(&top)?,
        harness: harness.render().map_err(rendering)?,
        twin,
    })
}

const OUTPUT: &str = "_reduce_output.v";

const HORNER: Twin = Twin {
    name: "carry not restarted",
    file: OUTPUT,
    line: "assign sum_0 = ",
    from: " & keep",
    to: " | keep",
};

const CHAIN: Twin = Twin {
    name: "carry of the chain not restarted",
    file: OUTPUT,
    line: "assign chain_sum = ",
    from: " & keep",
    to: " | keep",
};

const SIGN: Twin = Twin {
    name: "sign of another bit",
    file: "_column_reduction.v",
    line: "assign hold_sign = ",
    from: "in_last_i",
    to: "in_first_i",
};

const FREE: Twin = Twin {
    name: "digit overwritten before it is taken",
    file: "_column_reduction.v",
    line: "assign free = ",
    from: "(~valid_q)",
    to: "valid_q",
};
